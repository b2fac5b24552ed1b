import type { Account } from '../market/account.ts';
import type { BookSide } from '../market/book.ts';
import { type EventBatch, EventFlag, EventKind, LifecycleCode } from '../market/event.ts';
import type { Instrument } from '../market/instrument.ts';
import { Market } from '../market/market.ts';
import type { Order, OrderReason, OrderSide, VenueResponse } from '../market/order.ts';
import { isOnTick, tickAbove, tickBelow } from '../market/ticks.ts';
import type { Micros, Money, Price, Size } from '../market/units.ts';
import { type FillRule, newFeeMemory, type QueueModel, type VenueRules } from '../market/venue.ts';
import { DisplayedDepth } from './displayed.ts';
import { cross, type Making, print, venueTime } from './making.ts';
import type { OrderGroups } from './order-groups.ts';
import { type OwnOrder, OwnOrders } from './own-orders.ts';
import { take, takeable } from './taking.ts';

/** What a lane needs of the exchange it belongs to. */
export interface LaneHost {
  readonly now: Micros;
  readonly frame: number;
  readonly account: Account;
  readonly queue: QueueModel;
  readonly fillRule: FillRule;
  readonly groups: OrderGroups;
  /** Cash that no open order has reserved. */
  readonly available: Money;
  respondLater(response: VenueResponse): void;
  /** Asks to be woken at that time. */
  wakeAt(time: Micros): void;
  orderOpened(orderId: number, lane: Lane): void;
  orderEnded(orderId: number): void;
  /** A fill of an order that belongs to a group; fills of the last `window` count against its limit. */
  groupFilled(group: string, size: Size, window: Micros): void;
}

/**
 * One instrument at the simulated exchange: its recorded market, our orders in it, and what the venue answers. What an
 * arriving order takes stands in `taking.ts`, what fills a resting one in `making.ts`; `docs/fill-rules.md` tells both in prose.
 *
 * Nothing fills while what is displayed is not known (before the first snapshot, after a gap), the market is paused or closed.
 */
export class Lane {
  readonly market: Market;
  readonly own: OwnOrders;
  readonly #instrument: Instrument;
  readonly #rules: VenueRules;
  readonly #host: LaneHost;
  readonly depth: DisplayedDepth;
  readonly #making: Making;
  /** Levels may have gone without a word of their own: there was a snapshot or a quote. */
  #isRedrawn = false;

  constructor(instrument: Instrument, index: number, rules: VenueRules, host: LaneHost) {
    this.#instrument = instrument;
    this.market = new Market(instrument, index);
    this.#rules = rules;
    this.#host = host;
    this.depth = new DisplayedDepth(this.market);
    const own = new OwnOrders(instrument, rules, this.depth, host);
    this.own = own;
    const { queue, fillRule } = host;
    this.#making = {
      own,
      queue,
      fillRule,
      get frame() {
        return host.frame;
      },
    };
  }

  // --- what the tape tells ---------------------------------------------------------------------------------------

  onEvent(batch: EventBatch, i: number): void {
    const kind = batch.kind[i];
    if (kind === EventKind.bookLevel || (kind === EventKind.quote && !this.market.hasBook)) this.#onLevel(batch, i);
    else {
      this.market.apply(batch, i);
      if (kind === EventKind.bookClear) this.#isRedrawn = true;
      else if (kind === EventKind.trade) this.#onPrint(batch, i);
      else if (kind === EventKind.lifecycle) this.#onLifecycle(batch.code[i]);
    }
  }

  /** The whole frame is in. */
  onFrameEnd(): void {
    if (this.#isRedrawn) {
      this.#isRedrawn = false;
      this.depth.giveBack();
      this.#learnQueues();
      this.own.settle();
    }
    if (this.#making.fillRule === 'prints' || !this.#isTrading) return;
    cross(this.#making, this.depth);
    this.own.settle();
  }

  /** Orders whose place was hidden by a better quote, and no longer is. */
  #learnQueues(): void {
    if (!this.depth.usable(this.#host.now)) return;
    for (const order of this.own.all) if (order.place.ahead === Number.POSITIVE_INFINITY) this.#queueUp(order);
  }

  #onLevel(batch: EventBatch, i: number): void {
    const side = batch.side[i] as BookSide;
    const price = batch.price[i];
    const before = this.depth.sizeAt(side, price);
    this.market.apply(batch, i);
    const after = this.depth.sizeAt(side, price);
    for (const order of this.own.of(side)) {
      if (order.price === price) this.#host.queue.onLevel(order.place, before, after, venueTime(batch, i));
    }
    if (batch.kind[i] === EventKind.quote) this.#isRedrawn = true;
    else if (this.depth.taken.set(side, price, after)) this.own.settle();
  }

  /** An aggressor who sells meets bids, one who buys meets asks; one of unknown side, whichever the price meets. */
  #onPrint(batch: EventBatch, i: number): void {
    if (batch.flags[i] & EventFlag.offBook || !this.#isTrading) return;
    const { volumeAt } = this.market;
    const aggressor = batch.side[i];
    let left = batch.size[i];
    if (aggressor <= 0) left = print(this.#making, 1, batch, i, left, volumeAt);
    if (aggressor >= 0) left = print(this.#making, -1, batch, i, left, volumeAt);
    if (left < batch.size[i] || this.#making.fillRule === 'touch') this.own.settle();
  }

  #onLifecycle(code: number): void {
    const { own } = this;
    if (code === LifecycleCode.paused) {
      for (const order of own.all) if (order.cancelOnPause) own.drop(order, 'market_paused');
    } else if (code === LifecycleCode.resumed) {
      if (this.#rules.resumeCancels) own.dropAll('market_resumed');
    } else if (code === LifecycleCode.determined) {
      own.dropAll('market_closed');
    } else if (code === LifecycleCode.settled) {
      own.dropAll('market_closed');
      this.#payOut();
    } else if (code === LifecycleCode.closeMoved && !own.quiet) {
      this.#host.wakeAt(this.market.closesAt);
    }
    own.settle();
  }

  get #isTrading(): boolean {
    const { status, closesAt } = this.market;
    const { now } = this.#host;
    return status === 'open' && now < closesAt && this.depth.usable(now);
  }

  // --- what we ask -----------------------------------------------------------------------------------------------

  place(request: Order): void {
    const { own } = this;
    const { now } = this.#host;
    const order = this.#arrived(request);
    const reason = this.#badTerms(order) ?? this.#refusal(this.#join(order));
    if (reason) {
      this.#host.respondLater({ kind: 'rejected', at: now, orderId: order.id, reason });
      return;
    }
    this.#host.respondLater({ kind: 'accepted', at: now, orderId: order.id, queueAhead: order.queueAtArrival });
    this.#host.orderOpened(order.id, this);
    if (order.price !== limitOf(request)) own.tellAmended(order);
    const { timeInForce } = request;
    if (timeInForce === 'fok' && takeable(order, this.depth, own) < order.remaining)
      own.end(order, 'not_enough_liquidity');
    else this.#takeAndRest(order, timeInForce === 'gtc' || timeInForce === 'gtd');
    own.settle();
  }

  cancel(orderId: number): void {
    this.own.drop(this.own.find(orderId), 'requested');
    this.own.settle();
  }

  cancelGroup(group: string): void {
    for (const order of this.own.all) if (order.group === group) this.own.drop(order, 'group_limit');
    this.own.settle();
  }

  /** `size` is the whole order's, filled part included. Less at the same price keeps the place in the queue. */
  amend(orderId: number, newPrice?: Price, newSize?: Size): void {
    const { own } = this;
    const order = own.find(orderId);
    const size = newSize ?? order.filled + order.remaining;
    const price = newPrice ?? order.price;
    const keepsPlace = price === order.price && size - order.filled <= order.remaining;
    const changed: OwnOrder = { ...order, price, remaining: size - order.filled };
    const reason = this.#badTerms(changed) ?? this.#refusal(keepsPlace ? changed : this.#join(changed), order);
    if (reason) {
      this.#host.respondLater({ kind: 'refused', at: this.#host.now, orderId, request: 'amend', reason });
      return;
    }
    own.tellAmended(changed);
    if (keepsPlace) own.replace(order, changed);
    else {
      own.remove(order);
      this.#takeAndRest(changed, true);
    }
    own.settle();
  }

  decrease(orderId: number, by: Size): void {
    const order = this.own.find(orderId);
    if (by >= order.remaining) this.own.drop(order, 'requested');
    else {
      order.remaining -= by;
      this.own.tellAmended(order);
    }
    this.own.settle();
  }

  /** A time that was asked for may have come: orders expire, trading ends. */
  wake(): void {
    const { own } = this;
    const { now } = this.#host;
    const isOver = this.market.closesAt <= now;
    for (const order of own.all) {
      if (isOver) own.drop(order, 'market_closed');
      else if (order.expiresAt <= now) own.drop(order, 'expired');
      else this.#host.wakeAt(Math.min(order.expiresAt, this.market.closesAt));
    }
    own.settle();
  }

  /** The tape ends: what is still open ends, what is determined is paid. */
  finish(): void {
    this.own.dropAll('session_ended');
    this.own.settle();
    if (this.market.status !== 'settled') this.#payOut();
  }

  // --- arriving --------------------------------------------------------------------------------------------------

  #arrived(request: Order): OwnOrder {
    const { id, side, postOnly, reduceOnly, cancelOnPause, group, expiresAt, size } = request;
    return {
      id,
      side,
      postOnly,
      reduceOnly,
      cancelOnPause,
      group,
      expiresAt,
      selfTrade: request.selfTrade ?? this.#rules.selfTrade[0],
      price: limitOf(request),
      remaining: size,
      filled: 0,
      fees: newFeeMemory(),
      place: this.#host.queue.join(0),
      queueAtArrival: 0,
      joinedAt: 0,
    };
  }

  /** Moves a post-only order that would take, where the venue does so; then puts it at the end of its level's queue. */
  #join(order: OwnOrder): OwnOrder {
    const { side } = order;
    if (order.postOnly && this.#rules.postOnly === 'slide' && this.#crosses(side, order.price)) {
      const { ticks } = this.market;
      const best = this.depth.best(-side as BookSide);
      order.price = side > 0 ? tickBelow(ticks, best) : tickAbove(ticks, best);
    }
    this.#queueUp(order);
    order.joinedAt = this.#host.now;
    return order;
  }

  #queueUp(order: OwnOrder): void {
    order.place = this.#host.queue.join(this.depth.queueAt(order.side, order.price));
    order.queueAtArrival = order.place.ahead;
  }

  #badTerms({ remaining, price }: OwnOrder): OrderReason | undefined {
    const { bounds, lot } = this.#instrument;
    if (remaining <= 0 || remaining % lot !== 0) return 'bad_size';
    if (!Number.isFinite(price)) return undefined;
    if (bounds && (price <= bounds.low || price >= bounds.high)) return 'bad_price';
    return isOnTick(this.market.ticks, price) ? undefined : 'bad_price';
  }

  /** Why the venue does not take it, if so; `instead` of an order that is there. */
  #refusal(order: OwnOrder, instead?: OwnOrder): OrderReason | undefined {
    const { status, closesAt } = this.market;
    const { now, groups, available } = this.#host;
    if (this.#badTerms(order)) return 'bad_price';
    if (status === 'paused') return 'market_paused';
    if (status !== 'open' || now >= closesAt) return 'market_closed';
    if (order.expiresAt <= now) return 'expired';
    if (!this.depth.usable(now)) return 'book_incomplete';
    if (!this.#rules.selfTrade.includes(order.selfTrade)) return 'not_supported';
    if (order.postOnly && this.#crosses(order.side, order.price)) return 'would_cross';
    if (order.group !== '' && groups.isShut(order.group)) return 'group_limit';
    if (this.own.wanted(order) === 0) return 'reduce_only';
    const others = this.own.all.filter((own) => own !== instead);
    const isSpotSale = this.#instrument.kind === 'spot' && order.side < 0;
    if (isSpotSale && this.own.toSell([...others, order]) > this.own.position) return 'insufficient_position';
    const price = Number.isFinite(order.price) ? order.price : this.#worstPrice(order);
    const more = this.own.reservationOf([...others, { ...order, price }]) - this.own.reserved;
    return more > available ? 'insufficient_cash' : undefined;
  }

  /** The price of the last level that the order would reach; its best case when nothing is displayed. */
  #worstPrice(order: OwnOrder): Price {
    let worst = order.side > 0 ? 0 : (this.#instrument.bounds?.high ?? 0);
    let left = order.remaining;
    this.depth.walk(-order.side as BookSide, (price, available) => {
      worst = price;
      left -= available;
      return left > 0;
    });
    return worst;
  }

  #crosses(side: OrderSide, price: Price): boolean {
    return (price - this.depth.best(-side as BookSide)) * side >= 0;
  }

  #takeAndRest(order: OwnOrder, rests: boolean): void {
    const { own } = this;
    const reason = take(order, this.depth, own, this.#host.frame);
    if (order.remaining === 0) this.#host.orderEnded(order.id);
    else if (reason) own.end(order, reason);
    else if (!rests) own.end(order, 'no_liquidity');
    else {
      own.add(order);
      this.#host.wakeAt(Math.min(this.market.closesAt, order.expiresAt));
    }
  }

  #payOut(): void {
    const { payout } = this.market;
    if (Number.isNaN(payout)) return;
    this.#host.account.settle(this.#instrument, payout);
    this.#host.respondLater({ kind: 'settled', at: this.#host.now, instrument: this.#instrument.id, payout });
    this.market.status = 'settled';
  }
}

function limitOf({ side, price }: Order): Price {
  return Number.isNaN(price) ? side * Number.POSITIVE_INFINITY : price;
}
