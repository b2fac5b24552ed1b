import type { EngineDesk } from '../engine/desk.ts';
import { type Position, unrealisedOf } from '../market/account.ts';
import { moneyPerUnit } from '../market/instrument.ts';
import type { DecisionRow, EquityRow, FillRow, NoteRow, OrderRow } from '../market/journal.ts';
import { formatDecimal, formatMoney, formatTime, moneyToNumber, parseMoney } from '../market/units.ts';
import type { RecorderStatus } from '../recorder/health.ts';
import type { EquityPoint } from './equity-line.ts';
import type { Part } from './monitor.ts';
import type { Counts, Recent } from './recent.ts';
import type { SessionState, Transition } from './state-machine.ts';

/** Of positions and of open orders: more are counted, not listed. */
const LISTED_MOST = 100;

/** All that screens show of a session. Amounts, prices and sizes are decimal texts. */
export interface SessionStatus {
  readonly strategy: string;
  readonly tape: string;
  readonly run: string;
  readonly state: SessionState;
  readonly stateSeconds: number;
  /** READY or ACTING. */
  readonly isWell: boolean;
  /** In one line. */
  readonly health: string;
  /** Why trading is halted; null if it is not. */
  readonly halted: string | null;
  /** Why the strategy was stopped; null if it was not. */
  readonly stopped: string | null;
  /** Of the engine, on the tape; RFC 3339, null before the first frame. */
  readonly time: string | null;
  /** As of the last sample of equity; null before the first. */
  readonly money: MoneyReport | null;
  readonly counts: Readonly<Counts>;
  /** Largest value first. */
  readonly positions: readonly PositionReport[];
  readonly positionCount: number;
  /** Newest first, as those below. */
  readonly orders: readonly OrderRow[];
  readonly orderCount: number;
  readonly decisions: readonly DecisionRow[];
  readonly fills: readonly FillRow[];
  readonly notes: readonly NoteRow[];
  readonly equityLine: readonly EquityPoint[];
  /** Of the engine, for one of the last frames, milliseconds; null before the first. */
  readonly steps: { readonly medianMs: number | null; readonly p99Ms: number | null; readonly slow: number };
  /** Null until the tape is open. */
  readonly feed: RecorderStatus | null;
  readonly parts: readonly Part[];
  readonly history: readonly Transition[];
}

interface MoneyReport
  extends Pick<EquityRow, 'cash' | 'positionValue' | 'realised' | 'unrealised' | 'fees' | 'equity'> {
  /** Equity less the cash at the start. */
  readonly profit: string;
}

export interface PositionReport {
  readonly instrument: string;
  readonly title: string;
  /** Of binary contracts: which side is held, and what follows is in its terms. */
  readonly outcome: 'yes' | 'no' | '';
  /** Signed but for a binary contract. */
  readonly size: string;
  /** Average price paid; null for inverse contracts. */
  readonly price: string | null;
  /** What it is valued at. */
  readonly mark: string;
  readonly unrealised: string;
  readonly realised: string;
  readonly fees: string;
}

/** What the journal told of the session. */
export function reportOf(
  recent: Recent,
): Pick<SessionStatus, 'stopped' | 'counts' | 'orders' | 'orderCount' | 'decisions' | 'fills' | 'notes'> {
  return {
    stopped: recent.stopped ?? null,
    counts: recent.counts,
    orders: [...recent.open.values()].slice(-LISTED_MOST).reverse(),
    orderCount: recent.open.size,
    decisions: recent.decisions.toReversed(),
    fills: recent.fills.toReversed(),
    notes: recent.notes.toReversed(),
  };
}

/**
 * What the desk holds. Reads the account as the last sample of equity left it, and asks the desk for nothing that it would
 * have to work out: valuing positions here would mark them at moments that a replay does not know.
 */
export function holdingsOf(
  desk: EngineDesk | undefined,
  equity: EquityRow | undefined,
): Pick<SessionStatus, 'halted' | 'time' | 'money' | 'positions' | 'positionCount'> {
  if (desk === undefined) return { halted: null, time: null, money: null, positions: [], positionCount: 0 };
  const held = [...desk.account.positions].filter(({ size }) => size !== 0);
  const weight = (position: Position) => Math.abs(moneyToNumber(position.cost + unrealisedOf(position)));
  const largest = held.map((position) => ({ position, weight: weight(position) })).sort((a, b) => b.weight - a.weight);
  return {
    halted: desk.risk.haltReason ?? null,
    time: desk.now > 0 ? formatTime(desk.now) : null,
    money: equity ? moneyReport(equity, desk) : null,
    positions: largest.slice(0, LISTED_MOST).map(({ position }) => positionReport(position)),
    positionCount: held.length,
  };
}

function moneyReport(row: EquityRow, desk: EngineDesk): MoneyReport {
  const { cash, positionValue, realised, unrealised, fees, equity } = row;
  const profit = formatMoney(parseMoney(equity) - desk.account.start);
  return { cash, positionValue, realised, unrealised, fees, equity, profit };
}

function positionReport(position: Position): PositionReport {
  const { instrument, size, realised, fees, mark } = position;
  const { id, kind, title = '', priceDecimals, sizeDecimals } = instrument;
  const isBinary = kind === 'binary';
  const isNo = isBinary && size < 0;
  const one = 10 ** priceDecimals;
  const inTerms = (price: number) => formatDecimal(Math.round(isNo ? one - price : price), priceDecimals);
  const average = moneyToNumber(position.cost) / (moneyToNumber(moneyPerUnit(instrument)) * size);
  const outcome = isNo ? 'no' : 'yes';
  return {
    instrument: id,
    title,
    outcome: isBinary ? outcome : '',
    size: formatDecimal(isNo ? -size : size, sizeDecimals),
    price: instrument.inverse ? null : inTerms(average),
    mark: inTerms(mark),
    unrealised: formatMoney(unrealisedOf(position)),
    realised: formatMoney(realised),
    fees: formatMoney(fees),
  };
}
