import { MICROS_PER_SECOND, type Micros } from '../market/units.ts';

/** One of the two lines of a recording. */
export type LineNumber = 0 | 1;

export function otherThan(line: LineNumber): LineNumber {
  return line === 0 ? 1 : 0;
}

/**
 * For how long (tape time) what one line told is kept for the other to tell. A recorder closes a line that is silent for
 * half a minute, so one that is a minute behind is no line any more; and a line that is away costs a minute of memory.
 */
const KEPT_FOR = 60 * MICROS_PER_SECOND;

interface Waiting {
  readonly toldBy: LineNumber;
  count: number;
  readonly at: Micros;
  readonly exchangeAt: Micros;
}

/**
 * Matches what two lines tell: the k-th occurrence of a text on one is the k-th on the other. Only what one line is ahead
 * of the other is kept.
 */
export class Occurrences {
  /** Oldest first. */
  readonly #waiting = new Map<string, Waiting>();
  /** By line: the venue's last time of what it did not tell while that was kept. */
  readonly #forgotten: [Micros, Micros] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];

  /** `line` tells it; true if the other line had told it. */
  match(line: LineNumber, text: string): boolean {
    const waiting = this.#waiting.get(text);
    if (!waiting || waiting.toldBy === line) return false;
    waiting.count--;
    if (waiting.count === 0) this.#waiting.delete(text);
    return true;
  }

  /** `line` is the first to tell it, at `at`. */
  keep(line: LineNumber, text: string, at: Micros, exchangeAt: Micros): void {
    const waiting = this.#waiting.get(text);
    if (waiting) waiting.count++;
    else this.#waiting.set(text, { toldBy: line, count: 1, at, exchangeAt });
    this.#forget(at - KEPT_FOR);
  }

  /** What `line` tells of that time may have been told by the other, too long ago to know. */
  isForgotten(line: LineNumber, exchangeAt: Micros): boolean {
    return exchangeAt > 0 && exchangeAt <= this.#forgotten[line];
  }

  #forget(before: Micros): void {
    for (const [text, { toldBy, at, exchangeAt }] of this.#waiting) {
      if (at >= before) return;
      const line = otherThan(toldBy);
      this.#forgotten[line] = Math.max(this.#forgotten[line], exchangeAt);
      this.#waiting.delete(text);
    }
  }
}
