/** Returns per session. Nothing is annualised from ticks: marks and autocorrelation make that meaningless. */
import { estimate, exact, type Metric, missing } from './metric.ts';
import { average, total } from './moments.ts';

/**
 * Return of each session from the equity at the start and at every session's close. A journal knows no deposits, so
 * the change of equity is what was earned. After a wipe-out there is nothing left to earn a return on: it is the last.
 */
export function sessionReturns(equity: readonly number[]): number[] {
  const returns: number[] = [];
  for (let i = 1; i < equity.length && equity[i - 1] > 0; i++) returns.push(equity[i] / equity[i - 1] - 1);
  return returns;
}

export function totalReturn(returns: readonly number[]): Metric {
  const growth = logGrowth(returns);
  return typeof growth === 'number' ? exact(Math.expm1(growth), returns.length) : growth;
}

/** As if the sessions at hand went on for a year. */
export function annualisedReturn(returns: readonly number[], periodsPerYear: number): Metric {
  const growth = logGrowth(returns);
  if (typeof growth !== 'number') return growth;
  return estimate(Math.expm1((growth * periodsPerYear) / returns.length), returns.length);
}

/** By the time between the first and the last mark, in years of 365.25 days. */
export function compoundGrowth(returns: readonly number[], years: number): Metric {
  const growth = logGrowth(returns);
  if (typeof growth !== 'number') return growth;
  if (!(years > 0)) return missing('insufficient_data', returns.length);
  return estimate(Math.expm1(growth / years), returns.length);
}

export function meanReturn(returns: readonly number[]): Metric {
  return returns.length === 0 ? missing('no_data') : estimate(average(returns), returns.length);
}

/** Logarithm of the end over the start. */
function logGrowth(returns: readonly number[]): number | Metric {
  if (returns.length === 0) return missing('no_data');
  if (returns.some((value) => value <= -1)) return missing('nonpositive_equity', returns.length);
  return total(returns.map(Math.log1p));
}
