import { EventBatch, EventFlag, EventKind, GapCode, LifecycleCode, Side } from '../market/event.ts';
import {
  countProblem,
  type Decoder,
  type DecoderFactory,
  Direction,
  type FrameView,
  type Line,
  type Note,
  type Problems,
} from '../market/frame.ts';
import type { Instrument, InstrumentFacts } from '../market/instrument.ts';
import type { Micros } from '../market/units.ts';
import { parseObject } from './json.ts';
import { ArbitratedMarket, PATIENCE } from './line-market.ts';
import { LineState } from './line-state.ts';
import { type LineNumber, Occurrences, otherThan } from './occurrences.ts';

/** A connection as a tape's ledger knows it; without a line it was the only one of its time. */
export interface LineConnection {
  readonly connection: number;
  readonly line?: Line;
}

/** Rows that make up one statement: two of a quote, four of a bar. */
const rowsOf: Readonly<Record<number, number>> = { [EventKind.quote]: 2, [EventKind.bar]: 4 };
/** Each row tells the whole state anew, so an old one is of no use. */
const states: ReadonlySet<number> = new Set([EventKind.quote, EventKind.statistic, EventKind.series]);
/** Their text has the venue's own times; the time of the row may be that of sending, which differs between lines. */
const texts: ReadonlySet<number> = new Set([EventKind.lifecycle, EventKind.account]);

/** Raise the number when the same rows of two lines would be joined otherwise. */
export function arbitrated(factory: DecoderFactory, connections: readonly LineConnection[]): DecoderFactory {
  return {
    version: `${factory.version} lines-1`,
    create: (facts) => new LineArbitration(factory, facts, connections),
  };
}

/**
 * Joins two recordings of the same markets on one tape, so that what either line brings is told once, and only what both
 * have lost is a gap (docs/decisions/0012-line-arbitration.md).
 *
 * Books: of each market one line leads and its rows pass. When it loses the book while the other has it, the other leads
 * and its book is told whole. All else passes from whichever line tells it first.
 */
class LineArbitration implements Decoder {
  readonly instruments: Instrument[] = [];
  readonly problems: Problems = new Map();
  readonly #lines: readonly [LineState, LineState];
  readonly #lineOf: Map<number, LineNumber>;
  readonly #bySymbol = new Map<string, ArbitratedMarket>();
  readonly #trades = new Occurrences();
  readonly #others = new Occurrences();
  /** What a line's decoder makes of the frame. */
  readonly #rows = new EventBatch();
  #out!: EventBatch;
  /** The line that the rows are from. */
  #line: LineNumber = 0;
  /** Its own socket told them; else an HTTP answer, which says nothing about the line. */
  #isOwn = false;
  /** Arrival of the message before this one on the same connection. */
  #heardBefore: Micros = 0;

  constructor(factory: DecoderFactory, facts: readonly InstrumentFacts[], connections: readonly LineConnection[]) {
    this.#lines = [new LineState(factory.create(facts)), new LineState(factory.create(facts))];
    this.#lineOf = new Map(connections.map(({ connection, line: name }) => [connection, name === 'B' ? 1 : 0]));
  }

  decode(frame: FrameView, out: EventBatch): void {
    this.#out = out;
    if (frame.direction === Direction.note) this.#learn(frame);
    const line = this.#lineOf.get(frame.connection);
    this.#isOwn = line !== undefined;
    if (line === undefined) {
      this.#heardBefore = frame.receivedAt;
      this.#take(0, frame);
      this.#take(1, frame);
    } else {
      const state = this.#lines[line];
      this.#heardBefore = state.heardBefore(frame);
      this.#take(line, frame);
      state.follow(frame);
    }
  }

  /** While it is being recorded, a tape's header does not know the connections that are to come. */
  #learn(frame: FrameView): void {
    const note = parseObject(frame.text()) as unknown as Note | undefined;
    if (note?.note === 'connected' && note.line) this.#lineOf.set(frame.connection, note.line === 'B' ? 1 : 0);
  }

  // --- rows of one line ------------------------------------------------------------------------------------------

  #take(line: LineNumber, frame: FrameView): void {
    const { decoder } = this.#lines[line];
    const rows = this.#rows;
    this.#line = line;
    rows.reset();
    decoder.decode(frame, rows);
    for (let i = 0; i < rows.count; ) {
      const count = rowsOf[rows.kind[i]] ?? 1;
      this.#statement(i, count);
      i += count;
    }
    for (const [reason, frames] of decoder.problems) countProblem(this.problems, reason, frames);
    decoder.problems.clear();
  }

  #statement(i: number, count: number): void {
    const { kind, code, instrument } = this.#rows;
    if (kind[i] === EventKind.lifecycle && code[i] === LifecycleCode.listed) {
      this.#list(i);
      return;
    }
    if (instrument[i] < 0) {
      this.#general(i);
      return;
    }
    const market = this.#lines[this.#line].markets[instrument[i]];
    if (!market) return;
    if (kind[i] === EventKind.gap) {
      this.#gap(market, i);
      return;
    }
    if (this.#isOwn) this.#hear(market, i);
    if (kind[i] <= EventKind.bookLevel) this.#book(market, i);
    else this.#tell(market, i, count);
    this.#settle(market, i);
  }

  /** A lifecycle message may be of another share of the markets: it does not tell that the line carries this one. */
  #hear(market: ArbitratedMarket, i: number): void {
    const { kind, flags, receivedAt } = this.#rows;
    if (kind[i] > EventKind.statistic) return;
    market.lines[this.#line].hear(receivedAt[i]);
    // A snapshot is asked for by one line.
    if ((flags[i] & EventFlag.snapshot) === 0) market.lines[otherThan(this.#line)].fallBehind(receivedAt[i]);
  }

  /** A market that the line's decoder has met. */
  #list(i: number): void {
    const { decoder, markets } = this.#lines[this.#line];
    const number = this.#rows.instrument[i];
    const instrument = decoder.instruments[number];
    let market = this.#bySymbol.get(instrument.symbol);
    if (!market) {
      market = new ArbitratedMarket(this.instruments.push(instrument) - 1, instrument);
      this.#bySymbol.set(instrument.symbol, market);
      this.#pass(market, i);
    }
    const { priceDecimals, sizeDecimals } = market.instrument;
    const isSame = instrument.priceDecimals === priceDecimals && instrument.sizeDecimals === sizeDecimals;
    if (!isSame) countProblem(this.problems, 'market with other decimals on the other line');
    markets[number] = isSame ? market : undefined;
  }

  /** What concerns no market. */
  #general(i: number): void {
    const isGap = this.#rows.kind[i] === EventKind.gap;
    if (!isGap) this.#tell(undefined, i, 1);
    else if (!this.#isCovered(this.#lines[otherThan(this.#line)].completeSince)) this.#pass(undefined, i);
  }

  #book(market: ArbitratedMarket, i: number): void {
    const { kind, side, price, size, flags } = this.#rows;
    const own = market.lines[this.#line];
    if (kind[i] === EventKind.bookLevel) own.book.set(side[i] as 1 | -1, price[i], size[i]);
    else {
      own.book.clear();
      own.isWhole = (flags[i] & EventFlag.snapshot) !== 0;
    }
    if (market.leader !== this.#line || !market.isBookGiven) return;
    this.#pass(market, i);
    market.isBookGiven = own.isWhole;
  }

  #gap(market: ArbitratedMarket, i: number): void {
    const { code, flags } = this.#rows;
    const [own, other] = [market.lines[this.#line], market.lines[otherThan(this.#line)]];
    const led = market.leader === this.#line;
    const isCovered = this.#isCovered(other.carriesSince);
    own.lose(flags[i], code[i]);
    this.#settle(market, i);
    const lacksBook = led && !market.isBookGiven;
    const left = flags[i] & ~((isCovered ? EventFlag.trades : 0) | (lacksBook ? 0 : EventFlag.book));
    // A gap in neither is one in quotes and the like, which come as trades do.
    if (left !== 0 || (flags[i] === 0 && !isCovered)) this.#pass(market, i, left);
  }

  /** The other line has carried on since before this one was last heard, and long enough for what comes late. */
  #isCovered(otherSince: Micros): boolean {
    return otherSince + PATIENCE <= this.#heardBefore;
  }

  /** Trades, and all else that is no book: the first to tell it is believed. */
  #tell(market: ArbitratedMarket | undefined, i: number, count: number): void {
    const { kind, code, flags, exchangeAt, receivedAt } = this.#rows;
    if (market && flags[i] & EventFlag.inferred) {
      // Each line infers from its own book and tickers, not the same trades: those of one are believed.
      if (market.leader === this.#line) this.#pass(market, i);
      return;
    }
    const occurrences = kind[i] === EventKind.trade ? this.#trades : this.#others;
    const text = this.#textOf(market, i, count);
    if (occurrences.match(this.#line, text)) return;
    const state = states.has(kind[i]) ? (kind[i] << 8) | code[i] : 0;
    if (kind[i] === EventKind.trade && occurrences.isForgotten(this.#line, exchangeAt[i])) {
      countProblem(this.problems, 'trade older than what is kept of the other line');
      return;
    }
    if (state && market?.isPast(this.#line, state, exchangeAt[i])) return;
    occurrences.keep(this.#line, text, receivedAt[i], exchangeAt[i]);
    if (state) market?.told(this.#line, state, exchangeAt[i]);
    for (let row = i; row < i + count; row++) this.#pass(market, row);
  }

  #textOf(market: ArbitratedMarket | undefined, i: number, count: number): string {
    const { kind, side, code, flags, price, size, exchangeAt, text } = this.#rows;
    const at = texts.has(kind[i]) ? '' : exchangeAt[i];
    let words = `${market?.index} ${kind[i]} ${at}`;
    for (let row = i; row < i + count; row++) {
      words += ` ${side[row]} ${price[row]} ${size[row]} ${code[row]} ${flags[row]} ${text.get(row) ?? ''}`;
    }
    return words;
  }

  // --- what is passed on -----------------------------------------------------------------------------------------

  /** After any change: the right line leads, and what has been passed on of the book is right. `i` is the cause. */
  #settle(market: ArbitratedMarket, i: number): void {
    const isAnother = market.elect();
    const { isUsable } = market.lines[market.leader];
    if (isUsable && (isAnother || !market.isBookGiven)) this.#passBook(market, i);
    else if (!isUsable && market.isBookGiven && this.#rows.kind[i] !== EventKind.gap) {
      // The leader has fallen silent and the other line has no book; a gap row speaks for itself.
      const { index } = market;
      this.#push(index, i, EventKind.gap, Side.none, 0, 0, GapCode.disconnected, EventFlag.book);
    }
    market.isBookGiven = isUsable;
  }

  /** The leader's whole book, best prices first. */
  #passBook({ index, lines, leader }: ArbitratedMarket, i: number): void {
    const { book } = lines[leader];
    this.#push(index, i, EventKind.bookClear, Side.none, 0, 0, 0, EventFlag.snapshot);
    for (const side of [Side.buy, Side.sell] as const) {
      const best = side === Side.buy ? book.bidPrice : book.askPrice;
      for (let price = best; Number.isFinite(price); price = book.worse(side, price)) {
        this.#push(index, i, EventKind.bookLevel, side, price, book.sizeAt(side, price), 0, EventFlag.snapshot);
      }
    }
  }

  #pass(market: ArbitratedMarket | undefined, i: number, flags = this.#rows.flags[i]): void {
    const { kind, side, price, size, code, text } = this.#rows;
    const index = market ? market.index : -1;
    const row = this.#push(index, i, kind[i] as EventKind, side[i] as Side, price[i], size[i], code[i], flags);
    const words = text.get(i);
    if (words !== undefined) this.#out.text.set(row, words);
  }

  /** A row with the frame and times of row `i`. */
  #push(
    instrument: number,
    i: number,
    kind: EventKind,
    side: Side,
    price: number,
    size: number,
    code: number,
    flags: number,
  ): number {
    const { frame, receivedAt, exchangeAt } = this.#rows;
    return this.#out.push(frame[i], receivedAt[i], exchangeAt[i], instrument, kind, side, price, size, code, flags);
  }
}
