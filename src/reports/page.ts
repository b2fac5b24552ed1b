/** The page: one file that opens offline and asks nobody for anything. */
import { createHash } from 'node:crypto';
import { type Drawing, drawingsOf, pictureOf } from './drawing.ts';
import { count, duration, time } from './format.ts';
import { drawingLibrary } from './libraries.ts';
import { html, Markup, scriptJson } from './markup.ts';
import { pageScript } from './page-script.ts';
import type { RunReport } from './run-report.ts';
import { type Chart, pictureMark, pictureMarks, type Section } from './section.ts';
import { chartStyle, style } from './style.ts';

export interface RunPage {
  readonly report: RunReport;
  readonly sections: readonly Section[];
}

/** `comparison` stands above the runs if there are several. */
export function renderPage(runs: readonly RunPage[], comparison: Section | undefined): Promise<string> {
  // What several runs have in common stands above them, and is drawn like one more.
  const common = `run-${runs.length + 1}`;
  const names = [...new Set(runs.map(({ report }) => report.analysis.data.manifest.strategy.name))].join(', ');
  return renderDocument({
    title: `${names} - truetape report`,
    brand: 'truetape performance report',
    body: html`${comparison ? html`<div id="${common}">${sectionMarkup(comparison, `${common}-`)}</div>` : undefined}
${runs.map(runMarkup)}`,
    runs: [...runs.map(({ sections }) => sections), ...(comparison ? [[comparison]] : [])],
  });
}

interface PageDocument {
  readonly title: string;
  readonly brand: string;
  readonly body: Markup;
  /** Sections of the elements `run-1`, `run-2`, ..., whose charts are drawn there. */
  readonly runs: readonly (readonly Section[])[];
}

export async function renderDocument({ title, brand, body, runs }: PageDocument): Promise<string> {
  const scripts = [await drawingLibrary(), pageScript];
  const drawings: ReadonlyMap<string, Drawing>[] = [];
  for (const [i, sections] of runs.entries()) drawings.push(await drawingsOf(sections, `run-${i + 1}-`));
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(scripts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<main>
<div class="brand">${brand}</div>
${withPictures(body, drawings)}
<footer>Times are UTC. Results are net of fees unless it says otherwise. This file is complete in itself and asks no other for anything.</footer>
</main>
<div id="tip" hidden></div>
<script type="application/json" id="report-data">${scriptJson({ runs: runs.map((sections, i) => runData(sections, drawings[i])) })}</script>
${scripts.map((script) => html`<script>${new Markup(script)}</script>\n`)}</body>
</html>
`;
  return page.text;
}

/** In pixels. */
export interface ChartPage {
  readonly html: string;
  readonly width: number;
  readonly height: number;
}

/** Of the title and what is around the picture. */
const CHART_TOP = 56;
const CHART_SIDE = 20;

/** The chart of a report that has this name, alone; `whose` report that is, an error says. */
export async function renderChartOf(sections: readonly Section[], name: string, whose: string): Promise<ChartPage> {
  const charts = sections.flatMap((section) => section.charts);
  const chart = charts.find((each) => each.name === name);
  if (chart) return renderChart(chart);
  const there = charts.length === 0 ? 'it has none' : `there are ${charts.map((each) => each.name).join(', ')}`;
  throw new Error(`${whose}: no chart of it is called ${name}; ${there}`);
}

/** A chart alone, as it is drawn where no script runs, with nothing around it. */
async function renderChart(chart: Chart): Promise<ChartPage> {
  const picture = await pictureOf(chart, '');
  const size = (side: string) => Math.ceil(Number(new RegExp(` ${side}="([\\d.]+)"`).exec(picture.text)?.[1]));
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${chart.title}</title>
<style>${new Markup(chartStyle)}</style>
</head>
<body><h1>${chart.title}</h1>${picture}</body>
</html>
`;
  return { html: page.text, width: size('width') + 2 * CHART_SIDE, height: size('height') + CHART_TOP + CHART_SIDE };
}

/**
 * Nothing may be fetched, sent or framed, and no script or style runs but the very ones that we wrote, named by their
 * hashes: if a hostile text ever got through the escaping, it would still be inert. 'unsafe-eval' is for Vega, which
 * compiles the expressions of a chart to functions. They come from our own specs; names and numbers of a run reach a
 * chart as data and as lists of values, never inside an expression. (Vega's interpreter, which would do without, is a
 * package of its own; it would keep nothing out that this policy lets in.)
 */
function contentPolicy(scripts: readonly string[]): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'",
    `script-src ${scripts.map(hash).join(' ')} 'unsafe-eval'`,
    `style-src ${hash(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function runMarkup({ report, sections }: RunPage, number: number): Markup {
  const { manifest } = report.analysis.data;
  const { strategy, tapes } = manifest;
  const traded = report.analysis.data.orders.length;
  const prefix = `run-${number + 1}`;
  return html`<article class="run" id="${prefix}">
<header>
<h1>${strategy.name}</h1>
<p class="about">${strategy.description}</p>
<ul class="facts"><li>${manifest.mode}</li><li>${time(manifest.from)} to ${time(manifest.to)} UTC (${duration(manifest.to - manifest.from)})</li><li>${count(tapes.length)} ${tapes.length === 1 ? 'tape' : 'tapes'}</li><li>${count(traded)} ${traded === 1 ? 'market' : 'markets'} traded</li><li>digest <code>${manifest.digest.slice(0, 12)}</code></li></ul>
<nav aria-label="Sections">${sections.map(({ name }) => html`<a href="#${prefix}-${name}">${name[0].toUpperCase()}${name.slice(1)}</a>`)}</nav>
</header>
${warningBand(report.warnings.map(({ text }) => text))}
${sections.map((section) => sectionMarkup(section, `${prefix}-`))}
</article>
`;
}

/** What a reader must know before the figures; nothing where there is nothing. */
export function warningBand(texts: readonly string[]): Markup | undefined {
  if (texts.length === 0) return undefined;
  return html`<div class="alert" role="note"><h2>Before you trust this</h2><ul>${texts.map((text) => html`<li>${text}</li>`)}</ul></div>`;
}

export function sectionMarkup({ name, title, html: content }: Section, prefix: string): Markup {
  return html`<section id="${prefix}${name}"${name === 'headline' ? new Markup(' class="bare"') : undefined}>
<h2>${title}</h2>
${new Markup(content.text.replaceAll(pictureMarks, (_, chart) => pictureMark(`${prefix}${chart}`).text))}
</section>
`;
}

function withPictures({ text }: Markup, drawings: readonly ReadonlyMap<string, Drawing>[]): Markup {
  const pictures = new Map(drawings.flatMap((run) => [...run.values()].map(({ id, picture }) => [id, picture.text])));
  return new Markup(text.replaceAll(pictureMarks, (_, id) => pictures.get(id) ?? ''));
}

/** Each set of data once, however many charts draw it. */
function runData(sections: readonly Section[], drawings: ReadonlyMap<string, Drawing>) {
  const charts = sections.flatMap((section) => section.charts);
  const datasets = Object.fromEntries(
    charts.flatMap((chart) => chart.datasets.map(({ name, columns }) => [name, columns])),
  );
  return {
    datasets,
    charts: charts.map(({ name, datasets }) => ({
      name,
      program: drawings.get(name)?.program,
      datasets: datasets.map((set) => set.name),
    })),
  };
}
