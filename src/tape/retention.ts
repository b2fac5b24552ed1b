import { copyFile, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Micros } from '../market/units.ts';
import { TapeError } from './errors.ts';
import {
  HEADER_FILE,
  lastNumber,
  nextSequence,
  readHeader,
  type Segment,
  syncFolder,
  type TapeHeader,
  writeHeader,
} from './header.ts';
import { TapeLock } from './lock.ts';
import { framesFolder, verifySegment } from './segment.ts';

const DAY_MICROSECONDS = 86_400_000_000;

export interface Retention {
  /** Segments whose last frame is older go. */
  readonly days: number;
  /** Moved segments become, or continue, a tape of the same name in this folder. */
  readonly action: 'delete' | { readonly moveTo: string };
}

/**
 * Deletes or moves the old segments of a tape that nobody is writing (a writer does it by its own `retain`). The unit is
 * the segment, oldest first, so that what stays is without holes; the header says what went. Returns the segments that went.
 */
export async function retain(path: string, retention: Retention, now: Micros): Promise<readonly Segment[]> {
  const lock = TapeLock.take(path);
  try {
    return (await removeOld(path, await readHeader(path), retention, now)).gone;
  } finally {
    lock.release();
  }
}

/** For whoever holds the lock. All segments that would go are checked first: if one is damaged, none goes. */
export async function removeOld(
  path: string,
  header: TapeHeader,
  { days, action }: Retention,
  now: Micros,
): Promise<{ readonly header: TapeHeader; readonly gone: readonly Segment[] }> {
  const before = BigInt(Math.round(now - days * DAY_MICROSECONDS)) * 1000n;
  const firstKept = header.segments.findIndex(({ lastReceivedAt }) => BigInt(lastReceivedAt) >= before);
  const old = firstKept === -1 ? header.segments : header.segments.slice(0, firstKept);
  const last = old.at(-1);
  if (!last) return { header, gone: [] };
  for (const segment of old) await verifySegment(path, segment, true);
  if (action !== 'delete') await archive(path, header, old, join(action.moveTo, basename(resolve(path))));
  const kept: TapeHeader = {
    ...header,
    segments: header.segments.slice(old.length),
    removed: { frames: last.firstSequence + last.rows, until: last.lastReceivedAt, lastFile: last.file },
  };
  // Header first: a crash in between leaves files that nobody asks for, never a header that asks for files that went.
  await writeHeader(path, kept);
  const folder = framesFolder(path);
  const files = (await readdir(folder)).filter((name) => name.endsWith('.parquet') && name <= last.file);
  for (const name of files) await rm(join(folder, name));
  // Decoded events of the segments that stay were decoded with what went before them.
  await rm(join(path, 'events'), { recursive: true, force: true });
  return { header: kept, gone: old };
}

/** The segments become a tape of their own, or continue the one of the last time. */
async function archive(path: string, header: TapeHeader, old: readonly Segment[], to: string): Promise<void> {
  if (resolve(to) === resolve(path)) {
    throw new TapeError(path, {
      expected: 'another folder to move segments to',
      found: 'the one of the tape itself',
      advice: 'choose another folder',
    });
  }
  await mkdir(framesFolder(to), { recursive: true });
  const exists = await stat(join(to, HEADER_FILE)).catch(() => undefined);
  const archived = exists ? await readHeader(to) : { ...header, segments: [] };
  // After a crash between archive and tape the archive has some of them already.
  const missing = old.filter(({ file }) => Number.parseInt(file, 10) > lastNumber(archived));
  if (missing.length > 0 && nextSequence(archived) !== missing[0].firstSequence) {
    throw new TapeError(to, {
      expected: `an archive that ends before frame ${missing[0].firstSequence}`,
      found: `one that ends before frame ${nextSequence(archived)}`,
      advice: 'move this tape to another folder',
    });
  }
  for (const segment of missing) {
    await copyFile(join(framesFolder(path), segment.file), join(framesFolder(to), segment.file));
    await verifySegment(to, segment, true);
  }
  await syncFolder(framesFolder(to));
  await writeHeader(to, { ...header, removed: archived.removed, segments: [...archived.segments, ...missing] });
}
