import { z } from 'zod';
import { sizeFrom } from '../market/instrument.ts';
import type { MarketView } from '../market/market.ts';
import { defineStrategy } from '../market/strategy.ts';
import { MICROS_PER_SECOND } from '../market/units.ts';

/** Proves that the line works, end to end: one small order in, one small order out, on each market. */
export const paperTest = defineStrategy({
  name: 'paper_test',
  description: 'One small order each way on every market: buys at the ask, then sells at the bid.',
  parameters: z.object({
    size: z.number().positive().default(1).describe('contracts, shares or coins per order'),
    waitSeconds: z.number().nonnegative().default(10).describe('seconds between buying and selling'),
  }),
  create(desk, parameters) {
    const entered = new Set<string>();

    function trade(market: MarketView, side: 'buy' | 'sell'): void {
      const { instrument, book } = market;
      const price = side === 'buy' ? book.askPrice : book.bidPrice;
      if (!Number.isFinite(price)) return;
      const decision = desk.decide({ instrument: instrument.id, action: side, reason: 'test order' });
      const size = sizeFrom(instrument, parameters.size);
      desk.place({ instrument: instrument.id, side, price, size, timeInForce: 'ioc', tag: 'test', decision });
    }

    return {
      onBook(market) {
        const { id } = market.instrument;
        if (entered.has(id) || !market.bookComplete || !Number.isFinite(market.book.askPrice)) return;
        entered.add(id);
        trade(market, 'buy');
        desk.wakeAt(desk.now + parameters.waitSeconds * MICROS_PER_SECOND, id);
      },
      onTimer(id) {
        if (desk.position(id) > 0) trade(desk.market(id), 'sell');
      },
    };
  },
});
