import type { Micros } from '../market/units.ts';

interface Timer {
  readonly at: Micros;
  readonly sequence: number;
  readonly due: Due;
}

/** The tag of a strategy's timer, or what the desk itself does then. */
type Due = string | (() => void);

/** Due times in order; equal times in the order in which they were set. A binary heap. */
export class Timers {
  nextAt: Micros = Number.POSITIVE_INFINITY;
  readonly #heap: Timer[] = [];
  #sequence = 0;

  set(at: Micros, due: Due): void {
    const heap = this.#heap;
    const timer = { at, sequence: this.#sequence++, due };
    let i = heap.push(timer) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (before(heap[parent], timer)) break;
      heap[i] = heap[parent];
      i = parent;
    }
    heap[i] = timer;
    this.nextAt = heap[0].at;
  }

  /** Takes out the first timer and returns what is due. Only when `nextAt` is finite. */
  take(): Due {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop() as Timer;
    if (heap.length > 0) this.#sink(last);
    this.nextAt = heap.length > 0 ? heap[0].at : Number.POSITIVE_INFINITY;
    return first.due;
  }

  #sink(timer: Timer): void {
    const heap = this.#heap;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
      if (before(timer, heap[child])) break;
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = timer;
  }
}

function before(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.sequence < b.sequence);
}
