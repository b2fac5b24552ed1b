import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MarketQuotes, noQuotes } from '../../src/reports/quotes.ts';
import { tripPathsOf } from '../../src/reports/trip-paths.ts';
import { fill } from './run-data.ts';

const START = fill(0, 'a', 1, 1, 50).at;
const SECOND = 1_000_000;

interface Row {
  readonly second: number;
  readonly bid: number;
  readonly ask: number;
}

/** Prices in cents. */
function market(rows: readonly Row[]): MarketQuotes {
  const quotes = new MarketQuotes(rows.length);
  for (const { second, bid, ask } of rows) quotes.add(START + second * SECOND, bid * 1e6, ask * 1e6, Number.NaN);
  return quotes;
}

const rows = fc
  .array(
    fc.record({
      second: fc.integer({ min: 0, max: 20 }),
      bid: fc.oneof(fc.integer({ min: 1, max: 49 }), fc.constant(Number.NaN)),
      ask: fc.oneof(fc.integer({ min: 50, max: 99 }), fc.constant(Number.NaN)),
    }),
    { maxLength: 30 },
  )
  .map((all) => all.sort((a, b) => a.second - b.second));

describe('best prices by time', () => {
  const quotes = market([
    { second: 1, bid: 40, ask: 42 },
    { second: 3, bid: 41, ask: 42 },
    { second: 3, bid: 41, ask: 43 },
    { second: 5, bid: Number.NaN, ask: 43 },
  ]);
  const at = (second: number) => START + second * SECOND;

  it('the last row of an instant holds until the next', () => {
    expect([0, 1, 2, 3, 4, 9].map((second) => quotes.rowAt(at(second)))).toEqual([-1, 0, 0, 2, 2, 3]);
    expect(quotes.middle(quotes.rowAt(at(4)))).toBe(0.42);
  });

  it('without a bid there is no middle, but there was one', () => {
    expect(quotes.middle(quotes.rowAt(at(5)))).toBeNaN();
    expect(quotes.middle(quotes.twoSidedRowAt(at(5)))).toBe(0.42);
  });

  it('nothing is known before the first row, of a market without any, and of no time', () => {
    expect([quotes.twoSidedRowAt(at(0)), noQuotes.rowAt(at(9)), quotes.rowAt(Number.NaN)]).toEqual([-1, -1, -1]);
    expect(quotes.middle(-1)).toBeNaN();
  });

  it('is what looking at every row finds', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: -1, max: 21 }), (all, second) => {
        const found = market(all);
        const past = all.flatMap((row, i) => (row.second <= second ? [{ ...row, i }] : []));
        expect(found.rowAt(at(second))).toBe(past.at(-1)?.i ?? -1);
        expect(found.twoSidedRowAt(at(second))).toBe(past.findLast(({ bid, ask }) => bid + ask > 0)?.i ?? -1);
      }),
      { seed: 7 },
    );
  });
});

describe('how far a trip went', () => {
  it('is what it would have come to at each quote while it was held, closed at the best price', () => {
    fc.assert(
      fc.property(
        rows,
        fc.array(fc.record({ pause: fc.integer({ min: 0, max: 5 }), size: fc.integer({ min: -3, max: 3 }) })),
        (all, trades) => {
          const fills = fillsOf(trades.filter(({ size }) => size !== 0));
          const paths = tripPathsOf(fills, new Map([['a', market(all)]]));
          for (const path of paths) expect(path).toMatchObject(plainPath(path.trip, fills, all) ?? {});
          const seen = new Set(paths.map(({ trip }) => trip));
          for (let trip = 1; trip <= tripsOf(fills).length; trip++)
            expect(seen.has(trip)).toBe(plainPath(trip, fills, all) !== undefined);
        },
      ),
      { seed: 11 },
    );
  });

  type Fills = ReturnType<typeof fillsOf>;

  function fillsOf(trades: readonly { pause: number; size: number }[]) {
    let second = 0;
    let held = 0;
    return trades.map(({ pause, size }, i) => {
      second += pause;
      held += size;
      const position = BigInt(held) * 100_000_000n;
      return { second, ...fill(second, 'a', size > 0 ? 1 : -1, Math.abs(size), 40 + (i % 7), { position }) };
    });
  }

  /** Places of the fills with which a position began, from nothing or through zero. */
  function tripsOf(fills: Fills): number[] {
    return fills.flatMap(({ position }, i) => {
      const before = i === 0 ? 0n : fills[i - 1].position;
      return position !== 0n && position > 0n !== before > 0n ? [i] : position < 0n && before === 0n ? [i] : [];
    });
  }

  /** Second by second, all of it anew at each. */
  function plainPath(trip: number, fills: Fills, all: readonly Row[]) {
    const begins = tripsOf(fills);
    const values: number[] = [];
    for (let second = 0; second <= 20; second++) {
      const quote = all.findLast((row) => row.second === second);
      const last = fills.findLastIndex((each) => each.second <= second);
      if (!quote || last < begins[trip - 1] || last >= (begins[trip] ?? Number.POSITIVE_INFINITY)) continue;
      const position = Number(fills[last].position) / 1e8;
      const price = position > 0 ? quote.bid : quote.ask;
      if (position === 0 || Number.isNaN(price)) continue;
      let cash = 0;
      for (let i = begins[trip - 1]; i <= last; i++) {
        const before = i === begins[trip - 1] ? 0 : Number(fills[i - 1].position) / 1e8;
        cash -= (Number(fills[i].position) / 1e8 - before) * (Number(fills[i].price) / 1e8);
      }
      values.push(cash + (position * price) / 100);
    }
    if (values.length === 0) return undefined;
    return {
      lowest: expect.closeTo(Math.min(...values), 9),
      highest: expect.closeTo(Math.max(...values), 9),
    };
  }
});
