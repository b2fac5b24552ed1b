import { setTimeout } from 'node:timers/promises';
import type { Micros } from '../market/units.ts';

/** Node's timers hold 31 bits; a longer one would be due at once. */
const WAIT_MAX = 2 ** 31 - 1;

/** Lets tape time run as many times as fast as the clock on the wall. */
export class Pace {
  readonly #speed: number;
  readonly #signal: AbortSignal | undefined;
  #tapeStart = Number.NaN;
  #wallStart = 0;

  constructor(speed: number, signal?: AbortSignal) {
    if (!(speed > 0 && Number.isFinite(speed))) throw new Error(`speed ${speed}: must be a number above 0`);
    this.#speed = speed;
    this.#signal = signal;
  }

  /** Waits until tape time `time` is due; returns the tape time that is due by now. Throws the signal's reason. */
  async reach(time: Micros): Promise<Micros> {
    if (Number.isNaN(this.#tapeStart)) {
      this.#tapeStart = time;
      this.#wallStart = performance.now();
    }
    for (;;) {
      const wait = (time - this.#tapeStart) / 1000 / this.#speed - (performance.now() - this.#wallStart);
      if (wait <= 0) break;
      await setTimeout(Math.min(wait, WAIT_MAX), undefined, { signal: this.#signal }).catch(() =>
        this.#signal?.throwIfAborted(),
      );
    }
    return Math.max(time, this.#tapeStart + (performance.now() - this.#wallStart) * 1000 * this.#speed);
  }
}
