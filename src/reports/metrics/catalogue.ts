/** Every figure of a report by its key: what it is called, in what unit it is, and how it is defined. */

/**
 * money: of the run's currency · fraction: 0.01 is 1 % · ratio, count: bare numbers · time: microseconds since 1970 ·
 * duration: microseconds.
 */
export type MetricUnit = 'money' | 'fraction' | 'ratio' | 'count' | 'time' | 'duration';

interface MetricDefinition {
  readonly label: string;
  readonly unit: MetricUnit;
  readonly definition: string;
}

export const catalogue = {
  'pnl.net': {
    label: 'Net P&L',
    unit: 'money',
    definition: 'Equity at the end less equity at the start; fees are paid, open positions are marked.',
  },
  'pnl.gross': { label: 'Gross P&L', unit: 'money', definition: 'Net P&L with the fees added back.' },
  'return.total': {
    label: 'Return',
    unit: 'fraction',
    definition: 'All session returns compounded: the product of 1 + r, less 1.',
  },
  'return.annualised': {
    label: 'Annualised return',
    unit: 'fraction',
    definition: '(1 + return) to the power of N / n, less 1; N sessions a year, n sessions at hand.',
  },
  'return.cagr': {
    label: 'CAGR',
    unit: 'fraction',
    definition: '(1 + return) to the power of 1 / years, less 1; years of 365.25 days from the first mark to the last.',
  },
  'return.mean': {
    label: 'Mean session return',
    unit: 'fraction',
    definition: 'Arithmetic mean of the session returns.',
  },
  'return.onCapitalAtRisk': {
    label: 'Return on capital at risk',
    unit: 'fraction',
    definition:
      'Net P&L over the sum of the largest possible losses of all entries: the price of what was bought, 1 less the price of a binary contract that was sold.',
  },
  'risk.volatility': {
    label: 'Volatility',
    unit: 'fraction',
    definition: 'Standard deviation (n - 1) of the session returns, times the root of N.',
  },
  'risk.downsideDeviation': {
    label: 'Downside deviation',
    unit: 'fraction',
    definition: 'Root of the mean squared loss per session; sessions without a loss count as 0.',
  },
  'ratio.sharpePeriod': {
    label: 'Sharpe per session',
    unit: 'ratio',
    definition: 'Mean over standard deviation (n - 1) of the session returns; riskless rate 0.',
  },
  'ratio.sharpe': { label: 'Sharpe ratio', unit: 'ratio', definition: 'Sharpe per session times the root of N.' },
  'ratio.sortino': {
    label: 'Sortino ratio',
    unit: 'ratio',
    definition: 'Mean session return over downside deviation, times the root of N.',
  },
  'ratio.calmar': {
    label: 'Calmar ratio',
    unit: 'ratio',
    definition: 'Annualised return over the largest drawdown of the session closes.',
  },
  'ratio.recovery': {
    label: 'Recovery ratio',
    unit: 'ratio',
    definition: 'Net P&L over the largest loss of money from a peak.',
  },
  'sharpe.psr0': {
    label: 'P(Sharpe > 0)',
    unit: 'fraction',
    definition:
      'Probabilistic Sharpe ratio: how likely the true Sharpe ratio is above 0, given n, skew and raw kurtosis.',
  },
  'sharpe.psrAnnual1': {
    label: 'P(Sharpe > 1 a year)',
    unit: 'fraction',
    definition: 'The same for an annual Sharpe ratio of 1.',
  },
  'sharpe.minTRL': {
    label: 'Minimum track record',
    unit: 'count',
    definition: 'Sessions that would show, at 95 %, a Sharpe ratio above 0 if it is what it seems.',
  },
  'sharpe.autocorrelation': {
    label: 'Autocorrelation',
    unit: 'ratio',
    definition: 'Correlation of a session return with the one before. Far from 0, annualised ratios mislead.',
  },
  'dd.maxPct': {
    label: 'Max drawdown',
    unit: 'fraction',
    definition:
      'Deepest fall of equity below its running peak, as a fraction of that peak; on every mark, not only at closes.',
  },
  'dd.maxMoney': {
    label: 'Max drawdown in money',
    unit: 'money',
    definition: 'Largest loss of money from a running peak; may be another episode than the deepest.',
  },
  'dd.start': {
    label: 'Deepest drawdown began',
    unit: 'time',
    definition: 'Time of the peak before the deepest drawdown.',
  },
  'dd.trough': { label: 'Deepest drawdown bottomed', unit: 'time', definition: 'Time of its lowest equity.' },
  'dd.recovery': {
    label: 'Deepest drawdown ended',
    unit: 'time',
    definition: 'First time that equity was at the peak again.',
  },
  'dd.toTrough': {
    label: 'Peak to trough',
    unit: 'duration',
    definition: 'From the peak to the lowest equity of the deepest drawdown.',
  },
  'dd.recoveryTime': {
    label: 'Trough to recovery',
    unit: 'duration',
    definition: 'From the lowest equity back to the peak.',
  },
  'dd.duration': {
    label: 'Length of the deepest drawdown',
    unit: 'duration',
    definition: 'From the peak to the recovery, or to the end if there was none.',
  },
  'dd.longest': {
    label: 'Longest drawdown',
    unit: 'duration',
    definition: 'Longest of all drawdowns, which need not be the deepest.',
  },
  'dd.current': { label: 'Drawdown at the end', unit: 'fraction', definition: 'Last equity below its running peak.' },
  'dd.average': { label: 'Average drawdown', unit: 'fraction', definition: 'Mean depth of all drawdowns.' },
  'dd.ulcer': {
    label: 'Ulcer index',
    unit: 'fraction',
    definition: 'Root of the mean squared drawdown at the session closes.',
  },
  'dd.pain': {
    label: 'Pain index',
    unit: 'fraction',
    definition: 'Mean drawdown at the session closes, as a positive number.',
  },
  'tail.var5': {
    label: 'Value at risk 5 %',
    unit: 'fraction',
    definition: 'Loss that a session exceeds in 5 % of cases: the historical quantile (type 7), as a positive number.',
  },
  'tail.var1': { label: 'Value at risk 1 %', unit: 'fraction', definition: 'The same in 1 % of cases.' },
  'tail.es5': {
    label: 'Expected shortfall 5 %',
    unit: 'fraction',
    definition: 'Mean loss of the worst 5 % of sessions, a session across the border counted in part.',
  },
  'tail.es1': { label: 'Expected shortfall 1 %', unit: 'fraction', definition: 'The same of the worst 1 %.' },
  'trades.count': {
    label: 'Round trips',
    unit: 'count',
    definition: 'Closed trips from flat to flat; n counts the open ones too.',
  },
  'winRate.trip': {
    label: 'Win rate by trip',
    unit: 'fraction',
    definition: 'Trips with a net gain over trips with a net gain or loss; 95 % interval by Wilson.',
  },
  'winRate.tripAll': {
    label: 'Win rate of all trips',
    unit: 'fraction',
    definition: 'Trips with a net gain over all closed trips; flat ones count as not won.',
  },
  'winRate.contract': {
    label: 'Win rate by contract',
    unit: 'fraction',
    definition:
      'Size of the lots with a net gain over the size of the lots with a net gain or loss; lots are matched first in, first out.',
  },
  'winRate.market': {
    label: 'Win rate by market',
    unit: 'fraction',
    definition:
      'Markets with a net gain over markets with a net gain or loss; a market counts once nothing is held in it any more. 95 % interval by Wilson.',
  },
  'winRate.breakEven': {
    label: 'Break-even win rate',
    unit: 'fraction',
    definition:
      'Average price, fees included, of binary lots held to settlement: the win rate at which they earn nothing.',
  },
  'winRate.excess': {
    label: 'Win rate above break-even',
    unit: 'fraction',
    definition: 'Win rate by contract less break-even win rate, both of the lots held to settlement.',
  },
  'pnl.profitFactor': {
    label: 'Profit factor',
    unit: 'ratio',
    definition: 'Sum of the winning trips over the sum of the losing trips, net.',
  },
  'pnl.avgWin': { label: 'Average win', unit: 'money', definition: 'Mean net gain of the winning trips.' },
  'pnl.avgLoss': {
    label: 'Average loss',
    unit: 'money',
    definition: 'Mean net loss of the losing trips, as a positive number.',
  },
  'pnl.payoff': { label: 'Payoff ratio', unit: 'ratio', definition: 'Average win over average loss.' },
  'pnl.expectancy': { label: 'Expectancy', unit: 'money', definition: 'Mean net result of all closed trips.' },
  'pnl.expectancyR': {
    label: 'Expectancy in average losses',
    unit: 'ratio',
    definition: 'Expectancy over average loss.',
  },
  'pnl.tStat': {
    label: 't-statistic',
    unit: 'ratio',
    definition: 'Mean net result of the trips over its standard error; beyond 2 it is unlikely to be chance.',
  },
  'kelly.trades': {
    label: 'Kelly fraction',
    unit: 'fraction',
    definition:
      'W - (1 - W) / payoff with W the win rate by trip: the stake that grows fastest if the trips are typical. Below 0: do not bet.',
  },
  'edge.realised': {
    label: 'Edge per contract',
    unit: 'money',
    definition: 'Net result of the closed lots over their size.',
  },
  'fees.total': { label: 'Fees', unit: 'money', definition: 'All fees charged, less rebates.' },
  'fees.perContract': {
    label: 'Fee per contract',
    unit: 'money',
    definition: 'Fees over the size traded, either way.',
  },
  'fees.ofGrossProfit': { label: 'Fees of gross P&L', unit: 'fraction', definition: 'Fees over gross P&L.' },
  'share.maker': {
    label: 'Maker share',
    unit: 'fraction',
    definition: 'Traded size that provided liquidity over all traded size.',
  },
  'fill.rateQty': {
    label: 'Fill rate by size',
    unit: 'fraction',
    definition: 'Filled size over submitted size, rejected orders left out.',
  },
  'fill.rateOrder': {
    label: 'Fill rate by order',
    unit: 'fraction',
    definition: 'Orders with any fill over accepted orders; 95 % interval by Wilson.',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricKey = keyof typeof catalogue;

export const metricKeys = Object.keys(catalogue) as readonly MetricKey[];
