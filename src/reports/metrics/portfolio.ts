/** Several series of results together: how alike they are, and how much hangs on one. */
import { sampleCorrelation, sampleCovariance, sampleStandardDeviation, sampleVariance } from 'simple-statistics';
import { estimate, exact, type Metric, missing } from './metric.ts';
import { average, isFlat, total } from './moments.ts';
import { scaled } from './ratios.ts';

type Series = readonly number[];

/** Pearson's, of sessions that both have. */
export function correlation(a: Series, b: Series): Metric {
  const n = a.length;
  if (n < 3) return missing(n === 0 ? 'no_data' : 'insufficient_data', n);
  if (isConstant(a) || isConstant(b)) return missing('zero_variance', n);
  return estimate(sampleCorrelation(a as number[], b as number[]), n);
}

/** Covariance with the benchmark over its variance. */
export function beta(returns: Series, benchmark: Series): Metric {
  const n = returns.length;
  if (n < 3) return missing(n === 0 ? 'no_data' : 'insufficient_data', n);
  if (isConstant(benchmark)) return missing('zero_variance', n);
  return estimate(
    sampleCovariance(returns as number[], benchmark as number[]) / sampleVariance(benchmark as number[]),
    n,
  );
}

/** Return of a year that the benchmark does not account for; riskless rate 0. */
export function alpha(returns: Series, benchmark: Series, periodsPerYear: number): Metric {
  const slope = beta(returns, benchmark);
  if (slope.value === null) return slope;
  return estimate(periodsPerYear * (average(returns) - slope.value * average(benchmark)), slope.n);
}

/** Standard deviation of the difference, for a year. */
export function trackingError(returns: Series, benchmark: Series, periodsPerYear: number): Metric {
  const n = returns.length;
  if (n < 2) return missing(n === 0 ? 'no_data' : 'insufficient_data', n);
  return estimate(sampleStandardDeviation(differences(returns, benchmark)) * Math.sqrt(periodsPerYear), n);
}

/** Mean of the difference over its standard deviation, for a year. */
export function informationRatio(returns: Series, benchmark: Series, periodsPerYear: number): Metric {
  const n = returns.length;
  if (n < 2) return missing(n === 0 ? 'no_data' : 'insufficient_data', n);
  const off = differences(returns, benchmark);
  if (isConstant(off)) return missing('zero_variance', n);
  return scaled(estimate(average(off) / sampleStandardDeviation(off), n), Math.sqrt(periodsPerYear));
}

/** Sum of the squared shares (Herfindahl and Hirschman): 1 if all is in one. Signs do not count. */
export function concentration(amounts: Series): Metric {
  const whole = total(amounts.map(Math.abs));
  if (!(whole > 0)) return missing(amounts.length === 0 ? 'no_data' : 'nonpositive_denominator', amounts.length);
  return exact(total(amounts.map((amount) => (amount / whole) ** 2)), amounts.length);
}

/** How many equal parts would be as concentrated. */
export function effectiveNumber({ value, reason, n }: Metric): Metric {
  return value === null ? missing(reason ?? 'no_data', n) : exact(1 / value, n);
}

/** Share of the gross profit that the `count` best ones made. */
export function topShare(results: Series, count: number): Metric {
  const wins = descending(results).filter((result) => result > 0);
  if (wins.length === 0) return missing(results.length === 0 ? 'no_data' : 'no_wins', results.length);
  return estimate(total(wins.slice(0, count)) / total(wins), results.length);
}

/** Sum of the results without the `count` best winners. */
export function withoutBest(results: Series, count: number): Metric {
  const sorted = descending(results);
  const wins = sorted.filter((result) => result > 0).length;
  if (wins === 0) return missing(results.length === 0 ? 'no_data' : 'no_wins', results.length);
  return exact(total(sorted.slice(Math.min(count, wins))), results.length);
}

/** Weighted mean of the standard deviations over that of the whole: 1 if all move together. */
export function diversification(series: readonly Series[], weights: Series): Metric {
  const n = series[0]?.length ?? 0;
  if (n < 2) return missing(n === 0 ? 'no_data' : 'insufficient_data', n);
  const whole = series[0].map((_, i) => total(series.map((each, k) => weights[k] * each[i])));
  if (isConstant(whole)) return missing('zero_variance', n);
  const apart = total(series.map((each, k) => weights[k] * sampleStandardDeviation(each as number[])));
  return estimate(apart / sampleStandardDeviation(whole), n);
}

const differences = (a: Series, b: Series): number[] => a.map((value, i) => value - b[i]);
const descending = (values: Series): number[] => [...values].sort((a, b) => b - a);
const isConstant = (values: Series): boolean => isFlat(sampleStandardDeviation(values as number[]), values);
