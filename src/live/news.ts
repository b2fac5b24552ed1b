import type { FillRow, JournalRows, JournalTable, NoteRow, OrderRow } from '../market/journal.ts';
import { formatTime, type Micros } from '../market/units.ts';
import type { AlertKind } from '../recorder/alerts.ts';
import { isBlock } from './recent.ts';

export interface News {
  readonly kind: AlertKind;
  readonly text: string;
}

/** What people are told of a row of the journal; undefined: nothing. */
export function newsOf<T extends JournalTable>(table: T, row: JournalRows[T]): News | undefined {
  if (table === 'fills') return ofFill(row as FillRow);
  if (table === 'orders') return ofOrder(row as OrderRow);
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

function ofOrder(row: OrderRow): News | undefined {
  if (!isBlock(row)) return undefined;
  const { reason, side, size, instrument, price } = row;
  const at = price === '' ? 'at the market' : `at ${price}`;
  return { kind: 'block', text: `block: ${reason}: ${side} ${size} ${instrument} ${at}` };
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
