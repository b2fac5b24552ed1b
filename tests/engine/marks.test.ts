import { describe, expect, it } from 'vitest';
import { type MarkPolicy, markPrice } from '../../src/engine/marks.ts';
import { LifecycleCode, Side } from '../../src/market/event.ts';
import { Market } from '../../src/market/market.ts';
import { frameOf, lifecycle, print, quote, type Row, snapshot } from '../support/events.ts';
import { contract, share } from '../support/instruments.ts';

function market(rows: readonly Row[], instrument = contract()): Market {
  const seen = new Market(instrument, 0);
  const batch = frameOf(0, rows);
  for (let i = 0; i < batch.count; i++) seen.apply(batch, i);
  return seen;
}

const book = snapshot([[5201, 100]], [[5400, 100]]);
const trade = print(Side.buy, 5300, 100);
const policies: MarkPolicy[] = ['mid', 'last', 'conservative', 'settlement'];
const marks = (rows: readonly Row[], size: number, instrument = contract()) =>
  policies.map((policy) => markPrice(policy, market(rows, instrument), size));

describe('what a position is valued at: mid, last, conservative, settlement', () => {
  it('long: the mid rounded down, the last trade, the bid, and nothing before the outcome', () => {
    expect(marks([...book, trade], 100)).toEqual([5300, 5300, 5201, Number.NaN]);
  });

  it('short: the mid rounded up, the ask', () => {
    expect(marks([...book, trade], -100)).toEqual([5301, 5300, 5400, Number.NaN]);
  });

  it('before a first trade the mid stands for it, and without two sides the last trade for the mid', () => {
    expect(marks(book, 100).slice(0, 2)).toEqual([5300, 5300]);
    expect(marks([...snapshot([], [[5400, 100]]), trade], 100).slice(0, 2)).toEqual([5300, 5300]);
  });

  it('with nobody to close with: the worst that a contract can be worth, or the last trade', () => {
    const empty = [...snapshot([], []), trade];
    expect(marks(empty, 100)[2]).toBe(0);
    expect(marks(empty, -100)[2]).toBe(10_000);
    expect(marks(empty, 100, share())[2]).toBe(5300);
  });

  it('quotes serve where there is no book', () => {
    expect(marks(quote([5200, 10], [5400, 10]), 100).slice(0, 3)).toEqual([5300, 5300, 5200]);
  });

  it('an outcome that is known goes before all of them', () => {
    expect(marks([...book, trade, lifecycle(LifecycleCode.determined, { price: 3060 })], 100)).toEqual(
      policies.map(() => 3060),
    );
  });
});
