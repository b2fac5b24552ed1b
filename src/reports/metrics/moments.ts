import { mean, sum } from 'simple-statistics';

/** Compensated (Neumaier), in the order given. The library asks for arrays that may change, and changes none. */
export const total = (values: readonly number[]): number => sum(values as number[]);
export const average = (values: readonly number[]): number => mean(values as number[]);

export interface Moments {
  readonly n: number;
  readonly mean: number;
  /** Sample standard deviation, ddof 1; NaN below two values. */
  readonly deviation: number;
  /** Population skew; NaN if all values are equal. */
  readonly skew: number;
  /** Population kurtosis, raw: 3 for a normal distribution. */
  readonly kurtosis: number;
}

/** Moments of at least one value. */
export function momentsOf(values: readonly number[]): Moments {
  const n = values.length;
  const center = average(values);
  const powerSum = (power: number) => total(values.map((value) => (value - center) ** power));
  const squares = powerSum(2);
  const variance = squares / n;
  return {
    n,
    mean: center,
    deviation: n > 1 ? Math.sqrt(squares / (n - 1)) : Number.NaN,
    skew: powerSum(3) / n / variance ** 1.5,
    kurtosis: powerSum(4) / n / variance ** 2,
  };
}

/**
 * Whether a standard deviation is nothing but rounding: that of [0.1, 0.1, 0.1] is 1.7e-17, and dividing by it would
 * give a Sharpe ratio of 9e16.
 */
export function isFlat(deviation: number, values: readonly number[]): boolean {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return deviation <= 1e-12 * largest;
}
