/** Cash and positions of the reference exchange, added up from all fills and payouts whenever they are asked for. */
import { collateral, notional } from '../../../src/market/instrument.ts';
import type { Micros, Money, Price, Size } from '../../../src/market/units.ts';
import { newFeeMemory } from '../../../src/market/venue.ts';
import type { ReferenceMarket } from './market.ts';
import { type ReferenceOrder, worstPrice } from './order.ts';

interface Booking {
  readonly market: ReferenceMarket;
  readonly size: Size;
  readonly price: Price;
  /** With the fee. */
  readonly paid: Money;
}

export class ReferenceMoney {
  readonly #start: Money;
  readonly #booked: Booking[] = [];

  constructor(start: Money) {
    this.#start = start;
  }

  book(market: ReferenceMarket, size: Size, price: Price, fee: Money): void {
    this.#booked.push({ market, size, price, paid: notional(market.instrument, price, size) + fee });
  }

  position(market: ReferenceMarket): Size {
    return sum(this.#booked.filter((one) => one.market === market).map(({ size }) => size));
  }

  get cash(): Money {
    const markets = new Set(this.#booked.map(({ market }) => market));
    const held = [...markets].map((market) =>
      collateral(market.instrument, this.position(market), this.#costOf(market)),
    );
    return this.#start - total(this.#booked.map(({ paid }) => paid)) - total(held);
  }

  /** What the position cost, at the average of what opened it, without fees; below 0 for a short one. */
  #costOf(market: ReferenceMarket): Money {
    let held = 0;
    let cost = 0n;
    for (const { size, price } of this.#booked.filter((one) => one.market === market)) {
      const closes = Math.sign(size) === -Math.sign(held) ? Math.min(Math.abs(size), Math.abs(held)) : 0;
      if (closes > 0) cost -= (cost * BigInt(closes)) / BigInt(Math.abs(held));
      cost += notional(market.instrument, price, size - Math.sign(size) * closes);
      held += size;
    }
    return cost;
  }

  /**
   * Cash held for orders: what each would cost beyond what it closes, with a taker's fee. A position covers each of its
   * parts once, the first orders first; a reduce-only order opens nothing.
   */
  held(orders: readonly ReferenceOrder[], at: Micros): Money {
    const covers = new Map<string, Size>();
    const costs = orders.map((order) => {
      const { asked, market, rest } = order;
      const { instrument, rules } = market;
      const { side, reduceOnly } = asked;
      const price = worstPrice(order);
      const key = `${instrument.id} ${side}`;
      const cover = covers.get(key) ?? Math.max(0, -side * this.position(market));
      const closes = Math.min(rest, cover);
      covers.set(key, cover - closes);
      const isNo = side < 0 && instrument.kind === 'binary';
      const unit = isNo ? (instrument.bounds?.high ?? 0) - price : price;
      const fee = rules.fees.charge({ instrument, liquidity: 'taker', side, price, size: rest, at }, newFeeMemory());
      return notional(instrument, unit, reduceOnly ? 0 : rest - closes) + fee;
    });
    return total(costs);
  }
}

export function sum(sizes: readonly Size[]): Size {
  return sizes.reduce((all, size) => all + size, 0);
}

function total(amounts: readonly Money[]): Money {
  return amounts.reduce((all, amount) => all + amount, 0n);
}
