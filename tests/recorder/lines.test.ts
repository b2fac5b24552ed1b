/** A redundant recording: every share of the markets on two connections, of which one may go. */
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { checkTape } from '../../src/check/check-tape.ts';
import { decoderFor } from '../../src/feeds/index.ts';
import { EventKind } from '../../src/market/event.ts';
import { recordConfigSchema } from '../../src/recorder/config.ts';
import { Recorder } from '../../src/recorder/recorder.ts';
import { TapeEvents } from '../../src/tape/events.ts';
import { openTape } from '../../src/tape/tape.ts';
import { rowsOf, type StampedRow } from '../support/events.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();
const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A venue of one market whose best bid grows by 1.00 and trades with every beat. */
class Venue {
  readonly trades: number[] = [];
  readonly commands: string[][] = [];
  /** In the order in which they connected. */
  readonly sockets: WebSocket[] = [];
  readonly url: string;
  readonly #seqs = new Map<WebSocket, number[]>();
  #bid = 1;

  private constructor(server: WebSocketServer) {
    this.url = `ws://127.0.0.1:${(server.address() as { port: number }).port}`;
    server.on('connection', (socket) => this.#accept(socket));
    closers.push(() => {
      for (const socket of this.sockets) socket.terminate();
      server.close();
    });
  }

  static async open(): Promise<Venue> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    return new Venue(server);
  }

  get subscribers(): number {
    return this.#seqs.size;
  }

  beat(): void {
    this.#bid++;
    const count = this.trades.push(this.#bid);
    const at = { market_ticker: 'KXA-1', ts_ms: 1_787_838_983_000 + 5 * count };
    for (const socket of this.#seqs.keys()) {
      this.#send(socket, 1, 'orderbook_delta', { ...at, price_dollars: '0.5000', delta_fp: '1.00', side: 'yes' });
      const trade = { yes_price_dollars: '0.5200', count_fp: `${this.#bid}.00`, taker_book_side: 'bid' };
      this.#send(socket, 2, 'trade', { ...at, ...trade });
    }
  }

  /** Resolves when all that was sent has been read: a pong comes after it. */
  async drain(): Promise<void> {
    const open = [...this.#seqs.keys()];
    const pongs = open.map((socket) => once(socket, 'pong'));
    for (const socket of open) socket.ping();
    await Promise.all(pongs);
  }

  #accept(socket: WebSocket): void {
    this.sockets.push(socket);
    const asked: string[] = [];
    this.commands.push(asked);
    socket.on('close', () => this.#seqs.delete(socket));
    socket.on('message', (text) => {
      const { id, params } = JSON.parse(String(text));
      const [channel] = params.channels;
      asked.push(...params.market_tickers);
      socket.send(JSON.stringify({ type: 'subscribed', id, msg: { channel, sid: id } }));
      if (channel !== 'trade') return;
      this.#seqs.set(socket, [0, 0, 0]);
      const bids = { yes_dollars_fp: [['0.5000', `${this.#bid}.00`]], no_dollars_fp: [['0.4800', '1.00']] };
      this.#send(socket, 1, 'orderbook_snapshot', { market_ticker: 'KXA-1', ...bids });
    });
  }

  #send(socket: WebSocket, sid: number, type: string, msg: object): void {
    const seqs = this.#seqs.get(socket) ?? [];
    socket.send(JSON.stringify({ type, sid, seq: ++seqs[sid], msg }));
  }
}

/** Twenty times as fast, so that a second is a twentieth of one. */
const config = (url: string, extra: object = {}) =>
  recordConfigSchema.parse({
    tape: join(folder(), 'tape'),
    feed: 'kalshi',
    url,
    channels: ['orderbook_delta', 'trade'],
    markets: ['KXA-1'],
    redundant: true,
    reconnect: { firstSeconds: 0.2 },
    timeLapse: { from: '2026-08-27T13:56:00Z', speed: 20 },
    ...extra,
  });

describe('a redundant recording', () => {
  it('has no gap and no trade twice when one of its connections is cut', async () => {
    const venue = await Venue.open();
    const recorder = await Recorder.create(config(venue.url));
    const stop = new AbortController();
    const recording = recorder.run(stop.signal);
    const troubles = new Set<string>();
    const opened = () => recorder.status.connections.map((connection) => connection.opened);
    const beats = async (enough: (beats: number) => boolean) => {
      for (let count = 0; !enough(count); count++) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        venue.beat();
        troubles.add(recorder.status.trouble);
      }
    };
    await vi.waitUntil(() => venue.subscribers === 2, { timeout: 60_000 });
    // 100 beats, of at least 5 ms each, are ten seconds of the tape.
    await beats((count) => count === 100);
    venue.sockets[0].terminate();
    await beats(() => venue.sockets.length === 3 && venue.subscribers === 2);
    await beats((count) => count === 100);
    await venue.drain();
    expect(opened().sort()).toEqual([1, 2]);
    stop.abort();
    const header = await recording;
    expect(header.connections.map(({ line }) => line).sort()).toEqual(expect.arrayContaining(['A', 'B']));
    expect(header.connections).toHaveLength(3);
    expect([...troubles].join()).toMatch(/line [AB]: not connected: /);

    const path = join(folder(), 'tape');
    const tape = await openTape(path);
    const rows: StampedRow[] = [];
    const events = new TapeEvents(tape, decoderFor(tape.header));
    for await (const batch of events.batches()) rows.push(...rowsOf(batch));
    const trades = rows.filter(({ kind }) => kind === EventKind.trade).map(({ size }) => size / 100);
    expect(trades).toEqual(venue.trades);
    // Only the end of the recording, when both are closed.
    const gaps = rows.filter(({ kind }) => kind === EventKind.gap).map(({ frame }) => frame);
    expect(gaps.every((frame) => frame >= tape.frames - 2)).toBe(true);
    const sizes = rows.filter(({ kind, side }) => kind === EventKind.bookLevel && side > 0).map(({ size }) => size);
    expect(sizes.at(-1)).toBe(100 * (venue.trades.length + 1));
    expect(Object.fromEntries(events.problems)).toEqual({});
    const { results } = await checkTape(path);
    expect(results.find(({ check }) => check === 'gaps')).toMatchObject({ status: 'pass', value: 0 });
  });

  it('subscribes to each market once on each line', async () => {
    const venue = await Venue.open();
    const markets = Array.from({ length: 20 }, (_, i) => `KXA-${i}`);
    const recorder = await Recorder.create(
      config(venue.url, { markets, channels: ['orderbook_delta'], connections: 2 }),
    );
    const stop = new AbortController();
    const polling = setInterval(() => venue.commands.flat().length >= 40 && stop.abort(), 10);
    closers.push(() => clearInterval(polling));
    await recorder.run(stop.signal);
    const shares = venue.commands.map((asked) => asked.join());
    expect(shares).toHaveLength(4);
    expect(new Set(shares).size).toBe(2);
    expect(venue.commands.flat().sort()).toEqual([...markets, ...markets].sort());
  });
});
