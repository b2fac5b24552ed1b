import { describe, expect, it } from 'vitest';
import { alignOrders } from '../../src/divergence/align.ts';
import { calibrationChart } from '../../src/divergence/charts/calibration.ts';
import { curveLikeness, warpedDistance } from '../../src/divergence/curves.ts';
import type { Divergence } from '../../src/divergence/divergence.ts';
import { latenciesOf, likenessOf } from '../../src/divergence/likeness.ts';
import { sharpeDifference } from '../../src/divergence/sharpe.ts';
import { compareWaits, logRank } from '../../src/divergence/waits.ts';
import { pairedInterval } from '../../src/reports/metrics/uncertainty.ts';
import { cents, centsOfMoney, contracts, liveSide, order, replaySide, side } from './worked-example.ts';

describe('rates of fills on the same orders', () => {
  it("has the intervals of Newcombe's paper and of others who use his method 10", () => {
    const near = (interval: readonly number[] | undefined, low: number, high: number) => {
      expect(interval?.[0]).toBeCloseTo(low, 4);
      expect(interval?.[1]).toBeCloseTo(high, 4);
    };
    near(pairedInterval({ both: 20, one: 12, other: 2, neither: 16 }), 0.0562, 0.3292);
    near(pairedInterval({ both: 36, one: 12, other: 2, neither: 0 }), 0.0569, 0.3404);
    // Fagerland, Lydersen and Laake: airway hyper-responsiveness before and after a transplantation.
    near(pairedInterval({ both: 1, one: 1, other: 7, neither: 12 }), -0.5069, -0.0256);
    expect(pairedInterval({ both: 0, one: 0, other: 0, neither: 0 })).toBeUndefined();
  });
});

describe('the difference of two Sharpe ratios', () => {
  const one = [12, -8, 5, -3.5, 0, 20, -10, 7.5, 3, 4, -6, 9];
  const other = [10, -9, 7, -2, 1, 16, -12, 9, 1, 6, -7, 8];

  it('is what the four moments, their gradient and their covariances give, written out as matrices', () => {
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const moments = [one, other, one.map((x) => x * x), other.map((x) => x * x)];
    const means = moments.map(mean);
    const off = one.map((_, t) => moments.map((moment, i) => moment[t] - means[i]));
    const n = one.length;
    const lags = 2;
    const psi = means.map((_, i) =>
      means.map((_, j) => {
        let sum = 0;
        for (let lag = -lags; lag <= lags; lag++)
          for (let t = 0; t < n; t++)
            if (off[t + lag]) sum += (1 - Math.abs(lag) / (lags + 1)) * off[t][i] * off[t + lag][j];
        return sum / n;
      }),
    );
    const [a, b, c, d] = means;
    const gradient = [
      c / (c - a * a) ** 1.5,
      -d / (d - b * b) ** 1.5,
      (-0.5 * a) / (c - a * a) ** 1.5,
      (0.5 * b) / (d - b * b) ** 1.5,
    ];
    const variance = gradient.reduce(
      (sum, x, i) => sum + gradient.reduce((row, y, j) => row + x * y * psi[i][j], 0),
      0,
    );
    const found = sharpeDifference(one, other);
    expect(found?.bandwidth).toBe(lags);
    expect(found?.difference).toBeCloseTo(a / Math.sqrt(c - a * a) - b / Math.sqrt(d - b * b), 12);
    expect(found?.error).toBeCloseTo(Math.sqrt(variance / (n - 4)), 12);
  });

  it('the bootstrap gives the same each time, sees ratios that are far apart, and sees none where there is none', () => {
    expect(sharpeDifference(one, other)).toEqual(sharpeDifference(one, other));
    const noise = one.map((_, i) => [1, -2, 2, -1, 0.5, -0.5][i % 6]);
    const good = noise.map((value, i) => 4 + value + 0.1 * (i % 5));
    const bad = noise.map((value, i) => 0.1 + value - 0.1 * (i % 3));
    expect(sharpeDifference(good, bad)?.bootstrapP).toBeLessThan(0.05);
    expect(sharpeDifference(noise, noise.toReversed())?.bootstrapP).toBeGreaterThan(0.5);
  });

  it('does not depend on the stake, turns its sign with the sides, and is undefined where there is none', () => {
    const found = sharpeDifference(one, other);
    const turned = sharpeDifference(
      other.map((value) => value * 100),
      one,
    );
    expect(turned?.difference).toBeCloseTo(-(found?.difference ?? 0), 12);
    expect(turned?.p).toBeCloseTo(found?.p ?? 0, 10);
    expect(sharpeDifference(one, one)).toBeUndefined();
    expect(
      sharpeDifference(
        one,
        one.map(() => 3),
      ),
    ).toBeUndefined();
    expect(sharpeDifference(one.slice(0, 4), other.slice(0, 4))).toBeUndefined();
  });
});

describe('waits for a first fill', () => {
  it('has the log-rank of the remissions that Freireich 1963 measured and textbooks use', () => {
    const filled = (times: readonly number[]) => times.map((time) => ({ time, filled: true }));
    const treated = [
      ...filled([6, 6, 6, 7, 10, 13, 16, 22, 23]),
      ...[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35].map((time) => ({ time, filled: false })),
    ];
    const placebo = filled([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]);
    const { observed, expected, variance } = logRank(treated, placebo);
    expect(observed).toBe(9);
    expect(expected).toBeCloseTo(19.25, 2);
    expect((observed - expected) ** 2 / variance).toBeCloseTo(16.79, 2);
  });

  it('counts orders that rested: not those that took, and those that were cancelled for as long as they stood', () => {
    const rested = order({ id: 1, at: 0, size: 10, limit: 50, fills: [[10, 50, 0, 'maker', 700]] });
    const cancelled = order({ id: 2, at: 0, size: 10, limit: 50, end: { after: 900, reason: 'requested' } });
    const took = order({ id: 3, at: 0, size: 10, limit: 50, fills: [[10, 50]] });
    const refused = order({ id: 4, at: 0, size: 10, limit: 50, end: { after: 50, reason: 'ioc' } });
    const found = compareWaits(side('one', [rested, took, refused], 50), side('other', [cancelled, took], 50));
    expect(found).toMatchObject({ one: { n: 1, filled: 1 }, other: { n: 1, filled: 0 }, observed: 1, expected: 0.5 });
    expect(compareWaits(side('one', [took], 50), side('other', [took], 50))).toBeUndefined();
  });
});

describe('curves', () => {
  it('warps by hand: a step that comes later costs nothing, one that is higher costs its height', () => {
    expect(warpedDistance([0, 0, 1, 1], [0, 1, 1, 1], 2)).toBe(0);
    // No room to bend: the second values are 1 apart, counted twice, over 8.
    expect(warpedDistance([0, 0, 1, 1], [0, 1, 1, 1], 0)).toBe(2 / 8);
    expect(warpedDistance([0, 0], [3, 3], 1)).toBe(3);
  });

  it('says that the same curve is the same, and tells a curve that is off by the gap', () => {
    const equity = [0, 1, 2, 3].map((i) => ({ at: i * 1000, equity: centsOfMoney(100_000 + 100 * i * i) }));
    const one = { ...side('one', [], 50), equity };
    const same = curveLikeness(one, one);
    expect(same).toMatchObject({ trackingError: 0, warped: 0 });
    expect(same?.correlation).toBeCloseTo(1, 12);
    const flat = { ...one, equity: equity.map(({ at }) => ({ at, equity: one.openingCash })) };
    expect(curveLikeness(one, flat)?.correlation).toBeNull();
    expect(curveLikeness(one, side('other', [], 50))).toBeUndefined();
  });
});

describe('likeness of two sides', () => {
  it('tells which paired orders were filled, how fast they were, and what they paid beyond the same middle', () => {
    const orders = replaySide.orders.map((each) => ({ ...each, middle: cents(54) }));
    const pairs = alignOrders(liveSide.orders, orders, true);
    const { fills, latency, price } = likenessOf({ one: liveSide, other: replaySide, pairs } as Divergence);
    expect(fills).toEqual({ both: 3, one: 0, other: 0, neither: 0 });
    expect(latency).toMatchObject({ one: { n: 4, mean: 85 }, other: { n: 4, mean: 50 }, ks: 0.25, wasserstein: 35 });
    // A stop that the desk held for a second after it was decided on.
    const held = replaySide.orders.map((each) => ({
      ...each,
      decidedAt: each.decidedAt - 1e6,
      sentAt: each.decidedAt,
    }));
    expect(latenciesOf({ ...replaySide, orders: held })).toEqual([50, 50, 50, 50]);
    // Pieces in cents beyond 54: 2 and 3 against 1 and 1, -1 both, -6 both for the sale at 60.
    expect(price?.one.mean).toBeCloseTo(-0.005, 12);
    expect(price?.other.mean).toBeCloseTo(-0.0125, 12);
    expect(price?.wasserstein).toBeCloseTo(0.0075, 12);
  });

  it('puts resting orders of both sides in bins of the size ahead of them, with an interval for one alone', () => {
    const resting = (id: number, ahead: number, isFilled: boolean) => ({
      ...order({ id, at: id * 5000, size: 10, limit: 50, fills: isFilled ? [[10, 50, 0, 'maker', 700]] : [] }),
      queueAhead: contracts(ahead),
    });
    const taken = { ...order({ id: 9, at: 90_000, size: 10, limit: 50, fills: [[10, 50]] }), queueAhead: 0n };
    const other = [resting(1, 0, true), resting(2, 5, true), resting(3, 7, false), resting(4, 5000, false), taken];
    const one = [resting(1, 0, true), resting(2, 5, false), resting(3, 7, false), resting(4, 5000, true), taken];
    const divergence = { pairs: alignOrders(one, other, true) } as Divergence;
    const columns = calibrationChart(divergence)?.datasets[0].columns;
    expect(columns?.ahead).toEqual(['none', 'none', 'up to 10', 'up to 10', 'up to 10,000', 'up to 10,000']);
    expect(columns?.side.slice(0, 2)).toEqual(['one', 'other']);
    expect(columns?.filled).toEqual([1, 1, 0, 0.5, 1, 0]);
    expect(columns?.orders).toEqual([1, 1, 2, 2, 1, 1]);
    // Wilson's interval of none of two.
    expect(columns?.low.slice(2, 4)).toEqual([0, null]);
    expect(columns?.high[2]).toBeCloseTo(0.6576, 4);
    expect(calibrationChart({ pairs: alignOrders([taken], [taken], true) } as Divergence)).toBeUndefined();
  });
});
