/**
 * Where our own orders are on a tape that was recorded while they were in the market: which changes of a level were ours, and
 * which prints. Their own times are those of another clock, so what the tape shows near them decides.
 */
import { type BookSide, createBook, type OrderBook } from '../market/book.ts';
import { type EventBatch, EventFlag, EventKind } from '../market/event.ts';
import type { EventSource } from '../market/frame.ts';
import type { Instrument } from '../market/instrument.ts';
import type { Micros, Price, Size } from '../market/units.ts';
import {
  isNear,
  matchPrints,
  matchSteps,
  type OwnChange,
  type OwnTake,
  type PendingChange,
  type Print,
  type Step,
} from './own-matching.ts';

/** What one of our orders was in one market, in the units of its instrument. */
export interface OwnLife {
  /** What rested of it: came, was filled, went. */
  readonly changes: readonly OwnChange[];
  /** What it took. */
  readonly takes: readonly OwnTake[];
}

/** A change in its place on the tape. */
export interface TracedChange {
  readonly frame: number;
  readonly side: BookSide;
  readonly price: Price;
  readonly size: Size;
}

export interface OwnTrace {
  /** By the instrument's number on the tape; in the order of the frames. */
  readonly markets: ReadonlyMap<number, readonly TracedChange[]>;
  /** Prints of our own taking: frame -> their rows, counted from the frame's first. */
  readonly prints: ReadonlyMap<number, readonly number[]>;
  /** Changes that no level shows near their time: they take hold at the time that they tell. */
  readonly untraced: number;
  /** Fills as the aggressor that no print shows near their time. */
  readonly unprinted: number;
}

/** Reads a tape once. `livesOf` is asked once for each instrument. */
export async function traceOwn(
  events: EventSource,
  livesOf: (instrument: Instrument) => readonly OwnLife[],
  signal?: AbortSignal,
): Promise<OwnTrace> {
  const markets: (MarketTrace | undefined)[] = [];
  for await (const batch of events.batches()) {
    signal?.throwIfAborted();
    for (let i = markets.length; i < events.instruments.length; i++) {
      const lives = livesOf(events.instruments[i]);
      markets.push(lives.length > 0 ? new MarketTrace(events.instruments[i], lives) : undefined);
    }
    for (let i = 0; i < batch.count; ) {
      const end = batch.frameEnd(i, batch.count);
      for (let row = i; row < end; row++) {
        const index = batch.instrument[row];
        if (index >= 0) markets[index]?.see(batch, row, row - i);
      }
      i = end;
    }
  }
  return joined(markets);
}

function joined(markets: readonly (MarketTrace | undefined)[]): OwnTrace {
  const changes = new Map<number, readonly TracedChange[]>();
  const prints = new Map<number, number[]>();
  let untraced = 0;
  let unprinted = 0;
  for (const [index, market] of markets.entries()) {
    if (!market) continue;
    const found = market.finish();
    if (found.changes.length > 0) changes.set(index, found.changes);
    for (const { frame, row } of found.prints) {
      const rows = prints.get(frame);
      if (rows) rows.push(row);
      else prints.set(frame, [row]);
    }
    untraced += found.untraced;
    unprinted += found.unprinted;
  }
  return { markets: changes, prints, untraced, unprinted };
}

interface LevelTrace {
  readonly side: BookSide;
  readonly price: Price;
  /** In order of time. */
  readonly changes: PendingChange[];
  readonly steps: Step[];
  /** As recorded, after the frame before. */
  size: Size;
  isInFrame: boolean;
}

/** One market of a tape, with what its levels and prints did near the times of our orders. */
class MarketTrace {
  readonly #book: OrderBook;
  readonly #levels = new Map<number, LevelTrace>();
  /** Those that the frame told of. */
  readonly #inFrame: LevelTrace[] = [];
  /** Of all levels, in order of time; those before `#next` have their frame. */
  readonly #changes: readonly PendingChange[];
  #next = 0;
  /** By order. */
  readonly #takes: readonly (readonly OwnTake[])[];
  readonly #takenAt: readonly OwnTake[];
  readonly #prints: Print[] = [];
  #frame = -1;
  #at: Micros = Number.NaN;
  /** The book has had its snapshot and no gap since; and it had after the frame before. */
  #isKnown = false;
  #wasKnown = false;
  #knownSince: Micros = Number.POSITIVE_INFINITY;

  constructor(instrument: Instrument, lives: readonly OwnLife[]) {
    this.#book = createBook(instrument);
    const byTime = <T extends { readonly at: Micros }>(list: readonly T[]): T[] =>
      [...list].sort((a, b) => a.at - b.at);
    this.#changes = byTime(
      lives.flatMap(({ changes }) =>
        changes.map((change) => ({ ...change, frame: Number.POSITIVE_INFINITY, isTraced: false })),
      ),
    );
    for (const change of this.#changes) this.#levelOf(change).changes.push(change);
    this.#takes = lives.map(({ takes }) => takes);
    this.#takenAt = byTime(this.#takes.flat());
  }

  see(batch: EventBatch, i: number, row: number): void {
    const at = batch.exchangeAt[i] || batch.receivedAt[i];
    if (batch.frame[i] !== this.#frame) {
      this.#endFrame();
      this.#frame = batch.frame[i];
      while (this.#next < this.#changes.length && this.#changes[this.#next].at <= at)
        this.#changes[this.#next++].frame = this.#frame;
    }
    this.#at = at;
    switch (batch.kind[i]) {
      case EventKind.bookLevel: {
        const side = batch.side[i] as BookSide;
        this.#book.set(side, batch.price[i], batch.size[i]);
        const level = this.#levels.get(levelKey(side, batch.price[i]));
        if (level) this.#touch(level);
        return;
      }
      case EventKind.bookClear:
        this.#book.clear();
        this.#isKnown = (batch.flags[i] & EventFlag.snapshot) !== 0;
        for (const level of this.#levels.values()) this.#touch(level);
        return;
      case EventKind.gap:
        if (batch.flags[i] & EventFlag.book) this.#isKnown = false;
        return;
      case EventKind.trade:
        this.#seePrint(batch, i, row);
        return;
      default:
    }
  }

  finish() {
    this.#endFrame();
    for (const level of this.#levels.values()) matchSteps(level.changes, level.steps);
    const isOnTape = ({ frame }: PendingChange) => frame !== Number.POSITIVE_INFINITY;
    const changes = this.#changes.filter(isOnTape).sort((a, b) => a.frame - b.frame);
    return {
      changes,
      // What was before the first snapshot is in it.
      untraced: changes.filter(({ isTraced, at }) => !isTraced && at >= this.#knownSince).length,
      ...matchPrints(this.#takes, this.#prints),
    };
  }

  #seePrint(batch: EventBatch, i: number, row: number): void {
    const at = batch.exchangeAt[i] || batch.receivedAt[i];
    if (batch.flags[i] & EventFlag.offBook || !isNear(this.#takenAt, at)) return;
    const { frame, side, price, size } = batch;
    this.#prints.push({ frame: frame[i], row, at, side: side[i], price: price[i], size: size[i] });
  }

  #endFrame(): void {
    const known = this.#wasKnown && this.#isKnown;
    for (const level of this.#inFrame) {
      level.isInFrame = false;
      const size = this.#book.sizeAt(level.side, level.price);
      if (known && size !== level.size && isNear(level.changes, this.#at))
        level.steps.push({ frame: this.#frame, at: this.#at, left: size - level.size });
      level.size = size;
    }
    this.#inFrame.length = 0;
    if (this.#isKnown && !this.#wasKnown) this.#knownSince = Math.min(this.#knownSince, this.#at);
    this.#wasKnown = this.#isKnown;
  }

  #touch(level: LevelTrace): void {
    if (level.isInFrame) return;
    level.isInFrame = true;
    this.#inFrame.push(level);
  }

  #levelOf({ side, price }: OwnChange): LevelTrace {
    const key = levelKey(side, price);
    const known = this.#levels.get(key);
    if (known) return known;
    const level: LevelTrace = { side, price, changes: [], steps: [], size: 0, isInFrame: false };
    this.#levels.set(key, level);
    return level;
  }
}

/** Bids and asks of a market in one map. */
export function levelKey(side: BookSide, price: Price): number {
  return 2 * price + (side > 0 ? 1 : 0);
}
