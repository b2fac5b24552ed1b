import { type Instrument, type InstrumentFacts, instrumentId } from '../../market/instrument.ts';
import type { Json } from '../json.ts';
import { ladderOf, stepOf } from '../steps.ts';

/** Decimals that Coinbase writes at most; products whose increment is finer have more. */
const USUAL_DECIMALS = 8;
/** Somebody always offers at a price out of this world: BTC-USD of 2026-08-09 had offers at 138991023.41. */
const GREATEST_PRICE = '9999999999';
/** Room for a level of a thousand orders of the greatest size. */
const LEVEL_DIGITS = 3;

/**
 * `{tick, lot, currency}` of a product as the `status` channels, `GET /products` (Exchange) and `GET .../products`
 * (Advanced Trade) state it. Undefined for an entry without a name.
 */
export function productFacts(entry: Json): InstrumentFacts | undefined {
  const symbol = entry.product_id ?? entry.id;
  if (typeof symbol !== 'string') return undefined;
  const tick = stepOf(entry.quote_increment, USUAL_DECIMALS, GREATEST_PRICE, 0);
  const greatest = typeof entry.base_max_size === 'string' ? entry.base_max_size : '';
  const lot = stepOf(entry.base_increment, USUAL_DECIMALS, greatest, LEVEL_DIGITS);
  const currency = entry.quote_currency ?? entry.quote_currency_id;
  return {
    symbol,
    ...(typeof currency === 'string' && currency !== '' && { currency }),
    ...(tick && { priceDecimals: tick.decimals, ticks: ladderOf(tick.step) }),
    ...(lot && { sizeDecimals: lot.decimals, lot: lot.step }),
  };
}

/** Whether orders can trade; undefined where the entry does not say. */
export function isTrading(entry: Json): boolean | undefined {
  if (typeof entry.status !== 'string') return undefined;
  return entry.status === 'online' && entry.trading_disabled !== true && entry.cancel_only !== true;
}

/** Facts of the tape's header go before those of the venue. BTC-USD is spot, BTC-PERP-INTX a perpetual in USDC. */
export function coinbaseInstrument(symbol: string, ...facts: (InstrumentFacts | undefined)[]): Instrument {
  const isPerpetual = /-PERP(-|$)/.test(symbol);
  return Object.assign(
    {
      kind: isPerpetual ? 'perpetual' : 'spot',
      currency: isPerpetual ? 'USDC' : (symbol.split('-')[1] ?? 'unknown'),
      priceDecimals: USUAL_DECIMALS,
      sizeDecimals: USUAL_DECIMALS,
      ticks: ladderOf(1),
      lot: 1,
      multiplier: 1,
    },
    ...facts,
    { id: instrumentId('coinbase', symbol), venue: 'coinbase', symbol },
  ) as Instrument;
}
