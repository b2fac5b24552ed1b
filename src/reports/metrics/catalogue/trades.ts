/** Round trips, win rates, and what a trip earns. */
import type { Definitions } from './definition.ts';

export const trades = {
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
  'trades.maeTicks': {
    label: 'Mean adverse excursion in ticks',
    unit: 'ratio',
    definition: 'The same in ticks of the largest position that the trip had.',
  },
  'trades.mfeTicks': {
    label: 'Mean favourable excursion in ticks',
    unit: 'ratio',
    definition: 'The same of the best.',
  },
  'trades.maeOfCost': {
    label: 'Mean adverse excursion of the cost',
    unit: 'fraction',
    definition: 'Adverse excursion over price times size of all entries of the trip; the mean.',
  },
  'trades.mfeOfCost': {
    label: 'Mean favourable excursion of the cost',
    unit: 'fraction',
    definition: 'The same of the best.',
  },
  'trades.giveBackMean': {
    label: 'Mean given back',
    unit: 'money',
    definition:
      'Favourable excursion less gross result of closed trips: what was left of the best at the end; the mean.',
  },
  'winRate.trip': {
    label: 'Win rate by trip',
    unit: 'fraction',
    definition:
      'Trips with a net gain over trips with a net gain or loss; 95 % interval by Wilson, and with whole events drawn anew where trips share one.',
  },
  'winRate.tripGross': {
    label: 'Win rate by trip before fees',
    unit: 'fraction',
    definition: 'Trips with a gross gain over trips with a gross gain or loss; 95 % interval by Wilson.',
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
      'Markets with a net gain over markets with a net gain or loss; a market counts once nothing is held in it any more. Intervals as by trip.',
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
    definition: 'Sum of the winning trips over the sum of the losing trips, net. 95 % interval: events drawn anew.',
  },
  'pnl.profitFactorGross': {
    label: 'Profit factor before fees',
    unit: 'ratio',
    definition: 'Sum of the trips with a gross gain over the sum of those with a gross loss.',
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
  'pnl.expectancyGross': {
    label: 'Expectancy before fees',
    unit: 'money',
    definition: 'Mean gross result of all closed trips.',
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
} as const satisfies Definitions;
