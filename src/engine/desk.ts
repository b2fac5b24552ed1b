import { Account, type CostBasis } from '../market/account.ts';
import type { EventBatch } from '../market/event.ts';
import type { Answer } from '../market/frame.ts';
import type { Instrument, InstrumentList } from '../market/instrument.ts';
import type { Cause, Journal, OrderRow } from '../market/journal.ts';
import { Market, type MarketView } from '../market/market.ts';
import type { Order, OrderRequest, VenueResponse } from '../market/order.ts';
import type { Rng } from '../market/rng.ts';
import type { Bracket, Decision, Desk, Strategy } from '../market/strategy.ts';
import type { Micros, Money, Price, Size } from '../market/units.ts';
import type { Venue } from '../market/venue.ts';
import type { Work, WorkRequest } from '../market/work.ts';
import { RiskGate, type RiskHost } from '../risk/gate.ts';
import type { RiskLimits } from '../risk/limits.ts';
import { DeskOrders, type Filled, type OrderHost } from './desk-orders.ts';
import { type MarkPolicy, markPrice } from './marks.ts';
import { QuoteLog } from './quote-log.ts';
import { fillRow, orderRow, type PositionChange } from './rows.ts';
import type { Timers } from './timers.ts';
import { type WorkHost, WorkingOrders } from './working-orders.ts';

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
  readonly risk: RiskLimits;
  readonly onAsk: (ask: Ask) => void;
}

/** What a strategy wants to know from outside. */
export interface Ask {
  readonly id: number;
  readonly source: string;
  readonly request: unknown;
}

/** What the strategy's side knows: markets as received, orders and money as reported by the venue. */
export class EngineDesk implements Desk, OrderHost, RiskHost, WorkHost {
  now: Micros = 0;
  tape = 0;
  frame = 0;
  strategy: Strategy | undefined;
  /** Money has moved since equity was last sampled. */
  dirty = false;
  readonly account: Account;
  readonly markets: Market[] = [];
  readonly rng: Rng;
  readonly risk: RiskGate;
  readonly #list: InstrumentList;
  readonly #listed: Instrument[] = [];
  readonly #isListed: boolean[] = [];
  readonly #timers: Timers;
  readonly #journal: Journal;
  readonly #mark: MarkPolicy;
  readonly #orders: DeskOrders;
  readonly #works: WorkingOrders;
  readonly #quotes: QuoteLog;
  #fills = 0;
  #decisions = 0;
  #asks = 0;
  readonly #onAsk: (ask: Ask) => void;
  /** Not answered yet, by number; the request as its JSON. */
  readonly #asked = new Map<number, { readonly source: string; readonly request: string }>();

  constructor(options: DeskOptions) {
    this.#list = options.instruments;
    this.risk = new RiskGate(options.risk, this);
    this.#orders = new DeskOrders(this, options.venue, this.risk);
    this.#works = new WorkingOrders(this);
    this.#timers = options.timers;
    this.#journal = options.journal;
    this.#quotes = new QuoteLog(options.journal);
    this.#mark = options.mark;
    this.account = new Account(options.cash, options.costBasis);
    this.rng = options.rng;
    this.#onAsk = options.onAsk;
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

  market(instrument: string): Market {
    const index = this.#list.indexOf(instrument);
    if (!this.isListed(index)) throw new Error(`${instrument} is not listed (yet) on these tapes`);
    return this.markets[index] ?? this.open(index);
  }

  position(instrument: string): Size {
    return this.account.sizeOf(instrument);
  }

  openOrders(instrument?: string): readonly Order[] {
    return this.#orders.open(instrument);
  }

  place(request: OrderRequest): Order {
    return this.placeAll([request])[0];
  }

  /** So far. */
  get ordersPlaced(): number {
    return this.#orders.count;
  }

  placeAll(requests: readonly OrderRequest[]): readonly Order[] {
    return this.#orders.placeAll(requests);
  }

  placeOneOf(requests: readonly OrderRequest[]): readonly Order[] {
    return this.#orders.placeOneOf(requests);
  }

  placeBracket(entry: OrderRequest, exits: readonly OrderRequest[]): Bracket {
    return this.#orders.placeBracket(entry, exits);
  }

  cancel(order: Order): void {
    this.#orders.cancel([order]);
  }

  work(request: WorkRequest): Work {
    return this.#works.work(request);
  }

  cancelWork(work: Work): void {
    this.#works.cancel(work);
  }

  cancelAll(instrument?: string): void {
    this.#works.stopAll(instrument);
    this.#orders.cancel(this.openOrders(instrument));
  }

  amend(order: Order, change: { readonly price?: Price; readonly size?: Size }): void {
    this.#orders.amend(order, change);
  }

  decrease(order: Order, by: Size): void {
    this.#orders.decrease(order, by);
  }

  orderGroup(name: string, limit: Size): void {
    this.#orders.orderGroup(name, limit);
  }

  wakeAt(time: Micros, tag = ''): void {
    this.#timers.set(Math.max(time, this.now), tag);
  }

  wake(at: Micros, act: () => void): void {
    this.#timers.set(at, act);
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
    // What a probability is measured by: the market's own at that moment, and the outcome.
    if (decision.instrument !== undefined && typeof decision.features?.probability === 'number') {
      const market = this.market(decision.instrument);
      this.#quotes.follow(market);
      this.#quotes.write(market, this.#cause());
    }
    this.risk.decided(this.#decisions, decision.confidence);
    return this.#decisions;
  }

  ask(source: string, request: unknown): number {
    const id = ++this.#asks;
    const text = JSON.stringify(request) ?? 'null';
    this.#asked.set(id, { source, request: text });
    this.#journal.write('notes', { ...this.#cause(), kind: 'ask', instrument: '', text: `${source} ${id}: ${text}` });
    this.#onAsk({ id, source, request });
    return id;
  }

  /** True if it answers what was asked: the tape may be of another strategy. */
  takeAnswer({ id, source, request }: Answer): boolean {
    const asked = this.#asked.get(id);
    if (asked?.source !== source || asked.request !== (JSON.stringify(request) ?? 'null')) return false;
    this.#asked.delete(id);
    return true;
  }

  /** What has not been answered, oldest first. */
  get unanswered(): readonly Ask[] {
    return [...this.#asked].map(([id, { source, request }]) => ({ id, source, request: JSON.parse(request) }));
  }

  /** Writes down what happened to the session. */
  noteSession(kind: 'stopped' | 'halted' | 'resumed' | 'limits', text: string): void {
    this.#journal.write('notes', { ...this.#cause(), kind, instrument: '', text });
  }

  note(text: string): void {
    this.#journal.write('notes', { ...this.#cause(), kind: 'remark', instrument: '', text });
  }

  noteWork(instrument: string, text: string): void {
    this.#journal.write('notes', { ...this.#cause(), kind: 'work', instrument, text });
  }

  /** Writes down that a book became unusable, or usable again. */
  noteContinuity(kind: 'gap' | 'recovered', instrument: string, text: string): void {
    this.#journal.write('notes', { ...this.#cause(), kind, instrument, text });
  }

  noteRisk(instrument: string, text: string): void {
    this.#journal.write('notes', { ...this.#cause(), kind: 'risk', instrument, text });
  }

  writeQuotes(at: Micros): void {
    this.#quotes.writeAll({ ...this.#cause(), time: at });
  }

  /** Markets in which orders have been placed, or of which a probability was told, in the order of the first. */
  get followed(): readonly MarketView[] {
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

  countVolume(market: Market, batch: EventBatch, i: number): void {
    this.#works.countVolume(market.index, batch, i);
  }

  /** A frame is in: orders that waited for it go, before the strategy hears of it. */
  onFrame(): void {
    this.#orders.tellRefused();
    this.#orders.releaseHeld();
    this.#works.onFrame();
  }

  /** From here on nothing reaches the venue, and the strategy is not called for answers. */
  close(): void {
    this.strategy = undefined;
    this.#works.close();
    this.#orders.close();
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
    if (response.kind === 'settled') this.#settle(response);
    else this.#orders.receive(response);
  }

  /** Books what a fill moves. */
  book(order: Order, { at, fill }: Filled): void {
    const { instrument } = this.market(order.instrument);
    const { outcome } = order;
    const { size, price, fee } = fill;
    this.risk.filled(order, fill, this.account.sizeOf(order.instrument));
    this.account.trade(instrument, size, price, fee);
    this.dirty = true;
    this.log(order, 'filled', at);
    this.#logFill(instrument, { outcome, size, price, fee, venueAt: at, order, fill });
  }

  changed(order: Order): void {
    this.#works.onOrder(order);
    this.strategy?.onOrder?.(order);
  }

  cancelRefused(order: Order): void {
    this.#works.onCancelRefused(order);
  }

  log(order: Order, step: OrderRow['step'], venueAt: Micros | null = null, queueAhead: Size | null = null): void {
    const market = this.market(order.instrument);
    this.#quotes.follow(market);
    // The prices that an order met, on its way out and as the venue answered: more than the grid of equity tells.
    if (step === 'held' || step === 'placed' || step === 'accepted') this.#quotes.write(market, this.#cause());
    this.#journal.write('orders', orderRow(this.#cause(), market.instrument, order, { step, venueAt, queueAhead }));
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

  #logFill(instrument: Instrument, change: Omit<PositionChange, 'position'>): void {
    const market = this.market(instrument.id);
    const position = this.account.sizeOf(instrument.id);
    this.#journal.write('fills', fillRow(this.#cause(), ++this.#fills, market, { ...change, position }));
  }

  #cause(): Cause {
    return { time: this.now, tape: this.tape, frame: this.frame };
  }

  #instrument(id: string): Instrument {
    return this.#list.all[this.#list.indexOf(id)];
  }
}
