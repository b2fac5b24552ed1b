import type { OrderRecord } from '../market/order.ts';
import type { Size } from '../market/units.ts';

/** Which orders belong together: the exits of an entry, and orders of which only one is to fill. */
export class OrderLinks {
  readonly #others = new Map<number, readonly OrderRecord[]>();
  readonly #exits = new Map<number, readonly OrderRecord[]>();
  readonly #entries = new Map<number, OrderRecord>();
  readonly #sizes = new Map<number, Size>();

  /** What one of them fills is taken off the others. */
  oneCancelsOther(orders: readonly OrderRecord[]): void {
    for (const order of orders) {
      this.#others.set(
        order.id,
        orders.filter((other) => other !== order),
      );
    }
  }

  /** The exits come into being as the entry fills, with its filled size. */
  bracket(entry: OrderRecord, exits: readonly OrderRecord[]): void {
    this.#exits.set(entry.id, exits);
    for (const exit of exits) this.#entries.set(exit.id, entry);
    this.oneCancelsOther(exits);
  }

  /** The size that an order is to have once all that was asked for it has happened: answers lag behind. */
  resize(order: OrderRecord, by: Size): Size {
    const size = (this.#sizes.get(order.id) ?? order.size) + by;
    this.#sizes.set(order.id, size);
    return size;
  }

  others(order: OrderRecord): readonly OrderRecord[] {
    return this.#others.get(order.id) ?? [];
  }

  exits(order: OrderRecord): readonly OrderRecord[] {
    return this.#exits.get(order.id) ?? [];
  }

  entry(exit: OrderRecord): OrderRecord | undefined {
    return this.#entries.get(exit.id);
  }

  /** An order that is final needs no memory. */
  forget(order: OrderRecord): void {
    this.#others.delete(order.id);
    this.#exits.delete(order.id);
    this.#entries.delete(order.id);
    this.#sizes.delete(order.id);
  }
}
