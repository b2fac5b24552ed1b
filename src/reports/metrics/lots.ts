/** Fills matched first in, first out. All money is exact: what the lots hold adds up to what was paid. */
import type { Micros, Money } from '../../market/units.ts';

/** Price and size in units of 10^-8, so that their product is in units of money. */
export interface TradeFill {
  readonly at: Micros;
  readonly instrument: string;
  readonly side: 1 | -1;
  /** Above 0. */
  readonly size: bigint;
  readonly price: bigint;
  readonly fee: Money;
  /** An exit at payout rather than a trade. */
  readonly settlement: boolean;
}

/** A part of an entry that left with a part of an exit. Numbers of fills are positions in the list of fills. */
export interface Lot {
  readonly instrument: string;
  /** 1 bought first, -1 sold first. */
  readonly side: 1 | -1;
  readonly size: bigint;
  readonly entry: number;
  readonly exit: number;
  /** Before fees. */
  readonly gross: Money;
  /** Of entry and exit, split by size. */
  readonly fees: Money;
  readonly net: Money;
}

/** From leaving a position of zero until it is zero again. A fill through zero ends one trip and begins another. */
export interface Trip {
  readonly instrument: string;
  readonly side: 1 | -1;
  readonly openedAt: Micros;
  /** Of the last exit; null while something is held. */
  readonly closedAt: Micros | null;
  readonly lots: readonly Lot[];
  /** Largest position on the way. */
  readonly maxSize: bigint;
  /** Of the lots that were closed, net of fees. */
  readonly net: Money;
}

/** What is still held at the end of one fill. */
export interface OpenLot {
  readonly instrument: string;
  readonly side: 1 | -1;
  readonly size: bigint;
  readonly entry: number;
  /** Its part of the entry's fee. */
  readonly fees: Money;
}

export interface Matched {
  /** In order of exit. */
  readonly lots: readonly Lot[];
  readonly open: readonly OpenLot[];
  /** Closed trips in order of their end, then the open ones in order of their begin. */
  readonly trips: readonly Trip[];
}

/** A lot before the fees are known: they are split when all parts of a fill are. */
interface Match {
  readonly book: Holding;
  readonly side: 1 | -1;
  readonly size: bigint;
  readonly entry: number;
  /** -1 if it is still held. */
  readonly exit: number;
  readonly trip: TripRecord;
  fees: Money;
}

interface TripRecord {
  readonly side: 1 | -1;
  readonly openedAt: Micros;
  closedAt: Micros | null;
  maxSize: bigint;
  readonly lots: Lot[];
}

/** `multiplierOf` gives the units of the underlying per contract. */
export function matchFills(fills: readonly TradeFill[], multiplierOf: (instrument: string) => number): Matched {
  const holdings = new Map<string, Holding>();
  const matches: Match[] = [];
  const closed: { book: Holding; trip: TripRecord }[] = [];
  for (const [i, fill] of fills.entries()) {
    let book = holdings.get(fill.instrument);
    if (!book) {
      book = new Holding(fill.instrument, BigInt(multiplierOf(fill.instrument)));
      holdings.set(fill.instrument, book);
    }
    const ended = book.take(fill, i, matches);
    if (ended) closed.push({ book, trip: ended });
  }
  for (const book of holdings.values()) book.leaveOpen(matches);
  splitFees(fills, matches);

  const lots: Lot[] = [];
  const open: OpenLot[] = [];
  for (const { book, side, size, entry, exit, fees, trip } of matches) {
    const { instrument, multiplier } = book;
    if (exit < 0) {
      open.push({ instrument, side, size, entry, fees });
      continue;
    }
    const gross = BigInt(side) * (fills[exit].price - fills[entry].price) * size * multiplier;
    const lot = { instrument, side, size, entry, exit, gross, fees, net: gross - fees };
    trip.lots.push(lot);
    lots.push(lot);
  }
  const running = [...holdings.values()].flatMap((book) => (book.trip ? [{ book, trip: book.trip }] : []));
  running.sort((a, b) => a.trip.openedAt - b.trip.openedAt);
  const trips = [...closed, ...running].map(({ book, trip }) => ({
    instrument: book.instrument,
    ...trip,
    net: trip.lots.reduce((sum, lot) => sum + lot.net, 0n),
  }));
  return { lots, open, trips };
}

/** What is held of one instrument, oldest first. */
class Holding {
  readonly instrument: string;
  readonly multiplier: bigint;
  trip: TripRecord | undefined;
  #position = 0n;
  readonly #entries: { readonly fill: number; remaining: bigint }[] = [];
  /** Entries before this one are used up. */
  #first = 0;

  constructor(instrument: string, multiplier: bigint) {
    this.instrument = instrument;
    this.multiplier = multiplier;
  }

  /** Takes in fill number `index`; returns the trip that it ended, if it did. */
  take(fill: TradeFill, index: number, matches: Match[]): TripRecord | undefined {
    let remaining = fill.size;
    let ended: TripRecord | undefined;
    const trip = this.trip;
    if (trip && trip.side !== fill.side) {
      while (remaining > 0n && this.#first < this.#entries.length) {
        const entry = this.#entries[this.#first];
        let size = entry.remaining;
        if (size > remaining) size = remaining;
        matches.push({ book: this, side: trip.side, size, entry: entry.fill, exit: index, trip, fees: 0n });
        remaining -= size;
        entry.remaining -= size;
        this.#position -= size;
        if (entry.remaining === 0n) this.#first++;
      }
      if (this.#position === 0n) {
        trip.closedAt = fill.at;
        ended = trip;
        this.trip = undefined;
        this.#entries.length = 0;
        this.#first = 0;
      }
    }
    if (remaining > 0n) {
      this.trip ??= { side: fill.side, openedAt: fill.at, closedAt: null, maxSize: 0n, lots: [] };
      this.#entries.push({ fill: index, remaining });
      this.#position += remaining;
      if (this.#position > this.trip.maxSize) this.trip.maxSize = this.#position;
    }
    return ended;
  }

  leaveOpen(matches: Match[]): void {
    const { trip } = this;
    if (!trip) return;
    for (const { fill, remaining } of this.#entries.slice(this.#first)) {
      matches.push({ book: this, side: trip.side, size: remaining, entry: fill, exit: -1, trip, fees: 0n });
    }
  }
}

function splitFees(fills: readonly TradeFill[], matches: readonly Match[]): void {
  const parts: (Match | Match[] | undefined)[] = new Array(fills.length);
  for (const match of matches) {
    addPart(parts, match.entry, match);
    if (match.exit >= 0) addPart(parts, match.exit, match);
  }
  for (const [i, { fee }] of fills.entries()) {
    const part = parts[i];
    if (fee === 0n || part === undefined) continue;
    if (Array.isArray(part)) {
      const sizes = part.map(({ size }) => size);
      for (const [k, share] of splitExactly(fee, sizes).entries()) part[k].fees += share;
    } else part.fees += fee;
  }
}

/** Most fills are of one part: a list only for those of several. */
function addPart(parts: (Match | Match[] | undefined)[], fill: number, match: Match): void {
  const before = parts[fill];
  if (before === undefined) parts[fill] = match;
  else if (Array.isArray(before)) before.push(match);
  else parts[fill] = [before, match];
}

/**
 * An amount split in proportion to `sizes`, to the last unit: each part is rounded towards zero, then the parts with
 * the largest remainders get one unit each; of equal ones the first.
 */
export function splitExactly(amount: Money, sizes: readonly bigint[]): Money[] {
  const whole = sizes.reduce((sum, size) => sum + size, 0n);
  const unit = amount < 0n ? -1n : 1n;
  const shares = sizes.map((size) => (amount * size) / whole);
  const remainders = sizes.map((size, i) => ({ i, left: (amount * size - shares[i] * whole) * unit }));
  remainders.sort((a, b) => (a.left === b.left ? a.i - b.i : a.left > b.left ? -1 : 1));
  let left = (amount - shares.reduce((sum, share) => sum + share, 0n)) * unit;
  for (const { i } of remainders) {
    if (left === 0n) break;
    shares[i] += unit;
    left -= 1n;
  }
  return shares;
}
