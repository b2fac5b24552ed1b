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

/**
 * Scaled to a year with the correlation of returns up to five sessions apart (Lo 2002); of those farther apart it is taken to be 0.
 */
export function sharpeLo(returns: readonly number[], periodsPerYear: number): Metric {
  const n = returns.length;
  if (n < 20) return tooFew(n);
  const sharpe = sharpePerSession(returns);
  if (sharpe.value === null) return sharpe;
  const lags = Math.min(5, Math.floor(n / 4));
  const factor = loFactor(autocorrelations(returns, lags), periodsPerYear);
  return Number.isFinite(factor) ? scaled(sharpe, factor) : missing('nonpositive_denominator', n);
}

/** Takes a Sharpe ratio per session to one of `periods` sessions; the root of `periods` if nothing is correlated. */
export function loFactor(correlations: readonly number[], periods: number): number {
  const sum = total(correlations.map((correlation, i) => (periods - 1 - i) * correlation));
  return periods / Math.sqrt(periods + 2 * sum);
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

/** `maxDrawdown` is that of every mark, a fraction below 0. */
export function marRatio(growth: Metric, maxDrawdown: Metric): Metric {
  if (growth.value === null) return growth;
  if (maxDrawdown.value === null) return maxDrawdown;
  if (maxDrawdown.value === 0) return missing('no_drawdown', growth.n);
  return scaled(growth, 1 / Math.abs(maxDrawdown.value));
}

/** Sum of the gains over the sum of the losses. */
export function omega(returns: readonly number[]): Metric {
  return overLosses(returns, total(returns.map((value) => Math.max(value, 0))));
}

/** Sum of all returns over the sum of the losses. */
export function gainToPain(returns: readonly number[]): Metric {
  return overLosses(returns, total(returns));
}

function overLosses(returns: readonly number[], above: number): Metric {
  const n = returns.length;
  if (n === 0) return missing('no_data');
  const lost = total(returns.map((value) => Math.max(-value, 0)));
  return lost > 0 ? estimate(above / lost, n) : missing('no_losses', n);
}

/** Annualised return over the ulcer index. */
export function ulcerPerformance(annualised: Metric, ulcer: Metric): Metric {
  if (annualised.value === null) return annualised;
  if (ulcer.value === null) return ulcer;
  return ulcer.value > 0 ? scaled(annualised, 1 / ulcer.value) : missing('no_drawdown', annualised.n);
}

/** Correlation of a session's return with the one before. */
export function autocorrelation(returns: readonly number[]): Metric {
  const n = returns.length;
  if (n < 3) return tooFew(n);
  if (isFlat(momentsOf(returns).deviation, returns)) return missing('zero_variance', n);
  return estimate(autocorrelations(returns, 1)[0], n);
}

/** For 1, 2, .. sessions apart. */
function autocorrelations(returns: readonly number[], lags: number): number[] {
  const mean = average(returns);
  const off = returns.map((value) => value - mean);
  const squares = total(off.map((value) => value * value));
  return Array.from({ length: lags }, (_, lag) => {
    const products = off.slice(lag + 1).map((value, i) => value * off[i]);
    return total(products) / squares;
  });
}

export function scaled(metric: Metric, factor: number): Metric {
  return metric.value === null ? metric : estimate(metric.value * factor, metric.n);
}

function tooFew(n: number): Metric {
  return missing(n === 0 ? 'no_data' : 'insufficient_data', n);
}
