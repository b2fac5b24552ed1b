import type { Account } from '../market/account.ts';
import type { BookSide } from '../market/book.ts';
import { BarField, type EventBatch, EventFlag, EventKind, LifecycleCode } from '../market/event.ts';
import type { Instrument } from '../market/instrument.ts';
import { Market } from '../market/market.ts';
import type { Order, OrderReason, OrderSide, VenueResponse } from '../market/order.ts';
import { isOnTick, tickAbove, tickBelow } from '../market/ticks.ts';
import type { Micros, Money, Price, Size } from '../market/units.ts';
import { type FillRule, newFeeMemory, type QueueModel, type VenueRules } from '../market/venue.ts';
import { fillFromBar } from './bars.ts';
import { DisplayedDepth } from './displayed.ts';
import { cross, type Making, print } from './making.ts';
import type { ImpactModel } from './models/impact.ts';
import type { OrderGroups } from './order-groups.ts';
import { type OwnOrder, OwnOrders, ownOrder } from './own-orders.ts';
import { Payout } from './payout.ts';
import { fillAtQuote, QuotedDepth } from './quoted-depth.ts';
import { take, takeable } from './taking.ts';

/** What a lane needs of the exchange it belongs to. */
export interface LaneHost {
  readonly now: Micros;
  readonly frame: number;
  readonly account: Account;
  readonly queue: QueueModel;
  readonly fillRule: FillRule;
  readonly groups: OrderGroups;
  /** Of the account, for `FeeMemory`. */
  readonly accruedFees: Map<string, Money>;
  /** Of a bar's volume, what our orders may have. */
  readonly barShare: number;
  /** Of what we take of shares; undefined: none. */
  readonly impact: ImpactModel | undefined;
  /** Cash that no open order has reserved. */
  readonly available: Money;
  respondLater(response: VenueResponse): void;
  /** Of an instrument that the tape has told something of. */
  laneOf(instrumentId: string): Lane | undefined;
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
  /** No orders of ours and nothing taken: events concern the market alone. Here, because it is asked for each event. */
  quiet = true;
  readonly #instrument: Instrument;
  readonly #rules: VenueRules;
  readonly #host: LaneHost;
  readonly depth: DisplayedDepth;
  readonly #queue: QueueModel;
  readonly #making: Making;
  readonly #payout: Payout;
  /** Beginning of the last bar that orders were filled from. */
  #barFrom: Micros = Number.NEGATIVE_INFINITY;
  /** Levels may have gone without a word of their own: there was a snapshot or a quote. */
  #isRedrawn = false;

  constructor(instrument: Instrument, index: number, rules: VenueRules, host: LaneHost) {
    this.#instrument = instrument;
    this.market = new Market(instrument, index);
    this.#rules = rules;
    this.#host = host;
    const { spreadShare } = rules;
    this.depth =
      spreadShare === undefined ? new DisplayedDepth(this.market) : new QuotedDepth(this.market, spreadShare);
    const own = new OwnOrders(this.market, rules, host);
    this.own = own;
    this.#payout = new Payout(this.market, rules, host);
    const { fillRule } = host;
    const queue = host.queue.of?.(instrument) ?? host.queue;
    this.#queue = queue;
    this.#making = {
      own,
      queue,
      fillRule,
      lot: instrument.lot,
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
      else if (kind === EventKind.bar && batch.code[i] === BarField.close) this.#onBar(batch, i);
    }
    if (this.own.waiting.length > 0 && !this.depth.onlyBars) this.#stopWaiting();
  }

  /** The whole frame is in. */
  onFrameEnd(): void {
    if (this.#isRedrawn) {
      this.#isRedrawn = false;
      this.depth.giveBack();
      this.#followLevels();
      this.#settle();
    }
    const { depth } = this;
    if (depth instanceof QuotedDepth) {
      if (this.#isTrading && fillAtQuote(this.own, depth, this.#host.frame)) this.#settle();
    } else if (this.#making.fillRule !== 'prints' && this.#isTrading && cross(this.#making, depth)) this.#settle();
  }

  /** Levels that went without a word of their own, or that no better quote hides any more: no queue is longer than they are. */
  #followLevels(): void {
    if (!this.depth.usable(this.#host.now)) return;
    for (const order of this.own.all) {
      const displayed = this.depth.queueAt(order.side, order.price);
      if (displayed < order.place.ahead) this.#onOwnLevel(order, displayed, displayed, this.market.displayedAt, 0);
    }
  }

  #onLevel(batch: EventBatch, i: number): void {
    const side = batch.side[i] as BookSide;
    const price = batch.price[i];
    const isQuote = batch.kind[i] === EventKind.quote;
    if (!isQuote && this.depth.taken.none && !this.own.restsAt(side, price)) {
      this.market.apply(batch, i);
      return;
    }
    const before = this.depth.sizeAt(side, price);
    this.market.apply(batch, i);
    const after = this.depth.sizeAt(side, price);
    // Changes of a book that is incomplete are changes of levels that nobody knows.
    const isKnown = this.depth.usable(this.#host.now);
    for (const order of this.own.of(side)) {
      if (isKnown && order.price === price) {
        this.#onOwnLevel(order, before, after, batch.exchangeAt[i], batch.orderOf(i));
      }
    }
    if (isQuote) this.#isRedrawn = true;
    else if (this.depth.taken.set(side, price, after)) this.#settle();
  }

  #onOwnLevel(order: OwnOrder, before: Size, after: Size, at: Micros, which: number): void {
    // It fell out of view, and may be there as ever.
    if (after === 0 && !this.depth.inView(order.side, order.price)) return;
    // Now that it is in view, all orders that the feed has told may have come before us.
    const { lastOrder } = this.market;
    if (lastOrder > 0 && order.place.ahead === Number.POSITIVE_INFINITY)
      order.place = this.#queue.join(after, lastOrder);
    else this.#queue.onLevel(order.place, before, after, at, which);
  }

  /** An aggressor who sells meets bids, one who buys meets asks; one of unknown side, whichever the price meets. */
  #onPrint(batch: EventBatch, i: number): void {
    if (batch.flags[i] & EventFlag.offBook || this.depth instanceof QuotedDepth || !this.#isTrading) return;
    const { volumeAt } = this.market;
    const aggressor = batch.side[i];
    let left = batch.size[i];
    if (aggressor <= 0) left = print(this.#making, 1, batch, i, left, volumeAt);
    if (aggressor >= 0) left = print(this.#making, -1, batch, i, left, volumeAt);
    if (left < batch.size[i] || this.#making.fillRule === 'touch') this.#settle();
  }

  /** Only where there is nothing better; a bar that is told again, with later trades in it, counts once. */
  #onBar(batch: EventBatch, i: number): void {
    const { market, own } = this;
    const { bar, status, closesAt } = market;
    const from = batch.exchangeAt[i] || batch.receivedAt[i] - bar.length;
    const isTrading = status === 'open' && from + bar.length <= closesAt && this.#hours(from) !== 'closed';
    if (!this.depth.onlyBars || !isTrading || from <= this.#barFrom) return;
    this.#barFrom = from;
    const { lot } = this.#instrument;
    const size = Math.floor((bar.volume * this.#host.barShare) / lot) * lot;
    fillFromBar(own, { bar, from, size, frame: this.#host.frame });
    this.#settle();
  }

  /** Books, quotes or trades have come: orders that waited for a bar wait for nothing. */
  #stopWaiting(): void {
    for (const order of [...this.own.waiting]) this.own.drop(order, 'no_liquidity');
    this.#settle();
  }

  #onLifecycle(code: number): void {
    const { own } = this;
    if (code === LifecycleCode.paused) {
      for (const order of own.all) if (order.cancelOnPause) own.drop(order, 'market_paused');
    } else if (code === LifecycleCode.resumed) {
      if (this.#rules.resumeCancels) own.dropAll('market_resumed');
    } else if (code === LifecycleCode.determined || code === LifecycleCode.disputed) {
      own.dropAll('market_closed');
      if (this.#rules.paysWhen === 'determined') this.#payout.pay();
    } else if (code === LifecycleCode.settled) {
      own.dropAll('market_closed');
      this.#payout.pay();
    } else if (code === LifecycleCode.closeMoved && !this.quiet) {
      this.#host.wakeAt(this.market.closesAt);
    }
    this.#settle();
  }

  get #isTrading(): boolean {
    const { status, closesAt } = this.market;
    const { now } = this.#host;
    return status === 'open' && now < closesAt && this.#hours(now) !== 'closed' && this.depth.usable(now);
  }

  // --- what we ask -----------------------------------------------------------------------------------------------

  place(request: Order): void {
    const { own } = this;
    const { now } = this.#host;
    const { accruedFees } = this.#host;
    const order = ownOrder(request, this.#rules.selfTrade[0], newFeeMemory(accruedFees), this.#queue.join(0, 0));
    const limit = order.price;
    const reason = this.#badTerms(order) ?? this.#refusal(this.#join(order));
    if (reason) {
      this.#host.respondLater({ kind: 'rejected', at: now, orderId: order.id, reason });
      return;
    }
    this.#host.respondLater({ kind: 'accepted', at: now, orderId: order.id, queueAhead: order.queueAtArrival });
    this.#host.orderOpened(order.id, this);
    if (order.price !== limit) own.tellAmended(order);
    const { timeInForce } = request;
    if (timeInForce === 'fok' && !this.depth.onlyBars && takeable(order, this.depth, own) < order.remaining)
      own.end(order, 'not_enough_liquidity');
    else this.#takeAndRest(order, timeInForce === 'gtc' || timeInForce === 'gtd');
    this.#settle();
  }

  cancel(orderId: number): void {
    this.own.drop(this.own.find(orderId), 'requested');
    this.#settle();
  }

  cancelGroup(group: string): void {
    for (const order of this.own.all) if (order.group === group) this.own.drop(order, 'group_limit');
    this.#settle();
  }

  /** `size` is the whole order's, filled part included. Less at the same price keeps the place in the queue. */
  amend(orderId: number, newPrice?: Price, newSize?: Size): void {
    const { own } = this;
    const order = own.find(orderId);
    const size = newSize ?? order.filled + order.remaining;
    const price = newPrice ?? order.price;
    const keepsPlace = price === order.price && size - order.filled <= order.remaining;
    const changed: OwnOrder = { ...order, price, remaining: size - order.filled };
    const reason = own.waiting.includes(order)
      ? 'not_supported'
      : (this.#badTerms(changed) ?? this.#refusal(keepsPlace ? changed : this.#join(changed), order));
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
    this.#settle();
  }

  decrease(orderId: number, by: Size): void {
    const order = this.own.find(orderId);
    if (by >= order.remaining) this.own.drop(order, 'requested');
    else {
      order.remaining -= by;
      this.own.tellAmended(order);
    }
    this.#settle();
  }

  /** It has to be woken at times that it asked for. */
  get waits(): boolean {
    return !this.own.none || this.#payout.isDueAt < Number.POSITIVE_INFINITY;
  }

  /** A time that was asked for may have come: orders expire, trading ends, options expire. */
  wake(): void {
    const { own } = this;
    const { now } = this.#host;
    const isOver = this.market.closesAt <= now;
    for (const order of own.all) {
      if (isOver) own.drop(order, 'market_closed');
      else if (order.expiresAt <= now) own.drop(order, 'expired');
      else this.#host.wakeAt(Math.min(order.expiresAt, this.market.closesAt));
    }
    this.#settle();
    this.#payout.wake();
  }

  /** The tape ends: what is still open ends, what is determined is paid. */
  finish(): void {
    this.own.dropAll('session_ended');
    this.#settle();
    this.#payout.pay();
  }

  // --- arriving --------------------------------------------------------------------------------------------------

  /** Moves a post-only order that would take, where the venue does so; then puts it at the end of its level's queue. */
  #join(order: OwnOrder): OwnOrder {
    const { side } = order;
    if (order.postOnly && this.#rules.postOnly === 'slide' && this.#crosses(side, order.price)) {
      const { ticks } = this.market;
      const best = this.depth.best(-side as BookSide);
      order.price = side > 0 ? tickBelow(ticks, best) : tickAbove(ticks, best);
    }
    order.place = this.#queue.join(this.depth.queueAt(side, order.price), this.market.lastOrder);
    order.queueAtArrival = order.place.ahead;
    order.joinedAt = this.#host.now;
    order.sawUntil = this.market.displayedAt;
    return order;
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
    const { opensAt } = this.#instrument;
    const { status, closesAt } = this.market;
    const { now, groups, available } = this.#host;
    // Again: a post-only order may have been moved off the end of the ladder.
    if (this.#badTerms(order)) return 'bad_price';
    if (status === 'paused') return 'market_paused';
    if (status !== 'open' || now >= closesAt || (opensAt !== undefined && now < opensAt)) return 'market_closed';
    const hours = this.#hours(now);
    if (hours === 'closed') return 'market_closed';
    if (hours === 'limited' && !Number.isFinite(order.price)) return 'not_supported';
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

  #hours(now: Micros): 'open' | 'limited' | 'closed' {
    return this.#rules.hours?.(now) ?? 'open';
  }

  /** The price of the last level that the order would reach; its best case when nothing is displayed. */
  #worstPrice(order: OwnOrder): Price {
    if (this.depth.onlyBars) return order.side > 0 ? this.market.bar.high : this.market.bar.low;
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
    else if (!rests && this.depth.onlyBars) own.waiting.push(order);
    else if (reason) own.end(order, reason);
    else if (!rests) own.end(order, 'no_liquidity');
    else {
      own.add(order);
      this.#host.wakeAt(Math.min(this.market.closesAt, order.expiresAt));
    }
  }

  /** After whatever changed orders, or what is displayed of what we took. */
  #settle(): void {
    this.own.settle();
    this.quiet = this.own.none && this.depth.taken.none;
  }
}
