import type { Instrument } from '../market/instrument.ts';
import type { Market } from '../market/market.ts';
import type { Price, Size } from '../market/units.ts';

/** Shares that change hands when an option is exercised. */
export interface Delivery {
  readonly instrument: Instrument;
  /** Signed, as ours. */
  readonly size: Size;
  readonly price: Price;
}

/**
 * What a unit of an option pays when it expires at the close, by the last price of its underlying on the tape; NaN where
 * there is none. Options on shares are exercised from one cent in the money on (OCC Rule 805, exercise by exception).
 */
export function expiryPayout({ option, priceDecimals }: Instrument, underlying: Market): Price {
  if (!option) return Number.NaN;
  const last = lastPrice(underlying, priceDecimals);
  const intrinsic = option.right === 'call' ? last - option.strike : option.strike - last;
  const least = option.settlement === 'physical' ? 10 ** (priceDecimals - 2) : 0;
  return intrinsic < least ? 0 : Math.round(intrinsic);
}

/**
 * The shares of `held` options that are exercised, at the price that their payout was reckoned with: together they cost the
 * strike, while the profit of the option stays with the option.
 */
export function delivery({ option, multiplier, sizeDecimals }: Instrument, held: Size, underlying: Market): Delivery {
  const { instrument, trade } = underlying;
  const shares = held * multiplier * 10 ** (instrument.sizeDecimals - sizeDecimals);
  return { instrument, size: option?.right === 'put' ? -shares : shares, price: trade.price };
}

/** In decimals of the option; an index is a number over time. */
function lastPrice({ instrument, trade, value }: Market, decimals: number): number {
  return instrument.kind === 'series'
    ? value * 10 ** decimals
    : trade.price * 10 ** (decimals - instrument.priceDecimals);
}
