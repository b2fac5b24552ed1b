import type { EventBatch } from '../market/event.ts';
import type { Market } from '../market/market.ts';
import { MICROS_PER_SECOND, type Micros } from '../market/units.ts';
import { type Check, endOf, isOpen, type Measurement, type Place, placeOf, type SeenTape } from './check.ts';
import { PerMarket } from './per-market.ts';

class BookTime {
  /** NaN: the book is not complete, or its market is not open. */
  completeSince: Micros = Number.NaN;
  complete: Micros = 0;
  /** NaN: not crossed. */
  crossedSince: Micros = Number.NaN;
  crossedAt: Place = {};
  times = 0;
  locked = 0;
  crossed: Micros = 0;
  longest: Micros = 0;
  longestAt: Place | undefined;

  end(at: Micros): void {
    if (!Number.isNaN(this.completeSince)) this.complete += Math.max(0, at - this.completeSince);
    this.completeSince = Number.NaN;
    this.endCrossed(at);
  }

  endCrossed(at: Micros): void {
    if (Number.isNaN(this.crossedSince)) return;
    const length = Math.max(0, at - this.crossedSince);
    this.crossedSince = Number.NaN;
    this.crossed += length;
    if (length < this.longest) return;
    this.longest = length;
    this.longestAt = this.crossedAt;
  }
}

/** Books whose best bid is at or above their best ask, while they are complete and their market is open. */
export class Crossed implements Check {
  readonly #books = new PerMarket(() => new BookTime());

  step(batch: EventBatch, i: number, market: Market): void {
    const at = batch.receivedAt[i];
    const book = this.#books.of(market);
    if (!market.bookComplete || !isOpen(market, at)) {
      book.end(Math.min(at, market.closesAt));
      return;
    }
    if (Number.isNaN(book.completeSince)) book.completeSince = at;
    const { bidPrice, askPrice } = market.book;
    if (bidPrice < askPrice) book.endCrossed(at);
    else if (Number.isNaN(book.crossedSince)) {
      book.crossedSince = at;
      book.crossedAt = placeOf(batch, i, market);
      book.times++;
      if (bidPrice === askPrice) book.locked++;
    }
  }

  measure({ tape }: SeenTape): readonly Measurement[] {
    const books = this.#books.all();
    for (const { market, state } of books) state.end(endOf(market, tape));
    const measured = books.map(({ state }) => state).filter(({ complete }) => complete > 0);
    if (measured.length === 0) {
      const detail = 'no complete book of an open market';
      return [
        { name: 'crossedTime', value: null, detail },
        { name: 'crossedLongest', value: null, detail },
      ];
    }
    const worst = measured.reduce((a, b) => (b.crossed / b.complete > a.crossed / a.complete ? b : a));
    const longest = measured.reduce((a, b) => (b.longest > a.longest ? b : a));
    const sum = (of: (book: BookTime) => number): number => measured.reduce((total, book) => total + of(book), 0);
    const [times, locked, crossed] = [
      sum((book) => book.times),
      sum((book) => book.locked),
      sum((book) => book.crossed),
    ];
    return [
      {
        name: 'crossedTime',
        value: worst.crossed / worst.complete,
        unit: 'share',
        where: worst.longestAt,
        detail: `${times} times (${locked} began locked), ${(crossed / MICROS_PER_SECOND).toFixed(3)} s in ${measured.length} books`,
        facts: { times, locked, seconds: crossed / MICROS_PER_SECOND },
      },
      {
        name: 'crossedLongest',
        value: longest.longest / MICROS_PER_SECOND,
        unit: 'seconds',
        where: longest.longestAt,
        detail: 'longest time at a stretch',
      },
    ];
  }
}
