import type { EventBatch } from '../market/event.ts';
import type { Instrument, InstrumentList } from '../market/instrument.ts';

/** From a tape's numbers of instruments to those of the run, which may have several tapes. */
export class Numbering {
  readonly #instruments: InstrumentList;
  readonly #numbers: number[] = [];
  #isSame = true;

  constructor(instruments: InstrumentList) {
    this.#instruments = instruments;
  }

  /** `known`: what the batch's numbers mean; only ever grows. */
  apply(batch: EventBatch, known: readonly Instrument[]): void {
    for (let i = this.#numbers.length; i < known.length; i++) {
      const number = this.#instruments.add(known[i]);
      this.#numbers.push(number);
      this.#isSame &&= number === i;
    }
    if (this.#isSame) return;
    const column = batch.instrument;
    for (let i = 0; i < batch.count; i++) if (column[i] >= 0) column[i] = this.#numbers[column[i]];
  }
}
