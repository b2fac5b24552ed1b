/** Two samples held against each other: how far apart are their distributions? They need not be equally large. */
import { average, total } from '../reports/metrics/moments.ts';

export interface TwoSamples {
  readonly one: { readonly n: number; readonly mean: number };
  readonly other: { readonly n: number; readonly mean: number };
  /** Kolmogorov and Smirnov: the largest distance between the two distributions, 0 to 1. */
  readonly ks: number;
  /** Anderson and Darling, standardised: about 0 for samples of one distribution, and more the more their tails differ. */
  readonly andersonDarling: number;
  /** Wasserstein-1: how far a value has to be moved on average to make the one sample the other, in its unit. */
  readonly wasserstein: number;
}

/** Undefined below two values on either side. */
export function compareSamples(one: readonly number[], other: readonly number[]): TwoSamples | undefined {
  if (one.length < 2 || other.length < 2) return undefined;
  return {
    one: { n: one.length, mean: average(one) },
    other: { n: other.length, mean: average(other) },
    ks: kolmogorovSmirnov(one, other),
    andersonDarling: andersonDarling([one, other]).statistic,
    wasserstein: wasserstein(one, other),
  };
}

/** One distinct value of all samples. */
interface Step {
  readonly value: number;
  /** How many of each sample are it, and how many are below it. */
  readonly at: readonly number[];
  readonly below: readonly number[];
}

/** Every distinct value of the samples, ascending. */
function stepsOf(samples: readonly (readonly number[])[]): readonly Step[] {
  const sorted = samples.map((sample) => [...sample].sort((a, b) => a - b));
  const next = sorted.map(() => 0);
  const steps: Step[] = [];
  for (;;) {
    const value = Math.min(...sorted.map((sample, i) => sample[next[i]] ?? Number.POSITIVE_INFINITY));
    if (value === Number.POSITIVE_INFINITY) return steps;
    const below = [...next];
    for (const [i, sample] of sorted.entries()) while (sample[next[i]] === value) next[i]++;
    steps.push({ value, below, at: next.map((count, i) => count - below[i]) });
  }
}

export function kolmogorovSmirnov(one: readonly number[], other: readonly number[]): number {
  let apart = 0;
  for (const { at, below } of stepsOf([one, other])) {
    apart = Math.max(apart, Math.abs((below[0] + at[0]) / one.length - (below[1] + at[1]) / other.length));
  }
  return apart;
}

/**
 * Exact, ties included: the share of all ways to deal the same values to two samples of these sizes that are as far apart
 * or further (by paths on a grid: Hodges 1958; with ties Schröer and Trenkler 1995).
 */
export function kolmogorovSmirnovChance(one: readonly number[], other: readonly number[]): number {
  const [n, m] = [one.length, other.length];
  // Distances are multiples of 1 / (n m): in whole numbers none is a hair too small.
  const far = Math.round(kolmogorovSmirnov(one, other) * n * m);
  const ends = new Set([0]);
  for (const { at, below } of stepsOf([one, other])) ends.add(below[0] + below[1] + at[0] + at[1]);
  const isFar = (i: number, j: number) => ends.has(i + j) && Math.abs(i * m - j * n) >= far;
  // Chance of having been that far apart on the way to i of the one and j of the other.
  const chances = new Float64Array(m + 1);
  for (let i = 0; i <= n; i++) {
    for (let j = 0; j <= m; j++) {
      const before = (i > 0 ? chances[j] * i : 0) + (j > 0 ? chances[j - 1] * j : 0);
      chances[j] = isFar(i, j) ? 1 : i + j === 0 ? 0 : before / (i + j);
    }
  }
  return chances[m];
}

/** Area between the two distributions. */
export function wasserstein(one: readonly number[], other: readonly number[]): number {
  const steps = stepsOf([one, other]);
  return total(
    steps
      .slice(1)
      .map(
        ({ value, below }, i) => (value - steps[i].value) * Math.abs(below[0] / one.length - below[1] / other.length),
      ),
  );
}

/** What the probability is for at each value of the table, and the table: Scholz and Stephens 1987, table 2. */
const levels = [0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.001];
const table = [
  [0.675, -0.245, -0.105],
  [1.281, 0.25, -0.305],
  [1.645, 0.678, -0.362],
  [1.96, 1.149, -0.391],
  [2.326, 1.822, -0.396],
  [2.573, 2.364, -0.345],
  [3.085, 3.615, -0.154],
];

/**
 * Scholz and Stephens 1987 for any number of samples, with middle ranks for ties. The probability is read off their table
 * by a parabola through the logarithms of its levels, and never below 0.1 % or above 25 %, where it ends.
 */
export function andersonDarling(samples: readonly (readonly number[])[]): {
  readonly statistic: number;
  readonly p: number;
} {
  const sizes = samples.map(({ length }) => length);
  const n = total(sizes);
  let squares = 0;
  for (const { at, below } of stepsOf(samples)) {
    const same = total(at);
    const middle = total(below) + same / 2;
    const spread = middle * (n - middle) - (n * same) / 4;
    if (spread <= 0) continue;
    for (const [i, size] of sizes.entries()) {
      squares += ((same / n) * (n * (below[i] + at[i] / 2) - middle * size) ** 2) / (spread * size);
    }
  }
  const freedom = samples.length - 1;
  const statistic = (((n - 1) / n) * squares - freedom) / Math.sqrt(andersonDarlingVariance(sizes, n));
  const critical = table.map(([b0, b1, b2]) => b0 + b1 / Math.sqrt(freedom) + b2 / freedom);
  const p = Math.exp(parabola(critical, levels.map(Math.log))(statistic));
  return { statistic, p: statistic < critical[0] ? 0.25 : statistic > critical[6] ? 0.001 : p };
}

/** Their formula (4); the letters are theirs. */
function andersonDarlingVariance(sizes: readonly number[], n: number): number {
  const k = sizes.length;
  const H = total(sizes.map((size) => 1 / size));
  let [h, g] = [0, 0];
  for (let i = 1; i < n; i++) {
    // By now h is the sum of 1 / (n - 1) to 1 / (n - i + 1).
    if (i > 1) g += h / i;
    h += 1 / (n - i);
  }
  const a = (4 * g - 6) * (k - 1) + (10 - 6 * g) * H;
  const b = (2 * g - 4) * k ** 2 + 8 * h * k + (2 * g - 14 * h - 4) * H - 8 * h + 4 * g - 6;
  const c = (6 * h + 2 * g - 2) * k ** 2 + (4 * h - 4 * g + 6) * k + (2 * h - 6) * H + 4 * h;
  const d = (2 * h + 6) * k ** 2 - 4 * h * k;
  return (a * n ** 3 + b * n ** 2 + c * n + d) / ((n - 1) * (n - 2) * (n - 3));
}

/** Least squares, by orthogonal polynomials of the given points. */
function parabola(x: readonly number[], y: readonly number[]): (at: number) => number {
  const product = (a: readonly number[], b: readonly number[]) => total(a.map((value, i) => value * b[i]));
  const center = average(x);
  const first = x.map((value) => value - center);
  const lean =
    product(
      first,
      first.map((value) => value ** 2),
    ) / product(first, first);
  const level = product(first, first) / x.length;
  const second = first.map((value) => value ** 2 - lean * value - level);
  const weights = [first, second].map((term) => product(term, y) / product(term, term));
  const middle = average(y);
  return (at) => {
    const off = at - center;
    return middle + weights[0] * off + weights[1] * (off ** 2 - lean * off - level);
  };
}
