import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { replayRun } from '../../src/run/replay-run.ts';
import { journalTables } from '../../src/tape/journal-file.ts';
import { fixtures } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();
const to = 1_778_695_760_000_000;
const options = (name: string) => ({ tapes: [fixtures.kalshi], strategy: 'hold', output: join(folder(), name), to });

function put(name: string, files: readonly string[]): string {
  const path = join(folder(), name);
  mkdirSync(path, { recursive: true });
  for (const file of files) writeFileSync(join(path, file), 'years of work');
  return path;
}

describe('the folder of a run', () => {
  it('is not overwritten unless told', async () => {
    const base = options('kept');
    await replayRun(base);
    await expect(replayRun(base)).rejects.toThrow(/holds a run already.*--force/);
    await expect(replayRun({ ...base, force: true })).resolves.toMatchObject({ mode: 'replay' });
  });

  it.each([[['thesis.docx']], [['prices.csv', 'ledger.parquet']], [['orders.csv']], [['run.json', 'fills.csv']]])(
    'is never overwritten when it holds %j and no run',
    async (files) => {
      const output = put('other', files);
      await expect(replayRun({ ...options('other'), force: true })).rejects.toThrow(/something other than a run/);
      expect(readdirSync(output)).toEqual([...files].sort());
    },
  );

  it("keeps the user's own files when the run in it is replaced", async () => {
    const base = options('mine');
    const before = await replayRun(base);
    put('mine', ['report.html', 'fills.csv']);
    put('mine/notes', ['idea.md']);
    const after = await replayRun({ ...base, force: true, config: { seed: 'another' } });
    expect(after.seed).not.toBe(before.seed);
    expect(readdirSync(base.output)).toEqual(
      [
        'fills.csv',
        'notes',
        'report.html',
        'run.json',
        'sessions.parquet',
        ...journalTables.map((table) => `${table}.parquet`),
      ].sort(),
    );
    expect(readFileSync(join(base.output, 'fills.csv'), 'utf8')).toBe('years of work');
    expect(readdirSync(join(base.output, 'notes'))).toEqual(['idea.md']);
  });

  it('with the lines of a run that did not come to its end is cleaned up when told', async () => {
    const lines = journalTables.map((table) => `${table}.csv`);
    const output = put('crashed', lines);
    await expect(replayRun(options('crashed'))).rejects.toThrow(/holds a run already/);
    await replayRun({ ...options('crashed'), force: true });
    expect(readdirSync(output).filter((file) => file.endsWith('.csv'))).toEqual([]);
  });

  it('stays as it was when the new run fails, and nothing is left beside it', async () => {
    const base = options('old');
    await replayRun(base);
    const before = readFileSync(join(base.output, 'run.json'), 'utf8');
    const stop = new AbortController();
    const onProgress = () => stop.abort(new Error('enough'));
    const failing = { onProgress, signal: stop.signal, speed: 1, to: undefined };
    await expect(replayRun({ ...base, ...failing, force: true })).rejects.toThrow('enough');
    expect(readFileSync(join(base.output, 'run.json'), 'utf8')).toBe(before);
    await expect(replayRun({ ...options('new'), ...failing })).rejects.toThrow('enough');
    expect(readdirSync(folder())).toEqual(['old']);
  });

  it('cannot be a file, nor lie in one', async () => {
    put('.', ['package.json']);
    await expect(replayRun(options('package.json'))).rejects.toThrow(/package\.json: is a file, not a folder/);
    await expect(replayRun(options('package.json/run'))).rejects.toThrow(/package\.json\/run: cannot be made/);
    expect(existsSync(join(folder(), 'package.json'))).toBe(true);
  });
});
