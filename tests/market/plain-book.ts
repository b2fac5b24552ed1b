import type { BookSide, OrderBook } from '../../src/market/book.ts';
import type { Price, Size } from '../../src/market/units.ts';

/** The plainest book there is: a map for each side, sorted when asked. The oracle of the fast ones. */
export class PlainBook implements OrderBook {
  readonly #bids = new Map<Price, Size>();
  readonly #asks = new Map<Price, Size>();

  get bidPrice(): Price {
    return this.prices(1)[0] ?? Number.NEGATIVE_INFINITY;
  }

  get bidSize(): Size {
    return this.sizeAt(1, this.bidPrice);
  }

  get askPrice(): Price {
    return this.prices(-1)[0] ?? Number.POSITIVE_INFINITY;
  }

  get askSize(): Size {
    return this.sizeAt(-1, this.askPrice);
  }

  set(side: BookSide, price: Price, size: Size): void {
    if (size > 0) this.#side(side).set(price, size);
    else this.#side(side).delete(price);
  }

  clear(): void {
    this.#bids.clear();
    this.#asks.clear();
  }

  sizeAt(side: BookSide, price: Price): Size {
    return this.#side(side).get(price) ?? 0;
  }

  worse(side: BookSide, price: Price): Price {
    const next = this.prices(side).find((level) => (side > 0 ? level < price : level > price));
    return next ?? -side * Number.POSITIVE_INFINITY;
  }

  levels(side: BookSide): number {
    return this.#side(side).size;
  }

  /** Prices of one side, best first. */
  prices(side: BookSide): Price[] {
    return [...this.#side(side).keys()].sort((a, b) => (b - a) * side);
  }

  #side(side: BookSide): Map<Price, Size> {
    return side > 0 ? this.#bids : this.#asks;
  }
}

/** All levels of one side as [price, size], best first, found by walking as a strategy would. */
export function walk(
  book: Pick<OrderBook, 'bidPrice' | 'askPrice' | 'worse' | 'sizeAt'>,
  side: BookSide,
): [Price, Size][] {
  const levels: [Price, Size][] = [];
  let price = side > 0 ? book.bidPrice : book.askPrice;
  while (Number.isFinite(price)) {
    levels.push([price, book.sizeAt(side, price)]);
    price = book.worse(side, price);
  }
  return levels;
}
