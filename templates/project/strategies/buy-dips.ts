/**
 * A strategy is one file. truetape reads it as it is: there is no build step. What it may do, and what it is called with:
 * docs/write-a-strategy.md of truetape.
 */
import { defineStrategy, priceFrom, sizeFrom, z } from 'truetape';

export default defineStrategy({
  name: 'buy_dips',
  description: 'Buys YES when the ask falls below the last trade, and sells a little higher.',
  // Each with a default and a description: `truetape strategies ./strategies/buy-dips.ts` shows them.
  parameters: z.object({
    size: z.number().positive().default(5).describe('contracts per order'),
    dip: z.number().positive().default(0.02).describe('dollars by which the ask must be below the last trade'),
    target: z.number().positive().default(0.03).describe('dollars above the entry at which it is sold'),
  }),
  create(desk, { size, dip, target }) {
    return {
      /** Once per frame that changed the book, after the whole frame is in. */
      onBook(market) {
        const { instrument, book, trade, bookComplete } = market;
        // After a gap the levels mean nothing until the next snapshot.
        if (!bookComplete || desk.position(instrument.id) !== 0 || desk.openOrders(instrument.id).length > 0) return;
        // Prices are integers in the instrument's own decimals; no ask is Infinity, no trade yet NaN or 0.
        const below = trade.price - book.askPrice;
        if (!(below >= priceFrom(instrument, dip))) return;
        // What is decided is written down with its reasons: `truetape sql "select * from trades"` shows them later.
        const decision = desk.decide({
          instrument: instrument.id,
          action: 'buy_yes',
          reason: 'dip',
          confidence: 0.6,
          features: { ask: book.askPrice, lastTrade: trade.price, regime: 'normal' },
        });
        desk.place({
          instrument: instrument.id,
          side: 'buy',
          price: book.askPrice,
          size: sizeFrom(instrument, size),
          // What cannot be had at once is not wanted.
          timeInForce: 'ioc',
          tag: 'entry',
          decision,
        });
      },
      /** Answers take time: this is called when the venue's has travelled back. */
      onFill(fill, order) {
        if (order.tag !== 'entry') return;
        const { instrument } = desk.market(order.instrument);
        desk.place({
          instrument: order.instrument,
          side: 'sell',
          price: fill.price + priceFrom(instrument, target),
          size: Math.abs(fill.size),
          reduceOnly: true,
          tag: 'target',
        });
      },
    };
  },
});
