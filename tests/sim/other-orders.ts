import { EventKind, type Side, UNSEEN_ORDER } from '../../src/market/event.ts';
import type { Price, Size } from '../../src/market/units.ts';
import { level, print, type Row } from '../support/events.ts';

interface OtherOrder {
  readonly number: number;
  readonly side: Side;
  readonly price: Price;
  size: Size;
}

/** The orders of others in a scenario, by name, as a feed that tells of each would show them. */
export class OtherOrders {
  readonly #orders = new Map<string, OtherOrder>();
  /** What each level displays. */
  readonly #levels = new Map<string, Size>();
  #joined = UNSEEN_ORDER;

  /** Takes note of the levels that rows set. */
  follow(rows: Row[]): Row[] {
    for (const { kind, side, price, size } of rows) {
      if (kind === EventKind.bookClear) this.#levels.clear();
      else if (kind === EventKind.bookLevel) this.#levels.set(`${side} ${price}`, size);
    }
    return rows;
  }

  join(name: string, side: Side, price: Price, size: Size, isNew: boolean): Row[] {
    const number = isNew ? ++this.#joined : UNSEEN_ORDER;
    const order = { number, side, price, size: 0 };
    this.#orders.set(name, order);
    return [this.#change(order, size)];
  }

  execute(name: string, size: Size): Row[] {
    const order = this.#order(name);
    const { number, side, price } = order;
    return [print(-side as Side, price, size, { order: number }), this.#change(order, -size)];
  }

  reduce(name: string, by: Size): Row[] {
    return [this.#change(this.#order(name), -by)];
  }

  leave(name: string): Row[] {
    const order = this.#order(name);
    return [this.#change(order, -order.size)];
  }

  #order(name: string): OtherOrder {
    const order = this.#orders.get(name);
    if (!order) throw new Error(`no order ${name} has joined`);
    return order;
  }

  #change(order: OtherOrder, by: Size): Row {
    const { number, side, price } = order;
    order.size += by;
    return { ...level(side, price, (this.#levels.get(`${side} ${price}`) ?? 0) + by), order: number };
  }
}
