/** What a figure is: a value or the reason why there is none, and how much it rests on. */

/** Why a figure is undefined. It is then null: never NaN, infinite, 0 or a number that stands for something else. */
export type ReasonCode =
  | 'no_data'
  | 'insufficient_data'
  | 'zero_variance'
  | 'no_trades'
  | 'no_losses'
  | 'no_wins'
  | 'no_drawdown'
  | 'not_recovered'
  | 'nonpositive_equity'
  | 'nonpositive_denominator'
  | 'not_applicable'
  | 'unresolved'
  | 'mixed_currency';

export type Reliability = 'ok' | 'low' | 'very_low';

export interface Metric {
  readonly value: number | null;
  /** Only where the value is null. */
  readonly reason?: ReasonCode;
  /** Observations behind it: sessions, trips, lots, orders, ... as the metric says. */
  readonly n: number;
  /** Only where the value is a ratio estimated from `n` observations. */
  readonly reliability?: Reliability;
  /** 95 % bounds, where the metric has them. */
  readonly interval?: Interval;
  /** Resamples that the interval had to do without, of `RESAMPLES`: the figure was undefined in them. */
  readonly discarded?: number;
  /** Of a rate whose bets share events: the same with whole events drawn anew, which is wider if they go together. */
  readonly eventInterval?: Interval;
}

export type Interval = readonly [low: number, high: number];

/** A figure that is what it is, such as a sum of money. */
export function exact(value: number, n: number): Metric {
  // What overflows (a year's return from a minute's) says nothing that the data could support.
  return Number.isFinite(value) ? { value, n } : missing('insufficient_data', n);
}

/** A figure estimated from `n` observations. */
export function estimate(value: number, n: number, interval?: Interval): Metric {
  if (!Number.isFinite(value)) return missing('insufficient_data', n);
  return { value, n, reliability: reliabilityOf(n), ...(interval && { interval }) };
}

export function missing(reason: ReasonCode, n = 0): Metric {
  return { value: null, reason, n };
}

export function reliabilityOf(n: number): Reliability {
  if (n >= 60) return 'ok';
  return n >= 20 ? 'low' : 'very_low';
}
