/** Bad sessions, as losses: positive numbers, below 0 if even the quantile is a gain. */
import { quantileSorted } from 'simple-statistics';
import { estimate, type Metric, missing, reliabilityOf } from './metric.ts';
import { momentsOf, total } from './moments.ts';
import { normalQuantile } from './normal.ts';

/** Historical, by linear interpolation (quantile type 7). */
export function valueAtRisk(returns: readonly number[], level: number): Metric {
  if (returns.length === 0) return missing('no_data');
  return inTail(-quantileSorted(ascending(returns), level), returns.length, level);
}

/** As if returns were normally distributed. */
export function normalValueAtRisk(returns: readonly number[], level: number): Metric {
  const n = returns.length;
  if (n < 2) return missing(n === 0 ? 'no_data' : 'insufficient_data', n);
  const { mean, deviation } = momentsOf(returns);
  return estimate(-(mean + normalQuantile(level) * deviation), n);
}

/**
 * Mean of the worst `level` of the sessions; of a session that lies across the border only its part counts. It equals
 * the worst session while there are no more than 1 / level of them.
 */
export function expectedShortfall(returns: readonly number[], level: number): Metric {
  const n = returns.length;
  if (n === 0) return missing('no_data');
  const sorted = ascending(returns);
  const tail = level * n;
  const whole = Math.floor(tail + 1e-9);
  const part = tail - whole;
  const losses = [...sorted.slice(0, whole), whole < n ? part * sorted[whole] : 0];
  return inTail(-total(losses) / tail, n, level);
}

/** Fewer than 1 / level sessions cannot show what happens in `level` of them. */
function inTail(value: number, n: number, level: number): Metric {
  return { value, n, reliability: n < 1 / level ? 'very_low' : reliabilityOf(n) };
}

function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}
