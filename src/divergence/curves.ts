/**
 * How alike two curves of results look, for those who know such figures from LEAN. They are footnotes: curves that go
 * together may differ in every order, and money says more.
 */
import { type Micros, moneyToNumber } from '../market/units.ts';
import { correlation, trackingError } from '../reports/metrics/portfolio.ts';
import type { Side } from './side.ts';

/** Equal steps of time at which both curves are read. */
const STEPS = 240;
/** Steps by which a moment of one curve may be held against another moment of the other: a tenth of them all. */
const BAND = STEPS / 10;

export interface CurveLikeness {
  /** Of the changes from step to step; null where a side does not change. */
  readonly correlation: number | null;
  /** Standard deviation of the change of the gap over the session, in money. */
  readonly trackingError: number;
  /** Mean distance after the best stretching of time, in money. */
  readonly warped: number;
}

/** Undefined where a side has no equity, or no time passes. */
export function curveLikeness(one: Side, other: Side): CurveLikeness | undefined {
  const from = Math.min(one.equity[0]?.at ?? Number.NaN, other.equity[0]?.at ?? Number.NaN);
  const to = Math.max(one.equity.at(-1)?.at ?? Number.NaN, other.equity.at(-1)?.at ?? Number.NaN);
  if (!(to > from)) return undefined;
  const times = Array.from({ length: STEPS + 1 }, (_, i) => from + (i * (to - from)) / STEPS);
  const [ours, theirs] = [resultsAt(one, times), resultsAt(other, times)];
  const [a, b] = [changes(ours), changes(theirs)];
  return {
    correlation: correlation(a, b).value,
    trackingError: trackingError(a, b, STEPS).value ?? 0,
    warped: warpedDistance(ours, theirs, BAND),
  };
}

/** Change since the start at each of the times. */
export function resultsAt({ equity, openingCash }: Side, times: readonly Micros[]): number[] {
  let next = 0;
  let value = 0;
  return times.map((at) => {
    while (next < equity.length && equity[next].at <= at) value = moneyToNumber(equity[next++].equity - openingCash);
    return value;
  });
}

const changes = (values: readonly number[]): number[] => values.slice(1).map((value, i) => value - values[i]);

/**
 * Dynamic time warping of two curves of equal length (Sakoe and Chiba 1978): the symmetric form without slopes, a step
 * on both counted twice, divided by the sum of the lengths; `band` is their adjustment window.
 */
export function warpedDistance(one: readonly number[], other: readonly number[], band: number): number {
  const n = one.length;
  let above = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
  above[0] = 0;
  for (let i = 1; i <= n; i++) {
    const row = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
    for (let j = Math.max(1, i - band); j <= Math.min(n, i + band); j++) {
      const apart = Math.abs(one[i - 1] - other[j - 1]);
      row[j] = Math.min(above[j] + apart, row[j - 1] + apart, above[j - 1] + 2 * apart);
    }
    above = row;
  }
  return above[n] / (2 * n);
}
