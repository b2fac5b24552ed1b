import { MICROS_PER_SECOND, type Micros } from '../market/units.ts';

/** A token in parts so small that `perMinute` of them come in a microsecond: all is integers. */
const TOKEN = 60 * MICROS_PER_SECOND;

/** Full at first; each order takes a token, and time brings them back. */
export class TokenBucket {
  #level = Number.POSITIVE_INFINITY;
  #at: Micros = 0;

  /** False if there is none. */
  take(now: Micros, perMinute: number, burst: number): boolean {
    this.#level = Math.min(burst * TOKEN, this.#level + (now - this.#at) * perMinute);
    this.#at = now;
    if (this.#level < TOKEN) return false;
    this.#level -= TOKEN;
    return true;
  }
}
