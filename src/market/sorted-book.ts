import type { BookSide, OrderBook } from './book.ts';
import type { Price, Size } from './units.ts';

/**
 * A book over any prices: two sorted rows with the best level last, so that the usual change, near the top, moves
 * nothing or little.
 */
export class SortedBook implements OrderBook {
  bidPrice: Price = Number.NEGATIVE_INFINITY;
  bidSize: Size = 0;
  askPrice: Price = Number.POSITIVE_INFINITY;
  askSize: Size = 0;
  readonly #bids = new LevelStack();
  readonly #asks = new LevelStack();

  set(side: BookSide, price: Price, size: Size): void {
    if (side > 0) {
      this.#bids.set(price, size);
      this.#showBid();
    } else {
      // Asks are kept negated: the same order, ascending towards the best, serves both sides.
      this.#asks.set(-price, size);
      this.#showAsk();
    }
  }

  clear(): void {
    this.#bids.count = 0;
    this.#asks.count = 0;
    this.#showBid();
    this.#showAsk();
  }

  sizeAt(side: BookSide, price: Price): Size {
    return side > 0 ? this.#bids.sizeAt(price) : this.#asks.sizeAt(-price);
  }

  worse(side: BookSide, price: Price): Price {
    return side > 0 ? this.#bids.before(price) : -this.#asks.before(-price);
  }

  levels(side: BookSide): number {
    return (side > 0 ? this.#bids : this.#asks).count;
  }

  #showBid(): void {
    const top = this.#bids.count - 1;
    this.bidPrice = top < 0 ? Number.NEGATIVE_INFINITY : this.#bids.keys[top];
    this.bidSize = top < 0 ? 0 : this.#bids.sizes[top];
  }

  #showAsk(): void {
    const top = this.#asks.count - 1;
    this.askPrice = top < 0 ? Number.POSITIVE_INFINITY : -this.#asks.keys[top];
    this.askSize = top < 0 ? 0 : this.#asks.sizes[top];
  }
}

/** Keys ascending with their sizes; the last is the best. */
class LevelStack {
  count = 0;
  keys = new Float64Array(64);
  sizes = new Float64Array(64);

  set(key: number, size: Size): void {
    const at = this.#find(key);
    const exists = at < this.count && this.keys[at] === key;
    if (size > 0) {
      if (!exists) this.#open(at, key);
      this.sizes[at] = size;
    } else if (exists) {
      this.keys.copyWithin(at, at + 1, this.count);
      this.sizes.copyWithin(at, at + 1, this.count);
      this.count--;
    }
  }

  sizeAt(key: number): Size {
    const at = this.#find(key);
    return at < this.count && this.keys[at] === key ? this.sizes[at] : 0;
  }

  /** The greatest key below `key`; -Infinity if none. */
  before(key: number): number {
    const at = this.#find(key);
    return at === 0 ? Number.NEGATIVE_INFINITY : this.keys[at - 1];
  }

  /** Index of the first key at or above `key`, searched from the best end, where changes happen. */
  #find(key: number): number {
    let high = this.count;
    let reach = 1;
    let low = high - reach;
    while (low >= 0 && this.keys[low] >= key) {
      high = low;
      reach *= 2;
      low = high - reach;
    }
    low = Math.max(low + 1, 0);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.keys[middle] < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #open(at: number, key: number): void {
    if (this.count === this.keys.length) {
      const keys = new Float64Array(this.count * 2);
      const sizes = new Float64Array(this.count * 2);
      keys.set(this.keys);
      sizes.set(this.sizes);
      this.keys = keys;
      this.sizes = sizes;
    }
    this.keys.copyWithin(at + 1, at, this.count);
    this.sizes.copyWithin(at + 1, at, this.count);
    this.keys[at] = key;
    this.count++;
  }
}
