import type { Evidence } from '../market/fill.ts';
import type { Instrument } from '../market/instrument.ts';
import type { Market } from '../market/market.ts';
import type { Order, OrderReason, OrderSide, SelfTrade, TimeInForce } from '../market/order.ts';
import type { Micros, Money, Price, Size } from '../market/units.ts';
import type { FeeMemory, QueuePlace, VenueRules } from '../market/venue.ts';
import type { Delivery } from './expiry.ts';
import type { LaneHost } from './lane.ts';
import { type OpenOrder, reservation } from './reservation.ts';

/** An order of ours in the venue's hands. A market order has a price of +-Infinity. */
export interface OwnOrder extends OpenOrder {
  readonly id: number;
  readonly side: OrderSide;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  readonly cancelOnPause: boolean;
  readonly selfTrade: SelfTrade;
  readonly group: string;
  readonly expiresAt: Micros;
  readonly timeInForce: TimeInForce;
  readonly fees: FeeMemory;
  price: Price;
  remaining: Size;
  filled: Size;
  place: QueuePlace;
  queueAtArrival: Size;
  /** When it joined its level. */
  joinedAt: Micros;
  /** The venue's time of what was displayed then: prints not after it were before us. */
  sawUntil: Micros;
}

/** An order as it arrives: nothing is known yet of its place. */
export function ownOrder(request: Order, usualSelfTrade: SelfTrade, fees: FeeMemory, place: QueuePlace): OwnOrder {
  const { id, side, price, size, postOnly, reduceOnly, cancelOnPause, group, expiresAt, timeInForce } = request;
  return {
    id,
    side,
    postOnly,
    reduceOnly,
    cancelOnPause,
    group,
    expiresAt,
    timeInForce,
    selfTrade: request.selfTrade ?? usualSelfTrade,
    price: Number.isNaN(price) ? side * Number.POSITIVE_INFINITY : price,
    remaining: size,
    filled: 0,
    fees,
    place,
    queueAtArrival: 0,
    joinedAt: 0,
    sawUntil: 0,
  };
}

/** Our orders in one instrument: those that rest, and what happens to each: fills, changes, ends. */
export class OwnOrders {
  /** Best price first, then oldest first; so are the asks. */
  readonly bids: OwnOrder[] = [];
  readonly asks: OwnOrder[] = [];
  /** Taken until the next bar, where the tape has nothing but bars: market orders, and all that do not rest. */
  readonly waiting: OwnOrder[] = [];
  /** Cash held for them. */
  reserved: Money = 0n;
  readonly #market: Market;
  readonly #instrument: Instrument;
  readonly #rules: VenueRules;
  readonly #host: LaneHost;
  /** Cash has moved since it was last seen to that it suffices. */
  #hasPaid = false;

  constructor(market: Market, rules: VenueRules, host: LaneHost) {
    this.#market = market;
    this.#instrument = market.instrument;
    this.#rules = rules;
    this.#host = host;
  }

  get none(): boolean {
    return this.bids.length === 0 && this.asks.length === 0 && this.waiting.length === 0;
  }

  /** A copy: what is done to each may change the lists. */
  get all(): OwnOrder[] {
    return [...this.bids, ...this.asks, ...this.waiting];
  }

  get position(): Size {
    return this.#host.account.sizeOf(this.#instrument.id);
  }

  of(side: OrderSide): OwnOrder[] {
    return side > 0 ? this.bids : this.asks;
  }

  restsAt(side: OrderSide, price: Price): boolean {
    const own = this.of(side);
    for (let k = 0; k < own.length; k++) if (own[k].price === price) return true;
    return false;
  }

  find(id: number): OwnOrder {
    const order = this.all.find((own) => own.id === id);
    if (!order) throw new Error(`order ${id} does not rest here`);
    return order;
  }

  add(order: OwnOrder): void {
    const own = this.of(order.side);
    let at = own.length;
    while (at > 0 && (own[at - 1].price - order.price) * order.side < 0) at--;
    own.splice(at, 0, order);
  }

  remove(order: OwnOrder): void {
    const own = this.waiting.includes(order) ? this.waiting : this.of(order.side);
    own.splice(own.indexOf(order), 1);
  }

  /** `changed` takes the place of `order`, before what came later. */
  replace(order: OwnOrder, changed: OwnOrder): void {
    const own = this.of(order.side);
    own[own.indexOf(order)] = changed;
  }

  /** What may still fill: of a reduce-only order no more than there is to reduce. */
  wanted(order: OwnOrder): Size {
    if (!order.reduceOnly) return order.remaining;
    return Math.max(0, Math.min(order.remaining, -order.side * this.position));
  }

  /** Promised to buyers by `orders`. */
  toSell(orders: readonly OwnOrder[]): Size {
    return orders.reduce((size, order) => (order.side < 0 ? size + this.wanted(order) : size), 0);
  }

  fill(order: OwnOrder, size: Size, price: Price, liquidity: 'maker' | 'taker', evidence: Evidence): void {
    const { now, account } = this.#host;
    const { id: orderId, side } = order;
    const instrument = this.#instrument;
    const override = this.#market.feeOverride;
    const fee = this.#rules.fees.charge({ instrument, liquidity, side, price, size, at: now, override }, order.fees);
    account.trade(instrument, side * size, price, fee);
    this.#hasPaid = true;
    order.remaining -= size;
    order.filled += size;
    const fill = { orderId, instrument: instrument.id, size: side * size, price, liquidity, fee, evidence, at: now };
    this.#host.respondLater({ kind: 'filled', at: now, orderId, fill });
    if (order.group !== '') this.#host.groupFilled(order.group, size, this.#rules.groupWindow);
  }

  /** Books shares that an option brings, unless they cannot be paid. */
  deliver({ instrument, size, price }: Delivery): { instrument: string; size: Size; price: Price } | undefined {
    if (!this.affords({ side: Math.sign(size) as OrderSide, reduceOnly: false }, price, Math.abs(size)))
      return undefined;
    this.#host.account.trade(instrument, size, price, 0n);
    this.settle();
    return { instrument: instrument.id, size, price };
  }

  tellAmended({ id, price: limit, filled, remaining, place }: OwnOrder): void {
    const { now } = this.#host;
    const size = filled + remaining;
    const price = Number.isFinite(limit) ? limit : Number.NaN;
    this.#host.respondLater({ kind: 'amended', at: now, orderId: id, price, size, queueAhead: place.ahead });
  }

  end(order: OwnOrder, reason: OrderReason): void {
    this.#host.orderEnded(order.id);
    this.#host.respondLater({ kind: 'cancelled', at: this.#host.now, orderId: order.id, reason });
  }

  /** Ends an order that rests. */
  drop(order: OwnOrder, reason: OrderReason): void {
    this.remove(order);
    this.end(order, reason);
  }

  dropAll(reason: OrderReason): void {
    for (const order of this.all) this.drop(order, reason);
  }

  /**
   * After whatever changed orders or position: nothing rests that is filled, has nothing to reduce, or could not be paid.
   * A venue that rounds the fee of each fill takes more for many small ones than is held for one of the same size.
   */
  settle(): void {
    for (const order of this.all) {
      if (order.remaining === 0) {
        this.remove(order);
        this.#host.orderEnded(order.id);
      } else if (this.wanted(order) === 0) this.drop(order, 'reduce_only');
    }
    this.reserved = this.none ? 0n : this.reservationOf(this.all);
    while (this.#hasPaid && !this.none && this.#host.available < 0n) {
      this.drop(newest(this.all), 'insufficient_cash');
      this.reserved = this.none ? 0n : this.reservationOf(this.all);
    }
    this.#hasPaid = false;
  }

  /** There is cash for this part of an arriving order, besides what is held for the others. */
  affords({ side, reduceOnly }: Pick<OwnOrder, 'side' | 'reduceOnly'>, price: Price, remaining: Size): boolean {
    const needed = this.reservationOf([...this.all, { side, price, remaining, reduceOnly }]) - this.reserved;
    return needed <= this.#host.available;
  }

  /** What a taker pays where `price` is displayed: shares are pushed away by our own order, rounded against us. */
  pushed({ side, filled }: OwnOrder, price: Price, size: Size): Price {
    const { impact } = this.#host;
    const { kind, sizeDecimals } = this.#instrument;
    if (!impact || kind !== 'equity') return price;
    const away = price * impact.share((filled + size) / 10 ** sizeDecimals);
    return side > 0 ? Math.ceil(price + away) : Math.floor(price - away);
  }

  /** Cash that these orders would hold; one without a limit is paid as far as the cash goes then. */
  reservationOf(orders: readonly OpenOrder[]): Money {
    const { now } = this.#host;
    const limited = orders.filter(({ price }) => Number.isFinite(price));
    return reservation(this.#market, this.#rules.fees, this.position, limited, now);
  }
}

function newest(orders: readonly OwnOrder[]): OwnOrder {
  return orders.reduce((last, order) => (order.id > last.id ? order : last));
}

/** An order at its price would trade at `price`. */
export function reaches(order: OwnOrder, price: Price): boolean {
  return (order.price - price) * order.side >= 0;
}
