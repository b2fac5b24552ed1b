/** What a strategy said of markets against what came, and what its contracts were worth. */

import { groupBy } from '../market/group.ts';
import type { Analysis } from './analysis.ts';
import { clusterInterval } from './metrics/bootstrap.ts';
import { beatClose, type ClosingValue, closingLineReturn, closingLineValue, expectedEdge } from './metrics/edge.ts';
import { bySize } from './metrics/execution.ts';
import {
  brierParts,
  brierScore,
  brierSkill,
  type CalibrationBin,
  calibrationCurve,
  clippedCount,
  expectedCalibrationError,
  type Forecast,
  kellyBinary,
  logLoss,
  spiegelhalterZ,
} from './metrics/forecasts.ts';
import { estimate, type Metric, missing } from './metrics/metric.ts';
import { average, total } from './metrics/moments.ts';
import { exactAmount } from './numbers.ts';

/** A decision's probability of YES, scored: the market's is the middle of bid and ask at that moment. */
export interface ScoredForecast extends Forecast {
  readonly at: number;
  readonly instrument: string;
  /** Whether an order that came of it was filled at all. */
  readonly filled: boolean;
}

export interface Scores {
  readonly n: number;
  readonly brier: Metric;
  readonly brierMarket: Metric;
  readonly skill: Metric;
  readonly logLoss: Metric;
  readonly logLossMarket: Metric;
  /** Probabilities so near to 0 or 1 that the logarithm was taken of 1e-6 instead. */
  readonly clipped: number;
}

export interface EdgeRow {
  readonly bucket: string;
  readonly lots: number;
  readonly markets: number;
  readonly size: number;
  /** Net result of a unit; its interval draws whole markets. */
  readonly net: Metric;
  /** Part of the size that won, and the average all-in cost: what it would have had to be. */
  readonly winRate: Metric;
  readonly breakEven: Metric;
}

export interface Forecasts {
  /** In the order of the decisions. */
  readonly scored: readonly ScoredForecast[];
  /** Decisions left out: no outcome (yet, or neither YES nor NO), and no price of the market's. */
  readonly unresolved: number;
  readonly unpriced: number;
  readonly all: Scores;
  /** Of those whose orders were filled: the difference to all is what adverse selection does. */
  readonly filled: Scores;
  /** Each market once, the mean of its forecasts. */
  readonly perMarket: Scores;
  readonly parts: ReturnType<typeof brierParts>;
  readonly calibrationError: Metric;
  readonly spiegelhalterZ: Metric;
  readonly curve: readonly CalibrationBin[];
  /** The market's own. */
  readonly marketCurve: readonly CalibrationBin[];
  readonly clv: Metric;
  readonly clvOfEntry: Metric;
  readonly beatClose: Metric;
  /** Entries without a closing reference: no known close, beyond the tape, or entered after it. */
  readonly withoutClose: number;
  readonly expectedEdge: Metric;
  readonly kelly: Metric;
  /** Closed binary lots by the price of the side that was bought. */
  readonly byPrice: readonly EdgeRow[];
  /** The same by the time from entry to the market's close, where it is known. */
  readonly byTimeToClose: readonly EdgeRow[];
}

export function forecastsOf(analysis: Analysis): Forecasts {
  const { data } = analysis;
  const outcomes = outcomesOf(analysis);
  const resolved = data.forecasts.filter(({ instrument }) => outcomes.has(instrument));
  const scored = resolved.flatMap(({ at, instrument, probability, market, filled }) =>
    market === null
      ? []
      : [{ at, instrument, probability, market, outcome: outcomes.get(instrument) as 0 | 1, filled: filled > 0n }],
  );
  const said = scored.map(({ probability }) => probability);
  const came = scored.map(({ outcome }) => outcome);
  const curve = calibrationCurve(said, came);
  const closing = closingValues(analysis);
  const bought = boughtByForecast(analysis);
  const binary = binaryLots(analysis);
  return {
    scored,
    unresolved: data.forecasts.length - resolved.length,
    unpriced: resolved.length - scored.length,
    all: scoresOf(scored),
    filled: scoresOf(scored.filter(({ filled }) => filled)),
    perMarket: scoresOf(meansByMarket(scored)),
    parts: brierParts(said, came),
    calibrationError: expectedCalibrationError(curve),
    spiegelhalterZ: spiegelhalterZ(said, came),
    curve,
    marketCurve: calibrationCurve(
      scored.map(({ market }) => market),
      came,
    ),
    clv: closingLineValue(closing.values),
    clvOfEntry: closingLineReturn(closing.values),
    beatClose: beatClose(closing.values),
    withoutClose: closing.without,
    expectedEdge: expectedEdge(bought),
    kelly: meanKelly(bought),
    byPrice: edgeRows(analysis, binary, priceBuckets, ({ price }) => Math.min(9, Math.floor(price * 10 + 1e-9))),
    byTimeToClose: edgeRows(analysis, binary, timeBuckets, ({ toClose }) => timeBucket(toClose)),
  };
}

/** 1 or 0, by market: as the tape tells it, or as a settlement paid. Others, such as voided ones, are left out. */
function outcomesOf({ data }: Analysis): Map<string, 0 | 1> {
  const outcomes = new Map<string, 0 | 1>();
  const set = (instrument: string, payout: number) => {
    if (payout === 0 || payout === 1) outcomes.set(instrument, payout);
  };
  for (const { id, payout } of data.manifest.instruments) if (payout !== undefined) set(id, Number(payout));
  for (const { settlement, instrument, price } of data.fills) if (settlement) set(instrument, Number(price) / 1e8);
  return outcomes;
}

function scoresOf(scored: readonly Forecast[]): Scores {
  const said = scored.map(({ probability }) => probability);
  const market = scored.map((forecast) => forecast.market);
  const came = scored.map(({ outcome }) => outcome);
  const brier = brierScore(said, came);
  const brierMarket = brierScore(market, came);
  return {
    n: scored.length,
    brier,
    brierMarket,
    skill: brierSkill(brier, brierMarket),
    logLoss: logLoss(said, came),
    logLossMarket: logLoss(market, came),
    clipped: clippedCount(said),
  };
}

function meansByMarket(scored: readonly ScoredForecast[]): Forecast[] {
  return [...groupBy(scored, ({ instrument }) => instrument).values()].map((forecasts) => ({
    probability: average(forecasts.map(({ probability }) => probability)),
    market: average(forecasts.map(({ market }) => market)),
    outcome: forecasts[0].outcome,
  }));
}

/** Entries of binary lots, closed or open, that came before the reference. */
function closingValues({ data, matched }: Analysis): { values: ClosingValue[]; without: number } {
  const closes = new Map(data.manifest.instruments.map(({ id, closesAt }) => [id, closesAt]));
  const isBinary = binaries(data);
  const lots = [...matched.lots, ...matched.open].filter(({ instrument }) => isBinary.has(instrument));
  const values = lots.flatMap(({ instrument, side, size, entry }) => {
    const close = data.closingMids.get(instrument);
    const closesAt = closes.get(instrument);
    if (close === undefined || closesAt === undefined || data.fills[entry].at > closesAt - 300_000_000) return [];
    return [{ side, size: Number(size) / 1e8, entry: Number(data.fills[entry].price) / 1e8, close }];
  });
  return { values, without: lots.length - values.length };
}

const binaries = ({ manifest }: Analysis['data']): Set<string> =>
  new Set(manifest.instruments.filter(({ kind }) => kind === 'binary').map(({ id }) => id));

interface Bought {
  readonly size: number;
  /** Of the side that was bought; a sale of YES buys NO. */
  readonly probability: number;
  /** All-in. */
  readonly cost: number;
}

function boughtByForecast({ data }: Analysis): Bought[] {
  const isBinary = binaries(data);
  return data.forecastFills.flatMap(({ fill, probability }) => {
    const { instrument, side, size, price, fee } = data.fills[fill];
    if (!isBinary.has(instrument)) return [];
    const units = Number(size) / 1e8;
    const paid = Number(price) / 1e8;
    return [
      {
        size: units,
        probability: side > 0 ? probability : 1 - probability,
        cost: (side > 0 ? paid : 1 - paid) + exactAmount(fee) / units,
      },
    ];
  });
}

function meanKelly(bought: readonly Bought[]): Metric {
  const possible = bought.flatMap((bet) => {
    const fraction = kellyBinary(bet.probability, bet.cost);
    return fraction === null ? [] : [{ ...bet, fraction }];
  });
  if (bought.length > 0 && possible.length === 0) return missing('nonpositive_denominator', bought.length);
  return bySize(possible, ({ fraction }) => fraction);
}

const priceBuckets = Array.from({ length: 10 }, (_, i) => `${i * 10} to ${(i + 1) * 10}`);
const SECOND = 1_000_000;
const timeLimits = [60, 300, 900, 3600, 6 * 3600, 86_400, 7 * 86_400].map((seconds) => seconds * SECOND);
const timeBuckets = [
  ...['under 1 min', '1 to 5 min', '5 to 15 min', '15 to 60 min'],
  ...['1 to 6 h', '6 to 24 h', '1 to 7 d', 'over 7 d'],
];

/** -1 where the close is not known. */
function timeBucket(toClose: number): number {
  if (Number.isNaN(toClose)) return -1;
  const bucket = timeLimits.findIndex((limit) => toClose < limit);
  return bucket < 0 ? timeLimits.length : bucket;
}

interface BinaryLot {
  readonly instrument: string;
  readonly size: number;
  /** Of the side that was bought. */
  readonly price: number;
  readonly fees: number;
  readonly net: number;
  readonly toClose: number;
}

/** Buckets without lots are left out. */
function edgeRows(
  analysis: Analysis,
  binary: readonly BinaryLot[],
  buckets: readonly string[],
  bucketOf: (lot: BinaryLot) => number,
): EdgeRow[] {
  const lots = groupBy(binary, bucketOf);
  return buckets.flatMap((bucket, i) => {
    const chosen = lots.get(i);
    return chosen ? [edgeRow(bucket, chosen, `${analysis.data.manifest.digest}/edge/${bucket}`)] : [];
  });
}

function edgeRow(bucket: string, lots: readonly BinaryLot[], seed: string): EdgeRow {
  const n = lots.length;
  const markets = [...groupBy(lots, ({ instrument }) => instrument).values()].map((each) => ({
    net: total(each.map(({ net }) => net)),
    size: total(each.map(({ size }) => size)),
  }));
  const perUnit = (sums: readonly { net: number; size: number }[]) =>
    total(sums.map(({ net }) => net)) / total(sums.map(({ size }) => size));
  const decided = lots.filter(({ net }) => net !== 0);
  return {
    bucket,
    lots: n,
    markets: markets.length,
    size: total(lots.map(({ size }) => size)),
    net: estimate(perUnit(markets), n, clusterInterval(markets, perUnit, seed)?.interval),
    winRate: decided.length === 0 ? missing('no_trades') : bySize(decided, ({ net }) => (net > 0 ? 1 : 0)),
    breakEven: bySize(lots, ({ price, fees, size }) => price + fees / size),
  };
}

function binaryLots({ data, matched }: Analysis): BinaryLot[] {
  const isBinary = binaries(data);
  const closes = new Map(data.manifest.instruments.map(({ id, closesAt }) => [id, closesAt]));
  return matched.lots
    .filter(({ instrument }) => isBinary.has(instrument))
    .map(({ instrument, side, size, entry, fees, net }) => {
      const { price, at } = data.fills[entry];
      const paid = Number(price) / 1e8;
      return {
        instrument,
        size: Number(size) / 1e8,
        price: side > 0 ? paid : 1 - paid,
        fees: exactAmount(fees),
        net: exactAmount(net),
        toClose: (closes.get(instrument) ?? Number.NaN) - at,
      };
    });
}
