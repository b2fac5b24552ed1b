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
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { Direction, Frame } from '../market/frame.ts';
import { TapeError } from './errors.ts';

const MAGIC = Buffer.from('TTWAL1\n\0', 'latin1');
const FILE_HEADER = MAGIC.length + 8;
const RECORD_HEADER = 8;
const BODY_HEADER = 14;
const BUFFER_BYTES = 1 << 20;

export class WalWriter {
  rows = 0;
  /** Bytes of payload so far. */
  rawBytes = 0;
  readonly #file: number;
  #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #used = 0;

  constructor(path: string, firstSequence: number) {
    this.#file = openSync(path, 'wx');
    const header = Buffer.alloc(FILE_HEADER);
    MAGIC.copy(header);
    header.writeBigUInt64LE(BigInt(firstSequence), MAGIC.length);
    writeSync(this.#file, header);
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
    this.rawBytes += frame.payload.length;
  }

  /** Hands everything to the operating system: it survives the end of this process. */
  flush(): void {
    let from = 0;
    while (from < this.#used) from += writeSync(this.#file, this.#buffer, from, this.#used - from);
    this.#used = 0;
  }

  /** Flushes to the disk itself: it survives a power cut. */
  sync(): void {
    this.flush();
    fsyncSync(this.#file);
  }

  close(): void {
    this.sync();
    closeSync(this.#file);
  }
}

export interface WalContents {
  readonly firstSequence: number;
  readonly frames: readonly Frame[];
  /** Bytes behind the last whole record; above 0 after a crash in the middle of a write. */
  readonly tornBytes: number;
}

/** Everything whole in a log. Held in memory: a log is one segment, bounded by rotation. */
export function readWal(path: string): WalContents {
  if (!existsSync(path)) {
    throw new TapeError(path, {
      expected: 'the log of the open segment',
      found: 'no such file',
      advice: 'restore it from a copy',
    });
  }
  const data = readFileSync(path);
  if (data.length < FILE_HEADER || !data.subarray(0, MAGIC.length).equals(MAGIC)) {
    const torn = data.length < FILE_HEADER;
    if (torn) return { firstSequence: Number.NaN, frames: [], tornBytes: data.length };
    throw new TapeError(path, {
      expected: 'a write-ahead log of format 1',
      found: JSON.stringify(data.subarray(0, MAGIC.length).toString('latin1')),
      advice: 'the file is not a log, or was written by a newer truetape',
    });
  }
  const frames: Frame[] = [];
  let at = FILE_HEADER;
  while (at + RECORD_HEADER + BODY_HEADER <= data.length) {
    const length = data.readUInt32LE(at);
    const bodyAt = at + RECORD_HEADER;
    const end = bodyAt + length;
    if (length < BODY_HEADER || end > data.length) break;
    if (crc32(data.subarray(bodyAt, end)) !== data.readUInt32LE(at + 4)) break;
    frames.push({
      receivedAt: data.readBigInt64LE(bodyAt),
      connection: data.readInt32LE(bodyAt + 8),
      direction: data[bodyAt + 12] as Direction,
      binary: data[bodyAt + 13] !== 0,
      payload: data.subarray(bodyAt + BODY_HEADER, end),
    });
    at = end;
  }
  return { firstSequence: Number(data.readBigUInt64LE(MAGIC.length)), frames, tornBytes: data.length - at };
}
