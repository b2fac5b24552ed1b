import { type Instrument, type InstrumentFacts, type InstrumentKind, instrumentId } from '../../market/instrument.ts';
import { type Json, objects } from '../json.ts';
import { ladderOf, places, stepOf } from '../steps.ts';

/** One of Binance's exchanges: its name here, and what it trades. */
export interface BinanceMarket {
  readonly venue: string;
  readonly kind: InstrumentKind;
}

export const spot: BinanceMarket = { venue: 'binance', kind: 'spot' };
export const perpetuals: BinanceMarket = { venue: 'binance-futures', kind: 'perpetual' };

/** Binance's prices and sizes have at most 8 decimals. */
const MOST_DECIMALS = 8;

/** Currencies that symbols end in, for tapes without an `exchangeInfo`; a symbol itself does not say where its parts meet. */
const quoteCurrency = /(USDT|USDC|FDUSD|TUSD|BUSD|USD|EUR|TRY|BRL|GBP|AUD|JPY|BTC|ETH|BNB)$/;

/** `{tick, lot, currency}` of each symbol in an `exchangeInfo` body. */
export function exchangeInfoFacts(body: Json): InstrumentFacts[] {
  return objects(body.symbols).map(symbolFacts);
}

function symbolFacts(entry: Json): InstrumentFacts {
  const filters = objects(entry.filters);
  const { tickSize, maxPrice } = filters.find(({ filterType }) => filterType === 'PRICE_FILTER') ?? {};
  const { stepSize, maxQty } = filters.find(({ filterType }) => filterType === 'LOT_SIZE') ?? {};
  const tick = stepOf(tickSize, written(tickSize, entry.pricePrecision), maxPrice, 0);
  const lot = stepOf(stepSize, written(stepSize, entry.quantityPrecision), maxQty, LEVEL_DIGITS);
  return {
    symbol: String(entry.symbol),
    ...(typeof entry.quoteAsset === 'string' && { currency: entry.quoteAsset }),
    ...(tick && { priceDecimals: tick.decimals, ticks: ladderOf(tick.step) }),
    ...(lot && { sizeDecimals: lot.decimals, lot: lot.step }),
  };
}

/** A level holds more than one order; this leaves room for a thousand of the greatest size. */
const LEVEL_DIGITS = 3;

/** Decimals that Binance writes: those of its own texts; futures say them as `precision`. */
function written(step: unknown, precision: unknown): number {
  return Math.max(places(String(step)), typeof precision === 'number' ? precision : 0);
}

/** Facts of the tape's header go before those of the venue's `exchangeInfo`. */
export function binanceInstrument(
  market: BinanceMarket,
  symbol: string,
  ...facts: (InstrumentFacts | undefined)[]
): Instrument {
  return Object.assign(
    {
      kind: market.kind,
      currency: quoteCurrency.exec(symbol)?.[1] ?? 'unknown',
      priceDecimals: MOST_DECIMALS,
      sizeDecimals: MOST_DECIMALS,
      ticks: ladderOf(1),
      lot: 1,
      multiplier: 1,
    },
    ...facts,
    { id: instrumentId(market.venue, symbol), venue: market.venue, symbol },
  ) as Instrument;
}
