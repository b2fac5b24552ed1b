import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { VenueSession, VenueSocket } from '../feeds/venue-socket.ts';
import { FrameView } from '../market/frame.ts';
import type { Tape } from '../tape/tape.ts';
import type { Client } from './client.ts';
import { Pace } from './pace.ts';

/** Bytes waiting for a client above which the tape waits for it, until it has taken half of them. */
const BACKLOG_MOST = 4 << 20;
/** How long clients in step wait for one of them. */
const PATIENCE_MS = 5_000;
/** Frames after which sockets get a turn, however fast the tape runs: commands come in, pings go out. */
const FRAMES_PER_TURN = 256;

/** One run of a tape, with the clients that follow it. */
export class Timeline {
  readonly #tape: Tape;
  readonly #venue: VenueSocket;
  readonly #speed: number;
  /** Nobody else follows, so a slow client is waited for. */
  readonly #isPrivate: boolean;
  readonly #clients = new Map<Client, VenueSession>();
  readonly #stop = new AbortController();
  /** The tape is over: whoever comes now needs another run. */
  ended = false;
  #run: Promise<void> | undefined;

  constructor(tape: Tape, venue: VenueSocket, speed: number, isPrivate: boolean) {
    this.#tape = tape;
    this.#venue = venue;
    this.#speed = speed;
    this.#isPrivate = isPrivate;
  }

  join(client: Client): void {
    const session = this.#venue.connect((text) => client.send(text));
    this.#clients.set(client, session);
    void client.closed.then(() => {
      this.#leave(client);
      if (this.#isPrivate) this.stop();
    });
  }

  /** A text that the client sent. True if the tape may run from now on. */
  command(client: Client, text: string): boolean {
    const session = this.#clients.get(client);
    session?.command(text);
    return session?.subscribed ?? false;
  }

  /** Runs the tape to its end and says goodbye to everyone; once, however often it is called. */
  run(): Promise<void> {
    this.#run ??= this.#play();
    return this.#run;
  }

  stop(): void {
    this.#stop.abort();
  }

  async #play(): Promise<void> {
    const { signal } = this.#stop;
    const pace = Number.isFinite(this.#speed) ? new Pace(this.#speed) : undefined;
    const view = new FrameView();
    // Of two lines one is played: the other tells the same.
    const doubled = new Set(
      this.#tape.header.connections.filter(({ line }) => line === 'B').map(({ connection }) => connection),
    );
    let frames = 0;
    for await (const batch of this.#tape.read()) {
      for (let i = 0; i < batch.count; i++) {
        if (pace) await pace.reach(batch.receivedAt[i], signal);
        if (signal.aborted) return;
        if (doubled.has(batch.connection[i])) continue;
        this.#venue.take(view.at(batch, i));
        if (this.#behind(BACKLOG_MOST).length > 0) await this.#waitFor(BACKLOG_MOST / 2);
        if (++frames % FRAMES_PER_TURN === 0) await nextTurn();
      }
    }
    await this.#waitFor(0);
    this.ended = true;
    const clients = [...this.#clients.keys()];
    for (const client of clients) client.close(1000, 'the tape has ended');
    // Only now have they had everything.
    await Promise.all(clients.map(({ closed }) => closed));
  }

  #leave(client: Client): void {
    this.#clients.get(client)?.close();
    this.#clients.delete(client);
  }

  #behind(bytes: number): Client[] {
    return [...this.#clients.keys()].filter(({ backlog }) => backlog > bytes);
  }

  /** Until all clients are within `bytes`; in step, those that do not get there soon are sent away. */
  async #waitFor(bytes: number): Promise<void> {
    const taken = Promise.all(this.#behind(bytes).map((client) => client.takenTo(bytes)));
    if (this.#isPrivate) {
      await taken;
      return;
    }
    const patience = new AbortController();
    await Promise.race([taken, sleep(PATIENCE_MS, undefined, { signal: patience.signal }).catch(() => undefined)]);
    patience.abort();
    for (const client of this.#behind(bytes)) {
      this.#leave(client);
      client.close(1008, 'too slow: the others in step cannot wait');
    }
  }
}
