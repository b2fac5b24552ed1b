/** How far round trips went against us and in our favour while they lasted. */

import { groupBy } from '../market/group.ts';
import type { JournalFill } from './load.ts';
import { decimalToNumber } from './numbers.ts';
import { type MarketQuotes, noQuotes, type Quotes } from './quotes.ts';

/** Best and worst that a trip would have come to before fees, closed at once, at the quotes of its life. */
export interface TripPath {
  readonly instrument: string;
  /** From 1, in the order in which the instrument's trips began. */
  readonly trip: number;
  readonly lowest: number;
  readonly highest: number;
}

/** Trips without a quote to close at are left out. */
export function tripPathsOf(fills: readonly JournalFill[], quotes: Quotes): TripPath[] {
  return [...groupBy(fills, ({ instrument }) => instrument)].flatMap(([instrument, own]) =>
    pathsOf(instrument, own, quotes.get(instrument) ?? noQuotes),
  );
}

function pathsOf(instrument: string, fills: readonly JournalFill[], quotes: MarketQuotes): TripPath[] {
  const paths: { instrument: string; trip: number; lowest: number; highest: number }[] = [];
  let trip = 0;
  let held = 0;
  let cash = 0;
  let path = { instrument, trip, lowest: Number.POSITIVE_INFINITY, highest: Number.NEGATIVE_INFINITY };
  for (const [i, fill] of fills.entries()) {
    const position = decimalToNumber(fill.position);
    const price = decimalToNumber(fill.price);
    if (position !== 0 && Math.sign(position) !== Math.sign(held)) {
      path = { instrument, trip: ++trip, lowest: Number.POSITIVE_INFINITY, highest: Number.NEGATIVE_INFINITY };
      paths.push(path);
      cash = -position * price;
    } else cash += (held - position) * price;
    held = position;
    const until = fills[i + 1]?.at ?? Number.POSITIVE_INFINITY;
    if (held === 0 || until === fill.at) continue;
    const prices = held > 0 ? quotes.bid : quotes.ask;
    for (let row = firstRow(quotes, fill.at); row < quotes.at.length && quotes.at[row] < until; row++) {
      // Of several rows of one instant the last one holds.
      if (quotes.at[row + 1] === quotes.at[row] || Number.isNaN(prices[row])) continue;
      const value = cash + held * (prices[row] / 1e8);
      if (value < path.lowest) path.lowest = value;
      if (value > path.highest) path.highest = value;
    }
  }
  return paths.filter(({ lowest }) => lowest !== Number.POSITIVE_INFINITY);
}

/** The first at or after a time, or the last row of that instant. */
function firstRow(quotes: MarketQuotes, at: number): number {
  const row = quotes.rowAt(at);
  return row >= 0 && quotes.at[row] === at ? row : row + 1;
}
