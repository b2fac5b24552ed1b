/** How long something was held. */
import { median } from 'simple-statistics';
import { exact, type Metric, missing } from './metric.ts';
import { average, total } from './moments.ts';

export function meanDuration(durations: readonly number[]): Metric {
  return durations.length === 0 ? missing('no_trades') : exact(average(durations), durations.length);
}

export function medianDuration(durations: readonly number[]): Metric {
  return durations.length === 0 ? missing('no_trades') : exact(median(durations as number[]), durations.length);
}

/** By size: a lot of a hundred counts a hundred times. */
export function weightedDuration(lots: readonly { readonly size: number; readonly duration: number }[]): Metric {
  if (lots.length === 0) return missing('no_trades');
  const size = total(lots.map((lot) => lot.size));
  return exact(total(lots.map((lot) => lot.size * lot.duration)) / size, lots.length);
}
