import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { replayRun } from '../../src/run/replay-run.ts';
import { JournalWriter, journalTables } from '../../src/tape/journal-file.ts';
import { queryRows } from '../../src/tape/query.ts';
import { createJournalViews } from '../../src/tape/sql.ts';
import { fixtures } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();
const linesOf = (path: string, table: string) =>
  readFileSync(join(path, `${table}.jsonl`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

describe('JSON lines of a run', () => {
  it('have the rows of the Parquet files, field by field', async () => {
    const output = join(folder(), 'run');
    const to = 1_778_695_760_000_000;
    const { rows } = await replayRun({ tapes: [fixtures.kalshi], strategy: 'yes_80_90', output, to, jsonl: true });
    expect(rows.orders).toBeGreaterThan(0);
    for (const table of [...journalTables, 'sessions']) {
      const prepare = (connection: Parameters<typeof createJournalViews>[0]) =>
        createJournalViews(connection, [{ name: 'run', folder: output }]);
      const columns = (await queryRows(`describe ${table}`, prepare)).map((row) => row.column_name);
      const lines = linesOf(output, table);
      expect(lines).toHaveLength(table === 'sessions' ? 1 : rows[table]);
      for (const line of lines) expect(['run', ...Object.keys(line)]).toEqual(columns);
      const same = `select count(*) as rows from (select * exclude (run) from ${table}
        except all select * from read_json('${join(output, table)}.jsonl', columns = ${await typesOf(table, output)}))`;
      if (lines.length > 0) expect(await queryRows(same, prepare)).toEqual([{ rows: 0 }]);
    }
  });

  it('are in the file as soon as they are written, with times as texts and nothing as null', () => {
    const journal = new JournalWriter(folder(), { jsonl: true });
    journal.write('decisions', {
      time: 1_778_695_698_858_112,
      tape: 0,
      frame: 7,
      decisionId: 1,
      instrument: '',
      action: 'hold',
      reason: 'no "edge"\nhere',
      confidence: null,
      features: { edge: 0.01, regime: 'calm' },
    });
    expect(linesOf(folder(), 'decisions')).toEqual([
      {
        time: '2026-05-13T18:08:18.858112Z',
        tape: 0,
        frame: 7,
        decisionId: 1,
        instrument: null,
        action: 'hold',
        reason: 'no "edge"\nhere',
        confidence: null,
        features: { edge: 0.01, regime: 'calm' },
      },
    ]);
  });

  it('are there only if asked for, and go with the run that they are of', async () => {
    const base = {
      tapes: [fixtures.kalshi],
      strategy: 'hold',
      to: 1_778_695_760_000_000,
      output: join(folder(), 'run'),
    };
    const { digest } = await replayRun({ ...base, jsonl: true });
    expect(existsSync(join(base.output, 'fills.jsonl'))).toBe(true);
    expect((await replayRun({ ...base, force: true })).digest).toBe(digest);
    expect(readdirSync(base.output).filter((file) => file.endsWith('.jsonl'))).toEqual([]);
  });
});

async function typesOf(table: string, run: string): Promise<string> {
  const rows = await queryRows(`describe select * exclude (run) from ${table}`, (connection) =>
    createJournalViews(connection, [{ name: 'run', folder: run }]),
  );
  return `{${rows.map(({ column_name, column_type }) => `'${column_name}': '${column_type}'`).join(', ')}}`;
}
