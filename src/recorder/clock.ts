/** A recording in time-lapse: the socket plays a session of another time, faster than it was. */
export interface TimeLapse {
  /** Time at which the clock begins, nanoseconds since 1970 UTC. */
  readonly from: bigint;
  /** Times as fast as time goes. */
  readonly speed: number;
}

/**
 * Arrival stamps: nanoseconds since 1970 UTC that never step back. The wall clock is read once; from there on the
 * monotonic clock counts, so a correction of the machine's time in the middle of a recording cannot reorder frames.
 */
export class ArrivalClock {
  readonly #from: bigint;
  readonly #speed: number;
  readonly #monotonicStart = process.hrtime.bigint();

  constructor({ from, speed }: TimeLapse = { from: BigInt(Date.now()) * 1_000_000n, speed: 1 }) {
    this.#from = from;
    this.#speed = speed;
  }

  now(): bigint {
    const elapsed = process.hrtime.bigint() - this.#monotonicStart;
    return this.#from + (this.#speed === 1 ? elapsed : BigInt(Math.round(Number(elapsed) * this.#speed)));
  }
}
