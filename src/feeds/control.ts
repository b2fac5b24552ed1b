import { ControlCode, type EventBatch, EventKind, Side } from '../market/event.ts';
import { type Control, type Decoder, type DecoderFactory, Direction, type FrameView } from '../market/frame.ts';

const START = '{"note":"control"';

/** Whatever the feed: what a driver noted on the tape is a row of its own. Feeds do not see these frames. */
export function withControls(factory: DecoderFactory): DecoderFactory {
  return { ...factory, create: (facts) => new ControlDecoder(factory.create(facts)) };
}

class ControlDecoder implements Decoder {
  readonly #feed: Decoder;

  constructor(feed: Decoder) {
    this.#feed = feed;
  }

  get instruments(): Decoder['instruments'] {
    return this.#feed.instruments;
  }

  get problems(): Decoder['problems'] {
    return this.#feed.problems;
  }

  decode(frame: FrameView, out: EventBatch): void {
    if (frame.direction !== Direction.note || !frame.text().startsWith(START)) {
      this.#feed.decode(frame, out);
      return;
    }
    const { control } = JSON.parse(frame.text()) as { control: Control };
    const code = ControlCode[control.kind];
    const row = out.push(frame.sequence, frame.receivedAt, 0, -1, EventKind.control, Side.none, 0, 0, code);
    out.text.set(row, JSON.stringify(control));
  }
}
