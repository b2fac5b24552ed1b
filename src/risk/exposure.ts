/** What orders could make of positions, at worst, and what that would cost. */
import { ceiling, type Instrument, notional } from '../market/instrument.ts';
import { type MarketView, midPrice } from '../market/market.ts';
import type { Order, OrderSide } from '../market/order.ts';
import type { Money, Price, Size } from '../market/units.ts';

/** Decimals in which sizes of different instruments are added up; the journal has no more. */
const UNIT_DECIMALS = 8;

/** A size, whatever its instrument, in 10^-8 contracts or shares: exact up to 90 million of them. */
export type Units = number;

export function unitsOf({ sizeDecimals }: Instrument, size: Size): Units {
  return size * 10 ** (UNIT_DECIMALS - sizeDecimals);
}

/** Contracts as a config has them. */
export function unitsFrom(contracts: number): Units {
  return Math.round(contracts * 10 ** UNIT_DECIMALS);
}

/** As much of an order as exposure depends on. */
export type OpenOrder = Pick<Order, 'side' | 'price' | 'size' | 'filled' | 'reduceOnly'>;

export const remainingOf = ({ size, filled }: OpenOrder): Size => size - filled;

/** The position once all orders of that side have filled, and none of the other. */
export function reach(position: Size, side: OrderSide, orders: readonly OpenOrder[]): Size {
  let opening = 0;
  let reducing = 0;
  for (const order of orders) {
    if (order.side !== side) continue;
    if (order.reduceOnly) reducing += remainingOf(order);
    else opening += remainingOf(order);
  }
  // Those that only reduce end at zero, wherever they come in line.
  const cover = Math.max(0, -position * side);
  return position + side * (opening + Math.min(cover, reducing));
}

/** The largest position that the orders could lead to, long or short. */
export function worst(position: Size, orders: readonly OpenOrder[]): Size {
  return Math.max(Math.abs(reach(position, 1, orders)), Math.abs(reach(position, -1, orders)));
}

/** Orders that could enlarge the position, or turn it round; what is held covers the first ones on the other side. */
export function growing<T extends OpenOrder>(position: Size, orders: readonly T[]): T[] {
  let coverForBuys = Math.max(0, -position);
  let coverForSells = Math.max(0, position);
  return orders.filter((order) => {
    const remaining = remainingOf(order);
    if (order.side > 0) coverForBuys -= remaining;
    else coverForSells -= remaining;
    return !order.reduceOnly && (order.side > 0 ? coverForBuys : coverForSells) < 0;
  });
}

/**
 * Cash that the orders of one instrument would take if all filled at their prices; closing takes none, and the first
 * ones are those that close. NaN prices (nothing tells them) are left out.
 */
export function openingCost(market: MarketView, position: Size, orders: readonly OpenOrder[]): Money {
  let coverForBuys = Math.max(0, -position);
  let coverForSells = Math.max(0, position);
  let cost = 0n;
  for (const order of orders) {
    const closing = Math.min(remainingOf(order), order.side > 0 ? coverForBuys : coverForSells);
    if (order.side > 0) coverForBuys -= closing;
    else coverForSells -= closing;
    const price = expectedPrice(market, order);
    if (!order.reduceOnly && !Number.isNaN(price))
      cost += worth(market.instrument, order.side, price, remainingOf(order) - closing);
  }
  return cost;
}

/**
 * What a holding of `size` (above 0) at `price` is worth, or costs: sold short, where there is a most that it may come to
 * (a binary contract: the price of NO), that less what it brings; all else in full.
 */
export function worth(instrument: Instrument, side: OrderSide, price: Price, size: Size): Money {
  const most = side < 0 ? ceiling(instrument) : undefined;
  return notional(instrument, most === undefined ? price : Math.max(0, most - price), size);
}

/** The limit; for a market order the best price that it meets, or the last trade; NaN where nothing tells. */
export function expectedPrice(market: MarketView, { price, side }: OpenOrder): Price {
  if (!Number.isNaN(price)) return price;
  const { bidPrice, askPrice } = market.bookComplete ? market.book : market.quote;
  const best = side > 0 ? askPrice : bidPrice;
  return Number.isFinite(best) ? best : market.trade.price;
}

/** What prices are measured by: the mid, else the last trade; NaN where nothing tells. */
export function referencePrice(market: MarketView): number {
  const mid = midPrice(market);
  return Number.isNaN(mid) ? market.trade.price : mid;
}
