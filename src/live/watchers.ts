import type { Journal, JournalRows, JournalTable } from '../market/journal.ts';

/** Journals that look on. What one of them throws is its own: the others and the engine go on. */
export class Watchers implements Journal {
  /** What failed last, and how often anything did; empty if nothing has. */
  trouble = '';
  readonly #watchers: Readonly<Record<string, Journal>>;
  #errors = 0;

  constructor(watchers: Readonly<Record<string, Journal>>) {
    this.#watchers = watchers;
  }

  write<T extends JournalTable>(table: T, row: JournalRows[T]): void {
    for (const name in this.#watchers) {
      try {
        this.#watchers[name].write(table, row);
      } catch (error) {
        this.#errors++;
        this.trouble = `${name}: ${(error as Error).message} (errors: ${this.#errors})`;
      }
    }
  }
}
