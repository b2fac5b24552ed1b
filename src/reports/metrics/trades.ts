/** Wins and losses. A win is money, net of fees: never "it ended in the money". */
import { estimate, exact, type Metric, missing } from './metric.ts';
import { average, isFlat, momentsOf, total } from './moments.ts';
import { wilsonInterval } from './uncertainty.ts';

/** Winners among the decided: those that neither won nor lost are left out. */
export function winRate(net: readonly number[]): Metric {
  return rateOf(wins(net).length, net.filter((value) => value !== 0).length);
}

/** Winners among all. */
export function winRateOfAll(net: readonly number[]): Metric {
  return rateOf(wins(net).length, net.length);
}

function rateOf(hits: number, n: number): Metric {
  return n === 0 ? missing('no_trades') : estimate(hits / n, n, wilsonInterval(hits, n));
}

/** Size won over size decided. No interval: the contracts of a market are one bet. */
export function winRateBySize(lots: readonly { readonly net: bigint; readonly size: bigint }[]): Metric {
  const decided = lots.filter(({ net }) => net !== 0n);
  if (decided.length === 0) return missing('no_trades');
  const sizeOf = (part: typeof lots) => Number(part.reduce((sum, { size }) => sum + size, 0n));
  return estimate(sizeOf(decided.filter(({ net }) => net > 0n)) / sizeOf(decided), decided.length);
}

/** A part of a binary position that was held to settlement: its size, and what a contract cost, fees included. */
export interface SettledCost {
  readonly size: number;
  readonly cost: number;
}

/** The win rate at which lots held to settlement earn nothing: their average all-in price, by size. */
export function breakEvenRate(lots: readonly SettledCost[]): Metric {
  if (lots.length === 0) return missing('not_applicable');
  return estimate(total(lots.map(({ size, cost }) => size * cost)) / total(lots.map(({ size }) => size)), lots.length);
}

/** What was won for each unit lost. */
export function profitFactor(net: readonly number[]): Metric {
  const lost = losses(net);
  if (lost.length === 0) return missing(net.length === 0 ? 'no_trades' : 'no_losses', net.length);
  return estimate(total(wins(net)) / -total(lost), net.length);
}

export function averageWin(net: readonly number[]): Metric {
  const won = wins(net);
  return won.length === 0
    ? missing(net.length === 0 ? 'no_trades' : 'no_wins', net.length)
    : estimate(average(won), won.length);
}

/** As a positive number. */
export function averageLoss(net: readonly number[]): Metric {
  const lost = losses(net);
  return lost.length === 0
    ? missing(net.length === 0 ? 'no_trades' : 'no_losses', net.length)
    : estimate(-average(lost), lost.length);
}

/** Average win over average loss. */
export function payoffRatio(net: readonly number[]): Metric {
  return ratioOf(averageWin(net), averageLoss(net), net.length);
}

/** Mean result, flat ones included. */
export function expectancy(net: readonly number[]): Metric {
  return net.length === 0 ? missing('no_trades') : estimate(average(net), net.length);
}

/** Expectancy in units of the average loss. */
export function expectancyInRisk(net: readonly number[]): Metric {
  return ratioOf(expectancy(net), averageLoss(net), net.length);
}

/** Whether the mean differs from zero: mean over its standard error. */
export function tStatistic(net: readonly number[]): Metric {
  const n = net.length;
  if (n < 2) return missing(n === 0 ? 'no_trades' : 'insufficient_data', n);
  const { mean, deviation } = momentsOf(net);
  return isFlat(deviation, net) ? missing('zero_variance', n) : estimate(mean / (deviation / Math.sqrt(n)), n);
}

/** Share of capital that Kelly's rule would bet on trips like these. Below 0: none. */
export function kellyFraction(net: readonly number[]): Metric {
  const rate = winRate(net);
  const payoff = payoffRatio(net);
  if (rate.value === null) return rate;
  if (payoff.value === null) return payoff;
  return estimate(rate.value - (1 - rate.value) / payoff.value, net.length);
}

/** Most trips in a row that won; those that neither won nor lost break no row. */
export function longestStreak(net: readonly number[], sign: 1 | -1): Metric {
  if (net.length === 0) return missing('no_trades');
  let longest = 0;
  let row = 0;
  for (const value of net) {
    if (value * sign > 0) longest = Math.max(longest, ++row);
    else if (value !== 0) row = 0;
  }
  return exact(longest, net.length);
}

/** Sum of the results over what could have been lost, both in money. */
export function returnOnRisk(net: number, atRisk: number, n: number): Metric {
  return atRisk > 0 ? exact(net / atRisk, n) : missing(n === 0 ? 'no_trades' : 'not_applicable', n);
}

function ratioOf(above: Metric, below: Metric, n: number): Metric {
  if (above.value === null) return above;
  if (below.value === null) return below;
  return estimate(above.value / below.value, n);
}

const wins = (net: readonly number[]): number[] => net.filter((value) => value > 0);
const losses = (net: readonly number[]): number[] => net.filter((value) => value < 0);
