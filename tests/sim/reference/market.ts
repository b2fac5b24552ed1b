/** One market of the reference exchange: what was told of it, and what follows from that, worked out anew each time. */
import { type EventBatch, EventFlag, EventKind, LifecycleCode, StatisticCode } from '../../../src/market/event.ts';
import type { Instrument } from '../../../src/market/instrument.ts';
import type { Micros, Price, Size } from '../../../src/market/units.ts';
import type { VenueRules } from '../../../src/market/venue.ts';

interface Level {
  readonly side: number;
  readonly price: Price;
  readonly size: Size;
}

const QUOTES_LAST: Micros = 30_000_000;

export class ReferenceMarket {
  readonly instrument: Instrument;
  readonly rules: VenueRules;
  /** Levels of the book in no order, none of size 0; and the quote, as levels too. */
  levels: Level[] = [];
  quote: Level[] = [];
  quotedAt: Micros = Number.NEGATIVE_INFINITY;
  /** What we took of levels, and the size that each showed then. */
  taken: (Level & { readonly shown: Size })[] = [];
  hasBook = false;
  isComplete = false;
  isPaused = false;
  hasEnded = false;
  closesAt: Micros;
  payout: Price | undefined;
  isPaid = false;
  /** The venue's time of what is displayed. */
  displayedAt: Micros = 0;
  /** When the venue last told its volume. */
  volumeAt: Micros = 0;

  constructor(instrument: Instrument, rules: VenueRules) {
    this.instrument = instrument;
    this.rules = rules;
    this.closesAt = instrument.closesAt ?? Number.POSITIVE_INFINITY;
  }

  hear(batch: EventBatch, i: number): void {
    const [kind, side, price, size] = [batch.kind[i], batch.side[i], batch.price[i], batch.size[i]];
    if (kind === EventKind.bookClear) {
      this.levels = [];
      this.hasBook = true;
      this.isComplete = (batch.flags[i] & EventFlag.snapshot) !== 0;
    } else if (kind === EventKind.bookLevel) {
      this.levels = this.levels.filter((level) => level.side !== side || level.price !== price);
      if (size > 0) this.levels.push({ side, price, size });
      this.displayedAt = batch.exchangeAt[i];
      this.giveBack((taken) => taken.side === side && taken.price === price);
    } else if (kind === EventKind.quote) {
      this.quote = this.quote.filter((level) => level.side !== side);
      if (size > 0) this.quote.push({ side, price, size });
      this.quotedAt = batch.receivedAt[i];
      if (!this.hasBook) this.displayedAt = batch.exchangeAt[i];
    } else if (kind === EventKind.gap && batch.flags[i] & EventFlag.book) {
      this.hasBook = true;
      this.isComplete = false;
    } else if (kind === EventKind.statistic && batch.code[i] === StatisticCode.volume) {
      this.volumeAt = batch.receivedAt[i];
    } else if (kind === EventKind.lifecycle) this.#live(batch.code[i], price, size);
  }

  #live(code: number, price: Price, size: Size): void {
    if (code === LifecycleCode.paused) this.isPaused = true;
    if (code === LifecycleCode.resumed) this.isPaused = false;
    if (code === LifecycleCode.closeMoved) this.closesAt = size;
    const { determined, disputed, settled } = LifecycleCode;
    if (code === determined || code === disputed || code === settled) this.hasEnded = true;
    if (this.isPaid) return;
    if (code === determined) this.payout = price;
    if (code === disputed) this.payout = undefined;
  }

  /** What we took of a level comes back when the level shows another size; one behind a quote shows nothing. */
  giveBack(isMeant: (taken: Level) => boolean = () => true): void {
    this.taken = this.taken.filter(
      (taken) =>
        !isMeant(taken) ||
        this.isHidden(taken.side, taken.price) ||
        this.sizeAt(taken.side, taken.price) === taken.shown,
    );
  }

  isKnown(now: Micros): boolean {
    return this.hasBook ? this.isComplete : now - this.quotedAt <= QUOTES_LAST;
  }

  isTrading(now: Micros): boolean {
    return this.isKnown(now) && !this.isPaused && !this.hasEnded && now < this.closesAt;
  }

  /** Best first. */
  displayed(side: number): Level[] {
    const levels = this.hasBook ? this.levels : this.quote;
    return levels.filter((level) => level.side === side).sort((a, b) => (b.price - a.price) * side);
  }

  /** The same, less what we took. */
  left(side: number): Level[] {
    return this.displayed(side)
      .map((level) => ({ ...level, size: level.size - this.takenAt(side, level.price) }))
      .filter(({ size }) => size > 0);
  }

  best(side: number): Price {
    return this.displayed(side)[0]?.price ?? -side * Number.POSITIVE_INFINITY;
  }

  sizeAt(side: number, price: Price): Size {
    return this.displayed(side).find((level) => level.price === price)?.size ?? 0;
  }

  /** Where there is only a quote, nobody knows what stands behind it. */
  isHidden(side: number, price: Price): boolean {
    return !this.hasBook && isBetter(side, this.best(side), price);
  }

  /** What stands before an order that joins now; the most that stands before one that is there. */
  queueAt(side: number, price: Price): Size {
    return this.isHidden(side, price) ? Number.POSITIVE_INFINITY : this.sizeAt(side, price);
  }

  takenAt(side: number, price: Price): Size {
    return this.taken.find((taken) => taken.side === side && taken.price === price)?.size ?? 0;
  }

  take(side: number, price: Price, size: Size): void {
    const all = this.takenAt(side, price) + size;
    this.taken = this.taken.filter((taken) => taken.side !== side || taken.price !== price);
    this.taken.push({ side, price, size: all, shown: this.sizeAt(side, price) });
  }
}

/** On a side of the book `price` comes before `other`: bids the higher first, asks the lower. */
export function isBetter(side: number, price: Price, other: Price): boolean {
  return side > 0 ? price > other : price < other;
}
