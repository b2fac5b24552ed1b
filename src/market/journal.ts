/**
 * What a run decided, ordered and filled. Rows are complete in themselves: names, decimals as text, times in
 * microseconds. The digest of a run is taken over decisions, orders, fills and equity.
 */
import type { EvidenceGrade } from './fill.ts';
import type { OrderReason, OrderState, TimeInForce } from './order.ts';
import type { Micros } from './units.ts';

/** Where on the tapes a row was caused: the frame being processed. */
export interface Cause {
  /** The engine's time. */
  readonly time: Micros;
  /** Position of the tape among the run's tapes. */
  readonly tape: number;
  readonly frame: number;
}

export interface DecisionRow extends Cause {
  readonly decisionId: number;
  readonly instrument: string;
  readonly action: string;
  readonly reason: string;
  readonly confidence: number | null;
  readonly features: Readonly<Record<string, number | string | boolean | null>>;
}

/** One row per step in an order's life. */
export interface OrderRow extends Cause {
  readonly orderId: number;
  readonly step:
    | 'held'
    | 'placed'
    | 'accepted'
    | 'filled'
    | 'cancel_sent'
    | 'amend_sent'
    | 'amended'
    | 'refused'
    | 'ended';
  readonly state: OrderState;
  readonly reason: OrderReason | '';
  readonly instrument: string;
  /** As `price`, in YES terms whatever the outcome. */
  readonly side: 'buy' | 'sell';
  readonly outcome: 'yes' | 'no';
  /** Decimal text; empty for a market order. */
  readonly price: string;
  readonly size: string;
  readonly filled: string;
  readonly timeInForce: TimeInForce;
  /** Null unless gtd. */
  readonly expiresAt: Micros | null;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  readonly cancelOnPause: boolean;
  /** Empty: none. */
  readonly orderGroup: string;
  /** Kind, price or distance (YES terms), and what it looks at; empty: none. */
  readonly trigger: string;
  readonly tag: string;
  readonly decisionId: number;
  /** The venue's time of the step; null for what the desk did. */
  readonly venueTime: Micros | null;
  readonly queueAhead: string | null;
}

export interface FillRow extends Cause {
  readonly fillId: number;
  /** 0 for a settlement. */
  readonly orderId: number;
  readonly kind: 'trade' | 'settlement';
  readonly venueTime: Micros;
  readonly instrument: string;
  /** As `price`, in YES terms whatever the outcome. */
  readonly side: 'buy' | 'sell';
  readonly outcome: 'yes' | 'no';
  readonly size: string;
  readonly price: string;
  readonly fee: string;
  readonly liquidity: 'maker' | 'taker' | '';
  readonly grade: EvidenceGrade | '';
  readonly evidenceFrame: number;
  readonly queueAtArrival: string;
  readonly queueAtFill: string;
  readonly available: string;
  /** Best bid and ask as the desk saw them when it learnt of the fill; empty if none. */
  readonly bid: string;
  readonly ask: string;
  /** Signed, after this fill. */
  readonly position: string;
  readonly tag: string;
}

export interface EquityRow extends Cause {
  readonly cash: string;
  readonly positionValue: string;
  readonly realised: string;
  readonly unrealised: string;
  readonly fees: string;
  readonly equity: string;
}

/**
 * Best prices of a market in which the run has placed orders, or of which it has told a probability: on the equity grid, when an
 * order is held, placed or accepted, and with a probability; only when they changed.
 */
export interface QuoteRow extends Cause {
  readonly instrument: string;
  /** Empty if that side is empty, or the book unusable. */
  readonly bid: string;
  readonly ask: string;
  /** Empty before the first trade. */
  readonly last: string;
}

/**
 * gap / recovered: a book became unusable, or usable again · work: what a working order does, and why · remark: said by the
 * strategy · ask: what it wants to know from outside · risk: what the risk gate refused or did, its rule first · stopped,
 * halted, resumed, limits: what happened to the session.
 */
export interface NoteRow extends Cause {
  readonly kind: 'gap' | 'recovered' | 'work' | 'remark' | 'ask' | 'risk' | 'stopped' | 'halted' | 'resumed' | 'limits';
  /** Empty if it concerns none. */
  readonly instrument: string;
  readonly text: string;
}

export interface JournalRows {
  decisions: DecisionRow;
  orders: OrderRow;
  fills: FillRow;
  equity: EquityRow;
  quotes: QuoteRow;
  notes: NoteRow;
}

export type JournalTable = keyof JournalRows;

export interface Journal {
  write<T extends JournalTable>(table: T, row: JournalRows[T]): void;
}
