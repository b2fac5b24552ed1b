import type { BookSide } from '../market/book.ts';
import type { EvidenceGrade } from '../market/fill.ts';
import { type Market, QUOTE_LASTS } from '../market/market.ts';
import type { Micros, Price, Size } from '../market/units.ts';
import { TakenLiquidity } from './taken.ts';

/**
 * What a venue displays of one instrument, less what we took of it: the levels of its book, or, where the feed tells of no
 * book, the one level of its quote.
 */
export class DisplayedDepth {
  /** How a fill against it is to be believed. */
  readonly grade: EvidenceGrade = 'walked_depth';
  readonly taken = new TakenLiquidity();
  readonly #market: Market;

  constructor(market: Market) {
    this.#market = market;
  }

  /** The tape tells of this market in bars, and in nothing else so far. */
  get onlyBars(): boolean {
    const { hasBook, quoteAt, trade, bar } = this.#market;
    return bar.at > 0 && trade.at === 0 && !hasBook && quoteAt === Number.NEGATIVE_INFINITY;
  }

  /** What is there is known: only then does anything fill. */
  usable(now: Micros): boolean {
    const { hasBook, bookComplete, quoteAt } = this.#market;
    if (this.onlyBars) return true;
    return hasBook ? bookComplete : now - quoteAt <= QUOTE_LASTS;
  }

  /** The price at which an order of the other side would trade; -Infinity without a bid, Infinity without an ask. */
  best(side: BookSide): Price {
    return this.shown(side);
  }

  /** The best price that is displayed. */
  protected shown(side: BookSide): Price {
    const { hasBook, book, quote } = this.#market;
    const from = hasBook ? book : quote;
    return side > 0 ? from.bidPrice : from.askPrice;
  }

  /** As displayed, ours not counted. */
  sizeAt(side: BookSide, price: Price): Size {
    const { hasBook, book, quote } = this.#market;
    if (hasBook) return book.sizeAt(side, price);
    if (price !== this.shown(side)) return 0;
    return side > 0 ? quote.bidSize : quote.askSize;
  }

  /** What comes before an order that joins at `price` now; out of view nobody knows, and it is Infinity. */
  queueAt(side: BookSide, price: Price): Size {
    return this.inView(side, price) ? this.sizeAt(side, price) : Number.POSITIVE_INFINITY;
  }

  /** The feed shows what stands at `price`: not what is behind a quote, or behind the levels that it has room for. */
  inView(side: BookSide, price: Price): boolean {
    const { hasBook, book, instrument } = this.#market;
    let last = this.shown(side);
    if (hasBook) {
      const { depth } = instrument;
      if (depth === undefined || book.levels(side) < depth) return true;
      for (let level = 1; level < depth; level++) last = book.worse(side, last);
    }
    return (last - price) * side <= 0;
  }

  /** What we took of levels that are displayed otherwise now, or no more, is there again. */
  giveBack(): void {
    this.taken.keep((side, price, shown) => !this.inView(side, price) || this.sizeAt(side, price) === shown);
  }

  /** Visits the levels of `side` from the best one on with what is left of each, until `visit` returns false. */
  walk(side: BookSide, visit: (price: Price, available: Size) => boolean): void {
    let price = this.shown(side);
    while (Number.isFinite(price)) {
      const available = this.sizeAt(side, price) - this.taken.at(side, price);
      if (available > 0 && !visit(price, available)) return;
      price = this.#market.hasBook ? this.#market.book.worse(side, price) : Number.NaN;
    }
  }

  take(side: BookSide, price: Price, size: Size): void {
    this.taken.add(side, price, size, this.sizeAt(side, price));
  }
}
