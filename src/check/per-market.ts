import type { Market } from '../market/market.ts';

/** What a check keeps of each market. */
export class PerMarket<T> {
  readonly #states: T[] = [];
  readonly #markets: Market[] = [];
  readonly #create: (market: Market) => T;

  constructor(create: (market: Market) => T) {
    this.#create = create;
  }

  of(market: Market): T {
    let state = this.#states[market.index];
    if (state === undefined) {
      state = this.#create(market);
      this.#states[market.index] = state;
      this.#markets[market.index] = market;
    }
    return state;
  }

  /** Those that there has been something about. */
  all(): { market: Market; state: T }[] {
    return this.#markets.map((market, i) => ({ market, state: this.#states[i] })).filter(({ market }) => market);
  }
}
