/** Whole reports of made-up runs: what is in the page, that it is safe, exact and the same every time. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSyntheticRun } from '../../benchmarks/synthetic-run.ts';
import { parseMoney } from '../../src/market/units.ts';
import { analyse } from '../../src/reports/analysis.ts';
import { buildChart, buildFigures, buildReport, buildSummary, type ReportSummary } from '../../src/reports/report.ts';
import { readRunReport, reportOf } from '../../src/reports/run-report.ts';
import { summarySchema } from '../../src/reports/summary-schema.ts';
import { warningsOf } from '../../src/reports/warnings.ts';
import { JournalWriter } from '../../src/tape/journal-file.ts';
import { readJournal } from '../../src/tape/journal-read.ts';
import { readRun, writeRun } from '../../src/tape/run-file.ts';
import { runData } from './run-data.ts';

const hostile = `</script><img src=x onerror=alert(1)>'"&`;
let folder: string;
let run: string;
let quiet: string;
let html: string;
let summary: ReportSummary;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'truetape-report-'));
  run = join(folder, 'run');
  quiet = join(folder, 'quiet');
  const manifest = await writeSyntheticRun(run, { fills: 3000, markets: 40, days: 25, text: hostile });
  const journal = new JournalWriter(quiet);
  await writeRun(quiet, { ...manifest, instruments: [], tapes: [], digest: await journal.finish() });
  ({ html, summary } = await buildReport([run]));
});
afterAll(() => rm(folder, { recursive: true }));

/** The page without its scripts and styles. */
const visible = (page: string): string => page.replaceAll(/<(script|style)\b[\s\S]*?<\/\1>/g, '');
const sectionsOf = (page: string): string[] => [...page.matchAll(/<section id="([^"]+)"/g)].map(([, id]) => id);

describe('the page', () => {
  it('has all sections of a full run', () => {
    const names = [
      ...['headline', 'equity', 'exposure', 'sessions', 'trips', 'markets', 'forecasts', 'execution', 'evidence'],
      ...['price', 'trust', 'trades', 'coverage', 'settings', 'glossary'],
    ];
    expect(sectionsOf(html)).toEqual(names.map((name) => `run-1-${name}`));
  });

  it('leaves out what there is no data for, and says why figures are missing', async () => {
    const { html: page, summary } = await buildReport([quiet]);
    expect(sectionsOf(page)).toEqual(['headline', 'settings', 'glossary'].map((name) => `run-1-${name}`));
    expect(summary.runs[0].metrics['return.total']).toEqual({ value: null, reason: 'no_data', n: 0 });
    expect(summary.runs[0].metrics['winRate.trip']).toEqual({ value: null, reason: 'no_trades', n: 0 });
    expect(summary.runs[0].warnings.map(({ code }) => code)).toContain('no_fills');
  });

  it('shows no NaN, Infinity, undefined, null or object', () => {
    expect(visible(html)).not.toMatch(/\bNaN\b|Infinity|\bundefined\b|\bnull\b|\[object/);
  });

  it('warns of gaps, open positions, inferred prints and frames that could not be decoded', () => {
    expect(summary.runs[0].warnings.map(({ code }) => code)).toEqual([
      'tape_gaps',
      'book_gaps',
      'decode_problems',
      'open_positions',
      'weak_evidence',
    ]);
    expect(html).toContain('class="alert"');
  });

  it('warns loudly of fills that no venue gives', () => {
    const warned = (config: object) => {
      const data = runData([], []);
      const analysis = analyse({ ...data, manifest: { ...data.manifest, config: { ...config } } });
      return warningsOf(analysis, reportOf(analysis.data).figures, [])[0];
    };
    expect(warned({ fills: 'touch' })).toMatchObject({
      code: 'optimistic_fills',
      text: expect.stringMatching(/fills: touch.*any print at their price/),
    });
    expect(warned({ fills: 'crossed' })).toMatchObject({ code: 'optimistic_fills' });
    expect(warned({ fills: 'prints' }).code).toBe('no_fills');
    expect(warned({}).code).toBe('no_fills');
  });

  it('gives the same bytes for the same run', async () => {
    expect((await buildReport([run])).html).toBe(html);
  });

  it('is one file that may ask nobody for anything', () => {
    expect(html).toContain(`content="default-src &#39;none&#39;; script-src &#39;sha256-`);
    expect(visible(html)).not.toMatch(/\b(src|href|action)="(?!#)/);
    expect(html).not.toContain('sourceMappingURL');
    expect(html.match(/<script/g)).toHaveLength(3);
    expect(html.match(/<\/script/g)).toHaveLength(3);
  });

  it('carries the licence of what it carries', () => {
    expect(html.match(/Redistribution and use in source and binary forms/g)).toHaveLength(1);
  });

  it('writes hostile text as text', () => {
    expect(html).not.toContain('<img');
    expect(visible(html)).toContain('&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&#39;&quot;&amp;');
  });

  it('compares several runs, and gives each its own sections', async () => {
    const { html: page, summary: both } = await buildReport([run, quiet]);
    const ids = sectionsOf(page);
    expect(ids[0]).toBe('run-3-comparison');
    const { html: twice } = await buildReport([run, run]);
    expect(twice).toContain('are the same session more than once');
    expect(twice).toMatch(/data-chart="runs"[^>]*><\/div>\s*<noscript><div class="picture"><svg/);
    expect(ids).toContain('run-1-trades');
    expect(ids).toContain('run-2-headline');
    expect(both.runs).toHaveLength(2);
    expect(both.runs[0]).toEqual(summary.runs[0]);
  });
});

describe('where no script runs', () => {
  const pictures = () =>
    [...html.matchAll(/<div class="picture">(.*?)<\/div><\/noscript>/gs)].map(([, picture]) => picture);

  it('every chart is a picture, in the colours of the page', () => {
    expect(pictures()).toHaveLength(html.match(/<figure class="chart"/g)?.length ?? 0);
    for (const picture of pictures()) {
      expect(picture).toMatch(/^<svg role="img" aria-label="[^"]+" /);
      expect(picture).toContain('var(--');
    }
  });

  it('no picture refers to a part of another one', () => {
    const ids = pictures().flatMap((picture) => [...picture.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    expect(new Set(ids).size).toBe(ids.length);
    const asked = pictures().flatMap((picture) => [...picture.matchAll(/url\(#([^)]+)\)/g)].map(([, id]) => id));
    expect(asked.filter((id) => !ids.includes(id))).toEqual([]);
    expect(asked.length).toBeGreaterThan(0);
  });
});

describe('a chart alone', () => {
  it('is a page without scripts, as large as its picture and what is around it', async () => {
    const { html: page, width, height } = await buildChart(run, 'price');
    expect(page).not.toMatch(/<script|<img/);
    expect([width, height]).toEqual([expect.any(Number), expect.any(Number)]);
    expect(Math.min(width, height)).toBeGreaterThan(400);
  });

  it('that is not there is named, with those that are', async () => {
    await expect(buildChart(run, 'prise')).rejects.toThrow(/no chart of it is called prise; there are equity, .*price/);
    await expect(buildChart(quiet, 'price')).rejects.toThrow(/it has none/);
  });
});

describe('the Markdown', () => {
  it('has the figures of all runs side by side, and why some are missing', async () => {
    const { markdown } = await buildFigures([run, quiet]);
    const row = markdown.split('\n').find((line) => line.startsWith('| Return |'));
    expect(row).toMatch(/^\| Return \| [−\d.]+%, n = 26 \| no data \|$/);
    const cells = markdown.split('\n').filter((line) => line.startsWith('|'));
    for (const line of cells.slice(0, 16)) expect(line.match(/(?<!\\)\|/g), line).toHaveLength(4);
  });

  it('writes hostile text so that no reader takes it for HTML', async () => {
    const { markdown } = await buildFigures([run]);
    expect(markdown).not.toMatch(/<(img|\/script)/);
    expect(markdown).toContain('&#60;img src=x onerror=alert(1)&#62;');
  });
});

describe('the summary', () => {
  it('is what its schema says', async () => {
    const { summary: both } = await buildFigures([run, run]);
    for (const each of [summary, both]) {
      expect(summarySchema.safeParse(JSON.parse(JSON.stringify(each))).error?.issues).toBeUndefined();
    }
  });

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
  });

  it('of one run is that of the report', async () => {
    expect(await buildSummary(run)).toEqual(summary.runs[0]);
  });

  it('adds up to the last unit, as the journal has it', async () => {
    const { analysis } = await readRunReport(run);
    const rows = await readJournal<{ equity: string; fees: string }>(run, 'equity');
    const [first, last] = [rows[0], rows[rows.length - 1]];
    expect(analysis.netPnl).toBe(parseMoney(last.equity) - parseMoney(first.equity));
    expect(parseMoney(summary.runs[0].pnl.net)).toBe(analysis.netPnl);
    expect(parseMoney(summary.runs[0].pnl.gross) - parseMoney(summary.runs[0].pnl.fees)).toBe(analysis.netPnl);
    const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);
    expect(sum(analysis.markets.map(({ net }) => net)) + analysis.unassigned).toBe(analysis.netPnl);
    expect(sum(analysis.markets.map(({ fees }) => fees))).toBe(analysis.fees);
    expect(analysis.matched.open.length).toBeGreaterThan(0);
    expect(sum(analysis.evidence.map(({ net }) => net)) + analysis.unassigned).toBe(analysis.netPnl);
    expect(parseMoney(summary.runs[0].pnl.unassigned)).toBe(analysis.unassigned);
    expect(sum(analysis.evidence.map(({ fees }) => fees))).toBe(analysis.fees);
  });

  it('counts orders and fills as the journal does', async () => {
    const { rows } = await readRun(run);
    const { metrics, evidence } = summary.runs[0];
    expect(metrics['fill.rateOrder']).toMatchObject({ value: 0.5, n: 6000 });
    expect(evidence.reduce((sum, { fills }) => sum + fills, 0)).toBe(3000);
    const fills = await readJournal<{ kind: string }>(run, 'fills');
    expect(rows.fills).toBe(3000 + fills.filter(({ kind }) => kind === 'settlement').length);
  });

  it('lists the largest trades, and says how many more there are', () => {
    const { trades, tradesLeftOut, metrics } = summary.runs[0];
    expect(trades).toHaveLength(200);
    expect(trades.length + tradesLeftOut).toBe(metrics['trades.count'].value);
    const sizes = trades.map(({ net }) => Math.abs(net));
    expect([...sizes].sort((a, b) => b - a)).toEqual(sizes);
  });

  it('counts every calendar day in New York as a session', () => {
    expect(summary.runs[0].calendar).toEqual({ sessions: 'calendar days in New York', count: 26, periodsPerYear: 365 });
    expect(summary.runs[0].metrics['ratio.sharpe']).toMatchObject({ n: 26, reliability: 'low' });
  });

  it('measures how far books could be relied on', () => {
    const [first] = summary.runs[0].coverage;
    expect(first).toMatchObject({ gaps: 1, unusable: 20_000_000 });
  });
});

describe('a journal that is not there', () => {
  it('is named', async () => {
    await rm(join(quiet, 'quotes.parquet'));
    await expect(buildReport([quiet])).rejects.toThrow(/quotes\.parquet.*no such file/s);
  });
});
