/** Reports in a browser: everything is drawn, nothing is asked for, and it fits a phone. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSyntheticRun } from '../../benchmarks/synthetic-run.ts';
import { buildReport } from '../../src/reports/report.ts';
import { hasBrowser, openBrowser } from '../support/browser.ts';

const hostile = '</script><img src=x onerror=alert(1)>';
const views = [
  { name: 'desktop', width: 1280, height: 900 },
  { name: 'phone', width: 375, height: 812 },
  { name: 'small phone', width: 320, height: 568 },
] as const;
const charts = 19;

it('on a build server there is a browser', () => {
  expect(hasBrowser || !process.env.CI).toBe(true);
});

describe.skipIf(!hasBrowser)('a report in a browser', () => {
  let folder: string;
  let browser: Browser;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'truetape-browser-'));
    const run = join(folder, 'run');
    await writeSyntheticRun(run, { fills: 2000, markets: 8, days: 10, text: hostile });
    const file = join(folder, 'report.html');
    await writeFile(file, (await buildReport([run])).html);
    url = pathToFileURL(file).href;
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
  });

  for (const { name, width, height } of views) {
    for (const colorScheme of ['light', 'dark'] as const) {
      describe(`${name}, ${colorScheme}`, () => {
        let page: Page;
        /** Whatever should not happen. */
        const complaints: string[] = [];

        beforeAll(async () => {
          page = await browser.newPage({ viewport: { width, height }, colorScheme });
          page.on('console', (message) => complaints.push(`console ${message.type()}: ${message.text()}`));
          page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
          page.on('dialog', (dialog) => {
            complaints.push(`dialog: ${dialog.message()}`);
            void dialog.dismiss();
          });
          page.on('request', (request) => {
            if (request.url() !== url) complaints.push(`request: ${request.url()}`);
          });
          await page.goto(url);
          await page.waitForFunction(
            'document.querySelectorAll("[data-drawn]").length === document.querySelectorAll(".plot").length',
          );
        });
        afterAll(() => page.close());

        it('every chart is drawn, as wide as its place', async () => {
          const drawn = await page.$$eval('.plot', (plots) =>
            plots.map((plot) => {
              const svg = plot.querySelector('svg');
              const marks = [...plot.querySelectorAll('.role-mark:not(.mark-path) path')];
              return {
                // The invisible cells that find the nearest point are paths, not marks.
                marks: marks.filter((mark) => mark.getBoundingClientRect().width > 0).length,
                fits: svg !== null && Math.abs(svg.clientWidth - plot.clientWidth) <= 1,
                // Vega leaves labels without room in place, invisible.
                cut: [...plot.querySelectorAll('svg text:not([opacity="0"])')]
                  .filter((text) => text.getBoundingClientRect().right > plot.getBoundingClientRect().right + 1)
                  .map((text) => text.textContent),
              };
            }),
          );
          expect(drawn).toHaveLength(charts);
          for (const { marks, fits, cut } of drawn) {
            expect(marks).toBeGreaterThan(0);
            expect(fits).toBe(true);
            expect(cut).toEqual([]);
          }
        });

        it('the page does not scroll sideways', async () => {
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        });

        it('text and lines stand out from what is behind them', async () => {
          const [text, line, card] = await page.evaluate<number[]>(`['--text', '--series-1', '--card'].map((name) => {
            const [red, green, blue] = [1, 3, 5].map((at) =>
              parseInt(getComputedStyle(document.documentElement).getPropertyValue(name).trim().slice(at, at + 2), 16) / 255);
            const linear = (part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
            return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
          })`);
          // Contrast by WCAG: 4.5 for text, 3 for graphics.
          const contrast = (a: number, b: number) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          expect(contrast(text, card)).toBeGreaterThan(4.5);
          expect(contrast(line, card)).toBeGreaterThan(3);
          expect(card > 0.5).toBe(colorScheme === 'light');
        });

        it('hostile text is text', async () => {
          expect(await page.locator('img').count()).toBe(0);
          expect(await page.locator('.sub', { hasText: hostile }).count()).toBeGreaterThan(0);
          // As the name of a tape it is a label of a chart, too; a phone shows the end of it.
          expect(await page.locator('svg text', { hasText: 'alert(1)>' }).count()).toBeGreaterThan(0);
        });

        it('the pointer brings up the nearest values', async () => {
          const plot = page.locator('[data-chart="equity"]');
          await plot.scrollIntoViewIfNeeded();
          await plot.hover();
          await page.waitForSelector('#tip:not([hidden])');
          expect(await page.locator('#tip').textContent()).toMatch(/time \(UTC\).*before fees/s);
        });

        it('buttons zoom into the market and back', async () => {
          const figure = page.locator('figure', { has: page.locator('[data-chart="price"]') });
          const labels = () => figure.locator('.role-axis-label text:not([opacity="0"])').allTextContents();
          const all = await labels();
          const zoomIn = figure.getByRole('button', { name: 'zoom in' });
          for (let i = 0; i < 4; i++) await zoomIn.press('Enter');
          expect(await labels()).not.toEqual(all);
          await figure.getByRole('button', { name: 'all of it' }).click();
          expect(await labels()).toEqual(all);
        });

        it('decisions tell reason and features', async () => {
          const plot = page.locator('[data-chart="price"]');
          await plot.scrollIntoViewIfNeeded();
          const shown = await page.evaluate(`(() => {
            const mark = [...document.querySelectorAll('[data-chart="price"] .role-mark.mark-symbol path')].at(-1);
            const { left, top, width, height } = mark.getBoundingClientRect();
            const at = { clientX: left + width / 2, clientY: top + height / 2, bubbles: true };
            mark.dispatchEvent(new PointerEvent('pointermove', at));
            return document.getElementById('tip').textContent;
          })()`);
          expect(shown).toMatch(
            /decision\s*quote (bid|ask).*reason\s*price .*alert\(1\)>.*features\s*price 0\.\d+, spread 0\.02/s,
          );
        });

        it('the data of a chart are a table, whole once it is opened', async () => {
          const figure = page.locator('figure', { has: page.locator('[data-chart="equity"]') });
          const rows = figure.locator('details tbody').first().locator('tr');
          expect(await rows.count()).toBe(40);
          await figure.locator('summary').click();
          await expect.poll(() => rows.count()).toBeGreaterThan(900);
          expect(await rows.first().textContent()).toMatch(/^2026-05-11 13:30:00\.000/);
          await figure.locator('summary').click();
        });

        it('tables are sorted by the column that is asked for', async () => {
          const table = page.locator('#run-1-markets .scroll table').last();
          const column = async () =>
            (await table.locator('tbody td:nth-child(2)').allTextContents()).map((text) =>
              Number(text.replace('\u2212', '-').replaceAll(/[$,+]/g, '')),
            );
          const head = table.getByRole('button', { name: 'Net P&L' });
          await head.click();
          expect(await column()).toEqual((await column()).sort((a, b) => b - a));
          await head.press('Enter');
          expect(await column()).toEqual((await column()).sort((a, b) => a - b));
          expect(await table.locator('th[aria-sort="ascending"]').count()).toBe(1);
        });

        it('nothing complained, and nothing was asked for', () => expect(complaints).toEqual([]));
      });
    }
  }

  it('without scripts every chart is a picture, and nothing is asked for', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 375, height: 812 } });
    const page = await context.newPage();
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(url);
    const pictures = page.locator('figure .picture svg');
    expect(await pictures.count()).toBe(charts);
    for (const picture of await pictures.all()) expect(await picture.isVisible()).toBe(true);
    expect(requests).toEqual([url]);
    await context.close();
  });
});
