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
    // Their sum is rounded: a deviation of 1e-17 would make a p of 1e-32.
    expect(gapStatistics([0.1, 0.1, 0.1], 1)).toBeUndefined();
  });

  it('tests what was filled on one side only', () => {
    expect(mcNemar(9, 2)).toBeCloseTo(0.0654, 4);
    expect(mcNemar(2, 9)).toBe(mcNemar(9, 2));
    expect(mcNemar(0, 0)).toBe(1);
    expect(mcNemar(3, 3)).toBe(1);
  });

  it('tests thousands of them, of which the share of each single outcome is below any double', () => {
    expect(mcNemar(600, 600)).toBe(1);
    // 2000 tosses of a coin, 1050 or more of them heads or tails: 2 P(Z > 99.5 / sqrt(2000)), corrected for continuity.
    expect(mcNemar(950, 1050)).toBeCloseTo(0.0268, 3);
  });

  it('leaves out zeros and shares ranks of ties', () => {
    expect(wilcoxonSignedRank([0, 0])).toBe(1);
    // Ranks 1.5, 1.5, 3, all positive: 2 of 8 sums of signs.
    expect(wilcoxonSignedRank([1, 1, 2])).toBeCloseTo(0.25, 12);
  });

  it('is what counting all signs says, with ties and zeros', () => {
    const gaps = [3, -1, 0, 2, 2, -3, 4, 1, -2, 5];
    expect(wilcoxonSignedRank(gaps)).toBeCloseTo(bySigns(gaps), 12);
    expect(wilcoxonSignedRank(gaps.map((gap) => -gap))).toBeCloseTo(bySigns(gaps), 12);
  });

  it('takes a thousand sessions: their sums are counted up to the tail alone', () => {
    const gaps = Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? i + 1 : -i - 1));
    // By the normal distribution, corrected for continuity: 249.5 off, of a standard deviation of 9135.
    expect(wilcoxonSignedRank(gaps)).toBeCloseTo(0.9782, 3);
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

/** Wilcoxon's p by going through all signs: the share of those whose smaller sum of ranks is no larger. */
function bySigns(gaps: readonly number[]): number {
  const sizes = gaps.filter((gap) => gap !== 0).map(Math.abs);
  const ranks = sizes.map((size) => {
    const [below, same] = [sizes.filter((each) => each < size).length, sizes.filter((each) => each === size).length];
    return below + (same + 1) / 2;
  });
  const smaller = (isPositive: (i: number) => boolean) => {
    const positive = ranks.reduce((sum, rank, i) => (isPositive(i) ? sum + rank : sum), 0);
    return Math.min(positive, ranks.reduce((sum, rank) => sum + rank, 0) - positive);
  };
  const signed = gaps.filter((gap) => gap !== 0);
  const observed = smaller((i) => signed[i] > 0);
  const all = Array.from({ length: 2 ** ranks.length }, (_, signs) => smaller((i) => ((signs >> i) & 1) === 1));
  return all.filter((sum) => sum <= observed).length / all.length;
}
