import type { Journal, JournalRows, JournalTable } from '../market/journal.ts';

/** Journals that look on. What one of them throws is its own: the others and the engine go on. */
export class Watchers implements Journal {
  readonly #watchers: readonly (readonly [string, Journal])[];
  /** Why a watcher failed at the last row, by name. */
  readonly #failures = new Map<string, string>();

  constructor(watchers: Readonly<Record<string, Journal>>) {
    this.#watchers = Object.entries(watchers);
  }

  /** Empty when each of them took the last row. */
  get trouble(): string {
    return [...this.#failures].map(([name, why]) => `${name}: ${why}`).join('; ');
  }

  write<T extends JournalTable>(table: T, row: JournalRows[T]): void {
    for (const [name, watcher] of this.#watchers) {
      try {
        watcher.write(table, row);
        if (this.#failures.size > 0) this.#failures.delete(name);
      } catch (error) {
        this.#failures.set(name, (error as Error).message);
      }
    }
  }
}
