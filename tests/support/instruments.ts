/** The instruments of the tests: one of each kind, small facts, overridable. */
import { kalshiInstrument, ladderOf } from '../../src/feeds/kalshi/instruments.ts';
import type { Instrument } from '../../src/market/instrument.ts';
import { evenLadder, type TickLadder } from '../../src/market/ticks.ts';

/** A Kalshi contract: prices in ten-thousandths of a dollar, sizes in hundredths of a contract, whole-cent ticks. */
export function contract(overrides: Partial<Instrument> = {}): Instrument {
  const symbol = overrides.symbol ?? 'KXRAIN-26JUN01-T1';
  return { ...kalshiInstrument({ symbol, ticks: namedLadder('linear_cent') }), ...overrides };
}

export function share(overrides: Partial<Instrument> = {}): Instrument {
  return {
    id: 'nasdaq:ACME',
    venue: 'nasdaq',
    symbol: 'ACME',
    kind: 'equity',
    currency: 'USD',
    priceDecimals: 4,
    sizeDecimals: 0,
    ticks: evenLadder(100, 0, 100_000_000),
    lot: 1,
    multiplier: 1,
    ...overrides,
  };
}

export function callOption(overrides: Partial<Instrument> = {}): Instrument {
  return {
    ...share(),
    id: 'cboe:ACME 260601C00100000',
    venue: 'cboe',
    symbol: 'ACME 260601C00100000',
    kind: 'option',
    priceDecimals: 2,
    ticks: evenLadder(5, 0, 10_000_000),
    multiplier: 100,
    option: { underlying: 'ACME', right: 'call', strike: 10_000, settlement: 'cash' },
    ...overrides,
  };
}

/** Eight decimals of price and eight of size: all that money can hold. */
export function coin(overrides: Partial<Instrument> = {}): Instrument {
  return {
    ...share(),
    id: 'coinbase:BTC-USD',
    venue: 'coinbase',
    symbol: 'BTC-USD',
    kind: 'spot',
    priceDecimals: 8,
    sizeDecimals: 8,
    ticks: evenLadder(1_000_000, 0, Number.MAX_SAFE_INTEGER),
    ...overrides,
  };
}

/** A contract worth 10 dollars, settled in coins. */
export function inversePerpetual(overrides: Partial<Instrument> = {}): Instrument {
  return {
    ...share(),
    id: 'deribit:BTC-PERPETUAL',
    venue: 'deribit',
    symbol: 'BTC-PERPETUAL',
    kind: 'perpetual',
    priceDecimals: 2,
    ticks: evenLadder(50, 50, Number.MAX_SAFE_INTEGER),
    multiplier: 10,
    inverse: true,
    ...overrides,
  };
}

export function namedLadder(structure: string): TickLadder {
  const ladder = ladderOf(structure);
  if (!ladder) throw new Error(`no ladder is called ${structure}`);
  return ladder;
}
