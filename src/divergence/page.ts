/** The divergence report as a page: where the money is, when it went, and what each difference is. */

import { count, decimal, money } from '../reports/format.ts';
import { facts, html, type Markup, signedAmount, table } from '../reports/markup.ts';
import { type ChartPage, renderChartOf } from '../reports/page.ts';
import { chartFigure, type Section } from '../reports/section.ts';
import { fillAgreement } from './charts/agreement.ts';
import { calibrationChart } from './charts/calibration.ts';
import { distributionCharts } from './charts/distributions.ts';
import { equityChart } from './charts/equity.ts';
import { lanesChart } from './charts/lanes.ts';
import { matrixChart } from './charts/matrix.ts';
import { stackChart } from './charts/stack.ts';
import { waterfallChart } from './charts/waterfall.ts';
import { curveLikeness } from './curves.ts';
import { renderDivergence } from './document.ts';
import { type Likeness, likenessOf } from './likeness.ts';
import type { Comparison } from './summary.ts';
import {
  type Cell,
  causesTable,
  differencesTable,
  doubtsOf,
  firstTables,
  GAP_PLACES,
  headFacts,
  namesOf,
  type ToldTable,
  totalsTable,
} from './tables.ts';

/** Rows of the table of differences; the sums are over all. */
const ROWS_MAX = 200;

/** The same comparison gives the same bytes. */
export function renderComparison(comparison: Comparison): Promise<string> {
  const [one, other] = namesOf(comparison.divergence);
  return renderDivergence({
    title: `${one} against ${other}`,
    about: html`<p class="about">Every part of the gap is the result of ${one} less that of ${other}.</p>`,
    doubts: doubtsOf(comparison),
    sections: sectionsOf(comparison),
  });
}

/** One chart of the page alone. */
export function renderComparisonChart(comparison: Comparison, name: string): Promise<ChartPage> {
  const [one, other] = namesOf(comparison.divergence);
  return renderChartOf(sectionsOf(comparison), name, `${one} against ${other}`);
}

function sectionsOf(comparison: Comparison): readonly Section[] {
  return [headline, parts, overTime, orders, distributions, first, causes, differences, context]
    .map((section) => section(comparison))
    .filter((section) => section !== undefined);
}

function headline({ divergence }: Comparison): Section {
  const { currency } = divergence.one;
  return {
    name: 'gap',
    title: 'The gap',
    html: facts(headFacts(divergence).map(([name, value]) => [name, cellMarkup(value, currency)])),
    charts: [],
  };
}

function parts({ divergence }: Comparison): Section | undefined {
  if (divergence.parts.length === 0) return undefined;
  const chart = waterfallChart(divergence);
  const list = (by: 'class' | 'root') => tableMarkup(totalsTable(divergence, by), divergence.one.currency);
  return {
    name: 'parts',
    title: 'Where it is',
    html: html`${chartFigure(chart)}<div class="columns">${list('class')}${list('root')}</div>`,
    charts: [chart],
  };
}

function overTime({ divergence, first: began }: Comparison): Section | undefined {
  const charts = [equityChart(divergence, began?.event.at), stackChart(divergence)].filter(
    (chart) => chart !== undefined,
  );
  if (charts.length === 0) return undefined;
  const curves = curveLikeness(divergence.one, divergence.other);
  const footnote =
    curves &&
    html`<p class="note">For those used to LEAN: correlation of both curves' changes ${curves.correlation === null ? 'n/a' : curves.correlation.toFixed(3)}, tracking error ${money(curves.trackingError, divergence.one.currency, 4)}, distance after dynamic time warping ${money(curves.warped, divergence.one.currency, 4)}. Curves that go together may differ in every order.</p>`;
  return {
    name: 'time',
    title: 'When it came',
    html: html`${charts.map(chartFigure)}${footnote}`,
    charts,
  };
}

function orders({ divergence }: Comparison): Section | undefined {
  const chart = lanesChart(divergence);
  return chart && { name: 'orders', title: 'Orders that differ', html: chartFigure(chart), charts: [chart] };
}

function distributions({ divergence }: Comparison): Section | undefined {
  const charts = [...distributionCharts(divergence), fillAgreement(divergence), calibrationChart(divergence)].filter(
    (chart) => chart !== undefined,
  );
  const figures = likenessTable(likenessOf(divergence));
  if (charts.length === 0 && !figures) return undefined;
  return {
    name: 'distributions',
    title: 'Latency, price and fills',
    html: html`<div class="columns">${charts.map(chartFigure)}</div>${figures}`,
    charts,
  };
}

function likenessTable({ fills, latency, price, waits }: Likeness): Markup | undefined {
  const rows = [
    ['decision to arrival, ms', latency, 1] as const,
    ['paid beyond the middle', price, 5] as const,
  ].flatMap(([name, samples, places]) => {
    if (!samples) return [];
    const { one, other, ks, andersonDarling, wasserstein } = samples;
    const means = [one, other].map(({ n, mean }) => `${decimal(mean, places)} of ${count(n)}`);
    return [[name, ...means, decimal(ks, 3), decimal(andersonDarling, 2), decimal(wasserstein, places)]];
  });
  const placed = fills.both + fills.one + fills.other + fills.neither;
  if (rows.length === 0 && placed === 0) return undefined;
  const figures = ['Mean of one', 'Mean of other', 'Kolmogorov-Smirnov', 'Anderson-Darling', 'Wasserstein-1'];
  const list =
    rows.length > 0 &&
    table(
      'How far apart the distributions are',
      [{ title: 'Of' }, ...figures.map((title) => ({ title, kind: 'figures' }) as const)],
      rows,
    );
  const filled = facts([
    ['Orders that both placed', count(placed)],
    ['Filled on both sides', count(fills.both)],
    ['By one alone, by other alone', `${count(fills.one)} and ${count(fills.other)}`],
    ...(waits
      ? [
          [
            'Resting orders of one filled, and if they waited as those of other',
            `${count(waits.observed)} and ${decimal(waits.expected, 1)}`,
          ] as const,
        ]
      : []),
  ]);
  return html`${list || undefined}${filled}<p class="note">These figures describe. Orders of one session are not independent of each other, so none has a probability here: many sessions have, with --budget.</p>`;
}

function first(comparison: Comparison): Section | undefined {
  const told = firstTables(comparison);
  if (!told) return undefined;
  const { currency } = comparison.divergence.one;
  return {
    name: 'first',
    title: 'First divergence',
    html: html`${facts(told.facts)}${tableMarkup(told.fields, currency)}${tableMarkup(told.states, currency)}`,
    charts: [],
  };
}

function causes(comparison: Comparison): Section | undefined {
  const { ladder, divergence } = comparison;
  const steps = causesTable(comparison);
  if (!ladder || !steps) return undefined;
  const chart = matrixChart(ladder);
  return {
    name: 'causes',
    title: 'What caused it',
    html: html`${chartFigure(chart)}${tableMarkup(steps, divergence.one.currency)}<p class="note">A cause is what one thing is worth when the run is made again with it. A root, above, is what the first difference on the way to an order was: an order that arrives later may be where two runs part, and yet be worth nothing.</p>`,
    charts: [chart],
  };
}

function differences({ divergence }: Comparison): Section | undefined {
  const told = differencesTable(divergence, ROWS_MAX);
  return (
    told && {
      name: 'differences',
      title: 'Every difference',
      html: tableMarkup(told, divergence.one.currency),
      charts: [],
    }
  );
}

function context({ divergence }: Comparison): Section {
  const rows = divergence.preconditions.map(({ name, passed, detail }) => [
    name,
    passed ? 'the same' : 'differs',
    detail,
  ]);
  return {
    name: 'conditions',
    title: 'What has to be the same',
    html: html`${table('Preconditions of a score', [{ title: 'What' }, { title: 'Is it' }, { title: 'How', kind: 'prose' }], rows)}<p class="note">A precondition that fails makes no part of the gap wrong; it only takes the meaning from the score.</p>`,
    charts: [],
  };
}

const tableMarkup = ({ caption, columns, rows }: ToldTable, currency: string | undefined): Markup =>
  table(
    caption,
    columns,
    rows.map((row) => row.map((cell) => cellMarkup(cell, currency))),
  );

const cellMarkup = (cell: Cell, currency: string | undefined): Markup | string =>
  typeof cell === 'bigint' ? signedAmount(cell, currency, GAP_PLACES) : cell;
