import type { Engine } from '../engine/engine.ts';
import { EventBatch } from '../market/event.ts';
import { type Decoder, type Frame, type FrameBatch, FrameView, SingleFrame } from '../market/frame.ts';
import type { InstrumentList } from '../market/instrument.ts';
import { Numbering } from '../replay/numbering.ts';
import type { Tape } from '../tape/tape.ts';

/** Frames to the engine, one by one and in the order of the tape: what a replay of the tape does, without its batches. */
export class Pipeline {
  /** Events so far. */
  events = 0;
  readonly #decoder: Decoder;
  readonly #engine: Engine;
  readonly #numbering: Numbering;
  readonly #rows = new EventBatch();
  readonly #view = new FrameView();
  readonly #single = new SingleFrame();

  constructor(decoder: Decoder, engine: Engine, instruments: InstrumentList) {
    this.#decoder = decoder;
    this.#engine = engine;
    this.#numbering = new Numbering(instruments);
  }

  /** Frames that could not be decoded, by reason. */
  get problems(): ReadonlyMap<string, number> {
    return this.#decoder.problems;
  }

  take(frame: Frame, sequence: number): void {
    this.#step(this.#single.set(frame, sequence), 0);
  }

  /** All that is on the tape. `onProgress` gets the frames so far. */
  async takeTape(tape: Tape, onProgress: (frames: number) => void): Promise<void> {
    for await (const batch of tape.read()) {
      for (let i = 0; i < batch.count; i++) this.#step(batch, i);
      onProgress(batch.firstSequence + batch.count);
    }
  }

  #step(batch: FrameBatch, index: number): void {
    const rows = this.#rows;
    this.#decoder.decode(this.#view.at(batch, index), rows);
    if (rows.count === 0) return;
    this.#numbering.apply(rows, this.#decoder.instruments);
    this.#engine.advance(rows);
    this.events += rows.count;
    rows.reset();
  }
}
