import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../src/market/rng.ts';

function draw(rng: Rng, count: number): number[] {
  return Array.from({ length: count }, () => rng.uint32());
}

/** sfc32 as its author wrote it in C, in plain 32-bit arithmetic; seeded by FNV-1a of "a/", "b/", "c/" + seed. */
function* reference(seed: string): Generator<number> {
  const mask = 0xffff_ffffn;
  const fnv1a = (text: string) => {
    let hash = 0x811c9dc5n;
    for (const letter of text) hash = ((hash ^ BigInt(letter.charCodeAt(0))) * 0x01000193n) & mask;
    return hash;
  };
  let [a, b, c, counter] = [fnv1a(`a/${seed}`), fnv1a(`b/${seed}`), fnv1a(`c/${seed}`), 1n];
  for (let i = 0; ; i++) {
    const sum = (a + b + counter++) & mask;
    a = b ^ (b >> 9n);
    b = (c + (c << 3n)) & mask;
    c = (((c << 21n) | (c >> 11n)) + sum) & mask;
    if (i >= 12) yield Number(sum);
  }
}

/** Computed by an independent implementation. */
const PINNED = [3271903368, 4122021509, 3730913467, 3146953359];

describe('Rng', () => {
  it('is sfc32, seeded by FNV-1a: the same numbers as a plain reference, for any seed', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~]{0,20}$/), (seed) => {
        const expected = reference(seed);
        for (const value of draw(new Rng(seed), 50)) expect(value).toBe(expected.next().value);
      }),
    );
  });

  it('gives these very numbers for seed "1", today and on every machine', () => {
    expect(draw(new Rng('1'), 4)).toEqual(PINNED);
    expect(draw(new Rng(1), 4)).toEqual(PINNED);
  });

  it('gives other numbers for another seed', () => {
    expect(draw(new Rng('1'), 8)).not.toEqual(draw(new Rng('2'), 8));
  });

  it('splits do not depend on what has been drawn already', () => {
    const fresh = new Rng('seed').split('strategy');
    const parent = new Rng('seed');
    draw(parent, 1000);
    expect(draw(parent.split('strategy'), 20)).toEqual(draw(fresh, 20));
  });

  it('drawing from a split does not move its parent', () => {
    const parent = new Rng('seed');
    draw(parent.split('latency'), 1000);
    expect(draw(parent, 20)).toEqual(draw(new Rng('seed'), 20));
  });

  it('splits of different labels, and of different depth, are different', () => {
    const rng = new Rng('seed');
    const firsts = [
      rng.uint32(),
      rng.split('a').uint32(),
      rng.split('b').uint32(),
      rng.split('a').split('b').uint32(),
      rng.split('b').split('a').uint32(),
    ];
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  it('splits are uncorrelated: 64,000 bits of two of them differ in about half', () => {
    const [a, b] = [new Rng('seed').split('a'), new Rng('seed').split('b')];
    let different = 0;
    for (let i = 0; i < 2000; i++) different += bits(a.uint32() ^ b.uint32());
    // Standard deviation of 64,000 fair bits: 126.
    expect(Math.abs(different - 32_000)).toBeLessThan(5 * 126);
  });

  it('unit() lies in [0, 1), evenly: mean, variance and deciles of 100,000 numbers', () => {
    const rng = new Rng('unit');
    const deciles = new Array<number>(10).fill(0);
    let [sum, squares] = [0, 0];
    for (let i = 0; i < 100_000; i++) {
      const value = rng.unit();
      expect(value >= 0 && value < 1).toBe(true);
      deciles[Math.floor(value * 10)]++;
      sum += value;
      squares += value * value;
    }
    const mean = sum / 100_000;
    expect(mean).toBeCloseTo(0.5, 2);
    expect(squares / 100_000 - mean * mean).toBeCloseTo(1 / 12, 2);
    // Chi-squared with 9 degrees of freedom: above 27.9 once in a thousand.
    expect(deciles.reduce((chi, count) => chi + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(27.9);
  });

  it('below(limit) reaches every number below the limit, evenly, and none above', () => {
    const rng = new Rng('below');
    const counts = new Array<number>(6).fill(0);
    for (let i = 0; i < 60_000; i++) counts[rng.below(6)]++;
    expect(counts).toHaveLength(6);
    expect(counts.reduce((chi, count) => chi + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(20.5);
  });

  it('below(limit) has no bias for a limit that does not divide 2^32', () => {
    const rng = new Rng('bias');
    const third = 2 ** 30;
    let low = 0;
    for (let i = 0; i < 30_000; i++) if (rng.below(3 * third) < third) low++;
    // A plain remainder would make it a half instead of a third; standard deviation 82.
    expect(Math.abs(low - 10_000)).toBeLessThan(5 * 82);
  });

  it('below() takes limits from 1 to 2^32', () => {
    const rng = new Rng('limits');
    expect(rng.below(1)).toBe(0);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 32 }), (limit) => {
        const value = rng.below(limit);
        expect(Number.isInteger(value) && value >= 0 && value < limit).toBe(true);
      }),
    );
  });

  it('normal numbers have mean 0, deviation 1 and the right tails', () => {
    const rng = new Rng('normal');
    const values = Array.from({ length: 50_000 }, () => rng.normal());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const square = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(square - 1)).toBeLessThan(0.03);
    const beyond = (limit: number) => values.filter((value) => Math.abs(value) > limit).length / values.length;
    expect(Math.abs(beyond(1) - 0.3173)).toBeLessThan(0.01);
    expect(Math.abs(beyond(2) - 0.0455)).toBeLessThan(0.005);
  });
});

function bits(word: number): number {
  let count = 0;
  for (let rest = word >>> 0; rest !== 0; rest >>>= 1) count += rest & 1;
  return count;
}
