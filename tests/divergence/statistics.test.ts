import { describe, expect, it } from 'vitest';
import {
  benjaminiHochberg,
  gapStatistics,
  mcNemar,
  studentCdf,
  wilcoxonSignedRank,
} from '../../src/divergence/statistics.ts';

describe('statistics across sessions', () => {
  /** Numbers of the design, from other people's code. */
  const gaps = [-3.86, 1.2, -0.75, 0.4, -2.1, 0.95, -1.3, 0.1];
  const statistics = gapStatistics(gaps, 2.5);

  it('gives the example of the design: mean, intervals, tests', () => {
    expect(statistics?.n).toBe(8);
    expect(statistics?.mean).toBeCloseTo(-0.67, 10);
    expect(statistics?.interval[0]).toBeCloseTo(-2.1001, 4);
    expect(statistics?.interval[1]).toBeCloseTo(0.7601, 4);
    expect(statistics?.limits[0]).toBeCloseTo(-4.0228, 4);
    expect(statistics?.limits[1]).toBeCloseTo(2.6828, 4);
    expect(statistics?.tTest).toBeCloseTo(0.3045, 4);
    expect(statistics?.wilcoxon).toBeCloseTo(0.4609, 4);
  });

  it('is equivalent within 2.5, and not within 1: not significant is not equal', () => {
    expect(statistics?.equivalence.p[0]).toBeCloseTo(0.0096, 4);
    expect(statistics?.equivalence.p[1]).toBeCloseTo(0.0006, 4);
    expect(statistics?.equivalence.holds).toBe(true);
    expect(gapStatistics(gaps, 1)?.equivalence.holds).toBe(false);
  });

  it('has nothing to say of one session, or of gaps that are all the same', () => {
    expect(gapStatistics([1], 1)).toBeUndefined();
    expect(gapStatistics([1, 1, 1], 1)).toBeUndefined();
  });

  it('tests what was filled on one side only', () => {
    expect(mcNemar(9, 2)).toBeCloseTo(0.0654, 4);
    expect(mcNemar(2, 9)).toBe(mcNemar(9, 2));
    expect(mcNemar(0, 0)).toBe(1);
    expect(mcNemar(3, 3)).toBe(1);
  });

  it('leaves out zeros and shares ranks of ties', () => {
    expect(wilcoxonSignedRank([0, 0])).toBe(1);
    // Ranks 1.5, 1.5, 3, all positive: 2 of 8 sums of signs.
    expect(wilcoxonSignedRank([1, 1, 2])).toBeCloseTo(0.25, 12);
  });

  it('adjusts the probabilities of many tests so that at most 5 % of what is found is chance', () => {
    // Each times 4 over its rank, and no larger than that of the next.
    expect(benjaminiHochberg([0.01, 0.04, 0.03, 0.5])).toEqual([0.04, 0.16 / 3, 0.16 / 3, 0.5]);
    expect(benjaminiHochberg([])).toEqual([]);
  });

  it("has Student's distribution", () => {
    // Of one degree of freedom it is Cauchy's.
    for (const t of [-3, -0.5, 0, 1, 12]) expect(studentCdf(t, 1)).toBeCloseTo(0.5 + Math.atan(t) / Math.PI, 12);
    expect(studentCdf(2.228138852, 10)).toBeCloseTo(0.975, 8);
  });
});
