/** Execution and forecasts of runs written by hand, row by row, through the files and queries that reports use. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JournalRows, JournalTable } from '../../src/market/journal.ts';
import { excursionsOf } from '../../src/reports/excursions.ts';
import { shortfallParts } from '../../src/reports/metrics/execution.ts';
import { portfolioOf } from '../../src/reports/portfolio.ts';
import { type RunReport, readRunReport } from '../../src/reports/run-report.ts';
import { summarise } from '../../src/reports/summary.ts';
import { JournalWriter } from '../../src/tape/journal-file.ts';
import { writeRun } from '../../src/tape/run-file.ts';
import { binary, runData } from './run-data.ts';

const START = Date.UTC(2026, 4, 14, 12) * 1000;
const at = (second: number) => START + second * 1e6;
let folder: string;
let report: RunReport;

type Row<T extends JournalTable> = Partial<JournalRows[T]> & { second: number };

/** Two markets. A: decided at 50, bought in part at 52, settled at 1. B: a bid that was cancelled. C: told, never ordered. */
async function writeByHand(run: string): Promise<void> {
  const journal = new JournalWriter(run);
  const cause = (second: number) => ({ time: at(second), tape: 0, frame: Math.floor(second * 10) });
  const decision = ({ second, ...row }: Row<'decisions'>) =>
    journal.write('decisions', {
      ...{ ...cause(second), decisionId: 0, instrument: 'A', action: 'buy', reason: 'test', confidence: null },
      ...{ features: {}, ...row },
    });
  const order = ({ second, ...row }: Row<'orders'>) =>
    journal.write('orders', {
      ...{ ...cause(second), orderId: 1, step: 'placed', state: 'pending', reason: '', instrument: 'A', side: 'buy' },
      ...{
        outcome: 'yes',
        price: '0.55',
        size: '10',
        filled: '0',
        timeInForce: 'gtc',
        expiresAt: null,
        postOnly: false,
      },
      ...{ reduceOnly: false, cancelOnPause: false, orderGroup: '', trigger: '', tag: '', decisionId: 1 },
      ...{ venueTime: null, queueAhead: null },
      ...row,
    });
  const fill = ({ second, ...row }: Row<'fills'>) =>
    journal.write('fills', {
      ...{
        ...cause(second),
        fillId: 1,
        orderId: 1,
        kind: 'trade',
        venueTime: at(second),
        instrument: 'A',
        side: 'buy',
      },
      ...{ outcome: 'yes', size: '7', price: '0.53', fee: '0.07', liquidity: 'taker', grade: 'walked_depth' },
      ...{ evidenceFrame: 0, queueAtArrival: '0', queueAtFill: '0', available: '7', bid: '0.51', ask: '0.53' },
      ...{ position: '7', tag: '' },
      ...row,
    });
  const quote = (second: number, instrument: string, bid: string, ask: string) =>
    journal.write('quotes', { ...cause(second), instrument, bid, ask, last: '' });
  const equity = (second: number, amount: string) =>
    journal.write('equity', {
      ...cause(second),
      ...{ cash: amount, positionValue: '0', realised: '0', unrealised: '0', fees: '0', equity: amount },
    });
  equity(0, '1000');
  decision({ second: 1, decisionId: 1, features: { probability: 0.7 } });
  decision({ second: 1, decisionId: 2, instrument: 'C', features: { probability: 0.2 } });
  decision({ second: 1.5, decisionId: 3, instrument: 'C', features: { probability: 'high' } });
  quote(1, 'A', '0.48', '0.50');
  // Two rows of one instant: the later one counts.
  quote(1, 'A', '0.49', '0.51');
  quote(1, 'C', '0.35', '0.45');
  order({ second: 1.25 });
  quote(1.25, 'A', '0.50', '0.51');
  quote(1.5, 'A', '0.50', '0.52');
  order({ second: 1.5, step: 'accepted', state: 'open', venueTime: at(1.375), queueAhead: '0' });
  order({ second: 1.5, step: 'filled', state: 'open', filled: '7', venueTime: at(1.375) });
  fill({ second: 1.5 });
  order({ second: 2, step: 'cancel_sent', state: 'open', filled: '7' });
  order({ second: 2.25, step: 'ended', state: 'cancelled', reason: 'requested', filled: '7', venueTime: at(2.125) });
  quote(2.5, 'A', '0.53', '0.55');
  quote(3, 'B', '0.20', '0.22');
  order({ second: 3, orderId: 2, instrument: 'B', price: '0.18', decisionId: 0 });
  order({
    second: 3.25,
    orderId: 2,
    instrument: 'B',
    price: '0.18',
    decisionId: 0,
    step: 'accepted',
    state: 'open',
    venueTime: at(3.125),
    queueAhead: '50',
  });
  order({ second: 8, orderId: 2, instrument: 'B', price: '0.18', decisionId: 0, step: 'cancel_sent', state: 'open' });
  order({
    second: 8.25,
    orderId: 2,
    instrument: 'B',
    price: '0.18',
    decisionId: 0,
    step: 'ended',
    state: 'cancelled',
    reason: 'requested',
    venueTime: at(8.125),
  });
  quote(12, 'A', '0.40', '0.44');
  quote(30, 'A', '0.60', '0.64');
  quote(400, 'A', '', '');
  fill({
    second: 500,
    fillId: 2,
    orderId: 0,
    kind: 'settlement',
    side: 'sell',
    price: '1',
    fee: '0',
    liquidity: '',
    grade: '',
    bid: '',
    ask: '',
    position: '0',
  });
  equity(500, '1003.22');
  const { manifest } = runData([], [binary('A'), binary('B'), binary('C')]);
  const [a, b, c] = manifest.instruments;
  await writeRun(run, {
    ...manifest,
    to: at(1000),
    instruments: [{ ...a, closesAt: at(400), payout: '1.00' }, b, { ...c, payout: '0.00' }],
    digest: await journal.finish(),
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'truetape-execution-'));
  await writeByHand(join(folder, 'run'));
  report = await readRunReport(join(folder, 'run'));
});
afterAll(() => rm(folder, { recursive: true }));

const money = (value: bigint) => Number(value) / 1e16;
const row = (horizon: string) =>
  report.execution.markouts.find((each) => each.horizon === horizon && each.liquidity === 'all');

describe('shortfall of a run', () => {
  it('takes the prices of decision, sending, arrival and end from the quotes', () => {
    const [, taken] = report.execution.shortfall;
    // Middles 0.50, 0.505, 0.51 and a minute later 0.62; the ask at arrival 0.52; seven at 0.53.
    expect(taken).toMatchObject({ orders: 'taker', n: 1, skipped: 0 });
    const parts = shortfallParts.map((part) => money(taken[part]));
    for (const [i, wanted] of [0.035, 0.035, 0.07, 0.07, 0.07, 0.36].entries()) {
      expect(parts[i]).toBeCloseTo(wanted, 12);
    }
  });

  it('adds up to the last unit in every row', () => {
    for (const each of report.execution.shortfall) {
      expect(shortfallParts.reduce((sum, part) => sum + each[part], 0n)).toBe(each.shortfall);
      expect(each.paper - each.actual).toBe(each.shortfall);
    }
    expect(report.execution.shortfall.map(({ n }) => n)).toEqual([2, 1, 0, 1]);
  });
});

describe('drawdown at the prices that would close everything', () => {
  it('is at the bid of what is long, and at nothing where nobody bids', () => {
    // 7 bought at 0.53 and a fee of 0.07: -3.78; the bid is worth 4.20 at its best, and is gone at 400 s.
    expect(report.figures['dd.liquidationMoney']).toMatchObject({ value: -4.2 });
    expect(report.figures['dd.liquidationPct'].value).toBeCloseTo(-4.2 / 1000.42, 9);
    expect(report.figures['dd.maxMoney'].value).toBe(0);
  });
});

describe('fills of a run', () => {
  it('fill rates by distance and by queue', () => {
    const rates = (rows: typeof report.execution.byDistance) =>
      rows.map(({ bucket, orders, filled }) => [bucket, orders, filled]);
    expect(rates(report.execution.byDistance)).toEqual([
      ['crossing', 1, 1],
      ['2 ticks', 1, 0],
    ]);
    expect(rates(report.execution.byQueue)).toEqual([
      ['none', 1, 1],
      ['up to 100', 1, 0],
    ]);
  });

  it('an order that was cancelled waits as long as it stood; one that took did not wait', () => {
    expect(report.execution.queueWait).toMatchObject({ n: 1, survival: [] });
    expect(report.figures['queue.waitMedian']).toMatchObject({ value: null, reason: 'insufficient_data' });
  });

  it('latencies, from the desk to the venue and back', () => {
    const { latencies } = report.execution;
    expect(latencies.decisionToSend).toMatchObject({ n: 1, max: 250_000 });
    expect(latencies.sendToArrival).toMatchObject({ n: 2, max: 125_000 });
    expect(latencies.sendToAck).toMatchObject({ n: 2, p50: 250_000 });
    expect(latencies.ackToFill).toMatchObject({ n: 1, max: 0 });
    expect(latencies.cancelToAck).toMatchObject({ n: 2, max: 250_000 });
    const { figures } = report;
    expect(figures['latency.decisionToArrival.p50']).toEqual({ value: 375_000, n: 1 });
    expect(figures['latency.arrivalToAck.max']).toEqual({ value: 125_000, n: 2 });
    expect(figures['latency.cancelToAck.p99']).toEqual({ value: 250_000, n: 2 });
  });

  it('markouts by the last quote at each horizon; half spread and adverse move explain them', () => {
    expect(row('0')?.markout.value).toBeCloseTo(-0.01, 12);
    expect(row('1s')?.markout.value).toBeCloseTo(0.01, 12);
    expect(row('10s')?.markout.value).toBeCloseTo(0.54 - 0.53, 12);
    expect(row('60s')?.markout.value).toBeCloseTo(0.09, 12);
    expect(row('close')?.markout.value).toBeCloseTo(0.09, 12);
    expect(row('60s')).toMatchObject({ cut: 0, skipped: 0 });
    expect(row('60s')?.adverse.value).toBeCloseTo(-0.1, 12);
    expect(report.figures['spread.effectiveHalf'].value).toBeCloseTo(0.01, 12);
  });

  it('excursions go along the bids of the trip, with its result as one more point', () => {
    const [trip] = excursionsOf(report.analysis);
    expect(trip.gross).toBeCloseTo(3.29, 12);
    expect(trip.adverse).toBeCloseTo(7 * (0.4 - 0.53), 12);
    expect(trip.favourable).toBeCloseTo(3.29, 12);
  });
});

describe('forecasts of a run', () => {
  it('are scored by the payout and the market at that moment, ordered or not', () => {
    expect(report.forecasts.scored).toEqual([
      { at: at(1), instrument: 'A', probability: 0.7, market: 0.5, outcome: 1, filled: true },
      { at: at(1), instrument: 'C', probability: 0.2, market: 0.4, outcome: 0, filled: false },
    ]);
    expect(report.figures['score.brier'].value).toBeCloseTo((0.09 + 0.04) / 2, 12);
    expect(report.figures['score.brierMarket'].value).toBeCloseTo((0.25 + 0.16) / 2, 12);
    expect(report.forecasts.filled.n).toBe(1);
  });

  it('closing line, expected edge and Kelly are all-in', () => {
    // Five minutes before the close at 400 s the middle is 0.62.
    expect(report.figures['edge.clv'].value).toBeCloseTo(0.09, 12);
    expect(report.figures['edge.beatClose'].value).toBe(1);
    expect(report.figures['edge.expected'].value).toBeCloseTo(0.7 - 0.54, 12);
    expect(report.figures['kelly.binary'].value).toBeCloseTo(0.16 / 0.46, 12);
    expect(report.forecasts.byPrice).toMatchObject([{ bucket: '50 to 60', lots: 1, markets: 1, size: 7 }]);
    expect(report.forecasts.byTimeToClose).toMatchObject([{ bucket: '5 to 15 min', lots: 1 }]);
  });
});

describe('exposure of a run', () => {
  it('counts the time from entry to exit, at what could be lost', () => {
    expect(report.figures['exposure.timeInMarket'].value).toBeCloseTo(498.5 / 1000, 9);
    expect(report.figures['exposure.grossMax'].value).toBeCloseTo((7 * 0.53) / 1000, 9);
    expect(report.figures['turnover.contracts'].value).toBe(7);
  });
});

describe('trials', () => {
  it('without their number there is no deflated Sharpe ratio', () => {
    expect(report.figures['sharpe.dsr'].value).toBeNull();
  });
});

describe('figures of a run', () => {
  it('are values or reasons, and plain JSON', () => {
    for (const metric of Object.values(report.figures)) {
      expect(metric.value === null ? metric.reason : Number.isFinite(metric.value)).toBeTruthy();
    }
    const summary = summarise(report);
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
    expect(summary.execution.shortfall[1].fees).toBe(0.07);
  });

  it('a run with itself is correlated with itself; one alone is no portfolio', () => {
    expect(portfolioOf([report])).toBeUndefined();
    const both = portfolioOf([report, report]);
    expect(both?.days).toEqual(report.analysis.sessions.map(({ day }) => day));
    expect(both?.correlations[0][1]).toMatchObject({ value: null, reason: 'insufficient_data' });
    expect(both?.effectiveRuns.value).toBeCloseTo(2, 12);
  });
});
