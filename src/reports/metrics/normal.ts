/**
 * The normal distribution to double precision. (simple-statistics has a table of four digits and an error function of
 * seven.)
 */

/** Beyond it the tail has its own formula, with all its digits; before it, a series of some thirty terms. */
const SERIES_UP_TO = 2;

/** Probability of a value up to `z`. */
export function normalCdf(z: number): number {
  const x = Math.abs(z);
  if (x > 38) return z < 0 ? 0 : 1;
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (x < SERIES_UP_TO) {
    const half = density * oddSeries(x);
    return z < 0 ? 0.5 - half : 0.5 + half;
  }
  const tail = density / tailFraction(x);
  return z < 0 ? tail : 1 - tail;
}

/** x + x^3 / 3 + x^5 / 15 + ...: times the density it is the probability between 0 and x. */
function oddSeries(x: number): number {
  let term = x;
  let total = x;
  for (let divisor = 3; term > total * 1e-17; divisor += 2) {
    term *= (x * x) / divisor;
    total += term;
  }
  return total;
}

/** x + 1/(x + 2/(x + 3/(x + ...))): the density over it is the probability beyond x. */
function tailFraction(x: number): number {
  let fraction = x;
  for (let k = 100; k > 0; k--) fraction = x + k / fraction;
  return fraction;
}

/** The value with probability `p` below it, 0 < p < 1: Newton's method with Halley's correction on the distribution. */
export function normalQuantile(p: number): number {
  // The tail is found with its own sign, where it is small and has all its digits.
  if (p > 0.5) return -normalQuantile(1 - p);
  let z = roughQuantile(p);
  for (let i = 0; i < 3; i++) {
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    const step = (normalCdf(z) - p) / density;
    z -= step / (1 + (z * step) / 2);
  }
  return z;
}

/** Abramowitz and Stegun 26.2.23, good to 4.5e-4, for p up to one half. */
function roughQuantile(p: number): number {
  const t = Math.sqrt(-2 * Math.log(p));
  return (
    (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t) - t
  );
}
