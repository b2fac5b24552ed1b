/** What contracts were worth beyond their cost, and how good the forecasts were. */
import type { Definitions } from './definition.ts';

export const forecasts = {
  'edge.realised': {
    label: 'Edge per contract',
    unit: 'money',
    definition: 'Net result of the closed lots over their size. 95 % interval: events drawn anew.',
  },
  'edge.realisedGross': {
    label: 'Edge per contract before fees',
    unit: 'money',
    definition: 'Gross result of the closed lots over their size.',
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
} as const satisfies Definitions;
