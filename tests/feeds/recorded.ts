/** Recordings of others as tapes, and books made from events: what the tests on real data share. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decoderFor } from '../../src/feeds/index.ts';
import type { BookSide, OrderBook } from '../../src/market/book.ts';
import { EventBatch } from '../../src/market/event.ts';
import {
  type Decoder,
  Direction,
  type EventSource,
  type Frame,
  FrameView,
  frameBatchOf,
  textFrame,
} from '../../src/market/frame.ts';
import { Market } from '../../src/market/market.ts';
import type { ImportPlan } from '../../src/recorder/imports/import.ts';
import { TapeEvents } from '../../src/tape/events.ts';
import { openTape, type Tape } from '../../src/tape/tape.ts';
import { TapeWriter } from '../../src/tape/writer.ts';
import { rowsOf, type StampedRow } from '../support/events.ts';

/** Runs with a new folder that is gone afterwards. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'truetape-test-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

export async function writeTape(plan: ImportPlan, path: string): Promise<Tape> {
  const { feed, instruments } = plan;
  const writer = await TapeWriter.create(path, { feed, source: {}, instruments: [...instruments] });
  for await (const frame of plan.frames()) {
    writer.append(frame);
    if (writer.segmentIsFull) await writer.rotate();
  }
  await writer.close();
  plan.tally.heldStamps = writer.heldStamps;
  return openTape(path);
}

export function eventsOf(tape: Tape): TapeEvents {
  return new TapeEvents(tape, decoderFor(tape.header), { cache: false });
}

/** Every instrument's market after all events, in the order of listing, and how many events there were. */
export async function marketsAfter(source: EventSource): Promise<{ markets: readonly Market[]; events: number }> {
  const markets: Market[] = [];
  let events = 0;
  for await (const batch of source.batches()) {
    apply(batch, source.instruments, markets);
    events += batch.count;
  }
  return { markets, events };
}

/** Decodes a frame at a time, and keeps the markets that the events make. */
export class Follower {
  readonly markets: Market[] = [];
  readonly decoder: Decoder;
  readonly #events = new EventBatch();
  readonly #view = new FrameView();
  #frames = 0;

  constructor(decoder: Decoder) {
    this.decoder = decoder;
  }

  take(frame: Frame): StampedRow[] {
    const events = this.#events;
    events.reset();
    this.decoder.decode(this.#view.at(frameBatchOf([frame], this.#frames++), 0), events);
    apply(events, this.decoder.instruments, this.markets);
    return rowsOf(events);
  }

  /** A frame that came in on the connection. */
  in(text: string, connection = 1): StampedRow[] {
    return this.take(textFrame(BigInt(this.#frames) * 1_000_000n, connection, Direction.in, text));
  }
}

function apply(batch: EventBatch, instruments: Decoder['instruments'], markets: Market[]): void {
  for (let i = 0; i < batch.count; i++) {
    const index = batch.instrument[i];
    // Concerns no instrument.
    if (index < 0) continue;
    markets[index] ??= new Market(instruments[index], index);
    markets[index].apply(batch, i);
  }
}

/** The best `count` levels of a side. */
export function best(
  book: Pick<OrderBook, 'bidPrice' | 'askPrice' | 'sizeAt' | 'worse'>,
  side: BookSide,
  count: number,
) {
  const levels: { price: number; size: number }[] = [];
  let price = side > 0 ? book.bidPrice : book.askPrice;
  while (levels.length < count && Number.isFinite(price)) {
    levels.push({ price, size: book.sizeAt(side, price) });
    price = book.worse(side, price);
  }
  return levels;
}
