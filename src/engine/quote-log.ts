import type { Instrument } from '../market/instrument.ts';
import type { Cause, Journal } from '../market/journal.ts';
import type { MarketView } from '../market/market.ts';
import type { Price } from '../market/units.ts';
import { priceText } from './rows.ts';

/** Best prices of the markets that we have been in, as the journal has them: where they changed since the last time. */
export class QuoteLog {
  readonly #journal: Journal;
  readonly #last = new Map<MarketView, { bid: Price; ask: Price; trade: Price }>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  follow(market: MarketView): void {
    if (!this.#last.has(market)) this.#last.set(market, { bid: Number.NaN, ask: Number.NaN, trade: 0 });
  }

  /** Instruments that are followed, in the order in which that began. */
  get followed(): readonly Instrument[] {
    return [...this.#last.keys()].map(({ instrument }) => instrument);
  }

  write({ time, tape, frame }: Cause): void {
    for (const [market, last] of this.#last) {
      const { bidPrice, askPrice } = market.bookComplete ? market.book : market.quote;
      if (last.bid === bidPrice && last.ask === askPrice && Object.is(last.trade, market.trade.price)) continue;
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
}
