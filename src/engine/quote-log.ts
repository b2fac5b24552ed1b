import type { Cause, Journal } from '../market/journal.ts';
import type { MarketView } from '../market/market.ts';
import type { Price } from '../market/units.ts';
import { priceText } from './rows.ts';

/** Best prices of the markets that a run has to do with, as the journal has them: where they changed since the last time. */
export class QuoteLog {
  readonly #journal: Journal;
  readonly #last = new Map<MarketView, { bid: Price; ask: Price; trade: Price }>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  follow(market: MarketView): void {
    if (!this.#last.has(market)) this.#last.set(market, { bid: Number.NaN, ask: Number.NaN, trade: 0 });
  }

  /** Markets that are followed, in the order in which that began. */
  get followed(): readonly MarketView[] {
    return [...this.#last.keys()];
  }

  writeAll(cause: Cause): void {
    for (const market of this.#last.keys()) this.write(market, cause);
  }

  /** Of one market that is followed. */
  write(market: MarketView, { time, tape, frame }: Cause): void {
    const last = this.#last.get(market);
    const { bidPrice, askPrice } = market.bookComplete ? market.book : market.quote;
    if (last?.bid === bidPrice && last.ask === askPrice && Object.is(last.trade, market.trade.price)) return;
    this.#last.set(market, { bid: bidPrice, ask: askPrice, trade: market.trade.price });
    const { instrument } = market;
    this.#journal.write('quotes', {
      time,
      tape,
      frame,
      instrument: instrument.id,
      bid: priceText(instrument, bidPrice),
      ask: priceText(instrument, askPrice),
      last: priceText(instrument, market.trade.price),
    });
  }
}
