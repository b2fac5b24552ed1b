/** Matching of fills into lots and trips: vector V3, and that nothing is lost whatever the fills are. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/reports/analysis.ts';
import { matchFills, splitExactly, type TradeFill } from '../../src/reports/metrics/lots.ts';
import { exactAmount } from '../../src/reports/numbers.ts';
import { reportOf } from '../../src/reports/run-report.ts';
import { binary, fill, runData, settlement } from './run-data.ts';

const markets = ['kalshi:A', 'kalshi:B', 'kalshi:C'].map(binary);
const [a, b, c] = markets.map(({ id }) => id);

describe('V3, four lots in three markets', () => {
  // C is bought twice before any of it is sold: two lots, one trip.
  const fills = [
    fill(1, a, 1, 100, 40),
    fill(2, b, 1, 10, 30),
    fill(3, c, 1, 100, 90),
    fill(4, c, 1, 100, 90),
    fill(5, c, -1, 100, 95),
    settlement(6, a, 100, 100),
    settlement(7, b, 10, 0),
    settlement(8, c, 100, 0),
  ];
  const analysis = analyse(runData(fills, markets, ['1000', '972']));
  const figures = reportOf(analysis.data).figures;

  it('lots: +60, -3, +5, -90 dollars', () => {
    const net = analysis.matched.lots.map((lot) => [lot.instrument, exactAmount(lot.net)]);
    expect(net.sort()).toEqual([
      [a, 60],
      [b, -3],
      [c, -90],
      [c, 5],
    ]);
  });
  it('by lot 2 of 4', () => {
    expect(analysis.matched.lots.filter(({ net }) => net > 0n)).toHaveLength(2);
  });
  it('by trip 1 of 3', () => {
    expect(figures['winRate.trip']).toMatchObject({ value: 1 / 3, n: 3 });
    expect(figures['trades.count'].value).toBe(3);
  });
  it('by market 1 of 3, C = -85', () => {
    expect(figures['winRate.market']).toMatchObject({ value: 1 / 3, n: 3 });
    expect(analysis.markets.map(({ net }) => exactAmount(net))).toEqual([60, -3, -85]);
  });
  it('by contract 200 of 310', () => expect(figures['winRate.contract'].value).toBeCloseTo(0.645161, 6));
  it('return on capital -0.125561', () => {
    expect(figures['return.onCapitalAtRisk'].value).toBeCloseTo(-28 / 223, 12);
  });
  it('-9.032258 cents a contract', () => expect(figures['edge.realised'].value).toBeCloseTo(-0.09032258, 8));
  it('with 2.80 of fees -9.935484 cents', () => {
    const charged = fills.map((each, i) => (i < 4 ? { ...each, fee: 7_000_000_000_000_000n } : each));
    const after = reportOf(runData(charged, markets, ['1000', '969.2'])).figures;
    expect(after['edge.realised'].value).toBeCloseTo(-0.09935484, 8);
  });
  it('break-even and excess of the lots held to settlement', () => {
    const paid = (100 * 0.4 + 10 * 0.3 + 100 * 0.9) / 210;
    expect(figures['winRate.breakEven'].value).toBeCloseTo(paid, 12);
    expect(figures['winRate.excess'].value).toBeCloseTo(100 / 210 - paid, 12);
  });
  it('all of the net P&L is that of the markets', () => expect(analysis.unassigned).toBe(0n));
});

describe('trips', () => {
  it('a fill through zero ends one and begins another, and its fee is split by size', () => {
    const fills = [fill(1, a, 1, 10, 40), fill(2, a, -1, 30, 50, { fee: 3n }), fill(3, a, 1, 20, 45)];
    const { trips, lots } = matchFills(fills, () => 1);
    expect(trips.map(({ side, maxSize }) => [side, maxSize])).toEqual([
      [1, 1_000_000_000n],
      [-1, 2_000_000_000n],
    ]);
    expect(lots.map(({ fees }) => fees)).toEqual([1n, 2n]);
    expect(trips.map(({ net }) => net)).toEqual([10n ** 16n - 1n, 10n ** 16n - 2n]);
  });

  it('what is held stays open, with its part of the fee', () => {
    const { trips, open } = matchFills([fill(1, a, 1, 10, 40, { fee: 7n }), fill(2, a, -1, 4, 50)], () => 1);
    expect(trips).toMatchObject([{ closedAt: null, lots: [{ fees: 3n }] }]);
    expect(open).toMatchObject([{ size: 600_000_000n, fees: 4n }]);
  });

  it('a market with a position is unresolved, marked at the mid rounded against us', () => {
    const quote = { instrument: a, at: 0, bid: 41_000_000n, ask: 42_000_000n, last: null };
    const data = runData([fill(1, a, 1, 10, 40)], markets, ['1000', '1000.10'], { lastQuotes: [quote] });
    const analysis = analyse(data);
    expect(exactAmount(analysis.markets[0].net)).toBe(0.1);
    expect(analysis.unassigned).toBe(0n);
    expect(reportOf(analysis.data).figures['winRate.market']).toMatchObject({ value: null, reason: 'unresolved' });
    const short = analyse(runData([fill(1, a, -1, 10, 40)], markets, ['1000', '999.80'], { lastQuotes: [quote] }));
    expect(exactAmount(short.markets[0].net)).toBe(-0.2);
  });
});

const anyFill = fc.record({
  instrument: fc.constantFrom(a, b),
  side: fc.constantFrom<1 | -1>(1, -1),
  size: fc.bigInt(1n, 50n),
  price: fc.bigInt(0n, 100n),
  fee: fc.bigInt(-20n, 20n),
  settlement: fc.constant(false),
});

describe('exactness', () => {
  it('parts of an amount add up to it, and differ from their proportion by less than one unit', () => {
    const amounts = fc.bigInt(-1000n, 1000n);
    const sizes = fc.array(fc.bigInt(1n, 50n), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(amounts, sizes, (amount, parts) => {
        const shares = splitExactly(amount, parts);
        const whole = parts.reduce((sum, part) => sum + part, 0n);
        expect(shares.reduce((sum, share) => sum + share, 0n)).toBe(amount);
        for (const [i, share] of shares.entries()) {
          const off = share * whole - amount * parts[i];
          expect(off < whole && off > -whole).toBe(true);
        }
      }),
    );
  });

  it('lots and what is held account for all cash, fees, size, and each lot for one trip', () => {
    fc.assert(
      fc.property(fc.array(anyFill, { maxLength: 40 }), (drawn) => {
        const fills: TradeFill[] = drawn.map((each, i) => ({ ...each, at: i }));
        const { lots, open, trips } = matchFills(fills, () => 3);
        const sum = <T>(items: readonly T[], of: (item: T) => bigint) =>
          items.reduce((total, item) => total + of(item), 0n);
        const cash = sum(fills, ({ side, size, price, fee }) => -BigInt(side) * size * price * 3n - fee);
        const held = sum(open, ({ side, size, entry, fees }) => -BigInt(side) * size * fills[entry].price * 3n - fees);
        expect(sum(lots, ({ net }) => net) + held).toBe(cash);
        expect(sum(lots, ({ fees }) => fees) + sum(open, ({ fees }) => fees)).toBe(sum(fills, ({ fee }) => fee));
        expect(2n * sum(lots, ({ size }) => size) + sum(open, ({ size }) => size)).toBe(sum(fills, ({ size }) => size));
        expect(trips.flatMap((trip) => trip.lots)).toHaveLength(lots.length);
        for (const { closedAt, openedAt } of trips) expect(closedAt ?? openedAt).toBeGreaterThanOrEqual(openedAt);
      }),
    );
  });
});

describe('instruments in several currencies', () => {
  it('have no figures of money, but win rates', () => {
    const instruments = [binary(a), { ...binary(b), currency: 'EUR' }];
    const fills = [fill(1, a, 1, 10, 40), fill(2, a, -1, 10, 50), fill(3, b, 1, 10, 40), fill(4, b, -1, 10, 30)];
    const figures = reportOf(runData(fills, instruments, ['1000', '1000'])).figures;
    expect(figures['pnl.net']).toMatchObject({ value: null, reason: 'mixed_currency' });
    expect(figures['ratio.sharpe']).toMatchObject({ value: null, reason: 'mixed_currency' });
    expect(figures['winRate.trip'].value).toBe(0.5);
  });
});
