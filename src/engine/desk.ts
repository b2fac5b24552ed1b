import { Account, type CostBasis } from '../market/account.ts';
import type { Instrument, InstrumentList } from '../market/instrument.ts';
import type { Cause, Journal, OrderRow } from '../market/journal.ts';
import { Market, type MarketView } from '../market/market.ts';
import {
  isFinal,
  type Order,
  type OrderReason,
  type OrderRecord,
  type OrderRequest,
  type Trigger,
  transition,
  type VenueRequest,
  type VenueResponse,
} from '../market/order.ts';
import type { Rng } from '../market/rng.ts';
import type { Bracket, Decision, Desk, Strategy } from '../market/strategy.ts';
import type { Micros, Money, Price, Size } from '../market/units.ts';
import type { Venue } from '../market/venue.ts';
import { HeldOrders } from './held-orders.ts';
import { type MarkPolicy, markPrice } from './marks.ts';
import { inYes, newOrder } from './new-order.ts';
import { OrderLinks } from './order-links.ts';
import { QuoteLog } from './quote-log.ts';
import { fillRow, orderRow, type PositionChange } from './rows.ts';
import type { Timers } from './timers.ts';

type Settled = Extract<VenueResponse, { kind: 'settled' }>;

interface DeskOptions {
  readonly instruments: InstrumentList;
  readonly venue: Venue;
  readonly timers: Timers;
  readonly journal: Journal;
  readonly cash: Money;
  readonly costBasis: CostBasis;
  readonly mark: MarkPolicy;
  readonly rng: Rng;
}

/** What the strategy's side knows: markets as received, orders and money as reported by the venue. */
export class EngineDesk implements Desk {
  now: Micros = 0;
  tape = 0;
  frame = 0;
  strategy: Strategy | undefined;
  /** Money has moved since equity was last sampled. */
  dirty = false;
  readonly account: Account;
  readonly markets: Market[] = [];
  readonly rng: Rng;
  readonly #list: InstrumentList;
  readonly #listed: Instrument[] = [];
  readonly #isListed: boolean[] = [];
  readonly #venue: Venue;
  readonly #timers: Timers;
  readonly #journal: Journal;
  readonly #mark: MarkPolicy;
  readonly #open = new Map<number, OrderRecord>();
  readonly #held = new HeldOrders();
  readonly #links = new OrderLinks();
  readonly #quotes: QuoteLog;
  #closed = false;
  #orders = 0;
  #fills = 0;
  #decisions = 0;

  constructor(options: DeskOptions) {
    this.#list = options.instruments;
    this.#venue = options.venue;
    this.#timers = options.timers;
    this.#journal = options.journal;
    this.#quotes = new QuoteLog(options.journal);
    this.#mark = options.mark;
    this.account = new Account(options.cash, options.costBasis);
    this.rng = options.rng;
  }

  get cash(): Money {
    return this.account.cash;
  }

  get equity(): Money {
    this.markPositions();
    return this.account.equity;
  }

  get instruments(): readonly Instrument[] {
    return this.#listed;
  }

  market(instrument: string): MarketView {
    const index = this.#list.indexOf(instrument);
    if (!this.isListed(index)) throw new Error(`${instrument} is not listed (yet) on these tapes`);
    return this.markets[index] ?? this.open(index);
  }

  position(instrument: string): Size {
    return this.account.sizeOf(instrument);
  }

  openOrders(instrument?: string): readonly Order[] {
    const orders: Order[] = [];
    for (const order of this.#open.values()) {
      if (instrument === undefined || order.instrument === instrument) orders.push(order);
    }
    return orders;
  }

  place(request: OrderRequest): Order {
    const order = this.#newOrder(request);
    this.#submit([order]);
    return order;
  }

  placeAll(requests: readonly OrderRequest[]): readonly Order[] {
    const orders = requests.map((request) => this.#newOrder(request));
    this.#submit(orders);
    return orders;
  }

  placeOneOf(requests: readonly OrderRequest[]): readonly Order[] {
    const orders = requests.map((request) => this.#newOrder(request));
    this.#links.oneCancelsOther(orders);
    this.#submit(orders);
    return orders;
  }

  placeBracket(entry: OrderRequest, exits: readonly OrderRequest[]): Bracket {
    const order = this.#newOrder(entry);
    const waiting = exits.map((exit) => this.#newOrder({ ...exit, size: 0 }, true));
    this.#links.bracket(order, waiting);
    for (const exit of waiting) this.#log(exit, 'held');
    this.#submit([order]);
    return { entry: order, exits: waiting };
  }

  cancel(order: Order): void {
    this.#cancel([order]);
  }

  cancelAll(instrument?: string): void {
    this.#cancel(this.openOrders(instrument));
  }

  amend(order: Order, change: { readonly price?: Price; readonly size?: Size }): void {
    const record = this.#open.get(order.id);
    if (!record || this.#closed) return;
    const price =
      change.price === undefined ? undefined : inYes(this.#instrument(record.instrument), record.outcome, change.price);
    this.#change(record, { kind: 'amend', orderId: record.id, price, size: change.size });
  }

  decrease(order: Order, by: Size): void {
    const record = this.#open.get(order.id);
    if (record && !this.#closed && by > 0) this.#change(record, { kind: 'decrease', orderId: record.id, by });
  }

  orderGroup(name: string, limit: Size): void {
    if (!this.#closed) this.#venue.send({ kind: 'group', group: name, limit }, this.now);
  }

  wakeAt(time: Micros, tag = ''): void {
    this.#timers.set(Math.max(time, this.now), tag);
  }

  decide(decision: Decision): number {
    this.#journal.write('decisions', {
      ...this.#cause(),
      decisionId: ++this.#decisions,
      instrument: decision.instrument ?? '',
      action: decision.action,
      reason: decision.reason,
      confidence: decision.confidence ?? null,
      features: decision.features ?? {},
    });
    return this.#decisions;
  }

  note(text: string): void {
    this.#journal.write('notes', { ...this.#cause(), kind: 'remark', instrument: '', text });
  }

  /** Writes down that a book became unusable, or usable again. */
  noteContinuity(kind: 'gap' | 'recovered', instrument: string, text: string): void {
    this.#journal.write('notes', { ...this.#cause(), kind, instrument, text });
  }

  writeQuotes(at: Micros): void {
    this.#quotes.write({ ...this.#cause(), time: at });
  }

  /** Instruments in which orders have been placed, in the order of the first one. */
  get traded(): readonly Instrument[] {
    return this.#quotes.followed;
  }

  /** The market of instrument number `index`, opened on its first event. */
  open(index: number): Market {
    const market = new Market(this.#list.all[index], index);
    this.markets[index] = market;
    return market;
  }

  list(index: number): void {
    this.#isListed[index] = true;
    this.#listed.push(this.#list.all[index]);
  }

  isListed(index: number): boolean {
    return this.#isListed[index] === true;
  }

  /** Sends what waited for prices that the market has reached by now. */
  releaseHeld(): void {
    if (this.#held.none) return;
    for (const order of this.#held.reached(this.now)) {
      // First: an exit must not meet what is left of its own entry at the venue.
      const entry = this.#links.entry(order);
      if (entry) this.cancel(entry);
      this.#dispatch([order]);
      this.strategy?.onOrder?.(order);
    }
  }

  /** From here on nothing reaches the venue, and the strategy is not called for answers. */
  close(): void {
    this.#closed = true;
    this.strategy = undefined;
    for (const order of this.openOrders())
      if (order.state === 'held') this.#end(order, 'cancelled', 'session_ended', null);
  }

  /** Values what is held; where nothing tells its price, it stays at that of our own last trade. */
  markPositions(): void {
    for (const { instrument, size } of this.account.positions) {
      const market = this.markets[this.#list.indexOf(instrument.id)];
      if (size === 0 || market === undefined || market.status === 'settled') continue;
      const price = markPrice(this.#mark, market, size);
      if (!Number.isNaN(price)) this.account.mark(instrument, price);
    }
  }

  /** Takes in one answer of the venue. */
  receive(response: VenueResponse): void {
    if (response.kind === 'settled') {
      this.#settle(response);
      return;
    }
    const order = this.#open.get(response.orderId);
    if (!order) {
      // The order ended while its request was on the way to a venue that was overloaded.
      if (response.kind === 'refused') return;
      throw new Error(`the venue answered ${response.kind} for order ${response.orderId}, which is not open`);
    }
    switch (response.kind) {
      case 'accepted':
        transition(order, 'open');
        this.#log(order, 'accepted', response.at, response.queueAhead);
        break;
      case 'filled':
        this.#fill(order, response);
        return;
      case 'amended':
        order.price = response.price;
        order.size = response.size;
        this.#log(order, 'amended', response.at, response.queueAhead);
        break;
      case 'refused':
        this.#log({ ...order, reason: response.reason }, 'refused', response.at);
        break;
      case 'rejected':
      case 'cancelled':
        this.#end(order, response.kind, response.reason, response.at);
        return;
    }
    this.strategy?.onOrder?.(order);
  }

  /** The order as asked for, in YES terms; nothing is sent yet. */
  #newOrder(request: OrderRequest, isHeld = request.trigger !== undefined): OrderRecord {
    const market = this.market(request.instrument);
    const order = newOrder(this.#orders + 1, request, market.instrument, this.now, isHeld ? 'held' : 'pending');
    this.#orders++;
    this.#open.set(order.id, order);
    this.#quotes.follow(market);
    return order;
  }

  /** Sends new orders in one message. Those with a trigger wait for it at the desk. */
  #submit(orders: readonly OrderRecord[]): void {
    for (const order of orders) {
      if (this.#closed) this.#end(order, order.state === 'held' ? 'cancelled' : 'rejected', 'session_ended', null);
      else if (order.trigger) this.#hold(order, order.trigger);
    }
    if (!this.#closed) this.#dispatch(orders.filter(({ trigger }) => !trigger));
  }

  #hold(order: OrderRecord, trigger: Trigger): void {
    this.#log(order, 'held');
    this.#held.hold(order, trigger, this.markets[this.#list.indexOf(order.instrument)], this.now);
  }

  #dispatch(orders: readonly OrderRecord[]): void {
    for (const order of orders) {
      if (order.state === 'held') transition(order, 'pending');
      this.#log(order, 'placed');
    }
    this.#sendAll(orders.map((order) => ({ kind: 'place', order: { ...order } })));
  }

  #sendAll(requests: readonly VenueRequest[]): void {
    if (requests.length === 1) this.#venue.send(requests[0], this.now);
    else if (requests.length > 1) this.#venue.send({ kind: 'batch', requests }, this.now);
  }

  #cancel(orders: readonly Order[]): void {
    const requests: VenueRequest[] = [];
    for (const { id } of orders) {
      const order = this.#open.get(id);
      if (!order || this.#closed) continue;
      if (order.state === 'held') this.#end(order, 'cancelled', 'requested', null);
      else {
        this.#log(order, 'cancel_sent');
        requests.push({ kind: 'cancel', orderId: id });
      }
    }
    this.#sendAll(requests);
  }

  /** An order that is held changes here and now; one at the venue, when the venue says so. */
  #change(order: OrderRecord, request: Extract<VenueRequest, { kind: 'amend' | 'decrease' }>): void {
    if (order.state !== 'held') {
      this.#log(order, 'amend_sent');
      this.#venue.send(request, this.now);
      return;
    }
    if (request.kind === 'decrease') order.size -= request.by;
    else {
      order.price = request.price ?? order.price;
      order.size = request.size ?? order.size;
    }
    this.#log(order, 'amended');
  }

  #fill(order: OrderRecord, response: Extract<VenueResponse, { kind: 'filled' }>): void {
    const { fill } = response;
    const instrument = this.#instrument(order.instrument);
    const size = Math.abs(fill.size);
    order.filled += size;
    transition(order, order.filled === order.size ? 'filled' : 'open');
    this.account.trade(instrument, fill.size, fill.price, fill.fee);
    this.dirty = true;
    this.#log(order, 'filled', response.at);
    this.#logFill(instrument, {
      outcome: order.outcome,
      size: fill.size,
      price: fill.price,
      fee: fill.fee,
      venueAt: response.at,
      order,
      fill,
    });
    this.#fillLinked(order, size);
    if (isFinal(order.state)) this.#forget(order);
    this.strategy?.onFill?.(fill, order);
    this.strategy?.onOrder?.(order);
  }

  /**
   * Exits grow by what their entry fills, and end it when they fill themselves; what one of several fills is taken off the
   * others.
   */
  #fillLinked(order: OrderRecord, size: Size): void {
    for (const exit of this.#links.exits(order)) {
      if (isFinal(exit.state)) continue;
      const wanted = this.#links.resize(exit, size);
      if (wanted > size) this.#change(exit, { kind: 'amend', orderId: exit.id, size: wanted });
      else {
        exit.size = size;
        this.#submit([exit]);
      }
    }
    const entry = this.#links.entry(order);
    if (entry) this.cancel(entry);
    for (const other of this.#links.others(order)) {
      if (isFinal(other.state)) continue;
      this.#links.resize(other, -size);
      if (other.state === 'held' && other.size <= size) this.#end(other, 'cancelled', 'other_filled', null);
      else this.decrease(other, size);
    }
  }

  #settle(response: Settled): void {
    const instrument = this.#instrument(response.instrument);
    const held = this.account.settle(instrument, response.payout, response.fee);
    if (held === 0) return;
    this.dirty = true;
    this.#logFill(instrument, {
      outcome: held > 0 ? 'yes' : 'no',
      size: -held,
      price: response.payout,
      fee: response.fee,
      venueAt: response.at,
    });
    if (response.delivered) this.#deliver(response.delivered, response.at);
  }

  #deliver({ instrument: id, size, price }: NonNullable<Settled['delivered']>, venueAt: Micros): void {
    const instrument = this.#instrument(id);
    this.account.trade(instrument, size, price, 0n);
    this.#logFill(instrument, { outcome: 'yes', size, price, fee: 0n, venueAt });
  }

  #end(order: OrderRecord, state: 'rejected' | 'cancelled', reason: OrderReason, venueAt: Micros | null): void {
    if (order.state === 'held') this.#held.letGo(order);
    transition(order, state, reason);
    this.#log(order, 'ended', venueAt);
    if (order.filled === 0) {
      for (const exit of this.#links.exits(order))
        if (!isFinal(exit.state)) this.#end(exit, 'cancelled', 'entry_ended', null);
    }
    this.#forget(order);
    this.strategy?.onOrder?.(order);
  }

  #forget(order: OrderRecord): void {
    this.#open.delete(order.id);
    this.#links.forget(order);
  }

  #logFill(instrument: Instrument, change: Omit<PositionChange, 'position'>): void {
    const market = this.market(instrument.id);
    const position = this.account.sizeOf(instrument.id);
    this.#journal.write('fills', fillRow(this.#cause(), ++this.#fills, market, { ...change, position }));
  }

  #log(order: Order, step: OrderRow['step'], venueAt: Micros | null = null, queueAhead: Size | null = null): void {
    const instrument = this.#instrument(order.instrument);
    this.#journal.write('orders', orderRow(this.#cause(), instrument, order, { step, venueAt, queueAhead }));
  }

  #cause(): Cause {
    return { time: this.now, tape: this.tape, frame: this.frame };
  }

  #instrument(id: string): Instrument {
    return this.#list.all[this.#list.indexOf(id)];
  }
}
