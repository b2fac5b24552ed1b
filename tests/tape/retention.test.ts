import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retain } from '../../src/tape/retention.ts';
import { openTape } from '../../src/tape/tape.ts';
import { TapeWriter } from '../../src/tape/writer.ts';
import { temporaryFolders } from '../support/folder.ts';
import { messageFrame, plain, readAll, stamp } from '../support/frames.ts';

const DAY = 86_400;
const newFolder = temporaryFolders();
const facts = { feed: 'kalshi', source: { test: true }, instruments: [] };
/** Microseconds of `days` after the first frame. */
const dayAt = (days: number) => Number(stamp(days * DAY) / 1000n);
const segmentsIn = (path: string) => readdirSync(join(path, 'frames')).sort();
const contents = async (path: string) => readAll((await openTape(path)).read());

/** Two frames a day, a segment a day: 0 to 5; of the last day in the log only, if it stays open. */
const all = Array.from({ length: 12 }, (_, i) => messageFrame(`{"number":${i}}`, (i / 2) * DAY));
const expected = (from: number, to = 12) => all.slice(from, to).map((frame, i) => plain(frame, from + i));

async function writeDays(path: string): Promise<TapeWriter> {
  const writer = await TapeWriter.open(path, facts);
  for (let day = 0; day < 6; day++) {
    if (day > 0) await writer.rotate();
    for (const frame of all.slice(day * 2, day * 2 + 2)) writer.append(frame);
  }
  writer.flush();
  return writer;
}

let closed = '';
beforeAll(async () => {
  closed = mkdtempSync(join(tmpdir(), 'truetape-test-'));
  await writeDays(closed).then((writer) => writer.close());
});
afterAll(() => rmSync(closed, { recursive: true }));

function sixClosedDays(): string {
  const path = join(newFolder(), 'tape');
  cpSync(closed, path, { recursive: true });
  return path;
}

describe('retention', () => {
  it('deletes whole segments whose last frame is older, and the header says so', async () => {
    const path = sixClosedDays();
    await retain(path, { days: 3, action: 'delete' }, dayAt(5));
    expect(segmentsIn(path)).toEqual(['000003.parquet', '000004.parquet', '000005.parquet', '000006.parquet']);
    const tape = await openTape(path);
    expect(tape.header.removed).toEqual({ frames: 4, until: String(all[3].receivedAt), lastFile: '000002.parquet' });
    expect(tape.frames).toBe(8);
    expect(tape.span?.from).toBe(Number(all[4].receivedAt / 1000n));
    // Numbers stay what they were.
    expect(await readAll(tape.read())).toEqual(expected(4));
  });

  it('leaves a tape alone that has nothing old', async () => {
    const path = sixClosedDays();
    const before = readFileSync(join(path, 'tape.json'), 'utf8');
    await retain(path, { days: 30, action: 'delete' }, dayAt(6));
    expect(readFileSync(join(path, 'tape.json'), 'utf8')).toBe(before);
    expect(await contents(path)).toEqual(expected(0));
  });

  it('never touches a damaged segment, nor any other then', async () => {
    const path = sixClosedDays();
    const damaged = join(path, 'frames', '000002.parquet');
    const bytes = readFileSync(damaged);
    bytes[bytes.length >> 1] ^= 1;
    writeFileSync(damaged, bytes);
    await expect(retain(path, { days: 1, action: 'delete' }, dayAt(9))).rejects.toThrow(
      /000002\.parquet: expected sha256/,
    );
    expect(segmentsIn(path)).toHaveLength(6);
    expect((await openTape(path)).header.removed).toBeUndefined();
  });

  it('never touches what is in a log, however old, nor the tape of another process', async () => {
    const writer = await writeDays(join(newFolder(), 'tape'));
    await expect(retain(writer.path, { days: 1, action: 'delete' }, dayAt(99))).rejects.toThrow(/nobody else writes/);
    await writer.retain({ days: 1, action: 'delete' }, dayAt(99));
    expect(segmentsIn(writer.path)).toEqual(['000006.wal']);
    expect(await contents(writer.path)).toEqual(expected(10));
    await writer.close();
    expect(await contents(writer.path)).toEqual(expected(10));
  });

  it('of a whole tape leaves a header that says so, and a writer goes on with the next numbers', async () => {
    const path = sixClosedDays();
    await retain(path, { days: 1, action: 'delete' }, dayAt(99));
    expect((await openTape(path)).frames).toBe(0);
    expect((await openTape(path)).span).toBeUndefined();
    const writer = await TapeWriter.open(path, facts);
    expect(writer.frames).toBe(12);
    writer.append(messageFrame('early', 0));
    const header = await writer.close();
    expect(header.segments).toMatchObject([{ file: '000007.parquet', firstSequence: 12 }]);
    expect((await contents(path))[0].receivedAt).toBe(Number(all[11].receivedAt / 1000n));
  });

  it('removes files that a crash between header and removal left behind, and events that are not valid any more', async () => {
    const path = sixClosedDays();
    const spare = join(newFolder(), 'spare');
    copyFileSync(join(path, 'frames', '000001.parquet'), spare);
    await retain(path, { days: 3, action: 'delete' }, dayAt(5));
    copyFileSync(spare, join(path, 'frames', '000001.parquet'));
    mkdirSync(join(path, 'events'));
    expect(await contents(path)).toEqual(expected(4));
    await retain(path, { days: 2, action: 'delete' }, dayAt(5));
    expect(segmentsIn(path)).toEqual(['000004.parquet', '000005.parquet', '000006.parquet']);
    expect(existsSync(join(path, 'events'))).toBe(false);
  });

  it('that fails while recording does not end the recording', async () => {
    const writer = await writeDays(join(newFolder(), 'tape'));
    const damaged = join(writer.path, 'frames', '000001.parquet');
    writeFileSync(damaged, readFileSync(damaged).fill(0));
    await expect(writer.retain({ days: 1, action: 'delete' }, dayAt(99))).rejects.toThrow(/000001\.parquet/);
    writer.append(messageFrame('still here', 9 * DAY));
    await writer.close();
    expect(writer.failure).toBeUndefined();
  });
});

describe('segments that are moved', () => {
  it('become a tape of their own, which the next move continues', async () => {
    const path = sixClosedDays();
    const moveTo = newFolder();
    const archive = join(moveTo, 'tape');
    await retain(path, { days: 4, action: { moveTo } }, dayAt(5));
    expect(await contents(archive)).toEqual(expected(0, 2));
    expect(await contents(path)).toEqual(expected(2));
    await retain(path, { days: 2, action: { moveTo } }, dayAt(5));
    expect(await contents(archive)).toEqual(expected(0, 6));
    expect(await contents(path)).toEqual(expected(6));
    expect((await openTape(archive)).header).toMatchObject({ feed: 'kalshi', source: { test: true } });
    expect((await openTape(archive)).header.removed).toBeUndefined();
  });

  it('are in both places after a crash in between, and the next time in one', async () => {
    const path = sixClosedDays();
    const header = readFileSync(join(path, 'tape.json'));
    const moveTo = newFolder();
    const spare = join(newFolder(), 'spare');
    copyFileSync(join(path, 'frames', '000001.parquet'), spare);
    await retain(path, { days: 4, action: { moveTo } }, dayAt(5));
    writeFileSync(join(path, 'tape.json'), header);
    copyFileSync(spare, join(path, 'frames', '000001.parquet'));
    expect(await contents(path)).toEqual(expected(0));
    await retain(path, { days: 3, action: { moveTo } }, dayAt(5));
    expect(await contents(join(moveTo, 'tape'))).toEqual(expected(0, 4));
    expect(await contents(path)).toEqual(expected(4));
  });

  it('are not moved behind a hole, nor onto the tape itself', async () => {
    const path = sixClosedDays();
    const moveTo = newFolder();
    await retain(path, { days: 4, action: { moveTo } }, dayAt(5));
    await retain(path, { days: 3, action: 'delete' }, dayAt(5));
    await expect(retain(path, { days: 2, action: { moveTo } }, dayAt(5))).rejects.toThrow(
      `${join(moveTo, 'tape')}: expected an archive that ends before frame 4, found one that ends before frame 2; move this tape to another folder`,
    );
    await expect(retain(path, { days: 2, action: { moveTo: join(path, '..') } }, dayAt(5))).rejects.toThrow(
      /expected another folder to move segments to/,
    );
    expect(await contents(path)).toEqual(expected(4));
  });
});
