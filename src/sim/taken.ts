import type { BookSide } from '../market/book.ts';
import type { Price, Size } from '../market/units.ts';

/**
 * What our own orders took from displayed levels. The recorded book knows nothing of us and goes on showing it; it
 * stays taken until the venue shows another size at that level.
 */
export class TakenLiquidity {
  readonly #bids = new Map<Price, Size>();
  readonly #asks = new Map<Price, Size>();

  get none(): boolean {
    return this.#bids.size === 0 && this.#asks.size === 0;
  }

  at(side: BookSide, price: Price): Size {
    return (side > 0 ? this.#bids : this.#asks).get(price) ?? 0;
  }

  add(side: BookSide, price: Price, size: Size): void {
    (side > 0 ? this.#bids : this.#asks).set(price, this.at(side, price) + size);
  }

  /** The level was set anew. */
  release(side: BookSide, price: Price): void {
    (side > 0 ? this.#bids : this.#asks).delete(price);
  }
}
