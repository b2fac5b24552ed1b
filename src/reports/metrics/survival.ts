/** How long orders wait, those that never were filled counted for as long as they stood. */
import { quantileSorted } from 'simple-statistics';
import { exact, type Metric, missing } from './metric.ts';

/** Time until the first fill, or until the order was gone without one. */
export interface Wait {
  readonly time: number;
  readonly filled: boolean;
}

/** From this time on, until the next step. */
export interface SurvivalStep {
  readonly time: number;
  /** Chance that an order still waits. */
  readonly waiting: number;
  /** Orders that stood just before. */
  readonly atRisk: number;
}

/** Kaplan and Meier 1958. One step for each time at which an order was filled; of a fill and a cancel at once the fill is first. */
export function waitSurvival(waits: readonly Wait[]): SurvivalStep[] {
  const ascending = [...waits].sort((a, b) => a.time - b.time);
  const steps: SurvivalStep[] = [];
  let waiting = 1;
  for (let i = 0; i < ascending.length; ) {
    const { time } = ascending[i];
    const atRisk = ascending.length - i;
    let fills = 0;
    for (; i < ascending.length && ascending[i].time === time; i++) if (ascending[i].filled) fills++;
    if (fills === 0) continue;
    waiting *= 1 - fills / atRisk;
    steps.push({ time, waiting, atRisk });
  }
  return steps;
}

/** The time by which half of the orders would have been filled, if none were cancelled. */
export function medianWait(waits: readonly Wait[]): Metric {
  if (waits.length === 0) return missing('no_data');
  const step = waitSurvival(waits).find(({ waiting }) => waiting <= 0.5);
  return step ? exact(step.time, waits.length) : missing('insufficient_data', waits.length);
}

export interface Quantiles {
  readonly n: number;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/** Type 7. */
export function quantilesOf(values: ArrayLike<number>): Quantiles {
  const ascending = Array.from(Float64Array.from(values).sort());
  const n = ascending.length;
  const at = (level: number) => (n === 0 ? null : quantileSorted(ascending, level));
  return { n, p50: at(0.5), p90: at(0.9), p99: at(0.99), max: n === 0 ? null : ascending[n - 1] };
}
