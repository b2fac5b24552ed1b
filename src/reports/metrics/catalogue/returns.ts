/** Results, returns and what they are worth against their spread. */
import type { Definitions } from './definition.ts';

export const returns = {
  'pnl.net': {
    label: 'Net P&L',
    unit: 'money',
    definition:
      'Equity at the end less equity at the start; fees are paid, open positions are marked. 95 % interval: sessions drawn anew, or events where there are fewer than ten sessions.',
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
  pbo: {
    label: 'Probability of overfitting',
    unit: 'fraction',
    definition:
      'How often, over all ways to halve the sessions, the trial that is best in one half is no better than the middle of all trials in the other (PBO by CSCV, Bailey and others 2017); needs the trials.',
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
} as const satisfies Definitions;
