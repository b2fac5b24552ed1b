import { isUtf8 } from 'node:buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RawData, WebSocket } from 'ws';
import { type FeedSession, type Reaction, type Secrets, withSecrets } from '../feeds/socket.ts';
import { Direction, type Line, type Note } from '../market/frame.ts';
import { redacted } from './secrets.ts';

/** A handshake that takes longer has failed. */
const HANDSHAKE_MS = 15_000;
/** A close that the other side does not answer is ended after this. */
const CLOSE_MS = 2_000;
/** The largest message that is taken; a larger one closes the connection, and the tape says so. */
const MESSAGE_BYTES_MOST = 256 << 20;
const REQUEST_MS = 30_000;

/** Where a connection's frames go. Called in the order in which things happened. */
export interface FrameSink {
  /** A number for a new connection. */
  nextConnection(): number;
  append(connection: number, direction: Direction, payload: Uint8Array, binary: boolean): void;
  note(connection: number, note: Note): void;
}

export interface Reconnect {
  readonly firstSeconds: number;
  readonly mostSeconds: number;
  /** Failures in a row after which it is given up. */
  readonly attempts: number;
}

export interface ConnectionOptions {
  readonly openSession: () => FeedSession;
  /** Only of a redundant recording. */
  readonly line: Line | undefined;
  /** Sent with the handshake, besides the feed's own; may hold `${secret}`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: Secrets;
  readonly staleMs: number;
  readonly reconnect: Reconnect;
  readonly sink: FrameSink;
}

/** What is known of one connection to the venue, over all its attempts. */
export interface ConnectionStatus {
  readonly line: Line | undefined;
  connected: boolean;
  /** Times that it was opened. */
  opened: number;
  frames: number;
  /** Holes in the venue's numbering. */
  holes: number;
  /** performance.now() of the last thing heard; pings count. */
  heardAt: number;
  /** Why it is not connected; empty while it is. */
  trouble: string;
}

/**
 * Keeps one connection to the venue open until told to stop: connects, says what the feed wants said, closes a
 * connection that has gone silent, and connects again: soon at first, then ever more slowly.
 */
export class Connection {
  readonly status: ConnectionStatus;
  readonly #options: ConnectionOptions;
  #socket: WebSocket | undefined;
  #session: FeedSession | undefined;
  #number = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const { line } = options;
    this.status = { line, connected: false, opened: 0, frames: 0, holes: 0, heardAt: 0, trouble: '' };
  }

  /** Resolves when `signal` is aborted; throws when no attempt is left. */
  async run(signal: AbortSignal): Promise<void> {
    const { reconnect } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      const opened = await this.#connectOnce(signal);
      failures = opened ? 0 : failures + 1;
      if (failures >= reconnect.attempts)
        throw new Error(`not connected after ${failures} attempts: ${this.status.trouble}`);
      if (!signal.aborted) await sleep(waitAfter(failures, reconnect), undefined, { signal }).catch(() => undefined);
    }
  }

  /** Markets that came up: asked for at once, if the connection is open; else the next greeting has them. */
  addMarkets(markets: readonly string[]): void {
    if (!this.#socket || !this.status.connected) return;
    for (const text of this.#session?.addMarkets?.(markets) ?? []) this.#send(this.#socket, this.#number, text);
  }

  /** Ends the connection at once, e.g. because nothing can be written any more. */
  terminate(): void {
    this.#socket?.terminate();
  }

  /** One connection from handshake to close; false if it did not open. */
  async #connectOnce(signal: AbortSignal): Promise<boolean> {
    const { status } = this;
    const { openSession, line, sink, staleMs } = this.#options;
    const session = openSession();
    let socket: WebSocket;
    try {
      socket = this.#open(session);
    } catch (error) {
      this.#fail(error);
      return false;
    }
    this.#socket = socket;
    this.#session = session;
    let number = 0;
    let keepingAlive: NodeJS.Timeout | undefined;
    const hear = () => {
      status.heardAt = performance.now();
    };
    const react = (reaction: Reaction | undefined) => {
      if (reaction) this.#react(socket, number, reaction);
    };
    const watching = setInterval(() => {
      if (number === 0 || performance.now() - status.heardAt < staleMs) return;
      status.trouble = `nothing heard for ${staleMs / 1000} s`;
      socket.terminate();
    }, staleMs / 4);
    const stop = () => {
      socket.close(1000);
      setTimeout(() => socket.terminate(), CLOSE_MS).unref();
    };
    signal.addEventListener('abort', stop);
    socket.on('open', () => {
      number = sink.nextConnection();
      this.#number = number;
      status.connected = true;
      status.opened++;
      status.trouble = '';
      hear();
      sink.note(number, { note: 'connected', url: session.url, line });
      for (const text of session.greeting()) this.#send(socket, number, text);
      const { keepAlive } = session;
      if (keepAlive) {
        keepingAlive = setInterval(() => this.#send(socket, number, keepAlive.message), keepAlive.seconds * 1000);
      }
    });
    socket.on('message', (data: RawData, binary: boolean) => {
      const payload = data as Buffer;
      status.frames++;
      hear();
      // Text that is not UTF-8 is kept byte for byte, as binary.
      sink.append(number, Direction.in, payload, binary || !isUtf8(payload));
      if (session.onMessage) react(session.onMessage(payload, binary));
    });
    socket.on('ping', hear);
    socket.on('pong', hear);
    socket.on('error', (error) => this.#fail(error));
    const [code, reason] = await new Promise<[number, string]>((resolve) => {
      socket.on('close', (closeCode, text) => resolve([closeCode, text.toString()]));
    });
    clearInterval(watching);
    clearInterval(keepingAlive);
    signal.removeEventListener('abort', stop);
    status.connected = false;
    if (number === 0) return false;
    const why = signal.aborted ? 'stopped by us' : status.trouble || reason || `closed with code ${code}`;
    status.trouble ||= why;
    sink.note(number, { note: 'disconnected', code, reason: why });
    return true;
  }

  #open(session: FeedSession): WebSocket {
    const { headers, secrets } = this.#options;
    const own = Object.entries(headers).map(([name, value]) => [name, withSecrets(value, secrets)]);
    return new WebSocket(withSecrets(session.url, secrets), {
      headers: { ...session.headers(Date.now(), secrets), ...Object.fromEntries(own) },
      handshakeTimeout: HANDSHAKE_MS,
      maxPayload: MESSAGE_BYTES_MOST,
      // Invalid text is recorded like any other: closing for it would lose what follows.
      skipUTF8Validation: true,
    });
  }

  #react(socket: WebSocket, number: number, { gap, send = [], get, reconnect }: Reaction): void {
    const { sink } = this.#options;
    if (gap !== undefined) {
      this.status.holes++;
      sink.note(number, { note: 'hole', reason: gap });
    }
    for (const text of send) this.#send(socket, number, text);
    if (get !== undefined) void this.#get(socket, get);
    if (reconnect !== undefined) {
      this.status.trouble = this.#safe(reconnect);
      socket.close(1000);
      setTimeout(() => socket.terminate(), CLOSE_MS).unref();
    }
  }

  /** The tape gets the text as the feed wrote it, the wire gets the secrets too. */
  #send(socket: WebSocket, number: number, text: string): void {
    if (socket.readyState !== socket.OPEN) return;
    this.#options.sink.append(number, Direction.out, Buffer.from(text, 'utf8'), false);
    socket.send(withSecrets(text, this.#options.secrets));
  }

  /** Request and answer are frames on a connection of their own. Asked again, ever more slowly, until there is one. */
  async #get(socket: WebSocket, url: string): Promise<void> {
    const { sink, reconnect } = this.#options;
    for (let failures = 1; socket.readyState === socket.OPEN; failures++) {
      const number = sink.nextConnection();
      sink.append(number, Direction.out, Buffer.from(`GET ${url}`, 'utf8'), false);
      try {
        const response = await fetch(url, { signal: AbortSignal.timeout(REQUEST_MS) });
        const body = Buffer.from(await response.arrayBuffer());
        sink.append(number, Direction.in, body, !isUtf8(body));
        if (response.ok) return;
        sink.note(number, { note: 'remark', text: `GET ${url}: status ${response.status}` });
      } catch (error) {
        sink.note(number, { note: 'remark', text: this.#safe(`GET ${url}: ${(error as Error).message}`) });
      }
      await sleep(waitAfter(failures, reconnect), undefined, { ref: false });
    }
  }

  #fail(error: unknown): void {
    this.status.trouble = this.#safe(error instanceof Error ? error.message || String(error.name) : String(error));
  }

  #safe(text: string): string {
    return redacted(text, this.#options.secrets);
  }
}

/** Milliseconds: 1 s, 2 s, 4 s ... 60 s, each with up to a quarter more, so that many recorders do not come back at once. */
function waitAfter(failures: number, { firstSeconds, mostSeconds }: Reconnect): number {
  const seconds = Math.min(mostSeconds, firstSeconds * 2 ** Math.max(0, failures - 1));
  return 1000 * seconds * (1 + Math.random() / 4);
}
