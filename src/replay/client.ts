import type { WebSocket } from 'ws';

/** Kalshi sends a ping with this body so often; others expect some ping, and do not mind which. */
const HEARTBEAT_MS = 10_000;
const HEARTBEAT = 'heartbeat';

/** A client's socket: what waits to be taken is counted, so that the tape can wait for it or go on without it. */
export class Client {
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;
  readonly #heartbeat: NodeJS.Timeout;
  #waiting: (() => void)[] = [];

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.#heartbeat = setInterval(() => socket.ping(HEARTBEAT), HEARTBEAT_MS);
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.once('close', () => {
      clearInterval(this.#heartbeat);
      this.#wake();
    });
    // A broken connection closes as well, and that is all there is to do about it.
    socket.on('error', () => undefined);
  }

  get backlog(): number {
    return this.#socket.readyState === this.#socket.OPEN ? this.#socket.bufferedAmount : 0;
  }

  send(text: string): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(text, () => this.#wake());
  }

  /** Resolves when at most so many bytes wait to be taken, or the client has gone. */
  async takenTo(bytes: number): Promise<void> {
    while (this.backlog > bytes) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
