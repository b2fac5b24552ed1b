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
  'return.meanAnnualArithmetic': {
    label: 'Mean return of a year',
    unit: 'fraction',
    definition: 'Mean session return times N.',
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
  'ratio.sharpeLo': {
    label: 'Sharpe ratio after Lo',
    unit: 'ratio',
    definition:
      'Sharpe per session taken to a year with the correlation of returns up to five sessions apart (Lo 2002), from 20 sessions on.',
  },
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
  'ratio.mar': {
    label: 'MAR ratio',
    unit: 'ratio',
    definition: 'CAGR over the largest drawdown of every mark.',
  },
  'ratio.omega': {
    label: 'Omega ratio',
    unit: 'ratio',
    definition: 'Sum of the gains over the sum of the losses of the sessions.',
  },
  'ratio.gainToPain': {
    label: 'Gain to pain',
    unit: 'ratio',
    definition: 'Sum of all session returns over the sum of the losses.',
  },
  'ratio.ulcerPerformance': {
    label: 'Ulcer performance',
    unit: 'ratio',
    definition: 'Annualised return over the ulcer index.',
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
  'sharpe.dsr': {
    label: 'Deflated Sharpe ratio',
    unit: 'fraction',
    definition:
      'How likely the true Sharpe ratio is above what the best of all trials would show by luck alone; needs to know how many there were.',
  },
  'sharpe.error': {
    label: 'Standard error of the Sharpe',
    unit: 'ratio',
    definition: 'Of the Sharpe per session, given n, skew and raw kurtosis.',
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
  'tail.varNormal5': {
    label: 'Normal value at risk 5 %',
    unit: 'fraction',
    definition: 'Value at risk as if session returns were normally distributed.',
  },
  'trades.count': {
    label: 'Round trips',
    unit: 'count',
    definition: 'Closed trips from flat to flat; n counts the open ones too.',
  },
  'trades.durationMean': {
    label: 'Mean time in a trip',
    unit: 'duration',
    definition: 'From the first entry to the last exit of a closed trip.',
  },
  'trades.durationMedian': {
    label: 'Median time in a trip',
    unit: 'duration',
    definition: 'Half of the closed trips were shorter.',
  },
  'trades.durationLots': {
    label: 'Mean time held',
    unit: 'duration',
    definition: 'From entry to exit of the closed lots, by size.',
  },
  'trades.maxConsecutiveWins': {
    label: 'Most wins in a row',
    unit: 'count',
    definition: 'Of closed trips in order of their end; those that neither won nor lost break no row.',
  },
  'trades.maxConsecutiveLosses': {
    label: 'Most losses in a row',
    unit: 'count',
    definition: 'The same of losses.',
  },
  'trades.topShare': {
    label: 'Share of the best trip',
    unit: 'fraction',
    definition: 'Largest winning trip over the sum of all winning trips.',
  },
  'trades.maeMean': {
    label: 'Mean adverse excursion',
    unit: 'money',
    definition:
      'How far closed trips were below 0 at their worst, closed at the other side of the quotes, before fees; the mean.',
  },
  'trades.mfeMean': {
    label: 'Mean favourable excursion',
    unit: 'money',
    definition: 'How far they were above 0 at their best.',
  },
  'trades.efficiency': {
    label: 'Kept of the best',
    unit: 'fraction',
    definition: 'Gross result over favourable excursion; the mean of the trips that had one.',
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
      'Size of the lots with a net gain over the size of the lots with a net gain or loss; lots are matched first in, first out. 95 % interval: events drawn anew.',
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
  'winRate.session': {
    label: 'Win rate by session',
    unit: 'fraction',
    definition: 'Sessions with a gain over sessions with a gain or loss; 95 % interval by Wilson.',
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
  'pnl.expectancy': {
    label: 'Expectancy',
    unit: 'money',
    definition: 'Mean net result of all closed trips. 95 % interval: events drawn anew.',
  },
  'pnl.expectancyR': {
    label: 'Expectancy in average losses',
    unit: 'ratio',
    definition: 'Expectancy over average loss.',
  },
  'pnl.exTop1': {
    label: 'Without the best trip',
    unit: 'money',
    definition: 'Sum of the closed trips, net, without the one that won most.',
  },
  'pnl.exTop5': {
    label: 'Without the five best trips',
    unit: 'money',
    definition: 'The same without the five that won most.',
  },
  'pnl.exBestDay': {
    label: 'Without the best session',
    unit: 'money',
    definition: 'Net result of all sessions without the one that won most.',
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
  'kelly.binary': {
    label: 'Kelly fraction of forecasts',
    unit: 'fraction',
    definition:
      '(p - c) / (1 - c) by size over the fills of decisions that told a probability; p of the side that was bought, c its all-in cost.',
  },
  'edge.realised': {
    label: 'Edge per contract',
    unit: 'money',
    definition: 'Net result of the closed lots over their size. 95 % interval: events drawn anew.',
  },
  'edge.expected': {
    label: 'Expected edge',
    unit: 'money',
    definition: 'p - c by size over the same fills: what the model thought a contract was worth beyond its cost.',
  },
  'edge.clv': {
    label: 'Closing line value',
    unit: 'money',
    definition:
      'Middle of bid and ask five minutes before the market closes less the entry price, per contract of binary entries before that; reversed for sales.',
  },
  'edge.clvOfEntry': {
    label: 'Closing line value of the cost',
    unit: 'fraction',
    definition: 'The same over what the contracts cost.',
  },
  'edge.beatClose': {
    label: 'Better than the close',
    unit: 'fraction',
    definition: 'Part of the size that was entered better than that middle.',
  },
  'score.brier': {
    label: 'Brier score',
    unit: 'ratio',
    definition:
      'Mean squared error of the probabilities that decisions told: 0 is perfect, 0.25 is what one half always gets.',
  },
  'score.brierMarket': {
    label: 'Brier score of the market',
    unit: 'ratio',
    definition: 'The same of the middle of bid and ask at the same moments.',
  },
  'score.skill': {
    label: 'Brier skill',
    unit: 'fraction',
    definition: '1 less Brier score over that of the market: above 0 the model knew more.',
  },
  'score.logLoss': {
    label: 'Log loss',
    unit: 'ratio',
    definition:
      'Mean of minus the natural logarithm of what was given to that which came; probabilities at least 1e-6 from 0 and 1.',
  },
  'score.logLossMarket': {
    label: 'Log loss of the market',
    unit: 'ratio',
    definition: 'The same of the market.',
  },
  'score.reliability': {
    label: 'Miscalibration',
    unit: 'ratio',
    definition:
      'Mean squared distance between forecasts and frequency in bins of equal count: a part of the Brier score.',
  },
  'score.resolution': {
    label: 'Resolution',
    unit: 'ratio',
    definition: 'Mean squared distance between the frequency of the bins and that of all; takes from the Brier score.',
  },
  'score.uncertainty': {
    label: 'Uncertainty of outcomes',
    unit: 'ratio',
    definition: 'Variance of the outcomes: the Brier score of who always says how often YES comes.',
  },
  'score.ece': {
    label: 'Calibration error',
    unit: 'fraction',
    definition: 'Mean distance between forecasts and frequency over the bins.',
  },
  'score.spiegelhalterZ': {
    label: 'Spiegelhalter z',
    unit: 'ratio',
    definition: 'About standard normal if the forecasts are calibrated; beyond 2 they hardly are.',
  },
  'fees.total': { label: 'Fees', unit: 'money', definition: 'All fees charged, less rebates.' },
  'fees.perContract': {
    label: 'Fee per contract',
    unit: 'money',
    definition: 'Fees over the size traded, either way.',
  },
  'fees.ofGrossProfit': { label: 'Fees of gross P&L', unit: 'fraction', definition: 'Fees over gross P&L.' },
  'fees.ofNotional': {
    label: 'Fees of what was traded',
    unit: 'fraction',
    definition: 'Fees over price times size of all trades.',
  },
  'share.maker': {
    label: 'Maker share',
    unit: 'fraction',
    definition: 'Traded size that provided liquidity over all traded size.',
  },
  'share.makerNotional': {
    label: 'Maker share by value',
    unit: 'fraction',
    definition: 'The same by price times size.',
  },
  'share.makerFees': {
    label: 'Fees of makers',
    unit: 'fraction',
    definition: 'Fees of fills that provided liquidity over all fees.',
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
  'fill.partialShare': {
    label: 'Filled in part',
    unit: 'fraction',
    definition: 'Orders filled in part over orders with any fill; 95 % interval by Wilson.',
  },
  'queue.waitMedian': {
    label: 'Median wait in the queue',
    unit: 'duration',
    definition:
      'From arrival at the venue to the first fill of resting orders; cancelled ones count as long as they stood (Kaplan and Meier).',
  },
  'slippage.decision': {
    label: 'Slippage since the decision',
    unit: 'money',
    definition:
      'Average price of an order beyond the middle of bid and ask when it was decided, per unit; above 0 it cost.',
  },
  'slippage.arrival': {
    label: 'Slippage since arrival',
    unit: 'money',
    definition: 'The same as of its arrival at the venue.',
  },
  'spread.effectiveHalf': {
    label: 'Effective half spread',
    unit: 'money',
    definition:
      'Fill price beyond the middle of bid and ask as the desk saw them with the fill, per unit; below 0 it was earned.',
  },
  'markout.0': {
    label: 'Markout at once',
    unit: 'money',
    definition:
      'Middle of bid and ask less fill price, per unit, reversed for sales: above 0 is good. Interval: markets drawn anew.',
  },
  'markout.1s': {
    label: 'Markout after 1 s',
    unit: 'money',
    definition: 'The same one second later.',
  },
  'markout.10s': {
    label: 'Markout after 10 s',
    unit: 'money',
    definition: 'The same ten seconds later.',
  },
  'markout.60s': {
    label: 'Markout after 60 s',
    unit: 'money',
    definition: 'The same a minute later.',
  },
  'markout.close': {
    label: 'Markout at the close',
    unit: 'money',
    definition: 'The same at the end of the session.',
  },
  'adverse.1s': {
    label: 'Adverse move after 1 s',
    unit: 'money',
    definition: 'What the middle moved against a unit within a second of its fill.',
  },
  'adverse.10s': {
    label: 'Adverse move after 10 s',
    unit: 'money',
    definition: 'The same within ten seconds.',
  },
  'adverse.60s': {
    label: 'Adverse move after 60 s',
    unit: 'money',
    definition: 'The same within a minute.',
  },
  'shortfall.total': {
    label: 'Implementation shortfall',
    unit: 'money',
    definition:
      'What all orders would have made at once, for nothing, at the middle when they were decided, less what they made; measured a minute after their end (Perold 1988).',
  },
  'shortfall.decisionDelay': {
    label: 'of it, until sent',
    unit: 'money',
    definition: 'Move of the middle from decision to sending, of what was filled.',
  },
  'shortfall.transitDelay': {
    label: 'of it, on the way',
    unit: 'money',
    definition: 'Move of the middle from sending to arrival, of what was filled.',
  },
  'shortfall.spread': {
    label: 'of it, spread',
    unit: 'money',
    definition: 'Best price of the other side less the middle at arrival, of what was filled.',
  },
  'shortfall.depth': {
    label: 'of it, depth',
    unit: 'money',
    definition:
      'Fills beyond the best price of the other side at arrival; below 0 for orders that waited on their own side.',
  },
  'shortfall.fees': {
    label: 'of it, fees',
    unit: 'money',
    definition: 'Fees of these orders.',
  },
  'shortfall.opportunity': {
    label: 'of it, not filled',
    unit: 'money',
    definition: 'Move of the middle from the decision to a minute after the end, of what was not filled.',
  },
  'shortfall.ofWanted': {
    label: 'Shortfall of what was wanted',
    unit: 'fraction',
    definition: 'Implementation shortfall over size times middle at the decision of all orders.',
  },
  'exposure.timeInMarket': {
    label: 'Time in the market',
    unit: 'fraction',
    definition: 'Time with any position over the time in which there was trading.',
  },
  'exposure.grossAvg': {
    label: 'Average exposure',
    unit: 'fraction',
    definition:
      'Size times entry price of all positions, of binary contracts what could be lost, over equity; mean over the time of trading.',
  },
  'exposure.grossMax': {
    label: 'Largest exposure',
    unit: 'fraction',
    definition: 'The largest of it.',
  },
  'exposure.netAvg': {
    label: 'Average net exposure',
    unit: 'fraction',
    definition: 'The same with short positions taken off.',
  },
  'turnover.session': {
    label: 'Turnover',
    unit: 'fraction',
    definition:
      'Price times size of all trades, both sides, over the mean of equity at begin and end of the session; mean of the sessions.',
  },
  'turnover.contracts': {
    label: 'Contracts per session',
    unit: 'count',
    definition: 'Size traded, either way, over the sessions.',
  },
  'hhi.exposure': {
    label: 'Concentration of exposure',
    unit: 'ratio',
    definition: 'Sum of the squared shares of the markets in exposure times time: 1 is all in one.',
  },
  'hhi.pnl': {
    label: 'Concentration of results',
    unit: 'ratio',
    definition: 'The same of their net results without signs.',
  },
  'topShare.1': {
    label: 'Share of the best market',
    unit: 'fraction',
    definition: 'Its net result over the sum of all markets with a gain.',
  },
  'topShare.5': {
    label: 'Share of the five best markets',
    unit: 'fraction',
    definition: 'The same of the five best.',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricKey = keyof typeof catalogue;

export const metricKeys = Object.keys(catalogue) as readonly MetricKey[];
