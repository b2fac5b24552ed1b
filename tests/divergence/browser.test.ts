/** The divergence report in a browser: everything is drawn, nothing is asked for, and it fits a phone. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compareFolders } from '../../src/divergence/compare.ts';
import { renderComparison } from '../../src/divergence/page.ts';
import { hasBrowser, openBrowser } from '../support/browser.ts';
import { fixtures } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/folder.ts';
import { Laboratory } from './laboratory.ts';

const folder = temporaryFolder();

describe.skipIf(!hasBrowser)('a divergence report in a browser', () => {
  it('draws every chart on a desk and on a phone, without a complaint', async () => {
    const laboratory = new Laboratory();
    const browser = await openBrowser();
    try {
      const change = {
        config: { fills: 'touch', latency: { model: 'lognormal', entry: { medianMs: 300, sigma: 0.5 } } },
      } as const;
      const [one, other] = [await laboratory.run(change), await laboratory.run()];
      const comparison = await compareFolders({
        one: one.side.name,
        other: other.side.name,
        tapes: [fixtures.kalshi],
        strategies: [laboratory.strategy],
        settlements: [fixtures.kalshiSettlements],
      });
      const file = join(folder(), 'gap.html');
      writeFileSync(file, await renderComparison(comparison));
      const url = pathToFileURL(file).href;
      for (const width of [1440, 390]) {
        const complaints: string[] = [];
        const page = await browser.newPage({ viewport: { width, height: 900 } });
        page.on('console', (message) => complaints.push(`console ${message.type()}: ${message.text()}`));
        page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
        page.on('request', (request) => {
          if (request.url() !== url) complaints.push(`request: ${request.url()}`);
        });
        await page.goto(url);
        await page.waitForFunction(
          'document.querySelectorAll("[data-drawn]").length === document.querySelectorAll(".plot").length',
        );
        const drawn = await page.$$eval('.plot', (plots) =>
          plots.map((plot) => [
            plot.getAttribute('data-chart'),
            plot.querySelectorAll('.role-mark path, .role-mark line, .role-mark text').length > 0,
          ]),
        );
        const names = [
          'waterfall',
          'results',
          'stack',
          'lanes',
          'latency',
          'latency-quantiles',
          'price',
          'price-quantiles',
          'agreement',
          'calibration',
          'matrix',
        ];
        expect(drawn).toEqual(names.map((name) => [name, true]));
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        expect(complaints).toEqual([]);
        await page.close();
      }
    } finally {
      await browser.close();
      laboratory.close();
    }
  }, 120_000);
});
