import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBBlobVector, DuckDBListVector, DuckDBPreparedStatement, DuckDBVector } from '@duckdb/node-api';
import type { FrameBatch } from '../market/frame.ts';
import { connectDuckDb, quoted } from './duckdb.ts';
import { TapeError } from './errors.ts';
import type { Segment } from './header.ts';

/** Rows of a Parquet row group, and at most of a batch: one row group is read as one block of bytes. */
export const ROWS_PER_GROUP = 16_384;
/** Payload bytes to hold of a batch. */
const BYTES_PER_BATCH = 8 << 20;

export const framesFolder = (tape: string): string => join(tape, 'frames');

export function segmentName(number: number, ending: 'parquet' | 'wal'): string {
  return `${String(number).padStart(6, '0')}.${ending}`;
}

export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Checks that the file is there and is the one that the header speaks of. `deep` reads it all for its hash. */
export async function verifySegment(tape: string, segment: Segment, deep: boolean): Promise<void> {
  const path = join(framesFolder(tape), segment.file);
  const advice = 'restore it from a copy; a replay without it would be of another session';
  const size = await stat(path).then(
    (info) => info.size,
    () => undefined,
  );
  if (size === undefined) {
    throw new TapeError(path, { expected: `a segment of ${segment.rows} frames`, found: 'no such file', advice });
  }
  if (size !== segment.bytes) {
    throw new TapeError(path, { expected: `${segment.bytes} bytes`, found: `${size} bytes`, advice });
  }
  if (!deep) return;
  const sha256 = await hashFile(path);
  if (sha256 !== segment.sha256) {
    throw new TapeError(path, { expected: `sha256 ${segment.sha256}`, found: sha256, advice });
  }
}

/**
 * Streams a segment's frames. Each batch is one query over a range of sequence numbers, which is a row group: DuckDB
 * joins the payloads into one block of bytes, because fetching strings one by one costs more than all the rest
 * (0.9 against 0.3 microseconds a frame, measured; docs/decisions/0002-frames-are-read-in-blocks.md).
 * The next batch is fetched while the caller works on this one.
 */
export async function* readSegment(tape: string, segment: Segment): AsyncGenerator<FrameBatch> {
  const path = join(framesFolder(tape), segment.file);
  const connection = await connectDuckDb();
  let next: Promise<FrameBatch> | undefined;
  try {
    const rows = batchRows(segment);
    const end = segment.firstSequence + segment.rows;
    const plain = await connection.prepare(selectFrames(path, ''));
    const run = async (query: DuckDBPreparedStatement, first: number, count: number) => {
      query.bindBigInt(1, BigInt(first));
      query.bindBigInt(2, BigInt(first + count - 1));
      const chunk = await (await query.run()).fetchChunk();
      if (!chunk) throw new Error(`${path}: no result for frames from ${first} on`);
      const columns = Array.from({ length: chunk.columnCount }, (_, column) => chunk.getColumnVector(column));
      const batch = toBatch(columns, first, count);
      // Frees DuckDB's memory now: left to the garbage collector, memory grows with the tape.
      chunk.reset();
      return batch;
    };
    const fetch = async (first: number): Promise<FrameBatch> => {
      const count = Math.min(rows, end - first);
      const batch = await run(plain, first, count);
      if (batch) return batch;
      // The range lies across row groups, which two threads have read: in order it takes longer.
      const ordered = await run(await connection.prepare(selectFrames(path, ' order by sequence')), first, count);
      if (ordered) return ordered;
      throw new TapeError(path, {
        expected: `frames ${first} to ${first + count - 1}`,
        found: 'others, or not all of them',
        advice: 'restore it from a copy',
      });
    };
    next = fetch(segment.firstSequence);
    for (let first = segment.firstSequence; next; first += rows) {
      const batch: FrameBatch = await next;
      next = first + rows < end ? fetch(first + rows) : undefined;
      // A failure of the fetch ahead belongs to the moment when it is awaited.
      next?.catch(() => undefined);
      yield batch;
    }
  } catch (error) {
    throw damaged(path, error);
  } finally {
    // A reader who stops half-way leaves a query running; closing under it would bring the process down.
    await next?.catch(() => undefined);
    connection.closeSync();
  }
}

/** One row for a range of frames: their payloads as one block, and the other columns as lists. */
function selectFrames(path: string, order: string): string {
  const list = (value: string) => `list(${value}${order})`;
  return `select encode(coalesce(string_agg(payload, ''${order}), '')),
      ${list('coalesce(strlen(payload), octet_length(bytes))::integer')}, ${list('("receivedAt" // 1000)::double')},
      ${list('connection')}, ${list("(case direction when 'in' then 0 when 'out' then 1 else 2 end)::utinyint")},
      ${list('(payload is null)::utinyint')}, ${list('sequence')}, ${list('bytes')} filter (payload is null)
    from ${quoted(path)} where sequence between $1 and $2`;
}

function batchRows(segment: Segment): number {
  const mean = Math.max(1, segment.rawBytes / segment.rows);
  return Math.max(64, Math.min(ROWS_PER_GROUP, Math.floor(BYTES_PER_BATCH / mean)));
}

function damaged(path: string, error: unknown): Error {
  if (error instanceof TapeError) return error;
  return new TapeError(path, {
    expected: 'a readable Parquet segment',
    found: (error as Error).message.split('\n', 1)[0],
    advice: 'restore it from a copy',
  });
}

/** Undefined if they are not these frames in order. */
function toBatch(columns: readonly DuckDBVector[], first: number, rows: number): FrameBatch | undefined {
  const [text, lengths, receivedAt, connection, direction, binary, sequence, binaries] = columns.map((column, i) =>
    i === 0 ? column : (column as DuckDBListVector).getItemVector(0),
  );
  if (sequence?.itemCount !== rows) return undefined;
  for (let i = 0; i < rows; i++) if (Number(sequence.getItem(i)) !== first + i) return undefined;
  const offsets = new Uint32Array(rows + 1);
  for (let i = 0; i < rows; i++) offsets[i + 1] = offsets[i] + (lengths?.getItem(i) as number);
  const isBinary = numbers(binary, new Uint8Array(rows));
  const bytes = (text as DuckDBBlobVector).getItemBytes(0) as Uint8Array;
  return {
    count: rows,
    firstSequence: first,
    receivedAt: numbers(receivedAt, new Float64Array(rows)),
    connection: numbers(connection, new Int32Array(rows)),
    direction: numbers(direction, new Uint8Array(rows)),
    binary: isBinary,
    bytes: binaries ? interleave(bytes, binaries as DuckDBBlobVector, isBinary, offsets) : bytes,
    offsets,
  };
}

function numbers<A extends Uint8Array | Int32Array | Float64Array>(vector: DuckDBVector | null, into: A): A {
  for (let i = 0; i < into.length; i++) into[i] = vector?.getItem(i) as number;
  return into;
}

/** Texts and binary payloads in the order of the frames. */
function interleave(
  text: Uint8Array,
  binaries: DuckDBBlobVector,
  binary: Uint8Array,
  offsets: Uint32Array,
): Uint8Array {
  const bytes = new Uint8Array(offsets[binary.length]);
  let fromText = 0;
  let fromBinaries = 0;
  for (let i = 0; i < binary.length; i++) {
    const length = offsets[i + 1] - offsets[i];
    if (binary[i]) bytes.set(binaries.getItemBytes(fromBinaries++) as Uint8Array, offsets[i]);
    else {
      bytes.set(text.subarray(fromText, fromText + length), offsets[i]);
      fromText += length;
    }
  }
  return bytes;
}
