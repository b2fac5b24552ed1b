import { z } from 'zod';
import { priceFrom, sizeFrom } from '../market/instrument.ts';
import { defineStrategy } from '../market/strategy.ts';
import { formatDecimal } from '../market/units.ts';

/** Favourites are said to be under-priced between 80 and 90 cents (system S2; claimed edge +5.1 %). */
export const yes8090 = defineStrategy({
  name: 'yes_80_90',
  description: 'Buys YES once per market when its ask is between 80 and 90 cents, and holds it to settlement.',
  parameters: z.object({
    low: z.number().default(0.8).describe('lowest ask to buy at, dollars'),
    high: z.number().default(0.9).describe('highest ask to buy at, dollars'),
    size: z.number().positive().default(10).describe('contracts per market'),
  }),
  create(desk, parameters) {
    const done = new Set<string>();
    return {
      onBook(market) {
        const { instrument, book } = market;
        const ask = book.askPrice;
        if (!market.bookComplete || ask === Number.POSITIVE_INFINITY || done.has(instrument.id)) return;
        if (instrument.kind !== 'binary') return;
        if (ask < priceFrom(instrument, parameters.low) || ask > priceFrom(instrument, parameters.high)) return;
        done.add(instrument.id);
        const decision = desk.decide({
          instrument: instrument.id,
          action: 'buy_yes',
          reason: 'ask in range',
          features: {
            ask: formatDecimal(ask, instrument.priceDecimals),
            askSize: formatDecimal(book.askSize, instrument.sizeDecimals),
          },
        });
        desk.place({
          instrument: instrument.id,
          side: 'buy',
          price: ask,
          size: sizeFrom(instrument, parameters.size),
          timeInForce: 'ioc',
          tag: 'entry',
          decision,
        });
      },
      onOrder(order) {
        // Nothing got: the next ask in range is another chance.
        if (order.state !== 'open' && order.state !== 'pending' && order.filled === 0) done.delete(order.instrument);
      },
    };
  },
});
