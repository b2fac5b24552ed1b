/** Many sessions as a page: the gap over them, and each class. */
import { count, decimal } from '../reports/format.ts';
import { facts, html, table } from '../reports/markup.ts';
import { renderDocument, sectionMarkup } from '../reports/page.ts';
import { chartFigure, type Section } from '../reports/section.ts';
import { trendChart } from './charts/trend.ts';
import type { AcrossSessions } from './sessions.ts';

export function renderSessions(across: AcrossSessions): Promise<string> {
  const sections = [trend(across), classes(across), list(across)].filter((section) => section !== undefined);
  const title = `${count(across.sessions.length)} sessions`;
  return renderDocument({
    title: `${title} - truetape divergence`,
    brand: 'truetape divergence report',
    body: html`<article class="run" id="run-1">
<header><h1>${title}</h1></header>
${sections.map((section) => sectionMarkup(section, 'run-1-'))}
</article>`,
    runs: [sections],
  });
}

function trend(across: AcrossSessions): Section | undefined {
  const chart = trendChart(across);
  if (!chart || !across.gap) return undefined;
  const { mean, interval, limits, tTest, wilcoxon, equivalence } = across.gap;
  const figures = facts([
    ['Mean gap', number(mean)],
    ['95 % of the mean', range(interval)],
    ['95 % of sessions', range(limits)],
    [`Within ${equivalence.budget} either way at 5 %`, equivalence.holds ? 'yes' : 'not shown'],
    ['p that it is zero: t, Wilcoxon', `${chance(tTest)}, ${chance(wilcoxon)}`],
    [
      'Orders filled on one side only',
      `${count(across.filledOnly.one)} and ${count(across.filledOnly.other)}, p ${chance(across.filledOnly.p)}`,
    ],
  ]);
  return { name: 'trend', title: 'Session by session', html: html`${chartFigure(chart)}${figures}`, charts: [chart] };
}

function classes({ classes: measured }: AcrossSessions): Section | undefined {
  if (measured.length === 0) return undefined;
  const columns = ['Mean', '95 % of the mean', '95 % of sessions', 'p'].map(
    (title) => ({ title, kind: 'figures' }) as const,
  );
  const rows = measured.map((each) => [
    each.class,
    number(each.mean),
    range(each.interval),
    range(each.limits),
    chance(each.tTest),
  ]);
  return {
    name: 'classes',
    title: 'Class by class',
    html: table(
      'Money of each class in a session; p adjusted for the number of classes',
      [{ title: 'Class' }, ...columns],
      rows,
    ),
    charts: [],
  };
}

function list({ sessions }: AcrossSessions): Section {
  const rows = sessions.map(({ name, gap, score }, i) => [
    count(i + 1),
    name,
    number(gap),
    score === null ? 'n/a' : decimal(score, 1),
  ]);
  const columns = [
    { title: 'Session' },
    { title: 'Run' },
    { title: 'Gap', kind: 'figures' },
    { title: 'Score', kind: 'figures' },
  ] as const;
  return { name: 'sessions', title: 'Sessions', html: table('Every session', columns, rows), charts: [] };
}

const number = (value: number): string => decimal(value, 4);
const range = ([from, to]: readonly [number, number]): string => `${number(from)} to ${number(to)}`;
/** Few sessions have none. */
const chance = (p: number | null): string => (p === null ? 'n/a' : decimal(p, 4));
