import { setMaxListeners } from 'node:events';
import { crc32 } from 'node:zlib';
import { openDiscovery, openSession } from '../feeds/sessions.ts';
import { type Secrets, withSecrets } from '../feeds/socket.ts';
import { type Direction, type Frame, type Line, type Note, noteFrame } from '../market/frame.ts';
import { type Micros, parseTime } from '../market/units.ts';
import type { TapeHeader } from '../tape/header.ts';
import { TapeWriter } from '../tape/writer.ts';
import { type AlertKind, Alerts } from './alerts.ts';
import { ArrivalClock } from './clock.ts';
import type { RecordConfig } from './config.ts';
import { Connection, type FrameSink } from './connection.ts';
import { Discovery } from './discovery.ts';
import { Disk } from './disk.ts';
import { Health, onLine, type RecorderStatus } from './health.ts';
import { StatusServer } from './http.ts';
import { readSecrets } from './secrets.ts';
import { recorderSite } from './site.ts';
import { StallWatch } from './stall-watch.ts';

const FLUSH_MS = 250;
const WATCH_MS = 1_000;
const RETENTION_MS = 3_600_000;
/** Each share of the markets is on both. */
const LINES: readonly Line[] = ['A', 'B'];

/**
 * Sockets to one tape. Every message goes to the log of the tape as it was delivered, with its arrival; so do our own
 * commands, and what happens to the connections. Writing is synchronous: while the disk is slow nothing is read, so the
 * venue's TCP connection waits, and memory stays bounded.
 */
export class Recorder implements FrameSink {
  /** Gets each frame once it is on the tape, as it stands there. Whoever throws ends the recording. */
  onFrame: (frame: Frame, sequence: number) => void = () => undefined;
  readonly #config: RecordConfig;
  readonly #writer: TapeWriter;
  /** On the tape that is continued. */
  readonly #framesBefore: number;
  readonly #clock: ArrivalClock;
  /** By share of the markets: its connection, or one on each line. */
  readonly #shares: readonly (readonly Connection[])[];
  readonly #connections: readonly Connection[];
  readonly #discovery: Discovery | undefined;
  readonly #secrets: Secrets;
  readonly #disk: Disk;
  readonly #health: Health;
  readonly #stalls: StallWatch;
  readonly #alerts: Alerts;
  readonly #log: (line: string) => void;
  readonly #stop = new AbortController();
  /** Of the connections that stand. */
  readonly #lines = new Map<number, Line>();
  #lastConnection = 0;
  #rotation: Promise<void> | undefined;
  #failure: unknown;
  /** Connections that stay away and were told, by their share. */
  readonly #away = new Set<number>();

  private constructor(config: RecordConfig, secrets: Secrets, writer: TapeWriter, log: (line: string) => void) {
    this.#config = config;
    this.#secrets = secrets;
    this.#writer = writer;
    this.#framesBefore = writer.frames;
    this.#log = log;
    this.#alerts = new Alerts(config.alerts ?? {}, secrets, log);
    const { timeLapse, feed } = config;
    this.#clock = new ArrivalClock(
      writer.lastReceivedAt,
      timeLapse && { from: BigInt(parseTime(timeLapse.from)) * 1000n, speed: timeLapse.speed },
    );
    const options = {
      headers: config.headers,
      secrets,
      staleMs: config.staleSeconds * 1000,
      reconnect: config.reconnect,
      sink: this,
      onNews: (markets: readonly string[]) => this.#discovery?.hear(markets),
    };
    this.#discovery = config.discover && this.#discoverer(config.discover);
    const lines = config.redundant ? LINES : [undefined];
    this.#shares = Array.from({ length: config.connections }, (_, share) => {
      const markets = () => this.#share(share);
      const settings = {
        ...config,
        // Read when the connection opens: markets may come up during the handshake.
        get markets() {
          return markets();
        },
        isFirst: share === 0,
        discovers: config.discover !== undefined,
        lifecycle: config.discover?.lifecycle,
      };
      return lines.map((line) => new Connection({ ...options, line, openSession: () => openSession(feed, settings) }));
    });
    this.#connections = this.#shares.flat();
    this.#stalls = new StallWatch((milliseconds) => this.note(0, { note: 'stall', milliseconds }));
    this.#disk = new Disk(config.tape, config.disk.leastFreeMegabytes, (trouble) => {
      log(trouble);
      this.#alerts.tell('disk', trouble);
    });
    this.#health = new Health(
      { tape: config.tape, feed },
      this.#connections.map(({ status }) => status),
      this.#disk,
      () => ({
        markets: this.#markets().length,
        frames: writer.frames,
        rawBytes: writer.rawBytes,
        diskBytes: writer.diskBytes,
        lagMs: this.#stalls.lagMs,
      }),
    );
  }

  /** Throws for a secret that cannot be read, is missing or of no use, before anything is on disk. */
  static async create(config: RecordConfig, log: (line: string) => void = () => undefined): Promise<Recorder> {
    const secrets = await readSecrets(config.secrets);
    checkSecrets(config, secrets);
    const { tape, feed, environment, url, channels, markets, discover, messages, instruments, timeLapse } = config;
    const source = { environment, url, channels, markets, discover, messages, timeLapse };
    return new Recorder(config, secrets, await TapeWriter.open(tape, { feed, source, instruments }), log);
  }

  /** Microseconds: all frames that are to come are stamped later. */
  get quietUntil(): Micros {
    return Number(this.#clock.now() / 1000n) - 1;
  }

  /** What is on the tape survives the end of the process from here on. */
  flush(): void {
    this.#try(() => this.#writer.flush());
  }

  get status(): RecorderStatus {
    return this.#health.status;
  }

  /** Why the last alert was not delivered; empty if it was. */
  get alertTrouble(): string {
    return this.#alerts.trouble;
  }

  /** Tells people, where the config says how. */
  tell(kind: AlertKind, text: string): void {
    this.#alerts.tell(kind, text);
  }

  /** Records until `signal` is aborted; then closes the tape and returns its header. */
  async run(signal: AbortSignal): Promise<TapeHeader> {
    const { tape, feed, http, fsyncSeconds } = this.#config;
    const token = http?.token === undefined ? undefined : withSecrets(http.token, this.#secrets);
    const server =
      http &&
      (await StatusServer.start(
        { ...http, token },
        recorderSite(() => this.status),
      ));
    if (server) this.#log(`status on ${server.url}`);
    const stopped = AbortSignal.any([signal, this.#stop.signal]);
    // Each connection listens to it, and there may be a hundred.
    setMaxListeners(0, stopped);
    const timers = [
      setInterval(() => this.flush(), FLUSH_MS),
      setInterval(() => this.#writer.sync().catch((error: unknown) => this.#fail(error)), fsyncSeconds * 1000),
      setInterval(() => !stopped.aborted && this.#watch(), WATCH_MS),
      setInterval(() => !stopped.aborted && this.#retain(), RETENTION_MS),
    ];
    this.#goOn();
    void this.#retain();
    await this.#disk.start();
    this.#health.start();
    this.#stalls.start();
    this.#alerts.tell('start', `recording ${feed} to ${tape}`);
    try {
      // The first list comes before the first subscription, so that it holds the markets of now.
      await this.#discovery?.sync(stopped);
      const running = [...this.#connections, ...(this.#discovery ? [this.#discovery] : [])];
      await Promise.all(running.map((each) => each.run(stopped).catch((error: unknown) => this.#fail(error))));
      await this.#rotation;
      // What it had to say would come too late for the tape.
      this.#stalls.stop();
      const header = await this.#writer.close();
      if (this.#failure !== undefined) throw this.#failure;
      this.#alerts.tell('stop', `${tape}: stopped after ${this.#writer.frames} frames`);
      return header;
    } finally {
      timers.forEach(clearInterval);
      this.#health.stop();
      this.#stalls.stop();
      this.#disk.stop();
      await this.#alerts.settle();
      await server?.close();
    }
  }

  #discoverer(wanted: NonNullable<RecordConfig['discover']>): Discovery {
    const { feed, environment, reconnect } = this.#config;
    return new Discovery({
      ...wanted,
      feed: openDiscovery(feed, environment, wanted),
      backOff: reconnect,
      secrets: this.#secrets,
      sink: this,
      log: this.#log,
      onMarkets: (markets) => this.#shareOut(markets, (connection, own) => connection.addMarkets(own)),
      onOver: (markets) => this.#shareOut(markets, (connection, own) => connection.removeMarkets(own)),
    });
  }

  #shareOut(markets: readonly string[], give: (connection: Connection, own: readonly string[]) => void): void {
    this.#shares.forEach((connections, share) => {
      const own = markets.filter((market) => this.#shareOf(market) === share);
      if (own.length > 0) for (const connection of connections) give(connection, own);
    });
  }

  /** All markets asked for, now. */
  #markets(): readonly string[] {
    return [...new Set([...this.#config.markets, ...(this.#discovery?.open(Date.now()) ?? [])])];
  }

  /** Those of one of the shares. */
  #share(share: number): readonly string[] {
    return this.#markets().filter((market) => this.#shareOf(market) === share);
  }

  /** Always the same share for the same market, so that a market found again is not subscribed to twice. */
  #shareOf(market: string): number {
    return crc32(market) % this.#config.connections;
  }

  nextConnection(): number {
    this.#lastConnection = Math.max(this.#lastConnection, this.#writer.lastConnection) + 1;
    return this.#lastConnection;
  }

  append(connection: number, direction: Direction, payload: Uint8Array, binary: boolean): bigint {
    const receivedAt = this.#clock.now();
    this.#write({ receivedAt, connection, direction, binary, payload });
    return receivedAt;
  }

  #write(frame: Frame): void {
    this.#try(() => {
      this.#writer.append(frame);
      const { lastReceivedAt, frames, segmentIsFull } = this.#writer;
      if (segmentIsFull) this.#rotate();
      this.onFrame({ ...frame, receivedAt: lastReceivedAt }, frames - 1);
    });
  }

  note(connection: number, note: Note): void {
    if (note.note === 'connected' && note.line) this.#lines.set(connection, note.line);
    const line = onLine(this.#lines.get(connection));
    const log = (text: string) => this.#log(connection === 0 ? text : `connection ${connection}: ${line}${text}`);
    if (note.note === 'connected') log(`connected to ${note.url}`);
    else if (note.note === 'disconnected') log(`disconnected, ${note.reason}`);
    else if (note.note === 'remark') log(note.text);
    else if (note.note === 'stall') log(`nothing could be read for ${note.milliseconds} ms; the venue waited`);
    else if (note.note === 'hole') {
      log(`gap, ${note.reason}`);
      this.#alerts.tell('gap', `${this.#config.tape}: ${line}${note.reason}`);
    }
    if (note.note === 'disconnected') this.#lines.delete(connection);
    this.#write(noteFrame(this.#clock.now(), connection, note));
  }

  /** A tape that was there is continued: what was missed in between is on it, as its last disconnect and the next connect. */
  #goOn(): void {
    const { recovered } = this.#writer;
    if (recovered) {
      const torn = recovered.tornBytes > 0 ? `, a torn tail of ${recovered.tornBytes} bytes was cut off` : '';
      this.#log(`${this.#config.tape} was not closed: ${recovered.frames} frames recovered from its log${torn}`);
    }
    if (this.#framesBefore > 0) this.#log(`going on after ${this.#framesBefore} frames`);
  }

  /** Says when the machine's clock was set, and tells people of a connection that stays away, once each time. */
  #watch(): void {
    const text = this.#clock.follow();
    if (text !== undefined) this.note(0, { note: 'remark', text });
    const limit = this.#config.alerts?.disconnectSeconds ?? Number.POSITIVE_INFINITY;
    for (const [socket, { status }] of this.#connections.entries()) {
      const isAway = !status.connected && performance.now() - status.heardAt >= limit * 1000;
      if (isAway && !this.#away.has(socket)) {
        const which = `${this.#config.tape}, socket ${socket + 1} of ${this.#connections.length}`;
        this.#alerts.tell(
          'disconnect',
          `${which}: ${onLine(status.line)}not connected for over ${limit} s: ${status.trouble}`,
        );
      }
      if (isAway) this.#away.add(socket);
      else this.#away.delete(socket);
    }
  }

  /** Old segments go. Nothing waits for it, and what fails is said: recording goes on. */
  async #retain(): Promise<void> {
    const { tape, retention } = this.#config;
    if (!retention) return;
    const { days, moveTo } = retention;
    const action = moveTo === undefined ? 'delete' : { moveTo };
    try {
      const gone = await this.#writer.retain({ days, action }, Number(this.#clock.now() / 1000n));
      const went = moveTo === undefined ? 'deleted' : `moved to ${moveTo}`;
      if (gone.length > 0) this.#log(`segments older than ${days} days: ${gone.length} ${went}`);
    } catch (error) {
      const problem = `old segments could not go: ${(error as Error).message}`;
      this.#log(problem);
      this.#alerts.tell('retention', `${tape}: ${problem}`);
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
export function checkSecrets(config: RecordConfig, secrets: Secrets): void {
  const { feed, url, messages, headers, keepAlive, http, alerts } = config;
  withSecrets(JSON.stringify({ url, messages, headers, keepAlive, http, alerts }), secrets);
  openSession(feed, config).headers(Date.now(), secrets);
}
