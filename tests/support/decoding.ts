import { EventBatch } from '../../src/market/event.ts';
import { type Decoder, type Frame, FrameView, frameBatchOf } from '../../src/market/frame.ts';

/** A frame of an import with the events that it gives; valid until the next one is asked for. */
export interface DecodedFrame {
  readonly frame: Frame;
  readonly sequence: number;
  readonly events: EventBatch;
}

const FRAMES_AT_ONCE = 2048;

/** Decodes frames one by one, in order. */
export async function* decodeEach(decoder: Decoder, frames: AsyncIterable<Frame>): AsyncGenerator<DecodedFrame> {
  const view = new FrameView();
  const events = new EventBatch(4096);
  let sequence = 0;
  for await (const block of blocksOf(frames)) {
    const batch = frameBatchOf(block, sequence);
    for (const [i, frame] of block.entries()) {
      events.reset();
      decoder.decode(view.at(batch, i), events);
      yield { frame, sequence: sequence++, events };
    }
  }
}

async function* blocksOf(frames: AsyncIterable<Frame>): AsyncGenerator<Frame[]> {
  let block: Frame[] = [];
  for await (const frame of frames) {
    block.push(frame);
    if (block.length < FRAMES_AT_ONCE) continue;
    yield block;
    block = [];
  }
  yield block;
}

export function textOf(frame: Frame): string {
  return Buffer.from(frame.payload).toString('utf8');
}
