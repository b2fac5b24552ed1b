import type { Instrument } from '../../market/instrument.ts';
import { MICROS_PER_MILLISECOND, type Micros, type Size } from '../../market/units.ts';
import type { QueueModel, QueuePlace } from '../../market/venue.ts';

/**
 * The share of what left a level without a trade that left it behind us. `front` and `back`, both above 0, are what is
 * displayed before and behind our place, in whole units: contracts, shares, coins.
 */
type ShareBehind = (front: Size, back: Size) => number;

/**
 * A trade is two messages, its print and the change of its level, in no certain order; prints come in order, and changes do.
 * The changes of one venue time, to the millisecond, are reckoned together with the prints up to that time, and anew with
 * each of them: what was printed left from the front, and only what the level shrank beyond that was cancelled. Without
 * venue times all is one time.
 */
interface LevelPlace extends QueuePlace {
  /** The time of the last print in `traded`; this one and all others in milliseconds. */
  tradedUntil: number;
  /** The queue as prints alone left it since the last changes began. */
  front: Size;
  /** When the level last changed; and what it displayed before, after, and at the least in between. NaN: settled. */
  changedAt: number;
  before: Size;
  after: Size;
  least: Size;
  /** How far settled changes brought us, and until when; a late print may turn out to be their cause. */
  credit: Size;
  creditUntil: number;
}

/**
 * The usual models for feeds of price levels, after hftbacktest: a print takes from the front, an unexplained decrease
 * takes from both ends, and never is more ahead of us than is displayed.
 */
class LevelQueue implements QueueModel {
  readonly name: string;
  readonly #shareBehind: ShareBehind;
  readonly #unit: Size;

  constructor(name: string, shareBehind: ShareBehind, unit: Size = 1) {
    this.name = name;
    this.#shareBehind = shareBehind;
    this.#unit = unit;
  }

  of({ sizeDecimals }: Instrument): QueueModel {
    return new LevelQueue(this.name, this.#shareBehind, 10 ** sizeDecimals);
  }

  join(displayed: Size): LevelPlace {
    return {
      ahead: displayed,
      traded: 0,
      tradedUntil: 0,
      front: displayed,
      changedAt: 0,
      before: Number.NaN,
      after: Number.NaN,
      least: Number.POSITIVE_INFINITY,
      credit: 0,
      creditUntil: -1,
    };
  }

  onPrint(place: LevelPlace, size: Size, at: Micros): void {
    const time = millisecond(at);
    // One that does not say when it was may be the cause of all changes since the one before it, if those do say.
    if (at === 0 ? place.changedAt > 0 : time <= place.creditUntil) latePrint(place, size, at);
    else {
      if (time > place.changedAt && hasChanged(place)) {
        // More changes of the same time may come, and they belong to prints of that time.
        const unseen =
          place.tradedUntil === place.changedAt ? place.traded - Math.max(0, place.before - place.after) : 0;
        settle(place, Math.max(0, unseen));
      }
      // Prints come in order: what settled changes took was not traded.
      place.credit = 0;
      place.tradedUntil = time;
      place.traded += size;
      place.front -= size;
    }
    this.#reckon(place);
  }

  onReached(place: LevelPlace): void {
    place.ahead = 0;
    place.credit = 0;
    forgetChanges(place, 0);
  }

  onLevel(place: LevelPlace, before: Size, after: Size, at: Micros): void {
    const time = at === 0 ? Math.max(place.changedAt, place.tradedUntil) : millisecond(at);
    if (time > place.changedAt && hasChanged(place)) settle(place, 0);
    if (place.traded > 0 && time < place.tradedUntil && !hasChanged(place)) this.#lateChange(place, before, after);
    else {
      place.changedAt = Math.max(place.changedAt, time);
      if (!hasChanged(place)) place.before = before;
      place.after = after;
      place.least = Math.min(place.least, after);
    }
    this.#reckon(place);
  }

  /** From before the last of the prints that wait for their changes; it can be the change of earlier ones. */
  #lateChange(place: LevelPlace, before: Size, after: Size): void {
    const gone = before - after;
    const traded = Math.max(0, Math.min(gone, place.traded));
    place.traded -= traded;
    const then = Math.min(this.#cancelled(place.front + place.traded, before, gone - traded), after);
    place.front = Math.max(0, then - place.traded);
  }

  #reckon(place: LevelPlace): void {
    const { front, before, after, traded, least } = place;
    place.ahead = hasChanged(place) ? Math.min(this.#cancelled(front, before, before - after - traded), least) : front;
  }

  /** What is left of `front` after `gone` of the displayed size was cancelled. */
  #cancelled(front: Size, displayed: Size, gone: Size): Size {
    const back = displayed - front;
    // A front of 0 with nothing behind would be 0/0, and NaN goes through Math.min.
    if (gone <= 0 || front <= 0) return front;
    if (back <= 0) return Math.max(0, front - gone);
    return Math.max(0, front - (1 - this.#shareBehind(front / this.#unit, back / this.#unit)) * gone);
  }
}

/** No more changes of that time are awaited. What they did stands, unless a print comes late. */
function settle(place: LevelPlace, traded: Size): void {
  place.credit += place.front - place.ahead;
  place.creditUntil = place.changedAt;
  forgetChanges(place, traded);
}

/** A print whose change has been seen and settled: it must not bring us on a second time. */
function latePrint(place: LevelPlace, size: Size, at: Micros): void {
  if (at === 0 && hasChanged(place)) settle(place, 0);
  const back = Math.min(place.credit, size);
  place.credit = at === 0 ? 0 : place.credit - back;
  place.front += back - size;
}

function forgetChanges(place: LevelPlace, traded: Size): void {
  place.front = place.ahead;
  place.traded = traded;
  place.before = Number.NaN;
  place.after = Number.NaN;
  place.least = Number.POSITIVE_INFINITY;
}

function hasChanged({ before }: LevelPlace): boolean {
  return !Number.isNaN(before);
}

export function millisecond(at: Micros): number {
  return Math.floor(at / MICROS_PER_MILLISECOND);
}

/** Cancellations ahead of us happen, but a feed of levels cannot tell them from those behind: none is credited. */
export const printsOnly: QueueModel = new LevelQueue('prints-only', () => 1);

/** A greater exponent puts more of the cancellations at the longer end (1), ahead of us (2), or behind us (3). */
const powers = {
  'power-1': (front: Size, back: Size, exponent: number) => 1 / (1 + (front / back) ** exponent),
  'power-2': (front: Size, back: Size, exponent: number) => (back / (front + back)) ** exponent,
  'power-3': (front: Size, back: Size, exponent: number) => 1 - (front / (front + back)) ** exponent,
};

const logarithms = {
  'log-1': (front: Size, back: Size) => Math.log1p(back) / (Math.log1p(back) + Math.log1p(front)),
  'log-2': (front: Size, back: Size) => Math.log1p(back) / Math.log1p(back + front),
};

export type PowerForm = keyof typeof powers;
export type LogarithmForm = keyof typeof logarithms;

export function powerQueue(form: PowerForm, exponent: number): QueueModel {
  const shareBehind = powers[form];
  return new LevelQueue(`${form}, exponent ${exponent}`, (front, back) => shareBehind(front, back, exponent));
}

export function logarithmQueue(form: LogarithmForm): QueueModel {
  return new LevelQueue(form, logarithms[form]);
}
