/** A session's page in a browser, wide and on a phone. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { LiveScreens } from '../../src/live/live-screens.ts';
import { liveSite } from '../../src/live/site.ts';
import type { SessionStatus } from '../../src/live/status.ts';
import { StatusServer } from '../../src/recorder/http.ts';
import { hasBrowser, openBrowser } from '../support/browser.ts';
import { decisionRow, noteRow, orderRow } from '../support/rows.ts';
import { sessionStatus } from '../support/session-status.ts';

const hostile = '<img src=x onerror=alert(1)> somethingVeryLongWithoutAnySpaceInItThatHasToBreakSomewhere</script>';
const status: SessionStatus = {
  ...sessionStatus,
  tape: '/var/lib/truetape/tapes/kalshi-crypto-everything-that-is-open-tonight',
  health: `degraded: feed: ${hostile}`,
  positions: [
    { ...sessionStatus.positions[0], title: hostile },
    { ...sessionStatus.positions[0], instrument: 'nasdaq:AAPL', outcome: '', size: '-5', unrealised: '-12.50' },
  ],
  positionCount: 250,
  orders: [orderRow({ tag: hostile, price: '' })],
  decisions: [decisionRow({ reason: hostile, action: hostile })],
  notes: [noteRow({ text: hostile })],
  parts: [{ name: 'feed', isCritical: false, trouble: hostile }],
};

describe.skipIf(!hasBrowser)('the page of a session', () => {
  let browser: Browser;
  let server: StatusServer<SessionStatus>;
  let page: Page;
  let screens = new LiveScreens();
  const complaints: string[] = [];

  const serve = (port = 0) =>
    StatusServer.start(
      { port, host: '127.0.0.1', token: 'open-sesame' },
      liveSite({
        status: () => status,
        live: (socket: WebSocket) => screens.add(socket),
        control: () => undefined,
      }),
    );
  /** To the page, when it listens. */
  async function show(shown: SessionStatus): Promise<void> {
    await expect.poll(() => screens.count, { timeout: 20_000 }).toBe(1);
    screens.publish(JSON.stringify(shown));
  }
  const textOf = (selector: string) => page.locator(selector).textContent();
  const classOf = (selector: string) => page.locator(selector).getAttribute('class');
  async function open(width: number): Promise<void> {
    page = await browser.newPage({ viewport: { width, height: 900 } });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('dialog', (dialog) => {
      complaints.push(dialog.message());
      void dialog.dismiss();
    });
    await page.goto(`${server.url}/?token=open-sesame`);
  }

  beforeAll(async () => {
    browser = await openBrowser();
    server = await serve();
  });
  afterEach(async () => {
    complaints.length = 0;
    await page.close();
    await expect.poll(() => screens.count).toBe(0);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it.each([1440, 390])(
    'at %i pixels shows everything, without scrolling sideways, and hostile text as text',
    async (width) => {
      await open(width);
      await show(status);
      await page.waitForSelector('#state.warn');
      expect(await textOf('#state')).toBe(`READY, ${status.health}`);
      const figures = await page.$$eval('#figures div', (divs) =>
        divs.map((div) => [...div.children].map((child) => child.textContent)),
      );
      expect(Object.fromEntries(figures)).toMatchObject({
        equity: '1,000.90',
        'profit and loss': '+0.90',
        cash: '994.70',
        'tape time (UTC)': '18:08:19',
        decisions: '1,234',
        'blocked, rejected': '2, 1',
      });
      const cards = await page.$$eval('#positions .card', (all) =>
        all.map((card) => [...card.children].map((child) => child.textContent)),
      );
      const rest = 'valued at 0.6200, realised 0.00, fees 0.18';
      expect(cards).toEqual([
        ['MARKET', hostile, 'NO 10.00 at 0.5300', '+0.90 unrealised', rest],
        ['AAPL', 'Will it rain?', '-5 at 0.5300', '-12.50 unrealised', rest],
      ]);
      expect(await textOf('#position-count')).toBe('2 of 250');
      expect(await textOf('#orders tbody')).toContain(`buy 10.00 at the market`);
      expect(await textOf('#decisions tbody')).toContain(hostile);
      expect(await textOf('#fills tbody')).toContain('buy 10.00 at 0.5300');
      expect(await textOf('#connections tbody')).toContain('connected');
      expect(await textOf('#parts tbody')).toContain(hostile);
      expect(await textOf('#line')).toBe('18:08:18lowest 999.50, highest 1,000.9018:10:18');
      expect(await page.locator('#line path').getAttribute('d')).toMatch(/^M0\.0 .*L500\.0 172\.0L1000\.0 8\.0$/);
      const overflows = await page.evaluate<string[]>(
        `[document.documentElement, ...document.querySelectorAll('.wide')]
        .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent)`,
      );
      expect(overflows).toEqual([]);
      expect(await page.locator('img').count()).toBe(0);
      expect(complaints).toEqual([]);
    },
  );

  it('shows what changes at once, and that trading is halted', async () => {
    await open(1440);
    await show(sessionStatus);
    await page.waitForSelector('#state.good');
    expect(await textOf('#state')).toBe('READY, ok');
    screens.publish(JSON.stringify({ ...sessionStatus, halted: 'by HTTP', positions: [], positionCount: 0 }));
    await page.waitForSelector('#state.bad');
    expect(await textOf('#state')).toBe('HALTED: by HTTP · READY, ok');
    expect(await textOf('#positions')).toBe('nothing is held');
    expect(complaints).toEqual([]);
  });

  it('shows a session that has only begun', async () => {
    await open(390);
    const empty = { positions: [], orders: [], decisions: [], fills: [], notes: [], equityLine: [], history: [] };
    const begins = { ...sessionStatus, ...empty, isWell: false, health: 'STARTUP: not yet ready' };
    await show({ ...begins, money: null, feed: null, time: null, positionCount: 0, orderCount: 0 });
    await page.waitForSelector('#state.bad');
    expect(await textOf('#line')).toBe('no equity yet');
    expect(await textOf('#figures')).toContain('equityn/a');
    expect(complaints).toEqual([]);
  });

  it('says that the session is gone, and finds it again', async () => {
    await open(1440);
    await show(sessionStatus);
    await page.waitForSelector('#state.good');
    const port = Number(new URL(server.url).port);
    await server.close();
    await page.waitForSelector('#content.stale');
    expect(await textOf('#state')).toBe('the session does not answer');
    expect(await classOf('#state')).toBe('bad');
    screens = new LiveScreens();
    server = await serve(port);
    await show(sessionStatus);
    await page.waitForSelector('#state.good', { timeout: 20_000 });
    expect(await classOf('#content')).toBe('');
  });
});
