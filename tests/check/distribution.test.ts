import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Distribution } from '../../src/check/distribution.ts';

function of(values: readonly number[]): Distribution {
  const distribution = new Distribution();
  for (const value of values) distribution.add(value);
  return distribution;
}

describe('a distribution', () => {
  it('has the quantiles of its values, to two percent', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1e12, max: 1e12 }), { minLength: 1 }),
        fc.constantFrom(0, 0.01, 0.5, 0.99, 1),
        (values, q) => {
          const exact = [...values].sort((a, b) => a - b)[Math.floor(q * (values.length - 1))];
          const found = of(values).quantile(q);
          expect(Math.abs(found - exact)).toBeLessThanOrEqual(0.02 * Math.abs(exact));
        },
      ),
    );
  });

  it('counts what lies above a limit', () => {
    const distribution = of([-1000, -10, 0, 10, 1000, 1000]);
    expect(distribution.above(100)).toBe(2);
    expect(distribution.above(-100)).toBe(5);
    expect(distribution).toMatchObject({ count: 6, least: -1000, most: 1000 });
  });

  it('has no median without values', () => {
    expect(of([]).median).toBeNaN();
  });
});
