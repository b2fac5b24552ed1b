const EVERY_MS = 50;
/** Shorter ones are the noise of a busy machine. */
const STALL_MS = 250;
const SECOND_MS = 1000;

/**
 * Sees when this process could not read for a while: a slow disk, a busy machine, a suspended one. Nothing is lost by
 * it, the venue's connection waits; but what then comes is stamped late.
 */
export class StallWatch {
  readonly #onStall: (milliseconds: number) => void;
  #timer: NodeJS.Timeout | undefined;
  #expectedAt = 0;
  #latest: { readonly at: number; readonly lag: number }[] = [];

  constructor(onStall: (milliseconds: number) => void) {
    this.#onStall = onStall;
  }

  start(): void {
    this.#expectedAt = performance.now() + EVERY_MS;
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** How late this process' timers ran in the last second, at most: what arrival stamps may be off by. Milliseconds. */
  get lagMs(): number {
    return Math.round(this.#latest.reduce((most, { lag }) => Math.max(most, lag), 0));
  }

  #look(): void {
    const now = performance.now();
    const lag = Math.max(0, now - this.#expectedAt);
    this.#expectedAt = now + EVERY_MS;
    this.#latest = [...this.#latest.filter(({ at }) => now - at < SECOND_MS), { at: now, lag }];
    if (lag >= STALL_MS) this.#onStall(Math.round(lag));
  }
}
