import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { TapeError } from '../../src/tape/errors.ts';
import { openTape } from '../../src/tape/tape.ts';
import { TapeWriter } from '../../src/tape/writer.ts';
import { temporaryFolders } from '../support/folder.ts';
import { messageFrame } from '../support/frames.ts';

const newFolder = temporaryFolders();
const facts = { feed: 'kalshi', source: {}, instruments: [] };
const lockOf = (tape: string) => join(tape, 'tape.lock');
const readLock = (tape: string) => JSON.parse(readFileSync(lockOf(tape), 'utf8')) as Record<string, unknown>;
const built = new URL('../../dist/tape/writer.js', import.meta.url).href;

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A process that opens the tape and says so, or says why not; then it stays. */
async function otherWriter(tape: string): Promise<{ child: ChildProcess; said: string }> {
  const script = `
    const { TapeWriter } = await import(${JSON.stringify(built)});
    setInterval(() => undefined, 1000);
    await TapeWriter.open(${JSON.stringify(tape)}, ${JSON.stringify(facts)}).then(
      () => console.log('writing'),
      (error) => console.log(error.message),
    );`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [data] = (await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data')) as [Buffer];
  return { child, said: data.toString().trim() };
}

describe('a tape that is being written', () => {
  it('is refused to a second writer: who, where, since when, what to do', async () => {
    const path = join(newFolder(), 'tape');
    const writer = await TapeWriter.open(path, facts);
    const { since } = readLock(path);
    const message = `${lockOf(path)}: expected a tape that nobody else writes, found process ${process.pid} on ${hostname()}, writing since ${since}; stop that recorder or choose another tape`;
    await expect(TapeWriter.open(path, facts)).rejects.toThrow(TapeError);
    await expect(TapeWriter.open(path, facts)).rejects.toThrow(message);
    expect((await otherWriter(path)).said).toBe(message);
    writer.append(messageFrame('x'));
    await writer.close();
    expect((await openTape(path)).frames).toBe(1);
  });

  it('can be read', async () => {
    const path = join(newFolder(), 'tape');
    const { said } = await otherWriter(path);
    expect(said).toBe('writing');
    expect((await openTape(path)).frames).toBe(0);
  });

  it('is free again when it is closed', async () => {
    const path = join(newFolder(), 'tape');
    await (await TapeWriter.open(path, facts)).close();
    expect(existsSync(lockOf(path))).toBe(false);
    expect((await otherWriter(path)).said).toBe('writing');
  });
});

describe('the lock of a process that is gone', () => {
  it('by kill -9 is taken over without help', async () => {
    const path = join(newFolder(), 'tape');
    const { child } = await otherWriter(path);
    expect(readLock(path).pid).toBe(child.pid);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const writer = await TapeWriter.open(path, facts);
    expect(readLock(path).pid).toBe(process.pid);
    await writer.close();
  });

  it.runIf(process.platform === 'linux')('is taken over though another process has its number now', async () => {
    const path = join(newFolder(), 'tape');
    const writer = await TapeWriter.open(path, facts);
    const mine = readLock(path);
    await writer.close();
    writeFileSync(lockOf(path), JSON.stringify({ ...mine, process: `${String(mine.process).split(' ')[0]} 1` }));
    await (await TapeWriter.open(path, facts)).close();
    writeFileSync(lockOf(path), JSON.stringify(mine));
    await expect(TapeWriter.open(path, facts)).rejects.toThrow(/nobody else writes/);
  });

  it('is one process’s only, when many come at once', async () => {
    const path = join(newFolder(), 'tape');
    const { child } = await otherWriter(path);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const said = await Promise.all(Array.from({ length: 5 }, async () => (await otherWriter(path)).said));
    expect(said.filter((line) => line === 'writing')).toHaveLength(1);
    expect(said.filter((line) => line.includes('expected a tape that nobody else writes'))).toHaveLength(4);
  });

  it('on another machine counts, because we cannot look there', async () => {
    const path = join(newFolder(), 'tape');
    await (await TapeWriter.open(path, facts)).close();
    writeFileSync(lockOf(path), JSON.stringify({ pid: 1, host: 'elsewhere', since: '2026-01-01T00:00:00.000Z' }));
    await expect(TapeWriter.open(path, facts)).rejects.toThrow(
      /found process 1 on elsewhere, writing since 2026-01-01T00:00:00.000Z; stop that recorder, or delete the file if it/,
    );
  });

  it('that says nothing is an error with advice', async () => {
    const path = join(newFolder(), 'tape');
    await (await TapeWriter.open(path, facts)).close();
    writeFileSync(lockOf(path), 'nonsense');
    await expect(TapeWriter.open(path, facts)).rejects.toThrow(
      /tape\.lock: expected to say who writes this tape, found "nonsense"; delete the file if no recorder is running/,
    );
  });
});
