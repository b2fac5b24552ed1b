import { expect, it } from 'vitest';
import type { OrderRow } from '../../src/market/journal.ts';
import { readOrderLives } from '../../src/reports/order-lives.ts';
import { JournalWriter } from '../../src/tape/journal-file.ts';
import { RunTables } from '../../src/tape/journal-read.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();

it('an order that was made smaller and then filled to that size is whole, one that was cancelled half filled is not', async () => {
  const journal = new JournalWriter(folder());
  let time = Date.UTC(2026, 4, 14, 12) * 1000;
  const row = (orderId: number, step: OrderRow['step'], state: OrderRow['state'], size: string, filled = '0') =>
    journal.write('orders', {
      ...{ time: ++time, tape: 0, frame: 1, orderId, step, state, reason: '', instrument: 'A', side: 'buy' },
      ...{ outcome: 'yes', price: '0.55', size, filled, timeInForce: 'gtc', expiresAt: null, postOnly: false },
      ...{ reduceOnly: false, cancelOnPause: false, orderGroup: '', trigger: '', tag: '', decisionId: 0 },
      ...{ venueTime: time, queueAhead: null },
    });
  row(1, 'placed', 'pending', '10');
  row(1, 'accepted', 'open', '10');
  row(1, 'amended', 'open', '4');
  row(1, 'filled', 'filled', '4', '4');
  row(2, 'placed', 'pending', '10');
  row(2, 'accepted', 'open', '10');
  row(2, 'filled', 'open', '10', '4');
  row(2, 'ended', 'cancelled', '10', '4');
  await journal.finish();
  const tables = await RunTables.open(folder());
  const { size, filled, whole } = await readOrderLives(tables, [], new Map(), time);
  tables.close();
  expect([...size].map((units) => units / 1e8)).toEqual([10, 10]);
  expect([...filled].map((units) => units / 1e8)).toEqual([4, 4]);
  expect([...whole]).toEqual([1, 0]);
});
