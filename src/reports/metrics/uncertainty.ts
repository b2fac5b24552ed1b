/** How sure a figure is. */
import { estimate, type Interval, type Metric, missing } from './metric.ts';
import { type Moments, momentsOf } from './moments.ts';
import { normalCdf, normalQuantile } from './normal.ts';
import { sharpePerSession } from './ratios.ts';

/** Two-sided 95 % of a normal distribution. */
const Z = 1.959963984540054;

/**
 * Wilson's 95 % interval for `hits` out of `n`. These must be independent bets: trips, markets or orders, never
 * contracts (a hundred contracts in one market are one bet).
 */
export function wilsonInterval(hits: number, n: number): Interval | undefined {
  if (n === 0) return undefined;
  const rate = hits / n;
  const shrink = 1 + Z ** 2 / n;
  const center = (rate + Z ** 2 / (2 * n)) / shrink;
  const half = (Z / shrink) * Math.sqrt((rate * (1 - rate)) / n + Z ** 2 / (4 * n * n));
  return [Math.max(0, center - half), Math.min(1, center + half)];
}

/** 95 % interval of the difference of two rates: Newcombe's hybrid score interval (1998). */
export function newcombeInterval(hits: number, n: number, otherHits: number, otherN: number): Interval | undefined {
  const one = wilsonInterval(hits, n);
  const other = wilsonInterval(otherHits, otherN);
  if (!one || !other) return undefined;
  const [p, q] = [hits / n, otherHits / otherN];
  return [p - q - Math.hypot(p - one[0], other[1] - q), p - q + Math.hypot(one[1] - p, q - other[0])];
}

/** Of the same things looked at twice: how many were hits both times, the first time only, the second only, and never. */
export interface PairedCounts {
  readonly both: number;
  readonly one: number;
  readonly other: number;
  readonly neither: number;
}

/** 95 % interval of the difference of two rates on the same things: Newcombe 1998 (paired data), method 10. */
export function pairedInterval({ both, one, other, neither }: PairedCounts): Interval | undefined {
  const n = both + one + other + neither;
  const [first, second] = [wilsonInterval(both + one, n), wilsonInterval(both + other, n)];
  if (!first || !second) return undefined;
  const [p, q] = [(both + one) / n, (both + other) / n];
  const product = (both + one) * (other + neither) * (both + other) * (one + neither);
  const crossed = both * neither - one * other;
  // Corrected for continuity where both go together.
  const corrected = crossed > n / 2 ? crossed - n / 2 : Math.min(crossed, 0);
  const phi = product === 0 ? 0 : corrected / Math.sqrt(product);
  const span = (a: number, b: number) => Math.sqrt(a * a - 2 * phi * a * b + b * b);
  return [p - q - span(p - first[0], second[1] - q), p - q + span(q - second[0], first[1] - p)];
}

/** Per-session Sharpe ratio with what its uncertainty depends on. `kurtosis` is raw: 3 for a normal distribution. */
export interface SharpeEstimate extends Pick<Moments, 'n' | 'skew' | 'kurtosis'> {
  readonly sharpe: number;
}

/** A figure that follows from the Sharpe ratio of returns and the shape of their distribution. */
export function fromSharpe(returns: readonly number[], figure: (estimated: SharpeEstimate) => Metric): Metric {
  const sharpe = sharpePerSession(returns);
  if (sharpe.value === null) return sharpe;
  const { n, skew, kurtosis } = momentsOf(returns);
  return n < 4 ? missing('insufficient_data', n) : figure({ n, sharpe: sharpe.value, skew, kurtosis });
}

/** Probability that the true Sharpe ratio per session is above `benchmark` (Bailey and Lopez de Prado 2012). */
export function probabilisticSharpe(estimated: SharpeEstimate, benchmark: number): Metric {
  const { n, sharpe } = estimated;
  const variance = sharpeVariance(estimated);
  if (!(variance > 0)) return missing('nonpositive_denominator', n);
  return estimate(normalCdf(((sharpe - benchmark) * Math.sqrt(n - 1)) / Math.sqrt(variance)), n);
}

/** Of the Sharpe ratio per session. */
export function sharpeError(estimated: SharpeEstimate): Metric {
  const { n } = estimated;
  const variance = sharpeVariance(estimated);
  return variance > 0 ? estimate(Math.sqrt(variance / (n - 1)), n) : missing('nonpositive_denominator', n);
}

/** Sessions needed until a Sharpe ratio up to `benchmark` could be ruled out at 95 %. */
export function minimumTrackRecord(estimated: SharpeEstimate, benchmark: number): Metric {
  const { n, sharpe } = estimated;
  if (sharpe <= benchmark) return missing('not_applicable', n);
  return estimate(1 + sharpeVariance(estimated) * (normalQuantile(0.95) / (sharpe - benchmark)) ** 2, n);
}

function sharpeVariance({ sharpe, skew, kurtosis }: SharpeEstimate): number {
  return 1 - skew * sharpe + ((kurtosis - 1) / 4) * sharpe ** 2;
}
