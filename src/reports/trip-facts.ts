/** What can be told apart about closed round trips, and what each kind of them came to. */
import { type EvidenceGrade, evidenceGrades } from '../market/fill.ts';
import { groupBy } from '../market/group.ts';
import { MICROS_PER_MILLISECOND, type Micros } from '../market/units.ts';
import { type Analysis, weaker } from './analysis.ts';
import { excursionsOf } from './excursions.ts';
import type { Metric } from './metrics/metric.ts';
import { average, total } from './metrics/moments.ts';
import { winRate } from './metrics/trades.ts';
import { exactAmount } from './numbers.ts';

export interface TripFacts {
  readonly instrument: string;
  readonly side: 'long' | 'short';
  readonly net: number;
  readonly lasted: Micros;
  /** Of the session's time zone. */
  readonly hour: number;
  /** Of the first fill. */
  readonly tag: string;
  /** Settlement, the tag of the last fill, or a trade without one. */
  readonly exit: string;
  readonly evidence: EvidenceGrade | null;
  /** Of its trades. */
  readonly liquidity: 'maker' | 'taker' | 'maker and taker';
  readonly adverse: number;
  readonly favourable: number;
}

/** In order of their end. */
export function tripFacts(analysis: Analysis): TripFacts[] {
  const { fills } = analysis.data;
  const hourOf = hours(analysis.calendar.timeZone);
  return excursionsOf(analysis).map(({ trip, adverse, favourable }) => {
    const { lots, instrument, side, openedAt, closedAt } = trip;
    const numbers = lots.flatMap(({ entry, exit }) => [entry, exit]);
    const last = fills[lots[lots.length - 1].exit];
    const liquidities = new Set(numbers.map((i) => fills[i].liquidity).filter((liquidity) => liquidity !== null));
    return {
      instrument,
      side: side > 0 ? 'long' : 'short',
      net: exactAmount(trip.net),
      lasted: (closedAt ?? openedAt) - openedAt,
      hour: hourOf(closedAt ?? openedAt),
      tag: fills[lots[0].entry].tag,
      exit: last.settlement ? 'settlement' : last.tag || 'trade',
      evidence: numbers.reduce<EvidenceGrade | null>((weakest, i) => weaker(weakest, fills[i].grade), null),
      liquidity: liquidities.size > 1 ? 'maker and taker' : ([...liquidities][0] ?? 'taker'),
      adverse,
      favourable,
    };
  });
}

/** Offsets of time zones are whole hours here, so an hour is asked for once. */
function hours(timeZone: string): (at: Micros) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, hour: 'numeric', hourCycle: 'h23' });
  const known = new Map<number, number>();
  return (at) => {
    const since = Math.floor(at / (3_600_000 * MICROS_PER_MILLISECOND));
    let hour = known.get(since);
    if (hour === undefined) {
      hour = Number(format.format(since * 3_600_000));
      known.set(since, hour);
    }
    return hour;
  };
}

export interface TripGroup {
  readonly label: string;
  readonly trips: number;
  readonly net: number;
  readonly mean: number;
  readonly winRate: Metric;
}

/** Groups of what `keyOf` says, the ones with most trips first. */
export function tripGroups(trips: readonly TripFacts[], keyOf: (trip: TripFacts) => string): TripGroup[] {
  return [...groupBy(trips, keyOf)]
    .map(([label, group]) => groupOf(label, group))
    .sort((a, b) => b.trips - a.trips || (a.label < b.label ? -1 : 1));
}

/** By the hour in which they ended. */
export function tripsByHour(trips: readonly TripFacts[]): TripGroup[] {
  return [...groupBy(trips, ({ hour }) => hour)]
    .sort(([a], [b]) => a - b)
    .map(([hour, group]) => groupOf(hourName(hour), group));
}

export const hourName = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;

/** Strongest evidence first. */
export function tripsByEvidence(trips: readonly TripFacts[], nameOf: (grade: EvidenceGrade) => string): TripGroup[] {
  const groups = groupBy(trips, ({ evidence }) => evidence);
  return evidenceGrades.flatMap((grade) => {
    const group = groups.get(grade);
    return group ? [groupOf(nameOf(grade), group)] : [];
  });
}

function groupOf(label: string, trips: readonly TripFacts[]): TripGroup {
  const net = trips.map((trip) => trip.net);
  return { label, trips: trips.length, net: total(net), mean: average(net), winRate: winRate(net) };
}
