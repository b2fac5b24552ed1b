import { type EventBatch, EventFlag, EventKind, StatisticCode } from '../market/event.ts';
import { MICROS_PER_SECOND, type Micros, type Size } from '../market/units.ts';

/** Seconds that count as recent. */
const WINDOW = 60;

/** What has traded in one market within the last minute, to the second, and who says so. */
export class RecentVolume {
  readonly #prints = new MinuteSum();
  /** Growth of the venue's own count. */
  readonly #growth = new MinuteSum();
  #count = Number.NaN;
  #countAt: Micros = Number.NEGATIVE_INFINITY;

  /** Takes in a trade or a statistic. */
  take(batch: EventBatch, i: number): void {
    if (batch.kind[i] === EventKind.trade) {
      // What is inferred comes from the venue's count; what is off the book passes by who rests in it.
      if ((batch.flags[i] & (EventFlag.inferred | EventFlag.offBook)) === 0)
        this.#prints.add(batch.receivedAt[i], batch.size[i]);
    } else if (batch.code[i] === StatisticCode.volume) this.#takeCount(batch.receivedAt[i], batch.size[i]);
  }

  /** The source is the prints if there are any, otherwise the venue's count. */
  at(now: Micros): { readonly size: Size; readonly source: 'prints' | 'volume statistic' } {
    const printed = this.#prints.at(now);
    return printed > 0
      ? { size: printed, source: 'prints' }
      : { size: this.#growth.at(now), source: 'volume statistic' };
  }

  /** Growth over a longer time than the window is not all recent, so that it does not count. */
  #takeCount(now: Micros, count: Size): void {
    if (count > this.#count && now - this.#countAt <= WINDOW * MICROS_PER_SECOND)
      this.#growth.add(now, count - this.#count);
    this.#count = count;
    this.#countAt = now;
  }
}

class MinuteSum {
  readonly #bySecond = new Float64Array(WINDOW);
  #second = 0;
  #sum: Size = 0;

  add(now: Micros, size: Size): void {
    this.#moveTo(now);
    this.#bySecond[this.#second % WINDOW] += size;
    this.#sum += size;
  }

  at(now: Micros): Size {
    this.#moveTo(now);
    return this.#sum;
  }

  #moveTo(now: Micros): void {
    const second = Math.floor(now / MICROS_PER_SECOND);
    // All that is older than the window goes: each second once.
    this.#second = Math.max(this.#second, second - WINDOW);
    while (this.#second < second) {
      const slot = ++this.#second % WINDOW;
      this.#sum -= this.#bySecond[slot];
      this.#bySecond[slot] = 0;
    }
  }
}
