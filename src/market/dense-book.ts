import type { BookSide, OrderBook } from './book.ts';
import type { Price, Size } from './units.ts';

/**
 * A book over a bounded range of prices: one slot a tick, sizes by index. `set` is a store, plus a search for the next
 * level when the best one goes; a bitmap makes that search a few words long however sparse the book.
 *
 * A price between the slots (the venue made its ticks finer) rebuilds the book on a finer grid, once.
 */
export class DenseBook implements OrderBook {
  bidPrice: Price = Number.NEGATIVE_INFINITY;
  bidSize: Size = 0;
  askPrice: Price = Number.POSITIVE_INFINITY;
  askSize: Size = 0;
  readonly #low: Price;
  readonly #high: Price;
  #step: Price;
  #bids: LevelRow;
  #asks: LevelRow;
  #bestBid = -1;
  #bestAsk = -1;

  constructor(low: Price, high: Price, step: Price) {
    this.#low = low;
    this.#high = high;
    this.#step = step;
    this.#bids = new LevelRow(this.#slots());
    this.#asks = new LevelRow(this.#slots());
  }

  set(side: BookSide, price: Price, size: Size): void {
    const position = (price - this.#low) / this.#step;
    // An integer for the engine to index with; it differs from the position only off the grid or out of range.
    const slot = position | 0;
    if (slot !== position || slot < 0 || price > this.#high) {
      this.#refine(price);
      this.set(side, price, size);
      return;
    }
    if (side > 0) {
      this.#bids.set(slot, size);
      if (size > 0) {
        if (slot >= this.#bestBid) this.#setBid(slot, price, size);
      } else if (slot === this.#bestBid) this.#findBid();
    } else {
      this.#asks.set(slot, size);
      if (size > 0) {
        if (slot <= this.#bestAsk || this.#bestAsk < 0) this.#setAsk(slot, price, size);
      } else if (slot === this.#bestAsk) this.#findAsk();
    }
  }

  clear(): void {
    this.#bids.clear();
    this.#asks.clear();
    this.#findBid();
    this.#findAsk();
  }

  sizeAt(side: BookSide, price: Price): Size {
    const row = side > 0 ? this.#bids : this.#asks;
    return row.sizes[(price - this.#low) / this.#step] ?? 0;
  }

  worse(side: BookSide, price: Price): Price {
    const slot = (price - this.#low) / this.#step;
    if (side > 0) {
      const next = this.#bids.below(Math.ceil(slot) - 1);
      return next < 0 ? Number.NEGATIVE_INFINITY : this.#low + next * this.#step;
    }
    const next = this.#asks.above(Math.floor(slot) + 1);
    return next < 0 ? Number.POSITIVE_INFINITY : this.#low + next * this.#step;
  }

  levels(side: BookSide): number {
    return (side > 0 ? this.#bids : this.#asks).levels;
  }

  #slots(): number {
    return Math.floor((this.#high - this.#low) / this.#step) + 1;
  }

  #setBid(slot: number, price: Price, size: Size): void {
    this.#bestBid = slot;
    this.bidPrice = price;
    this.bidSize = size;
  }

  #setAsk(slot: number, price: Price, size: Size): void {
    this.#bestAsk = slot;
    this.askPrice = price;
    this.askSize = size;
  }

  #findBid(): void {
    const slot = this.#bids.below(this.#bids.sizes.length - 1);
    if (slot >= 0) this.#setBid(slot, this.#low + slot * this.#step, this.#bids.sizes[slot]);
    else this.#setBid(-1, Number.NEGATIVE_INFINITY, 0);
  }

  #findAsk(): void {
    const slot = this.#asks.above(0);
    if (slot >= 0) this.#setAsk(slot, this.#low + slot * this.#step, this.#asks.sizes[slot]);
    else this.#setAsk(-1, Number.POSITIVE_INFINITY, 0);
  }

  #refine(price: Price): void {
    if (!(price >= this.#low && price <= this.#high)) {
      throw new RangeError(`price ${price} is outside the contract's bounds ${this.#low} to ${this.#high}`);
    }
    const [bids, asks, step] = [this.#bids, this.#asks, this.#step];
    this.#step = greatestCommonDivisor(step, price - this.#low);
    const times = step / this.#step;
    this.#bids = bids.spread(this.#slots(), times);
    this.#asks = asks.spread(this.#slots(), times);
    this.#findBid();
    this.#findAsk();
  }
}

/** Sizes by slot, with one bit a slot for fast search. */
class LevelRow {
  readonly sizes: Float64Array;
  levels = 0;
  readonly #words: Uint32Array;

  constructor(slots: number) {
    this.sizes = new Float64Array(slots);
    this.#words = new Uint32Array((slots + 31) >>> 5);
  }

  set(slot: number, size: Size): void {
    const before = this.sizes[slot];
    this.sizes[slot] = size;
    if (size > 0) {
      if (before > 0) return;
      this.levels++;
      this.#words[slot >>> 5] |= 1 << (slot & 31);
    } else if (before > 0) {
      this.levels--;
      this.#words[slot >>> 5] &= ~(1 << (slot & 31));
    }
  }

  clear(): void {
    if (this.levels === 0) return;
    this.sizes.fill(0);
    this.#words.fill(0);
    this.levels = 0;
  }

  /** Highest slot with a size, at or below `from`; -1 if none. */
  below(from: number): number {
    if (from < 0 || this.levels === 0) return -1;
    const start = Math.min(from, this.sizes.length - 1);
    let index = start >>> 5;
    let word = this.#words[index] & (0xffffffff >>> (31 - (start & 31)));
    while (word === 0) {
      if (--index < 0) return -1;
      word = this.#words[index];
    }
    return (index << 5) + 31 - Math.clz32(word);
  }

  /** Lowest slot with a size, at or above `from`; -1 if none. */
  above(from: number): number {
    if (from >= this.sizes.length || this.levels === 0) return -1;
    const start = Math.max(from, 0);
    let index = start >>> 5;
    let word = this.#words[index] & (0xffffffff << (start & 31));
    while (word === 0) {
      if (++index >= this.#words.length) return -1;
      word = this.#words[index];
    }
    return (index << 5) + 31 - Math.clz32(word & -word);
  }

  /** A copy with `times` slots for each of these. */
  spread(slots: number, times: number): LevelRow {
    const row = new LevelRow(slots);
    for (let slot = 0; slot < this.sizes.length; slot++) {
      if (this.sizes[slot] > 0) row.set(slot * times, this.sizes[slot]);
    }
    return row;
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
