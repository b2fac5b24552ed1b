import type { Observer } from '../engine/engine.ts';
import type { EventBatch } from '../market/event.ts';
import type { EventSource } from '../market/frame.ts';
import type { InstrumentList } from '../market/instrument.ts';
import type { Micros } from '../market/units.ts';
import { Numbering } from './numbering.ts';

/** Reads one tape's events for whoever sees them, a batch at a time, in the numbering of the run. */
export class TapeCursor {
  batch: EventBatch | undefined;
  /** First row not yet taken; between frames. */
  row = 0;
  /** Time of the frame at `row`; Infinity when the tape has ended. */
  headAt: Micros = Number.NEGATIVE_INFINITY;
  readonly observer: Observer;
  readonly #tape: number;
  readonly #events: EventSource;
  readonly #batches: AsyncGenerator<EventBatch>;
  readonly #numbering: Numbering;

  /** `tape`: its position among the tapes of the run. */
  constructor(events: EventSource, tape: number, observer: Observer, instruments: InstrumentList) {
    this.#events = events;
    this.#batches = events.batches();
    this.#tape = tape;
    this.observer = observer;
    this.#numbering = new Numbering(instruments);
  }

  get needsBatch(): boolean {
    return this.headAt !== Number.POSITIVE_INFINITY && (this.batch === undefined || this.row >= this.batch.count);
  }

  async load(): Promise<void> {
    const next = await this.#batches.next();
    if (next.done) {
      this.batch = undefined;
      this.headAt = Number.POSITIVE_INFINITY;
      return;
    }
    this.batch = next.value;
    this.batch.tape = this.#tape;
    this.#numbering.apply(this.batch, this.#events.instruments);
    this.moveTo(0);
  }

  moveTo(row: number): void {
    this.row = row;
    const batch = this.batch as EventBatch;
    if (row < batch.count) this.headAt = batch.receivedAt[row];
  }

  /** First row whose frame comes after `time` (or at it, unless `inclusive`); at least one frame on. */
  rowAfter(time: Micros, inclusive: boolean): number {
    const batch = this.batch as EventBatch;
    const { receivedAt, count } = batch;
    if (receivedAt[count - 1] < time || (inclusive && receivedAt[count - 1] === time)) return count;
    let row = batch.frameEnd(this.row, count);
    while (row < count && (receivedAt[row] < time || (inclusive && receivedAt[row] === time))) {
      row = batch.frameEnd(row, count);
    }
    return row;
  }

  async close(): Promise<void> {
    await this.#batches.return(undefined);
  }
}
