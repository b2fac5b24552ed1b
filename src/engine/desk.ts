import { Account } from '../market/account.ts';
import type { Fill } from '../market/fill.ts';
import { complement, type Instrument, type InstrumentList } from '../market/instrument.ts';
import type { Cause, Journal, OrderRow } from '../market/journal.ts';
import { Market, type MarketView, midPrice } from '../market/market.ts';
import {
  isFinal,
  type Order,
  type OrderReason,
  type OrderRecord,
  type OrderRequest,
  transition,
  type VenueResponse,
} from '../market/order.ts';
import type { Rng } from '../market/rng.ts';
import type { Decision, Desk, Strategy } from '../market/strategy.ts';
import { formatDecimal, formatMoney, type Micros, type Money, type Price, type Size } from '../market/units.ts';
import type { Venue } from '../market/venue.ts';
import type { Timers } from './timers.ts';

interface DeskOptions {
  readonly instruments: InstrumentList;
  readonly venue: Venue;
  readonly timers: Timers;
  readonly journal: Journal;
  readonly cash: Money;
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
  readonly #open = new Map<number, OrderRecord>();
  /** Markets with orders of ours, and the prices last written for each. */
  readonly #quoted = new Map<MarketView, { bid: Price; ask: Price; trade: Price }>();
  #closed = false;
  #orders = 0;
  #fills = 0;
  #decisions = 0;

  constructor(options: DeskOptions) {
    this.#list = options.instruments;
    this.#venue = options.venue;
    this.#timers = options.timers;
    this.#journal = options.journal;
    this.account = new Account(options.cash);
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
    const market = this.market(request.instrument);
    const { instrument } = market;
    const wantsNo = request.outcome === 'no';
    const limit = request.price ?? Number.NaN;
    if (!Number.isSafeInteger(request.size) || (request.price !== undefined && !Number.isSafeInteger(limit))) {
      throw new TypeError(
        `price ${request.price} and size ${request.size} of an order must be integers in the decimals of ${instrument.id}: use priceFrom and sizeFrom`,
      );
    }
    const buysYes = (request.side === 'buy') !== wantsNo;
    const order: OrderRecord = {
      id: ++this.#orders,
      instrument: instrument.id,
      side: buysYes ? 1 : -1,
      outcome: wantsNo ? 'no' : 'yes',
      price: wantsNo && request.price !== undefined ? complement(instrument, limit) : limit,
      size: request.size,
      timeInForce:
        request.price === undefined && request.timeInForce !== 'fok' ? 'ioc' : (request.timeInForce ?? 'gtc'),
      postOnly: request.postOnly ?? false,
      tag: request.tag ?? '',
      decision: request.decision ?? 0,
      placedAt: this.now,
      filled: 0,
      state: 'pending',
      reason: '',
    };
    this.#open.set(order.id, order);
    if (!this.#quoted.has(market)) this.#quoted.set(market, { bid: Number.NaN, ask: Number.NaN, trade: 0 });
    this.#log(order, 'placed', null, null);
    if (this.#closed) this.#end(order, 'rejected', 'session_ended', null);
    else this.#venue.send({ kind: 'place', order: { ...order } }, this.now);
    return order;
  }

  cancel(order: Order): void {
    const record = this.#open.get(order.id);
    if (!record || this.#closed) return;
    this.#log(record, 'cancel_sent', null, null);
    this.#venue.send({ kind: 'cancel', orderId: order.id }, this.now);
  }

  amend(order: Order, change: { readonly price?: Price; readonly size?: Size }): void {
    const record = this.#open.get(order.id);
    if (!record || this.#closed) return;
    this.#log(record, 'amend_sent', null, null);
    const inYes = (price: Price) =>
      record.outcome === 'no' ? complement(this.#instrument(record.instrument), price) : price;
    const price = change.price === undefined ? undefined : inYes(change.price);
    this.#venue.send({ kind: 'amend', orderId: order.id, price, size: change.size }, this.now);
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

  /** Best prices of the markets that we have been in, where they changed since they were last written. */
  writeQuotes(at: Micros): void {
    for (const [market, last] of this.#quoted) {
      const { bidPrice, askPrice } = market.bookComplete ? market.book : market.quote;
      if (last.bid === bidPrice && last.ask === askPrice && Object.is(last.trade, market.trade.price)) continue;
      this.#quoted.set(market, { bid: bidPrice, ask: askPrice, trade: market.trade.price });
      this.#journal.write('quotes', {
        time: at,
        tape: this.tape,
        frame: this.frame,
        instrument: market.instrument.id,
        bid: priceText(market.instrument, bidPrice),
        ask: priceText(market.instrument, askPrice),
        last: priceText(market.instrument, market.trade.price),
      });
    }
  }

  /** Instruments in which orders have been placed, in the order of the first one. */
  get traded(): readonly Instrument[] {
    return [...this.#quoted.keys()].map(({ instrument }) => instrument);
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

  /** From here on nothing reaches the venue, and the strategy is not called for answers. */
  close(): void {
    this.#closed = true;
    this.strategy = undefined;
  }

  /**
   * Values what is held at the mid, rounded against us; where a book or quote has no two sides, at the last trade; else
   * at the price of our own last trade.
   */
  markPositions(): void {
    for (const { instrument, size } of this.account.positions) {
      const market = this.markets[this.#list.indexOf(instrument.id)];
      if (size === 0 || market === undefined || market.status === 'settled') continue;
      const mid = midPrice(market);
      const price = Number.isNaN(market.payout) ? (Number.isNaN(mid) ? market.trade.price : mid) : market.payout;
      if (!Number.isNaN(price)) this.account.mark(instrument, size > 0 ? Math.floor(price) : Math.ceil(price));
    }
  }

  /** Takes in one answer of the venue. */
  receive(response: VenueResponse): void {
    if (response.kind === 'settled') {
      this.#settle(response);
      return;
    }
    const order = this.#open.get(response.orderId);
    if (!order) throw new Error(`the venue answered ${response.kind} for order ${response.orderId}, which is not open`);
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
        this.#log({ ...order, reason: response.reason }, 'refused', response.at, null);
        break;
      case 'rejected':
      case 'cancelled':
        this.#end(order, response.kind, response.reason, response.at);
        break;
    }
    this.strategy?.onOrder?.(order);
  }

  #fill(order: OrderRecord, response: Extract<VenueResponse, { kind: 'filled' }>): void {
    const { fill } = response;
    const instrument = this.#instrument(order.instrument);
    order.filled += Math.abs(fill.size);
    transition(order, order.filled === order.size ? 'filled' : 'open');
    this.account.trade(instrument, fill.size, fill.price, fill.fee);
    this.dirty = true;
    this.#log(order, 'filled', response.at, null);
    if (isFinal(order.state)) this.#open.delete(order.id);
    this.#logFill(instrument, order.outcome, fill.size, fill.price, response.at, order, fill);
    this.strategy?.onFill?.(fill, order);
    this.strategy?.onOrder?.(order);
  }

  #settle(response: Extract<VenueResponse, { kind: 'settled' }>): void {
    const instrument = this.#instrument(response.instrument);
    const held = this.account.settle(instrument, response.payout);
    if (held === 0) return;
    this.dirty = true;
    this.#logFill(instrument, held > 0 ? 'yes' : 'no', -held, response.payout, response.at);
  }

  #end(order: OrderRecord, state: 'rejected' | 'cancelled', reason: OrderReason, venueAt: Micros | null): void {
    transition(order, state, reason);
    this.#open.delete(order.id);
    this.#log(order, 'ended', venueAt, null);
  }

  /** A fill of an order, or without one a settlement. */
  #logFill(
    instrument: Instrument,
    outcome: 'yes' | 'no',
    size: Size,
    price: Price,
    venueAt: Micros,
    order?: Order,
    fill?: Fill,
  ): void {
    const market = this.market(instrument.id);
    const { bidPrice, askPrice } = market.bookComplete ? market.book : market.quote;
    const { sizeDecimals } = instrument;
    const evidence = fill?.evidence;
    this.#journal.write('fills', {
      time: this.now,
      tape: this.tape,
      frame: this.frame,
      fillId: ++this.#fills,
      orderId: order?.id ?? 0,
      kind: fill ? 'trade' : 'settlement',
      venueTime: venueAt,
      instrument: instrument.id,
      side: size > 0 ? 'buy' : 'sell',
      outcome,
      size: formatDecimal(Math.abs(size), sizeDecimals),
      price: priceText(instrument, price),
      fee: formatMoney(fill?.fee ?? 0n),
      liquidity: fill?.liquidity ?? '',
      grade: evidence?.grade ?? '',
      evidenceFrame: evidence?.frame ?? this.frame,
      queueAtArrival: evidence ? formatDecimal(evidence.queueAtArrival, sizeDecimals) : '',
      queueAtFill: evidence ? formatDecimal(evidence.queueAtFill, sizeDecimals) : '',
      available: evidence ? formatDecimal(evidence.available, sizeDecimals) : '',
      bid: priceText(instrument, bidPrice),
      ask: priceText(instrument, askPrice),
      position: formatDecimal(this.account.sizeOf(instrument.id), sizeDecimals),
      tag: order?.tag ?? '',
    });
  }

  #log(order: Order, step: OrderRow['step'], venueAt: Micros | null, queueAhead: Size | null): void {
    const instrument = this.#instrument(order.instrument);
    const size = (value: Size) => formatDecimal(value, instrument.sizeDecimals);
    this.#journal.write('orders', {
      time: this.now,
      tape: this.tape,
      frame: this.frame,
      orderId: order.id,
      step,
      state: order.state,
      reason: order.reason,
      instrument: order.instrument,
      side: order.side > 0 ? 'buy' : 'sell',
      outcome: order.outcome,
      price: priceText(instrument, order.price),
      size: size(order.size),
      filled: size(order.filled),
      timeInForce: order.timeInForce,
      postOnly: order.postOnly,
      tag: order.tag,
      decisionId: order.decision,
      venueTime: venueAt,
      queueAhead: queueAhead === null ? null : size(queueAhead),
    });
  }

  #cause(): Cause {
    return { time: this.now, tape: this.tape, frame: this.frame };
  }

  #instrument(id: string): Instrument {
    return this.#list.all[this.#list.indexOf(id)];
  }
}

/** Empty for a price that there is not: no bid, no ask, a market order's limit. */
function priceText(instrument: Instrument, price: Price): string {
  return Number.isFinite(price) ? formatDecimal(price, instrument.priceDecimals) : '';
}
