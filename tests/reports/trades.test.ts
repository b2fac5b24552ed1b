import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Account, type CostBasis } from '../../src/market/account.ts';
import type { DecisionRow, FillRow, OrderRow } from '../../src/market/journal.ts';
import { formatMoney } from '../../src/market/units.ts';
import { analyse } from '../../src/reports/analysis.ts';
import { loadTrades, tradesOf } from '../../src/reports/trades.ts';
import type { RunConfigInput } from '../../src/run/config.ts';
import { replayRun } from '../../src/run/replay-run.ts';
import { JournalWriter } from '../../src/tape/journal-file.ts';
import { readJournal } from '../../src/tape/journal-read.ts';
import { queryRows } from '../../src/tape/query.ts';
import { writeRun } from '../../src/tape/run-file.ts';
import { createJournalViews } from '../../src/tape/sql.ts';
import { createTradesView } from '../../src/tape/trades-view.ts';
import { fixtures } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/folder.ts';
import { share } from '../support/instruments.ts';
import { binary, fill, runData } from './run-data.ts';

const folder = temporaryFolder();
const START = Date.UTC(2026, 4, 14, 12) * 1000;
const A = 'test:A';
const cause = (second: number) => ({ time: START + second * 1_000_000, tape: 0, frame: second });

class Session {
  readonly path = join(folder(), 'session');
  readonly #journal = new JournalWriter(this.path);
  #fills = 0;

  constructor() {
    const none = { positionValue: '0', realised: '0', unrealised: '0', fees: '0', equity: '100' };
    this.#journal.write('equity', { ...cause(0), cash: '100', ...none });
  }

  decide(decisionId: number, reason: string, confidence: number | null, features: DecisionRow['features']): void {
    const about = { instrument: A, action: 'buy_yes', reason };
    this.#journal.write('decisions', { ...cause(1), decisionId, ...about, confidence, features });
  }

  order(orderId: number, { decisionId = 0, tag = '', trigger = '' }: Partial<OrderRow>): void {
    this.#journal.write('orders', {
      ...cause(1),
      orderId,
      step: 'placed',
      state: 'pending',
      reason: '',
      instrument: A,
      side: 'buy',
      outcome: 'yes',
      price: '0.50',
      size: '10',
      filled: '0',
      timeInForce: 'gtc',
      expiresAt: null,
      postOnly: false,
      reduceOnly: false,
      cancelOnPause: false,
      orderGroup: '',
      trigger,
      tag,
      decisionId,
      venueTime: null,
      queueAhead: null,
    });
  }

  fill(second: number, side: 'buy' | 'sell', size: string, price: string, more: Partial<FillRow> = {}): void {
    const at = cause(second);
    this.#journal.write('fills', {
      ...at,
      fillId: ++this.#fills,
      orderId: 0,
      kind: 'trade',
      venueTime: at.time,
      instrument: A,
      side,
      outcome: 'yes',
      size,
      price,
      fee: '0',
      liquidity: 'taker',
      grade: 'walked_depth',
      evidenceFrame: second,
      queueAtArrival: '0',
      queueAtFill: '0',
      available: '0',
      bid: '',
      ask: '',
      position: '0',
      tag: '',
      ...more,
    });
  }

  quote(second: number, bid: string, ask: string): void {
    this.#journal.write('quotes', { ...cause(second), instrument: A, bid, ask, last: '' });
  }

  async trades() {
    const digest = await this.#journal.finish();
    const { manifest } = runData([], [binary(A)]);
    await writeRun(this.path, { ...manifest, digest });
    return tradesIn(this.path);
  }
}

async function tradesIn(run: string) {
  const trades = await loadTrades(run);
  return queryRows('select * from trades', async (connection) => {
    await createJournalViews(connection, [{ name: 'session', folder: run }]);
    await createTradesView(connection, [{ run: 'session', trades }]);
  });
}

describe('the view of trades', () => {
  it('says of a long trade why it was opened and closed, what it cost, and how far it went', async () => {
    const session = new Session();
    session.decide(1, 'dip', 0.8, { regime: 'calm', edge: 0.03 });
    session.decide(2, 'target', null, {});
    session.order(1, { decisionId: 1, tag: 'entry' });
    session.order(2, { decisionId: 2 });
    session.quote(0, '0.10', '0.90');
    session.fill(2, 'buy', '10', '0.52', { orderId: 1, fee: '0.02', bid: '0.50', ask: '0.52' });
    session.quote(3, '0.45', '0.47');
    session.quote(4, '0.60', '0.62');
    session.fill(6, 'sell', '10', '0.57', { orderId: 2, fee: '0.01', bid: '0.56', ask: '0.58' });
    session.quote(7, '0.05', '0.99');
    expect(await session.trades()).toEqual([
      {
        run: 'session',
        tradeId: 1,
        instrument: A,
        side: 'long',
        size: '10.00000000',
        entryTime: '2026-05-14 12:00:02',
        exitTime: '2026-05-14 12:00:06',
        entryPrice: 0.52,
        exitPrice: 0.57,
        entryReason: 'dip',
        exitReason: 'target',
        confidence: 0.8,
        regime: 'calm',
        exit: 'trade',
        grade: 'walked_depth',
        gross: '0.5000000000000000',
        fees: '0.0300000000000000',
        pnl: '0.4700000000000000',
        // A cent above the middle, then at it.
        slippage: 0.1,
        mae: 0.07,
        mfe: 0.08,
      },
    ]);
  });

  it('takes tag or trigger where no decision was made, and the payout where it was settled', async () => {
    const session = new Session();
    session.order(1, { tag: 'sell' });
    session.order(2, { trigger: 'stop 0.47 trade' });
    session.fill(2, 'sell', '10', '0.40', { orderId: 1, bid: '0.40', ask: '0.44' });
    session.fill(3, 'buy', '10', '0.47', { orderId: 2, bid: '0.43', ask: '0.45' });
    session.fill(4, 'buy', '5', '0.47', { orderId: 1 });
    session.fill(9, 'sell', '5', '0', { kind: 'settlement', liquidity: '', grade: '' });
    expect(await session.trades()).toMatchObject([
      // Sold 2 cents below the middle, bought 3 above it.
      { side: 'short', entryReason: 'sell', exitReason: 'stop 0.47 trade', slippage: 0.5, mae: 0.07, mfe: 0 },
      { side: 'long', exit: 'settlement', exitReason: 'settlement', slippage: null, mae: 0.47, mfe: 0 },
    ]);
  });

  it('shares a fill that goes through zero between the two trades', async () => {
    const session = new Session();
    session.fill(2, 'buy', '10', '0.50', { bid: '0.49', ask: '0.51' });
    session.fill(3, 'sell', '15', '0.55', { fee: '0.15', bid: '0.55', ask: '0.57' });
    session.quote(4, '0.52', '0.53');
    expect(await session.trades()).toMatchObject([
      { side: 'long', exitPrice: 0.55, pnl: '0.4000000000000000', slippage: 0.1 },
      { side: 'short', exitTime: null, exitPrice: null, pnl: '-0.0500000000000000', slippage: 0.05, mfe: 0.02 },
    ]);
  });
});

describe('what the trades earned', () => {
  it.each<[string, string, string, RunConfigInput]>([
    ['at average cost', fixtures.kalshi, 'spread_capture', {}],
    ['first in, first out', fixtures.kalshi, 'spread_capture', { costBasis: 'fifo' }],
    ['in coins', fixtures.binance, 'paper_test', { cash: '1000000' }],
  ])('adds up to what the run realised less its fees, %s', async (_, tape, strategy, config) => {
    const output = join(folder(), 'run');
    const settlements = tape === fixtures.kalshi ? fixtures.kalshiSettlements : undefined;
    await replayRun({ tapes: [tape], strategy, config, settlements, output });
    const trades = await loadTrades(output);
    expect(trades.length).toBeGreaterThan(0);
    const last = (await readJournal<Record<'realised' | 'fees', string>>(output, 'equity')).at(-1);
    const sum = (name: 'gross' | 'fees') =>
      formatMoney(
        trades.reduce((all, trade) => all + trade[name], 0n),
        16,
      );
    expect({ realised: sum('gross'), fees: sum('fees') }).toEqual({ realised: last?.realised, fees: last?.fees });
    expect(trades.every(({ gross, fees, net }) => net === gross - fees)).toBe(true);
  });

  it('is what an account realises, to the unit, after every list of fills', () => {
    const instrument = share({ id: A, priceDecimals: 2 });
    const trade = fc.record({
      side: fc.constantFrom<1 | -1>(1, -1),
      size: fc.integer({ min: 1, max: 9 }),
      cents: fc.integer({ min: 1, max: 99 }),
      fee: fc.bigInt({ min: 0n, max: 10n ** 14n }),
    });
    fc.assert(
      fc.property(
        fc.array(trade, { minLength: 1, maxLength: 40 }),
        fc.constantFrom<CostBasis>('average', 'fifo'),
        (fills, costBasis) => {
          const account = new Account(0n, costBasis);
          for (const { side, size, cents, fee } of fills) account.trade(instrument, side * size, cents, fee);
          const run = runData(
            fills.map(({ side, size, cents, fee }, i) => fill(i, A, side, size, cents, { fee })),
            [binary(A)],
          );
          const trades = tradesOf(analyse({ ...run, manifest: { ...run.manifest, config: { costBasis } } }));
          expect(trades.reduce((sum, { gross }) => sum + gross, 0n)).toBe(account.realised);
          expect(trades.reduce((sum, { fees }) => sum + fees, 0n)).toBe(account.fees);
        },
      ),
    );
  });
});
