/** An order of ours at the reference exchange: resting, or just arriving. */
import type { Order } from '../../../src/market/order.ts';
import type { Micros, Price, Size } from '../../../src/market/units.ts';
import type { FeeMemory } from '../../../src/market/venue.ts';
import { isBetter, type ReferenceMarket } from './market.ts';

export interface ReferenceOrder {
  readonly asked: Order;
  readonly market: ReferenceMarket;
  readonly fees: FeeMemory;
  /** +-Infinity for a market order. */
  price: Price;
  /** What is still to be filled. */
  rest: Size;
  filled: Size;
  ahead: Size;
  aheadAtArrival: Size;
  /** How far changes of the level have brought it on; a print that may be their cause takes that back. */
  gains: { readonly at: Micros; readonly size: Size }[];
  joinedAt: Micros;
  /** The venue's time of the book that it joined. */
  sawUntil: Micros;
  /** Who joined first has the lower one. */
  turn: number;
}

export function wouldTradeAt({ asked, price }: ReferenceOrder, other: Price): boolean {
  return price === other || isBetter(asked.side, price, other);
}

/** Its limit, or of the levels that a market order would reach the worst; where there are none, what costs nothing. */
export function worstPrice({ asked, market, price, rest }: ReferenceOrder): Price {
  if (Number.isFinite(price)) return price;
  let worst = asked.side > 0 ? 0 : (market.instrument.bounds?.high ?? 0);
  let reached = 0;
  for (const level of market.left(-asked.side)) {
    if (reached < rest) worst = level.price;
    reached += level.size;
  }
  return worst;
}
