/** What the venues themselves reckon in their examples. */
import { describe, expect, it } from 'vitest';
import { polymarketInstrument } from '../../src/feeds/polymarket/tokens.ts';
import { type Instrument, priceFrom, sizeFrom } from '../../src/market/instrument.ts';
import { formatMoney, parseTime } from '../../src/market/units.ts';
import { type FeeModel, newFeeMemory } from '../../src/market/venue.ts';
import { proportionalFees } from '../../src/sim/models/fees.ts';
import { polymarketRules } from '../../src/sim/venues/polymarket.ts';
import { inversePerpetual } from '../support/instruments.ts';
import { expectScenario } from './scenario.ts';

function fee(
  model: FeeModel,
  instrument: Instrument,
  size: number,
  price: number,
  { liquidity = 'taker', at = '2026-10-01' }: { liquidity?: 'maker' | 'taker'; at?: string } = {},
) {
  const question = { instrument, liquidity, side: 1, at: parseTime(`${at}T12:00:00Z`) } as const;
  return formatMoney(
    model.charge(
      { ...question, price: priceFrom(instrument, price), size: sizeFrom(instrument, size) },
      newFeeMemory(),
    ),
  );
}

describe('Binance COIN-M: 10 contracts of 100 dollars', () => {
  const model = proportionalFees(150, 400);
  const contract = inversePerpetual({ multiplier: 100 });

  it('bought at 10,104 by a taker: 0.00003959 coins', () => {
    expect(Number(fee(model, contract, 10, 10_104)).toFixed(8)).toBe('0.00003959');
  });

  it('sold at 11,104 by a maker: 0.00001351 coins', () => {
    expect(Number(fee(model, contract, 10, 11_104, { liquidity: 'maker' })).toFixed(8)).toBe('0.00001351');
  });
});

it('Deribit: 1000 dollars taken at 600 and at 700 with 0.05 % cost 0.5 dollars each time, in coins', () => {
  const model = proportionalFees(0, 500);
  expect(fee(model, inversePerpetual(), 100, 600).slice(0, 9)).toBe('0.0008333');
  expect(fee(model, inversePerpetual(), 100, 700).slice(0, 9)).toBe('0.0007142');
});

it('an inverse contract is bought with as many coins as it is worth, and not with fewer', () => {
  const options = { instrument: inversePerpetual(), fees: proportionalFees(0, 1000), cash: '1.0011' };
  expectScenario(
    `
    0.000 book bid 999.50x500 | ask 1000.00x500
    0.100 buy 101 @1000.00
    -> #1 rejected insufficient_cash
    0.200 buy 100 @1000.00
    -> #2 accepted ahead 0
    -> #2 bought 100 @1000.00 taker walked_depth of 500 fee 0.001
    0.300 account
    -> cash 0.0001 free 0.0001 position 100
  `,
    options,
  );
});

describe('Polymarket', () => {
  const { fees } = polymarketRules();
  const token = (feeSeries?: string) => polymarketInstrument('1', { symbol: '1', ...(feeSeries && { feeSeries }) });

  it.each([
    ['crypto', 10, 0.65, '0.15925'],
    ['crypto', 100, 0.5, '1.75'],
    ['politics', 100, 0.5, '1.00'],
    ['sports', 100, 0.5, '0.75'],
    ['weather', 100, 0.5, '1.25'],
    ['geopolitics', 100, 0.5, '0.00'],
    // 0.000693 is cut to 0.00069, 0.0000099... to nothing.
    ['crypto', 1, 0.01, '0.00069'],
    ['sports', 0.01, 0.034, '0.00'],
  ])('%s: %d at %d cost a taker %s', (category, size, price, expected) => {
    expect(fee(fees, token(category), size, price)).toBe(expected);
  });

  it('charges makers nothing', () => {
    expect(fee(fees, token('crypto'), 100, 0.5, { liquidity: 'maker' })).toBe('0.00');
  });

  it('charges the highest rate where the category is not told, or not known', () => {
    expect(fee(fees, token(), 100, 0.5)).toBe('1.75');
    expect(fee(fees, token('toString'), 100, 0.5)).toBe('1.75');
  });

  it('charged nobody until 2026-01-06, then takers of short crypto markets on a steeper curve', () => {
    expect(fee(fees, token('crypto'), 100, 0.5, { at: '2026-01-05' })).toBe('0.00');
    const shown = [0.1, 0.5, 0.99].map((price) => Number(fee(fees, token('crypto'), 100, price, { at: '2026-01-07' })));
    // Shown there as 0.20, 1.56 and 0.0025.
    expect(shown).toEqual([0.2025, 1.5625, 0.00245]);
    expect(fee(fees, token('politics'), 100, 0.5, { at: '2026-01-07' })).toBe('0.00');
  });
});
