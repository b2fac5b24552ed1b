import { EventBatch } from '../market/event.ts';
import {
  type Decoder,
  type DecoderFactory,
  type EventSource,
  type FrameBatch,
  FrameView,
  frameBatchOf,
} from '../market/frame.ts';
import type { Instrument } from '../market/instrument.ts';
import { type CachedSegment, EventCache } from './event-cache.ts';
import { DamagedEvents, EVENTS_PER_BATCH, readEventFile } from './event-file.ts';
import { readSegment, verifySegment } from './segment.ts';
import type { Tape } from './tape.ts';

export interface EventOptions {
  /** Use and write the cache of decoded events beside the tape. Default true. */
  readonly cache?: boolean;
  /** Called now and then while frames are being decoded, not when events come from the cache. */
  readonly onDecoded?: (frames: number) => void;
}

/**
 * A tape's events: from the cache where it is valid, else decoded from the frames (and the cache written on the way).
 *
 * What a frame means depends on all frames before it, so one segment without a good cache makes the whole tape decode.
 * Frames are checked against their hash in any case: cached events of a damaged tape are not given.
 */
export class TapeEvents implements EventSource {
  /** Instruments met so far; the events' `instrument` column counts in it. */
  instruments: readonly Instrument[] = [];
  /** What could not be decoded so far, by reason. */
  problems: ReadonlyMap<string, number> = new Map();
  readonly #tape: Tape;
  readonly #factory: DecoderFactory;
  readonly #options: EventOptions;
  /** All frames and cached events have been found good: checked once, however often they are read. */
  #checked = false;

  constructor(tape: Tape, factory: DecoderFactory, options: EventOptions = {}) {
    this.#tape = tape;
    this.#factory = factory;
    this.#options = options;
  }

  /** Batches of whole frames. A batch is valid until the next one is asked for. */
  async *batches(): AsyncGenerator<EventBatch> {
    const cache = (this.#options.cache ?? true) ? new EventCache(this.#tape, this.#factory) : undefined;
    const cached = this.#tape.log.length === 0 ? await cache?.read() : undefined;
    let given = 0;
    try {
      if (cached) {
        for await (const batch of this.#fromCache(cached)) {
          given++;
          yield batch;
        }
        return;
      }
    } catch (error) {
      if (!(error instanceof DamagedEvents)) throw error;
    }
    // Decoding makes the very batches that were cached: those given before the damage was met are not given twice.
    for await (const batch of this.#decode(cache)) {
      if (given > 0) given--;
      else yield batch;
    }
  }

  async *#fromCache(cached: readonly CachedSegment[]): AsyncGenerator<EventBatch> {
    const { path, header } = this.#tape;
    const check = !this.#checked;
    for (const [i, segment] of header.segments.entries()) {
      await verifySegment(path, segment, check);
      const { instruments, problems, file, index } = cached[i];
      this.instruments = instruments;
      this.problems = new Map(problems);
      yield* readEventFile(file, index, check);
    }
    this.#checked = true;
  }

  async *#decode(cache: EventCache | undefined): AsyncGenerator<EventBatch> {
    const { path, header } = this.#tape;
    const decoder = this.#factory.create(header.instruments);
    this.instruments = decoder.instruments;
    this.problems = decoder.problems;
    for (const [i, segment] of header.segments.entries()) {
      await verifySegment(path, segment, true);
      const batches = this.#decodeFrames(decoder, readSegment(path, segment));
      if (cache) yield* writeThrough(batches, cache, i, decoder);
      else yield* batches;
    }
    const { log, logSequence } = this.#tape;
    if (log.length > 0) yield* this.#decodeFrames(decoder, [frameBatchOf(log, logSequence)]);
  }

  async *#decodeFrames(
    decoder: Decoder,
    frames: AsyncIterable<FrameBatch> | Iterable<FrameBatch>,
  ): AsyncGenerator<EventBatch> {
    const events = new EventBatch(EVENTS_PER_BATCH + 4096);
    const view = new FrameView();
    for await (const batch of frames) {
      for (let i = 0; i < batch.count; i++) {
        decoder.decode(view.at(batch, i), events);
        if (events.count < EVENTS_PER_BATCH) continue;
        yield events;
        events.reset();
      }
      this.#options.onDecoded?.(batch.firstSequence + batch.count);
    }
    if (events.count > 0) yield events;
  }
}

async function* writeThrough(
  batches: AsyncIterable<EventBatch>,
  cache: EventCache,
  segment: number,
  decoder: Decoder,
): AsyncGenerator<EventBatch> {
  const writer = await cache.writer(segment);
  try {
    for await (const batch of batches) {
      await writer.write(batch);
      yield batch;
    }
    await writer.publish(decoder);
  } finally {
    // Stopped in the middle: half a cache is none.
    await writer.discard();
  }
}
