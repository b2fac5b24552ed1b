import { crc32 } from 'node:zlib';
import { openDiscovery, openSession } from '../feeds/sessions.ts';
import { type Secrets, withSecrets } from '../feeds/socket.ts';
import { type Direction, type Line, type Note, noteFrame } from '../market/frame.ts';
import { parseTime } from '../market/units.ts';
import type { TapeHeader } from '../tape/header.ts';
import { TapeWriter } from '../tape/writer.ts';
import { Alerts } from './alerts.ts';
import { ArrivalClock } from './clock.ts';
import type { RecordConfig } from './config.ts';
import { Connection, type FrameSink } from './connection.ts';
import { Discovery } from './discovery.ts';
import { Health, onLine, type RecorderStatus } from './health.ts';
import { StatusServer } from './http.ts';
import { readSecrets } from './secrets.ts';

const FLUSH_MS = 250;
const WATCH_MS = 1_000;
/** Each share of the markets is on both. */
const LINES: readonly Line[] = ['A', 'B'];

/**
 * Sockets to one tape. Every message goes to the log of the tape as it was delivered, with its arrival; so do our own
 * commands, and what happens to the connections. Writing is synchronous: while the disk is slow nothing is read, so the
 * venue's TCP connection waits, and memory stays bounded.
 */
export class Recorder implements FrameSink {
  readonly #config: RecordConfig;
  readonly #writer: TapeWriter;
  readonly #clock: ArrivalClock;
  /** By share of the markets: its connection, or one on each line. */
  readonly #shares: readonly (readonly Connection[])[];
  readonly #connections: readonly Connection[];
  readonly #discovery: Discovery | undefined;
  readonly #secrets: Secrets;
  readonly #health: Health;
  readonly #alerts: Alerts;
  readonly #log: (line: string) => void;
  readonly #stop = new AbortController();
  /** Of the connections that stand. */
  readonly #lines = new Map<number, Line>();
  #lastConnection = 0;
  #rotation: Promise<void> | undefined;
  #failure: unknown;
  /** What was last said to be wrong. */
  #trouble = '';

  private constructor(config: RecordConfig, secrets: Secrets, writer: TapeWriter, log: (line: string) => void) {
    this.#config = config;
    this.#secrets = secrets;
    this.#writer = writer;
    this.#log = log;
    this.#alerts = new Alerts(config.alerts ?? {}, secrets, log);
    const { timeLapse, feed } = config;
    this.#clock = new ArrivalClock(
      timeLapse && { from: BigInt(parseTime(timeLapse.from)) * 1000n, speed: timeLapse.speed },
    );
    const options = {
      headers: config.headers,
      secrets,
      staleMs: config.staleSeconds * 1000,
      reconnect: config.reconnect,
      sink: this,
    };
    this.#discovery = config.discover && this.#discoverer(config.discover);
    const lines = config.redundant ? LINES : [undefined];
    this.#shares = Array.from({ length: config.connections }, (_, share) => {
      const settings = () => ({
        ...config,
        markets: this.#share(share),
        isFirst: share === 0,
        discovers: config.discover !== undefined,
      });
      return lines.map(
        (line) => new Connection({ ...options, line, openSession: () => openSession(feed, settings()) }),
      );
    });
    this.#connections = this.#shares.flat();
    this.#health = new Health(
      { tape: config.tape, feed, markets: config.markets.length },
      this.#connections.map(({ status }) => status),
      () => writer,
    );
  }

  /** Throws for a secret that cannot be read, is missing or of no use, before anything is on disk. */
  static async create(config: RecordConfig, log: (line: string) => void = () => undefined): Promise<Recorder> {
    const secrets = await readSecrets(config.secrets);
    checkSecrets(config, secrets);
    const { tape, feed, environment, url, channels, markets, messages, instruments, timeLapse } = config;
    const source = { environment, url, channels, markets, messages, timeLapse };
    return new Recorder(config, secrets, await TapeWriter.open(tape, { feed, source, instruments }), log);
  }

  get status(): RecorderStatus {
    return this.#health.status;
  }

  /** Records until `signal` is aborted; then closes the tape and returns its header. */
  async run(signal: AbortSignal): Promise<TapeHeader> {
    const { tape, feed, http, fsyncSeconds } = this.#config;
    const token = http?.token === undefined ? undefined : withSecrets(http.token, this.#secrets);
    const server = http && (await StatusServer.start({ ...http, token }, () => this.status));
    if (server) this.#log(`status on ${server.url}`);
    const stopped = AbortSignal.any([signal, this.#stop.signal]);
    const timers = [
      setInterval(() => this.#try(() => this.#writer.flush()), FLUSH_MS),
      setInterval(() => this.#writer.sync().catch((error: unknown) => this.#fail(error)), fsyncSeconds * 1000),
      setInterval(() => !stopped.aborted && this.#watch(), WATCH_MS),
    ];
    this.#goOn();
    this.#health.start();
    this.#alerts.tell('start', `recording ${feed} to ${tape}`);
    try {
      // The first list comes before the first subscription, so that it holds the markets of now.
      await this.#discovery?.ask(stopped);
      void this.#discovery?.run(stopped);
      await Promise.all(
        this.#connections.map((connection) => connection.run(stopped).catch((error: unknown) => this.#fail(error))),
      );
      await this.#rotation;
      const header = await this.#writer.close();
      if (this.#failure !== undefined) throw this.#failure;
      this.#alerts.tell('stop', `${tape}: stopped after ${this.#writer.frames} frames`);
      return header;
    } finally {
      timers.forEach(clearInterval);
      this.#health.stop();
      await this.#alerts.settle();
      await server?.close();
    }
  }

  #discoverer(wanted: NonNullable<RecordConfig['discover']>): Discovery {
    const { feed, environment } = this.#config;
    const onMarkets = (markets: readonly string[]) => {
      this.#shares.forEach((connections, share) => {
        const own = markets.filter((market) => this.#shareOf(market) === share);
        if (own.length > 0) for (const connection of connections) connection.addMarkets(own);
      });
    };
    return new Discovery({
      ...wanted,
      feed: openDiscovery(feed, environment, wanted),
      secrets: this.#secrets,
      sink: this,
      log: this.#log,
      onMarkets,
    });
  }

  /** The markets of one of the shares, now. */
  #share(share: number): readonly string[] {
    const markets = [...this.#config.markets, ...(this.#discovery?.open(Date.now()) ?? [])];
    return [...new Set(markets)].filter((market) => this.#shareOf(market) === share);
  }

  /** Always the same share for the same market, so that a market found again is not subscribed to twice. */
  #shareOf(market: string): number {
    return crc32(market) % this.#config.connections;
  }

  nextConnection(): number {
    this.#lastConnection = Math.max(this.#lastConnection, this.#writer.lastConnection) + 1;
    return this.#lastConnection;
  }

  append(connection: number, direction: Direction, payload: Uint8Array, binary: boolean): void {
    this.#try(() => {
      this.#writer.append({ receivedAt: this.#clock.now(), connection, direction, binary, payload });
      if (this.#writer.segmentIsFull) this.#rotate();
    });
  }

  note(connection: number, note: Note): void {
    if (note.note === 'connected' && note.line) this.#lines.set(connection, note.line);
    const line = onLine(this.#lines.get(connection));
    const log = (text: string) => this.#log(`connection ${connection}: ${line}${text}`);
    if (note.note === 'connected') log(`connected to ${note.url}`);
    else if (note.note === 'disconnected') log(`disconnected, ${note.reason}`);
    else if (note.note === 'remark') log(note.text);
    else if (note.note === 'hole') {
      log(`gap, ${note.reason}`);
      this.#alerts.tell('gap', `${this.#config.tape}: ${line}${note.reason}`);
    }
    if (note.note === 'disconnected') this.#lines.delete(connection);
    this.#try(() => this.#writer.append(noteFrame(this.#clock.now(), connection, note)));
  }

  /** A tape that was there is continued: what was missed in between is on it, as its last disconnect and the next connect. */
  #goOn(): void {
    const { recovered, frames } = this.#writer;
    if (recovered) {
      const torn = recovered.tornBytes > 0 ? `, a torn tail of ${recovered.tornBytes} bytes was cut off` : '';
      this.#log(`${this.#config.tape} was not closed: ${recovered.frames} frames recovered from its log${torn}`);
    }
    if (frames > 0) this.#log(`going on after ${frames} frames`);
  }

  /** Says when a connection fails, and tells people of one that stays away. */
  #watch(): void {
    const limit = this.#config.alerts?.disconnectSeconds ?? Number.POSITIVE_INFINITY;
    const { trouble } = this.status;
    if (trouble !== this.#trouble && trouble !== '') this.#log(trouble);
    this.#trouble = trouble;
    for (const { status } of this.#connections) {
      if (status.connected || performance.now() - status.heardAt < limit * 1000) continue;
      const { line, trouble: why } = status;
      this.#alerts.tell('disconnect', `${this.#config.tape}: ${onLine(line)}not connected for over ${limit} s: ${why}`);
    }
  }

  /** Packs the full segment while new frames go to the log of the next one; one at a time. */
  #rotate(): void {
    this.#rotation ??= this.#writer
      .rotate()
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#rotation = undefined;
      });
  }

  /** What cannot be written ends the recording: nothing is taken that would be lost. */
  #try(write: () => void): void {
    if (this.#failure !== undefined) return;
    try {
      write();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#failure === undefined) {
      this.#failure = error;
      this.#alerts.tell('write', `${this.#config.tape}: recording stopped: ${(error as Error).message}`);
    }
    this.#stop.abort();
    for (const connection of this.#connections) connection.terminate();
  }
}

/** Every text that names a secret, and the handshake's signature, are tried once: later nobody is there to mend them. */
function checkSecrets(config: RecordConfig, secrets: Secrets): void {
  const { feed, url, messages, headers, keepAlive, http, alerts } = config;
  withSecrets(JSON.stringify({ url, messages, headers, keepAlive, http, alerts }), secrets);
  openSession(feed, config).headers(Date.now(), secrets);
}
