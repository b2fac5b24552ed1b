/** How well orders were carried out: what they cost, whether and when they were filled, and what the price did then. */
import type { Money } from '../market/units.ts';
import type { Analysis } from './analysis.ts';
import type { FillMids, OrderLife } from './load-orders.ts';
import { clusterInterval } from './metrics/bootstrap.ts';
import {
  adverseMove,
  effectiveHalfSpread,
  type MarkedFill,
  markout,
  type OrderCost,
  type Shortfall,
  shortfallOf,
  shortfallParts,
  slippage,
} from './metrics/execution.ts';
import { estimate, type Metric, missing } from './metrics/metric.ts';
import { medianWait, type Quantiles, quantilesOf, type SurvivalStep, waitSurvival } from './metrics/survival.ts';
import { wilsonInterval } from './metrics/uncertainty.ts';
import { exactAmount } from './numbers.ts';

export type Liquidity = 'all' | 'maker' | 'taker';

/** Sums over orders, in money; above 0 is a cost. The parts add up to `shortfall`, to the last unit. */
export interface ShortfallRow extends Shortfall {
  /** By the liquidity of the first fill; unfilled orders have none. */
  readonly orders: Liquidity | 'unfilled';
  readonly n: number;
  /** Left out: a price that it takes was not known, because a side of the book was empty. */
  readonly skipped: number;
  /** What was wanted, at the prices of the decisions. */
  readonly wanted: Money;
  /** Shortfall over that, in hundredths of a percent. */
  readonly basisPoints: Metric;
}

export interface FillRateRow {
  readonly bucket: string;
  readonly orders: number;
  readonly filled: number;
  readonly rate: Metric;
}

export const latencyStages = ['decisionToSend', 'sendToArrival', 'sendToAck', 'ackToFill', 'cancelToAck'] as const;
type LatencyStage = (typeof latencyStages)[number];

/** In the journal's `quotes` the middle after a fill is known to the second, or to the step of `equityEverySeconds`. */
export const horizons = ['0', '1s', '10s', '60s', 'close'] as const;
export type Horizon = (typeof horizons)[number];

/** Per unit, in money, by size. */
export interface MarkoutRow {
  readonly horizon: Horizon;
  readonly liquidity: Liquidity;
  /** What a unit had gained by then: above 0 is good. */
  readonly markout: Metric;
  /** What the price moved against it since the fill. */
  readonly adverse: Metric;
  /** Fills whose horizon the session's end cut off. */
  readonly cut: number;
  /** Fills left out because a side of the book was empty. */
  readonly skipped: number;
}

export interface Execution {
  readonly shortfall: readonly ShortfallRow[];
  readonly byDistance: readonly FillRateRow[];
  readonly byQueue: readonly FillRateRow[];
  /** From arrival at the venue to the first fill, microseconds; orders that were cancelled count as long as they stood. */
  readonly queueWait: { readonly n: number; readonly median: Metric; readonly survival: readonly SurvivalStep[] };
  /** Microseconds. */
  readonly latencies: Readonly<Record<LatencyStage, Quantiles>>;
  readonly markouts: readonly MarkoutRow[];
  readonly effectiveHalfSpread: Readonly<Record<Liquidity, Metric>>;
  /** What a unit paid beyond the middle at the decision, and at arrival. */
  readonly slippageDecision: Metric;
  readonly slippageArrival: Metric;
  readonly partialShare: Metric;
}

export function executionOf(analysis: Analysis): Execution {
  const { data } = analysis;
  const orders = data.orderLives;
  const waits = orders.flatMap((order) => waitOf(order, data.manifest.to));
  const marked = markedFills(analysis);
  const liquidities = ['all', 'maker', 'taker'] as const;
  const filled = orders.filter((order) => order.filled > 0);
  const partial = filled.filter((order) => order.filled < order.size).length;
  return {
    shortfall: shortfallRows(analysis),
    byDistance: fillRates(orders, distanceBuckets, distanceOf(analysis)),
    byQueue: fillRates(
      orders.filter(({ canRest }) => canRest),
      queueBuckets,
      ({ queueAhead }) => bucketOf(queueAhead / 1e8, queueLimits),
    ),
    queueWait: { n: waits.length, median: medianWait(waits), survival: waitSurvival(waits) },
    latencies: latenciesOf(orders),
    markouts: horizons.flatMap((horizon) =>
      liquidities.map((liquidity) => markoutRow(analysis, marked, horizon, liquidity)),
    ),
    effectiveHalfSpread: {
      all: effectiveHalfSpread(knownAt(marked, 'all')),
      maker: effectiveHalfSpread(knownAt(marked, 'maker')),
      taker: effectiveHalfSpread(knownAt(marked, 'taker')),
    },
    slippageDecision: slippageFrom(orders, (order) => (order.decisionBid + order.decisionAsk) / 2),
    slippageArrival: slippageFrom(orders, (order) => (order.arrivalBid + order.arrivalAsk) / 2),
    partialShare:
      filled.length === 0
        ? missing(orders.length === 0 ? 'no_data' : 'no_trades', orders.length)
        : estimate(partial / filled.length, filled.length, wilsonInterval(partial, filled.length)),
  };
}

const sums = ['paper', 'actual', 'shortfall', ...shortfallParts, 'wanted'] as const;
type ShortfallSum = Record<(typeof sums)[number], Money> & { n: number; skipped: number };

/** All orders, then those of each class. */
function shortfallRows({ data }: Analysis): ShortfallRow[] {
  const multipliers = new Map(data.manifest.instruments.map(({ id, multiplier }) => [id, multiplier]));
  const byClass = { taker: noShortfall(), maker: noShortfall(), unfilled: noShortfall() };
  for (const order of data.orderLives) {
    if (order.rejected || Number.isNaN(order.sentAt)) continue;
    const sum = byClass[order.liquidity ?? 'unfilled'];
    const cost = orderCost(order, multipliers.get(order.instrument) ?? 1);
    if (!cost) {
      sum.skipped++;
      continue;
    }
    const one = shortfallOf(cost);
    sum.n++;
    sum.wanted += cost.size * cost.decisionMid;
    sum.paper += one.paper;
    sum.actual += one.actual;
    sum.shortfall += one.shortfall;
    for (const part of shortfallParts) sum[part] += one[part];
  }
  const all = noShortfall();
  for (const sum of Object.values(byClass)) {
    for (const part of sums) all[part] += sum[part];
    all.n += sum.n;
    all.skipped += sum.skipped;
  }
  return Object.entries({ all, ...byClass }).map(([orders, sum]) => ({
    orders: orders as ShortfallRow['orders'],
    ...sum,
    basisPoints:
      sum.wanted > 0n
        ? estimate((exactAmount(sum.shortfall) / exactAmount(sum.wanted)) * 1e4, sum.n)
        : missing(sum.n === 0 ? 'no_data' : 'nonpositive_denominator', sum.n),
  }));
}

function noShortfall(): ShortfallSum {
  return {
    ...(Object.fromEntries(sums.map((part) => [part, 0n])) as Record<(typeof sums)[number], Money>),
    n: 0,
    skipped: 0,
  };
}

/** An order that never reached the venue before it ended arrived, for this purpose, when it was sent. */
function orderCost(order: OrderLife, multiplier: number): OrderCost | undefined {
  const hasArrived = !Number.isNaN(order.acceptedAt);
  const arrivalBid = hasArrived ? order.arrivalBid : order.sentBid;
  const arrivalAsk = hasArrived ? order.arrivalAsk : order.sentAsk;
  const prices = [
    ...[order.decisionBid, order.decisionAsk, order.sentBid, order.sentAsk],
    ...[arrivalBid, arrivalAsk, order.finalBid, order.finalAsk],
  ];
  if (prices.some(Number.isNaN)) return undefined;
  const units = BigInt(multiplier);
  const middle = (bid: number, ask: number) => (BigInt(bid) + BigInt(ask)) / 2n;
  return {
    side: order.side,
    size: BigInt(order.size) * units,
    filled: BigInt(order.filled) * units,
    decisionMid: middle(order.decisionBid, order.decisionAsk),
    sentMid: middle(order.sentBid, order.sentAsk),
    arrivalMid: middle(arrivalBid, arrivalAsk),
    arrivalTouch: BigInt(order.side > 0 ? arrivalAsk : arrivalBid),
    paid: order.paid * units,
    fees: order.fees,
    finalMid: middle(order.finalBid, order.finalAsk),
  };
}

function slippageFrom(orders: readonly OrderLife[], reference: (order: OrderLife) => number): Metric {
  return slippage(
    orders
      .filter((order) => order.filled > 0 && !Number.isNaN(reference(order)))
      .map((order) => ({
        side: order.side,
        size: order.filled / 1e8,
        price: Number(order.paid) / order.filled / 1e8,
        reference: reference(order) / 1e8,
      })),
  );
}

/** Ticks behind the best price of its own side, as the order was sent. */
const distanceLimits = [1, 2, 5, 10];
const distanceBuckets = [
  ...['crossing', 'inside the spread', 'at the best price'],
  ...['1 tick behind', '2 ticks', '3 to 5 ticks', '6 to 10 ticks', 'more than 10 ticks'],
];
/** Size that stood before the order as the venue took it. */
const queueLimits = [0, 10, 100, 1000, 10_000];
export const queueBuckets = ['none', 'up to 10', 'up to 100', 'up to 1,000', 'up to 10,000', 'more than 10,000'];

/** Of a known size ahead, in units of 10^-8. */
export const queueBucket = (queueAhead: number): string => queueBuckets[bucketOf(queueAhead / 1e8, queueLimits)];

/** -1 where it is not known. */
function bucketOf(value: number, limits: readonly number[]): number {
  if (Number.isNaN(value)) return -1;
  const bucket = limits.findIndex((limit) => value <= limit);
  return bucket < 0 ? limits.length : bucket;
}

function distanceOf({ data }: Analysis): (order: OrderLife) => number {
  const ticks = new Map(
    data.manifest.instruments.map(({ id, tick, priceDecimals }) => [
      id,
      Math.round(Number(tick ?? 10 ** -priceDecimals) * 1e8),
    ]),
  );
  return ({ instrument, side, price, sentBid, sentAsk }) => {
    const [own, other] = side > 0 ? [sentBid, sentAsk] : [sentAsk, sentBid];
    if (Number.isNaN(price)) return 0;
    if (side * (price - other) >= 0) return 0;
    if (side * (price - own) > 0) return 1;
    const behind = Math.round((side * (own - price)) / (ticks.get(instrument) ?? 1));
    return behind === 0 ? 2 : Number.isNaN(behind) ? -1 : 3 + bucketOf(behind, distanceLimits);
  };
}

/** Of the orders that the venue took. Buckets without orders are left out. */
function fillRates(
  orders: readonly OrderLife[],
  buckets: readonly string[],
  bucketOf: (order: OrderLife) => number,
): FillRateRow[] {
  const counts = buckets.map(() => ({ orders: 0, filled: 0 }));
  for (const order of orders) {
    const count = Number.isNaN(order.acceptedAt) ? undefined : counts[bucketOf(order)];
    if (!count) continue;
    count.orders++;
    if (order.filled > 0) count.filled++;
  }
  return counts.flatMap(({ orders, filled }, i) =>
    orders === 0
      ? []
      : [
          {
            bucket: buckets[i],
            orders,
            filled,
            rate: estimate(filled / orders, orders, wilsonInterval(filled, orders)),
          },
        ],
  );
}

/** Of an order that rested: those that took at once did not wait. */
function waitOf(order: OrderLife, to: number): { time: number; filled: boolean }[] {
  const { arrivedAt, firstFilledAt, goneAt, canRest, liquidity } = order;
  if (!canRest || liquidity === 'taker' || Number.isNaN(arrivedAt)) return [];
  const filled = !Number.isNaN(firstFilledAt);
  const until = filled ? firstFilledAt : Number.isNaN(goneAt) ? to : goneAt;
  return [{ time: Math.max(0, until - arrivedAt), filled }];
}

function latenciesOf(orders: readonly OrderLife[]): Record<LatencyStage, Quantiles> {
  const between = (from: (order: OrderLife) => number, to: (order: OrderLife) => number) =>
    quantilesOf(orders.map((order) => to(order) - from(order)).filter((micros) => micros >= 0));
  return {
    decisionToSend: between(
      ({ decidedAt }) => decidedAt,
      ({ sentAt }) => sentAt,
    ),
    sendToArrival: between(
      ({ sentAt }) => sentAt,
      ({ arrivedAt }) => arrivedAt,
    ),
    sendToAck: between(
      ({ sentAt }) => sentAt,
      ({ acceptedAt }) => acceptedAt,
    ),
    ackToFill: between(
      ({ acceptedAt }) => acceptedAt,
      ({ firstFillAt }) => firstFillAt,
    ),
    cancelToAck: between(
      ({ cancelSentAt }) => cancelSentAt,
      ({ endedAt, cancelled }) => (cancelled ? endedAt : Number.NaN),
    ),
  };
}

interface Marked {
  readonly instrument: string;
  readonly liquidity: 'maker' | 'taker' | null;
  readonly side: 1 | -1;
  readonly size: number;
  readonly price: number;
  readonly mids: FillMids;
}

function markedFills({ data }: Analysis): Marked[] {
  return data.fills.flatMap(({ settlement, instrument, liquidity, side, size, price }, i) =>
    settlement || !data.fillMids[i]
      ? []
      : [{ instrument, liquidity, side, size: Number(size) / 1e8, price: Number(price) / 1e8, mids: data.fillMids[i] }],
  );
}

const laterMid: Readonly<Record<Horizon, (mids: FillMids) => number | null>> = {
  '0': ({ mid }) => mid,
  '1s': ({ second }) => second,
  '10s': ({ tenSeconds }) => tenSeconds,
  '60s': ({ minute }) => minute,
  close: ({ close }) => close,
};
const horizonMicros: Readonly<Record<Horizon, number>> = { '0': 0, '1s': 1e6, '10s': 1e7, '60s': 6e7, close: 0 };

const ofLiquidity = (marked: readonly Marked[], liquidity: Liquidity): readonly Marked[] =>
  liquidity === 'all' ? marked : marked.filter((fill) => fill.liquidity === liquidity);

type KnownFill = MarkedFill & { readonly instrument: string; readonly untilClose: number };

function knownAt(marked: readonly Marked[], liquidity: Liquidity, horizon: Horizon = '0'): KnownFill[] {
  const known: KnownFill[] = [];
  for (const { instrument, side, size, price, mids } of ofLiquidity(marked, liquidity)) {
    const later = laterMid[horizon](mids);
    if (mids.mid === null || later === null) continue;
    known.push({ instrument, side, size, price, mid: mids.mid, later, untilClose: mids.untilClose });
  }
  return known;
}

function markoutRow({ data }: Analysis, marked: readonly Marked[], horizon: Horizon, liquidity: Liquidity): MarkoutRow {
  const known = knownAt(marked, liquidity, horizon);
  const seed = `${data.manifest.digest}/markout.${horizon}/${liquidity}`;
  return {
    horizon,
    liquidity,
    markout: withClusters(markout(known), known, ({ side, later, price }) => side * (later - price), seed),
    adverse: adverseMove(known),
    cut: known.filter(({ untilClose }) => untilClose < horizonMicros[horizon]).length,
    skipped: ofLiquidity(marked, liquidity).length - known.length,
  };
}

/** Fills in one market are one bet: whole markets are drawn. */
function withClusters<T extends { readonly instrument: string; readonly size: number }>(
  metric: Metric,
  items: readonly T[],
  value: (item: T) => number,
  seed: string,
): Metric {
  const sums = new Map<string, { worth: number; size: number }>();
  for (const item of items) {
    const sum = sums.get(item.instrument) ?? { worth: 0, size: 0 };
    sums.set(item.instrument, sum);
    sum.worth += item.size * value(item);
    sum.size += item.size;
  }
  const found = clusterInterval(
    [...sums.values()],
    (drawn) => drawn.reduce((all, { worth }) => all + worth, 0) / drawn.reduce((all, { size }) => all + size, 0),
    seed,
  );
  return found && metric.value !== null ? { ...metric, interval: found.interval } : metric;
}
