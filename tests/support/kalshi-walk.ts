/** Kalshi markets that trade by themselves, and their books as they truly are. */

import type { Rng } from '../../src/market/rng.ts';
import { formatDecimal } from '../../src/market/units.ts';
import { VenueScript } from './kalshi-venue.ts';

type BookOutcome = 'yes' | 'no';
/** Ten-thousandths of a dollar -> hundredths of a contract. */
type Levels = Map<number, number>;

const CENT = 100;
const DOLLAR = 10_000;
/** Bids of either outcome stay below half a dollar, so that no book is ever crossed. */
const CENTS_MOST = 49;
const BOOKS = 1;
const TRADES = 2;

const price = (value: number) => formatDecimal(value, 4);
const size = (value: number) => formatDecimal(value, 2);

export class KalshiWalk {
  readonly tickers: readonly string[];
  /** Added to the venue's own times, milliseconds. */
  clockShift = 0;
  readonly #script = new VenueScript();
  readonly #rng: Rng;
  readonly #books = new Map<string, Record<BookOutcome, Levels>>();
  readonly #seqs: Record<number, number> = { [BOOKS]: 0, [TRADES]: 0 };

  constructor(rng: Rng, tickers: readonly string[]) {
    this.#rng = rng;
    this.tickers = tickers;
    this.#script.tell({ type: 'subscribed', id: 1, msg: { channel: 'orderbook_delta', sid: BOOKS } });
    this.#script.tell({ type: 'subscribed', id: 2, msg: { channel: 'trade', sid: TRADES } });
    for (const ticker of tickers) {
      this.#books.set(ticker, { yes: new Map([[40 * CENT, 10_000]]), no: new Map([[45 * CENT, 5_000]]) });
      this.#tell('orderbook_snapshot', BOOKS, {
        market_ticker: ticker,
        market_id: `id of ${ticker}`,
        yes_dollars_fp: [['0.4000', '100.00']],
        no_dollars_fp: [['0.4500', '50.00']],
      });
    }
  }

  /** The exchange that tells of these markets. */
  get venue(): VenueScript['venue'] {
    return this.#script.venue;
  }

  /** A change of a book, now and then a trade, of some market. */
  step(): void {
    const ticker = this.tickers[this.#rng.below(this.tickers.length)];
    if (this.#rng.below(5) === 0) this.trade(ticker);
    else this.change(ticker);
  }

  change(ticker: string): void {
    const side: BookOutcome = this.#rng.below(2) === 0 ? 'yes' : 'no';
    const levels = this.#levels(ticker, side);
    const level = (1 + this.#rng.below(CENTS_MOST)) * CENT;
    const before = levels.get(level) ?? 0;
    const after = before > 0 && this.#rng.below(3) > 0 ? this.#rng.below(before) : before + 1 + this.#rng.below(99_999);
    if (after === 0) levels.delete(level);
    else levels.set(level, after);
    this.#tell('orderbook_delta', BOOKS, {
      market_ticker: ticker,
      market_id: `id of ${ticker}`,
      price_dollars: price(level),
      delta_fp: size(after - before),
      side,
      ...this.#times(),
    });
  }

  trade(ticker: string): void {
    this.#tell('trade', TRADES, {
      trade_id: `trade ${this.#seqs[TRADES]}`,
      market_ticker: ticker,
      yes_price_dollars: price((1 + this.#rng.below(99)) * CENT),
      count_fp: size(1 + this.#rng.below(10_000)),
      taker_book_side: this.#rng.below(2) === 0 ? 'bid' : 'ask',
      ...this.#times(),
    });
  }

  /** The true book, as an observer who missed nothing would state it. */
  book(ticker: string): string[] {
    const best = (levels: Levels) => [...levels].sort(([a], [b]) => b - a);
    return [
      ...best(this.#levels(ticker, 'yes')).map(([at, shown]) => `bid ${at} ${shown}`),
      ...best(this.#levels(ticker, 'no')).map(([at, shown]) => `ask ${DOLLAR - at} ${shown}`),
    ];
  }

  #levels(ticker: string, side: BookOutcome): Levels {
    const book = this.#books.get(ticker);
    if (!book) throw new Error(`no market is called ${ticker}`);
    return book[side];
  }

  #times(): { ts: string; ts_ms: number } {
    this.#script.now += 1_000;
    const at = Math.trunc(this.#script.now / 1000) + this.clockShift;
    return { ts: new Date(at).toISOString(), ts_ms: at };
  }

  #tell(type: string, sid: number, msg: object): void {
    this.#script.tell({ type, sid, seq: ++this.#seqs[sid], msg });
  }
}
