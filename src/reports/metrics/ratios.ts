/** Risk and reward of session returns. */
import { estimate, type Metric, missing } from './metric.ts';
import { average, isFlat, momentsOf, total } from './moments.ts';
import { annualisedReturn } from './returns.ts';

export function volatility(returns: readonly number[], periodsPerYear: number): Metric {
  const n = returns.length;
  if (n < 2) return tooFew(n);
  return estimate(momentsOf(returns).deviation * Math.sqrt(periodsPerYear), n);
}

/** An annual rate of interest as a rate per session. */
export function ratePerSession(annual: number, periodsPerYear: number): number {
  return Math.expm1(Math.log1p(annual) / periodsPerYear);
}

/** Mean over standard deviation (ddof 1) of the returns above the riskless rate, per session. */
export function sharpePerSession(returns: readonly number[], risklessRate = 0): Metric {
  const n = returns.length;
  if (n < 2) return tooFew(n);
  const excess = returns.map((value) => value - risklessRate);
  const { mean, deviation } = momentsOf(excess);
  return isFlat(deviation, excess) ? missing('zero_variance', n) : estimate(mean / deviation, n);
}

export function sharpe(returns: readonly number[], periodsPerYear: number, risklessRate = 0): Metric {
  return scaled(sharpePerSession(returns, risklessRate), Math.sqrt(periodsPerYear));
}

/** Root of the mean squared loss; gains count as 0, and all observations are divided by (ddof 0). */
export function downsideDeviation(returns: readonly number[]): Metric {
  const n = returns.length;
  if (n === 0) return missing('no_data');
  return estimate(Math.sqrt(total(returns.map((value) => Math.min(value, 0) ** 2)) / n), n);
}

export function sortino(returns: readonly number[], periodsPerYear: number): Metric {
  const n = returns.length;
  if (n < 2) return tooFew(n);
  const downside = downsideDeviation(returns).value;
  if (!downside) return missing('no_losses', n);
  return estimate((average(returns) / downside) * Math.sqrt(periodsPerYear), n);
}

/** `maxDrawdown` is that of the session closes, a fraction below 0. */
export function calmar(returns: readonly number[], periodsPerYear: number, maxDrawdown: Metric): Metric {
  const annualised = annualisedReturn(returns, periodsPerYear);
  if (annualised.value === null) return annualised;
  if (maxDrawdown.value === null) return maxDrawdown;
  if (maxDrawdown.value === 0) return missing('no_drawdown', returns.length);
  return scaled(annualised, 1 / Math.abs(maxDrawdown.value));
}

/** Correlation of a session's return with the one before. */
export function autocorrelation(returns: readonly number[]): Metric {
  const n = returns.length;
  if (n < 3) return tooFew(n);
  const { mean, deviation } = momentsOf(returns);
  if (isFlat(deviation, returns)) return missing('zero_variance', n);
  const off = returns.map((value) => value - mean);
  const products = off.slice(1).map((value, i) => value * off[i]);
  return estimate(total(products) / total(off.map((value) => value * value)), n);
}

function scaled(metric: Metric, factor: number): Metric {
  return metric.value === null ? metric : estimate(metric.value * factor, metric.n);
}

function tooFew(n: number): Metric {
  return missing(n === 0 ? 'no_data' : 'insufficient_data', n);
}
