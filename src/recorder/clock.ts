/** A recording in time-lapse: the socket plays a session of another time, faster than it was. */
export interface TimeLapse {
  /** Time at which the clock begins, nanoseconds since 1970 UTC. */
  readonly from: bigint;
  /** Times as fast as time goes. */
  readonly speed: number;
}

/**
 * Arrival stamps: nanoseconds since 1970 UTC that never step back. The wall clock is read once, for the first stamp; from
 * there on the monotonic clock counts, so a correction of the machine's time in the middle of a recording cannot reorder
 * frames.
 */
export class ArrivalClock {
  readonly #timeLapse: TimeLapse | undefined;
  #from = 0n;
  #monotonicStart: bigint | undefined;

  constructor(timeLapse?: TimeLapse) {
    this.#timeLapse = timeLapse;
  }

  now(): bigint {
    const monotonic = process.hrtime.bigint();
    if (this.#monotonicStart === undefined) {
      this.#monotonicStart = monotonic;
      this.#from = this.#timeLapse?.from ?? BigInt(Date.now()) * 1_000_000n;
    }
    const elapsed = monotonic - this.#monotonicStart;
    return this.#from + (this.#timeLapse ? BigInt(Math.round(Number(elapsed) * this.#timeLapse.speed)) : elapsed);
  }
}
