import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawdownOf } from '../../src/reports/metrics/drawdown.ts';
import { POINTS_MAX, thin } from '../../src/reports/thin.ts';

describe('thinned series', () => {
  it('a short one is kept', () => expect(thin([[3, 1, 2]])).toEqual([0, 1, 2]));

  it('keeps the ends, the extremes and the deepest drawdown, in order, within the limit', () => {
    const series = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 41, maxLength: 300 });
    fc.assert(
      fc.property(series, (values) => {
        const { fractions, deepest } = drawdownOf(values);
        const always = deepest ? [deepest.peak, deepest.trough] : [];
        const kept = thin([values, fractions], always, 40);
        const shown = kept.map((i) => values[i]);
        expect(kept.length).toBeLessThanOrEqual(40);
        expect([...kept].sort((a, b) => a - b)).toEqual(kept);
        expect(kept[0]).toBe(0);
        expect(kept.at(-1)).toBe(values.length - 1);
        expect(Math.max(...shown)).toBe(Math.max(...values));
        expect(Math.min(...shown)).toBe(Math.min(...values));
        expect(drawdownOf(shown).maxFraction.value).toBe(Math.min(...fractions));
      }),
    );
  });

  it('finds peaks and troughs among a hundred thousand points', () => {
    const values = Array.from({ length: 100_000 }, (_, i) =>
      i === 54_321 ? 9 : i === 65_432 ? -9 : Math.sin(i / 500),
    );
    const kept = thin([values]);
    expect(kept.length).toBeLessThanOrEqual(POINTS_MAX);
    expect(kept).toContain(54_321);
    expect(kept).toContain(65_432);
  });

  it('points without a value give way to those with one', () => {
    const values = Array.from({ length: 5000 }, (_, i) => (i % 50 === 7 ? i : Number.NaN));
    const shown = thin([values]).filter((i) => !Number.isNaN(values[i]));
    expect(shown).toContain(7);
    expect(shown).toContain(4957);
  });
});
