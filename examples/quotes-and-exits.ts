import { type Desk, defineStrategy, type Instrument, type MarketView, type Order, sizeFrom, z } from 'truetape';

/** Quotes both sides a cent behind the best prices; what fills gets a target and a stop. */
export default defineStrategy({
  name: 'quotes_and_exits',
  description: 'Quotes both sides in one message; a target and a stop guard what fills.',
  parameters: z.object({
    size: z.number().positive().default(5).describe('contracts per order'),
    bracket: z.boolean().default(false).describe('buys with a bracket instead of quoting'),
  }),
  create(desk, { size, bracket }) {
    return {
      onInstrument(instrument) {
        desk.orderGroup(`quotes ${instrument.id}`, sizeFrom(instrument, 4 * size));
      },
      onBook(market) {
        const { instrument, book, bookComplete } = market;
        const isQuoted = Number.isFinite(book.bidPrice) && Number.isFinite(book.askPrice);
        if (!bookComplete || !isQuoted || desk.position(instrument.id) !== 0) return;
        if (desk.openOrders(instrument.id).length > 0) return;
        if (bracket) enter(desk, market, sizeFrom(instrument, size));
        else quote(desk, market, sizeFrom(instrument, size));
        desk.wakeAt(desk.now + 60_000_000, 'shrink');
      },
      onFill(fill, order) {
        if (order.tag !== 'quote') return;
        desk.cancelAll(order.instrument);
        guard(desk, order, fill.price, Math.abs(fill.size));
      },
      onTimer() {
        for (const order of desk.openOrders()) {
          if (order.tag === 'quote') shrink(desk, order, desk.market(order.instrument).instrument);
        }
      },
    };
  },
});

function quote(desk: Desk, { instrument, book }: MarketView, size: number): void {
  const common = { instrument: instrument.id, size, postOnly: true, cancelOnPause: true, tag: 'quote' };
  const group = `quotes ${instrument.id}`;
  desk.placeAll([
    { ...common, side: 'buy', price: book.bidPrice - 100, group },
    { ...common, side: 'sell', price: book.askPrice + 100, group },
  ]);
}

function guard(desk: Desk, { instrument, side }: Order, price: number, size: number): void {
  const exit = { instrument, side: side > 0 ? 'sell' : 'buy', size, reduceOnly: true } as const;
  desk.placeOneOf([
    { ...exit, price: price + side * 200 },
    { ...exit, trigger: { kind: 'stop', price: price - side * 300 } },
  ]);
}

function enter(desk: Desk, { instrument, book }: MarketView, size: number): void {
  const exit = { instrument: instrument.id, side: 'sell', size, reduceOnly: true } as const;
  desk.placeBracket({ instrument: instrument.id, side: 'buy', price: book.askPrice, size }, [
    { ...exit, price: book.askPrice + 200 },
    { ...exit, trigger: { kind: 'trailing', distance: 300 } },
  ]);
}

function shrink(desk: Desk, order: Order, instrument: Instrument): void {
  desk.decrease(order, sizeFrom(instrument, 1));
}
