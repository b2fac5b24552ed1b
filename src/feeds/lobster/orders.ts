import type { BookSide } from '../../market/book.ts';
import { UNSEEN_ORDER } from '../../market/event.ts';
import type { Price, Size } from '../../market/units.ts';
import type { Message } from './rows.ts';

interface RestingOrder {
  /** See `EventBatch.order`. */
  readonly number: number;
  readonly side: BookSide;
  readonly price: Price;
  size: Size;
}

/** Orders in the book by their ids, as far as messages have told them. */
export class RestingOrders {
  readonly #orders = new Map<string, RestingOrder>();
  #newestId = 0;

  /**
   * Adds an order that is submitted; returns its number. NASDAQ counts ids up: one that is lower than another seen before
   * comes into view only now, and is older (in 2012's files, hundreds in the seconds after the opening).
   */
  add({ order, side, price, size }: Message, frame: number): number {
    const id = Number(order);
    const number = id < this.#newestId ? UNSEEN_ORDER : UNSEEN_ORDER + 1 + frame;
    this.#newestId = Math.max(id, this.#newestId);
    this.#orders.set(order, { number, side, price, size });
    return number;
  }

  numberOf(id: string): number {
    return this.#orders.get(id)?.number ?? UNSEEN_ORDER;
  }

  /** Takes `size` off an order, all of it for Infinity; returns what went, and undefined if the order is not known. */
  take(id: string, size: Size): RestingOrder | undefined {
    const order = this.#orders.get(id);
    if (!order) return undefined;
    const taken = Math.min(size, order.size);
    order.size -= taken;
    if (order.size === 0) this.#orders.delete(id);
    return { ...order, size: taken };
  }
}
