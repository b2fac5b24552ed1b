import { cp, mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { FrameView } from '../market/frame.ts';
import { formatTime, type Micros } from '../market/units.ts';
import { TapeError } from './errors.ts';
import { HEADER_FILE } from './header.ts';
import { framesFolder } from './segment.ts';
import type { Tape } from './tape.ts';
import { TapeWriter } from './writer.ts';

/**
 * A tape's beginning as a tape of its own: all frames up to `until`, and the one after it, so that time passes it. Books,
 * positions and what a strategy remembers come from the beginning, so nothing is cut off there. Without `until` it is a
 * copy. Stamps of a slice are whole microseconds.
 */
export async function writeSlice(tape: Tape, to: string, until?: Micros): Promise<void> {
  const { path, header, log, span } = tape;
  const isWhole = until === undefined || span === undefined || until >= span.to;
  if (isWhole && log.length === 0) {
    await mkdir(framesFolder(to), { recursive: true });
    for (const { file } of header.segments) await cp(join(framesFolder(path), file), join(framesFolder(to), file));
    await cp(join(path, HEADER_FILE), join(to, HEADER_FILE));
    return;
  }
  if (header.removed) {
    throw new TapeError(path, {
      expected: 'a tape from its first frame on',
      found: `one whose first ${header.removed.frames} frames went by retention`,
      advice: 'pack the whole tape, or one that is complete',
    });
  }
  const slice = { of: basename(resolve(path)), until: until === undefined ? null : formatTime(until) };
  const { feed, source, instruments } = header;
  const writer = await TapeWriter.create(to, { feed, source: { ...source, slice }, instruments });
  try {
    await copyFrames(tape, writer, until ?? Number.POSITIVE_INFINITY);
  } finally {
    await writer.close();
  }
}

async function copyFrames(tape: Tape, writer: TapeWriter, until: Micros): Promise<void> {
  const view = new FrameView();
  for await (const batch of tape.read()) {
    for (let i = 0; i < batch.count; i++) {
      const { receivedAt, connection, direction, binary } = view.at(batch, i);
      writer.append({
        receivedAt: BigInt(receivedAt) * 1000n,
        connection,
        direction,
        binary,
        payload: view.payload().slice(),
      });
      if (writer.segmentIsFull) await writer.rotate();
      if (receivedAt > until) return;
    }
  }
}
