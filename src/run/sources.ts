import type { EventSource } from '../market/frame.ts';
import { MICROS_PER_MILLISECOND, type Micros } from '../market/units.ts';
import { atExchangeTime, delayed, measureClock, type VenueClock } from '../replay/feed-latency.ts';
import type { ReplaySource } from '../replay/replay.ts';
import type { RunConfig } from './config.ts';

/** Something to play, that can be read by two readers at once. */
export interface Recording {
  readonly events: EventSource;
  /** Another reader of the same events. */
  readonly again: () => EventSource;
  /** Arrival of the last frame, events or not. */
  readonly endsAt: Micros;
}

/** Recordings as venue and desk see them by the settings of the run, and the clocks that were measured for it. */
export async function seenByBoth(
  recordings: readonly Recording[],
  { venueSees, feedMs }: Pick<RunConfig, 'venueSees' | 'feedMs'>,
  signal?: AbortSignal,
): Promise<{ readonly sources: readonly ReplaySource[]; readonly clocks: readonly VenueClock[] }> {
  const feed = Math.round(feedMs * MICROS_PER_MILLISECOND);
  const clocks: VenueClock[] = [];
  if (venueSees === 'exchange') for (const { events } of recordings) clocks.push(await measureClock(events, signal));
  const sources = recordings.map(({ events, again, endsAt }, i) => {
    if (venueSees === 'receipt' && feed === 0) return { events, endsAt };
    const atVenue = venueSees === 'exchange' ? atExchangeTime(again(), clocks[i]) : again();
    return { events: feed > 0 ? delayed(events, feed) : events, atVenue, endsAt: endsAt + feed };
  });
  return { sources, clocks };
}
