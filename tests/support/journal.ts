import type { Journal, JournalRows, JournalTable } from '../../src/market/journal.ts';

/** A journal in memory: what was written, by table and in order. */
export class MemoryJournal implements Journal {
  /** Every row as one line of text, in the order of writing. */
  readonly lines: string[] = [];
  readonly #tables = new Map<JournalTable, unknown[]>();

  write<T extends JournalTable>(table: T, row: JournalRows[T]): void {
    this.lines.push(`${table} ${JSON.stringify(row)}`);
    const rows = this.#tables.get(table) ?? [];
    rows.push({ ...row });
    this.#tables.set(table, rows);
  }

  rows<T extends JournalTable>(table: T): readonly JournalRows[T][] {
    return (this.#tables.get(table) ?? []) as JournalRows[T][];
  }
}
