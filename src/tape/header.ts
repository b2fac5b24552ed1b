import { readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { TapeError } from './errors.ts';

/** Format of the folder as a whole; raised when older readers could misread it. */
export const TAPE_FORMAT = 1;

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
  connectedAt: nanoseconds,
  disconnectedAt: nanoseconds.optional(),
  reason: z.string().optional(),
});

const gapSchema = z.object({ at: nanoseconds, connection: z.int(), reason: z.string() });

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
  /** Continuity ledger: when we were connected, and where something may be missing. */
  connections: z.array(connectionSchema),
  gaps: z.array(gapSchema),
});

export type TapeHeader = z.infer<typeof headerSchema>;
export type Segment = z.infer<typeof segmentSchema>;

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
}

let temporaries = 0;

/** A name beside `file` to write to before it is renamed; no other process or call has it. */
export function temporaryName(file: string): string {
  return `${file}.${process.pid}-${++temporaries}.new`;
}
