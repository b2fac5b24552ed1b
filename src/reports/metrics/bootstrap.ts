/** Intervals by drawing from what was observed, in blocks, since sessions that follow each other are alike. */
import { quantileSorted } from 'simple-statistics';
import { Rng } from '../../market/rng.ts';
import type { Interval } from './metric.ts';
import { average } from './moments.ts';

export const RESAMPLES = 2000;
/** Of `Rng`. */
export const GENERATOR = 'sfc32';
const LEAST = 10;

/** By `Rng` (sfc32), seeded by the run and the figure: the same run gives the same interval. */
export interface BootstrapInterval {
  readonly interval: Interval;
  /** Mean length of a block, in observations. */
  readonly blockLength: number;
  readonly resamples: number;
  /** Resamples in which the figure is undefined; they are left out. */
  readonly discarded: number;
}

/**
 * 95 % percentile interval of a figure by the stationary bootstrap (Politis and Romano 1994). Undefined below ten
 * observations, and if the figure is undefined in more than half of the resamples.
 */
export function bootstrapInterval(
  values: readonly number[],
  figure: (resample: readonly number[]) => number | null,
  seed: string,
): BootstrapInterval | undefined {
  return bootstrapOf(values, values, figure, seed);
}

/** The same of things that are more than a number each; `values`, one for each, tell how long they are alike. */
export function bootstrapOf<T>(
  items: readonly T[],
  values: readonly number[],
  figure: (resample: readonly T[]) => number | null,
  seed: string,
): BootstrapInterval | undefined {
  const n = items.length;
  if (n < LEAST) return undefined;
  const rng = new Rng(seed);
  const blockLength = automaticBlockLength(values);
  const starts = new Array<number>(n);
  const chances = new Array<number>(n);
  const found: number[] = [];
  for (let k = 0; k < RESAMPLES; k++) {
    for (let i = 0; i < n; i++) {
      starts[i] = rng.below(n);
      chances[i] = rng.unit();
    }
    const value = figure(stationaryIndices(starts, chances, blockLength).map((index) => items[index]));
    if (value !== null && Number.isFinite(value)) found.push(value);
  }
  return percentiles(found, blockLength);
}

/** The same with whole clusters drawn, each as likely as another: trips of one event are one bet. */
export function clusterInterval<T>(
  clusters: readonly T[],
  figure: (resample: readonly T[]) => number | null,
  seed: string,
): BootstrapInterval | undefined {
  if (clusters.length < LEAST) return undefined;
  const rng = new Rng(seed);
  const found: number[] = [];
  for (let k = 0; k < RESAMPLES; k++) {
    const value = figure(clusters.map(() => clusters[rng.below(clusters.length)]));
    if (value !== null && Number.isFinite(value)) found.push(value);
  }
  return percentiles(found, 1);
}

function percentiles(found: number[], blockLength: number): BootstrapInterval | undefined {
  if (found.length < RESAMPLES / 2) return undefined;
  found.sort((a, b) => a - b);
  return {
    interval: [quantileSorted(found, 0.025), quantileSorted(found, 0.975)],
    blockLength,
    resamples: found.length,
    discarded: RESAMPLES - found.length,
  };
}

/** A block goes on with chance 1 - 1 / `blockLength`, and begins anew at `starts`; past the end it goes on at the begin. */
export function stationaryIndices(
  starts: readonly number[],
  chances: readonly number[],
  blockLength: number,
): number[] {
  const n = starts.length;
  const indices = [starts[0]];
  for (let i = 1; i < n; i++) {
    indices.push(chances[i] > 1 / blockLength ? (indices[i - 1] + 1) % n : starts[i]);
  }
  return indices;
}

/**
 * Politis and White 2004, corrected by Patton, Politis and White 2009: as the `arch` package has it, for the stationary
 * bootstrap. From 1 to a third of the observations.
 */
export function automaticBlockLength(values: readonly number[]): number {
  const n = values.length;
  const center = average(values);
  const off = values.map((value) => value - center);
  const run = Math.max(5, Math.floor(Math.sqrt(Math.log10(n))));
  const most = Math.min(Math.ceil(Math.sqrt(n)) + run, n - 1);
  const covariance = (lag: number) => {
    let sum = 0;
    for (let i = lag; i < n; i++) sum += off[i] * off[i - lag];
    return sum / n;
  };
  const covariances = Array.from({ length: most + 1 }, (_, lag) => covariance(lag));
  if (!(covariances[0] > 0)) return 1;
  const bound = 2 * Math.sqrt(Math.log10(n) / n);
  const isSmall = (lag: number) => lag > most || Math.abs(covariances[lag] / covariances[0]) < bound;
  // The last lag before a run of correlations that are no more than chance.
  let last = 0;
  while (last < most && !Array.from({ length: run }, (_, k) => last + 1 + k).every(isSmall)) last++;
  const width = Math.min(Math.max(2 * last, 1), most);
  let spectrum = covariances[0];
  let slope = 0;
  for (let lag = 1; lag <= width; lag++) {
    // Flat up to half the width, then falling to 0.
    const weight = lag / width <= 0.5 ? 1 : 2 * (1 - lag / width);
    spectrum += 2 * weight * covariances[lag];
    slope += 2 * weight * lag * covariances[lag];
  }
  const length = ((2 * slope ** 2) / (2 * spectrum ** 2)) ** (1 / 3) * n ** (1 / 3);
  return Math.min(Math.max(Number.isFinite(length) ? length : 1, 1), n / 3);
}
