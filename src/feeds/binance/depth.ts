/** A level on the wire: price and absolute size as decimal texts; size 0 removes it. */
export type RawLevel = readonly [price: unknown, size: unknown];

/** A `depthUpdate` as delivered; single letters are Binance's own. */
export interface DepthUpdate {
  /** Symbol. */
  readonly s: string;
  /** First and last update id that it covers. */
  readonly U: number;
  readonly u: number;
  /** `u` of the symbol's update before: futures only, whose ids are not consecutive within a symbol. */
  readonly pu?: number;
  readonly b: readonly RawLevel[];
  readonly a: readonly RawLevel[];
}

/** Updates to keep while there is no snapshot: over three minutes at Binance's usual 100 ms. */
const KEPT_UPDATES = 2_000;

/**
 * Whether the depth updates of one symbol make a book without a hole. Binance gives a snapshot over HTTP beside a stream
 * of updates; the two are joined by update ids. Sources: "How to manage a local order book correctly" of the spot and
 * the USD-M documentation.
 */
export class DepthSequence {
  /** There has been a snapshot, and every update since. */
  isWhole = false;
  /** The last update id that the book contains. */
  #bookId = 0;
  #isFresh = false;
  #kept: DepthUpdate[] = [];

  /**
   * Takes the next update in order of arrival.
   * applies: the book's next step · old: the book contains it · kept: waits for a snapshot · lost: the same, but the
   * oldest that waited had to go · hole: updates are missing before it, and the book needs a new snapshot.
   */
  next(update: DepthUpdate): 'applies' | 'old' | 'kept' | 'lost' | 'hole' {
    if (!this.isWhole) return this.#keep(update);
    if (update.u <= this.#bookId) return 'old';
    if (!continues(update, this.#bookId, this.#isFresh)) {
      this.isWhole = false;
      this.#keep(update);
      return 'hole';
    }
    this.#bookId = update.u;
    this.#isFresh = false;
    return 'applies';
  }

  /** A snapshot is of use when the book is not beyond it and nothing is missing between it and the updates kept. */
  accepts(lastUpdateId: number): boolean {
    if (this.isWhole) return lastUpdateId >= this.#bookId;
    const first = this.#kept.find((update) => update.u > lastUpdateId);
    return first === undefined || continues(first, lastUpdateId, true);
  }

  /** Begins the book anew at a snapshot; returns the updates that were kept, to be taken once more. */
  restart(lastUpdateId: number): readonly DepthUpdate[] {
    const kept = this.#kept;
    this.isWhole = true;
    this.#bookId = lastUpdateId;
    this.#isFresh = true;
    this.#kept = [];
    return kept;
  }

  /** The stream ended or cannot be believed: returns how many updates were kept for nothing. */
  break(): number {
    const { length } = this.#kept;
    this.isWhole = false;
    this.#kept = [];
    return length;
  }

  #keep(update: DepthUpdate): 'kept' | 'lost' {
    this.#kept.push(update);
    if (this.#kept.length <= KEPT_UPDATES) return 'kept';
    this.#kept.shift();
    return 'lost';
  }
}

/**
 * The first update after a snapshot may begin before it. On futures it may also begin behind it, when it names an
 * update before it that the snapshot contains (`pu`): ids in between belong to other symbols.
 */
function continues(update: DepthUpdate, bookId: number, isFirst: boolean): boolean {
  if (update.pu === undefined) return update.U <= bookId + 1;
  return isFirst ? update.pu <= bookId : update.pu === bookId;
}
