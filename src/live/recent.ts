import type {
  DecisionRow,
  EquityRow,
  FillRow,
  Journal,
  JournalRows,
  JournalTable,
  NoteRow,
  OrderRow,
} from '../market/journal.ts';
import { isFinal } from '../market/order.ts';

const KEPT = 20;
const sent: ReadonlySet<OrderRow['step']> = new Set(['placed', 'cancel_sent', 'amend_sent']);
const answered: ReadonlySet<OrderRow['step']> = new Set(['accepted', 'filled', 'amended', 'refused', 'ended']);

/** Totals of the whole session. */
export interface Counts {
  decisions: number;
  /** Orders sent to the venue. */
  placed: number;
  cancelled: number;
  /** Orders filled whole. */
  filled: number;
  /** By the venue. */
  rejected: number;
  /** By the risk gate. */
  blocked: number;
  fills: number;
}

/** The last rows of a journal and its totals: all that screens need, in memory that does not grow. */
export class Recent implements Journal {
  /** Newest last. */
  readonly decisions: DecisionRow[] = [];
  readonly fills: FillRow[] = [];
  readonly notes: NoteRow[] = [];
  equity: EquityRow | undefined;
  readonly counts: Counts = { decisions: 0, placed: 0, cancelled: 0, filled: 0, rejected: 0, blocked: 0, fills: 0 };
  /** The last row of each order that is not final, in the order of placing. */
  readonly open = new Map<number, OrderRow>();
  /** Why the strategy was stopped; undefined if it was not. */
  stopped: string | undefined;
  #requests = 0;
  /** Orders with a request that the venue has not answered, and its number; oldest first. */
  readonly #inFlight = new Map<number, number>();

  /** Number of the oldest request that the venue has not answered; undefined if there is none. */
  get unanswered(): number | undefined {
    const [oldest] = this.#inFlight.values();
    return oldest;
  }

  write<T extends JournalTable>(table: T, row: JournalRows[T]): void {
    if (table === 'decisions') this.#decision(row as DecisionRow);
    else if (table === 'orders') this.#order(row as OrderRow);
    else if (table === 'fills') this.#fill(row as FillRow);
    else if (table === 'equity') this.equity = row as EquityRow;
    else if (table === 'notes') this.#note(row as NoteRow);
  }

  #decision(row: DecisionRow): void {
    this.counts.decisions++;
    keep(this.decisions, row);
  }

  #order(row: OrderRow): void {
    const { orderId, step, state, reason } = row;
    if (isFinal(state)) this.open.delete(orderId);
    else this.open.set(orderId, row);
    if (sent.has(step)) {
      this.#inFlight.delete(orderId);
      this.#inFlight.set(orderId, ++this.#requests);
    } else if (answered.has(step)) this.#inFlight.delete(orderId);
    const { counts } = this;
    if (step === 'placed') counts.placed++;
    else if (isBlock(row)) counts.blocked++;
    else if (step === 'filled' && state === 'filled') counts.filled++;
    else if (step === 'ended' && state === 'cancelled') counts.cancelled++;
    else if (step === 'ended' && state === 'rejected' && reason !== '') counts.rejected++;
  }

  #fill(row: FillRow): void {
    this.counts.fills++;
    keep(this.fills, row);
  }

  #note(row: NoteRow): void {
    keep(this.notes, row);
    if (row.kind === 'stopped') this.stopped = row.text;
  }
}

/** An order, or a change of one, that the risk gate did not let through. */
export function isBlock({ reason }: OrderRow): boolean {
  return reason.startsWith('risk_');
}

function keep<Row>(rows: Row[], row: Row): void {
  rows.push(row);
  if (rows.length > KEPT) rows.shift();
}
