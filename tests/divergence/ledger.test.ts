import { describe, expect, it } from 'vitest';
import { alignOrders } from '../../src/divergence/align.ts';
import { shapley } from '../../src/divergence/ladder.ts';
import { ledgerOf } from '../../src/divergence/ledger.ts';
import { rootOf, rootsOf } from '../../src/divergence/roots.ts';
import { grossOf, scoreOf } from '../../src/divergence/score.ts';
import { centsOfMoney, liveSide, missedFrame, replaySide } from './worked-example.ts';

const rules = { arrivalNoise: 0 };
const pairs = alignOrders(liveSide.orders, replaySide.orders, true);
const ledger = ledgerOf(pairs, liveSide, replaySide, rules);

describe('the worked example of the design', () => {
  it('splits a gap of -386 cents into parts that add up to it', () => {
    expect(ledger.results).toEqual([centsOfMoney(215), centsOfMoney(601)]);
    expect(ledger.gap).toBe(centsOfMoney(-386));
    expect(ledger.parts.map(({ class: name, cause, money }) => [name, cause, Number(money / 10n ** 14n)])).toEqual([
      ['price.latency', undefined, -100],
      ['price.depth', undefined, -40],
      ['fees', undefined, 1],
      ['fill.missed', 'queue', -270],
      ['decision.extra', undefined, -7],
      ['decision.missing', undefined, 80],
      ['mark', undefined, -50],
    ]);
    expect(grossOf(ledger.parts)).toBe(centsOfMoney(548));
    expect(Math.abs(Number(ledger.gap)) / Number(grossOf(ledger.parts))).toBeCloseTo(0.70438, 6);
  });

  it('tells roots from consequences', () => {
    const context = { ...rules, origin: undefined, inputs: [missedFrame], sameFees: true };
    const roots = rootsOf(pairs, context);
    const told = ledger.parts.map((part) => [
      part.class,
      rootOf(part, roots, context).class,
      rootOf(part, roots, context).of,
    ]);
    expect(told).toEqual([
      ['price.latency', 'price.latency', undefined],
      ['price.depth', 'price.depth', undefined],
      ['fees', 'timing', undefined],
      ['fill.missed', 'fill.missed', undefined],
      ['decision.extra', 'data.gap', undefined],
      ['decision.missing', 'fill.missed', 1],
      ['mark', 'mark', undefined],
    ]);
  });

  it('scores 66.44 out of 100, with its parts', () => {
    const { value, parts } = scoreOf(pairs, liveSide, replaySide, ledger, true);
    expect(parts.decisions).toBeCloseTo(0.75, 6);
    expect(parts.quantity).toBeCloseTo(0.740741, 6);
    expect(parts.price).toBeCloseTo(0.588235, 6);
    expect(parts.timing).toBeCloseTo(0.666667, 6);
    expect(parts.money).toBeCloseTo(0.594375, 6);
    expect(value).toBeCloseTo(66.443041, 5);
  });
});

describe('the average over all orders of replacing causes', () => {
  it('is that of the design for two causes: latency -92.5, fills -293.5', () => {
    const values = [601, 501, 300, 215].map(centsOfMoney);
    expect(shapley(2, (set) => values[set])).toEqual([centsOfMoney(-185) / 2n, centsOfMoney(-587) / 2n]);
  });

  it('adds up to the unit where it cannot be divided', () => {
    const values = [0n, 1n, 1n, 2n, 0n, 5n, 3n, 7n];
    const shares = shapley(3, (set) => values[set]);
    expect(shares.reduce((sum, share) => sum + share, 0n)).toBe(7n);
    expect(shapley(0, () => 0n)).toEqual([]);
  });
});
