import { type Instrument, type InstrumentFacts, instrumentId, type OptionTerms } from '../../market/instrument.ts';
import { evenLadder } from '../../market/ticks.ts';
import { tradingDayBefore, type UsDay, usDayOf } from '../../market/us-sessions.ts';

/** Trades off the exchanges have prices of fractions of a cent: averages to six decimals. */
const STOCK_DECIMALS = 6;
const OPTION_DECIMALS = 4;
const CRYPTO_DECIMALS = 8;

/** Root without blanks, YYMMDD, C or P, strike in thousandths: AAPL240621C00190000. */
const optionSymbol = /^([A-Z]+\d?)(\d{2})(\d{2})(\d{2})([CP])(\d{8})$/;

/**
 * Roots of options on indices, which are settled in cash, and the index. Those marked `opening` trade until the day before
 * they expire and settle by prices of the opening; all others expire at the close (Cboe, specifications of SPX and SPXW).
 */
const indexRoots: ReadonlyMap<string, { readonly index: string; readonly settles: 'opening' | 'close' }> = new Map([
  ['SPX', { index: 'SPX', settles: 'opening' }],
  ['SPXW', { index: 'SPX', settles: 'close' }],
  ['XSP', { index: 'XSP', settles: 'close' }],
  ['NDX', { index: 'NDX', settles: 'opening' }],
  ['NDXP', { index: 'NDX', settles: 'close' }],
  ['RUT', { index: 'RUT', settles: 'opening' }],
  ['RUTW', { index: 'RUT', settles: 'close' }],
  ['MRUT', { index: 'MRUT', settles: 'close' }],
  ['VIX', { index: 'VIX', settles: 'opening' }],
  ['VIXW', { index: 'VIX', settles: 'opening' }],
  ['DJX', { index: 'DJX', settles: 'opening' }],
  ['OEX', { index: 'OEX', settles: 'close' }],
  ['XEO', { index: 'XEO', settles: 'close' }],
]);

/**
 * The symbol tells a stock (AAPL), an option (AAPL240621C00190000), a coin (BTC/USD) or a perpetual (BTC-PERP). Facts of
 * the tape's header go before what is usual: an option on another number of shares than 100, finer sizes of stocks.
 */
export function alpacaInstrument(symbol: string, facts: InstrumentFacts | undefined): Instrument {
  return { ...usual(symbol), ...facts, id: instrumentId('alpaca', symbol), venue: 'alpaca', symbol };
}

function usual(symbol: string): Omit<Instrument, 'id' | 'venue' | 'symbol'> {
  const [, root, year, month, date, right, strike] = optionSymbol.exec(symbol) ?? [];
  if (root) {
    const index = indexRoots.get(root);
    const option: OptionTerms = {
      underlying: index?.index ?? root,
      right: right === 'C' ? 'call' : 'put',
      strike: Number(strike) * 10,
      settlement: index ? 'cash' : 'physical',
    };
    const ticks = evenLadder(100, 100, Number.MAX_SAFE_INTEGER);
    return {
      ...stockLike,
      kind: 'option',
      priceDecimals: OPTION_DECIMALS,
      ticks,
      multiplier: 100,
      group: root,
      option,
      ...expiry(usDayOf(`20${year}-${month}-${date}`), index?.settles === 'opening'),
    };
  }
  const [, quoted] = symbol.split('/');
  if (quoted === undefined && !symbol.endsWith('-PERP')) return stockLike;
  return {
    kind: quoted === undefined ? 'perpetual' : 'spot',
    currency: quoted ?? 'USD',
    priceDecimals: CRYPTO_DECIMALS,
    sizeDecimals: CRYPTO_DECIMALS,
    ticks: evenLadder(1, 1, Number.MAX_SAFE_INTEGER),
    lot: 1,
    multiplier: 1,
  };
}

/** Trading ends when it expires, at the close of its day, or at that of the trading day before. Nothing for a date that is none. */
function expiry(day: UsDay, atOpening: boolean): Pick<Instrument, 'closesAt' | 'expiresAt'> {
  if (Number.isNaN(day.closes)) return {};
  return atOpening
    ? { closesAt: tradingDayBefore(day).closes, expiresAt: day.opens }
    : { closesAt: day.closes, expiresAt: day.closes };
}

/** Orders have steps of a cent from one dollar on, of a hundredth of a cent below. */
const stockLike: Omit<Instrument, 'id' | 'venue' | 'symbol'> = {
  kind: 'equity',
  currency: 'USD',
  priceDecimals: STOCK_DECIMALS,
  sizeDecimals: 0,
  ticks: [
    { from: 100, to: 1_000_000, step: 100 },
    { from: 1_000_000, to: Number.MAX_SAFE_INTEGER, step: 10_000 },
  ],
  lot: 1,
  multiplier: 1,
};
