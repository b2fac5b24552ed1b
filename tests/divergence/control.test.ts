import { describe, expect, it } from 'vitest';
import { cusum, ewma, signalsOf, usualOf } from '../../src/divergence/control.ts';

describe('control charts', () => {
  /** Montgomery, Introduction to Statistical Quality Control, table 9.1: the mean goes from 10 to 11 after the 20th. */
  const shifted = [
    ...[9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.2, 10.34],
    ...[9.03, 11.47, 10.51, 9.4, 10.08, 9.37, 10.62, 10.31, 8.52, 10.84],
    ...[10.9, 9.33, 12.29, 11.5, 10.6, 11.08, 10.38, 11.62, 11.31, 10.52],
  ];
  const usual = { center: 10, sigma: 1 };

  it('adds up what is off, and signals at the 29th value of the textbook', () => {
    const { upper, lower, signal } = cusum(shifted, usual);
    expect(upper[27]).toBeCloseTo(4.47, 10);
    expect(upper[28]).toBeCloseTo(5.28, 10);
    expect(lower[1]).toBeCloseTo(-1.56, 10);
    expect(signal).toBe(28);
  });

  it('moves its mean as the example of the NIST handbook does (6.3.2.4)', () => {
    const values = [
      ...[52, 47, 53, 49.3, 50.1, 47, 51, 50.1, 51.2, 50.5],
      ...[49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1],
    ];
    const { level, limit, signal } = ewma(values, { center: 50, sigma: 2.0539 }, 0.3);
    expect(level.slice(0, 4).map((each) => each.toFixed(2))).toEqual(['50.60', '49.52', '50.56', '50.18']);
    expect(level[19]).toBeCloseTo(51.99, 2);
    // Its limits are the final ones, 52.5884.
    expect(limit[19]).toBeCloseTo(2.5884, 3);
    expect(limit[0]).toBeCloseTo(3 * 2.0539 * 0.3, 10);
    expect(signal).toBeUndefined();
  });

  it('finds a shift, first by what adds up, and a single outlier by the limits alone', () => {
    const noise = [1, -1, 1, -1, 1, -1, 1, -1, 1, -1];
    expect(usualOf(noise).sigma).toBeCloseTo(2 / 1.128, 12);
    expect(signalsOf(noise)).toEqual({ limits: undefined, cusum: undefined, ewma: undefined });
    // Ten of thirty have moved by three sigmas: the others are still what is usual.
    const drifted = signalsOf([...noise, ...noise, ...noise.map((value) => value + 5)]);
    expect(drifted.cusum).toBeGreaterThanOrEqual(20);
    expect(drifted.cusum).toBeLessThan(25);
    expect(drifted.ewma).toBeGreaterThanOrEqual(20);
    expect(drifted.ewma).toBeLessThan(25);
    expect(signalsOf([...noise, 20, ...noise, ...noise]).limits).toBe(10);
    expect(signalsOf([3, 3, 3])).toEqual({ limits: undefined, cusum: undefined, ewma: undefined });
  });
});
