import type { SessionStatus } from '../../src/live/status.ts';
import { recorderStatus } from './recorder-status.ts';
import { decisionRow, fillRow, noteRow, orderRow } from './rows.ts';

const START = 1_778_695_698;

/** Of a paper session that goes well. */
export const sessionStatus: SessionStatus = {
  strategy: 'spread_capture',
  tape: 'tapes/paper',
  run: 'runs/paper',
  state: 'READY',
  stateSeconds: 61.5,
  isWell: true,
  health: 'ok',
  halted: null,
  stopped: null,
  time: '2026-05-13T18:08:19.111384Z',
  money: {
    cash: '994.70',
    positionValue: '6.20',
    realised: '0.00',
    unrealised: '0.90',
    fees: '0.18',
    equity: '1000.90',
    profit: '0.90',
  },
  counts: { decisions: 1234, placed: 12, cancelled: 3, filled: 4, rejected: 1, blocked: 2, fills: 5 },
  positions: [
    {
      instrument: 'kalshi:MARKET',
      title: 'Will it rain?',
      outcome: 'no',
      size: '10.00',
      price: '0.5300',
      mark: '0.6200',
      unrealised: '0.90',
      realised: '0.00',
      fees: '0.18',
    },
  ],
  positionCount: 1,
  orders: [orderRow({ state: 'open' })],
  orderCount: 1,
  decisions: [decisionRow()],
  fills: [fillRow()],
  notes: [noteRow()],
  equityLine: [
    [START, 1000],
    [START + 60, 999.5],
    [START + 120, 1000.9],
  ],
  steps: { medianMs: 0.012, p99Ms: 0.34, slow: 1 },
  feed: recorderStatus,
  parts: [
    { name: 'events', isCritical: true, trouble: '' },
    { name: 'alerts', isCritical: false, trouble: '' },
  ],
  history: [
    { from: 'STARTUP', to: 'INITIALIZING', reason: 'the session starts', at: '2026-05-13T18:08:18.000Z', times: 1 },
  ],
};
