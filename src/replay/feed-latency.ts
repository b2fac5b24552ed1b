/**
 * Venue and desk see the same frames at times of their own: two readers of one tape, each stamping what it reads anew. Neither
 * changes the order of the frames.
 */
import type { EventBatch } from '../market/event.ts';
import type { EventSource } from '../market/frame.ts';
import type { Micros } from '../market/units.ts';

const MINUTE: Micros = 60_000_000;

/** How the recorder's clock stood against the venue's. */
export interface VenueClock {
  /** How far it was behind; 0 where no arrival shows that it was. */
  readonly behind: Micros;
  /** Frames without a time of the venue's. */
  readonly untimed: number;
}

/**
 * Lines and queues only ever add to the way from venue to us, so an arrival before the venue's own time is a clock that is behind.
 * By how much, the least of each minute says; of these the middle one counts, because one wrong stamp is the least of its minute.
 */
export async function measureClock(events: EventSource, signal?: AbortSignal): Promise<VenueClock> {
  const leastOf = new Map<number, Micros>();
  let untimed = 0;
  for await (const batch of events.batches()) {
    signal?.throwIfAborted();
    for (let i = 0; i < batch.count; ) {
      const end = batch.frameEnd(i, batch.count);
      const at = batch.receivedAt[i];
      const told = exchangeTime(batch, i, end);
      if (told === 0) untimed++;
      else {
        const minute = Math.floor(at / MINUTE);
        leastOf.set(minute, Math.min(at - told, leastOf.get(minute) ?? Number.POSITIVE_INFINITY));
      }
      i = end;
    }
  }
  const least = [...leastOf.values()].sort((a, b) => a - b);
  return { behind: Math.max(0, -(least[least.length >> 1] ?? 0)), untimed };
}

/**
 * Each frame when the venue had it: at its own time by the recorder's clock, but not before the frame ahead of it, and
 * never after its receipt. A frame that tells no time is seen at receipt.
 */
export function atExchangeTime(events: EventSource, { behind }: Pick<VenueClock, 'behind'>): EventSource {
  return restamped(events, () => {
    let last = Number.NEGATIVE_INFINITY;
    return (batch, from, to) => {
      const received = batch.receivedAt[from];
      const told = exchangeTime(batch, from, to);
      if (told === 0) last = received;
      else last = Math.max(last, Math.min(told - behind, received));
      return last;
    };
  });
}

/** Each frame later than it was received. */
export function delayed(events: EventSource, by: Micros): EventSource {
  return restamped(events, () => (batch, from) => batch.receivedAt[from] + by);
}

/** When the last of a frame's rows happened, so that none is seen before; 0 if none says so. */
function exchangeTime(batch: EventBatch, from: number, to: number): Micros {
  let latest = 0;
  for (let i = from; i < to; i++) if (batch.exchangeAt[i] > latest) latest = batch.exchangeAt[i];
  return latest;
}

/** Stamps written into the batches that are read; `newStamp` makes one for each reading. */
function restamped(
  events: EventSource,
  newStamp: () => (batch: EventBatch, from: number, to: number) => Micros,
): EventSource {
  return {
    get instruments() {
      return events.instruments;
    },
    async *batches() {
      const stamp = newStamp();
      for await (const batch of events.batches()) {
        for (let i = 0; i < batch.count; ) {
          const end = batch.frameEnd(i, batch.count);
          batch.receivedAt.fill(stamp(batch, i, end), i, end);
          i = end;
        }
        yield batch;
      }
    },
  };
}
