import { Side } from '../../market/event.ts';
import type { Price, Size } from '../../market/units.ts';

/** A part of the volume between two tickers. */
export interface InferredTrade {
  readonly side: Side;
  readonly size: Size;
  /** The level at the last price shrank by at least this much: it can have been traded there. */
  readonly atLastPrice: boolean;
}

/**
 * Trades from a tape without a trade channel: what the volume of one ticker says beyond the one before.
 *
 * A ticker comes about once a second and gives the sum of the volume but only the last price. Of that sum, as much is
 * taken to have been traded at the last price as the levels there have shrunk since the ticker before; the side that
 * shrank was hit. The rest was traded somewhere: it counts as volume, and never as evidence for a fill.
 *
 * `volume` counts both parties of a contract, so a trade adds twice its size to it
 * (docs/decisions/0004-kalshi-volume-counts-twice.md).
 */
export class VolumeReader {
  #volume = Number.NaN;
  readonly #bidsShrank = new Map<Price, Size>();
  readonly #asksShrank = new Map<Price, Size>();
  #sawBook = false;

  /** A level went down by `size`. */
  shrank(side: Side, price: Price, size: Size): void {
    const levels = side > 0 ? this.#bidsShrank : this.#asksShrank;
    levels.set(price, (levels.get(price) ?? 0) + size);
    this.#sawBook = true;
  }

  /** `quoted` is the aggressor's side as the quotes suggest it: all there is to go by without a book. */
  read(volume: number, last: Price, quoted: Side): readonly InferredTrade[] {
    const traded = Math.floor((volume - this.#volume) / 2);
    this.#volume = volume;
    if (!(traded > 0)) return this.#next([]);
    if (!this.#sawBook) return this.#next([{ side: quoted, size: traded, atLastPrice: true }]);
    const sold = Math.min(traded, this.#bidsShrank.get(last) ?? 0);
    const bought = Math.min(traded - sold, this.#asksShrank.get(last) ?? 0);
    const trades: InferredTrade[] = [
      { side: Side.sell, size: sold, atLastPrice: true },
      { side: Side.buy, size: bought, atLastPrice: true },
      { side: Side.none, size: traded - sold - bought, atLastPrice: false },
    ];
    return this.#next(trades.filter(({ size }) => size > 0));
  }

  #next(trades: readonly InferredTrade[]): readonly InferredTrade[] {
    this.#bidsShrank.clear();
    this.#asksShrank.clear();
    return trades;
  }
}
