/** How far equity fell at the prices at which everything could have been closed: what is long at the bid, short at the ask. */
import { groupBy } from '../market/group.ts';
import { type Micros, type Money, moneyToNumber } from '../market/units.ts';
import type { JournalFill, RunData } from './load.ts';
import { drawdownOf } from './metrics/drawdown.ts';
import { exact, type Metric, missing, type ReasonCode } from './metrics/metric.ts';
import { exactAmount } from './numbers.ts';
import { type MarketQuotes, noQuotes, type Quotes } from './quotes.ts';

/** As `maxFraction` and `maxMoney` of `Drawdown`. */
export interface LiquidationDrawdown {
  readonly maxFraction: Metric;
  readonly maxMoney: Metric;
}

function nothing(reason: ReasonCode, n = 0): LiquidationDrawdown {
  return { maxFraction: missing(reason, n), maxMoney: missing(reason, n) };
}

/** At every fill, and at every quote that changed what was held. */
export function liquidationOf(
  { manifest, fills, equity }: Pick<RunData, 'manifest' | 'fills' | 'equity'>,
  quotes: Quotes,
): LiquidationDrawdown {
  if (fills.length === 0) return nothing('no_trades');
  const [start] = equity.equity;
  if (start === undefined) return nothing('no_data');
  const facts = new Map(manifest.instruments.map((instrument) => [instrument.id, instrument]));
  // The worth of an inverse contract is no product of price and size.
  if (manifest.instruments.some(({ inverse }) => inverse)) return nothing('not_applicable');
  const holdings = [...groupBy(fills, ({ instrument }) => instrument)].map(([instrument, own]) => {
    const { kind, multiplier = 1 } = facts.get(instrument) ?? {};
    return new Holding(own, quotes.get(instrument) ?? noQuotes, BigInt(multiplier), kind === 'binary');
  });
  if (holdings.some(({ quotes }) => quotes.at.length === 0)) return nothing('no_data', fills.length);
  const { times, levels } = levelsOf(moneyToNumber(start), holdings);
  const { deepest, costliest } = drawdownOf(levels);
  // Episodes are found among floating-point numbers, amounts are taken from exact ones.
  const equityAt = (point: number) =>
    point === 0 ? start : holdings.reduce((sum, held) => sum + held.worthAt(times[point - 1]), start);
  const part = deepest ? exactAmount(equityAt(deepest.trough)) / exactAmount(equityAt(deepest.peak)) - 1 : 0;
  const amount = costliest ? exactAmount(equityAt(costliest.trough) - equityAt(costliest.peak)) : 0;
  return {
    maxFraction: start > 0n ? exact(part, levels.length) : missing('nonpositive_equity', levels.length),
    maxMoney: exact(amount, levels.length),
  };
}

/** Equity at the start, before anything else, and at every moment that changed it. */
function levelsOf(start: number, holdings: readonly Holding[]): { times: Float64Array; levels: Float64Array } {
  const told: Micros[] = [];
  const changes: number[] = [];
  for (const held of holdings) {
    held.eachChange((at, change) => {
      told.push(at);
      changes.push(change);
    });
  }
  const times = distinct(Float64Array.from(told).sort());
  const sums = new Float64Array(times.length);
  // Those of a market come in the order of time: most often the next one is the one.
  let place = -1;
  for (let i = 0; i < told.length; i++) {
    if (times[place] !== told[i] && times[++place] !== told[i]) place = placeOf(times, told[i]);
    sums[place] += changes[i];
  }
  const levels = new Float64Array(times.length + 1);
  levels[0] = start;
  for (let i = 0; i < sums.length; i++) levels[i + 1] = levels[i] + sums[i];
  return { times, levels };
}

function distinct(ascending: Float64Array): Float64Array {
  let count = 0;
  for (let i = 0; i < ascending.length; i++)
    if (i === 0 || ascending[i] !== ascending[i - 1]) ascending[count++] = ascending[i];
  return ascending.subarray(0, count);
}

/** Of a value that is there. */
function placeOf(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What one instrument brought in and is worth, from fill to fill and from quote to quote. */
class Holding {
  readonly quotes: MarketQuotes;
  readonly #fills: readonly JournalFill[];
  readonly #multiplier: bigint;
  readonly #isBinary: boolean;
  /** After each fill. */
  readonly #cash: readonly Money[];

  constructor(fills: readonly JournalFill[], quotes: MarketQuotes, multiplier: bigint, isBinary: boolean) {
    this.quotes = quotes;
    this.#fills = fills;
    this.#multiplier = multiplier;
    this.#isBinary = isBinary;
    let cash = 0n;
    this.#cash = fills.map(({ side, size, price, fee }) => {
      cash -= BigInt(side) * size * price * multiplier + fee;
      return cash;
    });
  }

  /** Cash and value of what is held, at a time. */
  worthAt(at: Micros): Money {
    const fill = this.#fills.findLastIndex((each) => each.at <= at);
    if (fill < 0) return 0n;
    const price = BigInt(this.#closingPrice(fill, this.quotes.rowAt(at)));
    return this.#cash[fill] + this.#fills[fill].position * price * this.#multiplier;
  }

  /** Several of one instant add up to what that changed. */
  eachChange(tell: (at: Micros, change: number) => void): void {
    const { at: times } = this.quotes;
    let worth = 0;
    for (const [fill, { at, position }] of this.#fills.entries()) {
      const cash = moneyToNumber(this.#cash[fill]);
      const units = (Number(position) / 1e16) * Number(this.#multiplier);
      const until = this.#fills[fill + 1]?.at ?? Number.POSITIVE_INFINITY;
      let row = this.quotes.rowAt(at);
      for (let time = at; time === at || time < until; time = times[++row]) {
        const now = position === 0n ? cash : cash + units * this.#closingPrice(fill, row);
        if (now !== worth) tell(time, now - worth);
        worth = now;
        if (position === 0n || row + 1 >= times.length) break;
      }
    }
  }

  /**
   * In units of 10^-8. As the engine marks with `conservative` (`src/engine/marks.ts`): where nobody quotes the side that
   * would close it, a binary contract is worth the worst payout, anything else its last print.
   */
  #closingPrice(fill: number, row: number): number {
    const { position, price } = this.#fills[fill];
    if (row < 0) return Number(price);
    const { bid, ask, last } = this.quotes;
    const closing = position > 0n ? bid[row] : ask[row];
    if (!Number.isNaN(closing)) return closing;
    if (this.#isBinary) return position > 0n ? 0 : 1e8;
    return Number.isNaN(last[row]) ? Number(price) : last[row];
  }
}
