/** Probabilities against what came about. */
import { max, min } from 'simple-statistics';
import { estimate, type Interval, type Metric, missing } from './metric.ts';
import { average, total } from './moments.ts';
import { wilsonInterval } from './uncertainty.ts';

/** What was said of YES, by us and by the market at that moment, and what came: 1 or 0. */
export interface Forecast {
  readonly probability: number;
  readonly market: number;
  readonly outcome: 0 | 1;
}

/** Probabilities of 0 and 1 would cost without end if they are wrong. */
const CLIP = 1e-6;

/** Mean squared error: 0 is perfect, 0.25 is what always saying one half gets. */
export function brierScore(probabilities: readonly number[], outcomes: readonly number[]): Metric {
  return meanOf(probabilities.map((probability, i) => (probability - outcomes[i]) ** 2));
}

/** Part of the market's Brier score that ours does without. */
export function brierSkill(ours: Metric, market: Metric): Metric {
  if (ours.value === null) return ours;
  if (market.value === null) return market;
  return market.value > 0
    ? estimate(1 - ours.value / market.value, ours.n)
    : missing('nonpositive_denominator', ours.n);
}

/** Mean of minus the natural logarithm of what was given to that which came. */
export function logLoss(probabilities: readonly number[], outcomes: readonly number[]): Metric {
  return meanOf(
    probabilities.map((probability, i) => {
      const clipped = Math.min(Math.max(probability, CLIP), 1 - CLIP);
      return -Math.log(outcomes[i] === 1 ? clipped : 1 - clipped);
    }),
  );
}

export function clippedCount(probabilities: readonly number[]): number {
  return probabilities.filter((probability) => probability < CLIP || probability > 1 - CLIP).length;
}

/** One bin of forecasts that lie close to each other. */
export interface CalibrationBin {
  readonly n: number;
  /** Lowest and highest forecast in it. */
  readonly from: number;
  readonly to: number;
  /** Mean forecast. */
  readonly probability: number;
  /** How often YES came. */
  readonly rate: number;
  readonly interval: Interval;
}

/** Indices of the forecasts of each bin: ten of equal count, fewer below a hundred forecasts. */
export function equalCountBins(probabilities: readonly number[]): number[][] {
  const n = probabilities.length;
  if (n === 0) return [];
  const count = Math.min(n, n < 100 ? Math.max(2, Math.floor(n / 10)) : 10);
  const ascending = [...probabilities.keys()].sort((a, b) => probabilities[a] - probabilities[b] || a - b);
  return Array.from({ length: count }, (_, k) =>
    ascending.slice(Math.floor((k * n) / count), Math.floor(((k + 1) * n) / count)),
  );
}

export function calibrationCurve(
  probabilities: readonly number[],
  outcomes: readonly number[],
  bins: readonly (readonly number[])[] = equalCountBins(probabilities),
): CalibrationBin[] {
  return bins.map((bin) => {
    const said = bin.map((i) => probabilities[i]);
    const hits = bin.filter((i) => outcomes[i] === 1).length;
    return {
      n: bin.length,
      from: min(said),
      to: max(said),
      probability: average(said),
      rate: hits / bin.length,
      interval: wilsonInterval(hits, bin.length) as Interval,
    };
  });
}

/** The parts of a Brier score: REL - RES + UNC + WBV - WBC, exactly (Stephenson, Coelho and Jolliffe 2008). */
export interface BrierParts {
  /** How far the bins' forecasts are from how often YES came. */
  readonly reliability: Metric;
  /** How far the bins differ from each other in what came. */
  readonly resolution: Metric;
  readonly uncertainty: Metric;
  readonly withinVariance: Metric;
  readonly withinCovariance: Metric;
}

export function brierParts(
  probabilities: readonly number[],
  outcomes: readonly number[],
  bins: readonly (readonly number[])[] = equalCountBins(probabilities),
): BrierParts {
  const n = probabilities.length;
  if (n === 0) {
    const none = missing('no_data');
    return { reliability: none, resolution: none, uncertainty: none, withinVariance: none, withinCovariance: none };
  }
  const rate = average(outcomes);
  const curve = calibrationCurve(probabilities, outcomes, bins);
  const byBin = (part: (bin: CalibrationBin) => number) =>
    estimate(total(curve.map((bin) => bin.n * part(bin))) / n, n);
  const within = (part: (said: number, came: number) => number) =>
    estimate(
      total(
        bins.flatMap((bin, k) =>
          bin.map((i) => part(probabilities[i] - curve[k].probability, outcomes[i] - curve[k].rate)),
        ),
      ) / n,
      n,
    );
  return {
    reliability: byBin((bin) => (bin.probability - bin.rate) ** 2),
    resolution: byBin((bin) => (bin.rate - rate) ** 2),
    uncertainty: estimate(rate * (1 - rate), n),
    withinVariance: within((said) => said ** 2),
    withinCovariance: within((said, came) => 2 * said * came),
  };
}

/** Mean distance between forecast and frequency, over the bins, by their counts. */
export function expectedCalibrationError(curve: readonly CalibrationBin[]): Metric {
  const n = total(curve.map((bin) => bin.n));
  if (n === 0) return missing('no_data');
  return estimate(total(curve.map((bin) => bin.n * Math.abs(bin.probability - bin.rate))) / n, n);
}

/** About standard normal if the forecasts are calibrated (Spiegelhalter 1986). */
export function spiegelhalterZ(probabilities: readonly number[], outcomes: readonly number[]): Metric {
  const n = probabilities.length;
  if (n === 0) return missing('no_data');
  const above = total(probabilities.map((p, i) => (outcomes[i] - p) * (1 - 2 * p)));
  const variance = total(probabilities.map((p) => (1 - 2 * p) ** 2 * p * (1 - p)));
  return variance > 0 ? estimate(above / Math.sqrt(variance), n) : missing('zero_variance', n);
}

/** Share of capital by Kelly's rule for one binary bet: `cost` is all-in, of the side that `probability` is of. */
export function kellyBinary(probability: number, cost: number): number | null {
  return cost < 1 ? (probability - cost) / (1 - cost) : null;
}

function meanOf(values: readonly number[]): Metric {
  return values.length === 0 ? missing('no_data') : estimate(average(values), values.length);
}
