import type { BookSide } from '../market/book.ts';
import type { OrderReason, OrderSide } from '../market/order.ts';
import type { Price, Size } from '../market/units.ts';
import type { DisplayedDepth } from './displayed.ts';
import { type OwnOrder, type OwnOrders, reaches } from './own-orders.ts';

/** How much of an arriving order the displayed levels would fill now; of a reduce-only one, no more than it may. */
export function takeable(order: OwnOrder, depth: DisplayedDepth, own: OwnOrders): Size {
  const mine = ownAcross(order, own);
  let size = 0;
  depth.walk(-order.side as BookSide, (price, available) => {
    if (!reaches(order, price)) return false;
    if (mine && order.selfTrade !== 'maker' && !isBetter(price, mine.price, order.side)) return false;
    const reached = Math.min(size + available, order.remaining);
    if (!reaches(order, own.pushed(order, price, reached))) return false;
    size = reached;
    return size < order.remaining;
  });
  return Math.min(size, own.wanted(order));
}

/**
 * Takes what is displayed up to the order's price, level by level, at each level's price. Returns why what is left of the
 * order may not go on, if so.
 */
export function take(order: OwnOrder, depth: DisplayedDepth, own: OwnOrders, frame: number): OrderReason | undefined {
  for (;;) {
    const mine = ownAcross(order, own);
    const isPaid = takeDisplayed(order, mine?.price, depth, own, frame);
    if (!isPaid) return 'insufficient_cash';
    if (own.wanted(order) === 0) return order.remaining > 0 ? 'reduce_only' : undefined;
    if (!mine) return undefined;
    // What comes next is ourselves.
    switch (order.selfTrade) {
      case 'taker':
        return 'self_trade';
      case 'both':
        own.drop(mine, 'self_trade');
        return 'self_trade';
      case 'maker':
        own.drop(mine, 'self_trade');
        break;
      case 'decrement': {
        const both = Math.min(order.remaining, mine.remaining);
        const goesOn = order.remaining > both;
        if (goesOn) shrink(order, both, own);
        if (mine.remaining > both) shrink(mine, both, own);
        else own.drop(mine, 'self_trade');
        if (!goesOn) return 'self_trade';
      }
    }
  }
}

function shrink(order: OwnOrder, by: Size, own: OwnOrders): void {
  order.remaining -= by;
  own.tellAmended(order);
}

/** The order of ours that an arriving one would meet first. */
function ownAcross(order: OwnOrder, own: OwnOrders): OwnOrder | undefined {
  const [mine] = own.of(-order.side as OrderSide);
  return mine && reaches(order, mine.price) ? mine : undefined;
}

/**
 * Only levels better than `before`, if there is one: of a level with an order of ours we assume to meet that first. False
 * if the cash did not suffice, which was enough for one fill: each level has a fee of its own, and its rounding.
 */
function takeDisplayed(
  order: OwnOrder,
  before: Price | undefined,
  depth: DisplayedDepth,
  own: OwnOrders,
  frame: number,
): boolean {
  const opposite = -order.side as BookSide;
  let isPaid = true;
  depth.walk(opposite, (shown, available) => {
    const wanted = own.wanted(order);
    if (wanted === 0 || !reaches(order, shown)) return false;
    if (before !== undefined && !isBetter(shown, before, order.side)) return false;
    const size = Math.min(available, wanted);
    const price = own.pushed(order, shown, size);
    if (!reaches(order, price)) return false;
    isPaid = own.affords(order, price, size);
    if (!isPaid) return false;
    depth.take(opposite, shown, size);
    const evidence = { grade: depth.grade, frame, queueAtArrival: 0, queueAtFill: 0, available };
    own.fill(order, size, price, 'taker', evidence);
    return true;
  });
  return isPaid;
}

/** For an order of `side`, `price` is met before `other`. */
function isBetter(price: Price, other: Price, side: OrderSide): boolean {
  return (other - price) * side > 0;
}
