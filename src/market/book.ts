/** Order books: one interface, two ways to hold them. */
import { DenseBook } from './dense-book.ts';
import type { Instrument } from './instrument.ts';
import { finestTick } from './instrument.ts';
import { SortedBook } from './sorted-book.ts';
import type { Price, Size } from './units.ts';

/** Side of a book: 1 = bids, -1 = asks (the values of `Side`). */
export type BookSide = 1 | -1;

/**
 * Price levels of one instrument. No bid is a price of -Infinity, no ask +Infinity, so comparisons stay true without
 * special cases. A book may be crossed for a moment, as recorded feeds are; nothing is repaired.
 */
export interface OrderBook {
  readonly bidPrice: Price;
  readonly bidSize: Size;
  readonly askPrice: Price;
  readonly askSize: Size;
  /** Sets a level's absolute size; 0 removes it. */
  set(side: BookSide, price: Price, size: Size): void;
  clear(): void;
  sizeAt(side: BookSide, price: Price): Size;
  /** The next level behind `price` on that side: lower for bids, higher for asks; -Infinity / Infinity at the end. */
  worse(side: BookSide, price: Price): Price;
  /** Number of levels on that side. */
  levels(side: BookSide): number;
}

/** Dense where prices are bounded (prediction markets), sorted otherwise. */
export function createBook(instrument: Instrument): OrderBook {
  const bounds = instrument.bounds;
  return bounds ? new DenseBook(bounds.low, bounds.high, finestTick(instrument)) : new SortedBook();
}
