/** The market as it would have been recorded without our own orders, as far as that can be known (decision 18). */
import { type BookSide, createBook, type OrderBook } from '../market/book.ts';
import { EventBatch, EventFlag, EventKind } from '../market/event.ts';
import type { EventSource } from '../market/frame.ts';
import type { Instrument } from '../market/instrument.ts';
import type { Price, Size } from '../market/units.ts';
import { levelKey, type OwnTrace, type TracedChange } from './own-trace.ts';

/**
 * Levels and quotes less what was ours at that time, and no prints of our own taking. What only told of us is left out.
 * `onClamp` hears of each time that a level shows less than ours: it counts as empty.
 */
export function withoutOwn(events: EventSource, trace: OwnTrace, onClamp: () => void = () => undefined): EventSource {
  return {
    get instruments() {
      return events.instruments;
    },
    async *batches() {
      const stage = new Stage(events, trace, onClamp);
      for await (const batch of events.batches()) {
        const told = stage.take(batch);
        if (told.count > 0) yield told;
      }
    },
  };
}

class Stage {
  readonly #events: EventSource;
  readonly #trace: OwnTrace;
  readonly #onClamp: () => void;
  readonly #markets: (OwnMarket | undefined)[] = [];
  /** Those of ours that the frame is about; only the first `#touched` are of this frame. */
  readonly #inFrame: OwnMarket[] = [];
  #touched = 0;
  readonly #out = new EventBatch();
  /** Rows of the batch before it are in `#out`, or left out. */
  #copied = 0;

  constructor(events: EventSource, trace: OwnTrace, onClamp: () => void) {
    this.#events = events;
    this.#trace = trace;
    this.#onClamp = onClamp;
  }

  /** The batch itself, its sizes changed, unless there are rows more or less. */
  take(batch: EventBatch): EventBatch {
    this.#meet();
    this.#out.reset();
    this.#copied = 0;
    const { instrument, frame, count } = batch;
    const markets = this.#markets;
    for (let i = 0; i < count; ) {
      const first = i;
      this.#touched = 0;
      const ours = this.#trace.prints.get(frame[first]);
      for (; i < count && frame[i] === frame[first]; i++) {
        const market = instrument[i] >= 0 ? markets[instrument[i]] : undefined;
        if (market && market.frame !== frame[i]) this.#enter(market, frame[i]);
        const isOthers = market === undefined || market.tell(batch, i);
        if (!isOthers || ours?.includes(i - first)) this.#leaveOut(batch, i);
      }
      for (let k = 0; k < this.#touched; k++) this.#endFrame(this.#inFrame[k], batch, i);
    }
    if (this.#copied === 0) return batch;
    this.#copyTo(batch, count);
    return this.#out;
  }

  #meet(): void {
    const { instruments } = this.#events;
    for (let i = this.#markets.length; i < instruments.length; i++) {
      const changes = this.#trace.markets.get(i);
      this.#markets.push(changes && new OwnMarket(instruments[i], i, changes));
    }
  }

  #enter(market: OwnMarket, frame: number): void {
    market.begin(frame);
    this.#inFrame[this.#touched++] = market;
  }

  /** What the frame did not tell of itself. */
  #endFrame(market: OwnMarket, batch: EventBatch, end: number): void {
    market.settle(this.#onClamp);
    for (const { side, price, told } of market.untold) {
      const [receivedAt, exchangeAt] = [batch.receivedAt[end - 1], batch.exchangeAt[end - 1]];
      this.#copyTo(batch, end);
      this.#out.push(market.frame, receivedAt, exchangeAt, market.index, EventKind.bookLevel, side, price, told);
    }
  }

  #leaveOut(batch: EventBatch, row: number): void {
    this.#copyTo(batch, row);
    this.#copied = row + 1;
  }

  #copyTo(batch: EventBatch, end: number): void {
    if (end > this.#copied) this.#out.append(batch, this.#copied, end);
    this.#copied = end;
  }
}

/** A level at which an order of ours rests at some time. */
interface OwnLevel {
  readonly side: BookSide;
  readonly price: Price;
  /** Ours of it. */
  own: Size;
  /** What has been told of it. */
  told: Size;
  /** Ours has changed in this frame. */
  hasMoved: boolean;
  /** Ours has changed in this frame, or it told of the level. */
  isInFrame: boolean;
}

class OwnMarket {
  readonly index: number;
  /** The frame that is told. */
  frame = -1;
  /** Levels that the frame should have told of, and did not. */
  readonly untold: OwnLevel[] = [];
  readonly #changes: readonly TracedChange[];
  #next = 0;
  readonly #levels = new Map<number, OwnLevel>();
  readonly #inFrame: OwnLevel[] = [];
  /** As recorded. */
  readonly #book: OrderBook;
  #isKnown = false;

  constructor(instrument: Instrument, index: number, changes: readonly TracedChange[]) {
    this.index = index;
    this.#book = createBook(instrument);
    this.#changes = changes;
    for (const { side, price } of changes)
      this.#levels.set(levelKey(side, price), { side, price, own: 0, told: 0, hasMoved: false, isInFrame: false });
  }

  begin(frame: number): void {
    this.frame = frame;
    for (; this.#next < this.#changes.length && this.#changes[this.#next].frame <= frame; this.#next++) {
      const { side, price, size } = this.#changes[this.#next];
      const level = this.#levels.get(levelKey(side, price)) as OwnLevel;
      level.own += size;
      level.hasMoved = true;
      this.#touch(level);
    }
  }

  /** Changes row `i` to what it would be without us; false if there would be none. */
  tell(batch: EventBatch, i: number): boolean {
    switch (batch.kind[i]) {
      case EventKind.bookLevel:
        return this.#tellLevel(batch, i);
      case EventKind.bookClear:
        this.#book.clear();
        this.#isKnown = (batch.flags[i] & EventFlag.snapshot) !== 0;
        for (const level of this.#levels.values()) {
          level.told = 0;
          this.#touch(level);
        }
        return true;
      case EventKind.gap:
        if (batch.flags[i] & EventFlag.book) this.#isKnown = false;
        return true;
      case EventKind.quote:
        this.#tellQuote(batch, i);
        return true;
      default:
        return true;
    }
  }

  /** The frame is over. */
  settle(onClamp: () => void): void {
    this.untold.length = 0;
    for (const level of this.#inFrame) {
      if (this.#isKnown) this.#settleLevel(level, onClamp);
      level.hasMoved = false;
      level.isInFrame = false;
    }
    this.#inFrame.length = 0;
  }

  #settleLevel(level: OwnLevel, onClamp: () => void): void {
    const recorded = this.#book.sizeAt(level.side, level.price);
    if (level.own > recorded) onClamp();
    const size = othersOf(recorded, level);
    if (!level.hasMoved || size === level.told) return;
    level.told = size;
    this.untold.push(level);
  }

  #touch(level: OwnLevel): void {
    if (level.isInFrame) return;
    level.isInFrame = true;
    this.#inFrame.push(level);
  }

  #tellLevel(batch: EventBatch, i: number): boolean {
    const side = batch.side[i] as BookSide;
    const price = batch.price[i];
    const recorded = batch.size[i];
    this.#book.set(side, price, recorded);
    const level = this.#levels.get(levelKey(side, price));
    if (!level) return true;
    const size = othersOf(recorded, level);
    this.#touch(level);
    if (level.hasMoved && size === level.told && (batch.flags[i] & EventFlag.snapshot) === 0) return false;
    batch.size[i] = level.told = size;
    return true;
  }

  /** A best price that was ours alone: the next one of the book, as far as there is a book. */
  #tellQuote(batch: EventBatch, i: number): void {
    const side = batch.side[i] as BookSide;
    const own = this.#levels.get(levelKey(side, batch.price[i]))?.own ?? 0;
    if (own <= 0) return;
    let price = batch.price[i];
    let size = Math.max(0, batch.size[i] - own);
    while (size === 0 && this.#isKnown && Number.isFinite(price)) {
      size = othersOf(this.#book.sizeAt(side, price), this.#levels.get(levelKey(side, price)));
      if (size === 0) price = this.#book.worse(side, price);
    }
    if (size > 0) batch.price[i] = price;
    batch.size[i] = size;
  }
}

function othersOf(recorded: Size, level: OwnLevel | undefined): Size {
  return Math.max(0, recorded - Math.max(0, level?.own ?? 0));
}
