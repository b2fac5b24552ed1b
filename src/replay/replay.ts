import type { Engine } from '../engine/engine.ts';
import type { EventSource } from '../market/frame.ts';
import type { InstrumentList } from '../market/instrument.ts';
import type { Micros } from '../market/units.ts';
import { TapeCursor } from './cursor.ts';
import { Pace } from './pace.ts';

export interface ReplaySource {
  readonly events: EventSource;
  /** The same frames when the venue has them, never later than in `events`; left out: when the desk has them. */
  readonly atVenue?: EventSource;
  /** Arrival of the tape's last frame, events or not. */
  readonly endsAt: Micros;
}

export interface ReplayOptions {
  /** Stop before the first frame after this time. */
  readonly until?: Micros;
  /** Times as fast as it was recorded; left out: as fast as possible. */
  readonly speed?: number;
  /** Hand over at most this many rows at a time (rounded up to a whole frame). Results never depend on it. */
  readonly batchRows?: number;
  readonly onProgress?: (progress: ReplayProgress) => void;
  readonly signal?: AbortSignal;
}

export interface ReplayProgress {
  readonly events: number;
  readonly at: Micros;
}

/** Progress is told about this often, in events. */
const PROGRESS_EVENTS = 1 << 18;

/**
 * Plays tapes through an engine. Several tapes merge by arrival, then by position of the tape, then by order on it; of what
 * venue and desk see at times of their own, the venue's comes first.
 * Nothing is awaited per event: only for the next batch of a tape, and for the pace.
 */
export async function replay(
  engine: Engine,
  sources: readonly ReplaySource[],
  instruments: InstrumentList,
  options: ReplayOptions = {},
): Promise<ReplayProgress> {
  const until = options.until ?? Number.POSITIVE_INFINITY;
  const cursors = cursorsOf(sources, instruments);
  const pace = options.speed === undefined ? undefined : new Pace(options.speed);
  let events = 0;
  let told = 0;
  let at = 0;
  try {
    for (;;) {
      options.signal?.throwIfAborted();
      for (const cursor of cursors) if (cursor.needsBatch) await cursor.load();
      const first = earliest(cursors);
      if (first?.batch === undefined || first.headAt > until) break;
      let row = endOfRun(first, cursors, until);
      if (options.batchRows !== undefined) row = Math.min(row, endOfRows(first, options.batchRows));
      if (pace) {
        row = Math.min(row, first.rowAfter(await pace.reach(first.headAt, options.signal), true));
        options.signal?.throwIfAborted();
      }
      engine.advance(first.batch, first.row, row, first.observer);
      if (first.observer !== 'venue') events += row - first.row;
      at = first.batch.receivedAt[row - 1];
      first.moveTo(row);
      if (events - told >= PROGRESS_EVENTS || pace) {
        told = events;
        options.onProgress?.({ events, at });
      }
    }
  } finally {
    for (const cursor of cursors) await cursor.close();
  }
  const endsAt = Math.min(until, Math.max(...sources.map((source) => source.endsAt)));
  engine.finish(endsAt);
  return { events, at: endsAt };
}

/** In the order in which they come at one time. */
function cursorsOf(sources: readonly ReplaySource[], instruments: InstrumentList): TapeCursor[] {
  const ahead = sources.flatMap(({ atVenue }, tape) =>
    atVenue ? [new TapeCursor(atVenue, tape, 'venue', instruments)] : [],
  );
  const rest = sources.map(
    ({ events, atVenue }, tape) => new TapeCursor(events, tape, atVenue ? 'desk' : 'both', instruments),
  );
  return [...ahead, ...rest];
}

/** Of equal times the cursor that is named first. */
function earliest(cursors: readonly TapeCursor[]): TapeCursor | undefined {
  let first: TapeCursor | undefined;
  for (const cursor of cursors) if (cursor.batch && (!first || cursor.headAt < first.headAt)) first = cursor;
  return first;
}

/** As many rows of the cursor as come before every other cursor's next frame. */
function endOfRun(first: TapeCursor, cursors: readonly TapeCursor[], until: Micros): number {
  let limit = until;
  let isInclusive = true;
  let isNamedBefore = false;
  for (const other of cursors) {
    if (other === first) isNamedBefore = true;
    else if (other.headAt < limit || (other.headAt === limit && !isNamedBefore)) {
      limit = other.headAt;
      isInclusive = isNamedBefore;
    }
  }
  return first.rowAfter(limit, isInclusive);
}

function endOfRows(cursor: TapeCursor, rows: number): number {
  const { batch } = cursor;
  if (!batch || cursor.row + rows >= batch.count) return batch?.count ?? 0;
  return batch.frameEnd(cursor.row + rows - 1, batch.count);
}
