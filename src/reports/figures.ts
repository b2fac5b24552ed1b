/** All figures of a run, by key. */
import { type Analysis, orderTotals } from './analysis.ts';
import { feesOfGrossProfit, feesPerUnit, fillRateByOrder, fillRateBySize, makerShare } from './metrics/activity.ts';
import { type MetricKey, metricKeys } from './metrics/catalogue.ts';
import { drawdownTimes, longestDrawdown, painIndex, recoveryRatio, ulcerIndex } from './metrics/drawdown.ts';
import type { Lot } from './metrics/lots.ts';
import { estimate, exact, type Metric, missing } from './metrics/metric.ts';
import {
  autocorrelation,
  calmar,
  downsideDeviation,
  sharpe,
  sharpePerSession,
  sortino,
  volatility,
} from './metrics/ratios.ts';
import { annualisedReturn, compoundGrowth, meanReturn, sessionReturns, totalReturn } from './metrics/returns.ts';
import { expectedShortfall, valueAtRisk } from './metrics/tail.ts';
import {
  averageLoss,
  averageWin,
  breakEvenRate,
  expectancy,
  expectancyInRisk,
  kellyFraction,
  payoffRatio,
  profitFactor,
  returnOnRisk,
  tStatistic,
  winRate,
  winRateBySize,
  winRateOfAll,
} from './metrics/trades.ts';
import { fromSharpe, minimumTrackRecord, probabilisticSharpe } from './metrics/uncertainty.ts';
import { decimalToNumber, exactAmount } from './numbers.ts';

export type Figures = Readonly<Record<MetricKey, Metric>>;

const MICROS_PER_YEAR = 365.25 * 86_400 * 1_000_000;

export function figuresOf(analysis: Analysis): Figures {
  const figures: Figures = {
    ...pnlFigures(analysis),
    ...returnFigures(analysis),
    ...drawdownFigures(analysis),
    ...tradeFigures(analysis),
    ...activityFigures(analysis),
  };
  const known = (key: MetricKey) => analysis.currency !== undefined || isWithoutMoney(key);
  // In the order of the catalogue, so that the same run gives the same bytes whatever is added where.
  return Object.fromEntries(
    metricKeys.map((key) => [key, known(key) ? figures[key] : missing('mixed_currency', figures[key].n)]),
  ) as Figures;
}

/** Money of several currencies has no sum without rates of exchange; these figures do without. */
function isWithoutMoney(key: MetricKey): boolean {
  return /^(trades|winRate|fill|share)\./.test(key);
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

function returnFigures({ data, calendar, closes, closesDrawdown }: Analysis) {
  const returns = sessionReturns(closes);
  const periods = calendar.periodsPerYear;
  const { at } = data.equity;
  const years = at.length > 1 ? (at[at.length - 1] - at[0]) / MICROS_PER_YEAR : 0;
  return {
    'return.total': totalReturn(returns),
    'return.annualised': annualisedReturn(returns, periods),
    'return.cagr': compoundGrowth(returns, years),
    'return.mean': meanReturn(returns),
    'risk.volatility': volatility(returns, periods),
    'risk.downsideDeviation': downsideDeviation(returns),
    'ratio.sharpePeriod': sharpePerSession(returns),
    'ratio.sharpe': sharpe(returns, periods),
    'ratio.sortino': sortino(returns, periods),
    'ratio.calmar': calmar(returns, periods, closesDrawdown.maxFraction),
    'sharpe.psr0': fromSharpe(returns, (estimated) => probabilisticSharpe(estimated, 0)),
    'sharpe.psrAnnual1': fromSharpe(returns, (estimated) => probabilisticSharpe(estimated, 1 / Math.sqrt(periods))),
    'sharpe.minTRL': fromSharpe(returns, (estimated) => minimumTrackRecord(estimated, 0)),
    'sharpe.autocorrelation': autocorrelation(returns),
    'tail.var5': valueAtRisk(returns, 0.05),
    'tail.var1': valueAtRisk(returns, 0.01),
    'tail.es5': expectedShortfall(returns, 0.05),
    'tail.es1': expectedShortfall(returns, 0.01),
  };
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
    'winRate.contract': winRateBySize(matched.lots),
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
    'pnl.expectancy': expectancy(net),
    'pnl.expectancyR': expectancyInRisk(net),
    'pnl.tStat': tStatistic(net),
    'kelly.trades': kellyFraction(net),
    'edge.realised':
      closedSize > 0n
        ? estimate(exactAmount(closedNet) / decimalToNumber(closedSize), matched.lots.length)
        : missing('no_trades'),
  };
}

function activityFigures({ data, fees, netPnl }: Analysis) {
  const trades = data.fills.filter(({ settlement }) => !settlement);
  const sizeOf = (fills: typeof trades) => decimalToNumber(fills.reduce((sum, { size }) => sum + size, 0n));
  const traded = sizeOf(trades);
  const paid = exactAmount(fees);
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
    'share.maker': makerShare(sizeOf(trades.filter(({ liquidity }) => liquidity === 'maker')), traded, trades.length),
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
