import { defineStrategy, sizeFrom, z } from 'truetape';

export default defineStrategy({
  name: 'buy_dips',
  description: 'Buys when the ask is two cents below the last trade.',
  parameters: z.object({
    size: z.number().positive().default(5).describe('contracts per order'),
  }),
  create(desk, { size }) {
    return {
      onBook(market) {
        const { instrument, book, trade } = market;
        if (!market.bookComplete || desk.position(instrument.id) > 0 || desk.openOrders(instrument.id).length > 0)
          return;
        if (!(book.askPrice <= trade.price - 200)) return;
        const decision = desk.decide({ instrument: instrument.id, action: 'buy_yes', reason: 'dip' });
        desk.place({
          instrument: instrument.id,
          side: 'buy',
          price: book.askPrice,
          size: sizeFrom(instrument, size),
          timeInForce: 'ioc',
          decision,
        });
      },
    };
  },
});
