/** What it cost to get what was wanted. Costs are above 0; `side` is 1 for a buy, -1 for a sale. */
import type { Money } from '../../market/units.ts';
import { estimate, type Metric, missing } from './metric.ts';
import { total } from './moments.ts';

/** One order against the prices that it met. Prices and sizes in units of 10^-8, so that their products are money, exact. */
export interface OrderCost {
  readonly side: 1 | -1;
  /** What was wanted, and what was filled of it. */
  readonly size: bigint;
  readonly filled: bigint;
  /** Middle of bid and ask when it was decided, when it was sent, and when it arrived. */
  readonly decisionMid: bigint;
  readonly sentMid: bigint;
  readonly arrivalMid: bigint;
  /** The best price of the other side when it arrived. */
  readonly arrivalTouch: bigint;
  /** Sum of price times size over its fills. */
  readonly paid: Money;
  readonly fees: Money;
  /** Middle at the end: what was not filled is measured by it. */
  readonly finalMid: bigint;
}

/** Implementation shortfall (Perold 1988; parts after Kissell 2006). They add up to it. */
export interface Shortfall {
  /** All at once, for nothing, at the price of the decision. */
  readonly paper: Money;
  readonly actual: Money;
  readonly shortfall: Money;
  readonly decisionDelay: Money;
  readonly transitDelay: Money;
  /** Below 0 if it was earned. */
  readonly spread: Money;
  /** Beyond the best price of the other side at arrival. */
  readonly depth: Money;
  readonly fees: Money;
  readonly opportunity: Money;
}

export const shortfallParts = ['decisionDelay', 'transitDelay', 'spread', 'depth', 'fees', 'opportunity'] as const;

export function shortfallOf(order: OrderCost): Shortfall {
  const side = BigInt(order.side);
  const { size, filled, decisionMid, sentMid, arrivalMid, arrivalTouch, paid, fees, finalMid } = order;
  const paper = side * size * (finalMid - decisionMid);
  const actual = side * (filled * finalMid - paid) - fees;
  return {
    paper,
    actual,
    shortfall: paper - actual,
    decisionDelay: side * filled * (sentMid - decisionMid),
    transitDelay: side * filled * (arrivalMid - sentMid),
    spread: side * filled * (arrivalTouch - arrivalMid),
    depth: side * (paid - filled * arrivalTouch),
    fees,
    opportunity: side * (size - filled) * (finalMid - decisionMid),
  };
}

/** A fill, the middle of bid and ask as it came, and the middle some time after it. */
export interface MarkedFill {
  readonly side: 1 | -1;
  readonly size: number;
  readonly price: number;
  readonly mid: number;
  readonly later: number;
}

/** What a unit has gained some time after its fill: above 0 is good. By size. */
export function markout(fills: readonly MarkedFill[]): Metric {
  return bySize(fills, ({ side, later, price }) => side * (later - price));
}

/** What the price moved against a unit after its fill. markout = -effectiveHalfSpread - adverseMove. */
export function adverseMove(fills: readonly MarkedFill[]): Metric {
  return bySize(fills, ({ side, mid, later }) => side * (mid - later));
}

/** What a unit paid beyond the middle; below 0 it earned the spread, as makers do. */
export function effectiveHalfSpread(fills: readonly Omit<MarkedFill, 'later'>[]): Metric {
  return bySize(fills, ({ side, price, mid }) => side * (price - mid));
}

/** What a unit paid beyond some price before its fill. */
export function slippage(fills: readonly { side: 1 | -1; size: number; price: number; reference: number }[]): Metric {
  return bySize(fills, ({ side, price, reference }) => side * (price - reference));
}

export function bySize<T extends { readonly size: number }>(items: readonly T[], value: (item: T) => number): Metric {
  if (items.length === 0) return missing('no_data');
  return estimate(
    total(items.map((item) => item.size * value(item))) / total(items.map(({ size }) => size)),
    items.length,
  );
}
