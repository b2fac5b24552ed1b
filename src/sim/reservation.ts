import { type Instrument, notional } from '../market/instrument.ts';
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
  instrument: Instrument,
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
    cash += fees.charge({ instrument, liquidity: 'taker', side, price, size: remaining, at }, newFeeMemory());
  }
  return cash;
}

/** A purchase costs its price; a short binary costs what NO costs; other short sales are held at full value. */
function cashToOpen(instrument: Instrument, side: OrderSide, price: Price, size: Size): Money {
  const { bounds, kind } = instrument;
  const unit = side < 0 && kind === 'binary' && bounds ? bounds.high - price : price;
  return notional(instrument, unit, size);
}
