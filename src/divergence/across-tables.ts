/** What many sessions say in words and tables, for the page and for Markdown alike. */
import { count, decimal, percent } from '../reports/format.ts';
import type { AcrossSessions } from './sessions.ts';
import type { ToldTable } from './tables.ts';

type Facts = readonly (readonly [name: string, value: string])[];

export function acrossFacts({
  mean,
  interval,
  bootstrap,
  limits,
  tTest,
  wilcoxon,
  equivalence,
  signals,
}: NonNullable<AcrossSessions['gap']>): Facts {
  return [
    ['Mean gap', number(mean)],
    ['95 % of the mean, Student', range(interval)],
    ['95 % of the mean, stationary bootstrap', bootstrap ? range(bootstrap) : NONE],
    ['95 % of sessions', range(limits)],
    [`Within ${equivalence.budget} either way at 5 %`, equivalence.holds ? 'yes' : 'not shown'],
    ['p that it is zero: t, Wilcoxon', `${chance(tTest)}, ${chance(wilcoxon)}`],
    ['First session beyond limits, CUSUM, EWMA', signalText(signals)],
  ];
}

export function classesTable({ classes }: AcrossSessions): ToldTable<string> {
  return {
    caption: 'Money of each class in a session; p adjusted for the number of classes',
    columns: [
      { title: 'Class' },
      ...figures('Mean', '95 % of the mean', 'By bootstrap', '95 % of sessions', 'p'),
      { title: 'First beyond limits, CUSUM, EWMA' },
    ],
    rows: classes.map((each) => [
      each.class,
      number(each.mean),
      range(each.interval),
      each.bootstrap ? range(each.bootstrap) : NONE,
      range(each.limits),
      chance(each.tTest),
      signalText(each.signals),
    ]),
  };
}

/** Without rows where no session has the samples. */
export function samplesTable({ latency, price }: AcrossSessions): ToldTable<string> {
  const rows = [
    ['decision to arrival, ms', latency, 1] as const,
    ['paid beyond the middle', price, 5] as const,
  ].flatMap(([name, samples, places]) => {
    if (!samples) return [];
    const { one, other, ks, ksP, andersonDarlingP, wasserstein } = samples;
    const means = [one.mean, other.mean, wasserstein].map((value) => decimal(value, places));
    return [[name, ...means, decimal(ks, 3), chance(ksP), tableChance(andersonDarlingP)]];
  });
  return {
    caption: 'Means of sessions, one against other',
    columns: [
      { title: 'Of' },
      ...figures('Mean of one', 'Mean of other', 'Wasserstein-1', 'Kolmogorov-Smirnov', 'p', 'p of Anderson-Darling'),
    ],
    rows,
  };
}

/** Rates, waits and Sharpe ratios. */
export function likenessFacts({ filledOnly, fillRates, waits, sharpe }: AcrossSessions): Facts {
  return [
    [
      'Orders filled on one side only',
      `${count(filledOnly.one)} and ${count(filledOnly.other)}, p ${chance(filledOnly.p)}`,
    ],
    ...(fillRates
      ? [
          [
            'Fill rate of one less that of other, 95 %',
            `${percent(fillRates.difference)}: ${percent(fillRates.interval[0])} to ${percent(fillRates.interval[1])}`,
          ] as const,
        ]
      : []),
    ...(waits
      ? [
          [
            'Resting orders of one filled, and if they waited as those of other',
            `${count(waits.observed)} and ${decimal(waits.expected, 1)}, p ${chance(waits.p)}`,
          ] as const,
        ]
      : []),
    ...(sharpe
      ? [
          [
            'Sharpe ratio of a session, one less other',
            `${decimal(sharpe.one, 3)} less ${decimal(sharpe.other, 3)}, p ${chance(sharpe.p)}, by bootstrap ${chance(sharpe.bootstrapP)}`,
          ] as const,
        ]
      : []),
  ];
}

export function sessionsTable({ sessions }: AcrossSessions): ToldTable<string> {
  return {
    caption: 'Every session',
    columns: [{ title: 'Session' }, { title: 'File' }, ...figures('One', 'Other', 'Gap', 'Score')],
    rows: sessions.map(({ name, one, other, gap, score }, i) => [
      count(i + 1),
      name,
      number(one),
      number(other),
      number(gap),
      score === null ? NONE : decimal(score, 1),
    ]),
  };
}

const figures = (...titles: readonly string[]) => titles.map((title) => ({ title, kind: 'figures' }) as const);
const NONE = 'n/a';
const number = (value: number): string => decimal(value, 4);
const range = ([from, to]: readonly [number, number]): string => `${number(from)} to ${number(to)}`;
/** Few sessions have none. */
const chance = (p: number | null): string => (p === null ? NONE : p < 0.0001 ? 'below 0.0001' : decimal(p, 4));
/** Of a table that ends at 0.1 % and at 25 %. */
const tableChance = (p: number | null): string =>
  p === 0.001 || p === 0.25 ? `${p === 0.25 ? 'above' : 'below'} ${p}` : chance(p);

function signalText(signals: NonNullable<AcrossSessions['gap']>['signals']): string {
  if (!signals) return NONE;
  return [signals.limits, signals.cusum, signals.ewma].map((session) => session ?? 'none').join(', ');
}
