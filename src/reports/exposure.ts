/** What was held over time, as a part of equity. */

import { groupBy } from '../market/group.ts';
import { moneyToNumber } from '../market/units.ts';
import { usDayOf } from '../market/us-sessions.ts';
import type { Analysis } from './analysis.ts';
import {
  type ExposureStep,
  exposureFigures,
  exposureSteps,
  type Held,
  timeInMarket,
  turnoverPerSession,
} from './metrics/exposure.ts';
import type { Lot, OpenLot } from './metrics/lots.ts';
import { estimate, type Metric, missing } from './metrics/metric.ts';
import { concentration } from './metrics/portfolio.ts';
import { decimalToNumber } from './numbers.ts';

export interface Exposure {
  /** Values in money at the prices of entry; of binary contracts what could be lost. Long above 0, short below. */
  readonly steps: readonly ExposureStep[];
  readonly timeInMarket: Metric;
  readonly grossAverage: Metric;
  readonly grossMax: Metric;
  readonly netAverage: Metric;
  /** By market, of value times time. */
  readonly concentration: Metric;
  readonly turnover: Metric;
  readonly contractsPerSession: Metric;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

export function exposureOf(analysis: Analysis): Exposure {
  const { data, sessions, closes } = analysis;
  const spans = openSpans(analysis);
  const openTime = spans.reduce((sum, { from, to }) => sum + to - from, 0);
  const held = heldValues(analysis, spans);
  const steps = exposureSteps(held);
  const trades = data.fills.filter(({ settlement }) => !settlement);
  const multipliers = new Map(data.manifest.instruments.map(({ id, multiplier }) => [id, multiplier]));
  const notional: number[][] = sessions.map(() => []);
  let session = 0;
  for (const { at, instrument, price, size } of trades) {
    while (session + 1 < sessions.length && at > sessions[session].endsAt) session++;
    const value = decimalToNumber(price) * decimalToNumber(size) * (multipliers.get(instrument) ?? 1);
    notional[session]?.push(value);
  }
  const traded = trades.reduce((sum, { size }) => sum + size, 0n);
  const figures = exposureFigures(steps, openTime, equityLookup(analysis));
  return {
    steps,
    timeInMarket: timeInMarket(steps, openTime),
    ...figures,
    concentration: concentration(
      [...groupBy(held, ({ instrument }) => instrument).values()].map((of) =>
        of.reduce((sum, { from, to, value }) => sum + Math.abs(value) * (to - from), 0),
      ),
    ),
    turnover:
      closes.length < 2
        ? missing('no_data')
        : turnoverPerSession(
            sessions.map((_, i) => ({ notional: notional[i], equity: (closes[i] + closes[i + 1]) / 2 })),
          ),
    contractsPerSession:
      sessions.length === 0 ? missing('no_data') : estimate(decimalToNumber(traded) / sessions.length, sessions.length),
  };
}

/** When there was anything to trade on: all of the run, or the regular hours of its weekdays. */
function openSpans({ data, calendar, sessions }: Analysis): Span[] {
  const { from, to } = data.manifest;
  if (!calendar.weekdaysOnly) return to > from ? [{ from, to }] : [];
  return sessions
    .map(({ day }) => usDayOf(day))
    .map(({ opens, closes }) => ({ from: Math.max(opens, from), to: Math.min(closes, to) }))
    .filter((span) => span.to > span.from);
}

function heldValues({ data, matched }: Analysis, spans: readonly Span[]): (Held & { instrument: string })[] {
  const instruments = new Map(data.manifest.instruments.map((instrument) => [instrument.id, instrument]));
  const { fills, manifest } = data;
  const held: (Held & { instrument: string })[] = [];
  const add = ({ instrument, side, size, entry }: OpenLot | Lot, until: number) => {
    const facts = instruments.get(instrument);
    const price = decimalToNumber(fills[entry].price);
    const risk = facts?.kind === 'binary' && side < 0 ? 1 - price : price;
    const value = side * risk * decimalToNumber(size) * (facts?.multiplier ?? 1);
    const since = fills[entry].at;
    for (const span of spans) {
      if (span.from >= until || span.to <= since) continue;
      held.push({ instrument, from: Math.max(since, span.from), to: Math.min(until, span.to), value });
    }
  };
  for (const lot of matched.lots) add(lot, fills[lot.exit].at);
  for (const lot of matched.open) add(lot, manifest.to);
  return held;
}

/** The last one known; times must not go back. */
function equityLookup({ data }: Analysis): (at: number) => number {
  const { at: times, equity } = data.equity;
  let i = 0;
  return (at) => {
    while (i + 1 < times.length && times[i + 1] <= at) i++;
    return times.length === 0 ? 0 : moneyToNumber(equity[i]);
  };
}
