import type { Account } from '../market/account.ts';
import type { BookSide } from '../market/book.ts';
import { type EventBatch, EventFlag, EventKind, LifecycleCode } from '../market/event.ts';
import type { Evidence } from '../market/fill.ts';
import type { Instrument } from '../market/instrument.ts';
import { Market } from '../market/market.ts';
import type { Order, OrderReason, OrderSide, VenueResponse } from '../market/order.ts';
import { isOnTick } from '../market/ticks.ts';
import type { Micros, Money, Price, Size } from '../market/units.ts';
import { type FeeMemory, type FeeModel, newFeeMemory, type QueueModel, type QueuePlace } from '../market/venue.ts';
import { type OpenOrder, reservation } from './reservation.ts';
import { TakenLiquidity } from './taken.ts';

/** What a lane needs of the exchange it belongs to. */
export interface LaneHost {
  readonly now: Micros;
  readonly frame: number;
  readonly account: Account;
  readonly queue: QueueModel;
  /** Cash that no open order has reserved. */
  readonly available: Money;
  respondLater(response: VenueResponse): void;
  closeAt(time: Micros): void;
  orderOpened(orderId: number, lane: Lane): void;
  orderEnded(orderId: number): void;
}

/** An order of ours in the venue's hands. A market order has a price of +-Infinity. */
interface OwnOrder extends OpenOrder {
  readonly id: number;
  readonly side: OrderSide;
  readonly postOnly: boolean;
  readonly fees: FeeMemory;
  price: Price;
  remaining: Size;
  filled: Size;
  place: QueuePlace;
  queueAtArrival: Size;
  /** When it joined its level. */
  joinedAt: Micros;
}

/**
 * One instrument at the simulated exchange: its recorded book, our orders in it, and the fill rules.
 *
 * Taking. A limit order that meets the opposite best price, or a market order, walks the displayed levels up to its
 * limit, level by level, at each level's price. Of a level it gets what is displayed less what we took there before;
 * that stays taken until the level shows another size. What is left rests (gtc) or is cancelled (ioc, market). A fok order
 * fills whole or not at all. A post-only order that would take is rejected.
 *
 * Making. A resting order fills only by prints. It joins its level behind all that is displayed there. A print at its
 * price against its side first uses up that queue, then fills with what is left of the print. A print beyond its price
 * means that the level is gone: the queue is void and the print fills us. All our orders share one print: best price
 * first, then oldest first, and none before an older one of the same price. A print that is inferred from a change of
 * volume covers the time since the volume was told before: it counts only for orders that rested all that time. A level
 * that shrinks without a print never fills anything.
 *
 * Nothing fills while the book is incomplete (before the first snapshot, after a gap), paused or closed.
 */
export class Lane {
  readonly market: Market;
  /** Cash held for our open orders in this instrument. */
  reserved: Money = 0n;
  /** No orders of ours and nothing taken: events concern the market alone. */
  quiet = true;
  readonly #instrument: Instrument;
  readonly #fees: FeeModel;
  readonly #host: LaneHost;
  /** Best price first, then oldest first. */
  readonly #bids: OwnOrder[] = [];
  readonly #asks: OwnOrder[] = [];
  readonly #taken = new TakenLiquidity();

  constructor(instrument: Instrument, index: number, fees: FeeModel, host: LaneHost) {
    this.#instrument = instrument;
    this.market = new Market(instrument, index);
    this.#fees = fees;
    this.#host = host;
  }

  onEvent(batch: EventBatch, i: number): void {
    const kind = batch.kind[i];
    if (kind === EventKind.bookLevel) this.#onLevel(batch.side[i] as BookSide, batch.price[i], batch.size[i]);
    this.market.apply(batch, i);
    if (kind === EventKind.trade) this.#onPrint(batch, i);
    else if (kind === EventKind.lifecycle) this.#onLifecycle(batch.code[i]);
  }

  place(request: Order): void {
    const host = this.#host;
    const limit = Number.isNaN(request.price) ? request.side * Number.POSITIVE_INFINITY : request.price;
    const order: OwnOrder = {
      id: request.id,
      side: request.side,
      postOnly: request.postOnly,
      price: limit,
      remaining: request.size,
      filled: 0,
      fees: newFeeMemory(),
      ...this.#join(request.side, limit),
    };
    const reason = this.#refusal(order);
    if (reason) {
      host.respondLater({ kind: 'rejected', at: host.now, orderId: order.id, reason });
      return;
    }
    host.respondLater({ kind: 'accepted', at: host.now, orderId: order.id, queueAhead: order.queueAtArrival });
    host.orderOpened(order.id, this);
    if (request.timeInForce === 'fok' && this.#takeable(order) < order.remaining) {
      this.#end(order, 'not_enough_liquidity');
      return;
    }
    this.#take(order);
    if (order.remaining > 0 && request.timeInForce !== 'gtc') this.#end(order, 'no_liquidity');
    else this.#restOrForget(order);
    this.#ordersChanged();
  }

  cancel(orderId: number, reason: OrderReason): void {
    const own = this.#sideOf(orderId);
    const [order] = own.splice(
      own.findIndex((candidate) => candidate.id === orderId),
      1,
    );
    this.#end(order, reason);
    this.#ordersChanged();
  }

  cancelAll(reason: OrderReason): void {
    for (const order of [...this.#bids.splice(0), ...this.#asks.splice(0)]) this.#end(order, reason);
    this.#ordersChanged();
  }

  /** `size` is the whole order's, filled part included. Less at the same price keeps the place in the queue. */
  amend(orderId: number, newPrice?: Price, newSize?: Size): void {
    const host = this.#host;
    const own = this.#sideOf(orderId);
    const at = own.findIndex((candidate) => candidate.id === orderId);
    const order = own[at];
    const price = newPrice ?? order.price;
    const size = newSize ?? order.filled + order.remaining;
    const keepsPlace = price === order.price && size - order.filled <= order.remaining;
    const place = keepsPlace ? order : this.#join(order.side, price);
    const changed: OwnOrder = { ...order, ...place, price, remaining: size - order.filled };
    own.splice(at, 1);
    const reason = this.#refusal(changed);
    if (reason) {
      own.splice(at, 0, order);
      host.respondLater({ kind: 'refused', at: host.now, orderId, request: 'amend', reason });
      return;
    }
    host.respondLater({ kind: 'amended', at: host.now, orderId, price, size, queueAhead: changed.place.ahead });
    if (keepsPlace) own.splice(at, 0, changed);
    else {
      this.#take(changed);
      this.#restOrForget(changed);
    }
    this.#ordersChanged();
  }

  /** The tape ends: what is still open ends, what is determined is paid. */
  finish(): void {
    this.cancelAll('session_ended');
    if (this.market.status !== 'settled') this.#payOut();
  }

  #sideOf(orderId: number): OwnOrder[] {
    return this.#bids.some((order) => order.id === orderId) ? this.#bids : this.#asks;
  }

  #join(side: OrderSide, price: Price): Pick<OwnOrder, 'place' | 'queueAtArrival' | 'joinedAt'> {
    const place = this.#host.queue.join(this.market.book.sizeAt(side, price));
    return { place, queueAtArrival: place.ahead, joinedAt: this.#host.now };
  }

  #refusal(order: OwnOrder): OrderReason | undefined {
    const { bounds, lot, kind } = this.#instrument;
    const { status, closesAt, bookComplete, ticks } = this.market;
    if (order.remaining <= 0 || order.remaining % lot !== 0) return 'bad_size';
    if (Number.isFinite(order.price)) {
      if (bounds && (order.price <= bounds.low || order.price >= bounds.high)) return 'bad_price';
      if (!isOnTick(ticks, order.price)) return 'bad_price';
    }
    if (status === 'paused') return 'market_paused';
    if (status !== 'open' || this.#host.now >= closesAt) return 'market_closed';
    if (!bookComplete) return 'book_incomplete';
    if (order.postOnly && this.#crosses(order.side, order.price)) return 'would_cross';
    if (kind === 'spot' && order.side < 0 && order.remaining > this.#freeToSell()) return 'insufficient_position';
    const price = Number.isFinite(order.price) ? order.price : this.#worstPrice(order);
    const { side, remaining } = order;
    const more = this.#reservation({ side, price, remaining }) - this.reserved;
    return more > this.#host.available ? 'insufficient_cash' : undefined;
  }

  #freeToSell(): Size {
    let size = this.#host.account.sizeOf(this.#instrument.id);
    for (const order of this.#asks) size -= order.remaining;
    return size;
  }

  /** The price of the last level that the order would reach; its best case when nothing is displayed. */
  #worstPrice(order: OwnOrder): Price {
    let worst = order.side > 0 ? 0 : (this.#instrument.bounds?.high ?? 0);
    let left = order.remaining;
    this.#walk(order, (price, available) => {
      worst = price;
      left -= available;
      return left > 0;
    });
    return worst;
  }

  #crosses(side: OrderSide, price: Price): boolean {
    const { book } = this.market;
    return side > 0 ? book.askPrice <= price : book.bidPrice >= price;
  }

  /** How much of the order the displayed levels would fill now. */
  #takeable(order: OwnOrder): Size {
    let size = 0;
    this.#walk(order, (_price, available) => {
      size += available;
      return size < order.remaining;
    });
    return Math.min(size, order.remaining);
  }

  #take(order: OwnOrder): void {
    const opposite = -order.side as BookSide;
    const { frame } = this.#host;
    this.#walk(order, (price, available) => {
      const size = Math.min(available, order.remaining);
      this.#taken.add(opposite, price, size, this.market.book.sizeAt(opposite, price));
      const evidence = { grade: 'walked_depth', frame, queueAtArrival: 0, queueAtFill: 0, available } as const;
      this.#fill(order, size, price, 'taker', evidence);
      return order.remaining > 0;
    });
  }

  /** Visits the opposite levels that the order's price reaches, best first, until `visit` returns false. */
  #walk(order: OwnOrder, visit: (price: Price, available: Size) => boolean): void {
    const { book } = this.market;
    const opposite = -order.side as BookSide;
    let price = opposite > 0 ? book.bidPrice : book.askPrice;
    while (Number.isFinite(price) && (order.price - price) * order.side >= 0) {
      const available = book.sizeAt(opposite, price) - this.#taken.at(opposite, price);
      if (available > 0 && !visit(price, available)) return;
      price = book.worse(opposite, price);
    }
  }

  #restOrForget(order: OwnOrder): void {
    if (order.remaining === 0) {
      this.#host.orderEnded(order.id);
      return;
    }
    const own = order.side > 0 ? this.#bids : this.#asks;
    let at = own.length;
    while (at > 0 && (own[at - 1].price - order.price) * order.side < 0) at--;
    own.splice(at, 0, order);
    if (Number.isFinite(this.market.closesAt)) this.#host.closeAt(this.market.closesAt);
  }

  #onLevel(side: BookSide, price: Price, after: Size): void {
    const before = this.market.book.sizeAt(side, price);
    if (after === before) return;
    for (const order of side > 0 ? this.#bids : this.#asks) {
      if (order.price === price) this.#host.queue.onLevel(order.place, before, after);
    }
    if (this.#taken.set(side, price, after)) this.#ordersChanged();
  }

  /** An aggressor who sells meets bids, one who buys meets asks; one of unknown side, whichever the price meets. */
  #onPrint(batch: EventBatch, i: number): void {
    const { status, closesAt, bookComplete } = this.market;
    if (batch.flags[i] & EventFlag.offBook || !bookComplete) return;
    if (status !== 'open' || this.#host.now >= closesAt) return;
    const inferred = (batch.flags[i] & EventFlag.inferred) !== 0;
    const aggressor = batch.side[i];
    let left = batch.size[i];
    if (aggressor <= 0) left = this.#print(this.#bids, batch.price[i], left, inferred);
    if (aggressor >= 0) this.#print(this.#asks, batch.price[i], left, inferred);
  }

  /** Returns what our orders have left of the print. */
  #print(own: OwnOrder[], price: Price, size: Size, inferred: boolean): Size {
    // Of the print: what our own better or older orders have not had.
    let left = size;
    let waiting = false;
    for (const order of own) {
      const beyond = (order.price - price) * order.side;
      if (beyond < 0) break;
      if (inferred && order.joinedAt > this.market.volumeAt) continue;
      const { place } = order;
      const queueAtFill = place.ahead;
      if (beyond > 0) place.ahead = -left;
      else this.#host.queue.onPrint(place, left);
      const reached = Math.min(left, Math.max(0, -place.ahead));
      place.ahead = Math.max(0, place.ahead);
      const filled = waiting ? 0 : Math.min(reached, order.remaining);
      if (filled > 0) {
        const grade = inferred ? 'inferred_print' : beyond > 0 ? 'printed_through' : 'printed_at_price';
        const { queueAtArrival } = order;
        const evidence = { grade, frame: this.#host.frame, queueAtArrival, queueAtFill, available: left } as const;
        this.#fill(order, filled, order.price, 'maker', evidence);
        left -= filled;
      }
      if (order.remaining > 0 && beyond === 0) waiting = true;
    }
    if (left < size) this.#dropFilled(own);
    return left;
  }

  #dropFilled(own: OwnOrder[]): void {
    for (let k = own.length - 1; k >= 0; k--) {
      if (own[k].remaining === 0) this.#host.orderEnded(own.splice(k, 1)[0].id);
    }
    this.#ordersChanged();
  }

  #fill(order: OwnOrder, size: Size, price: Price, liquidity: 'maker' | 'taker', evidence: Evidence): void {
    const { now, account } = this.#host;
    const { id: orderId, side } = order;
    const instrument = this.#instrument;
    const fee = this.#fees.charge({ instrument, liquidity, side, price, size, at: now }, order.fees);
    account.trade(instrument, side * size, price, fee);
    order.remaining -= size;
    order.filled += size;
    const fill = { orderId, instrument: instrument.id, size: side * size, price, liquidity, fee, evidence, at: now };
    this.#host.respondLater({ kind: 'filled', at: now, orderId, fill });
  }

  #onLifecycle(code: number): void {
    if (code === LifecycleCode.resumed) {
      // Kalshi cancels what rested through a pause when trading resumes; an equity's halt leaves its orders.
      if (this.#instrument.kind === 'binary') this.cancelAll('market_resumed');
    } else if (code === LifecycleCode.determined) {
      this.cancelAll('market_closed');
    } else if (code === LifecycleCode.settled) {
      this.cancelAll('market_closed');
      this.#payOut();
    } else if (code === LifecycleCode.closeMoved && !this.quiet) {
      this.#host.closeAt(this.market.closesAt);
    }
  }

  #payOut(): void {
    const { payout } = this.market;
    if (Number.isNaN(payout)) return;
    this.#host.account.settle(this.#instrument, payout);
    this.#host.respondLater({ kind: 'settled', at: this.#host.now, instrument: this.#instrument.id, payout });
    this.market.status = 'settled';
  }

  #end(order: OwnOrder, reason: OrderReason): void {
    this.#host.orderEnded(order.id);
    this.#host.respondLater({ kind: 'cancelled', at: this.#host.now, orderId: order.id, reason });
  }

  #ordersChanged(): void {
    const none = this.#bids.length === 0 && this.#asks.length === 0;
    this.quiet = none && this.#taken.none;
    this.reserved = none ? 0n : this.#reservation();
  }

  #reservation(extra?: OpenOrder): Money {
    const position = this.#host.account.sizeOf(this.#instrument.id);
    const orders = [...this.#bids, ...this.#asks];
    return reservation(this.#instrument, this.#fees, position, extra ? [...orders, extra] : orders, this.#host.now);
  }
}
