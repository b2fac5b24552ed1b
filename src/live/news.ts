import type { FillRow, JournalRows, JournalTable, NoteRow, OrderRow } from '../market/journal.ts';
import { formatTime, type Micros } from '../market/units.ts';
import type { AlertKind } from '../recorder/alerts.ts';
import { isBlock } from './recent.ts';

export interface News {
  readonly kind: AlertKind;
  readonly text: string;
}

/** What people are told of a row of the journal; undefined: nothing. `notes` are those before it, newest last. */
export function newsOf<T extends JournalTable>(
  table: T,
  row: JournalRows[T],
  notes: readonly NoteRow[] = [],
): News | undefined {
  if (table === 'fills') return ofFill(row as FillRow);
  if (table === 'orders') return ofOrder(row as OrderRow, notes);
  return table === 'notes' ? ofNote(row as NoteRow) : undefined;
}

function ofFill({ kind, side, size, instrument, price, fee, position, time }: FillRow): News {
  const change = side === 'buy' ? Number(size) : -Number(size);
  // What decimal fractions leave over must not look like a position.
  const before = Math.round((Number(position) - change) * 1e8);
  const isEntry = before * change >= 0;
  const what = kind === 'settlement' ? `settled ${size}` : `${side === 'buy' ? 'bought' : 'sold'} ${size}`;
  return {
    kind: isEntry ? 'entry' : 'exit',
    text: `${isEntry ? 'entry' : 'exit'}: ${what} ${instrument} at ${price}, fee ${fee}, position ${position}, ${clock(time)}`,
  };
}

function ofOrder(row: OrderRow, notes: readonly NoteRow[]): News | undefined {
  if (!isBlock(row)) return undefined;
  const { reason, side, size, instrument, price } = row;
  const at = price === '' ? 'at the market' : `at ${price}`;
  const figures = figuresOf(row, notes);
  return { kind: 'block', text: `block: ${reason}: ${side} ${size} ${instrument} ${at}${figures && `; ${figures}`}` };
}

/** "would be 12, limit 10": what the gate wrote down before it refused; empty if it did not. */
function figuresOf({ orderId, time }: OrderRow, notes: readonly NoteRow[]): string {
  const refused = `order ${orderId} refused, `;
  const note = notes.findLast((each) => each.kind === 'risk' && each.time === time && each.text.includes(refused));
  return note === undefined ? '' : note.text.slice(note.text.indexOf(refused) + refused.length);
}

function ofNote({ kind, text, time, instrument }: NoteRow): News | undefined {
  // What the gate does by itself after losses; of one instrument it only says what it refused.
  if (kind === 'risk' && instrument === '') return { kind: 'halt', text: `at ${clock(time)} ${text}` };
  if (kind === 'stopped') return { kind: 'error', text: `the strategy was stopped: ${text}` };
  if (kind === 'halted') return { kind: 'halt', text: `halted at ${clock(time)}: ${text}` };
  if (kind === 'limits') return { kind: 'halt', text: `limits at ${clock(time)}: ${text}` };
  return kind === 'resumed' ? { kind: 'halt', text: `resumed at ${clock(time)}` } : undefined;
}

/** Makes words differ that would otherwise be told once only. */
function clock(time: Micros): string {
  return `${formatTime(time).slice(11, 19)} UTC`;
}
