import { type EventBatch, EventKind } from '../market/event.ts';
import type { Market } from '../market/market.ts';
import { MICROS_PER_SECOND, type Micros } from '../market/units.ts';
import { type Check, endOf, isOpen, type Measurement, type SeenTape } from './check.ts';
import { PerMarket } from './per-market.ts';

/** Between two events, the tape counts as active for at most this long. */
const ACTIVE: Micros = 5 * MICROS_PER_SECOND;

interface BookSilence {
  /** Arrival and activity at the last change of a complete book; NaN while there is none. */
  since: Micros;
  activeAt: Micros;
  changed: boolean;
  longest: Micros;
  longestSince: Micros;
}

/**
 * Books that stand still while the tape does not. Time counts while events come, of any market: a silence of the whole
 * tape is another matter (`silence`).
 */
export class Stale implements Check {
  readonly #books = new PerMarket<BookSilence>(() => ({
    since: Number.NaN,
    activeAt: 0,
    changed: false,
    longest: -1,
    longestSince: 0,
  }));
  #active: Micros = 0;
  #at: Micros = Number.NaN;

  row(batch: EventBatch, i: number, market: Market | undefined): void {
    const at = batch.receivedAt[i];
    if (at > this.#at) this.#active += Math.min(at - this.#at, ACTIVE);
    this.#at = at;
    const kind = batch.kind[i];
    if (market && (kind === EventKind.bookLevel || kind === EventKind.bookClear)) this.#books.of(market).changed = true;
  }

  step(batch: EventBatch, i: number, market: Market): void {
    const at = batch.receivedAt[i];
    const book = this.#books.of(market);
    const counts = market.bookComplete && isOpen(market, at);
    if (counts && !book.changed) return;
    this.#end(book, Math.min(at, market.closesAt));
    book.changed = false;
    book.since = counts ? at : Number.NaN;
    book.activeAt = this.#active;
  }

  #end(book: BookSilence, at: Micros): void {
    const silence = Math.min(at - book.since, this.#active - book.activeAt);
    if (!(silence > book.longest)) return;
    book.longest = silence;
    book.longestSince = book.since;
  }

  measure({ tape }: SeenTape): readonly Measurement[] {
    const books = this.#books.all();
    for (const { market, state } of books) this.#end(state, endOf(market, tape));
    const sorted = books.filter(({ state }) => state.longest >= 0).sort((a, b) => b.state.longest - a.state.longest);
    if (sorted.length === 0) return [{ name: 'staleBook', value: null, detail: 'no complete book of an open market' }];
    const [{ market, state }] = sorted;
    return [
      {
        name: 'staleBook',
        value: state.longest / MICROS_PER_SECOND,
        unit: 'seconds',
        where: { market: market.instrument.id, at: state.longestSince },
        detail: `longest of ${sorted.length} books without a change while other events came`,
      },
    ];
  }
}
