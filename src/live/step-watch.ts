/** How long the engine took for each frame, from its being on the tape to the last order it caused. */
export class StepWatch {
  /** Frames over the budget. */
  slow = 0;
  readonly #budgetMs: number;
  readonly #tell: (text: string) => void;
  /** Milliseconds of the last frames, in a ring. */
  readonly #last = new Float64Array(8192);
  #count = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(budgetMs: number, tell: (text: string) => void) {
    this.#budgetMs = budgetMs;
    this.#tell = tell;
  }

  measure(step: () => void): void {
    const started = performance.now();
    step();
    const took = performance.now() - started;
    this.#last[this.#count++ % this.#last.length] = took;
    if (took > this.#budgetMs) this.#overrun(took, started);
  }

  /** Milliseconds that a share of the last frames stayed below; NaN before the first. */
  quantile(share: number): number {
    const sorted = this.#last.slice(0, Math.min(this.#count, this.#last.length)).sort();
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  }

  /** Told once a minute at most; counted each time. */
  #overrun(took: number, at: number): void {
    this.slow++;
    if (at - this.#toldAt < 60_000) return;
    this.#toldAt = at;
    const text = `one frame took ${took.toFixed(1)} ms, over the strategy's budget of ${this.#budgetMs} ms`;
    // Not within the step: a remark is a frame itself.
    setImmediate(() => this.#tell(text));
  }
}
