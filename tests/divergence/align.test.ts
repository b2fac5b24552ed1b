import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignOrders } from '../../src/divergence/align.ts';
import type { SideOrder } from '../../src/divergence/side.ts';
import '../support/seed.ts';
import { order } from './worked-example.ts';

const matched = (one: readonly SideOrder[], other: readonly SideOrder[], sameTapes = true) =>
  alignOrders(one, other, sameTapes).map((pair) => [pair.one?.id ?? null, pair.other?.id ?? null, pair.method ?? null]);

describe('orders are paired', () => {
  it('by the place of their decision on the tape, however else they differ', () => {
    const one = [order({ id: 1, at: 10, size: 5, limit: 50 })];
    const other = [order({ id: 7, at: 10, size: 90, limit: 20 })];
    expect(matched(one, other)).toEqual([[1, 7, 'trigger']]);
  });

  it('in the order of placing where one decision placed several', () => {
    const twice = (first: number) => [order({ id: first, at: 10, size: 5 }), order({ id: first + 1, at: 10, size: 6 })];
    expect(matched(twice(1), twice(3))).toEqual([
      [1, 3, 'trigger'],
      [2, 4, 'trigger'],
    ]);
  });

  it('by time alone where the tapes are not the same, because frames have other numbers there', () => {
    const later = { ...order({ id: 2, at: 10, size: 5 }), trigger: { tape: 0, frame: 99 } };
    expect(matched([order({ id: 1, at: 10, size: 5 })], [later], false)).toEqual([[1, 2, 'trigger']]);
    expect(matched([order({ id: 1, at: 10, size: 5 })], [later])).toEqual([[1, 2, 'nearest']]);
  });

  it('else to the nearest in time, price and size, without crossing', () => {
    const one = [order({ id: 1, at: 0, size: 5, limit: 50 }), order({ id: 2, at: 900, size: 5, limit: 52 })];
    const other = [order({ id: 3, at: 100, size: 5, limit: 50 }), order({ id: 4, at: 950, size: 5, limit: 52 })];
    expect(matched(one, other)).toEqual([
      [1, 3, 'nearest'],
      [2, 4, 'nearest'],
    ]);
    // The one extra order stays alone, and not one of those that fit.
    expect(matched([order({ id: 9, at: 400, size: 300, limit: 20 }), ...one], other)).toContainEqual([9, null, null]);
  });

  it('never beyond two seconds, to the other side, or to another market', () => {
    const one = [order({ id: 1, at: 0, size: 5 })];
    for (const far of [
      order({ id: 2, at: 2001, size: 5 }),
      order({ id: 2, at: 1, size: 5, direction: -1 }),
      order({ id: 2, at: 1, size: 5, instrument: 'kalshi:OTHER' }),
    ]) {
      expect(matched(one, [far]).map(([, , method]) => method)).toEqual([null, null]);
    }
  });

  it('keeps every order exactly once, whatever the two sides are', () => {
    const placed = fc.record({
      at: fc.nat(9000),
      size: fc.integer({ min: 1, max: 3 }),
      limit: fc.integer({ min: 50, max: 54 }),
    });
    const side = fc.array(placed, { maxLength: 30 });
    fc.assert(
      fc.property(side, side, (ours, theirs) => {
        const [one, other] = [ours, theirs].map((orders) =>
          orders.map((each, i) => order({ id: i + 1, ...each })).sort((a, b) => a.decidedAt - b.decidedAt),
        );
        const pairs = alignOrders(one, other, true);
        const ids = (orders: readonly (SideOrder | undefined)[]) => orders.flatMap((each) => each?.id ?? []).sort();
        expect(ids(pairs.map((pair) => pair.one))).toEqual(ids(one));
        expect(ids(pairs.map((pair) => pair.other))).toEqual(ids(other));
      }),
      { numRuns: 300 },
    );
  });
});
