import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { TapeError } from './errors.ts';
import { replaceFile } from './header.ts';
import { writeSession } from './session-file.ts';

export const RUN_FORMAT = 1;
export const RUN_FILE = 'run.json';

const tapeSchema = z.object({
  /** Last part of the path; where a tape lies does not belong to a run. */
  name: z.string(),
  feed: z.string(),
  frames: z.int(),
  /** Hash over the segments' hashes. */
  sha256: z.string(),
  /** Microseconds. */
  from: z.number(),
  to: z.number(),
  gaps: z.array(z.object({ at: z.number(), connection: z.int(), reason: z.string() })),
  /** Frames that could not be decoded, by reason. */
  problems: z.array(z.tuple([z.string(), z.int()])),
  /**
   * Where the venue saw frames at its own times: by how many microseconds the recorder's clock was behind the venue's, which
   * was taken off, and the frames that tell no such time, which it saw at receipt.
   */
  venueClock: z.object({ behind: z.number(), untimed: z.int() }).optional(),
});

const instrumentSchema = z.object({
  id: z.string(),
  kind: z.string(),
  currency: z.string(),
  priceDecimals: z.int(),
  sizeDecimals: z.int(),
  multiplier: z.number(),
  /** Money is in the coin; left out: it is not. */
  inverse: z.boolean().optional(),
  group: z.string().optional(),
  title: z.string().optional(),
  /** Finest step of its prices, decimal text. */
  tick: z.string().optional(),
  /** Where steps differ: the step of each band of prices, decimal texts. */
  ticks: z.array(z.object({ from: z.string(), to: z.string(), step: z.string() })).optional(),
  /** When trading ends, microseconds, as last told. */
  closesAt: z.number().optional(),
  /** What one unit pays, decimal text, if the tape tells it. */
  payout: z.string().optional(),
});

/** What a run was: enough to make it again, and to say what it came to. No clock and no machine in it. */
const runSchema = z.object({
  format: z.literal(RUN_FORMAT),
  createdBy: z.string(),
  mode: z.enum(['replay', 'paper', 'live', 'audit']),
  strategy: z.object({
    name: z.string(),
    description: z.string(),
    /** Hash of the strategy's code with all that it imports; absent for shipped strategies: `createdBy` says it. */
    codeSha256: z.string().optional(),
  }),
  parameters: z.record(z.string(), z.unknown()),
  /** As resolved, defaults included. */
  config: z.record(z.string(), z.unknown()),
  /** The same as it would be given to another run; where a file is named, its place is not known. */
  settings: z.record(z.string(), z.unknown()).optional(),
  seed: z.string(),
  tapes: z.array(tapeSchema),
  settlements: z.object({ name: z.string(), sha256: z.string() }).optional(),
  /** Orders of ours that were in the recorded market, and were taken out of it. */
  ownOrders: z
    .object({
      name: z.string(),
      sha256: z.string(),
      /** Those whose resting size was taken out of the book. */
      orders: z.int(),
      /** Prints of our own taking that were left out. */
      prints: z.int(),
      /** How often a level showed less than ours, and counted as empty. */
      clamps: z.int(),
      /** Changes of ours that no level shows near their time: they took hold at the time that the file tells. */
      untraced: z.int(),
      /** Fills of ours as the aggressor that no print shows near their time. */
      unprinted: z.int(),
      /** Orders that may have rested, nobody knows at which price: they are still in the book. */
      unknown: z.int(),
    })
    .optional(),
  /** Measured requests that the latency model was made of. */
  latency: z.object({ name: z.string(), sha256: z.string() }).optional(),
  /** Traded span in microseconds. */
  from: z.number(),
  to: z.number(),
  events: z.int(),
  /** Instruments that the run placed orders in, or told a probability of. */
  instruments: z.array(instrumentSchema),
  rows: z.record(z.string(), z.int()),
  /** The tables are there as JSON lines too. */
  jsonl: z.boolean().optional(),
  /** sha256 over decisions, orders, fills and equity. */
  digest: z.string(),
});

export type RunManifest = z.infer<typeof runSchema>;

export async function writeRun(folder: string, manifest: RunManifest): Promise<void> {
  await writeSession(folder, manifest);
  await replaceFile(join(folder, RUN_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
}

export async function readRun(folder: string): Promise<RunManifest> {
  const file = join(folder, RUN_FILE);
  const fail = (expected: string, found: string, advice: string) => new TapeError(file, { expected, found, advice });
  let raw: unknown;
  try {
    raw = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const advice =
      'name the folder that a replay wrote with -o, or the one that the config of a paper session names as run';
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw fail('a run', 'no such file', advice);
    if (code === 'ENOTDIR') throw new Error(`${folder}: not a folder; ${advice}`);
    throw fail('a run', (error as Error).message, 'make the run again');
  }
  const { format } = raw as { format?: number };
  if (typeof format === 'number' && format > RUN_FORMAT) {
    throw fail(
      `format ${RUN_FORMAT} or older`,
      `format ${format}`,
      'the run was made by a newer truetape; update this one',
    );
  }
  const parsed = runSchema.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw fail(`a valid ${issue.path.join('.')}`, issue.message, 'make the run again');
  }
  return parsed.data;
}
