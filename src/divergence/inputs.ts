/** Where two recordings of one session differ: frames that one alone has, frames with other contents, frames in another order. */
import { createHash } from 'node:crypto';
import { Direction, FrameView } from '../market/frame.ts';
import type { Micros } from '../market/units.ts';
import type { Tape } from '../tape/tape.ts';
import type { InputDifference } from './roots.ts';

/** Delivered frames with one stamp, as hashes of their payloads. */
interface Instant {
  readonly at: Micros;
  readonly payloads: string[];
}

/** In order of time. */
export async function inputDifferences(one: Tape, other: Tape): Promise<readonly InputDifference[]> {
  const found: InputDifference[] = [];
  const [ours, theirs] = [instants(one), instants(other)];
  let [a, b] = [await ours.next(), await theirs.next()];
  while (!a.done || !b.done) {
    const [x, y] = [a.done ? undefined : a.value, b.done ? undefined : b.value];
    const isOurs = x !== undefined && (y === undefined || x.at <= y.at);
    const isTheirs = y !== undefined && (x === undefined || y.at <= x.at);
    const at = (isOurs ? x : y)?.at ?? 0;
    const difference = isOurs && isTheirs ? differenceOf(x.payloads, y.payloads) : 'data.gap';
    if (difference) found.push({ class: difference, at });
    if (isOurs) a = await ours.next();
    if (isTheirs) b = await theirs.next();
  }
  return found;
}

function differenceOf(one: readonly string[], other: readonly string[]): InputDifference['class'] | undefined {
  if (one.length !== other.length) return 'data.gap';
  if (one.every((payload, i) => payload === other[i])) return undefined;
  const [a, b] = [one, other].map((payloads) => [...payloads].sort().join());
  return a === b ? 'data.order' : 'data.payload';
}

async function* instants(tape: Tape): AsyncGenerator<Instant> {
  const view = new FrameView();
  let instant: Instant | undefined;
  for await (const batch of tape.read()) {
    for (let i = 0; i < batch.count; i++) {
      const frame = view.at(batch, i);
      if (frame.direction !== Direction.in) continue;
      const hash = createHash('sha1').update(frame.payload()).digest('base64');
      if (instant?.at === frame.receivedAt) instant.payloads.push(hash);
      else {
        if (instant) yield instant;
        instant = { at: frame.receivedAt, payloads: [hash] };
      }
    }
  }
  if (instant) yield instant;
}
