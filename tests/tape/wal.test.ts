import { appendFileSync, existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Direction, type Frame, noteFrame } from '../../src/market/frame.ts';
import { TapeError } from '../../src/tape/errors.ts';
import { readWal, WalWriter } from '../../src/tape/wal.ts';
import { temporaryFolders } from '../support/folder.ts';
import { binaryFrame, messageFrame, plain, stamp } from '../support/frames.ts';

const newFolder = temporaryFolders();
const HEADER = 16;

async function writeLog(frames: readonly Frame[], firstSequence = 0): Promise<string> {
  const path = join(newFolder(), '000001.wal');
  const writer = new WalWriter(path, firstSequence);
  for (const frame of frames) writer.append(frame);
  await writer.close();
  return path;
}

const plainFrames = (frames: readonly Frame[]) => frames.map((frame, i) => plain(frame, i));

const some = [
  messageFrame('{"type":"ticker"}', 1),
  noteFrame(stamp(2), 1, { note: 'gap', reason: 'queue overflow' }),
  messageFrame('the last one, twenty bytes and more', 3),
];

describe('a log', () => {
  it('gives back text, binary, empty and non-ASCII payloads, and every direction, to the nanosecond', async () => {
    const frames: Frame[] = [
      messageFrame(''),
      messageFrame('{"name":"Zürich \u{1f3b2} \u0000"}', 1.000000001),
      binaryFrame([], 2),
      binaryFrame([0, 255, 10, 13, 0], 3),
      { ...messageFrame('{"cmd":"subscribe"}', 4), direction: Direction.out, connection: 7 },
      noteFrame(stamp(5), 0, { note: 'remark', text: 'x' }),
    ];
    const { frames: read, tornBytes, firstSequence } = readWal(await writeLog(frames, 4_000_000_000));
    expect(read.map(({ receivedAt }) => receivedAt)).toEqual(frames.map(({ receivedAt }) => receivedAt));
    expect(plainFrames(read)).toEqual(plainFrames(frames));
    expect({ tornBytes, firstSequence }).toEqual({ tornBytes: 0, firstSequence: 4_000_000_000 });
  });

  it('gives back any frames', async () => {
    const frame = fc.record({
      receivedAt: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
      connection: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      direction: fc.constantFrom(Direction.in, Direction.out, Direction.note),
      binary: fc.boolean(),
      payload: fc.uint8Array({ maxLength: 300 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { maxLength: 20 }), async (frames) => {
        expect(plainFrames(readWal(await writeLog(frames)).frames)).toEqual(plainFrames(frames));
      }),
      { numRuns: 50 },
    );
  });

  it('holds payloads larger than its buffer', async () => {
    const frames = [messageFrame('a'), messageFrame('b'.repeat(3 << 20), 1), messageFrame('c', 2)];
    expect(plainFrames(readWal(await writeLog(frames)).frames)).toEqual(plainFrames(frames));
  });

  it('has on disk what was flushed, while it is still open', async () => {
    const path = join(newFolder(), '000001.wal');
    const writer = new WalWriter(path, 0);
    writer.append(some[0]);
    writer.flush();
    writer.append(some[1]);
    expect(plainFrames(readWal(path).frames)).toEqual(plainFrames(some.slice(0, 1)));
    const synced = writer.sync();
    expect(readWal(path).frames).toHaveLength(2);
    await synced;
    expect({ rows: writer.rows, bytes: writer.bytes }).toEqual({ rows: 2, bytes: statSync(path).size });
    await writer.close();
  });

  it('never overwrites another', async () => {
    const path = await writeLog(some);
    expect(() => new WalWriter(path, 0)).toThrow(/EEXIST/);
    expect(readWal(path).frames).toHaveLength(3);
  });

  it('without frames is empty', async () => {
    expect(readWal(await writeLog([], 12))).toEqual({ firstSequence: 12, frames: [], tornBytes: 0 });
  });
});

describe('a torn tail', () => {
  it('is cut off at every byte of the last record, and everything before it is read', async () => {
    const path = await writeLog(some);
    const whole = readFileSync(path);
    const lastRecord = statSync(await writeLog(some.slice(0, 2))).size;
    for (let length = lastRecord; length < whole.length; length++) {
      truncateSync(path, length);
      const { frames, tornBytes } = readWal(path);
      expect(plainFrames(frames)).toEqual(plainFrames(some.slice(0, 2)));
      expect(tornBytes).toBe(length - lastRecord);
    }
    expect(whole.length - lastRecord).toBe(8 + 14 + some[2].payload.length);
  });

  it('may be as early as the head of the file', async () => {
    const path = await writeLog(some);
    const whole = readFileSync(path);
    for (let length = 0; length < HEADER; length++) {
      writeFileSync(path, whole.subarray(0, length));
      expect(readWal(path)).toMatchObject({ frames: [], tornBytes: length });
    }
  });

  it('may be of zeros, as a file system leaves them', async () => {
    const path = await writeLog(some);
    appendFileSync(path, Buffer.alloc(100));
    expect(readWal(path)).toMatchObject({ tornBytes: 100 });
    expect(readWal(path).frames).toHaveLength(3);
  });
});

describe('a checksum that does not match', () => {
  it('in any byte of the last record ends the log before it', async () => {
    const path = await writeLog(some);
    const whole = readFileSync(path);
    const lastRecord = statSync(await writeLog(some.slice(0, 2))).size;
    for (let at = lastRecord; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] ^= 0x10;
      writeFileSync(path, damaged);
      const { frames, tornBytes } = readWal(path);
      expect(plainFrames(frames)).toEqual(plainFrames(some.slice(0, 2)));
      expect(tornBytes).toBe(whole.length - lastRecord);
    }
  });

  it('in the middle ends the log there: what lies behind it cannot be trusted', async () => {
    const path = await writeLog(some);
    const damaged = readFileSync(path);
    damaged[HEADER + 30] ^= 1;
    writeFileSync(path, damaged);
    expect(readWal(path)).toMatchObject({ frames: [], tornBytes: damaged.length - HEADER });
  });
});

describe('a file that is not a log', () => {
  it('is refused with its name, what was expected, what was found, and what to do', async () => {
    const path = join(newFolder(), '000001.wal');
    writeFileSync(path, 'PAR1 is how Parquet begins');
    expect(() => readWal(path)).toThrow(TapeError);
    expect(() => readWal(path)).toThrow(
      `${path}: expected a write-ahead log of format 1, found "PAR1 is "; the file is not a log, or was written by a newer truetape`,
    );
  });

  it('is refused when it is of a later format', async () => {
    const path = await writeLog(some);
    const later = readFileSync(path);
    later.write('TTWAL2', 'latin1');
    writeFileSync(path, later);
    expect(() => readWal(path)).toThrow(/expected a write-ahead log of format 1, found "TTWAL2/);
  });

  it('is refused when it is not there', async () => {
    const path = join(newFolder(), '000009.wal');
    expect(existsSync(path)).toBe(false);
    expect(() => readWal(path)).toThrow(
      /000009.wal: expected the log of the open segment, found no such file; restore it/,
    );
  });
});
