/** How well orders were carried out: what they cost, whether and when they were filled, and what the price did then. */
import type { Money } from '../market/units.ts';
import type { Analysis } from './analysis.ts';
import type { FillMids } from './fill-mids.ts';
import { clusterInterval } from './metrics/bootstrap.ts';
import type { LatencyStage } from './metrics/catalogue/latency.ts';
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
import {
  medianWait,
  type Quantiles,
  quantilesOf,
  type SurvivalStep,
  type Wait,
  waitSurvival,
} from './metrics/survival.ts';
import { wilsonInterval } from './metrics/uncertainty.ts';
import { decimalToNumber, exactAmount } from './numbers.ts';
import type { OrderLives } from './order-lives.ts';
import { tickSizes } from './tick-size.ts';

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
  const waits = waitsOf(orders, data.manifest.to);
  const trades = tradesOf(analysis);
  const known = (horizon: Horizon) => knownAt(trades, data.fillMids, horizon);
  const priced = known('0');
  const filled = numbersWhere(orders, (i) => orders.filled[i] > 0);
  const partial = filled.filter((i) => orders.whole[i] === 0).length;
  const halfSpread = (liquidity: Liquidity) => effectiveHalfSpread(ofLiquidity(priced, liquidity));
  return {
    shortfall: shortfallRows(analysis),
    byDistance: fillRates(orders, distanceBuckets, distanceOf(analysis)),
    byQueue: fillRates(orders, queueBuckets, (i) =>
      orders.canRest[i] === 1 ? bucketOf(orders.queueAhead[i] / 1e8, queueLimits) : -1,
    ),
    queueWait: { n: waits.length, median: medianWait(waits), survival: waitSurvival(waits) },
    latencies: latenciesOf(orders),
    markouts: horizons.flatMap((horizon) => markoutRows(analysis, trades, known(horizon), horizon)),
    effectiveHalfSpread: { all: halfSpread('all'), maker: halfSpread('maker'), taker: halfSpread('taker') },
    slippageDecision: slippageFrom(orders, filled, (i) => (orders.decisionBid[i] + orders.decisionAsk[i]) / 2),
    slippageArrival: slippageFrom(orders, filled, (i) => (orders.arrivalBid[i] + orders.arrivalAsk[i]) / 2),
    partialShare:
      filled.length === 0
        ? missing(orders.count === 0 ? 'no_data' : 'no_trades', orders.count)
        : estimate(partial / filled.length, filled.length, wilsonInterval(partial, filled.length)),
  };
}

/** Places in the columns of orders. */
function numbersWhere({ count }: OrderLives, isMeant: (i: number) => boolean): number[] {
  const numbers: number[] = [];
  for (let i = 0; i < count; i++) if (isMeant(i)) numbers.push(i);
  return numbers;
}

const sums = ['paper', 'actual', 'shortfall', ...shortfallParts, 'wanted'] as const;
type ShortfallSum = Record<(typeof sums)[number], Money> & { n: number; skipped: number };

/** All orders, then those of each class. */
function shortfallRows({ data }: Analysis): ShortfallRow[] {
  const multipliers = new Map(data.manifest.instruments.map(({ id, multiplier }) => [id, multiplier]));
  const byClass = { taker: noShortfall(), maker: noShortfall(), unfilled: noShortfall() };
  const orders = data.orderLives;
  for (let i = 0; i < orders.count; i++) {
    if (orders.rejected[i] === 1 || Number.isNaN(orders.sentAt[i])) continue;
    const sum = byClass[orders.liquidity[i] ?? 'unfilled'];
    const cost = orderCost(orders, i, multipliers.get(orders.instrument[i]) ?? 1);
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
function orderCost(orders: OrderLives, i: number, multiplier: number): OrderCost | undefined {
  const hasArrived = !Number.isNaN(orders.acceptedAt[i]);
  const arrivalBid = (hasArrived ? orders.arrivalBid : orders.sentBid)[i];
  const arrivalAsk = (hasArrived ? orders.arrivalAsk : orders.sentAsk)[i];
  const decided = orders.decisionBid[i] + orders.decisionAsk[i];
  const sent = orders.sentBid[i] + orders.sentAsk[i];
  const arrived = arrivalBid + arrivalAsk;
  const final = orders.finalBid[i] + orders.finalAsk[i];
  if (Number.isNaN(decided + sent + arrived + final)) return undefined;
  const side = orders.side[i] as 1 | -1;
  const units = BigInt(multiplier);
  return {
    side,
    size: BigInt(orders.size[i]) * units,
    filled: BigInt(orders.filled[i]) * units,
    decisionMid: BigInt(decided) / 2n,
    sentMid: BigInt(sent) / 2n,
    arrivalMid: BigInt(arrived) / 2n,
    arrivalTouch: BigInt(side > 0 ? arrivalAsk : arrivalBid),
    paid: orders.paid[i] * units,
    fees: orders.fees[i],
    finalMid: BigInt(final) / 2n,
  };
}

function slippageFrom(orders: OrderLives, filled: readonly number[], reference: (i: number) => number): Metric {
  return slippage(
    filled
      .filter((i) => !Number.isNaN(reference(i)))
      .map((i) => ({
        side: orders.side[i] as 1 | -1,
        size: orders.filled[i] / 1e8,
        price: Number(orders.paid[i]) / orders.filled[i] / 1e8,
        reference: reference(i) / 1e8,
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

function distanceOf({ data }: Analysis): (i: number) => number {
  const tickOf = tickSizes(data.manifest);
  const orders = data.orderLives;
  return (i) => {
    const side = orders.side[i];
    const price = orders.price[i];
    const [own, other] = side > 0 ? [orders.sentBid[i], orders.sentAsk[i]] : [orders.sentAsk[i], orders.sentBid[i]];
    if (Number.isNaN(price)) return 0;
    if (side * (price - other) >= 0) return 0;
    if (side * (price - own) > 0) return 1;
    const behind = Math.round((side * (own - price)) / tickOf(orders.instrument[i], price));
    return behind === 0 ? 2 : Number.isNaN(behind) ? -1 : 3 + bucketOf(behind, distanceLimits);
  };
}

/** Of the orders that the venue took. Buckets without orders are left out. */
function fillRates(lives: OrderLives, buckets: readonly string[], bucketOf: (i: number) => number): FillRateRow[] {
  const counts = buckets.map(() => ({ orders: 0, filled: 0 }));
  for (let i = 0; i < lives.count; i++) {
    const count = Number.isNaN(lives.acceptedAt[i]) ? undefined : counts[bucketOf(i)];
    if (!count) continue;
    count.orders++;
    if (lives.filled[i] > 0) count.filled++;
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

/** Of orders that rested: those that took at once did not wait. */
function waitsOf(orders: OrderLives, to: number): Wait[] {
  const { arrivedAt, firstFilledAt, goneAt, canRest, liquidity } = orders;
  const rested = numbersWhere(
    orders,
    (i) => canRest[i] === 1 && liquidity[i] !== 'taker' && !Number.isNaN(arrivedAt[i]),
  );
  return rested.map((i) => {
    const filled = !Number.isNaN(firstFilledAt[i]);
    const until = filled ? firstFilledAt[i] : Number.isNaN(goneAt[i]) ? to : goneAt[i];
    return { time: Math.max(0, until - arrivedAt[i]), filled };
  });
}

function latenciesOf(orders: OrderLives): Record<LatencyStage, Quantiles> {
  const { decidedAt, sentAt, arrivedAt, acceptedAt, firstFillAt, cancelSentAt, endedAt, cancelled } = orders;
  const between = (from: Float64Array, to: Float64Array) =>
    quantilesOf(to.map((at, i) => at - from[i]).filter((micros) => micros >= 0));
  return {
    decisionToSend: between(decidedAt, sentAt),
    decisionToArrival: between(decidedAt, arrivedAt),
    sendToArrival: between(sentAt, arrivedAt),
    sendToAck: between(sentAt, acceptedAt),
    arrivalToAck: between(arrivedAt, acceptedAt),
    ackToFill: between(acceptedAt, firstFillAt),
    cancelToAck: between(
      cancelSentAt,
      endedAt.map((at, i) => (cancelled[i] === 1 ? at : Number.NaN)),
    ),
  };
}

interface Trade {
  readonly instrument: string;
  readonly liquidity: 'maker' | 'taker' | null;
  readonly side: 1 | -1;
  readonly size: number;
  readonly price: number;
  /** Place in the list of fills, and so in the columns of middles. */
  readonly fill: number;
}

function tradesOf({ data }: Analysis): Trade[] {
  const trades: Trade[] = [];
  for (const [fill, { settlement, instrument, liquidity, side, size, price }] of data.fills.entries()) {
    if (settlement) continue;
    trades.push({ instrument, liquidity, side, size: decimalToNumber(size), price: decimalToNumber(price), fill });
  }
  return trades;
}

const liquidities = ['all', 'maker', 'taker'] as const;

const ofLiquidity = <T extends Pick<Trade, 'liquidity'>>(items: readonly T[], liquidity: Liquidity): readonly T[] =>
  liquidity === 'all' ? items : items.filter((item) => item.liquidity === liquidity);

const laterMid: Readonly<Record<Horizon, keyof FillMids>> = {
  '0': 'mid',
  '1s': 'second',
  '10s': 'tenSeconds',
  '60s': 'minute',
  close: 'close',
};
const horizonMicros: Readonly<Record<Horizon, number>> = { '0': 0, '1s': 1e6, '10s': 1e7, '60s': 6e7, close: 0 };

type KnownFill = MarkedFill & Pick<Trade, 'instrument' | 'liquidity'> & { readonly untilClose: number };

function knownAt(trades: readonly Trade[], mids: FillMids, horizon: Horizon): KnownFill[] {
  const { mid, untilClose, [laterMid[horizon]]: later } = mids;
  return trades
    .filter(({ fill }) => !Number.isNaN(mid[fill] + later[fill]))
    .map(({ instrument, liquidity, side, size, price, fill }) => ({
      instrument,
      liquidity,
      side,
      size,
      price,
      mid: mid[fill],
      later: later[fill],
      untilClose: untilClose[fill],
    }));
}

function markoutRows(
  { data }: Analysis,
  trades: readonly Trade[],
  all: readonly KnownFill[],
  horizon: Horizon,
): MarkoutRow[] {
  return liquidities.map((liquidity) => {
    const known = ofLiquidity(all, liquidity);
    const seed = `${data.manifest.digest}/markout.${horizon}/${liquidity}`;
    return {
      horizon,
      liquidity,
      markout: withClusters(markout(known), known, ({ side, later, price }) => side * (later - price), seed),
      adverse: adverseMove(known),
      cut: known.filter(({ untilClose }) => untilClose < horizonMicros[horizon]).length,
      skipped: ofLiquidity(trades, liquidity).length - known.length,
    };
  });
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
