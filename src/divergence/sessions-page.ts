/** Many sessions as a page: the gap over them, each class, and what else of the two sides is alike. */

import { count } from '../reports/format.ts';
import { facts, html, type Markup, table } from '../reports/markup.ts';
import { type ChartPage, renderChartOf } from '../reports/page.ts';
import { chartFigure, type Section } from '../reports/section.ts';
import { acrossFacts, classesTable, likenessFacts, samplesTable, sessionsTable } from './across-tables.ts';
import { sessionAgreement } from './charts/agreement.ts';
import { driftCharts, gapTrend, smallTrends } from './charts/trend.ts';
import { renderDivergence } from './document.ts';
import type { AcrossSessions } from './sessions.ts';
import { SESSIONS_MIN } from './statistics.ts';
import type { ToldTable } from './tables.ts';

export function renderSessions(across: AcrossSessions): Promise<string> {
  return renderDivergence({ title: titleOf(across), sections: sectionsOf(across) });
}

/** One chart of the page alone. */
export function renderSessionsChart(across: AcrossSessions, name: string): Promise<ChartPage> {
  return renderChartOf(sectionsOf(across), name, titleOf(across));
}

const titleOf = ({ sessions }: AcrossSessions): string => `${count(sessions.length)} sessions`;

function sectionsOf(across: AcrossSessions): readonly Section[] {
  return [trend, classes, agreement, likeness, list]
    .map((section) => section(across))
    .filter((section) => section !== undefined);
}

function trend(across: AcrossSessions): Section | undefined {
  const chart = gapTrend(across);
  if (!chart || !across.gap) return undefined;
  const drift = driftCharts(across);
  const figures = facts(acrossFacts(across.gap));
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
  return {
    name: 'classes',
    title: 'Score and classes',
    html: html`<div class="columns">${charts.map(chartFigure)}</div>${tableMarkup(classesTable(across))}`,
    charts,
  };
}

function agreement(across: AcrossSessions): Section | undefined {
  const chart = sessionAgreement(across);
  return chart && { name: 'agreement', title: 'Agreement of results', html: chartFigure(chart), charts: [chart] };
}

/** Rates, distributions, waits and Sharpe ratios. */
function likeness(across: AcrossSessions): Section {
  const samples = samplesTable(across);
  return {
    name: 'likeness',
    title: 'Fills, latency, price and risk',
    html: html`${samples.rows.length > 0 ? tableMarkup(samples) : undefined}${facts(likenessFacts(across))}<p class="note">McNemar's p and the interval of the fill rates take orders as independent, which those of one session are not: they claim more than they know. All else has the session as its unit.</p>`,
    charts: [],
  };
}

function list(across: AcrossSessions): Section {
  return { name: 'sessions', title: 'Sessions', html: tableMarkup(sessionsTable(across)), charts: [] };
}

const tableMarkup = ({ caption, columns, rows }: ToldTable<string>): Markup => table(caption, columns, rows);
