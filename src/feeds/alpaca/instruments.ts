import { type Instrument, type InstrumentFacts, instrumentId, type OptionTerms } from '../../market/instrument.ts';
import { evenLadder } from '../../market/ticks.ts';

/** Trades off the exchanges have prices of fractions of a cent: averages to six decimals. */
const STOCK_DECIMALS = 6;
const OPTION_DECIMALS = 4;
const CRYPTO_DECIMALS = 8;

/** Root without blanks, YYMMDD, C or P, strike in thousandths: AAPL240621C00190000. */
const optionSymbol = /^([A-Z]+\d?)\d{6}([CP])(\d{8})$/;

/** Roots of options on indices, which are settled in cash. */
const indexRoots = new Set([
  'SPX',
  'SPXW',
  'XSP',
  'NDX',
  'NDXP',
  'RUT',
  'RUTW',
  'MRUT',
  'VIX',
  'VIXW',
  'DJX',
  'OEX',
  'XEO',
]);

/**
 * The symbol tells a stock (AAPL), an option (AAPL240621C00190000), a coin (BTC/USD) or a perpetual (BTC-PERP). Facts of
 * the tape's header go before what is usual: an option on another number of shares than 100, finer sizes of stocks.
 */
export function alpacaInstrument(symbol: string, facts: InstrumentFacts | undefined): Instrument {
  return { ...usual(symbol), ...facts, id: instrumentId('alpaca', symbol), venue: 'alpaca', symbol };
}

function usual(symbol: string): Omit<Instrument, 'id' | 'venue' | 'symbol'> {
  const [, root, right, strike] = optionSymbol.exec(symbol) ?? [];
  if (root) {
    const option: OptionTerms = {
      underlying: root,
      right: right === 'C' ? 'call' : 'put',
      strike: Number(strike) * 10,
      settlement: indexRoots.has(root) ? 'cash' : 'physical',
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
