import type { BookSide } from '../market/book.ts';
import { type EventBatch, EventFlag } from '../market/event.ts';
import type { Evidence } from '../market/fill.ts';
import type { OrderSide } from '../market/order.ts';
import type { Micros, Price, Size } from '../market/units.ts';
import type { FillRule, QueueModel } from '../market/venue.ts';
import type { DisplayedDepth } from './displayed.ts';
import { type OwnOrder, type OwnOrders, reaches } from './own-orders.ts';

/** What a print or a quote does to our resting orders, and by which rules. */
export interface Making {
  readonly own: OwnOrders;
  readonly queue: QueueModel;
  readonly fillRule: FillRule;
  readonly lot: Size;
  readonly frame: number;
}

/**
 * Our orders of `side` get their part of print `i`, `size` of it at most; returns what they leave. A print at an order's price uses
 * up the queue ahead first; one beyond it means that the level is gone. All our orders share it: best price first, then
 * oldest first, and none before an older one of the same price; where the venue shares prints out, each has its own part.
 * Of a print only whole lots reach an order.
 *
 * A print that is inferred from a change of volume covers the time since `volumeAt`: it counts only for orders that rested
 * all that time. One that the book which an order joined may have known already does not count for it.
 */
export function print(
  making: Making,
  side: OrderSide,
  batch: EventBatch,
  i: number,
  size: Size,
  volumeAt: Micros,
): Size {
  const { own, queue, fillRule } = making;
  const price = batch.price[i];
  const inferred = (batch.flags[i] & EventFlag.inferred) !== 0;
  const at = inferred ? 0 : batch.exchangeAt[i];
  const which = batch.orderOf(i);
  const together = queue.share ? wantedAt(own, side, price) : 0;
  let left = size;
  let atPrice = size;
  let waiting = false;
  for (const order of own.of(side)) {
    if (!reaches(order, price)) break;
    // A print that names its order is in its place among the changes.
    if (inferred ? order.joinedAt > volumeAt : which === 0 && at !== 0 && at <= order.sawUntil) continue;
    const isBeyond = order.price !== price;
    const { place } = order;
    let queueAtFill = place.ahead;
    if (!isBeyond) queue.onPrint(place, left, at, which);
    let reached = isBeyond ? left : Math.max(0, -place.ahead);
    if (isBeyond || place.ahead < 0) queue.onReached(place);
    if (queue.share && !isBeyond) {
      queueAtFill = place.ahead;
      reached = queue.share(place, atPrice, own.wanted(order), together);
    }
    if (fillRule === 'touch') fillResting(making, order, own.wanted(order), 'modelled', queueAtFill, size);
    else if (!waiting) {
      const grade = inferred ? 'inferred_print' : isBeyond ? 'printed_through' : 'printed_at_price';
      const filled = Math.min(wholeLots(making, Math.min(left, reached)), own.wanted(order));
      fillResting(making, order, filled, grade, queueAtFill, left);
      left -= filled;
      if (isBeyond) atPrice -= filled;
    }
    if (!isBeyond && !queue.share && own.wanted(order) > 0) waiting = true;
  }
  return left;
}

function wantedAt(own: OwnOrders, side: OrderSide, price: Price): Size {
  let wanted = 0;
  for (const order of own.of(side)) if (order.price === price) wanted += own.wanted(order);
  return wanted;
}

function wholeLots({ lot }: Making, size: Size): Size {
  return Math.floor(size / lot) * lot;
}

/**
 * Fills whole what a displayed price of the other side has reached or passed; what we took of it is not there. Returns
 * whether there was such an order.
 */
export function cross(making: Making, depth: DisplayedDepth): boolean {
  const bids = crossSide(making, depth, 1);
  const asks = crossSide(making, depth, -1);
  return bids || asks;
}

function crossSide(making: Making, depth: DisplayedDepth, side: OrderSide): boolean {
  const { own } = making;
  const opposite = -side as BookSide;
  let crossed = false;
  for (const order of own.of(side)) {
    if (!reaches(order, depth.best(opposite))) break;
    depth.walk(opposite, (price, available) => {
      if (!reaches(order, price)) return false;
      fillResting(making, order, own.wanted(order), 'book_crossed', order.place.ahead, available);
      crossed = true;
      return false;
    });
  }
  return crossed;
}

function fillResting(
  { own, frame }: Making,
  order: OwnOrder,
  size: Size,
  grade: Evidence['grade'],
  queueAtFill: Size,
  available: Size,
): void {
  const { queueAtArrival } = order;
  if (size > 0) own.fill(order, size, order.price, 'maker', { grade, frame, queueAtArrival, queueAtFill, available });
}
