/** The recorder's page in a browser, wide and on a phone. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecorderStatus } from '../../src/recorder/health.ts';
import { StatusServer } from '../../src/recorder/http.ts';
import { recorderSite } from '../../src/recorder/site.ts';
import { hasBrowser, openBrowser } from '../support/browser.ts';
import { recorderStatus } from '../support/recorder-status.ts';

const hostile = '<img src=x onerror=alert(1)> connect ECONNREFUSED 127.0.0.1:36031';
const away = { connected: false, opened: 12, frames: 12_345_678, gaps: 3, heardSeconds: 61.5, trouble: hostile };
const status = {
  ...recorderStatus,
  tape: '/var/lib/truetape/tapes/kalshi-crypto-everything-that-is-open-tonight',
  diskFreeBytes: 812_000_000,
  connections: [...recorderStatus.connections, away],
  trouble: `less than 1000 MB free on the disk; not connected: ${hostile}`,
};

describe.skipIf(!hasBrowser)('the status page in a browser', () => {
  let browser: Browser;
  let server: StatusServer<RecorderStatus>;

  beforeAll(async () => {
    browser = await openBrowser();
    server = await StatusServer.start(
      { port: 0, host: '127.0.0.1' },
      recorderSite(() => status),
    );
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it.each([1280, 390])(
    'at %i pixels shows everything, without scrolling sideways, and hostile text as text',
    async (width) => {
      const complaints: string[] = [];
      const page = await browser.newPage({ viewport: { width, height: 800 } });
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('dialog', (dialog) => {
        complaints.push(dialog.message());
        void dialog.dismiss();
      });
      await page.goto(server.url);
      await page.waitForSelector('#state.bad');
      expect(await page.locator('#state').textContent()).toBe(status.trouble);
      const figures = await page.$$eval('#figures div', (divs) =>
        divs.map((div) => [...div.children].map((c) => c.textContent)),
      );
      expect(Object.fromEntries(figures)).toMatchObject({
        markets: '2',
        'on disk': '4.6 MB',
        'free disk': '812.0 MB',
        'timer lag': '3 ms',
        'venue lag': '42 ms',
      });
      const rows = await page.$$eval('#connections tr', (all) =>
        all.map((row) => [...row.children].map((c) => c.textContent)),
      );
      expect(rows).toEqual([
        ['1', '1', '1,234', '0', '0.1 s', 'connected'],
        ['2', '12', '12,345,678', '3', '61.5 s', hostile],
      ]);
      for (const scrolled of ['document.documentElement', 'document.querySelector(".wide")']) {
        const [content, view] = await page.evaluate<number[]>(`[${scrolled}.scrollWidth, ${scrolled}.clientWidth]`);
        expect(content, scrolled).toBeLessThanOrEqual(view);
      }
      expect(await page.locator('img').count()).toBe(0);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );
});
