/** Runs side by side as parts of one portfolio, on the sessions that all have. */
import type { Analysis } from './analysis.ts';
import { type Metric, missing } from './metrics/metric.ts';
import {
  alpha,
  beta,
  concentration,
  correlation,
  diversification,
  effectiveNumber,
  informationRatio,
  trackingError,
} from './metrics/portfolio.ts';
import { sessionReturns } from './metrics/returns.ts';
import type { RunReport } from './run-report.ts';

/** Against the first run. */
export interface AgainstFirst {
  readonly beta: Metric;
  readonly alpha: Metric;
  readonly trackingError: Metric;
  readonly informationRatio: Metric;
}

export interface Portfolio {
  /** Days that every run has, in order. */
  readonly days: readonly string[];
  /** By run: results of these days, in money. */
  readonly results: readonly (readonly number[])[];
  readonly combined: readonly number[];
  /** Of the results in money, run by run. */
  readonly correlations: readonly (readonly Metric[])[];
  readonly againstFirst: readonly AgainstFirst[];
  /** What each run adds to the variance of all together, as a part of it: its beta to them, in money. They add up to 1. */
  readonly variance: readonly Metric[];
  readonly diversification: Metric;
  /** Of the runs' absolute results; and how many equal runs would be as concentrated. */
  readonly concentration: Metric;
  readonly effectiveRuns: Metric;
}

/** Undefined for a single run. */
export function portfolioOf(reports: readonly RunReport[]): Portfolio | undefined {
  if (reports.length < 2) return undefined;
  const runs = reports.map(({ analysis }) => sessionsByDay(analysis));
  const currencies = new Set(reports.map(({ analysis }) => analysis.currency));
  const hasOneCurrency = currencies.size === 1 && !currencies.has(undefined);
  const days = [...runs[0].keys()].filter((day) => runs.every((run) => run.has(day)));
  const results = runs.map((run) => days.map((day) => run.get(day)?.result ?? 0));
  const returns = runs.map((run) => days.map((day) => run.get(day)?.rate ?? 0));
  const money = (metric: () => Metric) => (hasOneCurrency ? metric() : missing('mixed_currency', days.length));
  const periods = Math.max(...reports.map(({ analysis }) => analysis.calendar.periodsPerYear));
  const combined = days.map((_, i) => results.reduce((sum, run) => sum + run[i], 0));
  const spread = money(() => concentration(results.map((run) => run.reduce((sum, value) => sum + value, 0))));
  return {
    days,
    results,
    combined: hasOneCurrency ? combined : [],
    correlations: results.map((a) => results.map((b) => correlation(a, b))),
    againstFirst: returns.map((of) => ({
      beta: beta(of, returns[0]),
      alpha: alpha(of, returns[0], periods),
      trackingError: trackingError(of, returns[0], periods),
      informationRatio: informationRatio(of, returns[0], periods),
    })),
    variance: results.map((run) => money(() => beta(run, combined))),
    diversification: money(() =>
      diversification(
        results,
        results.map(() => 1),
      ),
    ),
    concentration: spread,
    effectiveRuns: effectiveNumber(spread),
  };
}

/** In money, and as a part of equity. */
export interface SessionResult {
  readonly result: number;
  readonly rate: number;
}

export function sessionsByDay({ sessions, closes }: Analysis): Map<string, SessionResult> {
  const rates = sessionReturns(closes);
  return new Map(
    sessions.slice(0, rates.length).map(({ day }, i) => [day, { result: closes[i + 1] - closes[i], rate: rates[i] }]),
  );
}
