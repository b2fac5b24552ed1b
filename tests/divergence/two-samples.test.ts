import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  andersonDarling,
  compareSamples,
  kolmogorovSmirnov,
  kolmogorovSmirnovChance,
  wasserstein,
} from '../../src/divergence/two-samples.ts';
import '../support/seed.ts';

/** Few distinct values, so that there are ties. */
const sample = (most: number) => fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 2, maxLength: most });

describe('two samples', () => {
  it('gives the distance and chance of a textbook (Conover 1971, example 6.3.1)', () => {
    const x = [7.6, 8.4, 8.6, 8.7, 9.3, 9.9, 10.1, 10.6, 11.2];
    const y = [5.2, 5.7, 5.9, 6.5, 6.8, 8.2, 9.1, 9.8, 10.8, 11.3, 11.5, 12.3, 12.5, 13.4, 14.6];
    expect(kolmogorovSmirnov(x, y)).toBeCloseTo(0.4, 12);
    expect(kolmogorovSmirnovChance(x, y)).toBeCloseTo(0.2653, 4);
    // Five above five others: 2 of the 252 ways.
    expect(kolmogorovSmirnovChance([1, 2, 3, 4, 5], [6, 7, 8, 9, 10])).toBeCloseTo(2 / 252, 12);
  });

  it('the chance is the share of all ways to deal the values, ties included', () => {
    fc.assert(
      fc.property(sample(5), sample(6), (one, other) => {
        const all = [...one, ...other];
        const distance = kolmogorovSmirnov(one, other);
        let [far, ways] = [0, 0];
        for (let chosen = 0; chosen < 1 << all.length; chosen++) {
          const mine = all.filter((_, i) => chosen & (1 << i));
          if (mine.length !== one.length) continue;
          ways++;
          if (
            kolmogorovSmirnov(
              mine,
              all.filter((_, i) => !(chosen & (1 << i))),
            ) >=
            distance - 1e-9
          )
            far++;
        }
        expect(kolmogorovSmirnovChance(one, other)).toBeCloseTo(far / ways, 10);
      }),
      { numRuns: 40 },
    );
  });

  it('has the example of Scholz and Stephens 1987: smoothness of paper at four laboratories', () => {
    const { statistic, p } = andersonDarling([
      [38.7, 41.5, 43.8, 44.5, 45.5, 46.0, 47.7, 58.0],
      [39.2, 39.3, 39.7, 41.4, 41.8, 42.9, 43.3, 45.8],
      [34.0, 35.0, 39.0, 40.0, 43.0, 43.0, 44.0, 45.0],
      [34.0, 34.8, 34.8, 35.4, 37.2, 37.8, 41.2, 42.8],
    ]);
    expect(statistic).toBeCloseTo(4.48, 3);
    expect(Math.abs(p - 0.002)).toBeLessThan(0.00025);
  });

  it('has no probability beyond the table, and orders of samples do not matter', () => {
    const [low, high] = [Array.from({ length: 20 }, (_, i) => i), Array.from({ length: 20 }, (_, i) => 100 + i)];
    expect(andersonDarling([low, high]).p).toBe(0.001);
    expect(andersonDarling([low, low.map((value) => value + 0.1)]).p).toBe(0.25);
    expect(andersonDarling([low, high]).statistic).toBeCloseTo(andersonDarling([high, low]).statistic, 10);
  });

  it('moves one sample to the other: as far as it was shifted', () => {
    fc.assert(
      fc.property(sample(12), fc.integer({ min: -9, max: 9 }), (one, shift) => {
        const moved = one.map((value) => value + shift);
        expect(wasserstein(one, moved)).toBeCloseTo(Math.abs(shift), 9);
        // Twice as many of each value are the same distribution.
        expect(wasserstein(one, [...one, ...one])).toBeCloseTo(0, 9);
      }),
    );
    // Half of the weight goes from 0 to 1, half from 1 to 3.
    expect(wasserstein([0, 1], [1, 3])).toBeCloseTo(1.5, 12);
  });

  it('is zero where all is the same, and has nothing to say of single values', () => {
    expect(compareSamples([5, 5], [5, 5, 5])).toMatchObject({ ks: 0, wasserstein: 0 });
    expect(compareSamples([5, 5], [5, 5, 5])?.andersonDarling).toBeLessThan(0);
    expect(kolmogorovSmirnovChance([5, 5], [5, 5, 5])).toBe(1);
    expect(compareSamples([5], [6, 7])).toBeUndefined();
    expect(compareSamples([5, 5], [6, 6])).toMatchObject({ ks: 1, wasserstein: 1 });
  });
});
