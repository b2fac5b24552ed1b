import type { Order } from '../market/order.ts';
import type { Price, Size } from '../market/units.ts';

/** What amendments on their way to the venue ask for: what is judged meanwhile has to reckon with it. */
export class PendingAmendments {
  readonly #asked = new Map<number, { readonly price: Price; readonly size: Size }>();

  ask({ id }: Order, price: Price, size: Size): void {
    this.#asked.set(id, { price, size });
  }

  /** The order as large as it may be by now. */
  granted<T extends Order>(order: T): T {
    const asked = this.#asked.get(order.id);
    return asked ? { ...order, price: asked.price, size: Math.max(order.size, asked.size) } : order;
  }

  /** The venue has amended the order: to what was asked for last, or to what was asked before that. */
  answered({ id, price, size }: Order): void {
    const asked = this.#asked.get(id);
    if (asked && asked.price === price && asked.size === size) this.#asked.delete(id);
  }

  forget({ id }: Order): void {
    this.#asked.delete(id);
  }
}
