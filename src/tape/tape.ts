import { join } from 'node:path';
import { type Frame, type FrameBatch, frameBatchOf } from '../market/frame.ts';
import type { Micros } from '../market/units.ts';
import { nextSequence, readHeader, type TapeHeader } from './header.ts';
import { enterFrame, ledgerOf } from './ledger.ts';
import { openLogs } from './recovery.ts';
import { framesFolder, readSegment, segmentName, verifySegment } from './segment.ts';
import { readWal, type WalContents } from './wal.ts';

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
  /** Frames that are on the tape; where retention removed some, `header.removed` says so. */
  readonly frames: number;
  /** Arrival of the first and the last frame, microseconds; undefined for an empty tape. */
  readonly span: { readonly from: Micros; readonly to: Micros } | undefined;
  /** What is only in the log: frames of the open segment, held in memory. */
  readonly log: readonly Frame[];
  /** Sequence of the first of them. */
  readonly logSequence: number;
  /** All frames in order, segments first, then the log. */
  read(options?: ReadOptions): AsyncGenerator<FrameBatch>;
}

export async function openTape(path: string): Promise<Tape> {
  const { header: published, logs } = await readAtOnce(path);
  const log = logs.flatMap((contents) => contents.frames);
  const tornBytes = logs.reduce((bytes, contents) => bytes + contents.tornBytes, 0);
  const ledger = ledgerOf(published);
  for (const frame of log) enterFrame(ledger, frame);
  const header = { ...published, ...ledger };
  const logSequence = nextSequence(header);
  return {
    path,
    header,
    log,
    logSequence,
    tornBytes,
    frames: header.segments.reduce((rows, segment) => rows + segment.rows, 0) + log.length,
    span: spanOf(header, log),
    async *read({ verify = true } = {}) {
      for (const segment of header.segments) {
        if (verify) await verifySegment(path, segment, true);
        yield* readSegment(path, segment);
      }
      if (log.length > 0) yield frameBatchOf(log, logSequence);
    },
  };
}

/**
 * Header and logs that belong together. A recorder may publish a segment between the two readings; its log goes only
 * after the header has been replaced, so a header that is still the same afterwards belongs to the logs.
 */
async function readAtOnce(path: string): Promise<{ header: TapeHeader; logs: readonly WalContents[] }> {
  for (let header = await readHeader(path); ; ) {
    const attempt = await readWith(path, header).catch((error: unknown) => ({ error }));
    const after = await readHeader(path);
    if (after.segments.length === header.segments.length && after.removed?.frames === header.removed?.frames) {
      if ('error' in attempt) throw attempt.error;
      return { header, logs: attempt.logs };
    }
    header = after;
  }
}

async function readWith(path: string, header: TapeHeader): Promise<{ logs: readonly WalContents[] }> {
  for (const segment of header.segments) await verifySegment(path, segment, false);
  return {
    logs: openLogs(path, header).map((number) => readWal(join(framesFolder(path), segmentName(number, 'wal')))),
  };
}

function spanOf({ segments }: TapeHeader, log: readonly Frame[]): Tape['span'] {
  const first = segments.length > 0 ? BigInt(segments[0].firstReceivedAt) : log[0]?.receivedAt;
  const last = log.at(-1)?.receivedAt ?? BigInt(segments.at(-1)?.lastReceivedAt ?? 0);
  return first === undefined ? undefined : { from: Number(first / 1000n), to: Number(last / 1000n) };
}
