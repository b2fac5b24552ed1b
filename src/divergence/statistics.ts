/**
 * Statistics across sessions. A session is one observation: fills inside one are not independent. Formulas: Student 1908;
 * Wilcoxon 1945; Benjamini and Hochberg 1995; Schuirmann 1987 (two one-sided tests); Bland and Altman 1986; McNemar 1947.
 */
/** Below it intervals are shown and no probabilities. */
export const SESSIONS_MIN = 10;

/** Deviations on either side of the mean, as Bland and Altman have them. */
const LIMITS = 1.96;

/** Of the gaps of sessions, in any unit of money. */
export interface GapStatistics {
  readonly n: number;
  readonly mean: number;
  /** 95 %, by Student's distribution. */
  readonly interval: readonly [number, number];
  /** Within which 95 % of sessions lie. */
  readonly limits: readonly [number, number];
  /** Two-sided: is the mean zero? */
  readonly tTest: number;
  /** Two-sided, exact: is the median zero? */
  readonly wilcoxon: number;
  /** That the mean is at or below -budget, and at or above it; equivalent at 5 % if both are below that. */
  readonly equivalence: { readonly budget: number; readonly p: readonly [number, number]; readonly holds: boolean };
}

/** Undefined below two sessions, and where all gaps are equal: then nothing varies. */
export function gapStatistics(gaps: readonly number[], budget: number): GapStatistics | undefined {
  const test = studentTest(gaps);
  if (!test) return undefined;
  const { n, mean, error, p: tTest } = test;
  const half = studentQuantile(0.975, n - 1) * error;
  const spread = LIMITS * error * Math.sqrt(n);
  const p = [1 - studentCdf((mean + budget) / error, n - 1), studentCdf((mean - budget) / error, n - 1)] as const;
  return {
    n,
    mean,
    interval: [mean - half, mean + half],
    limits: [mean - spread, mean + spread],
    tTest,
    wilcoxon: wilcoxonSignedRank(gaps),
    equivalence: { budget, p, holds: Math.max(...p) < 0.05 },
  };
}

/** Two-sided: is the mean zero? Undefined below two values, and where all are equal. */
export function studentTest(
  values: readonly number[],
): { readonly n: number; readonly mean: number; readonly error: number; readonly p: number } | undefined {
  const n = values.length;
  // The mean of equal values may be off by a rounding, and that is no deviation.
  if (n < 2 || values.every((value) => value === values[0])) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const error = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1) / n);
  if (error === 0) return undefined;
  return { n, mean, error, p: 2 * studentCdf(-Math.abs(mean / error), n - 1) };
}

/** Two-sided, exact, of how many were filled on the one side only and on the other only. */
export function mcNemar(onlyOne: number, onlyOther: number): number {
  const n = onlyOne + onlyOther;
  let [tail, term] = [0, 0.5 ** n];
  for (let k = 0; k <= Math.min(onlyOne, onlyOther); k++) {
    tail += term;
    term *= (n - k) / (k + 1);
  }
  return Math.min(1, 2 * tail);
}

/** Adjusted for how many tests there are: what is below 5 % then is chance in at most 5 % of such finds. */
export function benjaminiHochberg(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((a, b) => p[b] - p[a]);
  const adjusted: number[] = [];
  let least = 1;
  for (const [above, i] of order.entries()) {
    least = Math.min(least, (p[i] * p.length) / (p.length - above));
    adjusted[i] = least;
  }
  return adjusted;
}

/** Exact, by counting the sums of ranks over all signs; zeros are left out, ties share their mean rank. */
export function wilcoxonSignedRank(gaps: readonly number[]): number {
  const values = gaps.filter((gap) => gap !== 0).sort((a, b) => Math.abs(a) - Math.abs(b));
  // Twice the rank, so that a mean of two is whole.
  const ranks = values.map((value) => {
    const same = values.flatMap((each, i) => (Math.abs(each) === Math.abs(value) ? [i + 1] : []));
    return same[0] + same[same.length - 1];
  });
  const total = ranks.reduce((sum, rank) => sum + rank, 0);
  let ways = new Float64Array(total + 1);
  ways[0] = 1;
  for (const rank of ranks) {
    const next = ways.map((count) => count / 2);
    for (let sum = rank; sum <= total; sum++) next[sum] += ways[sum - rank] / 2;
    ways = next;
  }
  const positive = ranks.reduce((sum, rank, i) => (values[i] > 0 ? sum + rank : sum), 0);
  const tail = ways.slice(0, Math.min(positive, total - positive) + 1).reduce((sum, share) => sum + share, 0);
  return Math.min(1, 2 * tail);
}

/** Probability of a value of Student's distribution up to `t`. */
export function studentCdf(t: number, freedom: number): number {
  const tail = incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2;
  return t > 0 ? 1 - tail : tail;
}

/** The value with probability `p` below it, by halving. */
function studentQuantile(p: number, freedom: number): number {
  let [low, high] = [0, 1];
  while (studentCdf(high, freedom) < p) high *= 2;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (studentCdf(middle, freedom) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Regularised, by its continued fraction (Abramowitz and Stegun 26.5.8), from the side where that is short. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log(1 - x) - logBeta(a, b)) / a;
  let fraction = 1;
  for (let m = 200; m > 0; m--) {
    const k = m >> 1;
    const term =
      m % 2 === 0
        ? (k * (b - k) * x) / ((a + m - 1) * (a + m))
        : (-(a + k) * (a + b + k) * x) / ((a + m - 1) * (a + m));
    fraction = 1 + term / fraction;
  }
  return front / fraction;
}

/** Of whole and half numbers, which is all that is asked for: log B(a, b) by the gamma function's recurrence. */
function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

function logGamma(x: number): number {
  let [log, at] = [0, x];
  while (at > 1) log += Math.log(--at);
  return at === 0.5 ? log + Math.log(Math.PI) / 2 : log;
}
