import { z } from 'zod';
import { sizeFrom } from '../market/instrument.ts';
import type { MarketView } from '../market/market.ts';
import { isFinal, type Order } from '../market/order.ts';
import { type Desk, defineStrategy } from '../market/strategy.ts';
import { tickAbove, tickBelow } from '../market/ticks.ts';
import { MICROS_PER_MILLISECOND, type Micros, type Price, type Size } from '../market/units.ts';

const parameters = z.object({
  size: z.number().positive().default(10).describe('contracts, shares or coins per order'),
  maxInventory: z.number().positive().default(50).describe('largest position, either way, in the same unit'),
  minSpreadTicks: z.number().int().positive().default(2).describe('quotes only while the spread is at least this wide'),
  requoteMs: z
    .number()
    .nonnegative()
    .default(1000)
    .describe('shortest time between two changes of the quotes of one market, milliseconds'),
});

/**
 * Earns the spread: rests one tick inside it on both sides, keeps a quote while nobody is ahead of it and the edge
 * behind it is there, and leaves when there is too little of it. Inventory is capped; at the cap only the reducing side
 * quotes.
 */
export const spreadCapture = defineStrategy({
  name: 'spread_capture',
  description: 'Rests inside the spread on both sides with an inventory cap; cancels when the edge is gone.',
  parameters,
  create(desk, options) {
    const makers = new Map<MarketView, MarketMaker>();
    return {
      onBook(market) {
        let maker = makers.get(market);
        if (!maker) {
          maker = new MarketMaker(desk, market, options);
          makers.set(market, maker);
        }
        maker.onBook();
      },
    };
  },
});

class MarketMaker {
  readonly #desk: Desk;
  readonly #market: MarketView;
  readonly #size: Size;
  readonly #maxInventory: Size;
  readonly #minTicks: number;
  readonly #requoteAfter: Micros;
  #bid: Order | undefined;
  #ask: Order | undefined;
  #nextAt: Micros = 0;
  #seenBid: Price = Number.NaN;
  #seenAsk: Price = Number.NaN;

  constructor(desk: Desk, market: MarketView, options: z.infer<typeof parameters>) {
    this.#desk = desk;
    this.#market = market;
    this.#size = sizeFrom(market.instrument, options.size);
    this.#maxInventory = sizeFrom(market.instrument, options.maxInventory);
    this.#minTicks = options.minSpreadTicks;
    this.#requoteAfter = options.requoteMs * MICROS_PER_MILLISECOND;
  }

  onBook(): void {
    const { book } = this.#market;
    // Nothing to do while the top stays, or while the last change is fresh.
    if (book.bidPrice === this.#seenBid && book.askPrice === this.#seenAsk) return;
    if (this.#desk.now < this.#nextAt) return;
    this.#seenBid = book.bidPrice;
    this.#seenAsk = book.askPrice;
    this.#quote(book.bidPrice, book.askPrice);
  }

  #quote(bestBid: Price, bestAsk: Price): void {
    const { instrument, bookComplete, ticks } = this.#market;
    const above = tickAbove(ticks, bestBid);
    const below = tickBelow(ticks, bestAsk);
    const edge = this.#minTicks * (above - bestBid);
    const hasEdge = bookComplete && bestAsk - bestBid >= edge && Number.isFinite(bestAsk - bestBid);
    const position = this.#desk.position(instrument.id);
    let bid = hasEdge && position < this.#maxInventory ? above : Number.NaN;
    let ask = hasEdge && position > -this.#maxInventory ? below : Number.NaN;
    // An older quote that is still the best, with the edge behind it, keeps its place in the queue.
    const [oldBid, oldAsk] = [priceOf(this.#bid), priceOf(this.#ask)];
    if (!Number.isNaN(bid) && oldBid >= bestBid && bestAsk - oldBid >= edge) bid = oldBid;
    if (!Number.isNaN(ask) && oldAsk <= bestAsk && oldAsk - bestBid >= edge) ask = oldAsk;
    // With one tick between the quotes of others there is room for one of ours: the one that reduces what we hold.
    const both = bid < ask;
    this.#bid = this.#keepOrMove(this.#bid, 'buy', both || position < 0 ? bid : Number.NaN);
    this.#ask = this.#keepOrMove(this.#ask, 'sell', both || position > 0 ? ask : Number.NaN);
  }

  /** Leaves an order that stands at `price` alone; otherwise cancels it, and places one there unless it is NaN. */
  #keepOrMove(order: Order | undefined, side: 'buy' | 'sell', price: Price): Order | undefined {
    if (order && !isFinal(order.state)) {
      if (order.price === price) return order;
      this.#desk.cancel(order);
      this.#nextAt = this.#desk.now + this.#requoteAfter;
    }
    if (Number.isNaN(price)) return undefined;
    this.#nextAt = this.#desk.now + this.#requoteAfter;
    const { id } = this.#market.instrument;
    return this.#desk.place({ instrument: id, side, price, size: this.#size, postOnly: true, tag: side });
  }
}

/** NaN when the order is no more. */
function priceOf(order: Order | undefined): Price {
  return order && !isFinal(order.state) ? order.price : Number.NaN;
}
