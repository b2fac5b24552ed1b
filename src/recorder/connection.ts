import { isUtf8 } from 'node:buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RawData, WebSocket } from 'ws';
import { type FeedSession, type Reaction, type Secrets, withSecrets } from '../feeds/socket.ts';
import { Direction, type Line, type Note } from '../market/frame.ts';
import { type BackOff, waitAfter } from './back-off.ts';
import { redacted } from './secrets.ts';
import { VenueClock } from './venue-clock.ts';

/** A handshake that takes longer has failed. */
const HANDSHAKE_MS = 15_000;
/** A close that the other side does not answer is ended after this. */
const CLOSE_MS = 2_000;
/** The largest message that is taken; a larger one closes the connection, and the tape says so. */
const MESSAGE_BYTES_MOST = 256 << 20;
const REQUEST_MS = 30_000;

/** How often the venue's clock is noted on the tape. */
const CLOCK_NOTE_MS = 60_000;

/** Where a connection's frames go. Called in the order in which things happened. */
export interface FrameSink {
  /** A number for a new connection. */
  nextConnection(): number;
  /** Returns the arrival, nanoseconds since 1970 UTC. */
  append(connection: number, direction: Direction, payload: Uint8Array, binary: boolean): bigint;
  note(connection: number, note: Note): void;
}

export interface Reconnect extends BackOff {
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
  /** Markets of which the venue has told something new. */
  readonly onNews?: (markets: readonly string[]) => void;
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
  /** performance.now() of the last thing heard, be it a ping or part of a message. */
  heardAt: number;
  /** Arrival less the venue's own times, milliseconds, in the last reading; NaN before the first. */
  venueLagMs: number;
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
  /** While it is open. */
  #session: FeedSession | undefined;
  #number = 0;
  #notedFailure = '';

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const { line } = options;
    this.status = {
      line,
      connected: false,
      opened: 0,
      frames: 0,
      holes: 0,
      heardAt: 0,
      venueLagMs: Number.NaN,
      trouble: '',
    };
  }

  /** Resolves when `signal` is aborted; throws when no attempt is left. */
  async run(signal: AbortSignal): Promise<void> {
    const { reconnect } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      const stood = await this.#connectOnce(signal);
      // A venue that sends us away as soon as it has let us in is asked ever more slowly too.
      failures = stood < reconnect.firstSeconds * 1000 ? failures + 1 : 0;
      if (failures >= reconnect.attempts)
        throw new Error(`not connected after ${failures} attempts: ${this.status.trouble}`);
      if (!signal.aborted) await sleep(waitAfter(failures, reconnect), undefined, { signal }).catch(() => undefined);
    }
  }

  /** Markets that came up: asked for at once, if the connection is open; else the next greeting has them. */
  addMarkets(markets: readonly string[]): void {
    this.#sendAll(this.#session?.addMarkets?.(markets));
  }

  /** Markets that are over: taken off the open connection; the next greeting is without them. */
  removeMarkets(markets: readonly string[]): void {
    this.#sendAll(this.#session?.removeMarkets?.(markets));
  }

  /** Ends the connection at once, e.g. because nothing can be written any more. */
  terminate(): void {
    this.#socket?.terminate();
  }

  /** One connection from handshake to close; returns how long it was open, milliseconds. */
  async #connectOnce(signal: AbortSignal): Promise<number> {
    const { status } = this;
    const { openSession, line, sink, staleMs } = this.#options;
    const session = openSession();
    let socket: WebSocket;
    try {
      socket = this.#open(session);
    } catch (error) {
      this.#fail(error);
      this.#noteFailure();
      return 0;
    }
    this.#socket = socket;
    let number = 0;
    let openedAt = 0;
    let keepingAlive: NodeJS.Timeout | undefined;
    const hear = () => {
      status.heardAt = performance.now();
    };
    const clock = new VenueClock();
    const noteClock = () => {
      const reading = clock.take();
      if (!reading) return;
      status.venueLagMs = reading.median;
      sink.note(number, { note: 'clock', ...reading });
    };
    const notingClock = setInterval(noteClock, CLOCK_NOTE_MS);
    const react = (reaction: Reaction | undefined) => {
      if (reaction) this.#react(socket, number, reaction);
    };
    const watch = () => {
      if (socket.readyState !== socket.OPEN || performance.now() - status.heardAt < staleMs) return;
      status.trouble = `nothing heard for ${staleMs / 1000} s`;
      socket.terminate();
    };
    // Once all that has arrived is read: while we stood still, it was not the venue that was silent.
    const watching = setInterval(() => setImmediate(watch), staleMs / 4);
    const stop = () => {
      socket.close(1000);
      setTimeout(() => socket.terminate(), CLOSE_MS).unref();
    };
    signal.addEventListener('abort', stop);
    socket.on('open', () => {
      number = sink.nextConnection();
      openedAt = performance.now();
      this.#number = number;
      this.#session = session;
      this.#notedFailure = '';
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
      const arrivedAt = sink.append(number, Direction.in, payload, binary || !isUtf8(payload));
      if (session.venueTime && clock.isDue(status.heardAt)) {
        clock.add(status.heardAt, Number(arrivedAt / 1000n) / 1000, session.venueTime(payload));
      }
      if (session.onMessage) react(session.onMessage(payload, binary));
    });
    // Every byte counts: a large message may take longer to come than a connection may be silent.
    socket.on('upgrade', ({ socket: wire }) => socket.on('open', () => wire.on('data', hear)));
    socket.on('error', (error) => this.#fail(error));
    const [code, reason] = await new Promise<[number, string]>((resolve) => {
      socket.on('close', (closeCode, text) => resolve([closeCode, text.toString()]));
    });
    clearInterval(watching);
    clearInterval(notingClock);
    clearInterval(keepingAlive);
    signal.removeEventListener('abort', stop);
    this.#session = undefined;
    status.connected = false;
    if (number === 0) {
      if (!signal.aborted) this.#noteFailure();
      return 0;
    }
    noteClock();
    const why = signal.aborted ? 'stopped by us' : status.trouble || reason || `closed with code ${code}`;
    status.trouble ||= why;
    sink.note(number, { note: 'disconnected', code, reason: why });
    return performance.now() - openedAt;
  }

  /** Why there is no connection, once for each reason: it belongs to none. */
  #noteFailure(): void {
    const { trouble } = this.status;
    if (trouble === this.#notedFailure) return;
    this.#notedFailure = trouble;
    this.#options.sink.note(0, { note: 'remark', text: `not connected: ${trouble}` });
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

  #react(socket: WebSocket, number: number, { gap, send = [], get, news, reconnect }: Reaction): void {
    const { sink, onNews } = this.#options;
    if (gap !== undefined) {
      this.status.holes++;
      sink.note(number, { note: 'hole', reason: gap });
    }
    for (const text of send) this.#send(socket, number, text);
    if (get !== undefined) void this.#get(socket, get);
    if (news !== undefined) onNews?.(news);
    if (reconnect !== undefined) {
      this.status.trouble = this.#safe(reconnect);
      socket.close(1000);
      setTimeout(() => socket.terminate(), CLOSE_MS).unref();
    }
  }

  #sendAll(texts: readonly string[] = []): void {
    for (const text of texts) this.#send(this.#socket as WebSocket, this.#number, text);
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
