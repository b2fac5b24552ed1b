/** What the tear sheet is drawn from: orders by how far they came, kinds of trips, bins, runs together. */
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseMoney } from '../../src/market/units.ts';
import { analyse } from '../../src/reports/analysis.ts';
import { combinedEquity } from '../../src/reports/combined.ts';
import { excursionsOf } from '../../src/reports/excursions.ts';
import { histogram } from '../../src/reports/histogram.ts';
import { readLikeness } from '../../src/reports/likeness.ts';
import type { RunData } from '../../src/reports/load.ts';
import { type FillRates, fillRatesByMarket } from '../../src/reports/order-rates.ts';
import { portfolioOf } from '../../src/reports/portfolio.ts';
import { buildSummary, type RunSummary } from '../../src/reports/report.ts';
import { readRunReport, reportOf } from '../../src/reports/run-report.ts';
import { comparison } from '../../src/reports/sections/comparison.ts';
import { equity } from '../../src/reports/sections/equity.ts';
import { forecasts } from '../../src/reports/sections/forecasts.ts';
import { headline } from '../../src/reports/sections/headline.ts';
import { sessions } from '../../src/reports/sections/sessions.ts';
import { trips } from '../../src/reports/sections/trips.ts';
import { trust } from '../../src/reports/sections/trust.ts';
import { sensitivities } from '../../src/reports/sensitivity.ts';
import { tripFacts, tripGroups } from '../../src/reports/trip-facts.ts';
import { JournalWriter } from '../../src/tape/journal-file.ts';
import { writeRun } from '../../src/tape/run-file.ts';
import { temporaryFolder } from '../support/folder.ts';
import { orderRow } from '../support/rows.ts';
import { binary, fill, runData, settlement } from './run-data.ts';

const SECOND = 1_000_000;

describe('orders of a run', () => {
  let folder: string;
  let orders: RunSummary['orders'];
  let rates: readonly (number | null)[];
  let market: FillRates | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'truetape-sheet-'));
    const journal = new JournalWriter(folder);
    const write = (row: Parameters<typeof orderRow>[0]) => journal.write('orders', orderRow({ size: '10', ...row }));
    write({ orderId: 1, step: 'placed', state: 'pending' });
    write({ orderId: 1, step: 'accepted', state: 'open' });
    write({ orderId: 1, step: 'filled', state: 'filled', filled: '10' });
    // The venue said no.
    write({ orderId: 2, step: 'placed', state: 'pending' });
    write({ orderId: 2, step: 'ended', state: 'rejected', reason: 'bad_price' });
    // The gate said no: this one was never sent.
    write({ orderId: 3, step: 'ended', state: 'rejected', reason: 'risk_order_size' });
    // The exits of a bracket: one was sent in the end, the other never.
    write({ orderId: 4, step: 'held', state: 'held' });
    write({ orderId: 4, step: 'placed', state: 'pending' });
    write({ orderId: 4, step: 'accepted', state: 'open' });
    write({ orderId: 5, step: 'held', state: 'held' });
    write({ orderId: 5, step: 'ended', state: 'cancelled', reason: 'other_filled' });
    const { manifest } = runData([], []);
    await writeRun(folder, { ...manifest, digest: await journal.finish() });
    const summary = await buildSummary(folder);
    orders = summary.orders;
    market = fillRatesByMarket((await readRunReport(folder)).analysis).get('kalshi:MARKET');
    rates = [summary.metrics['fill.rateOrder'].value, summary.metrics['fill.rateQty'].value];
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('are counted by how far they came', () => {
    expect(orders).toEqual({ sent: 3, accepted: 2, rejected: 1, filled: 1, blocked: 1, unsent: 1, fills: 0 });
  });

  it('fill rates know only of what was sent', () => expect(rates).toEqual([0.5, 0.5]));

  it('and so do those of a market', () => {
    expect([market?.byOrder.value, market?.bySize.value]).toEqual([0.5, 0.5]);
  });
});

/** Two trips: a maker's loss that was closed by its stop, and a taker's gain that was settled. */
const traded = (more: Partial<RunData> = {}): RunData =>
  runData(
    [
      fill(0, 'a', 1, 10, 50, { tag: 'entry' }),
      fill(10, 'a', -1, 10, 45, { liquidity: 'taker', grade: 'walked_depth', tag: 'stop' }),
      fill(20, 'b', 1, 10, 90, { liquidity: 'taker', grade: 'inferred_print', tag: 'entry' }),
      settlement(30, 'b', 10, 100),
    ],
    [binary('a'), binary('b')],
    ['1000', '999.5', '1000.5'],
    more,
  );

describe('round trips by kind', () => {
  const facts = tripFacts(analyse(traded()));

  it('know what closed them, who made the prices, and their weakest fill', () => {
    expect(facts.map(({ exit, liquidity, evidence, net }) => [exit, liquidity, evidence, net])).toEqual([
      ['stop', 'maker and taker', 'walked_depth', -0.5],
      ['settlement', 'taker', 'inferred_print', 1],
    ]);
  });

  it('every kind adds up to all', () => {
    for (const by of ['exit', 'liquidity', 'tag', 'side', 'hour'] as const) {
      const groups = tripGroups(facts, (trip) => String(trip[by]));
      expect(groups.reduce((sum, { net }) => sum + net, 0)).toBeCloseTo(0.5, 12);
    }
    expect(tripGroups(facts, ({ tag }) => tag)).toMatchObject([{ label: 'entry', trips: 2, winRate: { value: 0.5 } }]);
  });

  it('the section names them', () => {
    const section = trips(reportOf(traded()));
    expect(section?.charts.map(({ name }) => name)).toEqual(['trip-results', 'excursions', 'durations', 'trip-kinds']);
    expect(section?.html.text).toContain('<td>closed by</td><td class="prose">settlement</td>');
  });

  it('what is left of nothing in a sum is nothing', () => {
    const path = { instrument: 'a', trip: 1, lowest: -0.5, highest: 4e-17 };
    const [first] = excursionsOf(analyse(traded({ tripPaths: [path] })));
    expect(first).toMatchObject({ favourable: 0, efficiency: null });
  });
});

describe('figures of trips', () => {
  it('V11, excursions in money, ticks and of the cost, and what was given back', () => {
    const option = { ...binary('o'), kind: 'option', multiplier: 100, tick: '0.01' };
    const fills = [fill(0, 'o', 1, 10, 200), fill(9, 'o', -1, 10, 225)];
    const tripPaths = [{ instrument: 'o', trip: 1, lowest: -2, highest: 4 }];
    const { figures } = reportOf(runData(fills, [option], ['10000', '10250'], { tripPaths }));
    const values = (['trades.maeMean', 'trades.mfeMean', 'trades.maeTicks', 'trades.mfeTicks'] as const).map(
      (key) => figures[key].value,
    );
    expect(values).toEqual([-200, 400, -20, 40]);
    expect(figures['trades.maeOfCost'].value).toBeCloseTo(-0.1, 12);
    expect(figures['trades.mfeOfCost'].value).toBeCloseTo(0.2, 12);
    expect(figures['trades.giveBackMean'].value).toBe(150);
  });

  it('before fees stand beside those after: what fees turned into a loss', () => {
    const fee = parseMoney('0.06');
    const fills = [
      ...[fill(0, 'a', 1, 10, 50, { fee }), fill(1, 'a', -1, 10, 51, { fee })],
      ...[fill(2, 'a', 1, 10, 50, { fee }), fill(3, 'a', -1, 10, 45, { fee })],
    ];
    const { figures } = reportOf(runData(fills, [binary('a')], ['1000', '999.36']));
    expect(figures['winRate.trip'].value).toBe(0);
    expect(figures['winRate.tripGross'].value).toBe(0.5);
    expect(figures['pnl.expectancyGross'].value).toBeCloseTo(-0.2, 12);
    expect(figures['pnl.profitFactorGross'].value).toBeCloseTo(0.2, 12);
    expect(figures['edge.realisedGross'].value).toBeCloseTo(-0.02, 12);
    expect(figures['edge.realised'].value).toBeCloseTo(-0.032, 12);
  });
});

describe('bins', () => {
  it('of round width, with an edge at 0', () => {
    const bins = histogram([-1.3, -0.2, 0, 0.1, 3.9]);
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(5);
    expect(bins[0]).toEqual({ from: -1.5, to: -1, count: 1 });
    expect(bins.find(({ from }) => from === 0)).toEqual({ from: 0, to: 0.5, count: 2 });
    expect(bins.filter(({ from, to }) => from < 0 && to > 0)).toEqual([]);
  });

  it('of equal values, and of none', () => {
    expect(histogram([0, 0])).toEqual([{ from: 0, to: 1, count: 2 }]);
    expect(histogram([1.79])).toMatchObject([{ count: 1 }]);
    expect(histogram([])).toEqual([]);
  });
});

describe('the end of a run', () => {
  it('a payout that is known a moment after the tape is of the last session', () => {
    const data = traded();
    const { at } = data.equity;
    const late = { ...data.equity, at: [at[0], at[1], data.manifest.to + SECOND / 20] };
    const { analysis, figures } = reportOf({ ...data, equity: late });
    expect(analysis.closes).toEqual([1000, 1000.5]);
    expect(figures['dd.longestSessions']).toMatchObject({ value: null, reason: 'no_drawdown' });
    expect(figures['return.total'].value).toBeCloseTo(0.0005, 12);
  });
});

describe('what would be left', () => {
  it('is arithmetic on the fills', () => {
    const data = traded();
    const changes = sensitivities(analyse(data)).map(({ change, amount }) => [change, amount]);
    expect(changes).toEqual([
      ['every taking fill one tick worse', -parseMoney('0.2')],
      ['every fill one tick worse', -parseMoney('0.3')],
      ['without what rests on inferred prints', -parseMoney('1')],
    ]);
  });

  it('replays stand beside it, against the one with nothing changed', () => {
    const rate = { value: 0.25, n: 4 };
    const unchanged = { change: 'nothing changed', net: parseMoney('0.5'), trips: 2, winRate: rate, fillRate: rate };
    const later = { ...unchanged, change: 'later', net: parseMoney('-1'), trips: 4 };
    const page = (reproduced: boolean) =>
      trust(reportOf(traded(), { replays: { unchanged, reproduced, changed: [later] } }))?.html.text;
    expect(page(true)).toMatch(/later \(replayed\).*−\$1\.00.*−\$1\.50.*>4<.*25\.0%/);
    expect(page(true)).not.toContain('nothing changed (replayed)');
    expect(page(false)).toContain('nothing changed (replayed)');
    expect(page(false)).toContain('is not this run, bit for bit');
    expect(trust(reportOf(traded()))?.html.text).toContain('--auto TAPE');
  });

  it('the number of trials is told if it is known', () => {
    const said = (trials?: { count: number; variance: number }) => trust(reportOf(traded(), { trials }))?.html.text;
    expect(said()).toContain('how many strategies were tried before this one is not known');
    expect(said({ count: 40, variance: 0.1 })).not.toContain('is not known');
  });
});

describe('equity', () => {
  const drawn = (beside?: Parameters<typeof reportOf>[1], data = traded()) => equity(reportOf(data, beside))?.charts[0];

  it('tells what was filled since the point before', () => {
    expect(drawn()?.datasets[0].columns.fills).toEqual(['bought 10 at 0.5, a', null, null]);
    const times = { ...traded().equity, at: traded().equity.at.map((at, i) => at + i * 15 * SECOND) };
    expect(drawn({}, { ...traded(), equity: times })?.datasets[0].columns.fills).toEqual([
      'bought 10 at 0.5, a',
      'sold 10 at 0.45, a',
      '2 in b',
    ]);
  });

  it('has the first of several runs beside it, where that was at the same time', () => {
    const names = (chart = drawn()) => chart?.datasets.map(({ name }) => name);
    const baseline = reportOf(traded());
    expect(names()).toEqual(['equity']);
    expect(names(drawn({ baseline }))).toEqual(['equity', 'baseline']);
    const later = { ...traded().equity, at: traded().equity.at.map((at) => at + 3600 * SECOND) };
    expect(names(drawn({ baseline: reportOf({ ...traded(), equity: later }) }))).toEqual(['equity']);
  });

  it('shades every other session, as far as there is equity', () => {
    const data = traded();
    const at = data.equity.at.map((time, i) => time + i * 86_400 * SECOND);
    const manifest = { ...data.manifest, to: at[2] };
    const [, shades] = drawn({}, { ...data, manifest, equity: { ...data.equity, at } })?.datasets ?? [];
    // Three calendar days in UTC: the second is whole.
    const midnight = Date.UTC(2026, 4, 15);
    expect(shades.columns).toEqual({ session: ['2026-05-15'], begin: [midnight], end: [midnight + 86_400_000] });
  });

  it('the headline tells the change against the first run, of shares in points', () => {
    const worse = reportOf(traded({ equity: { ...traded().equity, equity: ['1000', '980', '990'].map(parseMoney) } }));
    const html = headline({ ...worse, baseline: reportOf(traded()) }).html.text;
    expect(html).toContain('−$10.50 against the first run');
    expect(html).toContain('−1.05 points against the first run');
    expect(headline(worse).html.text).not.toContain('first run');
  });
});

describe('a comparison with another run', () => {
  const written = { format: 1, one: 'paper', other: 'replay', results: { gap: '-1.145' }, score: { value: 66.44 } };
  const folder = temporaryFolder();
  const file = (content: unknown) => {
    const path = join(folder(), 'gap.json');
    writeFileSync(path, JSON.stringify(content));
    return path;
  };

  it('has its score in the headline', async () => {
    const likeness = await readLikeness(file({ ...written, warnings: [] }), 'paper');
    const { text } = headline(reportOf(traded(), { likeness })).html;
    expect(text).toMatch(/Likeness.*66\.4.*paper and replay.*gap −\$1\.1450?/s);
    const none = { ...likeness, score: { value: null } };
    expect(headline(reportOf(traded(), { likeness: none })).html.text).toContain('not comparable');
  });

  it('is refused if it is about other runs, or is none', async () => {
    await expect(readLikeness(file(written), 'runs-7')).rejects.toThrow('neither of which is runs-7');
    await expect(readLikeness(file({ format: 1 }), 'paper')).rejects.toThrow('is not what truetape compare --json');
    await expect(readLikeness(join(folder(), 'nothing'), 'paper')).rejects.toThrow('no such file');
  });
});

describe('fees of several kinds', () => {
  it('are a warning', () => {
    const warned = (fees: Record<string, string>) => {
      const data = traded();
      return reportOf({ ...data, manifest: { ...data.manifest, config: { fees } } }).warnings.map(({ code }) => code);
    };
    expect(warned({ kalshi: 'one' })).not.toContain('mixed_fees');
    expect(warned({ kalshi: 'one; another' })).toContain('mixed_fees');
    expect(warned({ kalshi: 'one', binance: 'other' })).toContain('mixed_fees');
  });

  it('tells of rejections only where they are many, and for which reasons', () => {
    const warned = (rejected: number) => {
      const totals = { ...noOrders, instrument: 'a', sent: 100, accepted: 100 - rejected, rejected };
      const orderEnds = [
        { state: 'rejected', reason: 'bad_price', orders: rejected },
        { state: 'cancelled', reason: 'requested', orders: 3 },
      ];
      return reportOf(traded({ orders: [totals], orderEnds })).warnings.find(({ code }) => code === 'rejections');
    };
    expect(warned(10)).toBeUndefined();
    expect(warned(60)?.text).toMatch(/^60 of 100 orders were rejected by the venue \(bad_price 60\)/);
  });
});

describe('sections without data', () => {
  const quiet = reportOf(runData([], []));

  it('are absent', () => {
    for (const section of [trips, forecasts, sessions, trust]) expect(section(quiet)).toBeUndefined();
    expect(comparison([quiet])).toBeUndefined();
  });

  it('the headline says why it has no figures', () => expect(headline(quiet).html.text).toContain('no closed trades'));

  it('forecasts are scored where there are some', () => {
    const told = [
      { at: 1, decisionId: 1, instrument: 'b', probability: 0.95, market: 0.9, filled: 0n },
      { at: 2, decisionId: 2, instrument: 'b', probability: 0.8, market: 0.9, filled: 0n },
    ];
    const names = (data: RunData) => forecasts(reportOf(data))?.charts.map(({ name }) => name);
    expect(names(traded())).toEqual(['edge-price', 'events']);
    expect(names(traded({ forecasts: told }))).toEqual(['calibration', 'advantage', 'edge-price', 'events']);
    const advantage = forecasts(reportOf(traded({ forecasts: told })))?.charts[1].datasets[0].columns.brier;
    expect(advantage).toEqual([0.0075, -0.0225]);
  });
});

describe('runs together', () => {
  it('at every moment the sum of what each had come to', () => {
    const runs = [
      { at: [0, 10, 20], change: [0, 5, 3] },
      { at: [5, 10, 30], change: [0, -1, 2] },
    ];
    expect(combinedEquity(runs)).toEqual({ at: [0, 5, 10, 20, 30], change: [0, 0, 4, 2, 5] });
  });

  it('stand side by side, and add up', () => {
    const section = comparison([reportOf(traded()), reportOf(traded())]);
    expect(section?.charts.map(({ name }) => name)).toEqual(['runs']);
    expect(section?.html.text).toMatch(/Net P&amp;L.*\+\$0\.50.*\+\$0\.50.*\+\$1\.00/);
  });

  it('parts of the variance add up to all of it', () => {
    const day = (levels: readonly number[]) => {
      const data = traded();
      const at = levels.map((_, i) => data.manifest.from + i * 86_400 * SECOND);
      const equity = levels.map((level) => parseMoney(String(level)));
      const manifest = { ...data.manifest, to: at[at.length - 1] };
      return reportOf({ ...data, manifest, equity: { at, equity, fees: equity.map(() => 0n) } });
    };
    const { variance } = portfolioOf([day([100, 101, 99, 104]), day([100, 100, 103, 101])]) ?? { variance: [] };
    expect(variance.reduce((sum, { value }) => sum + (value ?? Number.NaN), 0)).toBeCloseTo(1, 12);
    expect(variance[0].value).not.toBeCloseTo(variance[1].value ?? 0, 2);
  });

  it('of different currencies have no sum', () => {
    const { manifest, ...data } = traded();
    const euros = { ...manifest, instruments: manifest.instruments.map((each) => ({ ...each, currency: 'EUR' })) };
    const html = comparison([reportOf(traded()), reportOf({ ...data, manifest: euros })])?.html.text;
    expect(html).toContain('€0.50');
    expect(html).not.toMatch(/(?<!\d)1\.00/);
  });
});

const noOrders = {
  ...{ sent: 0, accepted: 0, rejected: 0, blocked: 0, unsent: 0, filled: 0, firstAt: 0, lastAt: 0 },
  ...{ submittedSize: 0n, rejectedSize: 0n, filledSize: 0n },
};
