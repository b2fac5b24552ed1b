/** A recording in time-lapse: the socket plays a session of another time, faster than it was. */
export interface TimeLapse {
  /** Time at which the clock begins, nanoseconds since 1970 UTC. */
  readonly from: bigint;
  /** Times as fast as time goes. */
  readonly speed: number;
}

/** Nanoseconds. The machine's clock is read in milliseconds, and the two clocks not quite at once. */
const NOISE = 10e6;
/** Nanoseconds. Further apart than this is a clock that was set, or a machine that slept, and the tape says so. */
const JUMP = 1e9;
/** Of the speed of time; as much as adjtime(3) corrects a clock by, so that distances between stamps stay true. */
const CORRECTION = 0.0005;
const HALF_SPEED = 0.5;

/**
 * Arrival stamps: nanoseconds since 1970 UTC that never step back, whatever happens to the machine's clock. The monotonic
 * clock counts; `follow` brings it back to the machine's, from which it departs when that is set, and when the machine
 * sleeps.
 */
export class ArrivalClock {
  readonly #timeLapse: TimeLapse | undefined;
  /** The stamp at `#since`, and before the first one what it must not be below. */
  #from: bigint;
  /** Of the monotonic clock; undefined before the first stamp. */
  #since: bigint | undefined;
  #speed = 1;

  /** `notBefore`: where a tape that is gone on with has arrived, nanoseconds since 1970 UTC. */
  constructor(notBefore: bigint, timeLapse?: TimeLapse) {
    this.#from = notBefore;
    this.#timeLapse = timeLapse;
  }

  now(): bigint {
    return this.#stampAt(process.hrtime.bigint());
  }

  /**
   * Looks at the machine's clock; to be called every second or so. Stamps that are behind jump ahead, stamps that are
   * ahead run slower until it has caught up. Returns what is to be said about it, if it is more than a correction.
   */
  follow(): string | undefined {
    if (this.#timeLapse) return undefined;
    const monotonic = process.hrtime.bigint();
    const stamp = this.#stampAt(monotonic);
    const machine = machineTime();
    const ahead = Number(machine - stamp);
    const wasSlow = this.#speed === HALF_SPEED;
    const isSlow = ahead < -JUMP;
    const jumps = ahead > JUMP;
    this.#since = monotonic;
    this.#from = jumps ? machine : stamp;
    this.#speed = isSlow ? HALF_SPEED : jumps || Math.abs(ahead) < NOISE ? 1 : 1 + Math.sign(ahead) * CORRECTION;
    if (jumps) return `the machine's clock is ${seconds(ahead)} s ahead of the stamps: they go on from there`;
    if (isSlow && !wasSlow) {
      return `the machine's clock is ${seconds(-ahead)} s behind the stamps: they run at half speed until it has caught up`;
    }
    return wasSlow && !isSlow ? 'stamps are the time of the machine again' : undefined;
  }

  #stampAt(monotonic: bigint): bigint {
    if (this.#since === undefined) {
      this.#since = monotonic;
      const start = machineTime();
      if (this.#timeLapse) {
        if (this.#timeLapse.from > this.#from) this.#from = this.#timeLapse.from;
        this.#speed = this.#timeLapse.speed;
      } else if (start > this.#from) this.#from = start;
    }
    return this.#from + BigInt(Math.round(Number(monotonic - this.#since) * this.#speed));
  }
}

function machineTime(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

function seconds(nanoseconds: number): string {
  return (nanoseconds / 1e9).toFixed(1);
}
