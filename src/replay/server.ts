import type { WebSocket } from 'ws';
import { Direction, FrameView } from '../market/frame.ts';
import type { Tape } from '../tape/tape.ts';
import { type Listener, listen } from './listener.ts';
import { Pace } from './pace.ts';

export interface ServeOptions {
  /** 0 = any free one. */
  readonly port: number;
  /** Address to listen on; only this machine by default. */
  readonly host: string;
  /** Times as fast as it was recorded; Infinity: as fast as the client takes it. */
  readonly speed: number;
  /** Stop after the tape has been served once; else begin anew with the next client. */
  readonly once: boolean;
}

/** How long a client may stay silent after connecting before data come unasked. */
const FIRST_WORD_MS = 1_000;
/** Bytes waiting in a socket above which we wait for the client. */
const WAITING_BYTES_MOST = 1 << 20;

/**
 * Plays a tape over a WebSocket as the venue would have: the frames that came in, byte for byte, in order. Each
 * recorded connection is served on a connection of its own and closed where it ended, so that a client has to connect
 * again where the recorder had to. Sending begins with the client's first message (its subscription).
 */
export class TapeServer {
  readonly #tape: Tape;
  readonly #options: ServeOptions;
  readonly #listener: Listener;
  readonly #connections: readonly number[];
  #next = 0;
  /** One timeline for all connections of the tape, begun by the first client. */
  #pace: Pace | undefined;
  framesSent = 0;
  /** Resolves when the tape has been served; rejects if it cannot be read. */
  readonly done: Promise<void>;
  #finish!: () => void;
  #fail!: (error: unknown) => void;

  private constructor(tape: Tape, options: ServeOptions, connections: readonly number[], listener: Listener) {
    this.#tape = tape;
    this.#options = options;
    this.#connections = connections;
    this.#listener = listener;
    this.done = new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    listener.server.on('connection', (socket) => {
      this.#serve(socket).catch(this.#fail);
    });
  }

  static async start(tape: Tape, options: ServeOptions): Promise<TapeServer> {
    const connections = await socketConnections(tape);
    return new TapeServer(tape, options, connections, await listen(options.port, options.host));
  }

  get url(): string {
    return this.#listener.url;
  }

  get connections(): number {
    return this.#connections.length;
  }

  async close(): Promise<void> {
    await this.#listener.close();
  }

  async #serve(socket: WebSocket): Promise<void> {
    const connection = this.#connections[this.#next];
    if (connection === undefined) {
      socket.close(1000, 'the tape has ended');
      return;
    }
    this.#next++;
    const isLast = this.#next === this.#connections.length;
    await firstWord(socket);
    if (Number.isFinite(this.#options.speed)) this.#pace ??= new Pace(this.#options.speed);
    await this.#play(socket, connection);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.close(1000, isLast ? 'the tape has ended' : 'the recorded connection ended');
    // Only now has the client had everything.
    await closed;
    if (!isLast) return;
    this.#pace = undefined;
    if (this.#options.once) this.#finish();
    else this.#next = 0;
  }

  async #play(socket: WebSocket, connection: number): Promise<void> {
    const view = new FrameView();
    for await (const batch of this.#tape.read()) {
      for (let i = 0; i < batch.count; i++) {
        if (batch.connection[i] !== connection || batch.direction[i] !== Direction.in) continue;
        const frame = view.at(batch, i);
        if (this.#pace) await this.#pace.reach(frame.receivedAt);
        if (socket.readyState !== socket.OPEN) return;
        // A copy: the socket may keep it while the batch's memory is used again.
        const payload = Buffer.from(frame.payload());
        if (socket.bufferedAmount < WAITING_BYTES_MOST) socket.send(payload, { binary: frame.binary });
        else await new Promise<void>((resolve) => socket.send(payload, { binary: frame.binary }, () => resolve()));
        this.framesSent++;
      }
    }
  }
}

/** Connections that were sockets, in order: an HTTP request has a connection too, which begins with what we sent. */
async function socketConnections(tape: Tape): Promise<number[]> {
  const sockets = new Map<number, boolean>();
  const view = new FrameView();
  for await (const batch of tape.read()) {
    for (let i = 0; i < batch.count; i++) {
      const { connection, direction } = view.at(batch, i);
      if (sockets.has(connection) || connection === 0) continue;
      const isRequest = direction === Direction.out && view.text().startsWith('GET http');
      if (direction !== Direction.note) sockets.set(connection, !isRequest);
    }
  }
  return [...sockets].filter(([, isSocket]) => isSocket).map(([connection]) => connection);
}

async function firstWord(socket: WebSocket): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, FIRST_WORD_MS);
    socket.once('message', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
