/** What contracts were worth beyond what they cost, per unit. */
import { bySize } from './execution.ts';
import { estimate, type Metric, missing } from './metric.ts';
import { total } from './moments.ts';

/** A binary entry. `entry` and `close` are prices, `side` 1 for bought. */
export interface ClosingValue {
  readonly side: 1 | -1;
  readonly size: number;
  readonly entry: number;
  readonly close: number;
}

const gain = ({ side, entry, close }: ClosingValue): number => side * (close - entry);

/** How much better than the closing reference a unit was entered. */
export function closingLineValue(entries: readonly ClosingValue[]): Metric {
  return bySize(entries, gain);
}

/** The same over what was paid: the price of what was bought, 1 less the price of what was sold. */
export function closingLineReturn(entries: readonly ClosingValue[]): Metric {
  const better = closingLineValue(entries);
  const cost = bySize(entries, ({ side, entry }) => (side > 0 ? entry : 1 - entry));
  if (better.value === null || cost.value === null) return better;
  return cost.value > 0 ? estimate(better.value / cost.value, better.n) : missing('nonpositive_denominator', better.n);
}

/** Part of the size that was entered better than the closing reference. */
export function beatClose(entries: readonly ClosingValue[]): Metric {
  return bySize(entries, (each) => (gain(each) > 0 ? 1 : 0));
}

/** What the model gave a unit beyond its cost: `probability` is that of the side that was bought, `cost` is all-in. */
export function expectedEdge(entries: readonly { size: number; probability: number; cost: number }[]): Metric {
  return bySize(entries, ({ probability, cost }) => probability - cost);
}

/** Net result of a unit. */
export function realisedEdge(lots: readonly { readonly size: number; readonly net: number }[]): Metric {
  if (lots.length === 0) return missing('no_trades');
  return estimate(total(lots.map(({ net }) => net)) / total(lots.map(({ size }) => size)), lots.length);
}
