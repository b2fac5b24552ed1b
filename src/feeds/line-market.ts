import { createBook, type OrderBook } from '../market/book.ts';
import { EventFlag, GapCode } from '../market/event.ts';
import type { Instrument } from '../market/instrument.ts';
import { MICROS_PER_SECOND, type Micros } from '../market/units.ts';
import { type LineNumber, otherThan } from './occurrences.ts';

/**
 * What one line may lag behind the other (tape time). What the other tells sooner after a line's last word may be nothing
 * new; a line that says nothing for as long afterwards, while the other does, is as good as gone. One that is back
 * stands in for the other only after as long, because what a late one has still to bring may be from before.
 */
export const PATIENCE = 5 * MICROS_PER_SECOND;

/** One market as one line tells it. */
export class LineMarket {
  readonly book: OrderBook;
  /** The book has had its snapshot and no gap since. */
  isWhole = false;
  /** The line tells of it. A book that came over HTTP is of no use without. */
  isHeard = false;
  /** Arrival of the first thing heard of it since something may have been missed; NaN: nothing was. */
  carriesSince: Micros = Number.NaN;
  #heardAt: Micros = Number.NaN;
  /** Since when the other line tells news of it and this one does not; NaN: it does. */
  #behindSince: Micros = Number.NaN;

  constructor(instrument: Instrument) {
    this.book = createBook(instrument);
  }

  get isUsable(): boolean {
    return this.isWhole && this.isHeard;
  }

  /** How much of the book it knows. */
  get rank(): number {
    return this.isUsable ? 2 : this.isHeard ? 1 : 0;
  }

  hear(at: Micros): void {
    this.isHeard = true;
    this.#heardAt = at;
    this.#behindSince = Number.NaN;
    if (Number.isNaN(this.carriesSince)) this.carriesSince = at;
  }

  /** The other line tells of it at `at`. */
  fallBehind(at: Micros): void {
    if (!(at - this.#heardAt > PATIENCE)) return;
    if (Number.isNaN(this.#behindSince)) this.#behindSince = at;
    else if (at - this.#behindSince > PATIENCE) {
      this.isHeard = false;
      this.carriesSince = Number.NaN;
    }
  }

  /** The line has a gap. */
  lose(flags: number, code: number): void {
    if (flags & EventFlag.book) this.isWhole = false;
    if (flags & EventFlag.trades) this.carriesSince = Number.NaN;
    if (code !== GapCode.disconnected) return;
    this.carriesSince = Number.NaN;
    // While the book is whole, it was a subscription to something else that ended.
    if (!this.isWhole) this.isHeard = false;
  }
}

/** One market on both lines, and what has been passed on of it. */
export class ArbitratedMarket {
  readonly index: number;
  readonly instrument: Instrument;
  readonly lines: readonly [LineMarket, LineMarket];
  /** Whose book passes. */
  leader: LineNumber = 0;
  /** A usable book has been passed on, and no gap since. */
  isBookGiven = false;
  /** By kind of state: the venue's time of what was last passed on from each line. */
  readonly #toldAt = new Map<number, [Micros, Micros]>();

  constructor(index: number, instrument: Instrument) {
    this.index = index;
    this.instrument = instrument;
    this.lines = [new LineMarket(instrument), new LineMarket(instrument)];
  }

  /** The line that knows more of the book leads; while both know as much, the one that did. True if that is another one. */
  elect(): boolean {
    const standby = otherThan(this.leader);
    if (this.lines[standby].rank <= this.lines[this.leader].rank) return false;
    this.leader = standby;
    return true;
  }

  /** The other line has told a later state of that kind, so this one is of the past. */
  isPast(line: LineNumber, state: number, exchangeAt: Micros): boolean {
    const toldAt = this.#toldAt.get(state);
    return exchangeAt > 0 && toldAt !== undefined && exchangeAt < toldAt[otherThan(line)];
  }

  /** A state of that kind has been passed on. */
  told(line: LineNumber, state: number, exchangeAt: Micros): void {
    let toldAt = this.#toldAt.get(state);
    if (!toldAt) {
      toldAt = [0, 0];
      this.#toldAt.set(state, toldAt);
    }
    toldAt[line] = exchangeAt;
  }
}
