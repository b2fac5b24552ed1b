/** What many sessions say in words and tables, for the page and for Markdown alike. */
import { count, decimal } from '../reports/format.ts';
import type { AcrossSessions } from './sessions.ts';
import type { ToldTable } from './tables.ts';

export function acrossFacts(
  { filledOnly }: AcrossSessions,
  { mean, interval, limits, tTest, wilcoxon, equivalence }: NonNullable<AcrossSessions['gap']>,
): readonly (readonly [name: string, value: string])[] {
  return [
    ['Mean gap', number(mean)],
    ['95 % of the mean', range(interval)],
    ['95 % of sessions', range(limits)],
    [`Within ${equivalence.budget} either way at 5 %`, equivalence.holds ? 'yes' : 'not shown'],
    ['p that it is zero: t, Wilcoxon', `${chance(tTest)}, ${chance(wilcoxon)}`],
    [
      'Orders filled on one side only',
      `${count(filledOnly.one)} and ${count(filledOnly.other)}, p ${chance(filledOnly.p)}`,
    ],
  ];
}

export function classesTable({ classes }: AcrossSessions): ToldTable<string> {
  const titles = ['Mean', '95 % of the mean', '95 % of sessions', 'p'];
  return {
    caption: 'Money of each class in a session; p adjusted for the number of classes',
    columns: [{ title: 'Class' }, ...titles.map((title) => ({ title, kind: 'figures' }) as const)],
    rows: classes.map((each) => [
      each.class,
      number(each.mean),
      range(each.interval),
      range(each.limits),
      chance(each.tTest),
    ]),
  };
}

export function sessionsTable({ sessions }: AcrossSessions): ToldTable<string> {
  return {
    caption: 'Every session',
    columns: [
      { title: 'Session' },
      { title: 'Run' },
      { title: 'Gap', kind: 'figures' },
      { title: 'Score', kind: 'figures' },
    ],
    rows: sessions.map(({ name, gap, score }, i) => [
      count(i + 1),
      name,
      number(gap),
      score === null ? 'n/a' : decimal(score, 1),
    ]),
  };
}

const number = (value: number): string => decimal(value, 4);
const range = ([from, to]: readonly [number, number]): string => `${number(from)} to ${number(to)}`;
/** Few sessions have none. */
const chance = (p: number | null): string => (p === null ? 'n/a' : decimal(p, 4));
