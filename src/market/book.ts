import { finestTick, type Instrument } from './instrument.ts';
import { FlatRow, type LevelRow, PagedRow } from './level-row.ts';
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
  const { bounds } = instrument;
  return bounds ? new DenseBook(bounds.low, bounds.high, finestTick(instrument)) : new SortedBook();
}

/**
 * A book counts in steps: the size at `origin + slot * step` stands in a row at `slot`, so a change is a store, and a
 * search for the next level when the best one goes. A price between the slots (the venue made its ticks finer) makes
 * the step finer, once.
 */
abstract class SteppedBook implements OrderBook {
  bidPrice: Price = Number.NEGATIVE_INFINITY;
  bidSize: Size = 0;
  askPrice: Price = Number.POSITIVE_INFINITY;
  askSize: Size = 0;
  readonly #origin: Price;
  /** NaN until the first price. */
  #step: Price;
  #bids: LevelRow;
  #asks: LevelRow;
  #bestBid = Number.NEGATIVE_INFINITY;
  #bestAsk = Number.POSITIVE_INFINITY;

  constructor(origin: Price, step: Price, bids: LevelRow, asks: LevelRow) {
    this.#origin = origin;
    this.#step = step;
    this.#bids = bids;
    this.#asks = asks;
  }

  /** Throws for a price that the book cannot hold. */
  protected abstract check(price: Price): void;
  protected abstract newRow(step: Price): LevelRow;

  set(side: BookSide, price: Price, size: Size): void {
    const position = (price - this.#origin) / this.#step;
    const slot = Math.floor(position);
    if (slot !== position) {
      this.#refine(price);
      this.set(side, price, size);
      return;
    }
    if (side > 0) {
      this.#bids.set(slot, size);
      if (size > 0) {
        if (slot >= this.#bestBid) this.#showBid(slot, price, size);
      } else if (slot === this.#bestBid) this.#findBid(slot);
    } else {
      this.#asks.set(slot, size);
      if (size > 0) {
        if (slot <= this.#bestAsk) this.#showAsk(slot, price, size);
      } else if (slot === this.#bestAsk) this.#findAsk(slot);
    }
  }

  clear(): void {
    this.#bids.clear();
    this.#asks.clear();
    this.#findBid(Number.POSITIVE_INFINITY);
    this.#findAsk(Number.NEGATIVE_INFINITY);
  }

  sizeAt(side: BookSide, price: Price): Size {
    const slot = (price - this.#origin) / this.#step;
    return Number.isInteger(slot) ? (side > 0 ? this.#bids : this.#asks).sizeAt(slot) : 0;
  }

  worse(side: BookSide, price: Price): Price {
    const position = (price - this.#origin) / this.#step;
    if (side > 0) return this.#priceOf(this.#bids.below(Math.ceil(position) - 1));
    return this.#priceOf(this.#asks.above(Math.floor(position) + 1));
  }

  levels(side: BookSide): number {
    return (side > 0 ? this.#bids : this.#asks).levels;
  }

  #showBid(slot: number, price: Price, size: Size): void {
    this.#bestBid = slot;
    this.bidPrice = price;
    this.bidSize = size;
  }

  #showAsk(slot: number, price: Price, size: Size): void {
    this.#bestAsk = slot;
    this.askPrice = price;
    this.askSize = size;
  }

  #findBid(from: number): void {
    const slot = this.#bids.below(from);
    this.#showBid(slot, this.#priceOf(slot), Number.isFinite(slot) ? this.#bids.sizeAt(slot) : 0);
  }

  #findAsk(from: number): void {
    const slot = this.#asks.above(from);
    this.#showAsk(slot, this.#priceOf(slot), Number.isFinite(slot) ? this.#asks.sizeAt(slot) : 0);
  }

  #priceOf(slot: number): Price {
    return Number.isFinite(slot) ? this.#origin + slot * this.#step : slot;
  }

  #refine(price: Price): void {
    this.check(price);
    const before = this.#step;
    const distance = Math.abs(price - this.#origin) || 1;
    this.#step = Number.isNaN(before) ? distance : greatestCommonDivisor(before, distance);
    this.#bids = this.#spread(this.#bids, before / this.#step);
    this.#asks = this.#spread(this.#asks, before / this.#step);
    this.#findBid(Number.POSITIVE_INFINITY);
    this.#findAsk(Number.NEGATIVE_INFINITY);
  }

  /** The same levels in a row with `times` slots for each of these. */
  #spread(row: LevelRow, times: number): LevelRow {
    const finer = this.newRow(this.#step);
    row.each((slot, size) => finer.set(slot * times, size));
    return finer;
  }
}

/** A book over a bounded range of prices: one slot for every price that can occur. */
export class DenseBook extends SteppedBook {
  readonly #low: Price;
  readonly #high: Price;

  constructor(low: Price, high: Price, step: Price) {
    const slots = slotsOf(low, high, step);
    super(low, step, new FlatRow(slots), new FlatRow(slots));
    this.#low = low;
    this.#high = high;
  }

  override set(side: BookSide, price: Price, size: Size): void {
    this.check(price);
    super.set(side, price, size);
  }

  protected check(price: Price): void {
    if (price >= this.#low && price <= this.#high) return;
    throw new RangeError(`price ${price} is outside the contract's bounds ${this.#low} to ${this.#high}`);
  }

  protected newRow(step: Price): LevelRow {
    return new FlatRow(slotsOf(this.#low, this.#high, step));
  }
}

/** A book over any prices. Its step is found from the prices themselves, so no tick has to be known. */
export class SortedBook extends SteppedBook {
  constructor() {
    super(0, Number.NaN, new PagedRow(), new PagedRow());
  }

  protected check(price: Price): void {
    if (!Number.isSafeInteger(price)) throw new RangeError(`${price} is not a price`);
  }

  protected newRow(): LevelRow {
    return new PagedRow();
  }
}

function slotsOf(low: Price, high: Price, step: Price): number {
  return Math.floor((high - low) / step) + 1;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
