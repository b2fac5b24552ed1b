/** A paper session on a terminal and in a log. */
import { describe, expect, it } from 'vitest';
import { paperLine, paperTable } from '../../src/cli/paper-status.ts';
import { Screen } from '../../src/cli/screen.ts';
import { orderRow } from '../support/rows.ts';
import { sessionStatus } from '../support/session-status.ts';
import { FakeTerminal } from '../support/terminal.ts';

describe('the table', () => {
  it('says what is held, ordered and decided, and how it goes', () => {
    expect(paperTable(sessionStatus, 24)).toEqual([
      '',
      'spread_capture on paper: tapes/paper to runs/paper',
      'READY, ok',
      '',
      'equity      1,000.90          tape time  2026-05-13 18:08:19 UTC',
      'P&L         +0.90             orders     12 placed, 4 filled, 3 cancelled',
      'cash        994.70            refused    2 blocked, 1 rejected',
      'realised    0.00              sockets    1 of 1 connected',
      'unrealised  +0.90             feed       99 frames/s, 0 gaps',
      'fees        0.18              engine     0.34 ms p99, 1 slow frame',
      '',
      'positions: 1',
      '  MARKET  NO 10.00  at 0.5300  now 0.6200  +0.90',
      '',
      'open orders: 1',
      '  MARKET  buy 10.00  at 0.5300  filled 0.00  open',
      '',
      'decisions: 1,234',
      '  18:08:19  MARKET  buy_yes  momentum',
      '',
    ]);
  });

  it('shows as many rows as there is room for', () => {
    const orders = Array.from({ length: 50 }, (_, i) => orderRow({ orderId: i }));
    const shown = (rows: number) =>
      paperTable({ ...sessionStatus, orders, orderCount: 80 }, rows).filter((line) => line.includes('filled 0.00'))
        .length;
    expect([shown(24), shown(40), shown(10)]).toEqual([1, 7, 1]);
    expect(paperTable({ ...sessionStatus, orders, orderCount: 80 }, 24)).toContain('open orders: 80');
    const terminal = new FakeTerminal(80, 24);
    new Screen(terminal).draw(paperTable({ ...sessionStatus, orders }, 24));
    expect(terminal.text.join('\n')).toContain('18:08:19  MARKET  buy_yes');
  });

  it('says what is wrong where it is seen first', () => {
    const halted = paperTable({ ...sessionStatus, halted: 'by HTTP' }, 24);
    expect(halted[2]).toBe('! HALTED: by HTTP · READY, ok');
    const failing = { isWell: false, state: 'ERROR', health: 'ERROR: http: the port is closed' } as const;
    expect(paperTable({ ...sessionStatus, ...failing }, 24)[2]).toBe('! ERROR: http: the port is closed');
  });

  it('has nothing to show at the start', () => {
    const empty = { money: null, feed: null, time: null, positions: [], positionCount: 0 };
    const lines = paperTable({ ...sessionStatus, ...empty, steps: { medianMs: null, p99Ms: null, slow: 0 } }, 24);
    expect(lines).toContain('equity      n/a               tape time  n/a');
    expect(lines).toContain('positions: 0');
  });
});

it('is one line in a log', () => {
  expect(paperLine(sessionStatus)).toBe(
    'paper: READY, ok, equity 1,000.90, P&L +0.90, 1 position, 1 open order, 1,234 decisions, 99 frames/s',
  );
});
