/** What strategies share that read the trades of takers and buy NO. */
import { EventFlag, type MarketEvent } from '../market/event.ts';
import { complement, priceFrom } from '../market/instrument.ts';
import { type MarketView, usableQuote } from '../market/market.ts';
import type { Order } from '../market/order.ts';
import type { Desk } from '../market/strategy.ts';
import type { Price, Size } from '../market/units.ts';

/**
 * A trade whose taker chose YES or NO. What is off the book has no taker; what is inferred is no single trade, and its side
 * is a guess.
 */
export function hasTaker(event: MarketEvent, inferredToo: boolean): boolean {
  return event.side !== 0 && !event.has(EventFlag.offBook) && (inferredToo || !event.has(EventFlag.inferred));
}

/** Ask less bid; NaN without a quote that can be relied on. */
export function spreadOf(desk: Desk, market: MarketView): Price {
  const quote = usableQuote(market, desk.now);
  const spread = quote === undefined ? Number.NaN : quote.askPrice - quote.bidPrice;
  return Number.isFinite(spread) ? spread : Number.NaN;
}

/** Why NO should not be bought now, in one word; empty if nothing speaks against it. `maxSpread` is in dollars. */
export function obstacle(desk: Desk, market: MarketView, maxSpread: number): string {
  if (market.status !== 'open') return `market_${market.status}`;
  if (market.hasBook && !market.bookComplete) return 'book_incomplete';
  const spread = spreadOf(desk, market);
  if (Number.isNaN(spread)) return 'no_quote';
  return spread > priceFrom(market.instrument, maxSpread) ? 'spread' : '';
}

/** Takes the best price of NO at once, which is what a bid for YES leaves of a dollar. Only where there is no obstacle. */
export function buyNo(desk: Desk, market: MarketView, size: Size, tag: string, decision: number): Order {
  const { instrument } = market;
  const bid = usableQuote(market, desk.now)?.bidPrice as Price;
  return desk.place({
    instrument: instrument.id,
    side: 'buy',
    outcome: 'no',
    price: complement(instrument, bid),
    size,
    timeInForce: 'ioc',
    tag,
    decision,
  });
}
