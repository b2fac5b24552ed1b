/** Figures of execution, forecasts and exposure, by key. */
import type { Execution, Horizon } from './execution.ts';
import type { Exposure } from './exposure.ts';
import type { Forecasts } from './forecasts.ts';
import { type LatencyKey, latencyKeys } from './metrics/catalogue/latency.ts';
import { exact, type Metric, missing } from './metrics/metric.ts';
import { exactAmount } from './numbers.ts';

export function executionFigures({ shortfall, markouts, ...execution }: Execution) {
  const all = shortfall[0];
  const money = (part: 'shortfall' | 'decisionDelay' | 'transitDelay' | 'spread' | 'depth' | 'fees' | 'opportunity') =>
    all.n === 0 ? missing('no_data') : exact(exactAmount(all[part]), all.n);
  const after = (horizon: Horizon) =>
    markouts.find((row) => row.horizon === horizon && row.liquidity === 'all') ?? none;
  return {
    'fill.partialShare': execution.partialShare,
    'queue.waitMedian': execution.queueWait.median,
    'slippage.decision': execution.slippageDecision,
    'slippage.arrival': execution.slippageArrival,
    'spread.effectiveHalf': execution.effectiveHalfSpread.all,
    'markout.0': after('0').markout,
    'markout.1s': after('1s').markout,
    'markout.10s': after('10s').markout,
    'markout.60s': after('60s').markout,
    'markout.close': after('close').markout,
    'adverse.1s': after('1s').adverse,
    'adverse.10s': after('10s').adverse,
    'adverse.60s': after('60s').adverse,
    'adverse.close': after('close').adverse,
    'shortfall.total': money('shortfall'),
    'shortfall.decisionDelay': money('decisionDelay'),
    'shortfall.transitDelay': money('transitDelay'),
    'shortfall.spread': money('spread'),
    'shortfall.depth': money('depth'),
    'shortfall.fees': money('fees'),
    'shortfall.opportunity': money('opportunity'),
    'shortfall.ofWanted': scaled(all.basisPoints, 1e-4),
  };
}

const none = { markout: missing('no_data'), adverse: missing('no_data') };

const scaled = (metric: Metric, factor: number): Metric =>
  metric.value === null ? metric : { ...metric, value: metric.value * factor };

export function latencyFigures({ latencies }: Execution): Readonly<Record<LatencyKey, Metric>> {
  return Object.fromEntries(
    latencyKeys.map(([key, stage, quantile]) => {
      const { n, [quantile]: value } = latencies[stage];
      return [key, value === null ? missing('no_data') : exact(value, n)];
    }),
  ) as Record<LatencyKey, Metric>;
}

export function forecastFigures({ all, parts, ...forecasts }: Forecasts) {
  return {
    'kelly.binary': forecasts.kelly,
    'edge.expected': forecasts.expectedEdge,
    'edge.clv': forecasts.clv,
    'edge.clvOfEntry': forecasts.clvOfEntry,
    'edge.beatClose': forecasts.beatClose,
    'score.brier': all.brier,
    'score.brierMarket': all.brierMarket,
    'score.skill': all.skill,
    'score.logLoss': all.logLoss,
    'score.logLossMarket': all.logLossMarket,
    'score.reliability': parts.reliability,
    'score.resolution': parts.resolution,
    'score.uncertainty': parts.uncertainty,
    'score.ece': forecasts.calibrationError,
    'score.spiegelhalterZ': forecasts.spiegelhalterZ,
  };
}

export function exposureFigures(exposure: Exposure) {
  return {
    'exposure.timeInMarket': exposure.timeInMarket,
    'exposure.grossAvg': exposure.grossAverage,
    'exposure.grossMax': exposure.grossMax,
    'exposure.netAvg': exposure.netAverage,
    'turnover.session': exposure.turnover,
    'turnover.contracts': exposure.contractsPerSession,
    'hhi.exposure': exposure.concentration,
  };
}
