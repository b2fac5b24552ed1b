import { createHash } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
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
import { EVENTS_PER_BATCH, type EventFileIndex, EventFileWriter, readEventFile } from './event-file.ts';
import { replaceFile, type Segment, temporaryName } from './header.ts';
import { readSegment, verifySegment } from './segment.ts';
import type { Tape } from './tape.ts';

export interface EventOptions {
  /** Use and write the cache of decoded events beside the tape. Default true. */
  readonly cache?: boolean;
  /** Called now and then while frames are being decoded, not when events come from the cache. */
  readonly onDecoded?: (frames: number) => void;
}

/** What the sidecar of a cached segment says: written last, so a cache without it does not count. */
interface CachedSegment {
  readonly key: string;
  readonly index: EventFileIndex;
  readonly instruments: readonly Instrument[];
  readonly problems: readonly (readonly [string, number])[];
}

/**
 * A tape's events: from the cache where it is valid, else decoded from the frames (and the cache written on the way).
 *
 * What a frame means depends on all frames before it, so the key of a segment's cache covers the decoder's version, the
 * facts in the header and the hashes of all segments up to it; one segment without cache makes the whole tape decode.
 */
export class TapeEvents implements EventSource {
  /** Instruments met so far; the events' `instrument` column counts in it. */
  instruments: readonly Instrument[] = [];
  /** What could not be decoded so far, by reason. */
  problems: ReadonlyMap<string, number> = new Map();
  readonly #tape: Tape;
  readonly #factory: DecoderFactory;
  readonly #options: EventOptions;
  readonly #keys: readonly string[];

  constructor(tape: Tape, factory: DecoderFactory, options: EventOptions = {}) {
    this.#tape = tape;
    this.#factory = factory;
    this.#options = options;
    this.#keys = cacheKeys(tape, factory);
  }

  /** Batches of whole frames. A batch is valid until the next one is asked for. */
  async *batches(): AsyncGenerator<EventBatch> {
    const { cache = true } = this.#options;
    const cached = cache && this.#tape.log.length === 0 ? await this.#cached() : undefined;
    if (cached) yield* this.#fromCache(cached);
    else yield* this.#decode(cache && isWritable(this.#tape.path));
  }

  async #cached(): Promise<readonly CachedSegment[] | undefined> {
    const found: CachedSegment[] = [];
    for (const [i, segment] of this.#tape.header.segments.entries()) {
      const entry = await readSidecar(this.#file(segment, i, 'json'));
      const hasEvents = await stat(this.#file(segment, i, 'arrow')).catch(() => undefined);
      if (entry?.key !== this.#keys[i] || !hasEvents) return undefined;
      found.push(entry);
    }
    return found;
  }

  async *#fromCache(cached: readonly CachedSegment[]): AsyncGenerator<EventBatch> {
    for (const [i, segment] of this.#tape.header.segments.entries()) {
      this.instruments = cached[i].instruments;
      this.problems = new Map(cached[i].problems);
      yield* readEventFile(this.#file(segment, i, 'arrow'), cached[i].index);
    }
  }

  async *#decode(write: boolean): AsyncGenerator<EventBatch> {
    const { path, header } = this.#tape;
    const decoder = this.#factory.create(header.instruments);
    this.instruments = decoder.instruments;
    this.problems = decoder.problems;
    if (write) await mkdir(join(path, 'events'), { recursive: true });
    for (const [i, segment] of header.segments.entries()) {
      await verifySegment(path, segment, true);
      const batches = this.#decodeFrames(decoder, readSegment(path, segment));
      if (write) yield* this.#writeThrough(batches, segment, i, decoder);
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

  async *#writeThrough(
    batches: AsyncIterable<EventBatch>,
    segment: Segment,
    i: number,
    decoder: Decoder,
  ): AsyncGenerator<EventBatch> {
    const file = this.#file(segment, i, 'arrow');
    const temporary = temporaryName(file);
    const writer = new EventFileWriter(temporary);
    let index: EventFileIndex | undefined;
    try {
      for await (const batch of batches) {
        writer.write(batch);
        yield batch;
      }
      index = writer.close();
    } finally {
      // Stopped in the middle: half a cache is none.
      if (!index) {
        writer.close();
        await rm(temporary, { force: true });
      }
    }
    await rename(temporary, file);
    const sidecar: CachedSegment = {
      key: this.#keys[i],
      index,
      instruments: decoder.instruments,
      problems: [...decoder.problems],
    };
    await replaceFile(this.#file(segment, i, 'json'), `${JSON.stringify(sidecar, null, 1)}\n`);
  }

  #file(segment: Segment, i: number, ending: string): string {
    return join(this.#tape.path, 'events', `${segment.file.replace('.parquet', '')}-${this.#keys[i]}.${ending}`);
  }
}

function cacheKeys(tape: Tape, factory: DecoderFactory): readonly string[] {
  const hash = createHash('sha256');
  hash.update(`${factory.version}\n${JSON.stringify(tape.header.instruments)}\n`);
  return tape.header.segments.map((segment) => {
    hash.update(`${segment.sha256}\n`);
    return hash.copy().digest('hex').slice(0, 16);
  });
}

async function readSidecar(file: string): Promise<CachedSegment | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as CachedSegment;
  } catch {
    return undefined;
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
