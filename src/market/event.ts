/**
 * Decoded market events, as columns.
 *
 * A row says one thing about one instrument: a price and a size, mostly. What belongs together stands in consecutive
 * rows of one frame: a quote is a bid row and an ask row, a bar is four rows. A frame is atomic: whoever reads events
 * applies all rows of a frame before acting on any.
 */
import type { Micros, Price, Size } from './units.ts';

export const EventKind = {
  /** The book is empty from here on. With `EventFlag.snapshot`, the levels that follow in this frame complete it. */
  bookClear: 1,
  /** side, price, size: the level's new absolute size; 0 removes it. */
  bookLevel: 2,
  /** price, size; side = the aggressor's: buy, sell, or none when the venue does not say. */
  trade: 3,
  /** Two rows, bid then ask: best price and size of that side; size 0 = nothing there. */
  quote: 4,
  /** Four rows, code = BarField: open (size = length in microseconds), high, low, close (size = volume). */
  bar: 5,
  /** code = StatisticCode; the value is in `size` for amounts, in `price` for prices. */
  statistic: 6,
  /** code = LifecycleCode; details as JSON in `text`. */
  lifecycle: 7,
  /** code = GapCode: something may have been missed; size = number of missing messages when known, else 0. */
  gap: 8,
  /** A value of a series instrument: `price` holds it as a plain number, not scaled. */
  series: 9,
  /** A private message about our own account: code = AccountCode, contents as JSON in `text`. */
  account: 10,
  /** What the driver of a paper or live session decided from outside: code = ControlCode, contents as JSON in `text`. */
  control: 11,
} as const;
export type EventKind = (typeof EventKind)[keyof typeof EventKind];
export const eventKindNames = [
  '',
  'bookClear',
  'bookLevel',
  'trade',
  'quote',
  'bar',
  'statistic',
  'lifecycle',
  'gap',
  'series',
  'account',
  'control',
] as const;

/** Side of a level, a quote row, an order or a trade's aggressor. A bid buys, an ask sells. */
export const Side = { buy: 1, none: 0, sell: -1 } as const;
export type Side = 1 | 0 | -1;

export const EventFlag = {
  /** Part of a full snapshot. */
  snapshot: 1,
  /** Not said by the venue in so many words: a trade derived from a change of volume. */
  inferred: 2,
  /** A trade that did not touch the book: block trade, auction, hidden order. */
  offBook: 4,
  /** A gap that makes the book unusable until its next snapshot. */
  book: 8,
  /** A gap in which trades may be missing. */
  trades: 16,
} as const;

export const BarField = { open: 1, high: 2, low: 3, close: 4 } as const;

export const StatisticCode = { volume: 1, openInterest: 2, lastPrice: 3, fundingRate: 4, markPrice: 5 } as const;

export const LifecycleCode = {
  /** First mention on this tape; always precedes the instrument's other events. */
  listed: 1,
  /** The venue created it; details in text. */
  created: 2,
  /** Trading is possible again after a pause. */
  resumed: 3,
  paused: 4,
  /** The end of trading moved: size = new end in microseconds. */
  closeMoved: 5,
  /** The outcome is known: price = payout per unit (a binary contract: what YES pays). */
  determined: 6,
  /** The payout was made; price as at `determined` when known. */
  settled: 7,
  /** The tick ladder changed: text {ticks: [{from, to, step}]}. */
  ticksChanged: 8,
  /** Anything else: title, strike; details in text. */
  changed: 9,
  /** The outcome is challenged: what was determined does not hold until it is determined anew. */
  disputed: 10,
  /** The venue's fees for it differ from now on: text {type?, multiplierPercent?}; what is left out is as before. */
  feesChanged: 11,
} as const;

export const GapCode = {
  /** A sequence number is missing. */
  sequence: 1,
  /** The connection ended; what came until the next one is unknown. */
  disconnected: 2,
  /** The data contradict themselves (a level below zero): a message must have been lost. */
  contradiction: 3,
  /** The recorder says so. */
  recorder: 4,
} as const;
export const gapNames = ['', 'sequence', 'disconnected', 'contradiction', 'recorder'] as const;

export const AccountCode = { order: 1, fill: 2, position: 3, orderGroup: 4, communication: 5 } as const;

/** See `Control` for what each carries. */
export const ControlCode = { halt: 1, resume: 2, stop: 3, limits: 4, answer: 5, begin: 6 } as const;

/** What the column `order` says of an order whose joining the tape does not show. */
export const UNSEEN_ORDER = 1;

const columnNames = [
  'receivedAt',
  'exchangeAt',
  'frame',
  'instrument',
  'kind',
  'side',
  'code',
  'flags',
  'price',
  'size',
] as const;

/** Typed columns of `count` rows; also the buffer that decoders write. Grows by doubling. */
export class EventBatch {
  count = 0;
  /** Position of the tape among the tapes of a run. */
  tape = 0;
  receivedAt: Float64Array;
  /** The venue's own time; 0 = the venue did not say. */
  exchangeAt: Float64Array;
  /** The frame's position on its tape; rows of one frame are consecutive. Below 2^32. */
  frame: Uint32Array;
  /** Index into the decoder's instruments; -1 = concerns no instrument. */
  instrument: Int32Array;
  kind: Uint8Array;
  side: Int8Array;
  code: Uint8Array;
  flags: Uint8Array;
  price: Float64Array;
  size: Float64Array;
  /**
   * Feeds that tell of each order: the one that the change of a level, or the print, is about, numbered in the order of
   * joining its level, from 2 and never again on a tape; 0 = none in particular. Other feeds do not have the column.
   */
  order: Uint32Array | undefined = undefined;
  /** Row -> text, for the rare rows that have one. */
  text: Map<number, string>;

  constructor(capacity = 1024) {
    this.receivedAt = new Float64Array(capacity);
    this.exchangeAt = new Float64Array(capacity);
    this.frame = new Uint32Array(capacity);
    this.instrument = new Int32Array(capacity);
    this.kind = new Uint8Array(capacity);
    this.side = new Int8Array(capacity);
    this.code = new Uint8Array(capacity);
    this.flags = new Uint8Array(capacity);
    this.price = new Float64Array(capacity);
    this.size = new Float64Array(capacity);
    this.text = new Map();
  }

  reset(): void {
    this.order?.fill(0, 0, this.count);
    this.count = 0;
    if (this.text.size > 0) this.text = new Map();
  }

  /** Appends a row and returns its index. */
  push(
    frame: number,
    receivedAt: Micros,
    exchangeAt: Micros,
    instrument: number,
    kind: EventKind,
    side: Side,
    price: number,
    size: number,
    code = 0,
    flags = 0,
  ): number {
    const i = this.count++;
    if (i === this.kind.length) this.#grow();
    this.receivedAt[i] = receivedAt;
    this.exchangeAt[i] = exchangeAt;
    this.frame[i] = frame;
    this.instrument[i] = instrument;
    this.kind[i] = kind;
    this.side[i] = side;
    this.code[i] = code;
    this.flags[i] = flags;
    this.price[i] = price;
    this.size[i] = size;
    return i;
  }

  /** Appends copies of rows `[from, to)` of another batch. */
  append(other: EventBatch, from: number, to: number): void {
    const at = this.count;
    while (at + to - from > this.kind.length) this.#grow();
    for (const name of columnNames) this[name].set(other[name].subarray(from, to), at);
    if (other.order) {
      this.order ??= new Uint32Array(this.kind.length);
      this.order.set(other.order.subarray(from, to), at);
    }
    for (const [row, text] of other.text) if (row >= from && row < to) this.text.set(at + row - from, text);
    this.count += to - from;
  }

  /** Row `i` is about this order. */
  tellOrder(i: number, order: number): void {
    this.order ??= new Uint32Array(this.kind.length);
    this.order[i] = order;
  }

  /** The order that row `i` is about; 0 = none in particular. */
  orderOf(i: number): number {
    return this.order === undefined ? 0 : this.order[i];
  }

  #grow(): void {
    const capacity = this.kind.length * 2;
    const grown = new EventBatch(capacity);
    for (const name of columnNames) grown[name].set(this[name]);
    if (this.order) {
      grown.order = new Uint32Array(capacity);
      grown.order.set(this.order);
    }
    Object.assign(this, grown, { count: this.count, tape: this.tape, text: this.text });
  }

  /** The first row after `from` that belongs to another frame, at most `to`. */
  frameEnd(from: number, to: number): number {
    const frame = this.frame[from];
    let i = from + 1;
    while (i < to && this.frame[i] === frame) i++;
    return i;
  }
}

/** One reused window on a batch: valid only during the call it is passed to. Copy what you keep. */
export class MarketEvent {
  batch!: EventBatch;
  index = 0;

  at(batch: EventBatch, index: number): this {
    this.batch = batch;
    this.index = index;
    return this;
  }

  get receivedAt(): Micros {
    return this.batch.receivedAt[this.index];
  }
  get exchangeAt(): Micros {
    return this.batch.exchangeAt[this.index];
  }
  get frame(): number {
    return this.batch.frame[this.index];
  }
  get instrument(): number {
    return this.batch.instrument[this.index];
  }
  get kind(): EventKind {
    return this.batch.kind[this.index] as EventKind;
  }
  get side(): Side {
    return this.batch.side[this.index] as Side;
  }
  get code(): number {
    return this.batch.code[this.index];
  }
  get flags(): number {
    return this.batch.flags[this.index];
  }
  get price(): Price {
    return this.batch.price[this.index];
  }
  get size(): Size {
    return this.batch.size[this.index];
  }
  get text(): string {
    return this.batch.text.get(this.index) ?? '';
  }
  has(flag: number): boolean {
    return (this.batch.flags[this.index] & flag) !== 0;
  }
}
