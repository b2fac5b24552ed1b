/** The first event at which two runs part, and what each side knew just before it. */
import type { Micros, Money } from '../market/units.ts';
import { firstDifference, type RunDifference } from '../tape/run-difference.ts';
import type { Side } from './side.ts';

/** What a side held and had open. */
export interface SideState {
  readonly equity: Money;
  readonly positions: ReadonlyMap<string, bigint>;
  /** Ids of orders. */
  readonly open: readonly number[];
}

export interface FirstDivergence {
  readonly event: RunDifference;
  readonly before: readonly [one: SideState, other: SideState];
}

/** Undefined: the digests are the same. */
export async function firstDivergence(one: Side, other: Side): Promise<FirstDivergence | undefined> {
  const event = await firstDifference(one.name, other.name);
  return event && { event, before: [stateBefore(one, event.at), stateBefore(other, event.at)] };
}

function stateBefore(side: Side, at: Micros): SideState {
  const positions = new Map<string, bigint>();
  const hold = (instrument: string, size: bigint) => {
    const held = (positions.get(instrument) ?? 0n) + size;
    if (held === 0n) positions.delete(instrument);
    else positions.set(instrument, held);
  };
  const open: number[] = [];
  for (const { id, instrument, direction, decidedAt, endedAt, fills } of side.orders) {
    if (decidedAt < at && (endedAt === null || endedAt >= at)) open.push(id);
    for (const { knownAt, size } of fills) if (knownAt < at) hold(instrument, BigInt(direction) * size);
  }
  for (const settlement of side.settlements) if (settlement.at < at) hold(settlement.instrument, settlement.size);
  return { equity: side.equity.findLast((row) => row.at < at)?.equity ?? side.openingCash, positions, open };
}
