import type { BookSide } from '../market/book.ts';
import type { EvidenceGrade } from '../market/fill.ts';
import type { Market } from '../market/market.ts';
import type { Micros, Price, Size } from '../market/units.ts';
import { DisplayedDepth } from './displayed.ts';
import { type OwnOrders, reaches } from './own-orders.ts';

/**
 * Quotes of which nobody knows who stands behind them: an order is taken to trade at the middle and `share` of half the
 * spread, rounded against it, and no more than the quote's size of that side until the quote changes. A quote without a bid,
 * or whose ask is not above its bid, fills nothing.
 */
export class QuotedDepth extends DisplayedDepth {
  override readonly grade: EvidenceGrade = 'modelled';
  readonly #quote: Market['quote'];
  readonly #share: number;

  constructor(market: Market, share: number) {
    super(market);
    this.#quote = market.quote;
    this.#share = share;
  }

  override usable(now: Micros): boolean {
    const { bidPrice, askPrice } = this.#quote;
    return bidPrice > 0 && askPrice > bidPrice && Number.isFinite(askPrice) && super.usable(now);
  }

  override best(side: BookSide): Price {
    const { bidPrice, askPrice } = this.#quote;
    const away = ((askPrice - bidPrice) / 2) * this.#share;
    const middle = (bidPrice + askPrice) / 2;
    return side < 0 ? Math.ceil(middle + away) : Math.floor(middle - away);
  }

  override walk(side: BookSide, visit: (price: Price, available: Size) => boolean): void {
    super.walk(side, (_shown, available) => visit(this.best(side), available));
  }

  override take(side: BookSide, _price: Price, size: Size): void {
    super.take(side, this.shown(side), size);
  }
}

/** What rests and is reached by what a quote makes of the other side fills at its own price, as far as the quote's size goes. */
export function fillAtQuote(own: OwnOrders, depth: QuotedDepth, frame: number): boolean {
  let filled = false;
  for (const order of own.all) {
    const opposite = -order.side as BookSide;
    depth.walk(opposite, (price, available) => {
      const size = reaches(order, price) ? Math.min(available, own.wanted(order)) : 0;
      if (size === 0) return false;
      const { queueAtArrival, place } = order;
      const evidence = { grade: depth.grade, frame, queueAtArrival, queueAtFill: place.ahead, available };
      depth.take(opposite, price, size);
      own.fill(order, size, order.price, 'maker', evidence);
      filled = true;
      return false;
    });
  }
  return filled;
}
