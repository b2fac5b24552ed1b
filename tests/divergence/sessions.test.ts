/** Many sessions, written by hand: figures, page and drawing. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { acrossSessions, isWithinBudget, readSessions } from '../../src/divergence/sessions.ts';
import { renderSessions } from '../../src/divergence/sessions-page.ts';
import { hasBrowser, openBrowser } from '../support/browser.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();
const hostile = '--><img src=x onerror=alert(1)>';

/** The gap moves by two dollars at the ninth of twelve sessions; one is 30 ms slower in each. */
const gaps = [0.1, -0.2, 0.3, 0, -0.1, 0.2, -0.3, 0.1, 2.5, 2.2, 2.6, 2.4];
const others = [3, -1, 4, 1, -5, 9, 2, -6, 5, 3, 5, -8];

function files(count: number, change: (i: number) => object = () => ({})): string[] {
  return gaps.slice(0, count).map((gap, i) => {
    const samples = (mean: number) => ({ n: 20, mean });
    const standing = { n: 20, filled: 9 };
    const parts = { decisions: 1, quantity: 1, price: 1, timing: 0.5, money: null };
    const session = {
      format: 1,
      one: 'paper',
      other: 'replay',
      results: { one: String(others[i] + gap), other: String(others[i]), gap: String(gap), gross: '5' },
      score: { value: i === 3 ? null : 90 - i, parts },
      filledOnly: { one: 3, other: 1 },
      likeness: {
        fills: { both: 10, one: 3, other: 1, neither: 6 },
        latency: { one: samples(80 + i), other: samples(50 + i), ks: 1, andersonDarling: 9, wasserstein: 30 },
        price: null,
        waits: { one: standing, other: standing, observed: 5 + (i % 3), expected: 5, variance: 2 },
        curves: null,
      },
      classes: [
        { class: 'timing', money: String(gap), parts: 2 },
        ...(i % 2 === 0 ? [{ class: 'mark', money: String(i), parts: 1 }] : []),
      ],
      ...change(i),
    };
    const file = join(folder(), `day-${i}${hostile}.json`);
    writeFileSync(file, JSON.stringify(session));
    return file;
  });
}

describe('many sessions', () => {
  it('tells the session at which the gap moved, and at which nothing did', async () => {
    const { gap, classes } = acrossSessions(await readSessions(files(12)), 3);
    expect(gap?.signals).toEqual({ limits: 9, cusum: 10, ewma: 10 });
    const [from, to] = gap?.bootstrap ?? [0, 0];
    expect(from).toBeLessThan(gap?.mean ?? 0);
    expect(to).toBeGreaterThan(gap?.mean ?? 0);
    expect(classes.find((each) => each.class === 'mark')?.signals?.limits).toBeNull();
    expect(acrossSessions(await readSessions(files(12)), 3).gap?.bootstrap).toEqual(gap?.bootstrap);
  });

  it('is within the budget where that is shown, or where all gaps are one; a single session shows nothing', async () => {
    const within = async (count: number, gap: string, budget: number) => {
      const same = files(count, () => ({ results: { one: gap, other: '0', gap, gross: '5' } }));
      return isWithinBudget(acrossSessions(await readSessions(same), budget), budget);
    };
    expect([await within(3, '-50.1', 60), await within(3, '-50.1', 50), await within(1, '0', 1)]).toEqual([
      true,
      false,
      false,
    ]);
    const varied = await readSessions(files(12));
    expect(isWithinBudget(acrossSessions(varied, 3), 3)).toBe(true);
    expect(isWithinBudget(acrossSessions(varied, 0.5), 0.5)).toBe(false);
  });

  it('keeps a class that is worth the same in every session, without a test of it', async () => {
    const always = files(12, () => ({ classes: [{ class: 'fees', money: '-1.31', parts: 1 }] }));
    const { classes, sessions } = acrossSessions(await readSessions(always), 3);
    expect(classes).toMatchObject([{ class: 'fees', mean: -1.31, interval: [-1.31, -1.31], tTest: null }]);
    expect(sessions[11].name).toBe(`day-11${hostile}`);
    await expect(readSessions([always[0], always[0]])).rejects.toThrow('is named twice');
  });

  it('refuses a class that no comparison has', async () => {
    const strange = files(2, () => ({ classes: [{ class: hostile, money: '1', parts: 1 }] }));
    await expect(readSessions(strange)).rejects.toThrow(/day-0.*\.json: is not what .* writes \(classes\.0\.class\)/);
  });

  it('holds rates, latencies, waits and Sharpe ratios of both sides against each other', async () => {
    const { fillRates, latency, price, waits, sharpe } = acrossSessions(await readSessions(files(12)), 3);
    expect(fillRates).toMatchObject({ both: 120, one: 36, other: 12, neither: 72 });
    expect(fillRates?.difference).toBeCloseTo(0.1, 12);
    expect(fillRates?.interval[0]).toBeGreaterThan(0);
    expect(latency).toMatchObject({ ks: 1, andersonDarlingP: 0.001 });
    expect(latency?.wasserstein).toBeCloseTo(30, 10);
    expect(latency?.ksP).toBeCloseTo(2 / 2_704_156, 12);
    expect(price).toBeNull();
    expect(waits).toMatchObject({ observed: 72, expected: 60 });
    expect(waits?.p).toBeLessThan(0.01);
    expect(sharpe?.difference).toBeGreaterThan(0);
    expect(sharpe?.p).toBeGreaterThan(0);
  });

  it('has no probability, bootstrap or signal of drift below ten sessions, and reads older files', async () => {
    const few = acrossSessions(await readSessions(files(9)), 3);
    expect(few.gap).toMatchObject({ bootstrap: null, signals: null, tTest: null, wilcoxon: null });
    expect(few).toMatchObject({
      latency: { ksP: null, andersonDarlingP: null },
      waits: { p: null },
      sharpe: { p: null, bootstrapP: null },
    });
    const old = acrossSessions(await readSessions(files(12, () => ({ likeness: undefined }))), 3);
    expect(old).toMatchObject({ fillRates: null, latency: null, waits: null });
    expect(old.gap?.signals).not.toBeNull();
  });

  it.skipIf(!hasBrowser)(
    'draws gap, drift, score, classes and agreement, and no text of a file is markup',
    async () => {
      const across = acrossSessions(await readSessions(files(12)), 3);
      const markup = await renderSessions(across);
      expect(await renderSessions(across)).toBe(markup);
      expect(markup).not.toContain('<img');
      const file = join(folder(), 'sessions.html');
      writeFileSync(file, markup);
      const browser = await openBrowser();
      try {
        for (const width of [1440, 390]) {
          const complaints: string[] = [];
          const page = await browser.newPage({ viewport: { width, height: 900 } });
          page.on('console', (message) => complaints.push(message.text()));
          page.on('pageerror', (error) => complaints.push(error.message));
          await page.goto(pathToFileURL(file).href);
          await page.waitForFunction(
            'document.querySelectorAll("[data-drawn]").length === document.querySelectorAll(".plot").length',
          );
          const names = await page.$$eval('.plot', (plots) =>
            plots.map((plot) => plot.querySelector('.role-mark path') && plot.getAttribute('data-chart')),
          );
          expect(names).toEqual(['trend', 'ewma', 'cusum', 'trend-score', 'trend-1', 'trend-2', 'agreement']);
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
          expect(complaints).toEqual([]);
          await page.close();
        }
      } finally {
        await browser.close();
      }
    },
    60_000,
  );
});
