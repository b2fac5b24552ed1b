/** All figures of a run, by key. */
import { type Analysis, orderTotals } from './analysis.ts';
import { excursionsOf } from './excursions.ts';
import type { Execution } from './execution.ts';
import type { Exposure } from './exposure.ts';
import type { Forecasts } from './forecasts.ts';
import { groupBy } from './group.ts';
import { feesOfGrossProfit, feesPerUnit, fillRateByOrder, fillRateBySize, makerShare } from './metrics/activity.ts';
import { bootstrapInterval, clusterInterval } from './metrics/bootstrap.ts';
import { type MetricKey, metricKeys } from './metrics/catalogue.ts';
import { drawdownTimes, longestDrawdown, painIndex, recoveryRatio, ulcerIndex } from './metrics/drawdown.ts';
import { meanDuration, medianDuration, weightedDuration } from './metrics/durations.ts';
import type { Lot } from './metrics/lots.ts';
import { estimate, exact, type Metric, missing } from './metrics/metric.ts';
import { average, total } from './metrics/moments.ts';
import { deflatedSharpe, type Trials } from './metrics/overfitting.ts';
import { concentration, topShare, withoutBest } from './metrics/portfolio.ts';
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
import { expectedShortfall, normalValueAtRisk, valueAtRisk } from './metrics/tail.ts';
import {
  averageLoss,
  averageWin,
  breakEvenRate,
  expectancy,
  expectancyInRisk,
  kellyFraction,
  longestStreak,
  payoffRatio,
  profitFactor,
  returnOnRisk,
  tStatistic,
  winRate,
  winRateBySize,
  winRateOfAll,
} from './metrics/trades.ts';
import { fromSharpe, minimumTrackRecord, probabilisticSharpe, sharpeError } from './metrics/uncertainty.ts';
import { decimalToNumber, exactAmount } from './numbers.ts';
import { executionFigures, exposureFigures, forecastFigures } from './trading-figures.ts';

export type Figures = Readonly<Record<MetricKey, Metric>>;

const MICROS_PER_YEAR = 365.25 * 86_400 * 1_000_000;

/** What figures are taken from. */
export interface FigureSources {
  readonly analysis: Analysis;
  readonly execution: Execution;
  readonly forecasts: Forecasts;
  readonly exposure: Exposure;
}

export function figuresOf({ analysis, execution, forecasts, exposure }: FigureSources, trials?: Trials): Figures {
  const figures: Figures = {
    ...pnlFigures(analysis),
    ...returnFigures(analysis, trials),
    ...drawdownFigures(analysis),
    ...tradeFigures(analysis),
    ...tripFigures(analysis),
    ...marketFigures(analysis),
    ...activityFigures(analysis),
    ...executionFigures(execution),
    ...forecastFigures(forecasts),
    ...exposureFigures(exposure),
  };
  const known = (key: MetricKey) => analysis.currency !== undefined || isWithoutMoney(key);
  // In the order of the catalogue, so that the same run gives the same bytes whatever is added where.
  return Object.fromEntries(
    metricKeys.map((key) => [key, known(key) ? figures[key] : missing('mixed_currency', figures[key].n)]),
  ) as Figures;
}

/** Money of several currencies has no sum without rates of exchange; these figures do without. */
function isWithoutMoney(key: MetricKey): boolean {
  return /^(trades\.(count|duration|maxConsecutive)|winRate|fill|share\.maker$|queue|score|kelly\.binary)/.test(key);
}

function pnlFigures({ data, netPnl, fees, matched }: Analysis) {
  const points = data.equity.at.length;
  const money = (value: bigint) => (points > 0 ? exact(exactAmount(value), points) : missing('no_data'));
  const risk = capitalAtRisk({ data, matched });
  return {
    'pnl.net': money(netPnl),
    'pnl.gross': money(netPnl + fees),
    'return.onCapitalAtRisk':
      risk === undefined
        ? missing('not_applicable', data.fills.length)
        : returnOnRisk(exactAmount(netPnl), exactAmount(risk), data.fills.length),
    'fees.total': money(fees),
  };
}

function returnFigures({ data, calendar, closes, closesDrawdown, drawdown }: Analysis, trials: Trials | undefined) {
  const returns = sessionReturns(closes);
  const periods = calendar.periodsPerYear;
  const { at } = data.equity;
  const years = at.length > 1 ? (at[at.length - 1] - at[0]) / MICROS_PER_YEAR : 0;
  const annualised = annualisedReturn(returns, periods);
  const growth = compoundGrowth(returns, years);
  const drawn = (key: MetricKey, figure: (values: readonly number[]) => Metric) =>
    withBootstrap(figure(returns), returns, (values) => figure(values).value, `${data.manifest.digest}/${key}`);
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
    'sharpe.error': fromSharpe(returns, sharpeError),
    'sharpe.minTRL': fromSharpe(returns, (estimated) => minimumTrackRecord(estimated, 0)),
    'sharpe.autocorrelation': autocorrelation(returns),
    'tail.var5': valueAtRisk(returns, 0.05),
    'tail.var1': valueAtRisk(returns, 0.01),
    'tail.es5': expectedShortfall(returns, 0.05),
    'tail.es1': expectedShortfall(returns, 0.01),
    'tail.varNormal5': normalValueAtRisk(returns, 0.05),
    'pnl.exBestDay': withoutBest(
      closes.slice(1).map((close, i) => close - closes[i]),
      1,
    ),
  };
}

/** With a 95 % interval by the stationary bootstrap, where there are ten sessions. */
function withBootstrap(
  metric: Metric,
  values: readonly number[],
  figure: (resample: readonly number[]) => number | null,
  seed: string,
): Metric {
  const found = metric.value === null ? undefined : bootstrapInterval(values, figure, seed);
  return found ? { ...metric, interval: found.interval } : metric;
}

function drawdownFigures({ data, drawdown, closesDrawdown, netPnl }: Analysis) {
  const { at, equity } = data.equity;
  const times = drawdownTimes(drawdown.deepest, at);
  const { costliest } = drawdown;
  // The episode is found among floating-point numbers, the amount is taken from the exact ones.
  const money = costliest
    ? exact(exactAmount(equity[costliest.trough] - equity[costliest.peak]), at.length)
    : drawdown.maxMoney;
  return {
    'ratio.recovery': recoveryRatio(exactAmount(netPnl), drawdown),
    'dd.maxPct': drawdown.maxFraction,
    'dd.maxMoney': money,
    'dd.start': times.start,
    'dd.trough': times.trough,
    'dd.recovery': times.recovery,
    'dd.toTrough': times.toTrough,
    'dd.recoveryTime': times.recoveryTime,
    'dd.duration': times.duration,
    'dd.longest': longestDrawdown(drawdown.episodes, at),
    'dd.current': drawdown.current,
    'dd.average': drawdown.averageFraction,
    'dd.ulcer': ulcerIndex(closesDrawdown),
    'dd.pain': painIndex(closesDrawdown),
  };
}

function tradeFigures({ data, matched, markets }: Analysis) {
  const closed = matched.trips.filter(({ closedAt }) => closedAt !== null);
  const net = closed.map((trip) => exactAmount(trip.net));
  const resolved = markets.filter(({ held }) => held === 0n).map((market) => exactAmount(market.net));
  const settled = settledBinaryLots({ data, matched });
  const breakEven = breakEvenRate(settled.map((lot) => settledCost(lot, data)));
  const settledRate = winRateBySize(settled);
  const closedSize = matched.lots.reduce((sum, { size }) => sum + size, 0n);
  const closedNet = matched.lots.reduce((sum, lot) => sum + lot.net, 0n);
  return {
    'trades.count': exact(closed.length, matched.trips.length),
    'winRate.trip': winRate(net),
    'winRate.tripAll': winRateOfAll(net),
    'winRate.contract': withEvents(
      winRateBySize(matched.lots),
      'winRate.contract',
      matched.lots.filter((lot) => lot.net !== 0n),
      (lot) => [lot.net > 0n ? decimalToNumber(lot.size) : 0, decimalToNumber(lot.size)],
      data,
    ),
    'winRate.market':
      markets.length > 0 && resolved.length === 0 ? missing('unresolved', markets.length) : winRate(resolved),
    'winRate.breakEven': breakEven,
    'winRate.excess':
      breakEven.value === null || settledRate.value === null
        ? missing('not_applicable', settled.length)
        : estimate(settledRate.value - breakEven.value, settled.length),
    'pnl.profitFactor': profitFactor(net),
    'pnl.avgWin': averageWin(net),
    'pnl.avgLoss': averageLoss(net),
    'pnl.payoff': payoffRatio(net),
    'pnl.expectancy': withEvents(expectancy(net), 'pnl.expectancy', closed, (trip) => [exactAmount(trip.net), 1], data),
    'pnl.expectancyR': expectancyInRisk(net),
    'pnl.tStat': tStatistic(net),
    'kelly.trades': kellyFraction(net),
    'edge.realised': withEvents(
      closedSize > 0n
        ? estimate(exactAmount(closedNet) / decimalToNumber(closedSize), matched.lots.length)
        : missing('no_trades'),
      'edge.realised',
      matched.lots,
      (lot) => [exactAmount(lot.net), decimalToNumber(lot.size)],
      data,
    ),
  };
}

/** A mean by units with its interval. What belongs to one event is one bet: whole events are drawn. */
function withEvents<T extends { readonly instrument: string }>(
  metric: Metric,
  key: MetricKey,
  items: readonly T[],
  partsOf: (item: T) => readonly [worth: number, units: number],
  { manifest }: Analysis['data'],
): Metric {
  if (metric.value === null) return metric;
  const events = new Map(manifest.instruments.map(({ id, group }) => [id, group ?? id]));
  const clusters = [...groupBy(items, ({ instrument }) => events.get(instrument)).values()].map((each) => {
    const parts = each.map(partsOf);
    return { worth: total(parts.map(([worth]) => worth)), units: total(parts.map(([, units]) => units)) };
  });
  const mean = (drawn: readonly (typeof clusters)[number][]) =>
    drawn.reduce((sum, { worth }) => sum + worth, 0) / drawn.reduce((sum, { units }) => sum + units, 0);
  const found = clusterInterval(clusters, mean, `${manifest.digest}/${key}`);
  return found ? { ...metric, interval: found.interval } : metric;
}

function tripFigures(analysis: Analysis) {
  const { data, matched } = analysis;
  const closed = matched.trips.filter(({ closedAt }) => closedAt !== null);
  const durations = closed.map(({ openedAt, closedAt }) => (closedAt ?? openedAt) - openedAt);
  const net = closed.map((trip) => exactAmount(trip.net));
  const excursions = excursionsOf(analysis);
  const kept = excursions.flatMap(({ efficiency }) => (efficiency === null ? [] : [efficiency]));
  const mean = (values: readonly number[]) =>
    values.length === 0 ? missing('no_trades') : estimate(average(values), values.length);
  return {
    'trades.durationMean': meanDuration(durations),
    'trades.durationMedian': medianDuration(durations),
    'trades.durationLots': weightedDuration(
      matched.lots.map(({ entry, exit, size }) => ({
        size: decimalToNumber(size),
        duration: data.fills[exit].at - data.fills[entry].at,
      })),
    ),
    'trades.maxConsecutiveWins': longestStreak(net, 1),
    'trades.maxConsecutiveLosses': longestStreak(net, -1),
    'trades.topShare': net.length === 0 ? missing('no_trades') : topShare(net, 1),
    'trades.maeMean': mean(excursions.map(({ adverse }) => adverse)),
    'trades.mfeMean': mean(excursions.map(({ favourable }) => favourable)),
    'trades.efficiency': kept.length === 0 && net.length > 0 ? missing('no_wins', net.length) : mean(kept),
    'pnl.exTop1': net.length === 0 ? missing('no_trades') : withoutBest(net, 1),
    'pnl.exTop5': net.length === 0 ? missing('no_trades') : withoutBest(net, 5),
  };
}

function marketFigures({ markets }: Analysis) {
  const net = markets.map((market) => exactAmount(market.net));
  return { 'hhi.pnl': concentration(net), 'topShare.1': topShare(net, 1), 'topShare.5': topShare(net, 5) };
}

function activityFigures({ data, fees, netPnl }: Analysis) {
  const trades = data.fills.filter(({ settlement }) => !settlement);
  const sizeOf = (fills: typeof trades) => decimalToNumber(fills.reduce((sum, { size }) => sum + size, 0n));
  const traded = sizeOf(trades);
  const paid = exactAmount(fees);
  const multipliers = new Map(data.manifest.instruments.map(({ id, multiplier }) => [id, multiplier]));
  const notionalOf = (fills: typeof trades) =>
    total(
      fills.map(
        ({ instrument, price, size }) =>
          decimalToNumber(price) * decimalToNumber(size) * (multipliers.get(instrument) ?? 1),
      ),
    );
  const notional = notionalOf(trades);
  const makers = trades.filter(({ liquidity }) => liquidity === 'maker');
  const { submittedSize, rejectedSize, filledSize, ...counts } = orderTotals(data.orders);
  const orders = {
    ...counts,
    submittedSize: decimalToNumber(submittedSize),
    rejectedSize: decimalToNumber(rejectedSize),
    filledSize: decimalToNumber(filledSize),
  };
  return {
    'fees.perContract': feesPerUnit(paid, traded, trades.length),
    'fees.ofGrossProfit': feesOfGrossProfit(paid, exactAmount(netPnl + fees), trades.length),
    'share.maker': makerShare(sizeOf(makers), traded, trades.length),
    'share.makerNotional': makerShare(notionalOf(makers), notional, trades.length),
    'share.makerFees':
      paid > 0
        ? exact(exactAmount(makers.reduce((sum, { fee }) => sum + fee, 0n)) / paid, trades.length)
        : missing(trades.length === 0 ? 'no_trades' : 'nonpositive_denominator', trades.length),
    'fees.ofNotional': notional > 0 ? exact(paid / notional, trades.length) : missing('no_trades', trades.length),
    'fill.rateQty': fillRateBySize(orders),
    'fill.rateOrder': fillRateByOrder(orders),
  };
}

type Matching = Pick<Analysis, 'data' | 'matched'>;

/** What a unit can lose at most: its price if bought, the rest up to the payout of 1 if a binary contract was sold. */
function lossPerUnit({ side, entry }: Pick<Lot, 'side' | 'entry'>, { fills }: Analysis['data']): bigint {
  const { price } = fills[entry];
  return side > 0 ? price : 100_000_000n - price;
}

/** Sum of the largest losses of all entries; undefined if something was sold short that can rise without end. */
function capitalAtRisk({ data, matched }: Matching): bigint | undefined {
  const instruments = new Map(data.manifest.instruments.map((instrument) => [instrument.id, instrument]));
  let risk = 0n;
  for (const lot of [...matched.lots, ...matched.open]) {
    const instrument = instruments.get(lot.instrument);
    if (lot.side < 0 && instrument?.kind !== 'binary') return undefined;
    risk += lossPerUnit(lot, data) * lot.size * BigInt(instrument?.multiplier ?? 1);
  }
  return risk;
}

function settledBinaryLots({ data, matched }: Matching): Lot[] {
  const binary = new Set(data.manifest.instruments.filter(({ kind }) => kind === 'binary').map(({ id }) => id));
  return matched.lots.filter(({ exit, instrument }) => data.fills[exit].settlement && binary.has(instrument));
}

function settledCost(lot: Lot, data: Analysis['data']): { size: number; cost: number } {
  const size = decimalToNumber(lot.size);
  return { size, cost: decimalToNumber(lossPerUnit(lot, data)) + exactAmount(lot.fees) / size };
}
