import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Direction, type Frame, noteFrame } from '../../src/market/frame.ts';
import { connectDuckDb } from '../../src/tape/duckdb.ts';
import { TapeError } from '../../src/tape/errors.ts';
import { readSegment } from '../../src/tape/segment.ts';
import { openTape } from '../../src/tape/tape.ts';
import { TapeWriter } from '../../src/tape/writer.ts';
import { temporaryFolders } from '../support/folder.ts';
import { binaryFrame, messageFrame, plain, readAll, stamp } from '../support/frames.ts';

const newFolder = temporaryFolders();
const newTape = () =>
  TapeWriter.create(join(newFolder(), 'tape'), { feed: 'kalshi', source: { test: true }, instruments: [] });

/** Writes the frames in segments: one for each list. */
async function tapeOf(...segments: (readonly Frame[])[]): Promise<string> {
  const writer = await newTape();
  for (const frames of segments) {
    for (const frame of frames) writer.append(frame);
    await writer.rotate();
  }
  await writer.close();
  return writer.path;
}

const numbered = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => messageFrame(`{"number":${from + i}}`, from + i));

const plainFrames = (frames: readonly Frame[]) => frames.map((frame, i) => plain(frame, i));

describe('a tape', () => {
  it('gives back text, binary, empty and non-ASCII payloads exactly, in order', async () => {
    const frames = [
      messageFrame('', 0),
      binaryFrame([], 1),
      messageFrame('{"name":"Zürich \u{1f3b2}"}', 2),
      binaryFrame([0, 255, 128, 10], 3),
      binaryFrame([7], 4),
      messageFrame('it\'s "quoted"\n\ttext \\ ', 5),
      messageFrame('\ufeffa mark in front', 6),
      messageFrame('a \u0000 in the middle', 7),
      { ...messageFrame('GET https://example/markets', 8), direction: Direction.out, connection: 2 },
      noteFrame(stamp(9), 2, { note: 'remark', text: 'done' }),
    ];
    const tape = await openTape(await tapeOf(frames));
    expect(await readAll(tape.read())).toEqual(plainFrames(frames));
  });

  it('gives back only binary frames too', async () => {
    const frames = [binaryFrame([1, 2, 3]), binaryFrame([]), binaryFrame([4], 1)];
    const tape = await openTape(await tapeOf(frames));
    expect(await readAll(tape.read())).toEqual(plainFrames(frames));
  });

  it('gives back any frames, in any segments', async () => {
    const payload = fc.oneof(
      fc.record({ binary: fc.constant(true), payload: fc.uint8Array({ maxLength: 60 }) }),
      fc.record({
        binary: fc.constant(false),
        payload: fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => new TextEncoder().encode(text)),
      }),
    );
    const frame = fc
      .tuple(payload, fc.integer({ min: 1, max: 9 }))
      .map(([contents, connection]) => ({ ...contents, connection }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(frame, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 3 }),
        async (lists) => {
          const segments = lists.map((list, s) =>
            list.map((one, i): Frame => ({ ...one, receivedAt: stamp(s * 100 + i), direction: Direction.in })),
          );
          const tape = await openTape(await tapeOf(...segments));
          expect(await readAll(tape.read())).toEqual(plainFrames(segments.flat()));
        },
      ),
      { numRuns: 15 },
    );
  });

  it('of many frames is read in batches without a hole', async () => {
    const frames = numbered(40_000);
    const tape = await openTape(await tapeOf(frames));
    const firsts: number[] = [];
    let next = 0;
    for await (const { firstSequence, count } of tape.read()) {
      expect(firstSequence).toBe(next);
      firsts.push(firstSequence);
      next += count;
    }
    expect(next).toBe(40_000);
    expect(firsts.length).toBeGreaterThan(1);
    expect(await readAll(tape.read())).toEqual(plainFrames(frames));
  });

  it.each([2048, 6144, 30_000])(
    'gives frames in order from row groups of %i, whatever threads read them',
    async (size) => {
      const frames = numbered(40_000);
      const path = await tapeOf(frames);
      const [segment] = (await openTape(path)).header.segments;
      const file = join(path, 'frames', segment.file);
      copyFileSync(file, `${file}.as-written`);
      const connection = await connectDuckDb();
      await connection.run(
        `copy (from read_parquet('${file}.as-written')) to '${file}' (format parquet, row_group_size ${size})`,
      );
      connection.closeSync();
      expect(await readAll(readSegment(path, segment))).toEqual(plainFrames(frames));
    },
  );

  it('numbers its frames on from segment to segment', async () => {
    const path = await tapeOf(numbered(3), numbered(2, 3), numbered(4, 5));
    const tape = await openTape(path);
    expect(tape.frames).toBe(9);
    expect(tape.header.segments.map(({ file, firstSequence, rows }) => [file, firstSequence, rows])).toEqual([
      ['000001.parquet', 0, 3],
      ['000002.parquet', 3, 2],
      ['000003.parquet', 5, 4],
    ]);
    expect(await readAll(tape.read())).toEqual(plainFrames(numbered(9)));
    expect(readdirSync(join(path, 'frames'))).toEqual(['000001.parquet', '000002.parquet', '000003.parquet']);
  });

  it('without frames is empty, and can be opened', async () => {
    const tape = await openTape(await tapeOf());
    expect(tape.frames).toBe(0);
    expect(await readAll(tape.read())).toEqual([]);
  });

  it('keeps nanoseconds on disk', async () => {
    const path = await tapeOf([{ ...messageFrame('x'), receivedAt: 1_778_695_699_087_218_944n }]);
    const [segment] = (await openTape(path)).header.segments;
    expect([segment.firstReceivedAt, segment.lastReceivedAt]).toEqual(['1778695699087218944', '1778695699087218944']);
  });
});

describe('the continuity ledger of the header', () => {
  it('tells connections and gaps', async () => {
    const path = await tapeOf([
      noteFrame(stamp(1), 1, { note: 'connected', url: 'wss://example' }),
      noteFrame(stamp(2), 1, { note: 'gap', reason: 'queue overflow' }),
      noteFrame(stamp(3), 1, { note: 'disconnected', reason: 'reset by peer' }),
      noteFrame(stamp(4), 2, { note: 'connected', url: 'wss://example' }),
    ]);
    const { connections, gaps } = (await openTape(path)).header;
    expect(connections).toEqual([
      {
        connection: 1,
        url: 'wss://example',
        connectedAt: String(stamp(1)),
        disconnectedAt: String(stamp(3)),
        reason: 'reset by peer',
        frames: 0,
        rawBytes: 0,
      },
      { connection: 2, url: 'wss://example', connectedAt: String(stamp(4)), frames: 0, rawBytes: 0 },
    ]);
    expect(gaps).toEqual([{ at: String(stamp(2)), connection: 1, reason: 'queue overflow' }]);
  });

  it('sums up what each connection delivered, how the clocks stood, and when nothing could be read', async () => {
    const connected = (connection: number) =>
      noteFrame(stamp(0), connection, { note: 'connected', url: 'wss://example' });
    const clock = (least: number, median: number) =>
      noteFrame(stamp(2), 1, { note: 'clock', least, median, messages: 9 });
    const path = await tapeOf([
      connected(1),
      connected(2),
      messageFrame('four', 1),
      { ...messageFrame('one more', 1), connection: 2 },
      { ...messageFrame('ours', 1), direction: Direction.out },
      messageFrame('five!', 1),
      clock(-3, 12),
      clock(1, 40),
      clock(0, 8),
      noteFrame(stamp(3), 0, { note: 'stall', milliseconds: 300 }),
      noteFrame(stamp(4), 0, { note: 'stall', milliseconds: 1200 }),
    ]);
    const { connections, stalls } = (await openTape(path)).header;
    expect(connections).toMatchObject([
      { connection: 1, frames: 2, rawBytes: 9, clock: { least: -3, lowestMedian: 8, highestMedian: 40 } },
      { connection: 2, frames: 1, rawBytes: 8 },
    ]);
    expect(stalls).toEqual({ count: 2, milliseconds: 1500, longest: 1200 });
  });
});

describe('stamps that step back', () => {
  it('are held at the one before, and counted', async () => {
    const writer = await newTape();
    for (const seconds of [5, 3, 5, 6, 1]) writer.append(messageFrame('x', seconds));
    await writer.close();
    expect(writer.heldStamps).toBe(2);
    const tape = await openTape(writer.path);
    const times = (await readAll(tape.read())).map(
      ({ receivedAt }) => (BigInt(receivedAt) * 1000n - stamp(0)) / 1_000_000_000n,
    );
    expect(times).toEqual([5n, 5n, 5n, 6n, 6n]);
  });

  it('are held across segments too', async () => {
    const writer = await newTape();
    writer.append(messageFrame('x', 5));
    await writer.rotate();
    writer.append(messageFrame('y', 4));
    await writer.close();
    const { segments } = (await openTape(writer.path)).header;
    expect(segments[1].firstReceivedAt).toBe(segments[0].lastReceivedAt);
  });
});

describe('a tape that is still open', () => {
  it('is read through its log, behind the segments that are closed', async () => {
    const writer = await newTape();
    for (const frame of numbered(3)) writer.append(frame);
    await writer.rotate();
    for (const frame of numbered(2, 3)) writer.append(frame);
    writer.flush();
    const tape = await openTape(writer.path);
    expect(tape.header.segments).toHaveLength(1);
    expect(tape.frames).toBe(5);
    expect(tape.log).toHaveLength(2);
    expect(await readAll(tape.read())).toEqual(plainFrames(numbered(5)));
    await writer.close();
  });

  it('that was left by a crash gives all whole frames and tells what was cut off', async () => {
    const writer = await newTape();
    for (const frame of numbered(4)) writer.append(frame);
    writer.flush();
    const log = join(writer.path, 'frames', '000001.wal');
    const size = readFileSync(log).length;
    truncateSync(log, size - 5);
    const tape = await openTape(writer.path);
    expect(await readAll(tape.read())).toEqual(plainFrames(numbered(3)));
    expect(tape.tornBytes).toBe(8 + 14 + '{"number":3}'.length - 5);
  });

  it('that crashed before a frame was whole is empty', async () => {
    const writer = await newTape();
    writer.append(messageFrame('x'));
    writer.flush();
    truncateSync(join(writer.path, 'frames', '000001.wal'), 9);
    const tape = await openTape(writer.path);
    expect({ frames: tape.frames, tornBytes: tape.tornBytes }).toEqual({ frames: 0, tornBytes: 9 });
  });

  it('whose segment was published but whose log was not yet deleted is read once', async () => {
    const writer = await newTape();
    for (const frame of numbered(3)) writer.append(frame);
    writer.flush();
    const log = join(writer.path, 'frames', '000001.wal');
    const copy = join(newFolder(), 'copy.wal');
    copyFileSync(log, copy);
    await writer.close();
    copyFileSync(copy, log);
    const tape = await openTape(writer.path);
    expect(tape.log).toEqual([]);
    expect(await readAll(tape.read())).toEqual(plainFrames(numbered(3)));
  });

  it('closes into one segment, and its log goes', async () => {
    const writer = await newTape();
    writer.append(messageFrame('x'));
    const header = await writer.close();
    expect(header.segments).toHaveLength(1);
    expect(existsSync(join(writer.path, 'frames', '000001.wal'))).toBe(false);
  });
});

describe('an existing tape', () => {
  it('is never overwritten', async () => {
    const path = await tapeOf(numbered(2));
    const create = TapeWriter.create(path, { feed: 'kalshi', source: {}, instruments: [] });
    await expect(create).rejects.toThrow(TapeError);
    await expect(create).rejects.toThrow(
      `${path}: expected a new or empty folder, found a tape; choose another folder`,
    );
    expect((await openTape(path)).frames).toBe(2);
  });
});

describe('damage', () => {
  const segmentOf = (path: string) => join(path, 'frames', '000001.parquet');

  async function failure(path: string): Promise<string> {
    try {
      await readAll((await openTape(path)).read());
    } catch (error) {
      expect(error).toBeInstanceOf(TapeError);
      return (error as Error).message;
    }
    throw new Error('the damage went unnoticed');
  }

  it('a missing segment: file, expected, found, advice', async () => {
    const path = await tapeOf(numbered(3), numbered(2, 3));
    rmSync(segmentOf(path));
    expect(await failure(path)).toBe(
      `${segmentOf(path)}: expected a segment of 3 frames, found no such file; restore it from a copy; a replay without it would be of another session`,
    );
  });

  it('a truncated segment', async () => {
    const path = await tapeOf(numbered(3));
    const size = readFileSync(segmentOf(path)).length;
    truncateSync(segmentOf(path), size - 1);
    expect(await failure(path)).toMatch(
      `${segmentOf(path)}: expected ${size} bytes, found ${size - 1} bytes; restore it from a copy`,
    );
  });

  it('a flipped byte, anywhere', async () => {
    const path = await tapeOf(numbered(50));
    const whole = readFileSync(segmentOf(path));
    for (const at of [0, 4, Math.floor(whole.length / 2), whole.length - 1]) {
      const damaged = Buffer.from(whole);
      damaged[at] ^= 1;
      writeFileSync(segmentOf(path), damaged);
      expect(await failure(path)).toMatch(
        /000001\.parquet: expected sha256 [0-9a-f]{64}, found [0-9a-f]{64}; restore it/,
      );
    }
  });

  it('of a segment goes unnoticed only when asked not to look, and then Parquet may notice', async () => {
    const path = await tapeOf(numbered(50));
    const damaged = readFileSync(segmentOf(path));
    damaged.fill(0, 4, damaged.length - 4);
    writeFileSync(segmentOf(path), damaged);
    const tape = await openTape(path);
    await expect(readAll(tape.read({ verify: false }))).rejects.toThrow(
      /000001\.parquet: expected a readable Parquet segment, found .+; restore it from a copy/,
    );
  });

  it('another segment in its place', async () => {
    const path = await tapeOf(numbered(3));
    const other = await tapeOf(numbered(3, 10));
    copyFileSync(segmentOf(other), segmentOf(path));
    expect(await failure(path)).toMatch(/expected (sha256 [0-9a-f]{64}|\d+ bytes), found/);
  });

  it('no tape at all', async () => {
    const path = join(newFolder(), 'nothing');
    expect(await failure(path)).toBe(
      `${join(path, 'tape.json')}: expected a tape's header, found no such file; is nothing the folder that was recorded or imported?`,
    );
  });

  it('a header that is not JSON', async () => {
    const path = await tapeOf(numbered(1));
    writeFileSync(join(path, 'tape.json'), '{"format":1,');
    expect(await failure(path)).toMatch(
      /tape\.json: expected a tape's header, found .*JSON.*; restore the file from a copy/,
    );
  });

  it.each([
    [
      'feed',
      (header: Record<string, unknown>) => delete header.feed,
      /expected a valid feed, found .+; restore the file/,
    ],
    [
      'segments',
      (header: Record<string, unknown>) => Object.assign(header, { segments: [{}] }),
      /expected a valid segments\.0\.file/,
    ],
    [
      'format',
      (header: Record<string, unknown>) => Object.assign(header, { format: 'new' }),
      /expected a valid format/,
    ],
  ])('a header with a bad %s', async (_name, damage, message) => {
    const path = await tapeOf(numbered(1));
    const file = join(path, 'tape.json');
    const header = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    damage(header);
    writeFileSync(file, JSON.stringify(header));
    expect(await failure(path)).toMatch(message);
  });

  it.each(['null', '42', '[]', '"tape"'])('a header that is just %s', async (text) => {
    const path = await tapeOf(numbered(1));
    writeFileSync(join(path, 'tape.json'), text);
    expect(await failure(path)).toMatch(/tape\.json: expected a valid .+; restore the file from a copy/);
  });

  it('a tape of a future format', async () => {
    const path = await tapeOf(numbered(1));
    const file = join(path, 'tape.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"format": 1', '"format": 2'));
    expect(await failure(path)).toBe(
      `${file}: expected format 1 or older, found format 2; the tape was written by a newer truetape; update this one`,
    );
  });

  it('a log that is none', async () => {
    const path = await tapeOf(numbered(1));
    writeFileSync(join(path, 'frames', '000002.wal'), 'this is not a log at all');
    expect(await failure(path)).toMatch(/000002\.wal: expected a write-ahead log of format 1, found "this is "/);
  });
});
