/** What a crash leaves in the folder of a tape, and how a writer can go on from there. */
import { readdirSync } from 'node:fs';
import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Frame, noteFrame } from '../market/frame.ts';
import { lastNumber, nextSequence, syncFolder, type TapeHeader } from './header.ts';
import { enterFrame, type Ledger, ledgerOf } from './ledger.ts';
import { LOCK_FILE } from './lock.ts';
import { framesFolder, segmentName } from './segment.ts';
import { WalReader } from './wal.ts';

/** A log that is not a segment yet, whole. */
export interface LeftLog {
  readonly number: number;
  readonly firstSequence: number;
  readonly rows: number;
  readonly bytes: number;
  /** As of its last frame. */
  readonly ledger: Ledger;
}

/** What a writer found that was not closed the last time. */
export interface Recovered {
  /** Frames that were in logs only. */
  readonly frames: number;
  /** Bytes behind the last whole frame of a log, cut off. */
  readonly tornBytes: number;
}

export interface Recovery {
  /** In order; the last one can be gone on with. */
  readonly logs: readonly LeftLog[];
  readonly ledger: Ledger;
  /** What the tape has to say about the crash. */
  readonly notes: readonly Frame[];
  readonly nextSequence: number;
  readonly rawBytes: number;
  readonly lastReceivedAt: bigint;
  readonly tornBytes: number;
}

/** Numbers of the logs that are not segments yet. A log that the header has as segment too is left over, and is not read. */
export function openLogs(tape: string, header: TapeHeader): number[] {
  return logsIn(readdirSync(framesFolder(tape))).filter((number) => number > lastNumber(header));
}

function logsIn(names: readonly string[]): number[] {
  return names
    .filter((name) => /^\d{6}\.wal$/.test(name))
    .map((name) => Number.parseInt(name, 10))
    .sort((a, b) => a - b);
}

/**
 * Removes what counts for nothing (half-written files, logs that are segments already), cuts torn tails, and reads the
 * logs once for what the header does not know yet. Whoever calls it holds the lock.
 */
export async function recover(tape: string, header: TapeHeader): Promise<Recovery> {
  await removeLeftovers(tape, header);
  const ledger = ledgerOf(header);
  const lastOf = new Map<number, bigint>();
  const notes: Frame[] = [];
  const logs: LeftLog[] = [];
  const lastSegment = BigInt(header.segments.at(-1)?.lastReceivedAt ?? header.removed?.until ?? 0);
  let lastReceivedAt = lastSegment;
  let sequence = nextSequence(header);
  let rawBytes = header.segments.reduce((sum, segment) => sum + segment.rawBytes, 0);
  let tornBytes = 0;
  const gaps: string[] = [];
  for (const number of openLogs(tape, header)) {
    const path = join(framesFolder(tape), segmentName(number, 'wal'));
    const reader = new WalReader(path);
    let rows = 0;
    for (const frame of reader.frames()) {
      enterFrame(ledger, frame);
      lastOf.set(frame.connection, frame.receivedAt);
      lastReceivedAt = frame.receivedAt;
      rawBytes += frame.payload.length;
      rows++;
    }
    // Only a power cut does that: a log and the one before it are written back by the disk in any order.
    if (reader.firstSequence > sequence) gaps.push(`${reader.firstSequence - sequence} frames never reached the disk`);
    tornBytes += reader.tornBytes;
    if (rows === 0) await rm(path);
    else {
      if (reader.tornBytes > 0) await cut(path, reader.wholeBytes);
      logs.push({ number, firstSequence: sequence, rows, bytes: reader.wholeBytes, ledger: structuredClone(ledger) });
    }
    sequence += rows;
  }
  await syncFolder(framesFolder(tape));
  for (const reason of gaps) notes.push(noteFrame(lastReceivedAt, 0, { note: 'gap', reason }));
  for (const { connection, disconnectedAt } of ledger.connections) {
    if (disconnectedAt !== undefined) continue;
    const at = String(lastOf.get(connection) ?? lastSegment);
    const reason = 'the recorder ended without closing the tape';
    notes.push(noteFrame(lastReceivedAt, connection, { note: 'disconnected', reason, at }));
  }
  return { logs, ledger, notes, nextSequence: sequence, rawBytes, lastReceivedAt, tornBytes };
}

async function removeLeftovers(tape: string, header: TapeHeader): Promise<void> {
  const folder = framesFolder(tape);
  const names = await readdir(folder);
  const halfWritten = (name: string) => name.endsWith('.new');
  const packed = logsIn(names).filter((number) => number <= lastNumber(header));
  const leftovers = [
    // A lock that is being taken is not ours to remove.
    ...(await readdir(tape))
      .filter((name) => halfWritten(name) && !name.startsWith(LOCK_FILE))
      .map((name) => join(tape, name)),
    ...names.filter(halfWritten).map((name) => join(folder, name)),
    ...packed.map((number) => join(folder, segmentName(number, 'wal'))),
  ];
  for (const path of leftovers) await rm(path);
}

async function cut(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.truncate(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}
