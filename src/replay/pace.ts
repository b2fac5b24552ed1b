import { setTimeout as sleep } from 'node:timers/promises';
import type { Micros } from '../market/units.ts';

/** Lets tape time run as many times as fast as the clock on the wall. */
export class Pace {
  readonly #speed: number;
  #tapeStart = Number.NaN;
  #wallStart = 0;

  constructor(speed: number) {
    this.#speed = speed;
  }

  /** Waits until tape time `time` is due, or `signal` aborts; returns the tape time that is due by now. */
  async reach(time: Micros, signal?: AbortSignal): Promise<Micros> {
    if (Number.isNaN(this.#tapeStart)) {
      this.#tapeStart = time;
      this.#wallStart = performance.now();
    }
    const wait = (time - this.#tapeStart) / 1000 / this.#speed - (performance.now() - this.#wallStart);
    if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => undefined);
    return Math.max(time, this.#tapeStart + (performance.now() - this.#wallStart) * 1000 * this.#speed);
  }
}
