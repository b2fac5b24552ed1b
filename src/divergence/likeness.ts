/** What of two sides is alike, as figures: they describe, and their orders are not independent of each other. */
import type { PairedCounts } from '../reports/metrics/uncertainty.ts';
import { contractsOf } from './contracts.ts';
import { type CurveLikeness, curveLikeness } from './curves.ts';
import type { Divergence } from './divergence.ts';
import { filledOf, type Side } from './side.ts';
import { compareSamples, type TwoSamples } from './two-samples.ts';
import { compareWaits, type WaitDifference } from './waits.ts';

/** Null where there is nothing to measure. */
export interface Likeness {
  /** Orders that both sides placed, by which of them filled it, in whole or in part. */
  readonly fills: PairedCounts;
  /** From decision to arrival, milliseconds. */
  readonly latency: TwoSamples | null;
  /** What both paid beyond the middle when they sent the order, for each piece of a fill that both have, in units of price. */
  readonly price: TwoSamples | null;
  readonly waits: WaitDifference | null;
  readonly curves: CurveLikeness | null;
}

export function likenessOf(divergence: Divergence): Likeness {
  const { one, other } = divergence;
  const costs = costsOf(divergence);
  return {
    fills: fillsOf(divergence),
    latency: compareSamples(latenciesOf(one), latenciesOf(other)) ?? null,
    price: compareSamples(costs.one, costs.other) ?? null,
    waits: compareWaits(one, other) ?? null,
    curves: curveLikeness(one, other) ?? null,
  };
}

function fillsOf({ pairs }: Divergence): PairedCounts {
  const counts = { both: 0, one: 0, other: 0, neither: 0 };
  for (const { one, other } of pairs) {
    if (!one || !other) continue;
    const [ours, theirs] = [filledOf(one) > 0n, filledOf(other) > 0n];
    counts[ours && theirs ? 'both' : ours ? 'one' : theirs ? 'other' : 'neither']++;
  }
  return counts;
}

/** Milliseconds from decision to arrival, ascending; of an order that the desk held, from when it was sent. */
export function latenciesOf({ orders }: Side): readonly number[] {
  return orders
    .flatMap(({ arrivedAt, sentAt, decidedAt }) =>
      arrivedAt === null ? [] : [(arrivedAt - (sentAt ?? decidedAt)) / 1000],
    )
    .sort((a, b) => a - b);
}

/**
 * What was paid beyond the middle as the order was sent, below 0 where the spread was earned; ascending. Both prices of a piece are
 * held against the same middle, so that the samples differ in what was paid alone.
 */
export function costsOf({ pairs }: Divergence): Readonly<Record<'one' | 'other', readonly number[]>> {
  const costs: Record<'one' | 'other', number[]> = { one: [], other: [] };
  for (const { one, other } of pairs) {
    const middle = other?.middle ?? one?.middle;
    if (!one || !other || middle === undefined) continue;
    const cost = (price: bigint) => (one.direction * Number(price - middle)) / 1e8;
    for (const common of contractsOf(one, other).common) {
      costs.one.push(cost(common.one.price));
      costs.other.push(cost(common.other.price));
    }
  }
  const ascending = (values: number[]) => values.sort((a, b) => a - b);
  return { one: ascending(costs.one), other: ascending(costs.other) };
}
