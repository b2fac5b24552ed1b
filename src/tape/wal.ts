/**
 * The write-ahead log of the open segment: what is on disk before it is Parquet.
 *
 *   file   = "TTWAL1\n\0" · first sequence (u64) · record*
 *   record = length of body (u32) · CRC-32 of body (u32) · body
 *   body   = receivedAt ns (i64) · connection (i32) · direction (u8) · binary (u8) · payload
 *
 * Little endian. A record that is cut short or whose checksum does not match ends the log: a crash can only tear the
 * last write.
 */
import { closeSync, existsSync, fstatSync, fsync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import type { Direction, Frame } from '../market/frame.ts';
import { TapeError } from './errors.ts';
import { syncFolder } from './header.ts';

const MAGIC = Buffer.from('TTWAL1\n\0', 'latin1');
const FILE_HEADER = MAGIC.length + 8;
const RECORD_HEADER = 8;
const BODY_HEADER = 14;
const BUFFER_BYTES = 1 << 20;
/** Bytes read at a time; larger records are read whole. */
const CHUNK_BYTES = 1 << 20;

const fsyncFile = promisify(fsync);

/** The buffer of the last log that was closed, for the next one: a busy recorder opens one every second. */
let spare: Buffer | undefined;

export class WalWriter {
  readonly path: string;
  rows = 0;
  /** Size of the log with what waits in the buffer. */
  bytes = FILE_HEADER;
  readonly #file: number;
  #buffer: Buffer;
  #used = 0;
  #syncs: Promise<void>;
  /** After a failed write nobody knows what is in the file behind it; nothing more is put there. */
  #broken = false;

  /** Starts a log, or goes on with one whose torn tail was cut: `kept` is what is in it. */
  constructor(path: string, firstSequence: number, kept?: { readonly rows: number; readonly bytes: number }) {
    this.path = path;
    this.#buffer = spare ?? Buffer.allocUnsafeSlow(BUFFER_BYTES);
    spare = undefined;
    this.#file = openSync(path, kept ? 'a' : 'wx');
    // A new name in a folder survives a power cut only when the folder is synced too.
    this.#syncs = kept ? Promise.resolve() : syncFolder(dirname(path));
    this.#syncs.catch(() => undefined);
    if (kept) {
      this.rows = kept.rows;
      this.bytes = kept.bytes;
      return;
    }
    const header = Buffer.alloc(FILE_HEADER);
    MAGIC.copy(header);
    header.writeBigUInt64LE(BigInt(firstSequence), MAGIC.length);
    header.copy(this.#buffer);
    this.#used = FILE_HEADER;
    this.flush();
  }

  append(frame: Frame): void {
    const body = BODY_HEADER + frame.payload.length;
    const size = RECORD_HEADER + body;
    if (this.#used + size > this.#buffer.length) {
      this.flush();
      if (size > this.#buffer.length) this.#buffer = Buffer.allocUnsafe(size * 2);
    }
    const buffer = this.#buffer;
    const at = this.#used;
    const bodyAt = at + RECORD_HEADER;
    buffer.writeBigInt64LE(frame.receivedAt, bodyAt);
    buffer.writeInt32LE(frame.connection, bodyAt + 8);
    buffer[bodyAt + 12] = frame.direction;
    buffer[bodyAt + 13] = frame.binary ? 1 : 0;
    buffer.set(frame.payload, bodyAt + BODY_HEADER);
    buffer.writeUInt32LE(body, at);
    buffer.writeUInt32LE(crc32(buffer.subarray(bodyAt, bodyAt + body)), at + 4);
    this.#used += size;
    this.rows++;
    this.bytes += size;
  }

  /** Hands everything to the operating system: it survives the end of this process, kill -9 too. */
  flush(): void {
    let from = 0;
    try {
      while (from < this.#used) from += writeSync(this.#file, this.#buffer, from, this.#used - from);
    } catch (error) {
      this.#broken = true;
      throw error;
    }
    this.#used = 0;
  }

  /**
   * Flushes, then has the disk itself take everything: when it resolves, all frames appended before the call survive a
   * power cut. The disk is waited for on another thread; the caller's goes on.
   */
  sync(): Promise<void> {
    this.flush();
    this.#syncs = this.#syncs.then(() => fsyncFile(this.#file));
    return this.#syncs;
  }

  async close(): Promise<void> {
    try {
      if (!this.#broken) await this.sync();
    } finally {
      await this.#syncs.catch(() => undefined);
      closeSync(this.#file);
      if (this.#buffer.length === BUFFER_BYTES) spare = this.#buffer;
    }
  }
}

/** Reads a log from front to back, a chunk at a time. Memory does not grow with it. */
export class WalReader {
  readonly path: string;
  /** NaN where not even the head of the file is whole. */
  readonly firstSequence: number;
  /** Bytes up to the end of the last whole record read so far. */
  wholeBytes = 0;
  readonly #file: number;
  readonly #size: number;

  constructor(path: string) {
    if (!existsSync(path)) {
      throw new TapeError(path, {
        expected: 'the log of the open segment',
        found: 'no such file',
        advice: 'restore it from a copy',
      });
    }
    this.path = path;
    this.#file = openSync(path, 'r');
    this.#size = fstatSync(this.#file).size;
    const head = this.#read(0, Buffer.alloc(Math.min(FILE_HEADER, this.#size)));
    if (head.length < FILE_HEADER) {
      this.firstSequence = Number.NaN;
      return;
    }
    if (!head.subarray(0, MAGIC.length).equals(MAGIC)) {
      closeSync(this.#file);
      throw new TapeError(path, {
        expected: 'a write-ahead log of format 1',
        found: JSON.stringify(head.subarray(0, MAGIC.length).toString('latin1')),
        advice: 'the file is not a log, or was written by a newer truetape',
      });
    }
    this.firstSequence = Number(head.readBigUInt64LE(MAGIC.length));
    this.wholeBytes = FILE_HEADER;
  }

  /** Bytes behind the last whole record, once all frames have been read; above 0 after a crash in the middle of a write. */
  get tornBytes(): number {
    return this.#size - this.wholeBytes;
  }

  /** Every whole frame, once; closes the file. A payload is a window that is valid until the next frame is asked for. */
  *frames(): Generator<Frame> {
    try {
      let buffer: Buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, this.#size));
      let chunk = buffer.subarray(0, 0);
      let chunkAt = 0;
      const holds = (bytes: number): boolean => {
        const at = this.wholeBytes;
        if (at + bytes > this.#size) return false;
        if (at + bytes > chunkAt + chunk.length) {
          if (bytes > buffer.length) buffer = Buffer.allocUnsafeSlow(bytes);
          chunk = this.#read(at, buffer.subarray(0, Math.min(buffer.length, this.#size - at)));
          chunkAt = at;
        }
        return bytes <= chunk.length;
      };
      if (Number.isNaN(this.firstSequence)) return;
      while (holds(RECORD_HEADER + BODY_HEADER)) {
        const length = chunk.readUInt32LE(this.wholeBytes - chunkAt);
        if (length < BODY_HEADER || !holds(RECORD_HEADER + length)) return;
        const at = this.wholeBytes - chunkAt;
        const bodyAt = at + RECORD_HEADER;
        const end = bodyAt + length;
        if (crc32(chunk.subarray(bodyAt, end)) !== chunk.readUInt32LE(at + 4)) return;
        this.wholeBytes += RECORD_HEADER + length;
        yield {
          receivedAt: chunk.readBigInt64LE(bodyAt),
          connection: chunk.readInt32LE(bodyAt + 8),
          direction: chunk[bodyAt + 12] as Direction,
          binary: chunk[bodyAt + 13] !== 0,
          payload: chunk.subarray(bodyAt + BODY_HEADER, end),
        };
      }
    } finally {
      closeSync(this.#file);
    }
  }

  /** Fills `buffer` as far as the file goes. */
  #read(at: number, buffer: Buffer): Buffer {
    let read = 0;
    while (read < buffer.length) {
      const more = readSync(this.#file, buffer, read, buffer.length - read, at + read);
      if (more === 0) break;
      read += more;
    }
    return buffer.subarray(0, read);
  }
}

export interface WalContents {
  readonly firstSequence: number;
  readonly frames: readonly Frame[];
  readonly tornBytes: number;
}

/** Everything whole in a log. Held in memory: a log is one segment, bounded by rotation. */
export function readWal(path: string): WalContents {
  const reader = new WalReader(path);
  const frames = Array.from(reader.frames(), (frame) => ({ ...frame, payload: new Uint8Array(frame.payload) }));
  return { firstSequence: reader.firstSequence, frames, tornBytes: reader.tornBytes };
}
