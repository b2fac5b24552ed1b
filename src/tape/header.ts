import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { TapeError } from './errors.ts';
import { VERSION } from './version.ts';

/** Format of the folder as a whole; raised when older readers could misread it. */
const TAPE_FORMAT = 1;

const nanoseconds = z.string().regex(/^\d+$/);

const segmentSchema = z.object({
  file: z.string().regex(/^\d{6}\.parquet$/),
  firstSequence: z.int().nonnegative(),
  rows: z.int().positive(),
  /** Size of the file. */
  bytes: z.int().positive(),
  /** Size of the payloads before compression. */
  rawBytes: z.int().nonnegative(),
  firstReceivedAt: nanoseconds,
  lastReceivedAt: nanoseconds,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const connectionSchema = z.object({
  connection: z.int().positive(),
  url: z.string(),
  /** Which of the two of a redundant recording; without, there was one. */
  line: z.enum(['A', 'B']).optional(),
  connectedAt: nanoseconds,
  disconnectedAt: nanoseconds.optional(),
  reason: z.string().optional(),
  /** Delivered on it, and the bytes of their payloads. Older tapes do not say. */
  frames: z.int().nonnegative().optional(),
  rawBytes: z.int().nonnegative().optional(),
  /** Arrival less the venue's own times, milliseconds: the least of all, and the lowest and highest median of a minute. */
  clock: z.object({ least: z.number(), lowestMedian: z.number(), highestMedian: z.number() }).optional(),
});

const gapSchema = z.object({ at: nanoseconds, connection: z.int(), reason: z.string() });

const noStalls = { count: 0, milliseconds: 0, longest: 0 };

const removedSchema = z.object({
  /** Frames that are no longer here: the first segment begins with this sequence. */
  frames: z.int().positive(),
  /** Arrival of the last of them. */
  until: nanoseconds,
  /** The last segment that went; its number and those before it are never used again. */
  lastFile: z.string().regex(/^\d{6}\.parquet$/),
});

const instrumentSchema = z.looseObject({ symbol: z.string() });

const headerSchema = z.object({
  format: z.literal(TAPE_FORMAT),
  createdBy: z.string(),
  feed: z.string(),
  /** What was recorded or imported and how, without secrets. */
  source: z.record(z.string(), z.unknown()),
  /** Facts of instruments as known when recording began. */
  instruments: z.array(instrumentSchema),
  segments: z.array(segmentSchema),
  /** What retention took away in front of the first segment. */
  removed: removedSchema.optional(),
  /**
   * Continuity ledger: when we were connected, and where something may be missing. On disk as of the last segment;
   * notes in the log continue it (`ledger.ts`).
   */
  connections: z.array(connectionSchema),
  gaps: z.array(gapSchema),
  /** Times that nothing could be read, and how long in all and at most, milliseconds. */
  stalls: z.object({ count: z.int(), milliseconds: z.number(), longest: z.number() }).prefault(noStalls),
  /** Highest number of a connection; connections of HTTP requests have a number but no entry in the ledger. */
  lastConnection: z.int().nonnegative().default(0),
});

export type TapeHeader = z.infer<typeof headerSchema>;
export type Segment = z.infer<typeof segmentSchema>;

/** What a tape knows before its first frame. */
export type NewTape = Pick<TapeHeader, 'feed' | 'source' | 'instruments'>;

export function newHeader(tape: NewTape): TapeHeader {
  const createdBy = `truetape ${VERSION}`;
  return {
    format: TAPE_FORMAT,
    createdBy,
    ...tape,
    segments: [],
    connections: [],
    gaps: [],
    stalls: noStalls,
    lastConnection: 0,
  };
}

/** Sequence of the first frame that is in no segment. */
export function nextSequence({ segments, removed }: TapeHeader): number {
  const last = segments.at(-1);
  return last ? last.firstSequence + last.rows : (removed?.frames ?? 0);
}

/** Number of the last segment that is or was on the tape; 0 before the first. */
export function lastNumber({ segments, removed }: TapeHeader): number {
  return Number.parseInt(segments.at(-1)?.file ?? removed?.lastFile ?? '0', 10);
}

export const HEADER_FILE = 'tape.json';

export async function readHeader(tape: string): Promise<TapeHeader> {
  const file = join(tape, HEADER_FILE);
  let raw: unknown;
  try {
    raw = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') {
      throw new TapeError(tape, {
        expected: 'the folder of a tape',
        found: 'a file',
        advice: 'name the folder that was recorded or imported',
      });
    }
    const missing = code === 'ENOENT';
    throw new TapeError(file, {
      expected: "a tape's header",
      found: missing ? 'no such file' : (error as Error).message,
      advice: missing
        ? `is ${basename(tape)} the folder that was recorded or imported?`
        : 'restore the file from a copy',
    });
  }
  const format = (raw as { format?: unknown } | null)?.format;
  if (typeof format === 'number' && format > TAPE_FORMAT) {
    throw new TapeError(file, {
      expected: `format ${TAPE_FORMAT} or older`,
      found: `format ${format}`,
      advice: 'the tape was written by a newer truetape; update this one',
    });
  }
  const parsed = headerSchema.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new TapeError(file, {
      expected: `a valid ${issue.path.join('.') || 'header'}`,
      found: issue.message,
      advice: 'restore the file from a copy',
    });
  }
  return parsed.data;
}

/** Replaces the header in one step: a reader sees the old one or the new one. */
export async function writeHeader(tape: string, header: TapeHeader): Promise<void> {
  await replaceFile(join(tape, HEADER_FILE), `${JSON.stringify(header, null, 2)}\n`);
}

export async function replaceFile(file: string, contents: string): Promise<void> {
  const temporary = temporaryName(file);
  await writeFile(temporary, contents, { flush: true });
  await rename(temporary, file);
  await syncFolder(dirname(file));
}

/** Makes names in a folder (new, renamed, removed) survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows has no such call, and does not need it.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

let temporaries = 0;

/** A name beside `file` to write to before it is renamed; no other process or call has it. */
export function temporaryName(file: string): string {
  return `${file}.${process.pid}-${++temporaries}.new`;
}
