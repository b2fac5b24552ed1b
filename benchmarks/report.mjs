/**
 * `report.mjs <folder>`: reports of 100,000 fills, and of as many with a million rows of quotes; prints a line of JSON. The
 * runs are made once and kept in the folder; each report is made in a process of its own.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const RUNS = 3;
const [folder] = process.argv.slice(2);
const fills = await syntheticRun('fills', { fills: 100_000 });
const rows = await syntheticRun('rows', { fills: 100_000, quotesPerFill: 10, markets: 4 });
const page = join(folder, 'report.html');
const ofFills = times(() => report(fills));
const ofRows = times(() => report(rows));
const opened = existsSync('/usr/bin/chromium') ? await openingTimes() : [];
console.log(
  JSON.stringify({
    '100k_fills': ofFills.map(({ seconds }) => seconds),
    '1m_rows': ofRows.map(({ seconds }) => seconds),
    memory: ofRows.map(({ memory }) => memory),
    size: ofFills.map(({ size }) => size),
    load: opened.map(({ load }) => load),
    open: opened.map(({ open }) => open),
  }),
);

async function syntheticRun(name, options) {
  const path = join(folder, name);
  if (existsSync(join(path, 'run.json'))) return path;
  const { writeSyntheticRun } = await import('../out/bench/synthetic-run.mjs');
  rmSync(path, { recursive: true, force: true });
  await writeSyntheticRun(path, options);
  return path;
}

/** Seconds, peak memory in MB of the whole process, and MB of the page. */
function report(run) {
  const build = `
    import { writeFile } from 'node:fs/promises';
    import { buildReport } from '${new URL('../dist/index.js', import.meta.url)}';
    const started = performance.now();
    const { html } = await buildReport([${JSON.stringify(run)}]);
    const seconds = (performance.now() - started) / 1000;
    await writeFile(${JSON.stringify(page)}, html);
    console.log(JSON.stringify({ seconds, memory: process.resourceUsage().maxRSS / 1000, size: html.length / 1e6 }));`;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', build], { encoding: 'utf8' });
  if (child.status !== 0) throw new Error(child.stderr);
  return JSON.parse(child.stdout);
}

/** Of the page of a million rows, seconds: until it can be read, and until every chart is drawn. */
async function openingTimes() {
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  const opened = [];
  try {
    for (let run = 0; run < RUNS; run++) {
      const tab = await browser.newPage();
      const started = performance.now();
      await tab.goto(pathToFileURL(page).href);
      const load = (performance.now() - started) / 1000;
      await tab.waitForFunction(
        'document.querySelectorAll("[data-drawn]").length === document.querySelectorAll(".plot").length',
      );
      opened.push({ load, open: (performance.now() - started) / 1000 });
      await tab.close();
    }
  } finally {
    await browser.close();
  }
  return opened;
}

function times(job) {
  return Array.from({ length: RUNS }, job);
}
