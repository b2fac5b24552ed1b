/** What was held, how much was traded, and in how few markets. */
import type { Definitions } from './definition.ts';

export const exposure = {
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
    unit: 'size',
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
} as const satisfies Definitions;
