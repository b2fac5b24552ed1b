/** What the JSON of a report looks like, for those who read it with programs: schemas/report.json. */
import { z } from 'zod';
import { evidenceGrades } from '../market/fill.ts';
import { horizons } from './execution.ts';
import { reasons } from './format.ts';
import { type LatencyStage, latencyStages } from './metrics/catalogue/latency.ts';
import { catalogue, metricKeys } from './metrics/catalogue.ts';
import type { ReasonCode } from './metrics/metric.ts';
import { exactMoney, interval, number, outputSchemaOf, text, whole } from './schema-parts.ts';

const micros = z.int().describe('microseconds since 1970 UTC');
const grade = z.enum(evidenceGrades);

const metric = z
  .strictObject({
    value: number.nullable(),
    reason: z
      .enum(Object.keys(reasons) as ReasonCode[])
      .optional()
      .describe('why the value is null'),
    n: whole.describe('observations behind it'),
    reliability: z.enum(['ok', 'low', 'very_low']).optional().describe('of a ratio estimated from n observations'),
    interval: interval.optional(),
    discarded: whole.optional().describe('resamples without a value, left out of the interval'),
    eventInterval: interval.optional().describe('of a rate whose bets share events: whole events drawn anew'),
  })
  .meta({ id: 'metric', description: 'a figure, or the reason why there is none' });

const metrics = z
  .strictObject(
    Object.fromEntries(metricKeys.map((key) => [key, metric.describe(catalogue[key].label)])) as Record<
      string,
      typeof metric
    >,
  )
  .describe('money in units of the currency, times in microseconds, fractions: 0.01 is 1 %');

const warning = z.strictObject({ code: text, text });

const market = z.strictObject({
  instrument: text,
  fills: whole,
  tradedSize: number,
  gross: number,
  fees: number,
  net: number,
  held: number.describe('signed size at the end'),
  settled: z.boolean(),
  fillRate: metric.describe('orders with any fill over accepted ones'),
  fillRateQty: metric.describe('filled over submitted size'),
});

const evidence = z.strictObject({
  grade,
  fills: whole,
  size: number,
  makerSize: number,
  fees: number,
  lots: whole.describe('whose weakest fill is of this grade'),
  net: number.describe('of these lots'),
});

const trade = z.strictObject({
  instrument: text,
  side: z.enum(['long', 'short']),
  openedAt: micros,
  closedAt: micros,
  maxSize: number,
  entryPrice: number,
  exitPrice: number,
  gross: number,
  fees: number,
  net: number,
  exit: z.enum(['trade', 'settlement']),
  evidence: grade.nullable().describe('of its weakest fill'),
  tag: text,
});

const coverage = z.strictObject({
  instrument: text,
  from: micros,
  to: micros,
  gaps: whole,
  unusable: z.int().describe('microseconds in which the book could not be relied on'),
});

const sensitivity = z.strictObject({
  change: text,
  by: z.enum(['arithmetic', 'replay']),
  net: number,
  difference: number,
  trips: whole.optional(),
  winRate: metric.optional(),
  fillRate: metric.optional(),
});

const liquidity = z.enum(['all', 'maker', 'taker']);
const quantiles = z.strictObject({
  n: whole,
  p50: number.nullable(),
  p90: number.nullable(),
  p99: number.nullable(),
  max: number.nullable(),
});
const fillRate = z.strictObject({ bucket: text, orders: whole, filled: whole, rate: metric });

const execution = z.strictObject({
  shortfall: z
    .array(
      z.strictObject({
        orders: z.enum([...liquidity.options, 'unfilled']),
        n: whole,
        skipped: whole.describe('left out: a side of the book was empty'),
        paper: number,
        actual: number,
        shortfall: number.describe('the sum of the parts; above 0 is a cost'),
        decisionDelay: number,
        transitDelay: number,
        spread: number,
        depth: number,
        fees: number,
        opportunity: number,
        wanted: number,
        basisPoints: metric,
      }),
    )
    .describe('money'),
  byDistance: z.array(fillRate),
  byQueue: z.array(fillRate),
  queueWait: z
    .strictObject({
      n: whole,
      median: metric,
      survival: z.array(z.strictObject({ time: number, waiting: number, atRisk: whole })).max(200),
    })
    .describe('microseconds from arrival to the first fill'),
  latencies: z
    .strictObject(
      Object.fromEntries(latencyStages.map((stage) => [stage, quantiles])) as Record<LatencyStage, typeof quantiles>,
    )
    .describe('microseconds'),
  markouts: z.array(
    z.strictObject({
      horizon: z.enum(horizons),
      liquidity,
      markout: metric,
      adverse: metric,
      cut: whole.describe("fills whose horizon the session's end cut off"),
      skipped: whole,
    }),
  ),
  effectiveHalfSpread: z.strictObject({ all: metric, maker: metric, taker: metric }),
  slippageDecision: metric,
  slippageArrival: metric,
  partialShare: metric,
});

const scores = z.strictObject({
  n: whole,
  brier: metric,
  brierMarket: metric,
  skill: metric,
  logLoss: metric,
  logLossMarket: metric,
  clipped: whole,
});
const calibration = z.array(
  z.strictObject({ n: whole, from: number, to: number, probability: number, rate: number, interval }),
);
const edge = z.array(
  z.strictObject({
    bucket: text,
    lots: whole,
    markets: whole,
    size: number,
    net: metric,
    winRate: metric,
    breakEven: metric,
  }),
);

const forecasts = z.strictObject({
  unresolved: whole,
  unpriced: whole,
  all: scores,
  filled: scores.describe('of forecasts whose orders were filled'),
  perMarket: scores,
  parts: z.strictObject({
    reliability: metric,
    resolution: metric,
    uncertainty: metric,
    withinVariance: metric,
    withinCovariance: metric,
  }),
  calibrationError: metric,
  spiegelhalterZ: metric,
  curve: calibration,
  marketCurve: calibration,
  clv: metric,
  clvOfEntry: metric,
  beatClose: metric,
  withoutClose: whole,
  expectedEdge: metric,
  kelly: metric,
  byPrice: edge,
  byTimeToClose: edge,
});

const run = z.strictObject({
  strategy: text,
  mode: text,
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  from: micros,
  to: micros,
  currency: text.nullable().describe('ISO code; null if markets differ'),
  calendar: z.strictObject({ sessions: text, count: whole, periodsPerYear: number }),
  pnl: z.strictObject({
    net: exactMoney,
    gross: exactMoney,
    fees: exactMoney,
    unassigned: exactMoney.describe('part of the net that no market accounts for'),
  }),
  metrics,
  bootstrap: z
    .strictObject({ resamples: whole, generator: text })
    .describe('how intervals of metrics were drawn; seeds are of digest and key'),
  orders: z.strictObject({
    sent: whole,
    accepted: whole,
    rejected: whole,
    blocked: whole,
    unsent: whole,
    filled: whole,
    fills: whole,
  }),
  warnings: z.array(warning),
  markets: z.array(market),
  evidence: z.array(evidence).describe('strongest first'),
  trades: z.array(trade).max(200).describe('closed round trips, the largest results first'),
  tradesLeftOut: whole,
  coverage: z.array(coverage),
  sensitivity: z.array(sensitivity).describe('what would be left if trading were a little worse'),
  execution,
  forecasts,
});

const portfolio = z.strictObject({
  days: z.array(text),
  results: z.array(z.array(number)),
  combined: z.array(number),
  correlations: z.array(z.array(metric)),
  againstFirst: z.array(
    z.strictObject({ beta: metric, alpha: metric, trackingError: metric, informationRatio: metric }),
  ),
  variance: z.array(metric).describe('part of each run in the variance of all together'),
  diversification: metric,
  concentration: metric,
  effectiveRuns: metric,
});

export const summarySchema = z.strictObject({
  format: z.literal(1),
  runs: z.array(run).min(1).describe('in the order given'),
  portfolio: portfolio.optional().describe('of several runs, on the days that all have'),
});

export const summaryJsonSchema = () => outputSchemaOf(summarySchema, 'truetape report', 'the figures behind a report');
