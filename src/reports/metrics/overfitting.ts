/** What is left of a good result once it is known how many were tried. */
import { combinations } from 'simple-statistics';
import { estimate, type Metric, missing } from './metric.ts';
import { average, isFlat } from './moments.ts';
import { normalQuantile } from './normal.ts';
import { probabilisticSharpe, type SharpeEstimate } from './uncertainty.ts';

/** Euler's constant. */
const GAMMA = 0.5772156649015329;

/** What else was tried: how many independent trials, and the variance (ddof 1) of their Sharpe ratios per session. */
export interface Trials {
  readonly count: number;
  readonly variance: number;
  /** Of their session results, on the sessions that all have. */
  readonly overfitting?: Overfitting;
}

/** Expected largest of `count` standard normal values (Bailey and Lopez de Prado 2014). */
export function expectedMaximum(count: number): number {
  return (1 - GAMMA) * normalQuantile(1 - 1 / count) + GAMMA * normalQuantile(1 - 1 / (count * Math.E));
}

/** How many independent trials so many alike ones come to; `correlation` is the mean of all pairs. */
export function effectiveTrials(count: number, correlation: number): number {
  return correlation + (1 - correlation) * count;
}

/** The Sharpe ratio per session that the best of so many trials without any skill would be expected to show. */
export function luckySharpe({ count, variance }: Trials): number {
  return count < 2 ? 0 : Math.sqrt(variance) * expectedMaximum(count);
}

/** Probability that the true Sharpe ratio is above what luck alone gives the best of all trials. */
export function deflatedSharpe(estimated: SharpeEstimate, trials: Trials | undefined): Metric {
  return trials === undefined ? missing('no_data', estimated.n) : probabilisticSharpe(estimated, luckySharpe(trials));
}

export interface Overfitting {
  /** Share of the splits in which the best of one half is no better than the middle of the other. */
  readonly probability: Metric;
  /** One for each split: logit of the rank that the best of one half has in the other. */
  readonly logits: readonly number[];
  /** Configuration that was best in the first half of each split. */
  readonly chosen: readonly number[];
  /** Its rank in the other half, from 1 (worst); of equal ones the average. */
  readonly ranks: readonly number[];
  /** Share of the splits in which it lost there. */
  readonly lossProbability: Metric;
  /** Change of its result there with its result in the first half: below 0, better in one is worse in the other. */
  readonly slope: Metric;
}

type Statistic = (results: readonly number[]) => number;

/** Sharpe ratio per session; without variance the lowest of all. */
const sharpeStatistic: Statistic = (results) => {
  const mean = average(results);
  // Of thousands of splits: with the skew and kurtosis of `momentsOf` this takes fifteen times as long.
  let squares = 0;
  for (const result of results) squares += (result - mean) ** 2;
  const deviation = Math.sqrt(squares / (results.length - 1));
  return isFlat(deviation, results) ? Number.NEGATIVE_INFINITY : mean / deviation;
};

/**
 * Probability of backtest overfitting by combinatorially symmetric cross-validation (Bailey, Borwein, Lopez de Prado and
 * Zhu 2017). `results`: one row per session, one column per configuration; `blocks` is even.
 */
export function overfitting(
  results: readonly (readonly number[])[],
  blocks: number = blocksOf(results.length),
  statistic: Statistic = sharpeStatistic,
): Overfitting {
  const configurations = results[0]?.length ?? 0;
  if (configurations < 2 || blocks < 2 || results.length < 2 * blocks) {
    const none = missing(results.length === 0 ? 'no_data' : 'insufficient_data', results.length);
    return { probability: none, logits: [], chosen: [], ranks: [], lossProbability: none, slope: none };
  }
  const rows = results.slice(results.length % blocks);
  const size = rows.length / blocks;
  const parts = Array.from({ length: configurations }, (_, k) =>
    Array.from({ length: blocks }, (_, block) => rows.slice(block * size, (block + 1) * size).map((row) => row[k])),
  );
  const halves = combinations(
    Array.from({ length: blocks }, (_, block) => block),
    blocks / 2,
  ) as number[][];
  // What is left of a half is a half too: each is looked at once.
  const numberOf = (half: readonly number[]) => half.reduce((sum, block) => sum + 2 ** block, 0);
  const scores = new Map(
    halves.map((half) => {
      // `flatMap` takes ten times as long.
      const resultsIn = (of: readonly (readonly number[])[]) =>
        ([] as number[]).concat(...half.map((block) => of[block]));
      return [numberOf(half), parts.map((of) => statistic(resultsIn(of)))];
    }),
  );
  const logits: number[] = [];
  const chosen: number[] = [];
  const ranks: number[] = [];
  const pairs: (readonly [number, number])[] = [];
  for (const [half, inside] of scores) {
    const outside = scores.get(2 ** blocks - 1 - half) as readonly number[];
    const best = inside.indexOf(Math.max(...inside));
    const rank = averageRank(outside, best);
    const relative = rank / (configurations + 1);
    chosen.push(best);
    ranks.push(rank);
    logits.push(Math.log(relative / (1 - relative)));
    pairs.push([inside[best], outside[best]]);
  }
  const share = (count: number) => estimate(count / logits.length, rows.length);
  return {
    probability: share(logits.filter((logit) => logit <= 0).length),
    logits,
    chosen,
    ranks,
    lossProbability: share(pairs.filter(([, outside]) => outside < 0).length),
    slope: slopeOf(pairs),
  };
}

/** 16, or the largest even number that leaves four sessions to each. */
function blocksOf(sessions: number): number {
  return Math.min(16, 2 * Math.floor(sessions / 8));
}

function averageRank(values: readonly number[], of: number): number {
  const lower = values.filter((value) => value < values[of]).length;
  const equal = values.filter((value) => value === values[of]).length;
  return lower + (equal + 1) / 2;
}

function slopeOf(pairs: readonly (readonly [number, number])[]): Metric {
  const finite = pairs.filter((pair) => pair.every(Number.isFinite));
  if (finite.length < 3) return missing('insufficient_data', finite.length);
  const across = average(finite.map(([x]) => x));
  const up = average(finite.map(([, y]) => y));
  let products = 0;
  let squares = 0;
  for (const [x, y] of finite) {
    products += (x - across) * (y - up);
    squares += (x - across) ** 2;
  }
  return squares > 0 ? estimate(products / squares, finite.length) : missing('zero_variance', finite.length);
}
