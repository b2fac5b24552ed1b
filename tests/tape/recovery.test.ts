import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Direction, type Frame, noteFrame } from '../../src/market/frame.ts';
import { openTape } from '../../src/tape/tape.ts';
import { TapeWriter } from '../../src/tape/writer.ts';
import { crashed } from '../support/crash.ts';
import { temporaryFolders } from '../support/folder.ts';
import { messageFrame, plain, readAll, stamp } from '../support/frames.ts';

const newFolder = temporaryFolders();
const facts = { feed: 'kalshi', source: { test: true }, instruments: [{ symbol: 'A' }] };
const numbered = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => messageFrame(`{"number":${from + i}}`, from + i));
const plainFrames = (frames: readonly Frame[]) => frames.map((frame, i) => plain(frame, i));
const framesIn = (path: string) => readdirSync(join(path, 'frames')).sort();

function appendAll(writer: TapeWriter, frames: readonly Frame[]): void {
  for (const frame of frames) writer.append(frame);
  writer.flush();
}

async function contents(path: string) {
  return readAll((await openTape(path)).read());
}

/** A tape of two segments, three frames in the log, and whatever is done to it afterwards. */
async function leftBehind(): Promise<string> {
  const writer = await TapeWriter.create(join(newFolder(), 'tape'), facts);
  appendAll(writer, numbered(4));
  await writer.rotate();
  appendAll(writer, numbered(3, 4));
  const copy = crashed(writer.path, newFolder());
  await writer.close();
  return copy;
}

it('a writer knows the size of its tape on disk: segments, logs that are being packed, the open log', async () => {
  const sizeOf = (path: string) =>
    framesIn(path).reduce((sum, name) => sum + statSync(join(path, 'frames', name)).size, 0);
  const writer = await TapeWriter.create(join(newFolder(), 'tape'), facts);
  appendAll(writer, numbered(4));
  const packing = writer.rotate();
  appendAll(writer, numbered(3, 4));
  expect(framesIn(writer.path)).toEqual(['000001.wal', '000002.wal']);
  expect(writer.diskBytes).toBe(sizeOf(writer.path));
  const copy = crashed(writer.path, newFolder());
  await packing;
  expect(writer.diskBytes).toBe(sizeOf(writer.path));
  await writer.close();
  expect(writer.diskBytes).toBe(sizeOf(writer.path));
  const next = await TapeWriter.open(copy, facts);
  expect(next.diskBytes).toBe(sizeOf(copy));
  await next.rotate();
  expect(next.diskBytes).toBe(sizeOf(copy));
  await next.close();
});

describe('a writer that opens', () => {
  it('a new folder starts a tape', async () => {
    const writer = await TapeWriter.open(join(newFolder(), 'new', 'tape'), facts);
    expect({ frames: writer.frames, recovered: writer.recovered, last: writer.lastConnection }).toEqual({
      frames: 0,
      recovered: undefined,
      last: 0,
    });
    appendAll(writer, numbered(2));
    await writer.close();
    expect(await contents(writer.path)).toEqual(plainFrames(numbered(2)));
  });

  it('a tape that was closed goes on behind it', async () => {
    const path = join(newFolder(), 'tape');
    for (let session = 0; session < 3; session++) {
      const writer = await TapeWriter.open(path, facts);
      expect({ frames: writer.frames, recovered: writer.recovered }).toEqual({
        frames: session * 2,
        recovered: undefined,
      });
      appendAll(writer, numbered(2, session * 2));
      await writer.close();
    }
    expect(await contents(path)).toEqual(plainFrames(numbered(6)));
    expect(framesIn(path)).toEqual(['000001.parquet', '000002.parquet', '000003.parquet']);
  });

  it('a tape of another feed is refused, and does not keep the lock', async () => {
    const path = await leftBehind();
    await expect(TapeWriter.open(path, { ...facts, feed: 'binance' })).rejects.toThrow(
      `${path}: expected a tape of binance, found a tape of kalshi; choose another folder`,
    );
    await (await TapeWriter.open(path, facts)).close();
  });

  it('frames whose header is gone is refused', async () => {
    const path = await leftBehind();
    rmSync(join(path, 'tape.json'));
    await expect(TapeWriter.open(path, facts)).rejects.toThrow(
      /expected a new folder, found frames without tape.json; restore/,
    );
    expect(framesIn(path)).toEqual(['000001.parquet', '000002.wal']);
  });

  it('takes the source of now, and adds instruments without changing those that are known', async () => {
    const path = await leftBehind();
    const writer = await TapeWriter.open(path, {
      feed: 'kalshi',
      source: { markets: ['B'] },
      instruments: [{ symbol: 'A', lot: '2' }, { symbol: 'B' }],
    });
    await writer.close();
    const { header } = await openTape(path);
    expect(header.source).toEqual({ markets: ['B'] });
    expect(header.instruments).toEqual([{ symbol: 'A' }, { symbol: 'B' }]);
  });

  it('never lets stamps step back behind those of the last session', async () => {
    const path = await leftBehind();
    const writer = await TapeWriter.open(path, facts);
    writer.append(messageFrame('early', 1));
    await writer.close();
    const frames = await contents(path);
    expect(frames.at(-1)?.receivedAt).toBe(Number(stamp(6) / 1000n));
    expect(writer.heldStamps).toBe(1);
  });
});

describe('after a crash', () => {
  it('the log is gone on with, and what was found is said', async () => {
    const path = await leftBehind();
    const writer = await TapeWriter.open(path, facts);
    expect(writer.recovered).toEqual({ frames: 3, tornBytes: 0 });
    expect(framesIn(path)).toEqual(['000001.parquet', '000002.wal']);
    appendAll(writer, numbered(2, 7));
    expect(await contents(path)).toEqual(plainFrames(numbered(9)));
    await writer.close();
    expect(await contents(path)).toEqual(plainFrames(numbered(9)));
    expect(framesIn(path)).toEqual(['000001.parquet', '000002.parquet']);
  });

  it('a torn tail is cut at every byte of the last record, and the next frame follows the last whole one', async () => {
    const path = await leftBehind();
    const log = join(path, 'frames', '000002.wal');
    const whole = readFileSync(log);
    const record = 8 + 14 + '{"number":6}'.length;
    for (let torn = 1; torn < record; torn += 5) {
      writeFileSync(log, whole.subarray(0, whole.length - record + torn));
      const copy = crashed(path, newFolder());
      expect(await contents(copy)).toEqual(plainFrames(numbered(6)));
      const writer = await TapeWriter.open(copy, facts);
      expect(writer.recovered).toEqual({ frames: 2, tornBytes: torn });
      appendAll(writer, numbered(1, 6));
      expect(await contents(copy)).toEqual(plainFrames(numbered(7)));
      expect((await openTape(copy)).tornBytes).toBe(0);
      await writer.close();
    }
  });

  it('a log that was torn in its head is nothing', async () => {
    const path = await leftBehind();
    truncateSync(join(path, 'frames', '000002.wal'), 9);
    const writer = await TapeWriter.open(path, facts);
    expect(writer.recovered).toEqual({ frames: 0, tornBytes: 9 });
    appendAll(writer, numbered(1, 4));
    await writer.close();
    expect(await contents(path)).toEqual(plainFrames(numbered(5)));
  });

  it('half-written files are removed', async () => {
    const path = await leftBehind();
    writeFileSync(join(path, 'frames', '000002.parquet.12-1.new'), 'PAR1 half');
    writeFileSync(join(path, 'tape.json.12-2.new'), '{"format":1,');
    expect(await contents(path)).toEqual(plainFrames(numbered(7)));
    await (await TapeWriter.open(path, facts)).close();
    expect(await contents(path)).toEqual(plainFrames(numbered(7)));
    expect(framesIn(path)).toEqual(['000001.parquet', '000002.parquet']);
    expect(readdirSync(path).sort()).toEqual(['frames', 'tape.json']);
  });

  it('between the renamed segment and the header, the log counts', async () => {
    const path = await leftBehind();
    copyFileSync(join(path, 'frames', '000001.parquet'), join(path, 'frames', '000002.parquet'));
    expect(await contents(path)).toEqual(plainFrames(numbered(7)));
    const writer = await TapeWriter.open(path, facts);
    expect(writer.recovered?.frames).toBe(3);
    await writer.close();
    expect(await contents(path)).toEqual(plainFrames(numbered(7)));
  });

  it('between the header and the removal of the log, the segment counts', async () => {
    const path = await leftBehind();
    const log = join(path, 'frames', '000002.wal');
    const kept = readFileSync(log);
    await (await TapeWriter.open(path, facts)).close();
    writeFileSync(log, kept);
    expect(await contents(path)).toEqual(plainFrames(numbered(7)));
    const writer = await TapeWriter.open(path, facts);
    expect(writer.recovered).toBeUndefined();
    expect(framesIn(path)).toEqual(['000001.parquet', '000002.parquet']);
    appendAll(writer, numbered(1, 7));
    await writer.close();
    expect(await contents(path)).toEqual(plainFrames(numbered(8)));
  });

  it('while a segment was being packed, its log is packed again and the next one is gone on with', async () => {
    const writer = await TapeWriter.create(join(newFolder(), 'tape'), facts);
    appendAll(writer, numbered(3));
    const packing = writer.rotate();
    appendAll(writer, numbered(2, 3));
    const path = crashed(writer.path, newFolder());
    await packing;
    await writer.close();
    expect(framesIn(path).filter((name) => name.endsWith('.wal'))).toEqual(['000001.wal', '000002.wal']);
    const next = await TapeWriter.open(path, facts);
    expect(next.recovered).toEqual({ frames: 5, tornBytes: 0 });
    appendAll(next, numbered(2, 5));
    const header = await next.close();
    expect(header.segments.map(({ file, firstSequence, rows }) => [file, firstSequence, rows])).toEqual([
      ['000001.parquet', 0, 3],
      ['000002.parquet', 3, 4],
    ]);
    expect(await contents(path)).toEqual(plainFrames(numbered(7)));
  });

  it('of the power, frames that only a later log outlived are a gap that the tape tells', async () => {
    const writer = await TapeWriter.create(join(newFolder(), 'tape'), facts);
    appendAll(writer, numbered(3));
    const packing = writer.rotate();
    appendAll(writer, numbered(2, 3));
    const path = crashed(writer.path, newFolder());
    await packing;
    await writer.close();
    const first = join(path, 'frames', '000001.wal');
    truncateSync(first, statSync(first).size - 1);
    const next = await TapeWriter.open(path, facts);
    const { gaps } = await next.close();
    expect(gaps).toEqual([{ at: String(stamp(4)), connection: 0, reason: '1 frames never reached the disk' }]);
    expect((await openTape(path)).frames).toBe(5);
  });

  it('at any byte of the log, whatever the crash before: all whole frames, once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 1_000 }), { minLength: 1, maxLength: 4 }), async (cuts) => {
        const path = join(newFolder(), 'tape');
        let current = path;
        let written: Frame[] = [];
        for (const bytes of cuts) {
          const writer = await TapeWriter.open(current, facts);
          const more = numbered(12, written.length);
          appendAll(writer, more);
          written = [...written, ...more];
          current = crashed(current, newFolder());
          await writer.close();
          const log = join(current, 'frames', '000001.wal');
          truncateSync(log, Math.max(0, statSync(log).size - bytes));
          const tape = await openTape(current);
          expect(await readAll(tape.read())).toEqual(plainFrames(written.slice(0, tape.frames)));
          written = written.slice(0, tape.frames);
        }
      }),
      { numRuns: 8 },
    );
  });
});

describe('the ledger after a crash', () => {
  const connected = (connection: number, at: number) =>
    noteFrame(stamp(at), connection, { note: 'connected', url: 'wss://example' });
  const message = (connection: number, at: number): Frame => ({ ...messageFrame('x', at), connection });

  async function sessionThatCrashes(): Promise<string> {
    const writer = await TapeWriter.create(join(newFolder(), 'tape'), facts);
    appendAll(writer, [connected(1, 0), message(1, 1)]);
    await writer.rotate();
    appendAll(writer, [
      noteFrame(stamp(2), 1, { note: 'gap', reason: 'sequence jumped' }),
      noteFrame(stamp(3), 1, { note: 'disconnected', reason: 'reset' }),
      connected(2, 4),
      message(2, 5),
      { ...message(7, 6), direction: Direction.out },
    ]);
    const path = crashed(writer.path, newFolder());
    await writer.close();
    return path;
  }

  const upToCrash = [
    {
      connection: 1,
      url: 'wss://example',
      connectedAt: String(stamp(0)),
      disconnectedAt: String(stamp(3)),
      reason: 'reset',
      frames: 1,
      rawBytes: 1,
    },
    { connection: 2, url: 'wss://example', connectedAt: String(stamp(4)), frames: 1, rawBytes: 1 },
  ];
  const gaps = [{ at: String(stamp(2)), connection: 1, reason: 'sequence jumped' }];

  it('is complete for a reader: notes in the log continue the header', async () => {
    const { header } = await openTape(await sessionThatCrashes());
    expect(header.connections).toEqual(upToCrash);
    expect(header.gaps).toEqual(gaps);
    expect(header.lastConnection).toBe(7);
  });

  it('is complete for the next session; a connection that was open ends with its last frame', async () => {
    const path = await sessionThatCrashes();
    const writer = await TapeWriter.open(path, facts);
    expect(writer.lastConnection).toBe(7);
    const closed = {
      ...upToCrash[1],
      disconnectedAt: String(stamp(5)),
      reason: 'the recorder ended without closing the tape',
    };
    expect((await openTape(path)).header.connections).toEqual([upToCrash[0], closed]);
    const header = await writer.close();
    expect(header.connections).toEqual([upToCrash[0], closed]);
    expect(header.gaps).toEqual(gaps);
    expect(JSON.parse(readFileSync(join(path, 'tape.json'), 'utf8'))).toEqual(header);
    expect((await TapeWriter.open(path, facts).then((next) => next.close())).connections).toEqual([
      upToCrash[0],
      closed,
    ]);
  });

  it('does not count notes twice that the header has already', async () => {
    const writer = await TapeWriter.create(join(newFolder(), 'tape'), facts);
    appendAll(writer, [connected(1, 0)]);
    const packing = writer.rotate();
    appendAll(writer, [connected(2, 1)]);
    await packing;
    expect(JSON.parse(readFileSync(join(writer.path, 'tape.json'), 'utf8')).connections).toHaveLength(1);
    expect((await openTape(writer.path)).header.connections).toHaveLength(2);
    expect((await writer.close()).connections).toHaveLength(2);
  });
});

describe('a segment is full', () => {
  it('by the size of its log, whatever the frames', async () => {
    const writer = await TapeWriter.create(join(newFolder(), 'tape'), facts);
    const megabyte = messageFrame('x'.repeat(1 << 20));
    for (let i = 0; i < 31; i++) writer.append(megabyte);
    expect(writer.segmentIsFull).toBe(false);
    writer.append(megabyte);
    expect(writer.segmentIsFull).toBe(true);
    const packing = writer.rotate();
    expect(writer.segmentIsFull).toBe(false);
    writer.append(messageFrame('while packing', 1));
    await packing;
    expect(existsSync(join(writer.path, 'frames', '000001.wal'))).toBe(false);
    const header = await writer.close();
    expect(header.segments.map(({ rows }) => rows)).toEqual([32, 1]);
  });

  it('after an hour, if there is anything in it', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      const writer = await TapeWriter.create(join(newFolder(), 'tape'), facts);
      vi.advanceTimersByTime(7_200_000);
      expect(writer.segmentIsFull).toBe(false);
      writer.append(messageFrame('x'));
      vi.advanceTimersByTime(3_599_999);
      expect(writer.segmentIsFull).toBe(false);
      vi.advanceTimersByTime(1);
      expect(writer.segmentIsFull).toBe(true);
      await writer.close();
    } finally {
      vi.useRealTimers();
    }
  });

  it('many times at once: segments are published one after the other, without a hole', async () => {
    const writer = await TapeWriter.create(join(newFolder(), 'tape'), facts);
    const rotations: Promise<void>[] = [];
    for (let i = 0; i < 4; i++) {
      appendAll(writer, numbered(2, i * 2));
      rotations.push(writer.rotate());
      expect(await contents(writer.path)).toEqual(plainFrames(numbered(i * 2 + 2)));
    }
    await Promise.all(rotations);
    await writer.close();
    expect(await contents(writer.path)).toEqual(plainFrames(numbered(8)));
  });
});
