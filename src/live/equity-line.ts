import type { Journal, JournalRows, JournalTable } from '../market/journal.ts';
import type { Micros } from '../market/units.ts';

const POINTS_MOST = 300;

/** Seconds since 1970, and equity as a number for drawing. */
export type EquityPoint = readonly [seconds: number, equity: number];

/**
 * The whole session's equity in few points, however long it lasts: when they are too many, every second one goes and new
 * ones come half as often. Each is the last value of its interval.
 */
export class EquityLine implements Journal {
  readonly #points: EquityPoint[] = [];
  #last: EquityPoint | undefined;
  /** Microseconds between points. */
  #every: Micros = 1_000_000;
  /** Start of the interval that the last value belongs to. */
  #interval = Number.NaN;

  /** Oldest first; the last is the newest value. */
  get points(): readonly EquityPoint[] {
    return this.#last ? [...this.#points, this.#last] : [];
  }

  write<T extends JournalTable>(table: T, row: JournalRows[T]): void {
    if (table !== 'equity') return;
    const { time, equity } = row as JournalRows['equity'];
    const interval = Math.floor(time / this.#every);
    if (this.#last && interval !== this.#interval) this.#points.push(this.#last);
    if (this.#points.length >= POINTS_MOST) this.#halve();
    this.#interval = Math.floor(time / this.#every);
    this.#last = [time / 1e6, Number(equity)];
  }

  #halve(): void {
    const kept = this.#points.filter((_, index) => index % 2 === 0);
    this.#points.splice(0, this.#points.length, ...kept);
    this.#every *= 2;
  }
}
