import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  evenLadder,
  isOnTick,
  smallestStep,
  type TickLadder,
  tickAbove,
  tickAtOrAbove,
  tickAtOrBelow,
  tickBelow,
} from '../../src/market/ticks.ts';
import { namedLadder } from '../support/instruments.ts';

/** Every price that the ladder allows, by the words of its definition. */
function pricesOf(ladder: TickLadder): number[] {
  const prices: number[] = [];
  ladder.forEach(({ from, to, step }, i) => {
    const isLast = i === ladder.length - 1;
    for (let price = from; isLast ? price <= to : price < to; price += step) prices.push(price);
  });
  return prices;
}

/** Up to four bands, one after the other; a band need not be a whole number of steps. */
const anyLadder: fc.Arbitrary<TickLadder> = fc
  .record({
    start: fc.integer({ min: 0, max: 20 }),
    bands: fc.array(fc.record({ width: fc.integer({ min: 1, max: 60 }), step: fc.integer({ min: 1, max: 15 }) }), {
      minLength: 1,
      maxLength: 4,
    }),
  })
  .map(({ start, bands }) => {
    let from = start;
    return bands.map(({ width, step }) => {
      const band = { from, to: from + width, step };
      from = band.to;
      return band;
    });
  });

describe('a tick ladder', () => {
  it('allows exactly the prices of its bands, and finds the nearest ones on either side', () => {
    fc.assert(
      fc.property(anyLadder, (ladder) => {
        const prices = pricesOf(ladder);
        const last = prices[prices.length - 1];
        for (let price = -3; price <= last + 80; price++) {
          const below = prices.filter((valid) => valid <= price).at(-1) ?? Number.NEGATIVE_INFINITY;
          const above = prices.find((valid) => valid >= price) ?? Number.POSITIVE_INFINITY;
          expect(isOnTick(ladder, price)).toBe(below === price);
          expect(tickAtOrBelow(ladder, price)).toBe(below);
          expect(tickAtOrAbove(ladder, price)).toBe(above);
        }
      }),
    );
  });

  it('leads from each valid price to the next and back', () => {
    fc.assert(
      fc.property(anyLadder, (ladder) => {
        const prices = pricesOf(ladder);
        for (let i = 0; i + 1 < prices.length; i++) {
          expect(tickAbove(ladder, prices[i])).toBe(prices[i + 1]);
          expect(tickBelow(ladder, prices[i + 1])).toBe(prices[i]);
        }
        expect(tickBelow(ladder, prices[0])).toBe(Number.NEGATIVE_INFINITY);
        expect(tickAbove(ladder, prices[prices.length - 1])).toBe(Number.POSITIVE_INFINITY);
      }),
    );
  });

  it('has the smallest step of all its bands', () => {
    expect(smallestStep(evenLadder(100, 0, 10_000))).toBe(100);
    expect(smallestStep(namedLadder('tapered_deci_cent'))).toBe(10);
  });
});

describe('the tapered ladder of 15-minute crypto markets', () => {
  const ladder = namedLadder('tapered_deci_cent');

  it.each([
    [9990, true],
    [9995, false],
    [9000, true],
    [8990, false],
    [5300, true],
    [5310, false],
    [1000, true],
    [990, true],
    [10, true],
    [1, false],
  ])('%i ten-thousandths of a dollar on tick: %s', (price, expected) => {
    expect(isOnTick(ladder, price)).toBe(expected);
  });

  it('steps by a tenth of a cent below 0.10 and above 0.90, by a cent between', () => {
    expect(tickAbove(ladder, 990)).toBe(1000);
    expect(tickAbove(ladder, 1000)).toBe(1100);
    expect(tickBelow(ladder, 9000)).toBe(8900);
    expect(tickAbove(ladder, 9000)).toBe(9010);
  });
});

describe('named price structures', () => {
  it.each([
    ['linear_cent', 100, 100],
    ['deci_cent', 10, 10],
    ['tapered_deci_cent', 10, 100],
    ['center_half_edge_deci_cent', 10, 50],
    ['center_whole_edge_quint_cent', 20, 100],
    ['center_deci_edge_centi_cent', 1, 10],
  ])('%s: %i at the edge, %i in the centre', (structure, edge, centre) => {
    const ladder = namedLadder(structure);
    expect(tickAbove(ladder, 0)).toBe(edge);
    expect(tickBelow(ladder, 10_000)).toBe(10_000 - edge);
    expect(tickAbove(ladder, 5000)).toBe(5000 + centre);
  });

  it('of combos have their edges below 0.01 and above 0.99, unlike all others', () => {
    const ladder = namedLadder('center_deci_edge_centi_cent');
    expect(tickBelow(ladder, 100)).toBe(99);
    expect(tickAbove(ladder, 100)).toBe(110);
    expect(tickAbove(ladder, 9900)).toBe(9901);
  });

  it('that nobody has heard of are not guessed', () => {
    expect(() => namedLadder('banded_centi_cent')).toThrow();
    expect(() => namedLadder('center_soft_edge_hard_cent')).toThrow();
  });
});
