import type { RunConfigInput } from '../run/config.ts';
import { type Cut, lookAhead } from './look-ahead.ts';
import { type Outcome, type ProbedRun, Variants } from './variants.ts';

export interface ProbeOptions extends ProbedRun {
  /** Decisions behind which the tape is cut. */
  readonly cuts: number;
  /** Seeds that the run is repeated with. */
  readonly seeds: number;
  /** Runs made so far, and of how many. */
  readonly onProgress?: (runs: number, of: number) => void;
}

/** A setting that is turned, and what that did. */
export interface Turn {
  readonly knob: Knob;
  readonly setting: string;
  readonly outcome: Outcome;
  /** Anything at all differs from the baseline. */
  readonly moved: boolean;
}

export interface Probe {
  readonly baseline: Outcome;
  readonly lookAhead: readonly Cut[];
  /** Rows handed over at a time, and whether the digest stayed. */
  readonly batches: readonly { readonly rows: number; readonly same: boolean }[];
  readonly seeds: readonly Outcome[];
  readonly turns: readonly Turn[];
  /** Knobs of which no turn moved anything. */
  readonly dead: readonly Knob[];
  /** The same strategy where every touch of a price is a fill. */
  readonly byTouch: Outcome;
  /** What must never be: why the run cannot be believed, one line each. */
  readonly failures: readonly string[];
}

export const knobs = ['queue', 'latency', 'fees', 'fills'] as const;
export type Knob = (typeof knobs)[number];

const BATCH_ROWS = [97, 1021, 16_384];

const turns: readonly { readonly knob: Knob; readonly setting: string; readonly change: Partial<ProbedRun> }[] = [
  { knob: 'queue', setting: 'power-2', change: { config: { queue: 'power-2' } } },
  { knob: 'queue', setting: 'log-1', change: { config: { queue: 'log-1' } } },
  { knob: 'latency', setting: 'x0', change: { scale: { latency: 0 } } },
  { knob: 'latency', setting: 'x2', change: { scale: { latency: 2 } } },
  { knob: 'fees', setting: 'x0', change: { scale: { fees: 0 } } },
  { knob: 'fees', setting: 'x2', change: { scale: { fees: 2 } } },
  { knob: 'fills', setting: 'crossed', change: { config: { fills: 'crossed' } } },
  { knob: 'fills', setting: 'touch', change: { config: { fills: 'touch' } } },
];

/**
 * Negative controls: does the strategy know the future, does the run repeat, which settings does its result hang on, and
 * what would an optimistic backtest have claimed?
 */
export async function probe({ cuts, seeds, onProgress, ...base }: ProbeOptions): Promise<Probe> {
  const all = 2 + cuts + BATCH_ROWS.length + seeds + turns.length;
  let runs = 0;
  const variants = new Variants(base, () => onProgress?.(++runs, all));
  const baseline = await variants.outcome();
  const controls = await controlled(variants, baseline.digest, cuts);
  const repeated: Outcome[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    repeated.push(await variants.outcome({ config: { seed: `probe ${seed}`, ...jittered(base.config) } }));
  }
  const turned: Turn[] = [];
  for (const { knob, setting, change } of turns) {
    const outcome = await variants.outcome(change);
    turned.push({ knob, setting, outcome, moved: outcome.digest !== baseline.digest });
  }
  return {
    ...controls,
    baseline,
    seeds: repeated,
    turns: turned,
    dead: knobs.filter((knob) => !turned.some((turn) => turn.knob === knob && turn.moved)),
    byTouch: turned[turned.length - 1].outcome,
  };
}

/** The controls that can fail: does the strategy know the future, and does the run with this digest repeat? */
export async function controlled(
  variants: Variants,
  digest: string,
  cuts: number,
): Promise<Pick<Probe, 'lookAhead' | 'batches' | 'failures'>> {
  const cutTapes = await lookAhead(variants, cuts);
  const batches = [];
  for (const rows of BATCH_ROWS) {
    batches.push({ rows, same: (await variants.outcome({ batchRows: rows })).digest === digest });
  }
  return { lookAhead: cutTapes, batches, failures: failuresOf(cutTapes, batches) };
}

/** A latency that is always the same has no seeds: for the repetitions it gets the spread of a real line. */
function jittered(config: RunConfigInput = {}): RunConfigInput {
  const { latency = {} } = config;
  if (latency.model !== undefined && latency.model !== 'constant') return {};
  const { entryMs = 50, responseMs = 50, cancelMs = entryMs } = latency;
  const around = (medianMs: number) => ({ medianMs: Math.max(1, medianMs), sigma: 0.5, rho: 0.5 });
  return {
    latency: { model: 'lognormal', entry: around(entryMs), response: around(responseMs), cancel: around(cancelMs) },
  };
}

function failuresOf(cuts: readonly Cut[], batches: Probe['batches']): string[] {
  const failures: string[] = [];
  const early = cuts.filter(({ same }) => !same);
  if (early.length > 0)
    failures.push(`${early.length} of ${cuts.length} decisions are others when the tape ends there: look-ahead`);
  if (batches.some(({ same }) => !same))
    failures.push('the digest depends on the size of batches: the strategy keeps state outside of itself');
  return failures;
}
