/** Of each closed trip, how far it went against us and in our favour: for scatter charts, in the order of the trips. */
import type { Analysis } from './analysis.ts';
import { type Excursion, excursionOf } from './metrics/excursions.ts';
import type { Trip } from './metrics/lots.ts';
import { exactAmount } from './numbers.ts';
import { rounded } from './section.ts';

export interface TripExcursion extends Excursion {
  readonly trip: Trip;
  /** Before fees, in money. */
  readonly gross: number;
}

/** An instrument has one trip at a time: its trips begin in the order in which they end. */
export function excursionsOf({ data, matched }: Analysis): TripExcursion[] {
  const paths = new Map(data.tripPaths.map((path) => [`${path.instrument} ${path.trip}`, path]));
  const multipliers = new Map(data.manifest.instruments.map(({ id, multiplier }) => [id, multiplier]));
  const numbers = new Map<string, number>();
  return matched.trips.flatMap((trip) => {
    const number = (numbers.get(trip.instrument) ?? 0) + 1;
    numbers.set(trip.instrument, number);
    if (trip.closedAt === null) return [];
    const path = paths.get(`${trip.instrument} ${number}`);
    const units = multipliers.get(trip.instrument) ?? 1;
    const gross = exactAmount(trip.lots.reduce((sum, lot) => sum + lot.gross, 0n));
    return [
      { trip, gross, ...excursionOf(path ? [inMoney(path.lowest * units), inMoney(path.highest * units)] : [], gross) },
    ];
  });
}

/** Without what floating-point sums leave of nothing: a part of it would be beyond all bounds. */
const inMoney = (value: number): number => rounded(value, 9);
