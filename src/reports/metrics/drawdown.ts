/** How far equity fell from its peak, and for how long. */
import { estimate, exact, type Metric, missing } from './metric.ts';
import { average, total } from './moments.ts';

/** From a peak until equity is back at it. Numbers are positions in the series. */
export interface DrawdownEpisode {
  readonly peak: number;
  trough: number;
  /** -1 while it lasts. */
  recovery: number;
}

/** Of a series of equity, the starting equity first. Fractions and money are at most 0. */
export interface Drawdown {
  readonly episodes: readonly DrawdownEpisode[];
  /** The one that fell furthest, as a fraction of its peak. */
  readonly deepest: DrawdownEpisode | undefined;
  /** The one that lost most money: need not be the same. */
  readonly costliest: DrawdownEpisode | undefined;
  /** Of each point below the peak so far, as a fraction; 0 where the peak is not above 0. */
  readonly fractions: Float64Array;
  readonly maxFraction: Metric;
  readonly maxMoney: Metric;
  readonly averageFraction: Metric;
  readonly current: Metric;
}

export function drawdownOf(equity: ArrayLike<number>): Drawdown {
  const points = equity.length;
  const episodes: DrawdownEpisode[] = [];
  const fractions = new Float64Array(points);
  let open: DrawdownEpisode | undefined;
  let peak = 0;
  for (let i = 0; i < points; i++) {
    if (equity[i] >= equity[peak]) {
      if (open) open.recovery = i;
      open = undefined;
      peak = i;
      continue;
    }
    if (!open) {
      open = { peak, trough: i, recovery: -1 };
      episodes.push(open);
    } else if (equity[i] < equity[open.trough]) open.trough = i;
    if (equity[peak] > 0) fractions[i] = equity[i] / equity[peak] - 1;
  }
  const fraction = ({ trough }: DrawdownEpisode) => fractions[trough];
  const money = (episode: DrawdownEpisode) => equity[episode.trough] - equity[episode.peak];
  const deepest = leastBy(episodes, fraction);
  const costliest = leastBy(episodes, money);
  const known = (value: number, n: number) =>
    points > 0 && equity[0] > 0 ? exact(value, n) : missing(points > 0 ? 'nonpositive_equity' : 'no_data', n);
  return {
    episodes,
    deepest,
    costliest,
    fractions,
    maxFraction: known(deepest ? fraction(deepest) : 0, points),
    maxMoney: points > 0 ? exact(costliest ? money(costliest) : 0, points) : missing('no_data'),
    averageFraction: episodes.length > 0 ? known(average(episodes.map(fraction)), episodes.length) : noDrawdown(points),
    current: known(points > 0 ? fractions[points - 1] : 0, points),
  };
}

/** When an episode began, bottomed and ended, and how long that took, in the unit of `times`. */
export interface DrawdownTimes {
  readonly start: Metric;
  readonly trough: Metric;
  readonly recovery: Metric;
  readonly toTrough: Metric;
  readonly recoveryTime: Metric;
  /** Until the end of the series while it lasts. */
  readonly duration: Metric;
}

export function drawdownTimes(episode: DrawdownEpisode | undefined, times: ArrayLike<number>): DrawdownTimes {
  const n = times.length;
  if (!episode) {
    const none = noDrawdown(n);
    return { start: none, trough: none, recovery: none, toTrough: none, recoveryTime: none, duration: none };
  }
  const { peak, trough, recovery } = episode;
  const recovered = (value: number) => (recovery < 0 ? missing('not_recovered', n) : exact(value, n));
  return {
    start: exact(times[peak], n),
    trough: exact(times[trough], n),
    recovery: recovered(times[recovery]),
    toTrough: exact(times[trough] - times[peak], n),
    recoveryTime: recovered(times[recovery] - times[trough]),
    duration: exact(durationOf(episode, times), n),
  };
}

/** Longest of all episodes, which need not be the deepest. */
export function longestDrawdown(episodes: readonly DrawdownEpisode[], times: ArrayLike<number>): Metric {
  const longest = leastBy(episodes, (episode) => -durationOf(episode, times));
  return longest ? exact(durationOf(longest, times), episodes.length) : noDrawdown(times.length);
}

/** Root mean square of the drawdown at the session closes: all points but the start. */
export function ulcerIndex({ fractions, maxFraction }: Drawdown): Metric {
  return ofCloses(fractions, maxFraction, (closes) =>
    Math.sqrt(total(closes.map((value) => value * value)) / closes.length),
  );
}

/** Mean size of the drawdown at the session closes. */
export function painIndex({ fractions, maxFraction }: Drawdown): Metric {
  return ofCloses(fractions, maxFraction, (closes) => Math.abs(average(closes)));
}

/** Net P&L over the largest loss of money from a peak. */
export function recoveryRatio(netPnl: number, { maxMoney }: Drawdown): Metric {
  if (maxMoney.value === null) return maxMoney;
  return maxMoney.value === 0 ? noDrawdown(maxMoney.n) : exact(netPnl / Math.abs(maxMoney.value), maxMoney.n);
}

function ofCloses(fractions: Float64Array, max: Metric, figure: (closes: number[]) => number): Metric {
  const closes = [...fractions.subarray(1)];
  if (max.value === null) return max;
  return closes.length === 0 ? missing('no_data') : estimate(figure(closes), closes.length);
}

function durationOf({ peak, recovery }: DrawdownEpisode, times: ArrayLike<number>): number {
  return times[recovery < 0 ? times.length - 1 : recovery] - times[peak];
}

function noDrawdown(n: number): Metric {
  return missing(n > 0 ? 'no_drawdown' : 'no_data', n);
}

/** The first of those with the least value. */
function leastBy<T>(items: readonly T[], worth: (item: T) => number): T | undefined {
  let least: T | undefined;
  for (const item of items) if (least === undefined || worth(item) < worth(least)) least = item;
  return least;
}
