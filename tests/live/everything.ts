/** Does a little of all that a strategy may do: for the proof that a paper session and its replay are the same. */
import { type Desk, defineStrategy, type MarketView, type Order, sizeFrom, z } from 'truetape';

export default defineStrategy({
  name: 'everything',
  description: 'a little of all that a strategy may do',
  parameters: z.object({
    everyMs: z.number().default(400).describe('between two actions'),
    asks: z.boolean().default(false).describe('asks the source `oracle`'),
    throwsAfter: z.number().default(0).describe('actions after which it throws; 0: never'),
  }),
  create(desk: Desk, { everyMs, asks, throwsAfter }) {
    let actions = 0;
    let edge = 0.5;
    const act = (market: MarketView) => {
      const { instrument, book } = market;
      const { bidPrice, askPrice } = book;
      if (!market.bookComplete || !Number.isFinite(bidPrice) || !Number.isFinite(askPrice)) return;
      actions++;
      if (actions === throwsAfter) throw new Error('as it was told');
      const size = sizeFrom(instrument, 1 + desk.rng.below(5));
      const open = desk.openOrders(instrument.id);
      const oldest: Order | undefined = open[0];
      // The clock and chance of the surroundings are the tape's and the run's.
      const choice = Math.floor(Math.random() * 9 + (Date.now() % 2) + (performance.now() % 1)) % 9;
      const decision = desk.decide({
        instrument: instrument.id,
        action: String(choice),
        reason: 'drawn',
        confidence: edge,
        features: { bidPrice, askPrice, day: new Date().getUTCDate() },
      });
      const buy = { instrument: instrument.id, side: 'buy', size, decision } as const;
      if (choice === 0) desk.place({ ...buy, price: bidPrice, postOnly: true });
      else if (choice === 1) desk.place({ ...buy, price: askPrice, timeInForce: 'ioc' });
      else if (choice === 2) desk.place({ ...buy, outcome: 'no', price: 10_000 - askPrice, postOnly: true });
      else if (choice === 3) {
        desk.placeBracket({ ...buy, price: askPrice, timeInForce: 'ioc' }, [
          { instrument: instrument.id, side: 'sell', size, price: Math.min(9_900, askPrice + 300) },
          {
            instrument: instrument.id,
            side: 'sell',
            size,
            trigger: { kind: 'stop', price: bidPrice - 200, on: 'quote' },
          },
        ]);
      } else if (choice === 4 && oldest) desk.amend(oldest, { size: oldest.size + 100 });
      else if (choice === 5 && oldest) desk.cancel(oldest);
      else if (choice === 6) desk.cancelAll(instrument.id);
      else if (choice === 7 && desk.position(instrument.id) !== 0) {
        const position = desk.position(instrument.id);
        desk.place({
          instrument: instrument.id,
          side: position > 0 ? 'sell' : 'buy',
          size: Math.abs(position),
          reduceOnly: true,
        });
      } else if (choice === 8 && asks) desk.ask('oracle', { number: actions });
    };
    return {
      onStart() {
        desk.wakeAt(desk.now + 1, 'act');
      },
      onTimer(tag) {
        const { instruments } = desk;
        if (instruments.length > 0) act(desk.market(instruments[desk.rng.below(instruments.length)].id));
        if (tag === 'act') desk.wakeAt(desk.now + desk.rng.below(everyMs * 1000), 'act');
      },
      onAnswer({ body, error }) {
        edge = error === undefined ? (body as { edge: number }).edge : 0.5;
        desk.note(`answered ${edge}`);
      },
      onFill(fill, order) {
        if (order.tag === '' && desk.rng.below(3) === 0) desk.wakeAt(fill.at + 250_000, 'after a fill');
      },
    };
  },
});
