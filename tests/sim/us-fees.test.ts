import { describe, expect, it } from 'vitest';
import { alpacaInstrument } from '../../src/feeds/alpaca/instruments.ts';
import { priceFrom, sizeFrom } from '../../src/market/instrument.ts';
import { formatMoney, parseTime } from '../../src/market/units.ts';
import { newFeeMemory } from '../../src/market/venue.ts';
import { usEquityFees } from '../../src/sim/venues/us-equities.ts';
import { usOptionFees } from '../../src/sim/venues/us-options.ts';

type Trade = readonly [side: 'buy' | 'sell', size: number, price: number, at?: string];

/** What each trade of one account pays, in dollars. */
function fees(symbol: string, model: ReturnType<typeof usEquityFees>, at: string, ...trades: Trade[]): string[] {
  const instrument = alpacaInstrument(symbol, undefined);
  const accrued = new Map();
  return trades.map(([side, size, price, time]) => {
    const question = {
      instrument,
      liquidity: 'taker',
      side: side === 'buy' ? 1 : -1,
      at: parseTime(time ?? at),
    } as const;
    const charged = model.charge(
      { ...question, price: priceFrom(instrument, price), size: sizeFrom(instrument, size) },
      newFeeMemory(accrued),
    );
    return formatMoney(charged);
  });
}

const shares = (at: string, ...trades: Trade[]) => fees('AAPL', usEquityFees('day'), at, ...trades);

describe('fees on shares', () => {
  it.each([
    // value 10,000: SEC; 100 shares: TAF, CAT 0.0046 or 0.0003; each rounded up to a cent
    ['2024-05-21T15:00:00Z', '0.09'], // 0.051 -> 0.06, 0.0166 -> 0.02, 0.01
    ['2024-05-22T15:00:00Z', '0.31'], // 0.278 -> 0.28
    ['2025-05-13T15:00:00Z', '0.31'],
    ['2025-05-14T15:00:00Z', '0.03'], // none
    ['2026-04-03T15:00:00Z', '0.03'], // TAF 0.0195 -> 0.02
    ['2026-04-04T15:00:00Z', '0.24'], // 0.206 -> 0.21
    ['2026-10-01T15:00:00Z', '0.22'], // no TAF
    ['2027-01-04T15:00:00Z', '0.25'], // TAF 0.0232 -> 0.03
  ])('100 sold at 100.00 on %s cost %s', (at, expected) => {
    expect(shares(at, ['sell', 100, 100])).toEqual([expected]);
  });

  it('change at midnight in New York', () => {
    expect(shares('2026-04-04T03:59:59Z', ['sell', 100, 100])).toEqual(['0.03']);
    expect(shares('2026-04-04T04:00:00Z', ['sell', 100, 100])).toEqual(['0.24']);
  });

  it('of a purchase are those of the audit trail alone', () => {
    expect(shares('2026-04-06T15:00:00Z', ['buy', 100, 100])).toEqual(['0.01']);
    expect(shares('2026-04-06T15:00:00Z', ['buy', 10_000, 100])).toEqual(['0.46']);
  });

  it('have a most for a trade: 60,000 shares pay 9.79 of TAF', () => {
    // SEC 60,000 x 1.00: 1.236 -> 1.24; CAT 2.76
    expect(shares('2026-04-06T15:00:00Z', ['sell', 60_000, 1])).toEqual(['13.79']);
  });

  it('by the day: what comes to less than a cent is a cent once, as in the example of the broker (0.00083 is 0.01)', () => {
    const day = shares('2025-06-02T15:00:00Z', ['sell', 5, 20], ['sell', 5, 20], ['sell', 5, 20]);
    expect(day).toEqual(['0.02', '0.00', '0.00']);
    const days = shares('', ['sell', 5, 20, '2025-06-02T15:00:00Z'], ['sell', 5, 20, '2025-06-03T15:00:00Z']);
    expect(days).toEqual(['0.02', '0.02']);
  });

  it('by the trade: a cent of each component every time', () => {
    const trades: Trade[] = [
      ['sell', 5, 20],
      ['sell', 5, 20],
    ];
    expect(fees('AAPL', usEquityFees('trade'), '2025-06-02T15:00:00Z', ...trades)).toEqual(['0.02', '0.02']);
  });

  it('of a day add up to its sum, rounded up', () => {
    const trades = Array.from({ length: 50 }, (_, i): Trade => ['sell', 7 + i, 123.45]);
    const paid = shares('2026-05-04T15:00:00Z', ...trades).reduce((sum, fee) => sum + Number(fee), 0);
    const sold = trades.reduce((sum, [, size]) => sum + size, 0);
    const cents = (dollars: number) => Math.ceil(dollars * 100 - 1e-9) / 100;
    expect(paid).toBeCloseTo(cents(sold * 123.45 * 0.0000206) + cents(sold * 0.000195) + cents(sold * 0.000046), 9);
  });
});

const options = (at: string, symbol: string, ...trades: Trade[]) => fees(symbol, usOptionFees('day'), at, ...trades);
const CALL = 'SPY260821C00640000';

describe('fees on options', () => {
  it('as an account at Alpaca paid in August 2026: OCC 0.025 and ORF 0.015 both ways, TAF and SEC on sales', () => {
    // 3 contracts: OCC 0.075 -> 0.08, ORF 0.045 -> 0.05, CAT 0.0009 -> 0.01
    expect(options('2026-08-10T15:00:00Z', CALL, ['buy', 3, 1.5])).toEqual(['0.14']);
    // and TAF 0.00987 -> 0.01, SEC on 450.00: 0.00927 -> 0.01
    expect(options('2026-08-10T15:00:00Z', CALL, ['sell', 3, 1.5])).toEqual(['0.16']);
  });

  it('had a most for clearing, 55.00, until February 2025', () => {
    const clearing = (at: string) => Number(options(at, CALL, ['buy', 3000, 0.05])) - 3000 * 0.0046;
    expect(clearing('2025-02-13T15:00:00Z') - 3000 * 0.02685).toBeCloseTo(55, 9);
    expect(clearing('2025-02-14T15:00:00Z') - 3000 * 0.02685).toBeCloseTo(75, 9);
  });

  it('on an index: no SEC fee, and that of its only exchange', () => {
    // OCC 0.03, ORF 0.02, CAT 0.01, TAF 0.01, exchange 0.65
    expect(options('2026-08-10T15:00:00Z', 'SPXW260810P06400000', ['sell', 1, 50])).toEqual(['0.72']);
  });
});
