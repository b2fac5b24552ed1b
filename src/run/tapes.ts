/** The tapes of a run: which they are, and what part of time they cover. */
import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { hasDecoder, instrumentOf } from '../feeds/index.ts';
import type { Instrument } from '../market/instrument.ts';
import { formatTime, type Micros } from '../market/units.ts';
import type { VenueClock } from '../replay/feed-latency.ts';
import type { RunManifest } from '../tape/run-file.ts';
import { openTape, type Tape } from '../tape/tape.ts';

export interface Span {
  readonly from: Micros;
  readonly to: Micros;
}

/** Opens tapes that can be traded on: each one once, with frames, of feeds that we can read. */
export async function openTapes(paths: readonly string[]): Promise<Tape[]> {
  if (paths.length === 0) throw new Error('a replay needs a tape');
  const tapes = await Promise.all(paths.map(openTape));
  const known = new Map<string, string>();
  for (const { path, header } of tapes) {
    const place = await realpath(path);
    const other = known.get(place);
    if (other !== undefined) throw new Error(`${path}: the same tape as ${other}; name each tape once`);
    known.set(place, path);
    if (!hasDecoder(header.feed)) {
      throw new Error(
        `${path}: no decoder for the feed ${header.feed}, so there is nothing to trade; record and inspect work without one, docs/add-a-feed.md says how to add it`,
      );
    }
  }
  return tapes;
}

/** From the first to the last frame of all tapes, microseconds. */
export function spanOf(tapes: readonly Tape[]): Span {
  const spans = tapes.map(({ span, path }) => {
    if (!span) throw new Error(`${path}: the tape has no frames`);
    return span;
  });
  return { from: Math.min(...spans.map(({ from }) => from)), to: Math.max(...spans.map(({ to }) => to)) };
}

/** A part to trade has to have something of the tapes in it. */
export function checkPart(span: Span, { from = span.from, to = span.to }: { from?: Micros; to?: Micros }): void {
  const covers = `the tape goes from ${formatTime(span.from)} to ${formatTime(span.to)}`;
  if (from > span.to) throw new Error(`from ${formatTime(from)}: is after the end; ${covers}`);
  if (to < span.from) throw new Error(`to ${formatTime(to)}: is before the start; ${covers}`);
  if (from > to) throw new Error(`from ${formatTime(from)}: is after to ${formatTime(to)}; ${covers}`);
}

/** The contract of a symbol as the first of the tapes would make it. */
export function instrumentOn(tapes: readonly Tape[]): (symbol: string) => Instrument {
  return (symbol) => {
    for (const { header } of tapes) {
      const facts = header.instruments.find((candidate) => candidate.symbol === symbol);
      if (facts) return instrumentOf(header.feed, facts);
    }
    return instrumentOf(tapes[0].header.feed, { symbol });
  };
}

export function describeTape(
  tape: Tape,
  problems: ReadonlyMap<string, number>,
  venueClock: VenueClock | undefined,
): RunManifest['tapes'][number] {
  const { header, frames, path } = tape;
  const hash = createHash('sha256');
  for (const segment of header.segments) hash.update(segment.sha256);
  const { from, to } = spanOf([tape]);
  return {
    name: basename(resolve(path)),
    feed: header.feed,
    frames,
    sha256: hash.digest('hex'),
    from,
    to,
    gaps: header.gaps.map(({ at, connection, reason }) => ({ at: Number(BigInt(at) / 1000n), connection, reason })),
    problems: [...problems],
    venueClock,
  };
}
