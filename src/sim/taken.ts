import type { BookSide } from '../market/book.ts';
import type { Price, Size } from '../market/units.ts';

/**
 * What our own orders took from displayed levels. The recorded book knows nothing of us and goes on showing it; it
 * stays taken until the venue shows another size at that level.
 */
export class TakenLiquidity {
  readonly #bids = new Map<Price, Taken>();
  readonly #asks = new Map<Price, Taken>();

  get none(): boolean {
    return this.#bids.size === 0 && this.#asks.size === 0;
  }

  at(side: BookSide, price: Price): Size {
    return this.#side(side).get(price)?.size ?? 0;
  }

  /** We took `size` of a level that displays `displayed`. */
  add(side: BookSide, price: Price, size: Size, displayed: Size): void {
    this.#side(side).set(price, { size: this.at(side, price) + size, displayed });
  }

  /** The level was set to `displayed`, by a change or in a snapshot; true if something came back. */
  set(side: BookSide, price: Price, displayed: Size): boolean {
    const taken = this.#side(side).get(price);
    if (taken === undefined || taken.displayed === displayed) return false;
    return this.#side(side).delete(price);
  }

  /** Drops what `isThere` does not know; `shown` is what the level displayed when we took of it. */
  keep(isThere: (side: BookSide, price: Price, shown: Size) => boolean): void {
    for (const [price, { displayed }] of this.#bids) if (!isThere(1, price, displayed)) this.#bids.delete(price);
    for (const [price, { displayed }] of this.#asks) if (!isThere(-1, price, displayed)) this.#asks.delete(price);
  }

  #side(side: BookSide): Map<Price, Taken> {
    return side > 0 ? this.#bids : this.#asks;
  }
}

interface Taken {
  readonly size: Size;
  /** What the level displayed when we took it. */
  readonly displayed: Size;
}
