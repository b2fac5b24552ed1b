import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { Direction, FrameView, noteFrame, textFrame } from '../../src/market/frame.ts';
import { type VenueServeOptions, VenueServer } from '../../src/replay/venue-server.ts';
import { openTape, type Tape } from '../../src/tape/tape.ts';
import { TapeWriter } from '../../src/tape/writer.ts';
import { fixtures } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/folder.ts';
import { stamp } from '../support/frames.ts';
import { bookSnapshot } from '../support/kalshi.ts';
import { Observer } from '../support/kalshi-venue.ts';

const [first, second] = ['KXBTC15M-26MAY131415-15', 'KXBTC15M-26MAY131430-30'];
const folder = temporaryFolder();
const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closers.splice(0)) await close();
});

async function serve(tape: Tape, options: Partial<VenueServeOptions> = {}): Promise<VenueServer> {
  const server = await VenueServer.start(tape, {
    port: 0,
    host: '127.0.0.1',
    speed: Number.POSITIVE_INFINITY,
    once: true,
    clients: 'own',
    ...options,
  });
  closers.push(() => server.close());
  return server;
}

class Client {
  readonly texts: string[] = [];
  readonly closed: Promise<readonly [code: number, reason: string]>;
  readonly socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => this.texts.push(String(data)));
    this.closed = once(socket, 'close').then(([code, reason]) => [code, String(reason)]);
    closers.push(() => socket.terminate());
  }

  static async connect(server: VenueServer): Promise<Client> {
    // As a client of the exchange comes: with a path and signed headers.
    const headers = { 'KALSHI-ACCESS-KEY': 'k', 'KALSHI-ACCESS-TIMESTAMP': '1', 'KALSHI-ACCESS-SIGNATURE': 's' };
    const client = new Client(new WebSocket(`${server.url}/trade-api/ws/v2`, { headers }));
    await once(client.socket, 'open');
    return client;
  }

  subscribe(channels: readonly string[], tickers: readonly string[]): void {
    this.socket.send(JSON.stringify({ id: 1, cmd: 'subscribe', params: { channels, market_tickers: tickers } }));
  }

  /** When so many messages have come. */
  async has(count: number): Promise<void> {
    while (this.texts.length < count) await once(this.socket, 'message');
  }

  /** The book that its messages make. */
  book(ticker: string): string[] | undefined {
    const observer = new Observer();
    for (const text of this.texts) observer.text(text, 1_778_695_680_000_000, Direction.in);
    return observer.book(ticker);
  }
}

const channelBooks = ['orderbook_delta'];
const about = (texts: readonly string[], ticker: string) => texts.filter((text) => text.includes(`"${ticker}"`));

/** What the tape's book is before the recorded connection ends. */
async function bookOnTape(tape: Tape, ticker: string): Promise<string[] | undefined> {
  const observer = new Observer();
  const view = new FrameView();
  for await (const batch of tape.read()) {
    for (let i = 0; i < batch.count; i++) {
      if (batch.direction[i] === Direction.in) observer.see(view.at(batch, i));
    }
  }
  return observer.book(ticker);
}

/** 60 MB of tickers: more than sockets hold on their own. */
async function heavyTape(): Promise<Tape> {
  const path = join(folder(), 'heavy');
  const writer = await TapeWriter.create(path, { feed: 'kalshi', source: {}, instruments: [] });
  for (let i = 0; i < 600; i++) {
    const msg = { market_ticker: 'KXA-1', price_dollars: '0.5000', number: i, padding: 'x'.repeat(100_000) };
    writer.append(textFrame(stamp(i), 1, Direction.in, JSON.stringify({ type: 'ticker', sid: 1, msg })));
  }
  await writer.close();
  return openTape(path);
}

describe('a tape served as the venue', () => {
  it('of two lines is one of them', async () => {
    const path = join(folder(), 'lines');
    const writer = await TapeWriter.create(path, { feed: 'kalshi', source: {}, instruments: [] });
    for (const [connection, line] of [
      [1, 'A'],
      [2, 'B'],
    ] as const) {
      writer.append(noteFrame(stamp(0), connection, { note: 'connected', url: 'wss://venue', line }));
      writer.append(textFrame(stamp(1), connection, Direction.in, JSON.stringify(bookSnapshot(1, 1, first))));
    }
    await writer.close();
    const server = await serve(await openTape(path));
    const client = await Client.connect(server);
    client.subscribe(channelBooks, [first]);
    await client.closed;
    expect(about(client.texts, first)).toHaveLength(1);
  });

  it('gives a client the market that it subscribed to, with the right book at the end, and nothing else', async () => {
    const tape = await openTape(fixtures.kalshi);
    const server = await serve(tape);
    const client = await Client.connect(server);
    client.subscribe(['orderbook_delta', 'ticker'], [second]);
    expect(await client.closed).toEqual([1000, 'the tape has ended']);
    await server.done;
    expect(client.texts).toHaveLength(2 + 1 + 9317 + 95);
    expect(about(client.texts, first)).toEqual([]);
    expect(client.book(second)).toEqual(await bookOnTape(tape, second));
  });

  it('does not run before somebody subscribes, and answers commands meanwhile', async () => {
    const client = await Client.connect(await serve(await openTape(fixtures.kalshi)));
    client.socket.send('{"id":3,"cmd":"list_subscriptions"}');
    client.socket.send('{"id":4,"cmd":"subscribe"}');
    await client.has(2);
    client.subscribe(channelBooks, [first]);
    await client.has(4);
    expect(client.texts.slice(0, 3)).toEqual([
      '{"type":"ok","id":3,"msg":[]}',
      '{"type":"error","id":4,"msg":{"code":2,"msg":"Params required"}}',
      '{"type":"subscribed","id":1,"msg":{"channel":"orderbook_delta","sid":1}}',
    ]);
    expect(JSON.parse(client.texts[3])).toMatchObject({ type: 'orderbook_snapshot', sid: 1, seq: 1 });
  });

  it('keeps the connection alive as the exchange does', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const client = await Client.connect(await serve(await openTape(fixtures.kalshi)));
    const ping = once(client.socket, 'ping');
    vi.advanceTimersByTime(10_000);
    expect(String((await ping)[0])).toBe('heartbeat');
  });

  it('is refused for a feed whose commands we do not know', async () => {
    await expect(serve(await openTape(fixtures.binance))).rejects.toThrow(/binance cannot be served as the venue/);
  });
});

describe('clients in step', () => {
  it('get the same frames', async () => {
    const server = await serve(await openTape(fixtures.kalshi), { clients: 'step' });
    const clients = [await Client.connect(server), await Client.connect(server)];
    for (const client of clients) client.subscribe(channelBooks, [second]);
    await Promise.all(clients.map(({ closed }) => closed));
    expect(clients[0].texts).toHaveLength(1 + 1 + 9317);
    expect(clients[1].texts).toEqual(clients[0].texts);
  });

  it('who come late get the book as it is and go on with the others', async () => {
    const tape = await openTape(fixtures.kalshi);
    const server = await serve(tape, { clients: 'step' });
    const early = await Client.connect(server);
    const late = await Client.connect(server);
    early.subscribe(channelBooks, [first]);
    await early.has(3000);
    late.subscribe(channelBooks, [first]);
    await Promise.all([early.closed, late.closed]);
    const bodies = ({ texts }: Client) => texts.slice(2).map((text) => text.slice(text.indexOf('"msg"')));
    expect(late.texts.length).toBeGreaterThan(1000);
    expect(late.texts.length).toBeLessThan(early.texts.length - 2000);
    expect(bodies(late)).toEqual(bodies(early).slice(-bodies(late).length));
    expect(late.book(first)).toEqual(early.book(first));
    expect(late.book(first)).toEqual(await bookOnTape(tape, first));
  });

  it('are not held up by one that does not read: it is sent away', async () => {
    const server = await serve(await heavyTape(), { clients: 'step' });
    const [quick, slow] = [await Client.connect(server), await Client.connect(server)];
    slow.subscribe(['ticker'], ['KXA-1']);
    slow.socket.pause();
    quick.subscribe(['ticker'], ['KXA-1']);
    expect(await quick.closed).toEqual([1000, 'the tape has ended']);
    slow.socket.resume();
    expect(await slow.closed).toEqual([1008, 'too slow: the others in step cannot wait']);
    expect(slow.texts.length).toBeLessThan(500);
  });

  it('begin anew when the tape has ended', async () => {
    const path = join(folder(), 'short');
    const writer = await TapeWriter.create(path, { feed: 'kalshi', source: {}, instruments: [] });
    writer.append(textFrame(stamp(0), 1, Direction.in, JSON.stringify(bookSnapshot(1, 1, 'KXA-1'))));
    await writer.close();
    const server = await serve(await openTape(path), { clients: 'step', once: false });
    for (let round = 0; round < 2; round++) {
      const client = await Client.connect(server);
      client.subscribe(channelBooks, ['KXA-1']);
      expect(await client.closed).toEqual([1000, 'the tape has ended']);
      expect(client.texts).toHaveLength(2);
    }
  });
});

describe('clients of their own', () => {
  it('each get the whole tape, the slow one too', async () => {
    const server = await serve(await heavyTape());
    const [quick, slow] = [await Client.connect(server), await Client.connect(server)];
    slow.subscribe(['ticker'], ['KXA-1']);
    slow.socket.pause();
    quick.subscribe(['ticker'], ['KXA-1']);
    expect(await quick.closed).toEqual([1000, 'the tape has ended']);
    slow.socket.resume();
    expect(await slow.closed).toEqual([1000, 'the tape has ended']);
    expect(quick.texts).toHaveLength(601);
    expect(slow.texts).toEqual(quick.texts);
    await server.done;
  });

  it('may leave half-way: with `once` the server waits for one that stays', async () => {
    const server = await serve(await heavyTape());
    const leaving = await Client.connect(server);
    leaving.subscribe(['ticker'], ['KXA-1']);
    await leaving.has(2);
    leaving.socket.terminate();
    await leaving.closed;
    const staying = await Client.connect(server);
    staying.subscribe(['ticker'], ['KXA-1']);
    expect(await staying.closed).toEqual([1000, 'the tape has ended']);
    await server.done;
    expect(staying.texts).toHaveLength(601);
  });

  it('do not see what another subscribes to', async () => {
    const server = await serve(await openTape(fixtures.kalshi));
    const clients = [await Client.connect(server), await Client.connect(server)];
    clients[0].subscribe(channelBooks, [first]);
    clients[1].subscribe(channelBooks, [second]);
    await Promise.all(clients.map(({ closed }) => closed));
    expect(clients.map(({ texts }) => texts.length)).toEqual([1 + 2 + 30_692, 1 + 1 + 9317]);
  });
});
