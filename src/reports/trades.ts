/** Round trips as people look at them. */
import type { EvidenceGrade } from '../market/fill.ts';
import type { Micros, Money } from '../market/units.ts';
import type { TradePart, TradeRecord } from '../tape/trades-view.ts';
import { type Analysis, analyse, weaker } from './analysis.ts';
import { loadRun } from './load.ts';
import type { OpenLot, Trip } from './metrics/lots.ts';

interface TradeRow {
  readonly instrument: string;
  readonly side: 'long' | 'short';
  readonly openedAt: Micros;
  /** Null while something is held. */
  readonly closedAt: Micros | null;
  readonly maxSize: bigint;
  /** Average prices by size; null before the first exit. */
  readonly entryPrice: number;
  readonly exitPrice: number | null;
  /** Realised so far, by the run's cost basis. */
  readonly gross: Money;
  /** Of all its fills. */
  readonly fees: Money;
  readonly net: Money;
  /** How the last of it was closed. */
  readonly exit: 'trade' | 'settlement' | null;
  readonly evidence: EvidenceGrade | null;
  /** Of the first fill. */
  readonly tag: string;
}

type ClosedTrade = TradeRow & {
  readonly closedAt: Micros;
  readonly exitPrice: number;
  readonly exit: 'trade' | 'settlement';
};

/** Closed trips, those that moved most money first. */
export function largestTrades(analysis: Analysis, most: number): ClosedTrade[] {
  return analysis.matched.trips
    .filter(({ closedAt }) => closedAt !== null)
    .map((trip, i) => ({ trip, i, size: trip.net < 0n ? -trip.net : trip.net }))
    .sort((a, b) => (a.size === b.size ? a.i - b.i : a.size > b.size ? -1 : 1))
    .slice(0, most)
    .map(({ trip }) => tradeRow(analysis, trip, [], partsOf(trip, [])) as ClosedTrade);
}

export async function loadTrades(folder: string): Promise<TradeRecord[]> {
  return tradesOf(analyse(await loadRun(folder)));
}

/**
 * All trips of a run, the closed ones first, with the fills that they are made of. Gross results add up to what the run
 * has realised, and fees to its fees.
 */
export function tradesOf(analysis: Analysis): TradeRecord[] {
  const { matched, data } = analysis;
  const multipliers = new Map(data.manifest.instruments.map(({ id, multiplier }) => [id, multiplier]));
  return matched.trips.map((trip) => {
    // An instrument has at most one trip that is not closed.
    const held = trip.closedAt === null ? matched.open.filter(({ instrument }) => instrument === trip.instrument) : [];
    const parts = partsOf(trip, held);
    const multiplier = multipliers.get(trip.instrument) ?? 1;
    return { ...tradeRow(analysis, trip, held, parts), multiplier, parts };
  });
}

function tradeRow({ data }: Analysis, trip: Trip, held: readonly OpenLot[], parts: readonly TradePart[]): TradeRow {
  const { fills, manifest } = data;
  const { lots, closedAt } = trip;
  const isAverage = closedAt === null && manifest.config.costBasis !== 'fifo';
  const multiplier = manifest.instruments.find(({ id }) => id === trip.instrument)?.multiplier ?? 1;
  const gross = isAverage
    ? averageGross(trip.side, parts, fills, BigInt(multiplier))
    : lots.reduce((sum, lot) => sum + lot.gross, 0n);
  const fees = [...lots, ...held].reduce((sum, lot) => sum + lot.fees, 0n);
  const exits = parts.filter(({ isEntry }) => !isEntry);
  const last = fills[parts[parts.length - 1].fill];
  return {
    instrument: trip.instrument,
    side: trip.side > 0 ? 'long' : 'short',
    openedAt: trip.openedAt,
    closedAt,
    maxSize: trip.maxSize,
    entryPrice: averagePrice(
      parts.filter(({ isEntry }) => isEntry),
      fills,
    ),
    exitPrice: exits.length === 0 ? null : averagePrice(exits, fills),
    gross,
    fees,
    net: gross - fees,
    exit: closedAt === null ? null : last.settlement ? 'settlement' : 'trade',
    evidence: parts.reduce<EvidenceGrade | null>((weakest, { fill }) => weaker(weakest, fills[fill].grade), null),
    tag: fills[parts[0].fill].tag,
  };
}

/** What of each fill went into or out of the position, in the order of the fills. */
function partsOf({ lots }: Trip, held: readonly OpenLot[]): TradePart[] {
  const entries = new Map<number, bigint>();
  const exits = new Map<number, bigint>();
  const add = (sizes: Map<number, bigint>, fill: number, size: bigint) =>
    sizes.set(fill, (sizes.get(fill) ?? 0n) + size);
  for (const { entry, size } of [...lots, ...held]) add(entries, entry, size);
  for (const { exit, size } of lots) add(exits, exit, size);
  const parts = [
    ...[...entries].map(([fill, size]) => ({ fill, size, isEntry: true })),
    ...[...exits].map(([fill, size]) => ({ fill, size, isEntry: false })),
  ];
  return parts.sort((a, b) => a.fill - b.fill);
}

type Fills = Analysis['data']['fills'];

/** Realised at average cost, rounded as the account rounds it. Once all is closed, first in first out comes to the same. */
function averageGross(side: 1 | -1, parts: readonly TradePart[], fills: Fills, multiplier: bigint): Money {
  let held = 0n;
  let cost = 0n;
  let gross = 0n;
  for (const { fill, size, isEntry } of parts) {
    const value = fills[fill].price * size * multiplier;
    if (isEntry) {
      held += size;
      cost += value;
    } else {
      const released = (cost * size) / held;
      held -= size;
      cost -= released;
      gross += BigInt(side) * (value - released);
    }
  }
  return gross;
}

function averagePrice(parts: readonly TradePart[], fills: Fills): number {
  let paid = 0n;
  let size = 0n;
  for (const part of parts) {
    paid += fills[part.fill].price * part.size;
    size += part.size;
  }
  return Number(paid) / Number(size) / 1e8;
}
