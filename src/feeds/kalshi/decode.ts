import { createBook, type OrderBook } from '../../market/book.ts';
import { type EventBatch, EventFlag, EventKind, GapCode, LifecycleCode, Side } from '../../market/event.ts';
import { countProblem, type Decoder, Direction, type FrameView, type Note, type Problems } from '../../market/frame.ts';
import type { Instrument, InstrumentFacts } from '../../market/instrument.ts';
import type { Micros, Price, Size } from '../../market/units.ts';
import type { Json } from '../json.ts';
import { accountMessage } from './account-messages.ts';
import { DeltaScanner, TickerTable } from './delta-scanner.ts';
import { type Era, eraAt, exchangeTime } from './eras.ts';
import { indexValue } from './index-value.ts';
import { isPrice, kalshiInstrument, kalshiSeries, ONE, seriesOf } from './instruments.ts';
import { createdFacts, feesChanged, type LifecycleRow, lifecycleRows } from './lifecycle.ts';
import { listedFees, listedMarkets } from './rest.ts';
import { aboutMarkets, Connection, channelOf, isTicker, type Subscription } from './subscriptions.ts';
import { tickerRows } from './ticker.ts';
import { VolumeReader } from './volume.ts';

/** What is known of one market while decoding. */
interface MarketState {
  readonly index: number;
  /** Levels as the venue has told them, to turn its signed changes into sizes. */
  readonly book: OrderBook;
  /** Whose snapshot the book is from; undefined = no usable book. Changes of other subscriptions do not apply. */
  owner: Subscription | undefined;
  readonly volume: VolumeReader;
}

/** Where a message came from. */
interface Origin {
  readonly frame: number;
  readonly receivedAt: Micros;
  exchangeAt: Micros;
}

/**
 * Kalshi frames to events. Bids only on the wire: a NO bid at q is emitted as a YES ask at 1 - q.
 *
 * `seq` counts per subscription over all its markets, and acknowledgements consume one: a hole makes every market of
 * that subscription unusable until its next snapshot, and says so by a gap event for each.
 */
export class KalshiDecoder implements Decoder {
  readonly instruments: Instrument[] = [];
  readonly problems: Problems = new Map();
  readonly #facts: ReadonlyMap<string, InstrumentFacts>;
  readonly #connections = new Map<number, Connection>();
  readonly #markets = new Map<string, MarketState>();
  /** What HTTP last told of each market. */
  readonly #listings = new Map<string, string>();
  /** What HTTP last told of each series; for markets that are met from then on. */
  readonly #fees = new Map<string, InstrumentFacts['feeTerms']>();
  /** What was last told of the fees of each event. */
  readonly #feesOfEvents = new Map<string, LifecycleRow>();
  readonly #byTicker = new TickerTable<MarketState>();
  readonly #scanner = new DeltaScanner();
  #connectionNumber = -1;
  #connection!: Connection;
  #origin: Origin = { frame: 0, receivedAt: 0, exchangeAt: 0 };
  /** Trades are reported on this tape, so changes of volume need not stand for them. */
  #hasTrades = false;
  #out!: EventBatch;

  constructor(facts: readonly InstrumentFacts[]) {
    this.#facts = new Map(facts.map((fact) => [fact.symbol, fact]));
  }

  decode(frame: FrameView, out: EventBatch): void {
    if (frame.connection !== this.#connectionNumber) this.#connect(frame.connection);
    this.#out = out;
    const { direction } = frame;
    if (direction === Direction.in && this.#scanDelta(frame)) return;
    this.#origin = { frame: frame.sequence, receivedAt: frame.receivedAt, exchangeAt: 0 };
    const text = frame.text();
    if (direction === Direction.out && text.startsWith('GET ')) {
      this.#connection.isRequest = true;
      return;
    }
    let message: Json;
    try {
      message = JSON.parse(text) as Json;
    } catch {
      countProblem(this.problems, 'malformed JSON');
      return;
    }
    if (typeof message !== 'object' || message === null) countProblem(this.problems, 'malformed JSON');
    else if (direction === Direction.out) this.#connection.command(message);
    else if (direction === Direction.note) this.#note(frame.connection, message as Note);
    else if (this.#connection.isRequest) this.#answer(message, eraAt(frame.receivedAt));
    else this.#message(message, eraAt(frame.receivedAt));
  }

  #connect(number: number): void {
    let connection = this.#connections.get(number);
    if (!connection) {
      connection = new Connection();
      this.#connections.set(number, connection);
    }
    this.#connection = connection;
    this.#connectionNumber = number;
  }

  #scanDelta(frame: FrameView): boolean {
    const scanner = this.#scanner;
    const { bytes } = frame.batch;
    if (!scanner.scan(bytes, frame.start, frame.end)) return false;
    const market = this.#byTicker.get(bytes, scanner.tickerStart, scanner.tickerEnd);
    const subscription = this.#connection.subscriptions.get(scanner.sid);
    // A market or subscription met for the first time takes the plain way, which knows how to open it.
    if (market === undefined || subscription === undefined) return false;
    const origin = this.#origin as { -readonly [K in keyof Origin]: Origin[K] };
    origin.frame = frame.sequence;
    origin.receivedAt = frame.receivedAt;
    origin.exchangeAt = scanner.exchangeAt;
    this.#sequence(subscription, scanner.seq);
    this.#change(subscription, market, scanner.isYes, scanner.price, scanner.delta);
    return true;
  }

  #message(message: Json, era: Era): void {
    const type = String(message.type);
    const msg = (typeof message.msg === 'object' && message.msg !== null ? message.msg : {}) as Json;
    const { sid, seq } = message;
    this.#origin.exchangeAt = exchangeTime(msg, message);
    if (type === 'subscribed') {
      this.#subscribed(message, msg);
      return;
    }
    const subscription = typeof sid === 'number' ? this.#connection.of(sid, channelOf(type)) : undefined;
    if (subscription && typeof seq === 'number') this.#sequence(subscription, seq);
    if (aboutMarkets.has(type) && !isTicker(msg.market_ticker)) {
      countProblem(this.problems, `${type} without a market`);
      return;
    }
    switch (type) {
      case 'orderbook_delta':
      case 'orderbook_snapshot':
        if (!subscription) countProblem(this.problems, `${type} without a subscription`);
        else if (type === 'orderbook_delta') this.#delta(subscription, msg, era);
        else this.#snapshot(subscription, msg, era);
        return;
      case 'trade':
        this.#trade(subscription, msg, era);
        return;
      case 'ticker':
        this.#ticker(msg, era);
        return;
      case 'market_lifecycle_v2':
      case 'multivariate_market_lifecycle':
        this.#lifecycle(msg, era);
        return;
      case 'event_lifecycle':
      case 'event_fee_update':
        if (type === 'event_fee_update') this.#eventFees(msg);
        this.#emit(
          -1,
          EventKind.lifecycle,
          Side.none,
          0,
          0,
          LifecycleCode.changed,
          0,
          JSON.stringify({ type, ...msg }),
        );
        return;
      case 'cfbenchmarks_value':
      case 'cfbenchmarks_value_5hz':
      case 'pyth_value':
        this.#indexValue(msg);
        return;
      case 'ok':
      case 'unsubscribed':
        if (subscription) this.#marketsNow(subscription, type === 'ok' ? msg.market_tickers : []);
        return;
      case 'error':
        this.#error(subscription, msg);
        return;
      default:
        this.#accountMessage(type, msg, era);
    }
  }

  #subscribed(message: Json, msg: Json): void {
    const { subscription, tickers } = this.#connection.subscribed(message.id, Number(msg.sid), String(msg.channel));
    for (const ticker of tickers) subscription.markets.add(this.#market(ticker).index);
    if (subscription.channel === 'trade') this.#hasTrades = true;
  }

  /** Every `seq` of a subscription passes here; a hole puts all its markets in doubt. */
  #sequence(subscription: Subscription, seq: number): void {
    const missing = subscription.missingBefore(seq);
    if (missing !== 0) this.#doubt(subscription, GapCode.sequence, Math.max(missing, 0));
  }

  #doubt(subscription: Subscription, code: number, missing: Size): void {
    const isBook = subscription.channel === 'orderbook_delta';
    const flags = isBook ? EventFlag.book : subscription.channel === 'trade' ? EventFlag.trades : 0;
    for (const market of this.#markets.values()) {
      if (!subscription.markets.has(market.index)) continue;
      if (isBook && market.owner === subscription) market.owner = undefined;
      this.#emit(market.index, EventKind.gap, Side.none, 0, missing, code, flags);
    }
    // A subscription to everything (trades, lifecycle) before any market was met on it.
    if (subscription.markets.size === 0) this.#emit(-1, EventKind.gap, Side.none, 0, missing, code, flags);
  }

  /** The book contradicts the venue's: nothing is known of it until its next snapshot. */
  #giveUp(market: MarketState): void {
    market.owner = undefined;
    this.#emit(market.index, EventKind.gap, Side.none, 0, 0, GapCode.contradiction, EventFlag.book);
  }

  #delta(subscription: Subscription, msg: Json, era: Era): void {
    const price = era.price(msg, 'price');
    const delta = era.count(msg, 'delta');
    const market = this.#market(String(msg.market_ticker));
    if (Number.isNaN(price) || Number.isNaN(delta) || (msg.side !== 'yes' && msg.side !== 'no')) {
      countProblem(this.problems, 'orderbook_delta with fields that do not parse');
      if (market.owner === subscription) this.#giveUp(market);
      return;
    }
    this.#change(subscription, market, msg.side === 'yes', price, delta);
  }

  #change(subscription: Subscription, market: MarketState, isYes: boolean, price: Price, delta: Size): void {
    if (market.owner !== subscription) {
      countProblem(this.problems, 'orderbook_delta without a snapshot before it');
      return;
    }
    const side = isYes ? Side.buy : Side.sell;
    const level = isYes || subscription.useYesPrice ? price : ONE - price;
    const size = market.book.sizeAt(side, level) + delta;
    if (size < 0 || !isPrice(price)) {
      countProblem(this.problems, 'orderbook_delta below zero or out of range');
      this.#giveUp(market);
      return;
    }
    market.book.set(side, level, size);
    if (delta < 0 && !this.#hasTrades) market.volume.shrank(side, level, -delta);
    this.#emit(market.index, EventKind.bookLevel, side, level, size);
  }

  #snapshot(subscription: Subscription, msg: Json, era: Era): void {
    const market = this.#market(String(msg.market_ticker));
    const sides = { yes: era.levels(msg, 'yes'), no: era.levels(msg, 'no') };
    if (![...sides.yes, ...sides.no].every(([price, size]) => isPrice(price) && size >= 0)) {
      countProblem(this.problems, 'orderbook_snapshot with levels that do not parse');
      this.#giveUp(market);
      return;
    }
    subscription.markets.add(market.index);
    market.owner = subscription;
    market.book.clear();
    this.#emit(market.index, EventKind.bookClear, Side.none, 0, 0, 0, EventFlag.snapshot);
    for (const [side, levels] of [
      [Side.buy, sides.yes],
      [Side.sell, sides.no],
    ] as const) {
      for (const [price, size] of levels) {
        const level = side === Side.buy || subscription.useYesPrice ? price : ONE - price;
        market.book.set(side, level, size);
        this.#emit(market.index, EventKind.bookLevel, side, level, size, 0, EventFlag.snapshot);
      }
    }
  }

  #trade(subscription: Subscription | undefined, msg: Json, era: Era): void {
    this.#hasTrades = true;
    const market = this.#market(String(msg.market_ticker));
    subscription?.markets.add(market.index);
    const price = era.price(msg, 'yes_price');
    const size = era.count(msg, 'count');
    if (!isPrice(price) || !(size > 0)) {
      countProblem(this.problems, 'trade with fields that do not parse');
      return;
    }
    const taker = msg.taker_book_side ?? { yes: 'bid', no: 'ask' }[String(msg.taker_outcome_side ?? msg.taker_side)];
    const side = taker === 'bid' ? Side.buy : taker === 'ask' ? Side.sell : Side.none;
    const flags = msg.is_block_trade === true ? EventFlag.offBook : 0;
    this.#emit(market.index, EventKind.trade, side, price, size, 0, flags);
  }

  #ticker(msg: Json, era: Era): void {
    const { index, volume } = this.#market(String(msg.market_ticker));
    for (const { kind, side, price, size, code, flags } of tickerRows(msg, era, this.#hasTrades ? undefined : volume)) {
      this.#emit(index, kind, side, price, size, code, flags);
    }
  }

  #lifecycle(msg: Json, era: Era): void {
    const ticker = String(msg.market_ticker);
    const { index } = this.#market(ticker, () => this.#contract(createdFacts(ticker, msg, era)));
    const rows = lifecycleRows(msg, era);
    if (typeof rows === 'string') countProblem(this.problems, rows);
    else {
      for (const { code, price = 0, size = 0, text } of rows) {
        this.#emit(index, EventKind.lifecycle, Side.none, price, size, code, 0, text);
      }
    }
  }

  /** For all markets of the event, those that are met later too. */
  #eventFees(msg: Json): void {
    const event = String(msg.event_ticker);
    const change = feesChanged(msg);
    this.#feesOfEvents.set(event, change);
    for (const { index } of this.#markets.values())
      if (this.instruments[index].group === event) this.#changeFees(index);
  }

  #changeFees(index: number): void {
    const change = this.#feesOfEvents.get(this.instruments[index].group ?? '');
    if (change) this.#emit(index, EventKind.lifecycle, Side.none, 0, 0, change.code, 0, change.text);
  }

  /** An answer over HTTP: series, or a list of markets, of which only what is new or has changed is told. */
  #answer(answer: Json, era: Era): void {
    for (const [series, fees] of listedFees(answer)) this.#fees.set(series, fees);
    for (const market of listedMarkets(answer)) {
      const [ticker, facts] = [market.market_ticker, JSON.stringify(market)];
      if (!isTicker(ticker) || this.#listings.get(ticker) === facts) continue;
      this.#listings.set(ticker, facts);
      this.#lifecycle(market, era);
    }
  }

  #indexValue(msg: Json): void {
    const read = indexValue(msg);
    if (!read) {
      countProblem(this.problems, 'index value that does not parse');
      return;
    }
    if (read.at > 0) this.#origin.exchangeAt = read.at;
    const { index } = this.#market(read.symbol, () => kalshiSeries(read.symbol));
    this.#emit(index, EventKind.series, Side.none, read.value, 0);
  }

  /** The markets that a subscription carries from now on; those that left it get no more changes. */
  #marketsNow(subscription: Subscription, tickers: unknown): void {
    if (!Array.isArray(tickers)) return;
    const stays = new Set(tickers.filter(isTicker).map((ticker) => this.#market(ticker).index));
    for (const market of this.#markets.values()) {
      if (!subscription.markets.has(market.index) || stays.has(market.index)) continue;
      subscription.markets.delete(market.index);
      if (market.owner !== subscription) continue;
      market.owner = undefined;
      this.#emit(market.index, EventKind.gap, Side.none, 0, 0, GapCode.recorder, EventFlag.book);
    }
    for (const index of stays) subscription.markets.add(index);
  }

  #error(subscription: Subscription | undefined, msg: Json): void {
    countProblem(this.problems, `error ${String(msg.code)}: ${String(msg.msg)}`);
    // 10 channel error, 25 buffer overflow: both end the subscription.
    if (subscription && (msg.code === 10 || msg.code === 25)) this.#doubt(subscription, GapCode.disconnected, 0);
  }

  #accountMessage(type: string, msg: Json, era: Era): void {
    const message = accountMessage(type, msg, era);
    if (!message) {
      countProblem(this.problems, `unknown type ${type}`);
      return;
    }
    const index = message.ticker === '' ? -1 : this.#market(message.ticker).index;
    this.#emit(index, EventKind.account, Side.none, 0, 0, message.code, 0, JSON.stringify(message.contents));
  }

  #note(connectionNumber: number, note: Note): void {
    if (note.note === 'disconnected') {
      for (const subscription of this.#connection.subscriptions.values()) {
        this.#doubt(subscription, GapCode.disconnected, 0);
      }
      this.#connections.delete(connectionNumber);
      this.#connectionNumber = -1;
    } else if (note.note === 'gap') {
      for (const subscription of this.#connection.subscriptions.values())
        this.#doubt(subscription, GapCode.recorder, 0);
    }
  }

  /** What the header knows of a market comes before what a message tells. */
  #contract(told: InstrumentFacts): Instrument {
    const feeTerms = this.#fees.get(seriesOf(told.symbol));
    return kalshiInstrument({ ...told, ...(feeTerms && { feeTerms }), ...this.#facts.get(told.symbol) });
  }

  #market(ticker: string, create = () => this.#contract({ symbol: ticker })): MarketState {
    let market = this.#markets.get(ticker);
    if (!market) {
      const contract = create();
      const index = this.instruments.push(contract) - 1;
      market = { index, book: createBook(contract), owner: undefined, volume: new VolumeReader() };
      this.#markets.set(ticker, market);
      this.#byTicker.set(ticker, market);
      this.#emit(index, EventKind.lifecycle, Side.none, 0, 0, LifecycleCode.listed);
      this.#changeFees(index);
    }
    return market;
  }

  #emit(
    instrument: number,
    kind: EventKind,
    side: Side,
    price: number,
    size: number,
    code = 0,
    flags = 0,
    text?: string,
  ): void {
    const { frame, receivedAt, exchangeAt } = this.#origin;
    const row = this.#out.push(frame, receivedAt, exchangeAt, instrument, kind, side, price, size, code, flags);
    if (text !== undefined) this.#out.text.set(row, text);
  }
}
