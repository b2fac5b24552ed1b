import { createBook, type OrderBook } from './book.ts';
import { BarField, type EventBatch, EventFlag, EventKind, LifecycleCode, type Side, StatisticCode } from './event.ts';
import type { FeeTerms, Instrument } from './instrument.ts';
import type { TickLadder } from './ticks.ts';
import { MICROS_PER_SECOND, type Micros, type Price, type Size } from './units.ts';

/** A quote that is older says nothing: unlike books, quotes do not tell when the feed stops. */
export const QUOTE_LASTS: Micros = 30 * MICROS_PER_SECOND;

export type MarketStatus = 'open' | 'paused' | 'closed' | 'settled';

/** What one observer knows of one instrument. Venue and desk each keep their own, fed by the same events. */
export interface MarketView {
  readonly instrument: Instrument;
  readonly book: Pick<OrderBook, 'bidPrice' | 'bidSize' | 'askPrice' | 'askSize' | 'sizeAt' | 'worse' | 'levels'>;
  /** The book has had its snapshot and no gap since. Only then do its levels mean anything. */
  readonly bookComplete: boolean;
  /** The feed tells of a book, complete or not: then its quotes are no substitute for it. */
  readonly hasBook: boolean;
  readonly status: MarketStatus;
  /** Last quote message; prices as in a book: -Infinity / Infinity when a side is empty. */
  readonly quote: Readonly<Quote>;
  /** When the quote was last told. */
  readonly quoteAt: Micros;
  /** Last trade; price NaN before the first. */
  readonly trade: Readonly<TradePrint>;
  readonly bar: Readonly<Bar>;
  /** Last value of a series; NaN before the first. */
  readonly value: number;
  /** The venue's own count of the volume so far, in size units; NaN if it does not say. */
  readonly volume: Size;
  readonly openInterest: Size;
  /** What one unit pays, once determined; NaN before. */
  readonly payout: Price;
  /** When trading ends; Infinity if unknown. */
  readonly closesAt: Micros;
  /** Prices that the venue accepts now. */
  readonly ticks: TickLadder;
  /** How its fees differ now from those that its instrument tells. */
  readonly feeOverride: Partial<FeeTerms>;
  readonly updatedAt: Micros;
}

export interface Quote {
  bidPrice: Price;
  bidSize: Size;
  askPrice: Price;
  askSize: Size;
}

export interface TradePrint {
  price: Price;
  size: Size;
  /** The aggressor's side. */
  side: Side;
  inferred: boolean;
  at: Micros;
}

export interface Bar {
  open: Price;
  high: Price;
  low: Price;
  close: Price;
  volume: Size;
  length: Micros;
  at: Micros;
}

export class Market implements MarketView {
  readonly instrument: Instrument;
  readonly index: number;
  readonly book: OrderBook;
  bookComplete = false;
  hasBook = false;
  /** The venue's time of what is displayed, as far as it says; 0 = it never did. */
  displayedAt: Micros = 0;
  quoteAt: Micros = Number.NEGATIVE_INFINITY;
  status: MarketStatus = 'open';
  readonly quote: Quote = {
    bidPrice: Number.NEGATIVE_INFINITY,
    bidSize: 0,
    askPrice: Number.POSITIVE_INFINITY,
    askSize: 0,
  };
  readonly trade: TradePrint = { price: Number.NaN, size: 0, side: 0, inferred: false, at: 0 };
  readonly bar: Bar = {
    open: Number.NaN,
    high: Number.NaN,
    low: Number.NaN,
    close: Number.NaN,
    volume: 0,
    length: 0,
    at: 0,
  };
  value = Number.NaN;
  volume = Number.NaN;
  /** When `volume` was last told. */
  volumeAt: Micros = 0;
  openInterest = Number.NaN;
  payout = Number.NaN;
  closesAt: Micros;
  ticks: TickLadder;
  feeOverride: Partial<FeeTerms> = {};
  updatedAt: Micros = 0;
  /** Number of the order that joined last, where the feed tells of each; else 0. */
  lastOrder = 0;

  constructor(instrument: Instrument, index: number) {
    this.instrument = instrument;
    this.index = index;
    this.book = createBook(instrument);
    this.closesAt = instrument.closesAt ?? Number.POSITIVE_INFINITY;
    this.ticks = instrument.ticks;
  }

  /** Takes in row `i` of `batch`, which must be about this instrument. */
  apply(batch: EventBatch, i: number): void {
    this.updatedAt = batch.receivedAt[i];
    const kind = batch.kind[i];
    if (kind === EventKind.bookLevel) {
      this.book.set(batch.side[i] as 1 | -1, batch.price[i], batch.size[i]);
      this.displayedAt = batch.exchangeAt[i] || this.displayedAt;
      if (batch.order !== undefined && batch.order[i] > this.lastOrder) this.lastOrder = batch.order[i];
    } else if (kind === EventKind.quote) {
      this.#applyQuote(batch.side[i], batch.price[i], batch.size[i]);
      if (!this.hasBook) this.displayedAt = batch.exchangeAt[i] || this.displayedAt;
      this.quoteAt = batch.receivedAt[i];
    } else if (kind === EventKind.trade) {
      this.trade.price = batch.price[i];
      this.trade.size = batch.size[i];
      this.trade.side = batch.side[i] as Side;
      this.trade.inferred = (batch.flags[i] & EventFlag.inferred) !== 0;
      this.trade.at = batch.receivedAt[i];
    } else this.#applyRare(kind, batch, i);
  }

  #applyQuote(side: number, price: Price, size: Size): void {
    const quote = this.quote;
    if (side > 0) {
      quote.bidPrice = size > 0 ? price : Number.NEGATIVE_INFINITY;
      quote.bidSize = size;
    } else {
      quote.askPrice = size > 0 ? price : Number.POSITIVE_INFINITY;
      quote.askSize = size;
    }
  }

  #applyRare(kind: number, batch: EventBatch, i: number): void {
    switch (kind) {
      case EventKind.bookClear:
        this.book.clear();
        this.lastOrder = 0;
        this.hasBook = true;
        this.bookComplete = (batch.flags[i] & EventFlag.snapshot) !== 0;
        return;
      case EventKind.gap:
        if (batch.flags[i] & EventFlag.book) {
          this.hasBook = true;
          this.bookComplete = false;
        }
        return;
      case EventKind.bar:
        this.#applyBar(batch, i);
        return;
      case EventKind.series:
        this.value = batch.price[i];
        return;
      case EventKind.statistic:
        if (batch.code[i] === StatisticCode.volume) {
          this.volume = batch.size[i];
          this.volumeAt = batch.receivedAt[i];
        } else if (batch.code[i] === StatisticCode.openInterest) this.openInterest = batch.size[i];
        return;
      case EventKind.lifecycle:
        this.#applyLifecycle(batch, i);
        return;
      default:
    }
  }

  #applyBar(batch: EventBatch, i: number): void {
    const price = batch.price[i];
    switch (batch.code[i]) {
      case BarField.open:
        this.bar.open = price;
        this.bar.length = batch.size[i];
        return;
      case BarField.high:
        this.bar.high = price;
        return;
      case BarField.low:
        this.bar.low = price;
        return;
      default:
        this.bar.close = price;
        this.bar.volume = batch.size[i];
        this.bar.at = batch.receivedAt[i];
    }
  }

  #applyLifecycle(batch: EventBatch, i: number): void {
    switch (batch.code[i]) {
      case LifecycleCode.paused:
        if (this.status === 'open') this.status = 'paused';
        return;
      case LifecycleCode.resumed:
        if (this.status === 'paused') this.status = 'open';
        return;
      case LifecycleCode.closeMoved:
        this.closesAt = batch.size[i];
        return;
      case LifecycleCode.ticksChanged:
        this.ticks = (JSON.parse(batch.text.get(i) ?? '{}') as { ticks?: TickLadder }).ticks ?? this.ticks;
        return;
      case LifecycleCode.feesChanged:
        this.feeOverride = JSON.parse(batch.text.get(i) ?? '{}') as Partial<FeeTerms>;
        return;
      case LifecycleCode.determined:
      case LifecycleCode.disputed:
        // What was paid is final; an older answer of the venue may still say otherwise.
        if (this.status === 'settled' && !Number.isNaN(this.payout)) return;
        this.status = 'closed';
        this.payout = batch.code[i] === LifecycleCode.determined ? batch.price[i] : Number.NaN;
        return;
      case LifecycleCode.settled:
        this.status = 'settled';
        return;
      default:
    }
  }
}

/** What has the best prices: the book, or the quote where the feed tells of no book. Undefined while neither can be relied on. */
export function usableQuote(market: MarketView, now: Micros): Readonly<Quote> | undefined {
  if (market.hasBook) return market.bookComplete ? market.book : undefined;
  return now - market.quoteAt <= QUOTE_LASTS ? market.quote : undefined;
}

/** The middle between best bid and best ask; NaN when a side is empty or the book is not usable. */
export function midPrice(market: MarketView): number {
  const { bidPrice, askPrice } = market.bookComplete ? market.book : market.quote;
  return Number.isFinite(bidPrice) && Number.isFinite(askPrice) ? (bidPrice + askPrice) / 2 : Number.NaN;
}
