import type { WebSocket } from 'ws';
import { createVenue } from '../feeds/index.ts';
import type { Tape } from '../tape/tape.ts';
import { Client } from './client.ts';
import { type Listener, listen } from './listener.ts';
import type { ServeOptions } from './server.ts';
import { Timeline } from './timeline.ts';

export interface VenueServeOptions extends ServeOptions {
  /** step: all follow one run of the tape · own: each client has its own, from the start. */
  readonly clients: 'step' | 'own';
}

/**
 * Plays a tape as the exchange itself: clients get what they subscribe to, numbered for them, and answers to their
 * commands. A run of the tape begins with the first subscription.
 */
export class VenueServer {
  readonly #tape: Tape;
  readonly #options: VenueServeOptions;
  readonly #listener: Listener;
  readonly #running = new Set<Timeline>();
  /** What the next client joins, when all are in step. */
  #common: Timeline | undefined;
  /** Somebody has had the whole tape. */
  #served = false;
  /** Resolves when the tape has been served, with `once`; rejects if it cannot be read. */
  readonly done: Promise<void>;
  #finish!: () => void;
  #fail!: (error: unknown) => void;

  private constructor(tape: Tape, options: VenueServeOptions, listener: Listener) {
    this.#tape = tape;
    this.#options = options;
    this.#listener = listener;
    this.done = new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    listener.server.on('connection', (socket) => this.#accept(socket));
  }

  static async start(tape: Tape, options: VenueServeOptions): Promise<VenueServer> {
    // A feed that cannot be served is refused now, not when the first client comes.
    createVenue(tape.header.feed, []);
    return new VenueServer(tape, options, await listen(options.port, options.host));
  }

  get url(): string {
    return this.#listener.url;
  }

  async close(): Promise<void> {
    for (const timeline of this.#running) timeline.stop();
    await this.#listener.close();
  }

  #accept(socket: WebSocket): void {
    const client = new Client(socket);
    const timeline = this.#timeline();
    timeline.join(client);
    socket.on('message', (data) => {
      try {
        if (timeline.command(client, String(data)) && !this.#running.has(timeline)) void this.#run(timeline);
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  #timeline(): Timeline {
    const { speed, clients } = this.#options;
    const { feed, instruments } = this.#tape.header;
    const create = () => new Timeline(this.#tape, createVenue(feed, instruments), speed, clients === 'own');
    if (clients === 'own') return create();
    if (!this.#common || this.#common.ended) this.#common = create();
    return this.#common;
  }

  async #run(timeline: Timeline): Promise<void> {
    this.#running.add(timeline);
    try {
      await timeline.run();
    } catch (error) {
      this.#fail(error);
    }
    this.#running.delete(timeline);
    this.#served ||= timeline.ended;
    if (this.#options.once && this.#served && this.#running.size === 0) this.#finish();
  }
}
