/** Is one Sharpe ratio the other? Ledoit and Wolf 2008. */
import { Rng } from '../market/rng.ts';
import { automaticBlockLength } from '../reports/metrics/bootstrap.ts';
import { average, isFlat, momentsOf, total } from '../reports/metrics/moments.ts';
import { normalCdf } from '../reports/metrics/normal.ts';

export interface SharpeDifference {
  /** Per session, with the population's standard deviation. */
  readonly one: number;
  readonly other: number;
  readonly difference: number;
  /** Standard error of the difference. */
  readonly error: number;
  /** Lags of the kernel. */
  readonly bandwidth: number;
  /** Two-sided, by the normal distribution: are both the same? Too small if sessions are few. */
  readonly p: number;
  /** The same by their bootstrap. */
  readonly bootstrapP: number;
  /** Sessions that the bootstrap draws together. */
  readonly blockLength: number;
}

const RESAMPLES = 2000;

/**
 * Their delta method on both means and second moments (section 3.1), the long-run variance by Bartlett's kernel with
 * 4 (n / 100)^(2/9) lags (Newey and West 1994) in place of their prewhitened kernels, and their correction n / (n - 4) for small
 * samples. Undefined below five sessions, where a side does not vary, and where both are the same.
 */
export function sharpeDifference(one: readonly number[], other: readonly number[]): SharpeDifference | undefined {
  const n = one.length;
  if (n < 5 || [one, other].some((results) => isFlat(momentsOf(results).deviation, results))) return undefined;
  const { sharpes, difference, influences } = estimateOf(one, other);
  const bandwidth = Math.floor(4 * (n / 100) ** (2 / 9));
  const variance = longRunVariance(influences, bandwidth);
  if (!(variance > 1e-24)) return undefined;
  const error = Math.sqrt(variance / (n - 4));
  const blockLength = Math.max(1, Math.round(automaticBlockLength(influences)));
  return {
    one: sharpes[0],
    other: sharpes[1],
    difference,
    error,
    bandwidth,
    p: 2 * normalCdf(-Math.abs(difference) / error),
    bootstrapP: bootstrapChance(one, other, difference, Math.abs(difference) / error, blockLength),
    blockLength,
  };
}

/**
 * Their studentised bootstrap (section 3.2) with circular blocks: the share of resamples whose difference is as many of its
 * own standard errors off that of the sample. The block is chosen as for the stationary bootstrap, not by calibration.
 */
function bootstrapChance(
  one: readonly number[],
  other: readonly number[],
  difference: number,
  observed: number,
  blockLength: number,
): number {
  const n = one.length;
  const rng = new Rng('sessions/sharpe');
  let [far, drawn] = [0, 0];
  for (let k = 0; k < RESAMPLES; k++) {
    const indices: number[] = [];
    while (indices.length < n) {
      const start = rng.below(n);
      for (let i = 0; i < blockLength && indices.length < n; i++) indices.push((start + i) % n);
    }
    const resample = estimateOf(
      indices.map((i) => one[i]),
      indices.map((i) => other[i]),
    );
    const error = Math.sqrt(blockVariance(resample.influences, blockLength) / (n - 4));
    if (!(error > 0)) continue;
    drawn++;
    if (Math.abs(resample.difference - difference) / error >= observed) far++;
  }
  return (far + 1) / (drawn + 1);
}

/** The difference, and what each session adds to its error: the gradient times how far its moments are from the means. */
function estimateOf(one: readonly number[], other: readonly number[]) {
  const [ours, theirs] = [influencesOf(one), influencesOf(other)];
  return {
    sharpes: [ours.sharpe, theirs.sharpe] as const,
    difference: ours.sharpe - theirs.sharpe,
    influences: ours.influences.map((value, i) => value - theirs.influences[i]),
  };
}

function influencesOf(results: readonly number[]): { readonly sharpe: number; readonly influences: readonly number[] } {
  const mean = average(results);
  const square = average(results.map((result) => result ** 2));
  const variance = average(results.map((result) => (result - mean) ** 2));
  const influences = results.map(
    (result) => (square * (result - mean) - (mean / 2) * (result ** 2 - square)) / variance ** 1.5,
  );
  return { sharpe: mean / Math.sqrt(variance), influences };
}

function longRunVariance(values: readonly number[], bandwidth: number): number {
  const covariance = (lag: number) => total(values.slice(lag).map((value, i) => value * values[i])) / values.length;
  let variance = covariance(0);
  for (let lag = 1; lag <= bandwidth; lag++) variance += 2 * (1 - lag / (bandwidth + 1)) * covariance(lag);
  return variance;
}

/** Of sums of whole blocks. */
function blockVariance(values: readonly number[], blockLength: number): number {
  const blocks = Math.floor(values.length / blockLength);
  let squares = 0;
  for (let b = 0; b < blocks; b++) {
    squares += total(values.slice(b * blockLength, (b + 1) * blockLength)) ** 2 / blockLength;
  }
  return squares / blocks;
}
