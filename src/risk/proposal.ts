import type { Account } from '../market/account.ts';
import type { Market } from '../market/market.ts';
import type { Order } from '../market/order.ts';
import type { Micros, Money, Price, Size } from '../market/units.ts';
import { expectedPrice, openingCost, reach, remainingOf, type Units, unitsOf, worst, worth } from './exposure.ts';

/** What a proposal is judged by, as the desk knows it. */
export interface Surroundings {
  readonly now: Micros;
  readonly account: Account;
  market(instrument: string): Market;
}

/** An order as it would be, among those at the venue that it would join. */
export class Proposal {
  readonly order: Order;
  readonly market: Market;
  /** All at the venue, without the order that it takes the place of. */
  readonly open: readonly Order[];
  readonly now: Micros;
  readonly position: Size;
  /** A new order, or an amendment to a larger size. */
  readonly isLarger: boolean;
  readonly #here: readonly Order[];
  readonly #around: Surroundings;

  constructor(order: Order, open: readonly Order[], isLarger: boolean, around: Surroundings) {
    this.order = order;
    this.open = open;
    this.isLarger = isLarger;
    this.now = around.now;
    this.market = around.market(order.instrument);
    this.position = around.account.sizeOf(order.instrument);
    this.#here = open.filter(({ instrument }) => instrument === order.instrument);
    this.#around = around;
  }

  /** Open orders of its instrument. */
  get here(): readonly Order[] {
    return this.#here;
  }

  get remaining(): Size {
    return remainingOf(this.order);
  }

  /** Whatever else fills, it only brings the position nearer to zero. */
  get isReducing(): boolean {
    const { order, position } = this;
    if (order.reduceOnly) return position * order.side < 0;
    return this.reached * order.side <= 0;
  }

  /** The position if it fills, and all other orders of its side do. */
  get reached(): Size {
    return reach(this.position, this.order.side, [...this.#here, this.order]);
  }

  /** It takes the position of its side further than the other orders do. */
  get isFurther(): boolean {
    return Math.abs(this.reached) > Math.abs(reach(this.position, this.order.side, this.#here));
  }

  /** Worst positions of all instruments that `counts` tells to count, added up: without the order, and with it. */
  total(counts: (market: Market) => boolean): { readonly before: Units; readonly after: Units } {
    let before = 0;
    let after = 0;
    for (const [market, position, orders] of this.#perInstrument()) {
      if (!counts(market)) continue;
      const units = unitsOf(market.instrument, worst(position, orders));
      before += units;
      after += market === this.market ? unitsOf(market.instrument, worst(position, [...orders, this.order])) : units;
    }
    return { before, after };
  }

  /** Cash that open orders would take if all filled: without the order, and with it. */
  cost(): { readonly before: Money; readonly after: Money } {
    let before = 0n;
    let after = 0n;
    for (const [market, position, orders] of this.#perInstrument()) {
      const cost = openingCost(market, position, orders);
      before += cost;
      after += market === this.market ? openingCost(market, position, [...orders, this.order]) : cost;
    }
    return { before, after };
  }

  /** What is held is worth, at its marks. */
  get held(): Money {
    let value = 0n;
    for (const { instrument, size, mark } of this.#around.account.positions)
      if (size !== 0) value += worth(instrument, size > 0 ? 1 : -1, mark, Math.abs(size));
    return value;
  }

  get cash(): Money {
    return this.#around.account.cash;
  }

  /** What it trades at, as far as that is known; NaN if nothing tells. */
  get price(): Price {
    return expectedPrice(this.market, this.order);
  }

  /** Every instrument with a position or an open order, and that of the order; without the order itself. */
  *#perInstrument(): Iterable<[Market, Size, readonly Order[]]> {
    const orders = new Map<string, Order[]>([[this.order.instrument, []]]);
    for (const { instrument, size } of this.#around.account.positions) if (size !== 0) orders.set(instrument.id, []);
    for (const order of this.open) orders.set(order.instrument, [...(orders.get(order.instrument) ?? []), order]);
    for (const [id, list] of orders) yield [this.#around.market(id), this.#around.account.sizeOf(id), list];
  }
}
