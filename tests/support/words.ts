import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { eventKindNames, gapNames } from '../../src/market/event.ts';
import type { StampedRow } from './events.ts';

/** Rows as short words: "bookLevel buy 100 5", "gap sequence". */
export function words(rows: readonly StampedRow[]): string[] {
  return rows.map(({ kind, side, price, size, code }) => {
    const name = eventKindNames[kind];
    if (name === 'gap') return `gap ${gapNames[code]}`;
    if (name === 'bookClear' || name === 'lifecycle') return name;
    return `${name} ${['sell', 'none', 'buy'][side + 1]} ${price} ${size}`;
  });
}

/** All that rows say, a line each, for snapshots: instrument, words, then time, code, flags and text where there are any. */
export function lines(rows: readonly StampedRow[]): string[] {
  return rows.map((row, i) => {
    const { instrument, exchangeAt, code, flags, text } = row;
    const rest = [exchangeAt && `at ${exchangeAt}`, code && `code ${code}`, flags && `flags ${flags}`, text];
    return [`#${instrument} ${words(rows)[i]}`, ...rest.filter(Boolean)].join(' | ');
  });
}

/** The messages of a fixture, as texts. */
export function messagesOf(fixture: string): string[] {
  const path = fileURLToPath(new URL(`../fixtures/${fixture}`, import.meta.url));
  return readFileSync(path, 'utf8').trimEnd().split('\n');
}
