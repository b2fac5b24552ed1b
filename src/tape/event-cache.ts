import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { EventBatch } from '../market/event.ts';
import type { Decoder, DecoderFactory } from '../market/frame.ts';
import type { Instrument } from '../market/instrument.ts';
import { EVENTS_PER_BATCH, type EventFileIndex, EventFileWriter } from './event-file.ts';
import { replaceFile, temporaryName } from './header.ts';
import type { Tape } from './tape.ts';

/** Raised when files of an older layout would be misread. */
const CACHE_FORMAT = 2;

/** What a sidecar says. It is written last, so events without it do not count. */
interface Sidecar {
  readonly index: EventFileIndex;
  readonly instruments: readonly Instrument[];
  readonly problems: readonly (readonly [string, number])[];
}

export interface CachedSegment extends Sidecar {
  readonly file: string;
}

/**
 * The files of decoded events beside a tape. They are optional: one that cannot be read or is damaged is as good as
 * none, and where none can be written (a folder that is read-only, a full disk) nothing but time is lost.
 *
 * The key of a segment's cache covers all that its events depend on: the decoder's version, where batches end, the facts
 * in the header and the hashes of all segments up to it.
 */
export class EventCache {
  readonly #folder: string;
  readonly #tellsOrders: boolean;
  /** Path of each segment's files, without their ending. */
  readonly #files: readonly string[];

  constructor({ path, header }: Tape, { version, tellsOrders }: DecoderFactory) {
    this.#folder = join(path, 'events');
    this.#tellsOrders = tellsOrders ?? false;
    const hash = createHash('sha256');
    hash.update(`${CACHE_FORMAT} ${EVENTS_PER_BATCH}\n${version}\n${JSON.stringify(header.instruments)}\n`);
    this.#files = header.segments.map(({ file, sha256 }) => {
      const key = hash.update(`${sha256}\n`).copy().digest('hex').slice(0, 16);
      return join(this.#folder, `${file.replace('.parquet', '')}-${key}`);
    });
  }

  /** All segments; undefined if one is missing. */
  async read(): Promise<readonly CachedSegment[] | undefined> {
    const found: CachedSegment[] = [];
    for (const name of this.#files) {
      const file = `${name}.arrow`;
      const sidecar = await readSidecar(`${name}.json`);
      if (!sidecar || !(await stat(file).catch(() => undefined))) return undefined;
      found.push({ ...sidecar, file });
    }
    return found;
  }

  async writer(segment: number): Promise<EventCacheWriter> {
    const writer = new EventCacheWriter(this.#files[segment]);
    await writer.open(this.#folder, this.#tellsOrders);
    return writer;
  }
}

/** Writes the events of one segment, until something fails. */
class EventCacheWriter {
  readonly #name: string;
  readonly #temporary: string;
  #file: EventFileWriter | undefined;

  constructor(name: string) {
    this.#name = name;
    this.#temporary = temporaryName(`${name}.arrow`);
  }

  async open(folder: string, tellsOrders: boolean): Promise<void> {
    await this.#attempt(async () => {
      await mkdir(folder, { recursive: true });
      this.#file = new EventFileWriter(this.#temporary, tellsOrders);
    });
  }

  async write(batch: EventBatch): Promise<void> {
    await this.#attempt(() => this.#file?.write(batch));
  }

  async publish({ instruments, problems }: Decoder): Promise<void> {
    await this.#attempt(async () => {
      const index = this.#file?.finish();
      if (!index) return;
      await rename(this.#temporary, `${this.#name}.arrow`);
      await writeSidecar(`${this.#name}.json`, { index, instruments, problems: [...problems] });
    });
  }

  /** Ends the writing; what has not been published is gone. */
  async discard(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    file?.close();
    if (file) await rm(this.#temporary, { force: true }).catch(() => undefined);
  }

  /** What the system refuses ends the writing, not the reading. */
  async #attempt(work: () => unknown): Promise<void> {
    try {
      await work();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
      await this.discard();
    }
  }
}

/** The sidecar is JSON whose `crc32` covers the rest of it. */
async function writeSidecar(file: string, sidecar: Sidecar): Promise<void> {
  const checked = { crc32: crc32(JSON.stringify(sidecar)), ...sidecar };
  await replaceFile(file, `${JSON.stringify(checked, null, 1)}\n`);
}

async function readSidecar(file: string): Promise<Sidecar | undefined> {
  try {
    const { crc32: expected, ...sidecar } = JSON.parse(await readFile(file, 'utf8')) as Sidecar & { crc32: number };
    return crc32(JSON.stringify(sidecar)) === expected ? sidecar : undefined;
  } catch {
    return undefined;
  }
}
