import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FeeTerms, priceFrom, sizeFrom } from '../../src/market/instrument.ts';
import type { OrderSide } from '../../src/market/order.ts';
import { formatMoney, type Money, ONE_DOLLAR, parseMoney, parseTime } from '../../src/market/units.ts';
import { newFeeMemory } from '../../src/market/venue.ts';
import { ceilTo, floorTo, moneyUnit, proportionalFees } from '../../src/sim/models/fees.ts';
import { type KalshiAccount, kalshiFees } from '../../src/sim/models/kalshi-fees.ts';
import { contract, share } from '../support/instruments.ts';
import { expectScenario } from './scenario.ts';

interface Case {
  readonly series?: string;
  readonly at: string;
  readonly account?: KalshiAccount;
  readonly liquidity?: 'maker' | 'taker';
  readonly side?: OrderSide;
}

/** Fees in dollars of the fills of one order, each `size @ price`. */
function feesOf(
  { series = 'KXRAIN', at, account = 'direct', liquidity = 'taker', side = 1 }: Case,
  ...fills: string[]
) {
  const instrument = contract({ feeSeries: series });
  const model = kalshiFees({ account });
  const memory = newFeeMemory();
  return fills.map((fill) => {
    const [size, price] = fill.split('@');
    const question = { instrument, liquidity, side, at: parseTime(`${at}Z`) };
    return formatMoney(
      model.charge(
        { ...question, price: priceFrom(instrument, price.trim()), size: sizeFrom(instrument, size.trim()) },
        memory,
      ),
    );
  });
}

const CENT_REGIME = '2026-01-15T00:00:00';
const FOUR_PLACES_CENT_BALANCE = '2026-04-01T00:00:00';
const FOUR_PLACES = '2026-08-15T00:00:00';
const SIX_PLACES = '2026-09-18T00:00:00';

describe('terms that the tape tells', () => {
  const charged = (feeSeries: string, type: string, liquidity: 'maker' | 'taker') => {
    const instrument = contract({ feeSeries, feeTerms: { type, multiplierPercent: 50 } });
    const [price, size] = [priceFrom(instrument, '0.50'), sizeFrom(instrument, '100')];
    const question = { instrument, liquidity, side: 1, at: parseTime(`${SIX_PLACES}Z`), price, size } as const;
    return formatMoney(kalshiFees().charge(question, newFeeMemory()));
  };

  it('go before the table, with their multiplier', () => {
    expect(charged('KXRAIN', 'quadratic', 'taker')).toBe('0.875');
    expect(charged('KXFED', 'quadratic', 'maker')).toBe('0.00');
    expect(charged('KXRAIN', 'quadratic_with_maker_fees', 'maker')).toBe('0.2188');
  });

  it('of a kind that is not known leave it to the table', () => {
    expect(charged('KXRAIN', 'flat', 'taker')).toBe('1.75');
    expect(charged('KXFED', 'toString', 'maker')).toBe('0.4375');
  });
});

describe('until early 2026: the whole order is rounded up to the next cent', () => {
  it.each([
    ['1 @ 0.50', '0.02'],
    ['100 @ 0.05', '0.34'],
    ['100 @ 0.50', '1.75'],
  ])('%s costs %s', (fill, expected) => {
    expect(feesOf({ at: CENT_REGIME }, fill)).toEqual([expected]);
  });

  it('an order of several fills pays no more than one of a single fill', () => {
    expect(feesOf({ at: CENT_REGIME }, '1 @ 0.50', '1 @ 0.50', '1 @ 0.50', '1 @ 0.50')).toEqual([
      '0.02',
      '0.02',
      '0.02',
      '0.01',
    ]);
  });

  it('direct members and those behind an intermediary pay the same', () => {
    expect(feesOf({ at: CENT_REGIME, account: 'intermediary' }, '100 @ 0.05')).toEqual(['0.34']);
  });
});

describe('March to August 2026: each fill is rounded up to $0.0001', () => {
  it.each([
    ['14.11 @ 0.84', '0.1328'],
    ['9.13 @ 0.53', '0.1592'],
    ['21.75 @ 0.17', '0.2149'],
  ])('real fill: %s cost %s', (fill, expected) => {
    expect(feesOf({ at: FOUR_PLACES }, fill)).toEqual([expected]);
  });

  it('while balances are in cents, what cash is rounded by is collected, and given back in whole cents', () => {
    // Cash that moves: 3.2 x 0.50 + 0.056 = 1.656, rounded up to 1.66; 0.004 each time.
    expect(feesOf({ at: FOUR_PLACES_CENT_BALANCE }, '3.2 @ 0.50', '3.2 @ 0.50', '3.2 @ 0.50')).toEqual([
      '0.06',
      '0.06',
      '0.05',
    ]);
  });

  it('balances of direct members have four places from 2026-05-28 on, others stay in cents', () => {
    expect(feesOf({ at: '2026-05-27T23:59:59' }, '3.2 @ 0.50')).toEqual(['0.06']);
    expect(feesOf({ at: '2026-05-28T00:00:00' }, '3.2 @ 0.50')).toEqual(['0.056']);
    expect(feesOf({ at: '2026-05-28T00:00:00', account: 'intermediary' }, '3.2 @ 0.50')).toEqual(['0.06']);
  });
});

/** Page "Fee Rounding", captured 2026-03-10: net fees in dollars. Two of its trade fees are those of other coefficients. */
describe('the worked examples of the venue, balances in cents', () => {
  const netFees = (fill: string, multiplierPercent: number) => {
    const instrument = contract({ feeTerms: { type: 'quadratic', multiplierPercent } });
    const [size, price] = fill.split(' @ ');
    const question = { instrument, liquidity: 'taker', side: 1, at: parseTime('2026-03-10T20:11:18Z') } as const;
    const memory = newFeeMemory();
    return [1, 2, 3].map(() =>
      formatMoney(
        kalshiFees().charge(
          { ...question, price: priceFrom(instrument, price), size: sizeFrom(instrument, size) },
          memory,
        ),
      ),
    );
  };

  it.each([
    ['1 @ 0.055', 233, ['0.015', '0.005', '0.015']],
    ['0.30 @ 0.50', 78, ['0.01', '0.00', '0.01']],
    ['0.03 @ 0.3301', 100, ['0.010097', '0.000097', '0.000097']],
  ])('three times %s', (fill, multiplierPercent, expected) => {
    expect(netFees(fill, multiplierPercent)).toEqual(expected);
  });
});

it('until September 2026 nothing less than a cent is given back to direct members, though their balances have four places', () => {
  // Each fill: 0.000903 paid, fee 0.0001 (of 0.0000637), cash 0.001003 rounded up to 0.0011: 0.000097 collected.
  const fees = feesOf({ at: FOUR_PLACES }, ...Array.from({ length: 105 }, () => '0.01 @ 0.0903'));
  expect(fees.slice(0, 103)).toEqual(Array.from({ length: 103 }, () => '0.000197'));
  expect(feesOf({ at: SIX_PLACES }, '0.01 @ 0.0903', '0.01 @ 0.0903')).toEqual(['0.000097', '0.000097']);
});

describe('fees of an event in place of those of its series', () => {
  const charged = (override: Partial<FeeTerms>, liquidity: 'maker' | 'taker') => {
    const instrument = contract({ feeSeries: 'KXMLBGAME' });
    const question = {
      instrument,
      liquidity,
      side: 1,
      price: 5000,
      size: 10_000,
      at: parseTime(`${SIX_PLACES}Z`),
    } as const;
    return formatMoney(kalshiFees().charge({ ...question, override }, newFeeMemory()));
  };

  it('change the kind, the multiplier, or both; what they leave out stays', () => {
    expect(charged({}, 'taker')).toBe('0.875');
    expect(charged({ multiplierPercent: 100 }, 'taker')).toBe('1.75');
    expect(charged({ multiplierPercent: 100 }, 'maker')).toBe('0.4375');
    expect(charged({ type: 'quadratic' }, 'maker')).toBe('0.00');
    expect(charged({ type: 'quadratic', multiplierPercent: 0 }, 'taker')).toBe('0.00');
    expect(charged({ type: 'unheard_of', multiplierPercent: 100 }, 'maker')).toBe('0.4375');
  });

  it('hold from the moment that the tape tells them, for orders that rest too', () => {
    expectScenario(
      `
      0.000 book bid 0.49x10 | ask 0.60x100
      0.100 buy 100 @0.50
      -> #1 accepted ahead 0
      0.200 trade sell 50 @0.50
      -> #1 bought 50 @0.50 maker printed_at_price ahead 0 then 0 of 50
      0.300 fees quadratic_with_maker_fees 100
      0.400 trade sell 50 @0.50
      -> #1 bought 50 @0.50 maker printed_at_price ahead 0 then 0 of 50 fee 0.2188
    `,
      { fees: kalshiFees(), start: parseTime(`${SIX_PLACES}Z`) },
    );
  });
});

describe('a payout', () => {
  const kept = (size: string, payout: string, account: KalshiAccount, at = SIX_PLACES) => {
    const instrument = contract();
    const question = { instrument, size: sizeFrom(instrument, size), payout: priceFrom(instrument, payout) };
    return formatMoney(kalshiFees({ account }).settle?.({ ...question, at: parseTime(`${at}Z`) }) ?? 0n);
  };

  it('of a scalar outcome is rounded down to what a balance holds: 100.01 at 0.3060 pay 30.6030', () => {
    expect(kept('100.01', '0.3060', 'direct')).toBe('0.00006');
    expect(kept('100.01', '0.3060', 'intermediary')).toBe('0.00306');
    expect(kept('100.01', '0.3060', 'direct', '2026-05-01T00:00:00')).toBe('0.00306');
  });

  it('of NO is what is left of the dollar: 100.01 at 0.6940 are 69.40694', () => {
    expect(kept('-100.01', '0.3060', 'direct')).toBe('0.00004');
  });

  it('of yes or no is without a fee', () => {
    for (const size of ['100.01', '-100.01', '0'])
      for (const payout of ['0', '1']) expect(kept(size, payout, 'direct')).toBe('0.00');
  });
});

describe('as of September 2026: each fill is rounded up to $0.000001, cash to what the balance holds', () => {
  it('buy 1 @ 0.055 through an intermediary: trade fee 0.003639, 0.06 leave the balance', () => {
    const [fee] = feesOf({ at: SIX_PLACES, account: 'intermediary' }, '1 @ 0.055');
    expect(parseMoney(fee) + parseMoney('0.055')).toBe(parseMoney('0.06'));
  });

  it('buy 1 @ 0.055 as a direct member: 0.0587 leave the balance', () => {
    const [fee] = feesOf({ at: SIX_PLACES }, '1 @ 0.055');
    expect(parseMoney(fee) + parseMoney('0.055')).toBe(parseMoney('0.0587'));
  });

  it.each([
    ['1 @ 0.50', '0.0175'],
    ['100 @ 0.05', '0.3325'],
  ])('%s costs a direct member %s', (fill, expected) => {
    expect(feesOf({ at: SIX_PLACES }, fill)).toEqual([expected]);
  });

  it('three times a rounding of 0.004: the third fill gives back 0.010 and carries 0.002', () => {
    const four = Array.from({ length: 5 }, () => '3.2 @ 0.50');
    // 0.004, 0.008, 0.012 -> 0.002, 0.006, 0.010 -> 0
    expect(feesOf({ at: SIX_PLACES, account: 'intermediary' }, ...four)).toEqual([
      '0.06',
      '0.06',
      '0.05',
      '0.06',
      '0.05',
    ]);
  });

  it('what is given back never makes the fee of a fill negative: it waits', () => {
    // Makers pay nothing here but the rounding of cash: 0.056 to 0.06.
    const maker = { at: SIX_PLACES, account: 'intermediary', liquidity: 'maker' } as const;
    expect(feesOf(maker, '1 @ 0.056', '1 @ 0.056', '1 @ 0.056')).toEqual(['0.004', '0.004', '0.004']);
  });

  it('a sale is rounded down too: what arrives is what a balance holds', () => {
    const [fee] = feesOf({ at: SIX_PLACES, account: 'intermediary', side: -1 }, '1 @ 0.055');
    expect(parseMoney('0.055') - parseMoney(fee)).toBe(parseMoney('0.05'));
  });
});

describe('makers', () => {
  it('pay nothing in most series', () => {
    for (const at of [CENT_REGIME, FOUR_PLACES, SIX_PLACES]) {
      expect(feesOf({ at, liquidity: 'maker' }, '100 @ 0.50')).toEqual(['0.00']);
    }
  });

  it('pay a quarter of the taker fee in series with maker fees', () => {
    expect(feesOf({ at: SIX_PLACES, series: 'KXFED', liquidity: 'maker' }, '100 @ 0.50')).toEqual(['0.4375']);
    expect(feesOf({ at: SIX_PLACES, series: 'KXFED', liquidity: 'taker' }, '100 @ 0.50')).toEqual(['1.75']);
  });

  it('pay half of it in combos', () => {
    const model = kalshiFees({
      series: { KXCOMBO: [{ from: 0, type: 'quadratic_with_combo_maker_fees', multiplierPercent: 100 }] },
    });
    const question = {
      instrument: contract({ feeSeries: 'KXCOMBO' }),
      side: 1,
      price: 5000,
      size: 10_000,
      at: parseTime(`${SIX_PLACES}Z`),
    } as const;
    expect(formatMoney(model.charge({ ...question, liquidity: 'maker' }, newFeeMemory()))).toBe('0.875');
    expect(formatMoney(model.charge({ ...question, liquidity: 'taker' }, newFeeMemory()))).toBe('1.75');
  });

  it('and takers pay half of everything where the multiplier is one half', () => {
    expect(feesOf({ at: SIX_PLACES, series: 'KXMLBGAME' }, '100 @ 0.50')).toEqual(['0.875']);
    expect(feesOf({ at: SIX_PLACES, series: 'KXMLBGAME', liquidity: 'maker' }, '100 @ 0.50')).toEqual(['0.2188']);
  });
});

describe('S&P 500 and Nasdaq-100 series', () => {
  it.each(['INX', 'INXD', 'INXU', 'KXINX', 'KXINXU', 'NASDAQ100', 'NASDAQ100D', 'KXNASDAQ100', 'KXNASDAQ100U'])(
    '%s: half the coefficient until 2026-07-03T17:00Z, all of it from then on',
    (series) => {
      expect(feesOf({ at: '2026-07-03T16:59:59.999999', series }, '100 @ 0.50')).toEqual(['0.875']);
      expect(feesOf({ at: '2026-07-03T17:00:00', series }, '100 @ 0.50')).toEqual(['1.75']);
    },
  );

  it('half a coefficient is rounded up to the cent as any other in 2023', () => {
    expect(feesOf({ at: '2023-08-31T14:00:00', series: 'INXD' }, '100 @ 0.50')).toEqual(['0.88']);
  });
});

describe('at the exchange', () => {
  it('the accumulator runs over all fills of an order, taken and made: 0.004 and 0.006 give back a cent', () => {
    expectScenario(
      `
      0.000 book bid 0.49x10 | ask 0.50x3.2
      0.100 buy 6.4 @0.50
      -> #1 accepted ahead 0
      -> #1 bought 3.2 @0.50 taker walked_depth of 3.2 fee 0.06
      0.200 buy 3.2 @0.50
      -> #2 accepted ahead 0
      0.300 trade sell 6.4 @0.50
      -> #1 bought 3.2 @0.50 maker printed_at_price ahead 0 then 0 of 6.4 fee 0.01
      -> #2 bought 3.2 @0.50 maker printed_at_price ahead 0 then 0 of 3.2 fee 0.02
    `,
      {
        instrument: contract({ feeSeries: 'KXFED' }),
        fees: kalshiFees({ account: 'intermediary' }),
        start: parseTime(`${SIX_PLACES}Z`),
      },
    );
  });

  it('the fee of a taker is held for resting orders, so that cash never goes below nothing', () => {
    expectScenario(
      `
      0.000 book bid 0.49x10 | ask 0.60x10
      0.100 buy 100 @0.50
      -> #1 rejected insufficient_cash
      0.200 buy 99 @0.50
      -> #2 accepted ahead 0
      0.300 account
      -> cash 51.50 free 0.2675 position 0
    `,
      { fees: kalshiFees(), cash: '51.50', start: parseTime(`${SIX_PLACES}Z`) },
    );
  });
});

describe('cash for many small fills, each with its own rounding', () => {
  const options = { fees: kalshiFees({ account: 'intermediary' }), start: parseTime(`${SIX_PLACES}Z`) };

  it('of one that rests: when what is left could not be paid any more, the order ends', () => {
    // Held for #1: 50.00 and a taker's fee of 1.75. A fill of 0.01 takes a cent for what was held half of one.
    expectScenario(
      `
      0.000 book bid 0.49x10 | ask 0.60x10
      0.100 buy 100 @0.50
      -> #1 accepted ahead 0
      0.200 account
      -> cash 51.76 free 0.01 position 0
      0.300 trade sell 0.01 @0.50
      -> #1 bought 0.01 @0.50 maker printed_at_price ahead 0 then 0 of 0.01 fee 0.005
      0.400 account
      -> cash 51.75 free 0.00 position 0.01
      0.500 trade sell 0.01 @0.50
      -> #1 bought 0.01 @0.50 maker printed_at_price ahead 0 then 0 of 0.01 fee 0.005
      0.600 account
      -> cash 51.74 free 0.00 position 0.02
      0.700 trade sell 0.01 @0.50
      -> #1 bought 0.01 @0.50 maker printed_at_price ahead 0 then 0 of 0.01 fee 0.005
      -> #1 cancelled insufficient_cash
      0.800 account
      -> cash 51.73 free 51.73 position 0.03
    `,
      { ...options, cash: '51.76' },
    );
  });

  it('the newest order goes first', () => {
    expectScenario(
      `
      0.000 book bid 0.49x10 | ask 0.60x10
      0.100 buy 10 @0.50
      -> #1 accepted ahead 0
      0.200 buy 1 @0.10
      -> #2 accepted ahead 0
      0.300 trade sell 0.01 @0.50
      -> #1 bought 0.01 @0.50 maker printed_at_price ahead 0 then 0 of 0.01 fee 0.005
      0.400 trade sell 0.01 @0.50
      -> #1 bought 0.01 @0.50 maker printed_at_price ahead 0 then 0 of 0.01 fee 0.005
      -> #2 cancelled insufficient_cash
      0.500 account
      -> cash 5.27 free 0.10 position 0.02
    `,
      { ...options, cash: '5.29' },
    );
  });

  it('of one that takes level by level: it ends where the cash does', () => {
    expectScenario(
      `
      0.000 book bid 0.49x10 | ask 0.5000x0.01 0.5100x0.01 0.5200x0.01 0.5300x0.01
      0.100 buy 0.04 @0.53
      -> #1 accepted ahead 0
      -> #1 bought 0.01 @0.50 taker walked_depth of 0.01 fee 0.005
      -> #1 bought 0.01 @0.51 taker walked_depth of 0.01 fee 0.0049
      -> #1 bought 0.01 @0.52 taker walked_depth of 0.01 fee 0.0048
      -> #1 cancelled insufficient_cash
      0.200 account
      -> cash 0.00 free 0.00 position 0.03
    `,
      { ...options, cash: '0.03' },
    );
  });
});

describe('any fill', () => {
  const fill = fc.record({
    price: fc.integer({ min: 1, max: 9999 }),
    size: fc.integer({ min: 1, max: 1_000_000 }),
    side: fc.constantFrom<OrderSide>(1, -1),
    liquidity: fc.constantFrom('maker', 'taker'),
  });
  const series = fc.constantFrom('KXRAIN', 'KXFED', 'KXMLBGAME', 'INXD');
  const at = fc.constantFrom(CENT_REGIME, FOUR_PLACES_CENT_BALANCE, FOUR_PLACES, SIX_PLACES);
  const account = fc.constantFrom<KalshiAccount>('direct', 'intermediary');

  it('pays at least nothing; an order pays at least its model fee, and too much by less than its rounding', () => {
    fc.assert(
      fc.property(
        fc.array(fill, { minLength: 1, maxLength: 12 }),
        series,
        at,
        account,
        (fills, feeSeries, when, who) => {
          const instrument = contract({ feeSeries });
          const model = kalshiFees({ account: who });
          const memory = newFeeMemory();
          let total = 0n;
          for (const one of fills) {
            const fee = model.charge({ ...one, instrument, at: parseTime(`${when}Z`) }, memory);
            expect(fee).toBeGreaterThanOrEqual(0n);
            total += fee;
          }
          expect(memory.charged).toBe(total);
          expect(total).toBeGreaterThanOrEqual(memory.modelled);
          // A cent for the balance and $0.0001 for each fill's own fee, plus what waits to be given back.
          const most = memory.modelled + memory.rounding + BigInt(fills.length) * moneyUnit(4) + moneyUnit(2);
          expect(total).toBeLessThanOrEqual(most);
        },
      ),
    );
  });
});

describe('money is rounded to a unit', () => {
  it('up or down, below nothing too', () => {
    const cent = moneyUnit(2);
    expect(ceilTo(ONE_DOLLAR + 1n, cent)).toBe(ONE_DOLLAR + cent);
    expect(ceilTo(ONE_DOLLAR, cent)).toBe(ONE_DOLLAR);
    expect(ceilTo(-1n, cent)).toBe(0n);
    expect(floorTo(-1n, cent)).toBe(-cent);
    expect(floorTo(cent + 1n, cent)).toBe(cent);
  });
});

it('proportional fees are a share of the notional, never rounded', () => {
  const model = proportionalFees(-100, 1000);
  const charge = (liquidity: 'maker' | 'taker'): Money =>
    model.charge({ instrument: share(), liquidity, side: 1, price: 123_457, size: 7, at: 0 }, newFeeMemory());
  expect(formatMoney(charge('taker'))).toBe('0.0864199');
  expect(formatMoney(charge('maker'))).toBe('-0.00864199');
});
