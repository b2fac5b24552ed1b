import type { BookSide } from '../../market/book.ts';
import type { Price, Size } from '../../market/units.ts';
import type { Message } from './rows.ts';

interface RestingOrder {
  readonly side: BookSide;
  readonly price: Price;
  size: Size;
}

/** Orders in the book by their ids, as far as messages have told them. */
export class RestingOrders {
  readonly #orders = new Map<string, RestingOrder>();

  add({ order, side, price, size }: Message): void {
    this.#orders.set(order, { side, price, size });
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
