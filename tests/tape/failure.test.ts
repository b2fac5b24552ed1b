import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Frame } from '../../src/market/frame.ts';
import { TapeError } from '../../src/tape/errors.ts';
import { openTape } from '../../src/tape/tape.ts';
import { TapeWriter } from '../../src/tape/writer.ts';
import { temporaryFolders } from '../support/folder.ts';
import { messageFrame, plain, readAll } from '../support/frames.ts';

/** Bytes that the disk still takes, and what it says then. */
const { disk, sound } = vi.hoisted(() => {
  const sound = {
    free: Number.POSITIVE_INFINITY,
    code: 'ENOSPC',
    text: 'no space left on device',
    fsync: true,
    lock: true,
  };
  return { disk: { ...sound }, sound };
});

function refusal(call: string): Error {
  return Object.assign(new Error(`${disk.code}: ${disk.text}, ${call}`), { code: disk.code, syscall: call });
}

vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  return {
    ...real,
    writeSync(file: number, buffer: Buffer, from: number, length: number) {
      if (disk.free <= 0) throw refusal('write');
      const written = real.writeSync(file, buffer, from, Math.min(length ?? buffer.length, disk.free));
      disk.free -= written;
      return written;
    },
    writeFileSync(...call: Parameters<typeof real.writeFileSync>) {
      if (!disk.lock) throw refusal('open');
      real.writeFileSync(...call);
    },
    fsync(file: number, done: (error: Error | null) => void) {
      if (disk.fsync) real.fsync(file, done);
      else done(refusal('fsync'));
    },
  };
});

afterEach(() => {
  Object.assign(disk, sound);
});

const newFolder = temporaryFolders();
const facts = { feed: 'kalshi', source: {}, instruments: [] };
const numbered = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => messageFrame(`{"number":${from + i}}`, from + i));
const plainFrames = (frames: readonly Frame[]) => frames.map((frame, i) => plain(frame, i));
const contents = async (path: string) => readAll((await openTape(path)).read());

async function writerWith(frames: readonly Frame[]): Promise<TapeWriter> {
  const writer = await TapeWriter.open(join(newFolder(), 'tape'), facts);
  for (const frame of frames) writer.append(frame);
  writer.flush();
  return writer;
}

describe('a full disk', () => {
  it('ends the tape at the last whole frame: every call says why, closing too, and the next writer goes on', async () => {
    for (const free of [0, 1, 20, 60, 75]) {
      const writer = await writerWith(numbered(5));
      const log = join(writer.path, 'frames', '000001.wal');
      for (const frame of numbered(4, 5)) writer.append(frame);
      disk.free = free;
      const message = `${log}: expected to be written, found ENOSPC: no space left on device, write; free some space and start again: the tape is whole up to the last flush and will be continued`;
      expect(() => writer.flush()).toThrow(message);
      expect(writer.failure).toBeInstanceOf(TapeError);
      disk.free = Number.POSITIVE_INFINITY;
      const size = readFileSync(log).length;
      expect(() => writer.append(messageFrame('more', 99))).toThrow(message);
      expect(() => writer.flush()).toThrow(message);
      await expect(writer.sync()).rejects.toThrow(message);
      await expect(writer.rotate()).rejects.toThrow(message);
      await expect(writer.close()).rejects.toThrow(message);
      expect(readFileSync(log).length).toBe(size);

      const record = 8 + 14 + '{"number":5}'.length;
      const kept = 5 + Math.floor(free / record);
      expect(await contents(writer.path)).toEqual(plainFrames(numbered(kept)));
      const next = await TapeWriter.open(writer.path, facts);
      expect(next.recovered).toEqual({ frames: kept, tornBytes: free % record });
      for (const frame of numbered(2, kept)) next.append(frame);
      await next.close();
      expect(await contents(writer.path)).toEqual(plainFrames(numbered(kept + 2)));
    }
  });

  it('is found when a frame does not fit the buffer any more, and that frame is not taken', async () => {
    const writer = await writerWith(numbered(2));
    disk.free = 0;
    const large = messageFrame('x'.repeat(700_000), 2);
    writer.append(large);
    expect(() => writer.append(large)).toThrow(/000001\.wal: expected to be written, found ENOSPC/);
    expect(writer.frames).toBe(3);
    await expect(writer.close()).rejects.toThrow(/ENOSPC/);
    expect(await contents(writer.path)).toEqual(plainFrames(numbered(2)));
  });

  it('is found when a log cannot be started', async () => {
    const writer = await TapeWriter.open(join(newFolder(), 'tape'), facts);
    disk.free = 0;
    expect(() => writer.append(messageFrame('x'))).toThrow(/000001\.wal: expected to be written, found ENOSPC/);
    await expect(writer.close()).rejects.toThrow(/ENOSPC/);
    expect((await openTape(writer.path)).frames).toBe(0);
  });

  it('refuses a writer that comes, and changes nothing', async () => {
    const writer = await writerWith(numbered(2));
    await writer.close();
    const { path } = writer;
    const before = readFileSync(join(path, 'tape.json'), 'utf8');
    disk.lock = false;
    await expect(TapeWriter.open(path, facts)).rejects.toThrow(
      `${path}: expected to be written, found ENOSPC: no space left on device, open; free some space and start again`,
    );
    expect(readFileSync(join(path, 'tape.json'), 'utf8')).toBe(before);
    expect(readdirSync(path).sort()).toEqual(['frames', 'tape.json']);
  });

  it('lets go of the lock', async () => {
    const writer = await writerWith(numbered(1));
    disk.free = 0;
    writer.append(messageFrame('x', 1));
    await expect(writer.close()).rejects.toThrow(/ENOSPC/);
    expect(readdirSync(writer.path)).not.toContain('tape.lock');
  });
});

describe('a disk that fails', () => {
  it('to write is told from one that is full', async () => {
    const writer = await writerWith(numbered(1));
    Object.assign(disk, { free: 0, code: 'EIO', text: 'i/o error' });
    writer.append(messageFrame('x', 1));
    expect(() => writer.flush()).toThrow(/found EIO: i\/o error, write; see to the disk and start again/);
    await expect(writer.close()).rejects.toThrow(/EIO/);
  });

  it('to sync stops the writer too: what it has taken may not be there after a power cut', async () => {
    const writer = await writerWith(numbered(2));
    Object.assign(disk, { fsync: false, code: 'EIO', text: 'i/o error' });
    await expect(writer.sync()).rejects.toThrow(/000001\.wal: expected to be written, found EIO: i\/o error, fsync/);
    expect(() => writer.append(messageFrame('x', 2))).toThrow(/EIO/);
    await expect(writer.close()).rejects.toThrow(/EIO/);
    expect(await contents(writer.path)).toEqual(plainFrames(numbered(2)));
  });
});

it('sync speaks for the log that was ended before, too', async () => {
  const writer = await writerWith(numbered(2));
  Object.assign(disk, { fsync: false, code: 'EIO', text: 'i/o error' });
  const rotation = writer.rotate().catch(String);
  await expect(writer.sync()).rejects.toThrow(/found EIO: i\/o error, fsync/);
  expect(await rotation).toMatch(/found EIO/);
  await expect(writer.close()).rejects.toThrow(/EIO/);
  expect(await contents(writer.path)).toEqual(plainFrames(numbered(2)));
});

describe('a segment that cannot be published', () => {
  it('keeps its log, and those behind it: nothing is lost, nothing is published with a hole', async () => {
    const writer = await writerWith(numbered(3));
    // A folder in its place cannot be replaced by a file.
    const obstacle = join(writer.path, 'frames', '000001.parquet');
    mkdirSync(join(obstacle, 'in the way'), { recursive: true });
    const rotations = [writer.rotate()];
    for (const frame of numbered(2, 3)) writer.append(frame);
    rotations.push(writer.rotate());
    for (const result of await Promise.allSettled(rotations)) {
      expect(String((result as PromiseRejectedResult).reason)).toMatch(
        /000001\.parquet: expected to be written, found .+; see to the disk and start again/,
      );
    }
    expect(() => writer.append(messageFrame('x', 9))).toThrow(/000001\.parquet/);
    await expect(writer.close()).rejects.toThrow(/000001\.parquet/);
    expect(await contents(writer.path)).toEqual(plainFrames(numbered(5)));
    expect((await openTape(writer.path)).header.segments).toEqual([]);
    rmdirSync(join(obstacle, 'in the way'));
    rmdirSync(obstacle);
    await (await TapeWriter.open(writer.path, facts)).close();
    expect(await contents(writer.path)).toEqual(plainFrames(numbered(5)));
    expect(readdirSync(join(writer.path, 'frames')).sort()).toEqual(['000001.parquet', '000002.parquet']);
  });
});

it('the injected disk is the one that is written to', () => {
  disk.free = 0;
  expect(() => writeSync(1, Buffer.from('x'))).toThrow(/ENOSPC/);
});
