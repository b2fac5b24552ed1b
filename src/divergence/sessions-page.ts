/** Many sessions as a page: the gap over them, and each class. */
import { count } from '../reports/format.ts';
import { facts, html, table } from '../reports/markup.ts';
import { type ChartPage, renderChartOf, renderDocument, sectionMarkup } from '../reports/page.ts';
import { chartFigure, type Section } from '../reports/section.ts';
import { acrossFacts, classesTable, sessionsTable } from './across-tables.ts';
import { trendChart } from './charts/trend.ts';
import type { AcrossSessions } from './sessions.ts';

export function renderSessions(across: AcrossSessions): Promise<string> {
  const sections = sectionsOf(across);
  const title = titleOf(across);
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

/** One chart of the page alone. */
export function renderSessionsChart(across: AcrossSessions, name: string): Promise<ChartPage> {
  return renderChartOf(sectionsOf(across), name, titleOf(across));
}

const titleOf = ({ sessions }: AcrossSessions): string => `${count(sessions.length)} sessions`;

function sectionsOf(across: AcrossSessions): readonly Section[] {
  return [trend(across), classes(across), list(across)].filter((section) => section !== undefined);
}

function trend(across: AcrossSessions): Section | undefined {
  const chart = trendChart(across);
  if (!chart || !across.gap) return undefined;
  const figures = facts(acrossFacts(across, across.gap));
  return { name: 'trend', title: 'Session by session', html: html`${chartFigure(chart)}${figures}`, charts: [chart] };
}

function classes(across: AcrossSessions): Section | undefined {
  if (across.classes.length === 0) return undefined;
  const { caption, columns, rows } = classesTable(across);
  return { name: 'classes', title: 'Class by class', html: table(caption, columns, rows), charts: [] };
}

function list(across: AcrossSessions): Section {
  const { caption, columns, rows } = sessionsTable(across);
  return { name: 'sessions', title: 'Sessions', html: table(caption, columns, rows), charts: [] };
}
