import { type Instrument, type InstrumentFacts, type InstrumentKind, instrumentId } from '../../market/instrument.ts';
import { evenLadder, type TickLadder } from '../../market/ticks.ts';
import { parseDecimal } from '../../market/units.ts';
import { type Json, objects } from './messages.ts';

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
  const tick = stepOf(tickSize, entry.pricePrecision, maxPrice, 0);
  const lot = stepOf(stepSize, entry.quantityPrecision, maxQty, LEVEL_DIGITS);
  return {
    symbol: String(entry.symbol),
    ...(typeof entry.quoteAsset === 'string' && { currency: entry.quoteAsset }),
    ...(tick && { priceDecimals: tick.decimals, ticks: ladderOf(tick.step) }),
    ...(lot && { sizeDecimals: lot.decimals, lot: lot.step }),
  };
}

/** Digits that every integer of a JavaScript number has exactly. */
const EXACT_DIGITS = 15;
/** A level holds more than one order; this leaves room for a thousand of the greatest size. */
const LEVEL_DIGITS = 3;

/**
 * A tick or a lot with the decimals to count it in: "0.00010000" is 10,000 units of 8 decimals. They are as many as
 * Binance writes (futures say it as `precision`) and not as few as the step needs, because a book keeps orders from
 * before tick and lot were made coarser: NKNUSDT of 2021-10-12 has 0.25511 x 39.2 at a tick of 0.0001 and a lot of 1.
 * They are fewer where the greatest value would not be exact any more, as with sizes of coins of little worth.
 * Undefined for a step of zero, with which Binance says that a rule is off.
 */
function stepOf(
  text: unknown,
  precision: unknown,
  greatest: unknown,
  spareDigits: number,
): { decimals: number; step: number } | undefined {
  if (typeof text !== 'string' || typeof greatest !== 'string') return undefined;
  const needed = places(text.replace(/0+$/, ''));
  const written = Math.max(places(text), typeof precision === 'number' ? precision : 0);
  const exact = EXACT_DIGITS - spareDigits - greatest.split('.', 1)[0].length;
  const decimals = Math.max(needed, Math.min(written, exact));
  const step = parseDecimal(text, decimals);
  return step > 0 ? { decimals, step } : undefined;
}

function places(text: string): number {
  return text.includes('.') ? text.length - text.indexOf('.') - 1 : 0;
}

/** Prices from one tick on: nothing trades at zero. */
function ladderOf(tick: number): TickLadder {
  return evenLadder(tick, tick, Number.MAX_SAFE_INTEGER);
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
