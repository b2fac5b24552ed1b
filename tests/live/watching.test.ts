/** What is kept of a journal for screens and alerts. */
import { describe, expect, it } from 'vitest';
import { EquityLine } from '../../src/live/equity-line.ts';
import { newsOf } from '../../src/live/news.ts';
import { Recent } from '../../src/live/recent.ts';
import { Watchers } from '../../src/live/watchers.ts';
import { rest, session } from '../risk/session.ts';
import { decisionRow, equityRow, fillRow, noteRow, orderRow } from '../support/rows.ts';

describe('recent rows', () => {
  it('are the last twenty, with the totals of all', () => {
    const recent = new Recent();
    for (let i = 1; i <= 1000; i++) {
      recent.write('decisions', decisionRow({ decisionId: i }));
      recent.write('fills', fillRow({ fillId: i }));
    }
    expect(recent.decisions.map(({ decisionId }) => decisionId)).toEqual(Array.from({ length: 20 }, (_, i) => 981 + i));
    expect(recent.fills).toHaveLength(20);
    expect(recent.counts).toMatchObject({ decisions: 1000, fills: 1000 });
  });

  it('know the orders that are not final, and how the others ended', () => {
    const recent = new Recent();
    const step = (orderId: number, more: Parameters<typeof orderRow>[0]) =>
      recent.write('orders', orderRow({ orderId, ...more }));
    for (const orderId of [1, 2, 3, 4]) step(orderId, { step: 'placed', state: 'pending' });
    step(1, { step: 'accepted', state: 'open' });
    step(2, { step: 'filled', state: 'filled' });
    step(3, { step: 'ended', state: 'cancelled', reason: 'requested' });
    step(4, { step: 'ended', state: 'rejected', reason: 'insufficient_cash' });
    expect([...recent.open.keys()]).toEqual([1]);
    expect(recent.counts).toMatchObject({ placed: 4, filled: 1, cancelled: 1, rejected: 1, blocked: 0 });
  });

  it('know the oldest request that has no answer', () => {
    const recent = new Recent();
    expect(recent.unanswered).toBeUndefined();
    recent.write('orders', orderRow({ orderId: 1 }));
    recent.write('orders', orderRow({ orderId: 2 }));
    expect(recent.unanswered).toBe(1);
    recent.write('orders', orderRow({ orderId: 1, step: 'accepted', state: 'open' }));
    expect(recent.unanswered).toBe(2);
    recent.write('orders', orderRow({ orderId: 1, step: 'cancel_sent', state: 'open' }));
    recent.write('orders', orderRow({ orderId: 2, step: 'ended', state: 'rejected', reason: 'would_cross' }));
    expect(recent.unanswered).toBe(3);
  });
});

describe('the equity line', () => {
  it('holds the whole session in a few hundred points, the newest value last', () => {
    const line = new EquityLine();
    const seconds = 100_000;
    for (let i = 0; i < seconds; i++) line.write('equity', equityRow(i, String(1000 + i)));
    const { points } = line;
    expect(points.length).toBeLessThanOrEqual(301);
    expect(points.length).toBeGreaterThan(140);
    expect(points.at(-1)?.[1]).toBe(1000 + seconds - 1);
    const steps = points.slice(1).map(([time], i) => time - points[i][0]);
    expect(Math.min(...steps)).toBeGreaterThan(0);
    expect(points[0][1]).toBeLessThan(1000 + seconds / 100);
  });

  it('shows a value that changes within a second as it is now', () => {
    const line = new EquityLine();
    line.write('equity', equityRow(0.1, '1000'));
    line.write('equity', equityRow(0.2, '900'));
    expect(line.points.map(([, equity]) => equity)).toEqual([900]);
  });
});

describe('news', () => {
  it.each([
    ['entry', 'buy', '10.00', '10.00'],
    ['entry', 'buy', '10.00', '25.00'],
    ['exit', 'buy', '10.00', '-5.00'],
    ['exit', 'sell', '10.00', '0.00'],
    ['exit', 'sell', '10.00', '-2.00'],
    ['entry', 'sell', '10.00', '-10.00'],
    ['exit', 'sell', '0.30', '0.10'],
  ] as const)('is an %s after %s %s that makes a position of %s', (kind, side, size, position) => {
    expect(newsOf('fills', fillRow({ side, size, position }))?.kind).toBe(kind);
  });

  it('says what was traded, and when', () => {
    expect(newsOf('fills', fillRow())?.text).toBe(
      'entry: bought 10.00 kalshi:MARKET at 0.5300, fee 0.18, position 10.00, 18:08:19 UTC',
    );
    const settled = fillRow({ kind: 'settlement', side: 'sell', price: '1.0000', position: '0.00', fee: '0' });
    expect(newsOf('fills', settled)?.text).toMatch(/^exit: settled 10.00 kalshi:MARKET at 1.0000/);
  });

  it('is what the risk gate refuses, an error of the strategy, a halt and its end', () => {
    const refused = orderRow({ step: 'ended', state: 'rejected', reason: 'risk_position' });
    expect(newsOf('orders', refused)).toEqual({
      kind: 'block',
      text: 'block: risk_position: buy 10.00 kalshi:MARKET at 0.5300',
    });
    const gate = (orderId: number, figures: string) =>
      noteRow({ kind: 'risk', text: `position: order ${orderId} refused, ${figures}`, time: refused.time });
    const notes = [gate(refused.orderId, 'would be 12, limit 10'), gate(refused.orderId + 10, 'would be 30, limit 10')];
    expect(newsOf('orders', refused, notes)?.text).toBe(
      'block: risk_position: buy 10.00 kalshi:MARKET at 0.5300; would be 12, limit 10',
    );
    expect(newsOf('notes', noteRow({ kind: 'stopped', text: 'x is not a function' }))).toEqual({
      kind: 'error',
      text: 'the strategy was stopped: x is not a function',
    });
    expect(newsOf('notes', noteRow({ kind: 'halted', text: 'by HTTP' }))).toEqual({
      kind: 'halt',
      text: 'halted at 18:08:19 UTC: by HTTP',
    });
    expect(newsOf('notes', noteRow({ kind: 'resumed' }))?.kind).toBe('halt');
    const lost = noteRow({ kind: 'risk', text: 'daily_loss: halted, 50 lost' });
    expect(newsOf('notes', lost)).toEqual({ kind: 'halt', text: 'at 18:08:19 UTC daily_loss: halted, 50 lost' });
    expect(newsOf('notes', { ...lost, instrument: 'kalshi:MARKET' })).toBeUndefined();
  });

  it('of what the gate refused has the limit and what broke it, from the note that it wrote', () => {
    const { journal } = session({ orderSize: 5 }, [
      [2, rest(1_000)],
      [3, rest(700)],
    ]);
    const refused = journal.rows('orders').filter(({ reason }) => reason === 'risk_order_size');
    expect(refused.map((row) => newsOf('orders', row, journal.rows('notes'))?.text)).toEqual([
      expect.stringMatching(/^block: risk_order_size: buy 10\.00 .* at 0\.5000; would be 10, limit 5$/),
      expect.stringMatching(/^block: risk_order_size: buy 7\.00 .* at 0\.5000; would be 7, limit 5$/),
    ]);
  });

  it('is not each order, nor what the venue refuses', () => {
    expect(newsOf('orders', orderRow())).toBeUndefined();
    expect(newsOf('orders', orderRow({ step: 'ended', state: 'rejected', reason: 'bad_price' }))).toBeUndefined();
    expect(newsOf('decisions', decisionRow())).toBeUndefined();
    expect(newsOf('notes', noteRow())).toBeUndefined();
  });
});

describe('watchers', () => {
  it('are isolated from one another, and a failure is known until the next row is taken', () => {
    let fails = true;
    const seen: string[] = [];
    const watchers = new Watchers({
      first: {
        write() {
          if (fails) throw new Error('no room');
        },
      },
      second: { write: (table) => seen.push(table) },
    });
    watchers.write('notes', noteRow());
    expect(watchers.trouble).toBe('first: no room');
    expect(seen).toEqual(['notes']);
    fails = false;
    watchers.write('notes', noteRow());
    expect(watchers.trouble).toBe('');
  });
});
