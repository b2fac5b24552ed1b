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
  readonly #depth: DisplayedDepth;
  readonly #making: Making;

  constructor(instrument: Instrument, index: number, rules: VenueRules, host: LaneHost) {
    this.#instrument = instrument;
    this.market = new Market(instrument, index);
    this.#rules = rules;
    this.#host = host;
    this.#depth = new DisplayedDepth(this.market);
    const own = new OwnOrders(instrument, rules, this.#depth, host);
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
      if (kind === EventKind.trade) this.#onPrint(batch, i);
      else if (kind === EventKind.lifecycle) this.#onLifecycle(batch.code[i]);
    }
  }

  /** The whole frame is in. */
  onFrameEnd(): void {
    if (!this.#isTrading) return;
    if (cross(this.#making, this.#depth)) this.own.settle();
  }

  #onLevel(batch: EventBatch, i: number): void {
    const side = batch.side[i] as BookSide;
    const price = batch.price[i];
    if (this.#depth.taken.none && !this.own.of(side).some((order) => order.price === price)) {
      this.market.apply(batch, i);
      return;
    }
    const before = this.#depth.sizeAt(side, price);
    this.market.apply(batch, i);
    const after = this.#depth.sizeAt(side, price);
    for (const order of this.own.of(side)) {
      if (order.price === price) this.#onOwnLevel(order, before, after, batch, i);
    }
    if (this.#depth.taken.set(side, price, after)) this.own.settle();
  }

  #onOwnLevel(order: OwnOrder, before: Size, after: Size, batch: EventBatch, i: number): void {
    const { queue } = this.#host;
    // It fell out of view, and may be there as ever.
    if (after === 0 && !this.#depth.inView(order.side, order.price)) return;
    // Now that it is in view, all that is there may have come before us.
    if (order.place.ahead === Number.POSITIVE_INFINITY) order.place = queue.join(after, this.market.lastOrder);
    else queue.onLevel(order.place, before, after, venueTime(batch, i), batch.orderOf(i));
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
    return status === 'open' && now < closesAt && this.#depth.usable(now);
  }

  // --- what we ask -----------------------------------------------------------------------------------------------

  place(request: Order): void {
    const { own } = this;
    const { now } = this.#host;
    const order = this.#arrived(request);
    const reason = this.#refusal(order);
    if (reason) {
      this.#host.respondLater({ kind: 'rejected', at: now, orderId: order.id, reason });
      return;
    }
    this.#host.respondLater({ kind: 'accepted', at: now, orderId: order.id, queueAhead: order.queueAtArrival });
    this.#host.orderOpened(order.id, this);
    if (order.price !== limitOf(request)) own.tellAmended(order);
    const { timeInForce } = request;
    if (timeInForce === 'fok' && takeable(order, this.#depth, own) < order.remaining)
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
    if (!keepsPlace) this.#join(changed);
    const reason = this.#refusal(changed, order);
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
    const order: OwnOrder = {
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
      place: this.#host.queue.join(0, 0),
      queueAtArrival: 0,
      joinedAt: 0,
    };
    this.#join(order);
    return order;
  }

  /** Moves a post-only order that would take, where the venue does so; then puts it at the end of its level's queue. */
  #join(order: OwnOrder): void {
    const { side } = order;
    if (order.postOnly && this.#rules.postOnly === 'slide' && this.#crosses(side, order.price)) {
      const { ticks } = this.market;
      const best = this.#depth.best(-side as BookSide);
      order.price = side > 0 ? tickBelow(ticks, best) : tickAbove(ticks, best);
    }
    order.place = this.#host.queue.join(this.#depth.queueAt(side, order.price), this.market.lastOrder);
    order.queueAtArrival = order.place.ahead;
    order.joinedAt = this.#host.now;
  }

  /** Why the venue does not take it, if so; `instead` of an order that is there. */
  #refusal(order: OwnOrder, instead?: OwnOrder): OrderReason | undefined {
    const { bounds, lot, kind } = this.#instrument;
    const { status, closesAt, ticks } = this.market;
    const { now, groups, available } = this.#host;
    if (order.remaining <= 0 || order.remaining % lot !== 0) return 'bad_size';
    if (Number.isFinite(order.price)) {
      if (bounds && (order.price <= bounds.low || order.price >= bounds.high)) return 'bad_price';
      if (!isOnTick(ticks, order.price)) return 'bad_price';
    }
    if (status === 'paused') return 'market_paused';
    if (status !== 'open' || now >= closesAt) return 'market_closed';
    if (order.expiresAt <= now) return 'expired';
    if (!this.#depth.usable(now)) return 'book_incomplete';
    if (!this.#rules.selfTrade.includes(order.selfTrade)) return 'not_supported';
    if (order.postOnly && this.#crosses(order.side, order.price)) return 'would_cross';
    if (order.group !== '' && groups.isShut(order.group)) return 'group_limit';
    if (this.own.wanted(order) === 0) return 'reduce_only';
    const others = this.own.all.filter((own) => own !== instead);
    if (kind === 'spot' && order.side < 0 && order.remaining > freeToSell(this.own.position, others)) {
      return 'insufficient_position';
    }
    const price = Number.isFinite(order.price) ? order.price : this.#worstPrice(order);
    const more = this.own.reservationOf([...others, { ...order, price }]) - this.own.reserved;
    return more > available ? 'insufficient_cash' : undefined;
  }

  /** The price of the last level that the order would reach; its best case when nothing is displayed. */
  #worstPrice(order: OwnOrder): Price {
    let worst = order.side > 0 ? 0 : (this.#instrument.bounds?.high ?? 0);
    let left = order.remaining;
    this.#depth.walk(-order.side as BookSide, (price, available) => {
      worst = price;
      left -= available;
      return left > 0;
    });
    return worst;
  }

  #crosses(side: OrderSide, price: Price): boolean {
    return (price - this.#depth.best(-side as BookSide)) * side >= 0;
  }

  #takeAndRest(order: OwnOrder, rests: boolean): void {
    const { own } = this;
    const reason = take(order, this.#depth, own, this.#host.frame);
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

function freeToSell(position: Size, orders: readonly OwnOrder[]): Size {
  return orders.reduce((free, { side, remaining }) => (side < 0 ? free - remaining : free), position);
}
