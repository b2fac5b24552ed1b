import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  collateral,
  complement,
  finestTick,
  InstrumentList,
  instrumentId,
  moneyPerUnit,
  notional,
  priceFrom,
  sizeFrom,
} from '../../src/market/instrument.ts';
import { formatMoney, ONE_DOLLAR, parseMoney } from '../../src/market/units.ts';
import { callOption, coin, contract, inversePerpetual, namedLadder, share } from '../support/instruments.ts';

describe('notional', () => {
  it.each([
    ['10 contracts at 0.53', contract(), 5300, 1000, '5.30'],
    ['0.01 contract at 0.001', contract(), 10, 1, '0.00001'],
    ['100 shares sold at 12.3456', share(), 123_456, -100, '-1234.56'],
    ['2 options of 100 shares at 1.05', callOption(), 105, 2, '210.00'],
    ['0.00000001 coin at 0.00000001', coin(), 1, 1, '0.0000000000000001'],
    ['21 million coins at 64,000', coin(), 6_400_000_000_000, 2_100_000_000_000_000, '1344000000000.00'],
  ])('%s', (_name, instrument, price, size, expected) => {
    expect(formatMoney(notional(instrument, price, size))).toBe(expected);
  });

  it('of an inverse contract is its number of dollars in coins', () => {
    expect(formatMoney(notional(inversePerpetual(), 600_000, 100))).toBe('0.1666666666666666');
    expect(formatMoney(notional(inversePerpetual(), 1_000_000, -100))).toBe('-0.10');
  });

  it('refuses an instrument whose decimals money cannot hold', () => {
    expect(() => moneyPerUnit(coin({ id: 'x:Y', priceDecimals: 9 }))).toThrow(/x:Y: 17 decimals/);
  });
});

describe('collateral', () => {
  it('of a short binary contract is its full payout', () => {
    expect(collateral(contract(), -1000, -6n * ONE_DOLLAR)).toBe(10n * ONE_DOLLAR);
  });

  it('of a short option is its strike', () => {
    expect(collateral(callOption(), -2, -5n * ONE_DOLLAR)).toBe(20_000n * ONE_DOLLAR);
  });

  it('of what brought cash in is that and as much again: a short sale, a long inverse contract', () => {
    expect(collateral(share(), -100, -500n * ONE_DOLLAR)).toBe(1000n * ONE_DOLLAR);
    expect(collateral(inversePerpetual(), 100, -2n)).toBe(4n);
  });

  it('is nothing for what was paid for', () => {
    expect(collateral(contract(), 1000, 5n)).toBe(0n);
    expect(collateral(contract(), 0, 0n)).toBe(0n);
    expect(collateral(share(), 100, 5n)).toBe(0n);
    expect(collateral(inversePerpetual(), -100, 5n)).toBe(0n);
  });
});

describe('complement', () => {
  it('of a YES price is the NO price, and the reverse', () => {
    expect(complement(contract(), 5300)).toBe(4700);
    expect(complement(contract(), 4700)).toBe(5300);
  });

  it('means nothing without bounds', () => {
    expect(() => complement(share(), 100)).toThrow(/no bounds/);
  });
});

describe('priceFrom and sizeFrom', () => {
  it('take decimals as text or number, exactly', () => {
    expect(priceFrom(contract(), '0.53')).toBe(5300);
    expect(priceFrom(contract(), 0.29)).toBe(2900);
    expect(sizeFrom(contract(), 10)).toBe(1000);
    expect(sizeFrom(contract(), 0.07)).toBe(7);
  });

  it('take every price of four decimals as number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000_000 }), (price) => {
        expect(priceFrom(share(), price / 10_000)).toBe(price);
      }),
    );
  });

  it('take every size of eight decimals as number, small ones too', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), (size) => {
        expect(sizeFrom(coin(), size / 1e8)).toBe(size);
      }),
    );
    expect(sizeFrom(coin(), 1e-8)).toBe(1);
  });

  it.each([0.12345, '0.12345', 1e-7, 1.5e-7, Number.NaN, Number.POSITIVE_INFINITY, 1e22, 'ten', '', 0.1 + 0.2])(
    'refuse %s, which four decimals do not hold',
    (value) => {
      expect(() => priceFrom(contract(), value)).toThrow(RangeError);
      expect(() => sizeFrom(share({ sizeDecimals: 4 }), value)).toThrow(/takes 4 decimals/);
    },
  );

  it('refuse a small number rather than round it', () => {
    expect(() => sizeFrom(coin(), 1.23e-7)).toThrow(RangeError);
  });
});

describe('InstrumentList', () => {
  it('numbers instruments in the order in which they became known', () => {
    const list = new InstrumentList();
    expect(list.add(contract())).toBe(0);
    expect(list.add(share())).toBe(1);
    expect(list.indexOf('nasdaq:ACME')).toBe(1);
    expect(list.indexOf('nasdaq:OTHER')).toBe(-1);
    expect(list.all.map(({ id }) => id)).toEqual(['kalshi:KXRAIN-26JUN01-T1', 'nasdaq:ACME']);
  });

  it('keeps number and first facts of one that is met again', () => {
    const list = new InstrumentList();
    list.add(contract({ title: 'first' }));
    expect(list.add(contract({ title: 'second' }))).toBe(0);
    expect(list.all).toHaveLength(1);
    expect(list.all[0].title).toBe('first');
  });
});

it('an id is venue and symbol', () => {
  expect(instrumentId('kalshi', 'KXGOLDH-26AUG2711-T4615.99')).toBe('kalshi:KXGOLDH-26AUG2711-T4615.99');
});

it('the finest tick of a tapered ladder is that of its edges', () => {
  expect(finestTick(contract({ ticks: namedLadder('tapered_deci_cent') }))).toBe(10);
});

it('money text of a notional is money again', () => {
  expect(parseMoney('5.30')).toBe(notional(contract(), 5300, 1000));
});
