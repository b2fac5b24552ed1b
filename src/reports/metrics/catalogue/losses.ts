/** How far equity fell, and how bad a session can be. */
import type { Definitions } from './definition.ts';

export const losses = {
  'dd.maxPct': {
    label: 'Max drawdown',
    unit: 'fraction',
    definition:
      'Deepest fall of equity below its running peak, as a fraction of that peak; on every mark, not only at closes. 95 % interval: sessions drawn anew, with what happened inside them.',
  },
  'dd.maxMoney': {
    label: 'Max drawdown in money',
    unit: 'money',
    definition:
      'Largest loss of money from a running peak; may be another episode than the deepest. Interval as of the deepest.',
  },
  'dd.liquidationPct': {
    label: 'Max drawdown if closed',
    unit: 'fraction',
    definition:
      'Deepest fall with what is held valued at what would close it: the bid of what was bought, the ask of what was sold; at every fill and every quote that changes what is held.',
  },
  'dd.liquidationMoney': {
    label: 'Max drawdown in money if closed',
    unit: 'money',
    definition: 'Largest loss of money from a running peak, valued in the same way.',
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
  'dd.longestSessions': {
    label: 'Longest drawdown in sessions',
    unit: 'count',
    definition: 'Longest of the drawdowns of the session closes, from the peak to the recovery or the end.',
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
} as const satisfies Definitions;
