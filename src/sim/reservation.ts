import { ceiling, type Instrument, notional } from '../market/instrument.ts';
import type { Market } from '../market/market.ts';
import type { OrderSide } from '../market/order.ts';
import type { Micros, Money, Price, Size } from '../market/units.ts';
import { type FeeModel, newFeeMemory } from '../market/venue.ts';

/** As much of an open order as cash depends on. */
export interface OpenOrder {
  readonly side: OrderSide;
  readonly price: Price;
  readonly remaining: Size;
  readonly reduceOnly: boolean;
}

/**
 * Cash that a venue holds for open orders in one instrument: for each what it would take out of the account if it
 * filled at its own price, with the fee of a taker (never too little). A position on the other side covers the orders
 * that close it, each part of it one order, the first ones first: closing needs no cash.
 */
export function reservation(
  { instrument, feeOverride: override }: Market,
  fees: FeeModel,
  position: Size,
  orders: Iterable<OpenOrder>,
  at: Micros,
): Money {
  let coverForBuys = Math.max(0, -position);
  let coverForSells = Math.max(0, position);
  let cash = 0n;
  for (const { side, price, remaining, reduceOnly } of orders) {
    const closing = Math.min(remaining, side > 0 ? coverForBuys : coverForSells);
    if (side > 0) coverForBuys -= closing;
    else coverForSells -= closing;
    if (!reduceOnly) cash += cashToOpen(instrument, side, price, remaining - closing);
    const question = { instrument, liquidity: 'taker', side, price, size: remaining, at, override } as const;
    cash += fees.charge(question, newFeeMemory());
  }
  return cash;
}

/**
 * A purchase costs its price; a short sale what it may come to cost beyond what it brings, where there is a most (a short
 * binary: the price of NO); all else is held at full value.
 */
function cashToOpen(instrument: Instrument, side: OrderSide, price: Price, size: Size): Money {
  const most = side < 0 ? ceiling(instrument) : undefined;
  return notional(instrument, most === undefined ? price : Math.max(0, most - price), size);
}
