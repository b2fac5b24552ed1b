/** Rows of a journal, as a session writes them. */
import type { DecisionRow, EquityRow, FillRow, NoteRow, OrderRow } from '../../src/market/journal.ts';

/** 2026-05-13T18:08:19Z */
const TIME = 1_778_695_699_000_000;
const cause = { time: TIME, tape: 0, frame: 7 };

export const decisionRow = (more: Partial<DecisionRow> = {}): DecisionRow => ({
  ...cause,
  decisionId: 1,
  instrument: 'kalshi:MARKET',
  action: 'buy_yes',
  reason: 'momentum',
  confidence: 0.7,
  features: {},
  ...more,
});

export const orderRow = (more: Partial<OrderRow> = {}): OrderRow => ({
  ...cause,
  orderId: 1,
  step: 'placed',
  state: 'pending',
  reason: '',
  instrument: 'kalshi:MARKET',
  side: 'buy',
  outcome: 'yes',
  price: '0.5300',
  size: '10.00',
  filled: '0.00',
  timeInForce: 'gtc',
  expiresAt: null,
  postOnly: false,
  reduceOnly: false,
  cancelOnPause: false,
  orderGroup: '',
  trigger: '',
  tag: 'entry',
  decisionId: 1,
  venueTime: null,
  queueAhead: null,
  ...more,
});

export const fillRow = (more: Partial<FillRow> = {}): FillRow => ({
  ...cause,
  fillId: 1,
  orderId: 1,
  kind: 'trade',
  venueTime: TIME,
  instrument: 'kalshi:MARKET',
  side: 'buy',
  outcome: 'yes',
  size: '10.00',
  price: '0.5300',
  fee: '0.18',
  liquidity: 'taker',
  grade: 'walked_depth',
  evidenceFrame: 7,
  queueAtArrival: '',
  queueAtFill: '',
  available: '',
  bid: '0.5200',
  ask: '0.5300',
  position: '10.00',
  tag: 'entry',
  ...more,
});

export const equityRow = (seconds: number, equity: string): EquityRow => ({
  ...cause,
  time: TIME + seconds * 1_000_000,
  cash: '994.70',
  positionValue: '5.30',
  realised: '0.00',
  unrealised: '0.00',
  fees: '0.18',
  equity,
});

export const noteRow = (more: Partial<NoteRow> = {}): NoteRow => ({
  ...cause,
  kind: 'remark',
  instrument: '',
  text: 'hello',
  ...more,
});
