/** Intervals that a whole run gives: by sessions with what happened inside them, and by events. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawdownOf } from '../../src/reports/metrics/drawdown.ts';
import { deepestFall, sessionPaths } from '../../src/reports/metrics/session-paths.ts';
import { reportOf } from '../../src/reports/run-report.ts';
import { binary, fill, runData, settlement } from './run-data.ts';

const DAY = 86_400_000_000;

describe('drawdowns of sessions put together', () => {
  it('are those of the whole series, wherever its sessions end', () => {
    const levels = fc.array(fc.integer({ min: 900, max: 1100 }), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(levels, fc.integer({ min: 1, max: 20 }), (equity, length) => {
        const times = equity.map((_, i) => i);
        const count = Math.ceil((equity.length - 1) / length);
        const sessions = Array.from({ length: count }, (_, i) => ({ day: '', endsAt: (i + 1) * length }));
        const { maxMoney, maxFraction } = drawdownOf(equity);
        expect(deepestFall(sessionPaths(times, equity, sessions))).toBe(maxMoney.value);
        const logarithms = sessionPaths(times, equity.map(Math.log), sessions);
        expect(Math.expm1(deepestFall(logarithms))).toBeCloseTo(maxFraction.value ?? 1, 12);
      }),
    );
  });
});

/** Bets on twelve events of two markets each; both win in all events but every third, where both lose. */
const events = Array.from({ length: 12 }, (_, i) => i);
const bets = events.flatMap((event) =>
  ['x', 'y'].map((name) => ({ id: `${event}${name}`, group: `event ${event}`, wins: event % 3 !== 0 })),
);
const fills = bets.flatMap(({ id, wins }, i) => [fill(i, id, 1, 10, 50), settlement(i + 0.5, id, 10, wins ? 100 : 0)]);

describe('intervals by events', () => {
  const markets = bets.map(({ id, group }) => ({ ...binary(id), group }));
  const { figures } = reportOf(runData(fills, markets, ['1000', '1040']));

  it('of win rates stand beside those of Wilson, and are wider: two bets of one event are one', () => {
    for (const key of ['winRate.trip', 'winRate.market'] as const) {
      const { interval = [0, 0], eventInterval = [0, 0], value } = figures[key];
      expect(value).toBeCloseTo(2 / 3, 12);
      expect(eventInterval[1] - eventInterval[0]).toBeGreaterThan(interval[1] - interval[0]);
    }
  });

  it('of the net result and of the profit factor hold these', () => {
    for (const key of ['pnl.net', 'pnl.profitFactor'] as const) {
      const { interval = [0, 0], value } = figures[key];
      expect(interval[0]).toBeLessThan(value ?? Number.NaN);
      expect(interval[1]).toBeGreaterThan(value ?? Number.NaN);
    }
    // All twelve events of a draw are won at best, and lost at worst: 10 or -10 each.
    expect(figures['pnl.net'].interval?.every((bound) => Math.abs(bound) <= 120)).toBe(true);
  });

  it('are not there where no two bets share an event, nor below ten events', () => {
    const alone = reportOf(
      runData(
        fills,
        bets.map(({ id }) => binary(id)),
        ['1000', '1040'],
      ),
    ).figures;
    expect(alone['winRate.trip'].eventInterval).toBeUndefined();
    expect(alone['winRate.trip'].interval).toBeDefined();
    const few = reportOf(runData(fills.slice(0, 32), markets, ['1000', '1040'])).figures;
    expect(few['winRate.trip'].eventInterval).toBeUndefined();
    expect(few['pnl.profitFactor'].interval).toBeUndefined();
  });
});

/** A run with these levels of equity, `step` apart; no trade. */
function levelled(levels: readonly number[], times: (i: number, from: number) => number) {
  const data = runData([], []);
  const at = levels.map((_, i) => times(i, data.manifest.from));
  const equity = levels.map((level) => BigInt(level) * 10n ** 16n);
  const manifest = { ...data.manifest, to: at[at.length - 1] };
  return reportOf({ ...data, manifest, equity: { at, equity, fees: equity.map(() => 0n) } }).figures;
}

describe('intervals by sessions', () => {
  // Each of twelve days falls by 10 at noon and closes 1 higher.
  const levels = [1000, ...Array.from({ length: 12 }, (_, day) => [990 + day, 1001 + day]).flat()];
  const figures = levelled(levels, (i, from) => from + Math.floor((i - 1) / 2) * DAY + (i === 0 ? DAY : i));

  it('of the largest drawdown know what happened inside of sessions', () => {
    expect(figures['dd.maxMoney']).toMatchObject({ value: -10, interval: [-10, -10] });
    expect(figures['dd.maxPct'].interval?.[0]).toBeCloseTo(-10 / 1000, 4);
  });

  it('of the net result', () => expect(figures['pnl.net']).toMatchObject({ value: 12, interval: [12, 12] }));
});

describe('the longest drawdown in sessions', () => {
  const daily = (levels: readonly number[]) => levelled(levels, (i, from) => from + i * DAY)['dd.longestSessions'];

  it('is of their closes, to the recovery or to the end', () => {
    // The first point is the start, and the close of the first day.
    expect(daily([1000, 990, 995, 1010, 1000]).value).toBe(3);
    expect(daily([1000, 1010, 1000, 1001, 1002, 1003]).value).toBe(4);
    expect(daily([1000, 1001])).toMatchObject({ value: null, reason: 'no_drawdown' });
  });
});
