/** Which steps of recorded levels, and which prints, were those of our own orders: the ones of the right size near their time. */
import type { BookSide } from '../market/book.ts';
import { groupBy } from '../market/group.ts';
import { MICROS_PER_SECOND, type Micros, type Price, type Size } from '../market/units.ts';

/** Our size at a level became so much more or less. */
export interface OwnChange {
  readonly at: Micros;
  readonly side: BookSide;
  readonly price: Price;
  readonly size: Size;
}

/** A fill as the aggressor. */
export interface OwnTake {
  readonly at: Micros;
  readonly side: BookSide;
  readonly price: Price;
  readonly size: Size;
}

export interface PendingChange extends OwnChange {
  /** Where it takes hold; Infinity: not on this tape. */
  frame: number;
  isTraced: boolean;
}

/** The recorded size of a level moved in one frame. */
export interface Step {
  readonly frame: number;
  readonly at: Micros;
  /** What of it is not ours, as far as is known. */
  left: Size;
}

export interface Print {
  readonly frame: number;
  readonly row: number;
  readonly at: Micros;
  readonly side: number;
  readonly price: Price;
  readonly size: Size;
}

/** How far the times of our orders may be from those of the tape. Some prints are stamped in whole seconds. */
const TOLERANCE: Micros = MICROS_PER_SECOND;

/** Any of `list`, in order of time, is near enough to be the same thing. */
export function isNear(list: readonly { readonly at: Micros }[], at: Micros): boolean {
  const first = firstNear(list, at);
  return first < list.length && list[first].at <= at + TOLERANCE;
}

/** Place of the first of `list`, in order of time, that is not too early. */
function firstNear(list: readonly { readonly at: Micros }[], at: Micros): number {
  let [from, to] = [0, list.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (list[middle].at < at - TOLERANCE) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** First a step of the very size, else one that has room for it: feeds that sum up tell of several orders at once. */
export function matchSteps(changes: readonly PendingChange[], steps: Step[]): void {
  steps.sort((a, b) => a.at - b.at);
  const isSame = (left: Size, size: Size) => left === size;
  const hasRoom = (left: Size, size: Size) => left * size > 0 && Math.abs(left) >= Math.abs(size);
  for (const fits of [isSame, hasRoom]) {
    let from = 0;
    for (const change of changes) {
      if (change.isTraced) continue;
      while (from < steps.length && steps[from].at < change.at - TOLERANCE) from++;
      let best: Step | undefined;
      for (let i = from; i < steps.length && steps[i].at <= change.at + TOLERANCE; i++) {
        const step = steps[i];
        const isNearer = !best || Math.abs(step.at - change.at) < Math.abs(best.at - change.at);
        if (isNearer && fits(step.left, change.size)) best = step;
      }
      if (!best) continue;
      best.left -= change.size;
      change.frame = best.frame;
      change.isTraced = true;
    }
  }
}

/** Each fill one print; else the fills of an order at one price one print together; else these several prints together. */
export function matchPrints(orders: readonly (readonly OwnTake[])[], all: readonly Print[]) {
  const byTime = (list: readonly Print[]) => [...list].sort((a, b) => a.at - b.at);
  const byPrice = new Map([...groupBy(all, ({ price }) => price)].map(([price, list]) => [price, byTime(list)]));
  const prints = new Set<Print>();
  let unprinted = 0;
  const claim = (take: OwnTake, find: typeof samePrint): boolean => {
    const near = candidates(take, byPrice.get(take.price) ?? []).filter((print) => !prints.has(print));
    const own = find(take, near);
    for (const print of own) prints.add(print);
    return own.length > 0;
  };
  const left = orders.map((takes) => takes.filter((take) => !claim(take, samePrint)));
  for (const group of left.flatMap((takes) => [...groupBy(takes, ({ price }) => price).values()])) {
    const together = { ...group[0], size: group.reduce((sum, { size }) => sum + size, 0) };
    if (!claim(together, samePrint) && !claim(together, partsOf)) unprinted += group.length;
  }
  return { prints: [...prints], unprinted };
}

/** Of one price, in order of time: those that may be ours, the nearest first. */
function candidates({ at, side }: OwnTake, prints: readonly Print[]): Print[] {
  const distance = (print: Print) => Math.abs(print.at - at);
  const near: Print[] = [];
  for (let i = firstNear(prints, at); i < prints.length && prints[i].at <= at + TOLERANCE; i++) {
    if (prints[i].side === side || prints[i].side === 0) near.push(prints[i]);
  }
  return near.sort((a, b) => distance(a) - distance(b));
}

function samePrint(take: OwnTake, near: readonly Print[]): Print[] {
  return near.filter(({ size }) => size === take.size).slice(0, 1);
}

/** None unless they come to the very size. */
function partsOf(take: OwnTake, near: readonly Print[]): Print[] {
  const parts: Print[] = [];
  let left = take.size;
  for (const print of near) {
    if (print.size > left) continue;
    parts.push(print);
    left -= print.size;
  }
  return left === 0 ? parts : [];
}
