import type { Bar } from '../market/market.ts';
import type { Size } from '../market/units.ts';
import type { OwnOrder, OwnOrders } from './own-orders.ts';

/** Of a bar's volume, what our orders may have: the cap of the usual models of volume share. */
export const USUAL_BAR_SHARE = 0.025;

/** A bar, and what of it our orders may have. */
export interface BarShare {
  readonly bar: Readonly<Bar>;
  /** When it began: orders that came later get nothing of it. */
  readonly from: number;
  /** Of its volume, for all our orders together. */
  readonly size: Size;
  readonly frame: number;
}

/**
 * What a bar fills of orders that were there before it began. It tells neither order nor size of its prices, so it is read
 * against us: an order without a limit trades at the worst price of the bar, one with a limit at that limit, and only if the
 * bar went beyond it. Orders that do not rest come first, and end with it.
 */
export function fillFromBar(own: OwnOrders, share: BarShare): void {
  let left = share.size;
  for (const order of [...own.waiting]) {
    if (order.joinedAt > share.from) continue;
    const size = sizeFrom(own, order, share, left);
    if (order.timeInForce !== 'fok' || size === order.remaining) left -= fill(own, order, size, share, left);
    if (order.remaining > 0) own.drop(order, order.timeInForce === 'fok' ? 'not_enough_liquidity' : 'no_liquidity');
  }
  for (const order of [...own.bids, ...own.asks]) {
    if (order.joinedAt <= share.from) left -= fill(own, order, sizeFrom(own, order, share, left), share, left);
  }
}

/** Nothing that cannot be paid: the worst price of a bar that is to come is not known when an order is taken. */
function sizeFrom(own: OwnOrders, order: OwnOrder, { bar }: BarShare, left: Size): Size {
  const { side, price } = order;
  const isBeyond = side > 0 ? bar.low < price : bar.high > price;
  const size = isBeyond ? Math.min(left, own.wanted(order)) : 0;
  return Number.isFinite(price) || own.affords(order, worst(order, bar), size) ? size : 0;
}

function fill(own: OwnOrders, order: OwnOrder, size: Size, { bar, frame }: BarShare, available: Size): Size {
  if (size === 0) return 0;
  const rests = order.timeInForce === 'gtc' || order.timeInForce === 'gtd';
  const evidence = { grade: 'modelled', frame, queueAtArrival: 0, queueAtFill: 0, available } as const;
  own.fill(order, size, worst(order, bar), rests ? 'maker' : 'taker', evidence);
  return size;
}

function worst({ side, price }: OwnOrder, bar: Readonly<Bar>): number {
  if (Number.isFinite(price)) return price;
  return side > 0 ? bar.high : bar.low;
}
