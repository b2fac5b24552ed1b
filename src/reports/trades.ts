/** Round trips as people look at them. */
import type { EvidenceGrade } from '../market/fill.ts';
import type { Micros, Money } from '../market/units.ts';
import { type Analysis, weaker } from './analysis.ts';
import type { Lot, Trip } from './metrics/lots.ts';

export interface TradeRow {
  readonly instrument: string;
  readonly side: 'long' | 'short';
  readonly openedAt: Micros;
  readonly closedAt: Micros;
  readonly maxSize: bigint;
  /** Average prices by size. */
  readonly entryPrice: number;
  readonly exitPrice: number;
  readonly gross: Money;
  readonly fees: Money;
  readonly net: Money;
  /** How the last of it was closed. */
  readonly exit: 'trade' | 'settlement';
  readonly evidence: EvidenceGrade | null;
  /** Of the first fill. */
  readonly tag: string;
}

/** Closed trips, those that moved most money first. */
export function largestTrades({ matched, data }: Analysis, most: number): TradeRow[] {
  return matched.trips
    .filter(({ closedAt }) => closedAt !== null)
    .map((trip, i) => ({ trip, i, size: trip.net < 0n ? -trip.net : trip.net }))
    .sort((a, b) => (a.size === b.size ? a.i - b.i : a.size > b.size ? -1 : 1))
    .slice(0, most)
    .map(({ trip }) => tradeRow(trip, data.fills));
}

function tradeRow(trip: Trip, fills: Analysis['data']['fills']): TradeRow {
  const { lots } = trip;
  const last = fills[lots[lots.length - 1].exit];
  return {
    instrument: trip.instrument,
    side: trip.side > 0 ? 'long' : 'short',
    openedAt: trip.openedAt,
    closedAt: trip.closedAt ?? last.at,
    maxSize: trip.maxSize,
    entryPrice: averagePrice(lots, ({ entry }) => fills[entry].price),
    exitPrice: averagePrice(lots, ({ exit }) => fills[exit].price),
    gross: lots.reduce((sum, { gross }) => sum + gross, 0n),
    fees: lots.reduce((sum, { fees }) => sum + fees, 0n),
    net: trip.net,
    exit: last.settlement ? 'settlement' : 'trade',
    evidence: lots.reduce<EvidenceGrade | null>(
      (weakest, { entry, exit }) => weaker(weakest, weaker(fills[entry].grade, fills[exit].grade)),
      null,
    ),
    tag: fills[lots[0].entry].tag,
  };
}

function averagePrice(lots: readonly Lot[], priceOf: (lot: Lot) => bigint): number {
  let paid = 0n;
  let size = 0n;
  for (const lot of lots) {
    paid += priceOf(lot) * lot.size;
    size += lot.size;
  }
  return Number(paid) / Number(size) / 1e8;
}
