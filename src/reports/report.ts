/** Runs -> sections -> one HTML file, and the figures behind it as plain JSON. */
import { markdownOf } from './markdown.ts';
import { type ChartPage, type RunPage, renderChartOf, renderPage } from './page.ts';
import { portfolioOf } from './portfolio.ts';
import { type Beside, type RunReport, readRunReport } from './run-report.ts';
import type { Section } from './section.ts';
import { comparison } from './sections/comparison.ts';
import { coverage } from './sections/coverage.ts';
import { equity } from './sections/equity.ts';
import { evidence } from './sections/evidence.ts';
import { execution } from './sections/execution.ts';
import { exposure } from './sections/exposure.ts';
import { forecasts } from './sections/forecasts.ts';
import { glossary } from './sections/glossary.ts';
import { headline } from './sections/headline.ts';
import { markets } from './sections/markets.ts';
import { price } from './sections/price.ts';
import { sessions } from './sections/sessions.ts';
import { settings } from './sections/settings.ts';
import { trades } from './sections/trades.ts';
import { trips } from './sections/trips.ts';
import { trust } from './sections/trust.ts';
import { type ReportSummary, type RunSummary, summarise } from './summary.ts';

export type { ReportSummary, RunSummary } from './summary.ts';

/** In the order of the page. */
const sections: readonly ((report: RunReport) => Section | undefined)[] = [
  headline,
  equity,
  exposure,
  sessions,
  trips,
  markets,
  forecasts,
  execution,
  evidence,
  price,
  trust,
  trades,
  coverage,
  settings,
  glossary,
];

/** A page about one or several runs: the same runs give the same bytes. `beside`: what is known of all of them. */
export async function buildReport(
  runFolders: readonly string[],
  beside?: Beside,
): Promise<{ html: string; summary: ReportSummary }> {
  const reports = await readReports(runFolders, beside);
  const pages: RunPage[] = reports.map((report) => ({ report, sections: sectionsOf(report) }));
  return { html: await renderPage(pages, comparison(reports)), summary: summariseAll(reports) };
}

/** The figures alone, of one run. */
export async function buildSummary(runFolder: string): Promise<RunSummary> {
  return summarise(await readRunReport(runFolder));
}

/** The figures of one or several runs, and the same as a text for a pull request. */
export async function buildFigures(
  runFolders: readonly string[],
  beside?: Beside,
): Promise<{ summary: ReportSummary; markdown: string }> {
  const reports = await readReports(runFolders, beside);
  return { summary: summariseAll(reports), markdown: markdownOf(reports) };
}

/** One chart of a run as a page of its own, in light colours, and its size in pixels. */
export async function buildChart(runFolder: string, name: string): Promise<ChartPage> {
  return renderChartOf(sectionsOf(await readRunReport(runFolder)), name, runFolder);
}

async function readReports(runFolders: readonly string[], beside?: Beside): Promise<RunReport[]> {
  const reports: RunReport[] = [];
  for (const folder of runFolders) reports.push(await readRunReport(folder, { ...beside, baseline: reports[0] }));
  return reports;
}

function sectionsOf(report: RunReport): Section[] {
  return sections.map((section) => section(report)).filter((section) => section !== undefined);
}

function summariseAll(reports: readonly RunReport[]): ReportSummary {
  return { format: 1, runs: reports.map(summarise), portfolio: portfolioOf(reports) };
}
