/** Sizes of price levels by slot: one side of a book. A slot is a whole number of steps from the book's origin. */
import type { Size } from './units.ts';

export interface LevelRow {
  /** Slots with a size. */
  readonly levels: number;
  set(slot: number, size: Size): void;
  sizeAt(slot: number): Size;
  clear(): void;
  /** Highest slot with a size at or below `slot`; -Infinity if none. */
  below(slot: number): number;
  /** Lowest slot with a size at or above `slot`; Infinity if none. */
  above(slot: number): number;
  /** Every slot with a size, in any order. */
  each(visit: (slot: number, size: Size) => void): void;
}

/** Slots from 0 to a fixed number: an array, with one bit a slot for fast search. */
export class FlatRow implements LevelRow {
  levels = 0;
  readonly #sizes: Float64Array;
  readonly #words: Uint32Array;

  constructor(slots: number) {
    this.#sizes = new Float64Array(slots);
    this.#words = new Uint32Array((slots + 31) >>> 5);
  }

  set(slot: number, size: Size): void {
    const before = this.#sizes[slot];
    this.#sizes[slot] = size;
    if (size > 0) {
      if (before > 0) return;
      this.levels++;
      this.#words[slot >>> 5] |= 1 << (slot & 31);
    } else if (before > 0) {
      this.levels--;
      this.#words[slot >>> 5] &= ~(1 << (slot & 31));
    }
  }

  sizeAt(slot: number): Size {
    return this.#sizes[slot] ?? 0;
  }

  clear(): void {
    if (this.levels === 0) return;
    for (let index = 0; index < this.#words.length; index++) {
      if (this.#words[index] === 0) continue;
      this.#sizes.fill(0, index << 5, (index + 1) << 5);
      this.#words[index] = 0;
    }
    this.levels = 0;
  }

  below(slot: number): number {
    if (slot < 0 || this.levels === 0) return Number.NEGATIVE_INFINITY;
    const start = Math.min(slot, this.#sizes.length - 1);
    let index = start >>> 5;
    let word = this.#words[index] & (0xffffffff >>> (31 - (start & 31)));
    while (word === 0) {
      if (--index < 0) return Number.NEGATIVE_INFINITY;
      word = this.#words[index];
    }
    return (index << 5) + 31 - Math.clz32(word);
  }

  above(slot: number): number {
    if (slot >= this.#sizes.length || this.levels === 0) return Number.POSITIVE_INFINITY;
    const start = Math.max(slot, 0);
    let index = start >>> 5;
    let word = this.#words[index] & (0xffffffff << (start & 31));
    while (word === 0) {
      if (++index >= this.#words.length) return Number.POSITIVE_INFINITY;
      word = this.#words[index];
    }
    return (index << 5) + 31 - Math.clz32(word & -word);
  }

  each(visit: (slot: number, size: Size) => void): void {
    for (let slot = this.above(0); slot < this.#sizes.length; slot = this.above(slot + 1))
      visit(slot, this.#sizes[slot]);
  }
}

/** A deep snapshot opens hundreds of pages, most of them for a few levels. */
const PAGE_SLOTS = 1024;

/**
 * Slots without bounds: pages of slots, in order, each there only while it holds a level. Changes come in clusters near
 * the best price, so the last page is mostly the right one, and a change costs what it costs in one array.
 */
export class PagedRow implements LevelRow {
  levels = 0;
  readonly #pages = new Map<number, FlatRow>();
  /** Numbers of the pages, ascending. */
  readonly #numbers: number[] = [];
  /** Empty pages, to be used again. */
  readonly #spare: FlatRow[] = [];
  #lastNumber = 0;
  #last: FlatRow | undefined;

  set(slot: number, size: Size): void {
    const offset = slot - this.#lastNumber * PAGE_SLOTS;
    if (this.#last && offset >= 0 && offset < PAGE_SLOTS) this.#setIn(this.#last, offset, size);
    else this.#setElsewhere(slot, size);
  }

  #setIn(page: FlatRow, offset: number, size: Size): void {
    const before = page.levels;
    page.set(offset, size);
    this.levels += page.levels - before;
    if (page.levels === 0) this.#close(this.#lastNumber, page);
  }

  #setElsewhere(slot: number, size: Size): void {
    const number = Math.floor(slot / PAGE_SLOTS);
    if (this.#page(number) === undefined) {
      if (size === 0) return;
      this.#open(number);
    }
    this.#setIn(this.#page(number) as FlatRow, slot - number * PAGE_SLOTS, size);
  }

  sizeAt(slot: number): Size {
    const number = Math.floor(slot / PAGE_SLOTS);
    return this.#page(number)?.sizeAt(slot - number * PAGE_SLOTS) ?? 0;
  }

  clear(): void {
    for (const page of this.#pages.values()) {
      page.clear();
      this.#spare.push(page);
    }
    this.#pages.clear();
    this.#numbers.length = 0;
    this.#last = undefined;
    this.levels = 0;
  }

  below(slot: number): number {
    const number = Math.floor(slot / PAGE_SLOTS);
    const here = this.#page(number)?.below(slot - number * PAGE_SLOTS) ?? Number.NEGATIVE_INFINITY;
    if (here >= 0) return number * PAGE_SLOTS + here;
    const next = this.#numbers[this.#position(number) - 1];
    if (next === undefined) return Number.NEGATIVE_INFINITY;
    return next * PAGE_SLOTS + (this.#pages.get(next) as FlatRow).below(PAGE_SLOTS - 1);
  }

  above(slot: number): number {
    const number = Math.floor(slot / PAGE_SLOTS);
    const page = this.#page(number);
    const here = page?.above(slot - number * PAGE_SLOTS) ?? Number.POSITIVE_INFINITY;
    if (here < PAGE_SLOTS) return number * PAGE_SLOTS + here;
    const next = this.#numbers[this.#position(number) + (page ? 1 : 0)];
    if (next === undefined) return Number.POSITIVE_INFINITY;
    return next * PAGE_SLOTS + (this.#pages.get(next) as FlatRow).above(0);
  }

  each(visit: (slot: number, size: Size) => void): void {
    for (const number of this.#numbers) {
      this.#pages.get(number)?.each((slot, size) => visit(number * PAGE_SLOTS + slot, size));
    }
  }

  #page(number: number): FlatRow | undefined {
    if (this.#last && number === this.#lastNumber) return this.#last;
    const page = this.#pages.get(number);
    if (page) {
      this.#lastNumber = number;
      this.#last = page;
    }
    return page;
  }

  #open(number: number): void {
    const page = this.#spare.pop() ?? new FlatRow(PAGE_SLOTS);
    this.#pages.set(number, page);
    this.#numbers.splice(this.#position(number), 0, number);
  }

  #close(number: number, page: FlatRow): void {
    this.#pages.delete(number);
    this.#numbers.splice(this.#position(number), 1);
    this.#spare.push(page);
    this.#last = undefined;
  }

  /** Where `number` stands among the pages, or would stand. */
  #position(number: number): number {
    let low = 0;
    let high = this.#numbers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#numbers[middle] < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
