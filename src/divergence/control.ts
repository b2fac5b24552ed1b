/** Control charts: from which session on is it not as it was? One value is one session. */
import { median } from 'simple-statistics';

/** What values are like as long as nothing changes. */
export interface Usual {
  readonly center: number;
  readonly sigma: number;
}

/** Mean range of two values that follow each other, in sigmas (d2 of Shewhart's chart for individuals). */
const RANGE_SIGMAS = 1.128;

/**
 * Of the values themselves: their median, which stays where most sessions are when some have moved (the mean would go with
 * them, and those before would look odd), and sigma from the ranges of neighbours, of which a move widens one alone.
 */
export function usualOf(values: readonly number[]): Usual {
  const center = median(values as number[]);
  const ranges = values.slice(1).map((value, i) => Math.abs(value - values[i]));
  const sigma = ranges.reduce((sum, range) => sum + range, 0) / Math.max(1, ranges.length) / RANGE_SIGMAS;
  return { center, sigma };
}

/** Sigmas from the centre within which single values lie. */
export const SHEWHART_LIMIT = 3;

/**
 * Page 1954. In sigmas: `SLACK` is half of the shift that is to be found, `DECISION` what adds up to a signal; with these a
 * false one comes after 465 sessions on average (Montgomery).
 */
const SLACK = 0.5;
export const DECISION = 5;

export interface Cusum {
  /** What lies above the centre by more than the slack, added up, in sigmas; and what lies below, with a minus. */
  readonly upper: readonly number[];
  readonly lower: readonly number[];
  /** Position of the first value with a signal. */
  readonly signal: number | undefined;
}

export function cusum(values: readonly number[], { center, sigma }: Usual): Cusum {
  const upper: number[] = [];
  const lower: number[] = [];
  for (const [i, value] of values.entries()) {
    const off = (value - center) / sigma;
    upper.push(Math.max(0, (upper[i - 1] ?? 0) + off - SLACK));
    lower.push(Math.min(0, (lower[i - 1] ?? 0) + off + SLACK));
  }
  return { upper, lower, signal: first(values, (i) => upper[i] > DECISION || lower[i] < -DECISION) };
}

/** Roberts 1959: weight of the newest value, and sigmas of the moving mean that are too many. */
const EWMA_WEIGHT = 0.2;
const EWMA_LIMIT = 3;

export interface Ewma {
  readonly level: readonly number[];
  /** Distance from the centre that is too far; it grows to its final width over the first values. */
  readonly limit: readonly number[];
  readonly signal: number | undefined;
}

export function ewma(values: readonly number[], { center, sigma }: Usual, weight = EWMA_WEIGHT): Ewma {
  const level: number[] = [];
  for (const [i, value] of values.entries()) level.push(weight * value + (1 - weight) * (level[i - 1] ?? center));
  const limit = values.map(
    (_, i) => EWMA_LIMIT * sigma * Math.sqrt((weight / (2 - weight)) * (1 - (1 - weight) ** (2 * (i + 1)))),
  );
  return { level, limit, signal: first(values, (i) => Math.abs(level[i] - center) > limit[i]) };
}

/** Positions, from 0, of the first session that each chart says is not like the others. */
export interface Signals {
  readonly limits: number | undefined;
  readonly cusum: number | undefined;
  readonly ewma: number | undefined;
}

/** Nothing signals where nothing varies. */
export function signalsOf(values: readonly number[]): Signals {
  const usual = usualOf(values);
  if (!(usual.sigma > 0)) return { limits: undefined, cusum: undefined, ewma: undefined };
  return {
    limits: first(values, (i) => Math.abs(values[i] - usual.center) > SHEWHART_LIMIT * usual.sigma),
    cusum: cusum(values, usual).signal,
    ewma: ewma(values, usual).signal,
  };
}

function first(values: readonly number[], test: (i: number) => boolean): number | undefined {
  const found = values.findIndex((_, i) => test(i));
  return found < 0 ? undefined : found;
}
