/** Is one Sharpe ratio the other? */
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
  /** Two-sided: are both the same? */
  readonly p: number;
}

/**
 * Ledoit and Wolf 2008, section 3.1: the delta method on both means and second moments, the long-run variance by Bartlett's
 * kernel with 4 (n / 100)^(2/9) lags (Newey and West 1994) and their correction n / (n - 4) for small samples. Their own
 * choice, a prewhitened quadratic-spectral kernel, and their bootstrap are not used. Undefined below five sessions, where a
 * side does not vary, and where both are the same.
 */
export function sharpeDifference(one: readonly number[], other: readonly number[]): SharpeDifference | undefined {
  const n = one.length;
  if (n < 5 || [one, other].some((results) => isFlat(momentsOf(results).deviation, results))) return undefined;
  const [ours, theirs] = [influencesOf(one), influencesOf(other)];
  const influences = ours.influences.map((value, i) => value - theirs.influences[i]);
  const bandwidth = Math.floor(4 * (n / 100) ** (2 / 9));
  const variance = longRunVariance(influences, bandwidth);
  if (!(variance > 1e-24)) return undefined;
  const error = Math.sqrt(variance / (n - 4));
  const difference = ours.sharpe - theirs.sharpe;
  const p = 2 * normalCdf(-Math.abs(difference) / error);
  return { one: ours.sharpe, other: theirs.sharpe, difference, error, bandwidth, p };
}

/** What each result adds to the error of its Sharpe ratio: the gradient times how far its moments are from the means. */
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
