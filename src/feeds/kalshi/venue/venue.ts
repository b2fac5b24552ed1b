import type { FrameView } from '../../../market/frame.ts';
import type { InstrumentFacts } from '../../../market/instrument.ts';
import type { Send, VenueSession, VenueSocket } from '../../venue-socket.ts';
import { Floor } from './floor.ts';
import { KalshiSession } from './session.ts';

/** Kalshi's end of its socket, at a moment of a tape. */
export class KalshiVenue implements VenueSocket {
  readonly #floor: Floor;
  readonly #sessions = new Set<KalshiSession>();

  constructor(facts: readonly InstrumentFacts[]) {
    this.#floor = new Floor(facts);
  }

  take(frame: FrameView): void {
    this.#floor.take(frame);
    for (const session of this.#sessions) session.hear();
  }

  connect(send: Send): VenueSession {
    const session = new KalshiSession(this.#floor, send, () => this.#sessions.delete(session));
    this.#sessions.add(session);
    return session;
  }
}
