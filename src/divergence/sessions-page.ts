/** Many sessions as a page: the gap over them, each class, and what else of the two sides is alike. */
import { count, decimal, percent } from '../reports/format.ts';
import { facts, html, type Markup, table } from '../reports/markup.ts';
import { renderDocument, sectionMarkup } from '../reports/page.ts';
import { chartFigure, type Section } from '../reports/section.ts';
import { sessionAgreement } from './charts/agreement.ts';
import { driftCharts, gapTrend, smallTrends } from './charts/trend.ts';
import type { AcrossSessions } from './sessions.ts';
import { SESSIONS_MIN } from './statistics.ts';

export function renderSessions(across: AcrossSessions): Promise<string> {
  const sections = [trend, classes, agreement, likeness, list]
    .map((section) => section(across))
    .filter((section) => section !== undefined);
  const title = `${count(across.sessions.length)} sessions`;
  return renderDocument({
    title: `${title} - truetape divergence`,
    brand: 'truetape divergence report',
    body: html`<article class="run" id="run-1">
<header>
<h1>${title}</h1>
<nav aria-label="Sections">${sections.map(({ name, title: text }) => html`<a href="#run-1-${name}">${text}</a>`)}</nav>
</header>
${sections.map((section) => sectionMarkup(section, 'run-1-'))}
</article>`,
    runs: [sections],
  });
}

function trend(across: AcrossSessions): Section | undefined {
  const chart = gapTrend(across);
  if (!chart || !across.gap) return undefined;
  const { mean, interval, bootstrap, limits, tTest, wilcoxon, equivalence, signals } = across.gap;
  const drift = driftCharts(across);
  const figures = facts([
    ['Mean gap', number(mean)],
    ['95 % of the mean, Student', range(interval)],
    ['95 % of the mean, stationary bootstrap', bootstrap ? range(bootstrap) : NONE],
    ['95 % of sessions', range(limits)],
    [`Within ${equivalence.budget} either way at 5 %`, equivalence.holds ? 'yes' : 'not shown'],
    ['p that it is zero: t, Wilcoxon', `${chance(tTest)}, ${chance(wilcoxon)}`],
    ['First session beyond limits, CUSUM, EWMA', signalText(signals)],
  ]);
  return {
    name: 'trend',
    title: 'Session by session',
    html: html`${chartFigure(chart)}<div class="columns">${drift.map(chartFigure)}</div>${figures}${fewNote(across)}`,
    charts: [chart, ...drift],
  };
}

function fewNote({ sessions }: AcrossSessions): Markup | undefined {
  if (sessions.length >= SESSIONS_MIN) return undefined;
  return html`<p class="note">Probabilities, bootstrap and signals of drift need ${SESSIONS_MIN} sessions.</p>`;
}

function classes(across: AcrossSessions): Section | undefined {
  const charts = smallTrends(across);
  if (across.classes.length === 0 && charts.length === 0) return undefined;
  const columns = ['Mean', '95 % of the mean', 'By bootstrap', '95 % of sessions', 'p'].map(
    (title) => ({ title, kind: 'figures' }) as const,
  );
  const rows = across.classes.map((each) => [
    each.class,
    number(each.mean),
    range(each.interval),
    each.bootstrap ? range(each.bootstrap) : NONE,
    range(each.limits),
    chance(each.tTest),
    signalText(each.signals),
  ]);
  const list = table(
    'Money of each class in a session; p adjusted for the number of classes',
    [{ title: 'Class' }, ...columns, { title: 'First beyond limits, CUSUM, EWMA' }],
    rows,
  );
  return {
    name: 'classes',
    title: 'Score and classes',
    html: html`<div class="columns">${charts.map(chartFigure)}</div>${list}`,
    charts,
  };
}

function agreement(across: AcrossSessions): Section | undefined {
  const chart = sessionAgreement(across);
  return chart && { name: 'agreement', title: 'Agreement of results', html: chartFigure(chart), charts: [chart] };
}

/** Rates, distributions, waits and Sharpe ratios. */
function likeness({ filledOnly, fillRates, latency, price, waits, sharpe }: AcrossSessions): Section {
  const rows = [
    ['decision to arrival, ms', latency, 1] as const,
    ['paid beyond the middle', price, 5] as const,
  ].flatMap(([name, samples, places]) => {
    if (!samples) return [];
    const { one, other, ks, ksP, andersonDarlingP, wasserstein } = samples;
    const figures = [one.mean, other.mean, wasserstein].map((value) => decimal(value, places));
    return [[name, ...figures, decimal(ks, 3), chance(ksP), tableChance(andersonDarlingP)]];
  });
  const columns = ['Mean of one', 'Mean of other', 'Wasserstein-1', 'Kolmogorov-Smirnov', 'p', 'p of Anderson-Darling'];
  const distributions =
    rows.length > 0 &&
    table(
      'Means of sessions, one against other',
      [{ title: 'Of' }, ...columns.map((title) => ({ title, kind: 'figures' }) as const)],
      rows,
    );
  const figures = facts([
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
  ]);
  return {
    name: 'likeness',
    title: 'Fills, latency, price and risk',
    html: html`${distributions || undefined}${figures}<p class="note">McNemar's p and the interval of the fill rates take orders as independent, which those of one session are not: they claim more than they know. All else has the session as its unit.</p>`,
    charts: [],
  };
}

function list({ sessions }: AcrossSessions): Section {
  const rows = sessions.map(({ name, one, other, gap, score }, i) => [
    count(i + 1),
    name,
    number(one),
    number(other),
    number(gap),
    score === null ? NONE : decimal(score, 1),
  ]);
  const columns = [
    { title: 'Session' },
    { title: 'Run' },
    ...['One', 'Other', 'Gap', 'Score'].map((title) => ({ title, kind: 'figures' }) as const),
  ];
  return { name: 'sessions', title: 'Sessions', html: table('Every session', columns, rows), charts: [] };
}

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
