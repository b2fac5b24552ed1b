import { setTimeout as sleep } from 'node:timers/promises';
import type { Micros } from '../market/units.ts';

/** Node's timers hold 31 bits; a longer one would be due at once. */
const WAIT_MAX = 2 ** 31 - 1;

/** Lets tape time run as many times as fast as the clock on the wall. */
export class Pace {
  readonly #speed: number;
  #tapeStart = Number.NaN;
  #wallStart = 0;

  constructor(speed: number) {
    if (!(speed > 0 && Number.isFinite(speed))) throw new Error(`speed ${speed}: must be a number above 0`);
    this.#speed = speed;
  }

  /** Waits until tape time `time` is due, or `signal` aborts; returns the tape time that is due by now. */
  async reach(time: Micros, signal?: AbortSignal): Promise<Micros> {
    if (Number.isNaN(this.#tapeStart)) {
      this.#tapeStart = time;
      this.#wallStart = performance.now();
    }
    while (!signal?.aborted) {
      const wait = (time - this.#tapeStart) / 1000 / this.#speed - (performance.now() - this.#wallStart);
      if (wait <= 0) break;
      await sleep(Math.min(wait, WAIT_MAX), undefined, { signal }).catch(() => undefined);
    }
    return Math.max(time, this.#tapeStart + (performance.now() - this.#wallStart) * 1000 * this.#speed);
  }
}
