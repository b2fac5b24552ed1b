import { setTimeout as sleep } from 'node:timers/promises';
import { type RawData, WebSocket } from 'ws';
import { kalshiSubscribe } from '../feeds/kalshi/socket.ts';
import { Direction, noteFrame, textFrame } from '../market/frame.ts';
import { parseTime } from '../market/units.ts';
import type { TapeHeader } from '../tape/header.ts';
import { TapeWriter } from '../tape/writer.ts';
import { ArrivalClock } from './clock.ts';
import type { RecordConfig } from './config.ts';

const FLUSH_MS = 250;
const RETRY_FIRST_MS = 1_000;
const RETRY_MOST_MS = 60_000;

export interface RecorderStatus {
  readonly frames: number;
  readonly rawBytes: number;
  readonly connections: number;
  readonly connected: boolean;
  /** Why the last attempt to connect failed; empty while connected. */
  readonly trouble: string;
}

/**
 * One socket to one tape. Every message goes to the log of the tape as it was delivered, with its arrival; so do our own
 * commands, and what happens to the connection. When the socket closes it connects again, a second later at first, then
 * ever more slowly.
 */
export class Recorder {
  readonly #config: RecordConfig;
  readonly #writer: TapeWriter;
  readonly #clock: ArrivalClock;
  #connection = 0;
  #socket: WebSocket | undefined;
  #trouble = '';
  #rotation: Promise<void> | undefined;
  #failure: unknown;

  private constructor(config: RecordConfig, writer: TapeWriter) {
    this.#config = config;
    this.#writer = writer;
    const { timeLapse } = config;
    this.#clock = new ArrivalClock(
      timeLapse && { from: BigInt(parseTime(timeLapse.from)) * 1000n, speed: timeLapse.speed },
    );
  }

  static async create(config: RecordConfig): Promise<Recorder> {
    const { tape, feed, url, channels, markets, messages, instruments, timeLapse } = config;
    const source = { url, channels, markets, messages, timeLapse };
    return new Recorder(config, await TapeWriter.create(tape, { feed, source, instruments }));
  }

  get status(): RecorderStatus {
    return {
      frames: this.#writer.frames,
      rawBytes: this.#writer.rawBytes,
      connections: this.#connection,
      connected: this.#socket?.readyState === WebSocket.OPEN,
      trouble: this.#trouble,
    };
  }

  /** Records until `signal` is aborted; then closes the tape and returns its header. */
  async run(signal: AbortSignal): Promise<TapeHeader> {
    const flushing = setInterval(() => this.#writer.flush(), FLUSH_MS);
    try {
      let failures = 0;
      while (!signal.aborted && this.#failure === undefined) {
        const opened = await this.#connectOnce(signal);
        failures = opened ? 0 : failures + 1;
        if (!signal.aborted && this.#failure === undefined) await pause(retryAfter(failures), signal);
      }
    } finally {
      clearInterval(flushing);
    }
    const header = await this.#writer.close();
    if (this.#failure !== undefined) throw this.#failure;
    return header;
  }

  /** One connection from open to close; false if it did not open. */
  async #connectOnce(signal: AbortSignal): Promise<boolean> {
    const number = this.#connection + 1;
    const socket = new WebSocket(this.#config.url);
    this.#socket = socket;
    const stop = () => socket.close(1000);
    signal.addEventListener('abort', stop);
    let opened = false;
    socket.on('open', () => {
      opened = true;
      this.#connection = number;
      this.#trouble = '';
      this.#note(number, { note: 'connected', url: this.#config.url });
      for (const message of this.#greeting()) {
        this.#writer.append(textFrame(this.#clock.now(), number, Direction.out, message));
        socket.send(message);
      }
    });
    socket.on('message', (data: RawData, binary: boolean) => {
      this.#writer.append({
        receivedAt: this.#clock.now(),
        connection: number,
        direction: Direction.in,
        binary,
        payload: data as Buffer,
      });
      if (this.#writer.segmentIsFull) this.#rotate(socket);
    });
    socket.on('error', (error) => {
      this.#trouble = error.message;
    });
    const [code, reason] = await new Promise<[number, string]>((resolve) => {
      socket.on('close', (closeCode, text) => resolve([closeCode, text.toString()]));
    });
    signal.removeEventListener('abort', stop);
    await this.#rotation;
    if (opened) {
      const why = signal.aborted ? 'stopped by us' : reason || this.#trouble || `closed with code ${code}`;
      this.#note(number, { note: 'disconnected', code, reason: why });
    }
    return opened;
  }

  /** Packs the full segment while new frames go to the log of the next one; one at a time. */
  #rotate(socket: WebSocket): void {
    this.#rotation ??= this.#writer
      .rotate()
      .catch((error: unknown) => {
        this.#failure = error;
        socket.terminate();
      })
      .finally(() => {
        this.#rotation = undefined;
      });
  }

  #greeting(): readonly string[] {
    const { feed, channels, markets, messages } = this.#config;
    return feed === 'kalshi' && channels.length > 0 ? [...kalshiSubscribe(channels, markets), ...messages] : messages;
  }

  #note(connection: number, note: Parameters<typeof noteFrame>[2]): void {
    this.#writer.append(noteFrame(this.#clock.now(), connection, note));
  }
}

/** 1 s, 2 s, 4 s ... 60 s, each with up to a quarter more, so that many recorders do not come back at once. */
function retryAfter(failures: number): number {
  const wait = Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** Math.max(0, failures - 1));
  return wait * (1 + Math.random() / 4);
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
