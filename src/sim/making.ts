import type { BookSide } from '../market/book.ts';
import { type EventBatch, EventFlag } from '../market/event.ts';
import type { Evidence } from '../market/fill.ts';
import type { OrderSide } from '../market/order.ts';
import type { Micros, Size } from '../market/units.ts';
import type { FillRule, QueueModel } from '../market/venue.ts';
import type { DisplayedDepth } from './displayed.ts';
import { type OwnOrder, type OwnOrders, reaches } from './own-orders.ts';

/** What a print or a quote does to our resting orders, and by which rules. */
export interface Making {
  readonly own: OwnOrders;
  readonly queue: QueueModel;
  readonly fillRule: FillRule;
  readonly frame: number;
}

/**
 * Our orders of `side` get their part of print `i`, `size` of it at most; returns what they leave. A print at an order's price uses
 * up the queue ahead first; one beyond it means that the level is gone. All our orders share it: best price first, then
 * oldest first, and none before an older one of the same price. A print that is inferred from a change of volume covers
 * the time since `volumeAt`: it counts only for orders that rested all that time.
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
  let left = size;
  let waiting = false;
  for (const order of own.of(side)) {
    if (!reaches(order, price)) break;
    if (inferred && order.joinedAt > volumeAt) continue;
    const isBeyond = order.price !== price;
    const { place } = order;
    const queueAtFill = place.ahead;
    if (isBeyond) place.ahead = -left;
    else queue.onPrint(place, left, venueTime(batch, i), batch.orderOf(i));
    const reached = Math.min(left, Math.max(0, -place.ahead));
    place.ahead = Math.max(0, place.ahead);
    if (fillRule === 'touch') fillResting(making, order, own.wanted(order), 'modelled', queueAtFill, size);
    else if (!waiting) {
      const grade = inferred ? 'inferred_print' : isBeyond ? 'printed_through' : 'printed_at_price';
      left -= fillResting(making, order, Math.min(reached, own.wanted(order)), grade, queueAtFill, left);
    }
    if (order.remaining > 0 && !isBeyond) waiting = true;
  }
  return left;
}

/** Fills whole what a displayed price of the other side has reached or passed; returns whether there was such an order. */
export function cross(making: Making, depth: DisplayedDepth): boolean {
  const bids = crossSide(making, depth, 1);
  const asks = crossSide(making, depth, -1);
  return bids || asks;
}

function crossSide(making: Making, depth: DisplayedDepth, side: OrderSide): boolean {
  const { own } = making;
  const opposite = -side as BookSide;
  const best = depth.best(opposite);
  let crossed = false;
  for (const order of own.of(side)) {
    if (!reaches(order, best)) break;
    fillResting(making, order, own.wanted(order), 'book_crossed', order.place.ahead, depth.sizeAt(opposite, best));
    crossed = true;
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
): Size {
  const { queueAtArrival } = order;
  if (size > 0) own.fill(order, size, order.price, 'maker', { grade, frame, queueAtArrival, queueAtFill, available });
  return size;
}

/** The venue's own time of a row; where it does not say, the arrival. */
export function venueTime(batch: EventBatch, i: number): Micros {
  return batch.exchangeAt[i] || batch.receivedAt[i];
}
