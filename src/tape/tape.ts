import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Frame, type FrameBatch, frameBatchOf } from '../market/frame.ts';
import { readHeader, type TapeHeader } from './header.ts';
import { framesFolder, readSegment, segmentName, verifySegment } from './segment.ts';
import { readWal } from './wal.ts';

export interface ReadOptions {
  /** Checks the hash of every segment before it is read. Default true. */
  readonly verify?: boolean;
}

/** A recording: header and frames. Reading streams; memory does not grow with the tape. */
export interface Tape {
  readonly path: string;
  readonly header: TapeHeader;
  /** Bytes cut off behind the last whole record of the open segment (after a crash). */
  readonly tornBytes: number;
  readonly frames: number;
  /** What is only in the log: frames of the open segment, held in memory. */
  readonly log: readonly Frame[];
  /** All frames in order, segments first, then the log. */
  read(options?: ReadOptions): AsyncGenerator<FrameBatch>;
}

export async function openTape(path: string): Promise<Tape> {
  const header = await readHeader(path);
  for (const segment of header.segments) await verifySegment(path, segment, false);
  const compacted = header.segments.reduce((rows, segment) => rows + segment.rows, 0);
  const logs = openLogs(path, header).map(readWal);
  const log = logs.flatMap((contents) => contents.frames);
  const tornBytes = logs.reduce((bytes, contents) => bytes + contents.tornBytes, 0);
  return {
    path,
    header,
    log,
    tornBytes,
    frames: compacted + log.length,
    async *read({ verify = true } = {}) {
      for (const segment of header.segments) {
        if (verify) await verifySegment(path, segment, true);
        yield* readSegment(path, segment);
      }
      if (log.length > 0) yield frameBatchOf(log, compacted);
    },
  };
}

/** Logs that are not segments yet. One that has been published as well is left over from a crash, and read as segment. */
function openLogs(path: string, header: TapeHeader): string[] {
  const published = new Set(header.segments.map((segment) => segment.file));
  return readdirSync(framesFolder(path))
    .filter((name) => /^\d{6}\.wal$/.test(name) && !published.has(segmentName(Number.parseInt(name, 10), 'parquet')))
    .sort()
    .map((name) => join(framesFolder(path), name));
}
