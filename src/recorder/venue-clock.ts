/** Messages are looked at this often, milliseconds: enough for a median, and nothing to a busy connection. */
const SAMPLE_MS = 10;

/** What a minute of messages says of the venue's clock against ours. Milliseconds; least: what the line itself cannot be. */
export interface ClockReading {
  readonly least: number;
  readonly median: number;
  readonly messages: number;
}

/**
 * Arrival less the venue's own times. Queues and lines only ever add to it, so a least below zero is a clock that runs
 * behind the venue's, and a least that moves is a clock that was set.
 */
export class VenueClock {
  #lags: number[] = [];
  #sampledAt = Number.NEGATIVE_INFINITY;

  /** Whether it is time for another message; `now` is monotonic, milliseconds. */
  isDue(now: number): boolean {
    return now - this.#sampledAt >= SAMPLE_MS;
  }

  /** Both times in milliseconds since 1970 UTC; NaN for a message without one is passed over. */
  add(now: number, arrivedAt: number, venueAt: number): void {
    if (Number.isNaN(venueAt)) return;
    this.#sampledAt = now;
    this.#lags.push(arrivedAt - venueAt);
  }

  /** The reading since the last one; undefined if no message told its time. */
  take(): ClockReading | undefined {
    const lags = this.#lags.sort((a, b) => a - b);
    this.#lags = [];
    if (lags.length === 0) return undefined;
    return { least: round(lags[0]), median: round(lags[lags.length >> 1]), messages: lags.length };
  }
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
