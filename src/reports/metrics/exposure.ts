/** How much was held, and for how long. */
import { estimate, exact, type Metric, missing } from './metric.ts';
import { average, total } from './moments.ts';

/** From `from` up to `to`; values in money, signed, of one position. */
export interface Held {
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

/** A step of what all positions are worth together: from `at` until the next one. */
export interface ExposureStep {
  readonly at: number;
  /** Positions that are not zero. */
  readonly positions: number;
  readonly gross: number;
  readonly net: number;
}

/** The last step is at the end of the last position, with nothing held. */
export function exposureSteps(held: readonly Held[]): ExposureStep[] {
  const changes = held
    .filter(({ from, to }) => to > from)
    .flatMap(({ from, to, value }) => [
      { at: from, positions: 1, gross: Math.abs(value), net: value },
      { at: to, positions: -1, gross: -Math.abs(value), net: -value },
    ])
    .sort((a, b) => a.at - b.at);
  const steps: ExposureStep[] = [];
  let positions = 0;
  let gross = 0;
  let net = 0;
  for (const [i, change] of changes.entries()) {
    positions += change.positions;
    // Where nothing is held, what rounding left is gone too.
    gross = positions === 0 ? 0 : gross + change.gross;
    net = positions === 0 ? 0 : net + change.net;
    if (changes[i + 1]?.at !== change.at) steps.push({ at: change.at, positions, gross, net });
  }
  return steps;
}

/** Part of the open time in which anything was held. */
export function timeInMarket(steps: readonly ExposureStep[], openTime: number): Metric {
  if (!(openTime > 0)) return missing('no_data');
  const held = total(lengths(steps).map((length, i) => (steps[i].positions > 0 ? length : 0)));
  return exact(held / openTime, steps.length);
}

export interface ExposureFigures {
  readonly grossAverage: Metric;
  readonly grossMax: Metric;
  readonly netAverage: Metric;
}

/** Over equity; the mean is over all of the open time, flat or not. */
export function exposureFigures(
  steps: readonly ExposureStep[],
  openTime: number,
  equityAt: (time: number) => number,
): ExposureFigures {
  const n = steps.length;
  const equity = steps.map(({ at }) => equityAt(at));
  const none = !(openTime > 0)
    ? missing('no_data')
    : equity.some((e) => e <= 0)
      ? missing('nonpositive_equity', n)
      : undefined;
  if (none) return { grossAverage: none, grossMax: none, netAverage: none };
  const durations = lengths(steps);
  const mean = (value: (step: ExposureStep) => number) =>
    exact(total(steps.map((step, i) => (value(step) / equity[i]) * durations[i])) / openTime, n);
  return {
    grossAverage: mean(({ gross }) => gross),
    grossMax: exact(
      steps.reduce((most, { gross }, i) => Math.max(most, gross / equity[i]), 0),
      n,
    ),
    netAverage: mean(({ net }) => net),
  };
}

/** Of one session: both sides of every trade over its average equity. */
export function turnover(notional: readonly number[], averageEquity: number): number {
  return total(notional.map(Math.abs)) / averageEquity;
}

/** Mean over the sessions; each must have equity above zero. */
export function turnoverPerSession(sessions: readonly { notional: readonly number[]; equity: number }[]): Metric {
  const n = sessions.length;
  if (n === 0) return missing('no_data');
  if (sessions.some(({ equity }) => !(equity > 0))) return missing('nonpositive_equity', n);
  return estimate(average(sessions.map(({ notional, equity }) => turnover(notional, equity))), n);
}

function lengths(steps: readonly ExposureStep[]): number[] {
  return steps.map(({ at }, i) => (steps[i + 1]?.at ?? at) - at);
}
