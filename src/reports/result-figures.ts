/** Figures of results, returns and drawdowns, by key. */
import { moneyToNumber } from '../market/units.ts';
import type { Analysis } from './analysis.ts';
import { capitalAtRisk } from './capital.ts';
import { bySessions, sumByEvents, withInterval } from './intervals.ts';
import { type BootstrapInterval, bootstrapOf } from './metrics/bootstrap.ts';
import type { MetricKey } from './metrics/catalogue.ts';
import { drawdownTimes, longestDrawdown, painIndex, recoveryRatio, ulcerIndex } from './metrics/drawdown.ts';
import { exact, type Metric, missing } from './metrics/metric.ts';
import { total } from './metrics/moments.ts';
import { deflatedSharpe, type Trials } from './metrics/overfitting.ts';
import { withoutBest } from './metrics/portfolio.ts';
import {
  autocorrelation,
  calmar,
  downsideDeviation,
  gainToPain,
  marRatio,
  omega,
  scaled,
  sharpe,
  sharpeLo,
  sharpePerSession,
  sortino,
  ulcerPerformance,
  volatility,
} from './metrics/ratios.ts';
import { annualisedReturn, compoundGrowth, meanReturn, sessionReturns, totalReturn } from './metrics/returns.ts';
import { deepestFall, sessionPaths } from './metrics/session-paths.ts';
import { expectedShortfall, normalValueAtRisk, valueAtRisk } from './metrics/tail.ts';
import { returnOnRisk, winRate } from './metrics/trades.ts';
import { fromSharpe, minimumTrackRecord, probabilisticSharpe, sharpeError } from './metrics/uncertainty.ts';
import { exactAmount } from './numbers.ts';

const MICROS_PER_YEAR = 365.25 * 86_400 * 1_000_000;

/** Of each session, in money. */
const resultsOf = (closes: readonly number[]): number[] => closes.slice(1).map((close, i) => close - closes[i]);

export function pnlFigures(analysis: Analysis) {
  const { data, netPnl, fees, matched } = analysis;
  const points = data.equity.at.length;
  const money = (value: bigint) => (points > 0 ? exact(exactAmount(value), points) : missing('no_data'));
  const risk = capitalAtRisk({ data, matched });
  return {
    'pnl.net': netWithInterval(money(netPnl), analysis),
    'pnl.gross': money(netPnl + fees),
    'return.onCapitalAtRisk':
      risk === undefined
        ? missing('not_applicable', data.fills.length)
        : returnOnRisk(exactAmount(netPnl), exactAmount(risk), data.fills.length),
    'fees.total': money(fees),
  };
}

/** Sessions are drawn anew, or, where there are too few, events. */
function netWithInterval(net: Metric, { data, closes, markets }: Analysis): Metric {
  const bySession = bySessions(net, resultsOf(closes), total, data, 'pnl.net');
  return bySession.interval
    ? bySession
    : sumByEvents(net, 'pnl.net', markets, (market) => exactAmount(market.net), data);
}

export function returnFigures(
  { data, calendar, closes, closesDrawdown, drawdown }: Analysis,
  trials: Trials | undefined,
) {
  const returns = sessionReturns(closes);
  const periods = calendar.periodsPerYear;
  const { at } = data.equity;
  const years = at.length > 1 ? (at[at.length - 1] - at[0]) / MICROS_PER_YEAR : 0;
  const annualised = annualisedReturn(returns, periods);
  const growth = compoundGrowth(returns, years);
  const drawn = (key: MetricKey, figure: (values: readonly number[]) => Metric) =>
    bySessions(figure(returns), returns, (values) => figure(values).value, data, key);
  return {
    'return.total': totalReturn(returns),
    'return.annualised': annualised,
    'return.cagr': growth,
    'return.mean': drawn('return.mean', meanReturn),
    'return.meanAnnualArithmetic': drawn('return.meanAnnualArithmetic', (values) =>
      scaled(meanReturn(values), periods),
    ),
    'winRate.session': winRate(returns),
    'risk.volatility': volatility(returns, periods),
    'risk.downsideDeviation': downsideDeviation(returns),
    'ratio.sharpePeriod': sharpePerSession(returns),
    'ratio.sharpe': drawn('ratio.sharpe', (values) => sharpe(values, periods)),
    'ratio.sharpeLo': sharpeLo(returns, periods),
    'ratio.sortino': sortino(returns, periods),
    'ratio.calmar': calmar(returns, periods, closesDrawdown.maxFraction),
    'ratio.mar': marRatio(growth, drawdown.maxFraction),
    'ratio.omega': omega(returns),
    'ratio.gainToPain': gainToPain(returns),
    'ratio.ulcerPerformance': ulcerPerformance(annualised, ulcerIndex(closesDrawdown)),
    'sharpe.psr0': fromSharpe(returns, (estimated) => probabilisticSharpe(estimated, 0)),
    'sharpe.psrAnnual1': fromSharpe(returns, (estimated) => probabilisticSharpe(estimated, 1 / Math.sqrt(periods))),
    'sharpe.dsr': fromSharpe(returns, (estimated) => deflatedSharpe(estimated, trials)),
    pbo: trials?.overfitting?.probability ?? missing('not_applicable', returns.length),
    'sharpe.error': fromSharpe(returns, sharpeError),
    'sharpe.minTRL': fromSharpe(returns, (estimated) => minimumTrackRecord(estimated, 0)),
    'sharpe.autocorrelation': autocorrelation(returns),
    'tail.var5': valueAtRisk(returns, 0.05),
    'tail.var1': valueAtRisk(returns, 0.01),
    'tail.es5': expectedShortfall(returns, 0.05),
    'tail.es1': expectedShortfall(returns, 0.01),
    'tail.varNormal5': normalValueAtRisk(returns, 0.05),
    'pnl.exBestDay': withoutBest(resultsOf(closes), 1),
  };
}

export function drawdownFigures(analysis: Analysis) {
  const { data, drawdown, closes, closesDrawdown, netPnl } = analysis;
  const { at, equity } = data.equity;
  const times = drawdownTimes(drawdown.deepest, at);
  const { costliest } = drawdown;
  // The episode is found among floating-point numbers, the amount is taken from the exact ones.
  const money = costliest
    ? exact(exactAmount(equity[costliest.trough] - equity[costliest.peak]), at.length)
    : drawdown.maxMoney;
  const intervals = fallIntervals(analysis);
  return {
    'ratio.recovery': recoveryRatio(exactAmount(netPnl), drawdown),
    'dd.maxPct': withInterval(drawdown.maxFraction, intervals.fraction),
    'dd.maxMoney': withInterval(money, intervals.money),
    'dd.liquidationPct': data.liquidation.maxFraction,
    'dd.liquidationMoney': data.liquidation.maxMoney,
    'dd.start': times.start,
    'dd.trough': times.trough,
    'dd.recovery': times.recovery,
    'dd.toTrough': times.toTrough,
    'dd.recoveryTime': times.recoveryTime,
    'dd.duration': times.duration,
    'dd.longest': longestDrawdown(drawdown.episodes, at),
    'dd.longestSessions': longestDrawdown(closesDrawdown.episodes, [...closes.keys()]),
    'dd.current': drawdown.current,
    'dd.average': drawdown.averageFraction,
    'dd.ulcer': ulcerIndex(closesDrawdown),
    'dd.pain': painIndex(closesDrawdown),
  };
}

/** Sessions are drawn anew, each with all that happened inside it. */
function fallIntervals({ data, sessions, closes }: Analysis): {
  fraction?: BootstrapInterval;
  money?: BootstrapInterval;
} {
  const { at, equity } = data.equity;
  if (sessions.length !== closes.length - 1) return {};
  const levels = equity.map(moneyToNumber);
  const fallOf = (key: MetricKey, values: readonly number[], fall: (deepest: number) => number) =>
    bootstrapOf(
      sessionPaths(at, values, sessions),
      resultsOf(closes),
      (paths) => fall(deepestFall(paths)),
      `${data.manifest.digest}/${key}`,
    );
  return {
    fraction: levels.every((level) => level > 0) ? fallOf('dd.maxPct', levels.map(Math.log), Math.expm1) : undefined,
    money: fallOf('dd.maxMoney', levels, (deepest) => deepest),
  };
}
