import { type Decoder, Direction, type FrameView, type Note } from '../market/frame.ts';
import type { Micros } from '../market/units.ts';
import type { ArbitratedMarket } from './line-market.ts';

/** One of the two lines: its connections, with a decoder for what they say. */
export class LineState {
  readonly decoder: Decoder;
  /** Markets by the decoder's numbers; undefined: one that cannot be compared with the other line's. */
  readonly markets: (ArbitratedMarket | undefined)[] = [];
  /** Arrival of the first message while all its connections are open; NaN: not all are. */
  completeSince: Micros = Number.NaN;
  /** Arrival of the last message on each open connection; of its first frame before there is one. */
  readonly #heardAt = new Map<number, Micros>();
  /** Connections that were open at once, each with a share of the markets. */
  #most = 0;

  constructor(decoder: Decoder) {
    this.decoder = decoder;
  }

  /** When the frame's connection was last heard before it. */
  heardBefore({ connection, receivedAt }: FrameView): Micros {
    return this.#heardAt.get(connection) ?? receivedAt;
  }

  /** Takes note of a frame of the line. */
  follow(frame: FrameView): void {
    const { connection, direction, receivedAt } = frame;
    if (direction === Direction.in || !this.#heardAt.has(connection)) this.#heardAt.set(connection, receivedAt);
    this.#most = Math.max(this.#most, this.#heardAt.size);
    if (direction === Direction.in) {
      const isComplete = this.#heardAt.size === this.#most;
      if (isComplete && Number.isNaN(this.completeSince)) this.completeSince = receivedAt;
    } else if (direction === Direction.note && (JSON.parse(frame.text()) as Note).note === 'disconnected') {
      this.#heardAt.delete(connection);
      this.completeSince = Number.NaN;
      // A recording that is gone on with may share the markets out otherwise.
      if (this.#heardAt.size === 0) this.#most = 0;
    }
  }
}
