/**
 * A random venue on two lines with random delays and cuts, never both down: what is decoded equals what the venue did.
 * A line that comes back has a new snapshot; the other one then stands for as long as late messages may take to arrive.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventKind } from '../../src/market/event.ts';
import { Rng } from '../../src/market/rng.ts';
import { type Micros, type Price, parseTime, type Size } from '../../src/market/units.ts';
import type { StampedRow } from '../support/events.ts';
import { type LineWire, TwoLines } from '../support/kalshi-lines.ts';

const MILLISECOND = 1_000;
const SECOND = 1_000_000;
const START = parseTime('2026-08-27T13:56:00Z');
const MARKETS = ['KXA-1', 'KXB-1'];
/** A message is at most so late. */
const LATEST = 2 * SECOND;

/** Something that the venue does to one market: a trade, or a change of a level. */
interface Deed {
  readonly at: Micros;
  readonly market: string;
  readonly side: 'yes' | 'no' | 'trade';
  readonly price: Price;
  /** Change of the level, or size of the trade. */
  readonly size: Size;
}

/** Books by market and side, from the deeds up to `at`. */
function booksAt(deeds: readonly Deed[], at: Micros) {
  const books = new Map(MARKETS.map((market) => [market, { yes: new Map<Price, Size>(), no: new Map<Price, Size>() }]));
  for (const { market, side, price, size, at: when } of deeds) {
    const levels = side === 'trade' || when >= at ? undefined : books.get(market)?.[side];
    if (levels) levels.set(price, (levels.get(price) ?? 0) + size);
  }
  for (const sides of books.values()) {
    for (const levels of [sides.yes, sides.no])
      for (const [price, size] of levels) if (size === 0) levels.delete(price);
  }
  return books;
}

/** Deeds until `until`, with pauses longer than any delay; and the ends of the pauses. */
function venue(rng: Rng, until: Micros): { deeds: Deed[]; pauses: Micros[] } {
  const deeds: Deed[] = [];
  const pauses: Micros[] = [];
  const sizes = new Map<string, Size>();
  let at = START;
  while (at < until) {
    // Often several at the same time, and the same trade more than once.
    if (rng.unit() < 0.6) at += (1 + rng.below(300)) * MILLISECOND;
    if (rng.unit() < 0.02) {
      at += LATEST + SECOND;
      pauses.push(at);
      at += MILLISECOND;
    }
    const market = MARKETS[rng.below(MARKETS.length)];
    const price = 100 * (45 + rng.below(4));
    const side = (['yes', 'no', 'trade'] as const)[rng.below(3)];
    const before = sizes.get(`${market} ${side} ${price}`) ?? 0;
    const size = side === 'trade' || before === 0 || rng.unit() < 0.5 ? 100 * (1 + rng.below(2)) : -before;
    if (side !== 'trade') sizes.set(`${market} ${side} ${price}`, before + size);
    deeds.push({ at, market, side, price, size });
  }
  return { deeds, pauses };
}

/** Something that reaches the recorder at `at`; `order` of those that do at the same time. */
interface Arrival {
  readonly at: Micros;
  readonly happens: (lines: TwoLines) => StampedRow[];
}

/** What one line brings, when it is up from and until these times. */
function arrivals(
  rng: Rng,
  deeds: readonly Deed[],
  line: (lines: TwoLines) => LineWire,
  spans: readonly (readonly [from: Micros, to: Micros])[],
): Arrival[] {
  return spans.flatMap(([from, to]) => {
    const list: Arrival[] = [{ at: from, happens: (lines) => line(lines).connect(...MARKETS) }];
    let at = from;
    const deliver = (sent: Micros, happens: Arrival['happens']) => {
      at = Math.max(at, sent + MILLISECOND * rng.below(rng.unit() < 0.1 ? LATEST / MILLISECOND : 50));
      if (at < to) list.push({ at, happens });
    };
    for (const [market, sides] of booksAt(deeds, from)) {
      deliver(from, (lines) => line(lines).snapshot(sides, market));
    }
    for (const deed of deeds.filter((one) => one.at >= from)) {
      const { market, side, price, size } = deed;
      deliver(deed.at, (lines) =>
        side === 'trade'
          ? line(lines).trade(price, size, deed.at, market)
          : line(lines).change(side, price, size, deed.at, market),
      );
    }
    list.push({ at: to, happens: (lines) => line(lines).disconnect() });
    return list;
  });
}

/** When each line is up: cuts in turn or of the same line, each after both have stood long enough. */
function uptimes(rng: Rng, until: Micros): [Micros, Micros][][] {
  const cuts: { line: number; from: Micros; to: Micros }[] = [];
  for (let at = START; ; ) {
    const from = at + 15 * SECOND + rng.below(10 * SECOND);
    const to = from + MILLISECOND + rng.below(10 * SECOND);
    if (to > until) break;
    cuts.push({ line: rng.below(2), from, to });
    at = to;
  }
  return [0, 1].map((line) => {
    const own = cuts.filter((cut) => cut.line === line);
    const starts = [START, ...own.map(({ to }) => to)];
    return starts.map((from, i): [Micros, Micros] => [from, own[i]?.from ?? until + 60 * SECOND]);
  });
}

const tradeText = (market: string, at: Micros, price: Price, size: Size) => `${market} ${at} ${price} ${size}`;

function levelsOf(lines: TwoLines, symbol: string): string[] {
  const market = lines.markets.find(({ instrument }) => instrument.symbol === symbol);
  if (!market?.bookComplete) return ['no book'];
  const levels: string[] = [];
  for (const side of [1, -1] as const) {
    const best = side > 0 ? market.book.bidPrice : market.book.askPrice;
    for (let price = best; Number.isFinite(price); price = market.book.worse(side, price)) {
      levels.push(`${side > 0 ? 'yes' : 'no'} ${side > 0 ? price : 10_000 - price} ${market.book.sizeAt(side, price)}`);
    }
  }
  return levels.sort();
}

describe('two lines, never both down', () => {
  it('have every trade once, no gap, and the right book whenever all has arrived', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const rng = new Rng(seed);
        const until = START + 120 * SECOND;
        const { deeds, pauses } = venue(rng.split('venue'), until);
        const [a, b] = uptimes(rng.split('cuts'), until);
        const pauseEnds = pauses.map(
          (at): Arrival => ({
            at,
            happens: (lines) => {
              for (const [market, { yes, no }] of booksAt(deeds, at)) {
                const truth = [
                  ...[...yes].map(([price, size]) => `yes ${price} ${size}`),
                  ...[...no].map(([price, size]) => `no ${price} ${size}`),
                ];
                expect(levelsOf(lines, market)).toEqual(truth.sort());
              }
              return [];
            },
          }),
        );
        const all = [
          ...arrivals(rng.split('a'), deeds, (lines) => lines.a, a),
          ...arrivals(rng.split('b'), deeds, (lines) => lines.b, b),
          ...pauseEnds,
        ].sort((one, other) => one.at - other.at);
        const lines = new TwoLines();
        const rows: StampedRow[] = [];
        for (const { at, happens } of all) {
          if (at >= until + 60 * SECOND) break;
          lines.now = at;
          rows.push(...happens(lines));
        }
        expect(rows.filter(({ kind }) => kind === EventKind.gap)).toEqual([]);
        const told = rows
          .filter(({ kind }) => kind === EventKind.trade)
          .map(({ instrument, exchangeAt, price, size }) =>
            tradeText(lines.markets[instrument].instrument.symbol, exchangeAt, price, size),
          );
        const truth = deeds
          .filter(({ side }) => side === 'trade')
          .map(({ market, at, price, size }) => tradeText(market, at, price, size));
        expect(told.sort()).toEqual(truth.sort());
        expect(Object.fromEntries(lines.decoder.problems)).toEqual({});
      }),
      { numRuns: 60 },
    );
  });
});
