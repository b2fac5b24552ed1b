/**
 * Tick ladders: which prices a venue accepts.
 *
 * A ladder is a list of bands in ascending order; inside `[from, to)` prices are multiples of `step` counted from
 * `from`; the last band includes its end. All values are integers in the instrument's price decimals.
 */
import type { Price } from './units.ts';

export interface TickBand {
  readonly from: Price;
  readonly to: Price;
  readonly step: Price;
}

export type TickLadder = readonly TickBand[];

/** One step for all prices from `from` to `to`. */
export function evenLadder(step: Price, from: Price, to: Price): TickLadder {
  return [{ from, to, step }];
}

export function smallestStep(ladder: TickLadder): Price {
  let step = ladder[0].step;
  for (const band of ladder) step = Math.min(step, band.step);
  return step;
}

export function isOnTick(ladder: TickLadder, price: Price): boolean {
  return tickAtOrBelow(ladder, price) === price;
}

/** The greatest valid price at or below `price`; -Infinity when there is none. */
export function tickAtOrBelow(ladder: TickLadder, price: Price): Price {
  for (let i = ladder.length - 1; i >= 0; i--) {
    const band = ladder[i];
    if (price < band.from) continue;
    const inside = Math.min(price, band.to);
    return inside - ((inside - band.from) % band.step);
  }
  return Number.NEGATIVE_INFINITY;
}

/** The smallest valid price at or above `price`; Infinity when there is none. */
export function tickAtOrAbove(ladder: TickLadder, price: Price): Price {
  for (const band of ladder) {
    if (price > band.to) continue;
    if (price <= band.from) return band.from;
    const over = (price - band.from) % band.step;
    const up = over === 0 ? price : price + band.step - over;
    if (up <= band.to) return up;
  }
  return Number.POSITIVE_INFINITY;
}

/** The next valid price above `price`; Infinity at the top. */
export function tickAbove(ladder: TickLadder, price: Price): Price {
  return tickAtOrAbove(ladder, price + 1);
}

/** The next valid price below `price`; -Infinity at the bottom. */
export function tickBelow(ladder: TickLadder, price: Price): Price {
  return tickAtOrBelow(ladder, price - 1);
}
