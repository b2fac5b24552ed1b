/** From the log of a segment to its Parquet file. */
import { open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { decodeUtf8, directionNames } from '../market/frame.ts';
import { quoted, withSmallDuckDb } from './duckdb.ts';
import { type Segment, syncFolder, temporaryName } from './header.ts';
import { framesFolder, hashFile, ROWS_PER_GROUP, segmentName } from './segment.ts';
import { WalReader } from './wal.ts';

/** A sixth smaller than level 3, and still packs half a million frames a second; beyond 9 there is little to gain. */
const ZSTD_LEVEL = 9;

/** A full log of the smallest frames takes 300 MB as a table. */
const MEMORY_LIMIT = '512MB';

/** A frame being packed is garbage at once: without a limit the thread lets 50 MB of it gather beside DuckDB's table. */
const resourceLimits = { maxYoungGenerationSizeMb: 8 };

/** Rows that DuckDB works on at once. */
const VECTOR_ROWS = 2048;
/** Bytes of log that wait in DuckDB's appender. */
const APPENDER_BYTES = 1 << 20;

export interface PackJob {
  readonly tape: string;
  /** Number of the segment. */
  readonly number: number;
  readonly firstSequence: number;
}

/**
 * Packs on a thread of its own: packing takes seconds of processor time, and a frame that arrives meanwhile must be
 * stamped when it arrives.
 */
export function packInWorker(job: PackJob): Promise<Segment> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerFile(), { workerData: job, execArgv: [], resourceLimits });
    let segment: Segment | undefined;
    worker.on('message', (packed: Segment) => {
      segment = packed;
    });
    worker.on('error', reject);
    // At its end, not at its message: then its memory is free again.
    worker.on('exit', () =>
      segment ? resolve(segment) : reject(new Error('the packing thread ended without an answer')),
    );
  });
}

/**
 * Node 20 runs no TypeScript, and a thread does not pass through the test runner's loader: from src/ the built file is
 * used, which `npm test` has built before.
 */
function workerFile(): URL {
  const built = import.meta.url.endsWith('.ts') ? '../../dist/tape/pack-worker.js' : './pack-worker.js';
  return new URL(built, import.meta.url);
}

/**
 * Streams the log into a table and the table into Parquet, published by rename once its hash is known and it is on the
 * disk itself. The log stays: it goes when the header names the segment.
 */
export async function packLog({ tape, number, firstSequence }: PackJob): Promise<Segment> {
  const file = segmentName(number, 'parquet');
  const path = join(framesFolder(tape), file);
  const temporary = temporaryName(path);
  try {
    const log = new WalReader(join(framesFolder(tape), segmentName(number, 'wal')));
    const contents = await writeParquet(log, firstSequence, temporary);
    await syncFile(temporary);
    const sha256 = await hashFile(temporary);
    const { size } = await stat(temporary);
    await rename(temporary, path);
    await syncFolder(framesFolder(tape));
    return { file, firstSequence, bytes: size, sha256, ...contents };
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

type Contents = Pick<Segment, 'rows' | 'rawBytes' | 'firstReceivedAt' | 'lastReceivedAt'>;

function writeParquet(log: WalReader, firstSequence: number, path: string): Promise<Contents> {
  return withSmallDuckDb(MEMORY_LIMIT, async (connection) => {
    await connection.run(
      'create table frames (sequence bigint, "receivedAt" bigint, connection integer, direction varchar, payload varchar, bytes blob)',
    );
    const appender = await connection.createAppender('frames');
    let rows = 0;
    let rawBytes = 0;
    let flushedAt = 0;
    let firstReceivedAt: bigint | undefined;
    let lastReceivedAt = 0n;
    for (const frame of log.frames()) {
      appender.appendBigInt(BigInt(firstSequence + rows));
      appender.appendBigInt(frame.receivedAt);
      appender.appendInteger(frame.connection);
      appender.appendVarchar(directionNames[frame.direction]);
      if (frame.binary) {
        appender.appendNull();
        appender.appendBlob(frame.payload);
      } else {
        appender.appendVarchar(decodeUtf8(frame.payload, 0, frame.payload.length));
        appender.appendNull();
      }
      appender.endRow();
      rows++;
      rawBytes += frame.payload.length;
      firstReceivedAt ??= frame.receivedAt;
      lastReceivedAt = frame.receivedAt;
      // Left to itself the appender keeps 200,000 rows: the log would be in memory twice. Between whole vectors only, or
      // the row groups would not hold the rows that a reader takes at once.
      if (rows % VECTOR_ROWS === 0 && log.wholeBytes - flushedAt >= APPENDER_BYTES) {
        appender.flushSync();
        flushedAt = log.wholeBytes;
      }
    }
    appender.closeSync();
    if (firstReceivedAt === undefined) throw new Error(`${log.path}: no frame to pack`);
    await connection.run(
      `copy frames to ${quoted(path)} (format parquet, compression zstd, compression_level ${ZSTD_LEVEL}, parquet_version v2, row_group_size ${ROWS_PER_GROUP})`,
    );
    return { rows, rawBytes, firstReceivedAt: String(firstReceivedAt), lastReceivedAt: String(lastReceivedAt) };
  });
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
