import { type MarketView, midPrice } from '../market/market.ts';
import type { Price, Size } from '../market/units.ts';

/**
 * What an open position is valued at. mid: between the best prices · last: the last trade · conservative: what closing it
 * would bring, bid for long and ask for short · settlement: its outcome, and until that is known the price of our own last
 * trade in it.
 */
export type MarkPolicy = 'mid' | 'last' | 'conservative' | 'settlement';

/** Rounded against us; NaN where nothing tells. An outcome that is known goes before all else. */
export function markPrice(policy: MarkPolicy, market: MarketView, size: Size): Price {
  const price = Number.isNaN(market.payout) ? unsettled(policy, market, size) : market.payout;
  return size > 0 ? Math.floor(price) : Math.ceil(price);
}

function unsettled(policy: MarkPolicy, market: MarketView, size: Size): number {
  const last = market.trade.price;
  switch (policy) {
    case 'settlement':
      return Number.NaN;
    case 'conservative':
      return closingPrice(market, size);
    case 'last':
      return Number.isNaN(last) ? midPrice(market) : last;
    case 'mid': {
      const mid = midPrice(market);
      return Number.isNaN(mid) ? last : mid;
    }
  }
}

/** Nobody there to close with: the worst that the contract can be worth, or the last trade where it has no worst. */
function closingPrice({ book, bookComplete, quote, trade, instrument }: MarketView, size: Size): number {
  const { bidPrice, askPrice } = bookComplete ? book : quote;
  const price = size > 0 ? bidPrice : askPrice;
  if (Number.isFinite(price)) return price;
  const { bounds } = instrument;
  return (size > 0 ? bounds?.low : bounds?.high) ?? trade.price;
}
