import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Frame, type FrameBatch, frameBatchOf } from '../market/frame.ts';
import type { Micros } from '../market/units.ts';
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
  /** Arrival of the first and the last frame, microseconds; undefined for an empty tape. */
  readonly span: { readonly from: Micros; readonly to: Micros } | undefined;
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
    span: spanOf(header, log),
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

function spanOf({ segments }: TapeHeader, log: readonly Frame[]): Tape['span'] {
  const first = segments.length > 0 ? BigInt(segments[0].firstReceivedAt) : log[0]?.receivedAt;
  const last = log.at(-1)?.receivedAt ?? BigInt(segments.at(-1)?.lastReceivedAt ?? 0);
  return first === undefined ? undefined : { from: Number(first / 1000n), to: Number(last / 1000n) };
}
