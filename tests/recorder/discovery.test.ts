/** Markets found while recording: listed over HTTP, subscribed to as they come, and known to the decoder. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { decoderFor } from '../../src/feeds/index.ts';
import { recordConfigSchema } from '../../src/recorder/config.ts';
import { Recorder } from '../../src/recorder/recorder.ts';
import { TapeEvents } from '../../src/tape/events.ts';
import { openTape } from '../../src/tape/tape.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();
const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const hours = (count: number) => new Date(Date.now() + count * 3_600_000).toISOString();
const market = (ticker: string, closes = 2, extra: object = {}) => ({
  ticker,
  title: `Market ${ticker}`,
  open_time: '2026-01-01T00:00:00Z',
  close_time: hours(closes),
  price_level_structure: 'deci_cent',
  ...extra,
});

/** A venue whose list of markets can change, and which acknowledges every subscription. */
async function venue(list: () => readonly object[], pageSize = 100) {
  const asked: string[] = [];
  const commands: { cmd: string; params: { market_tickers?: string[]; channels?: string[]; action?: string } }[] = [];
  const http = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://x');
    asked.push(String(request.url));
    const from = Number(searchParams.get('cursor') ?? 0);
    const markets = list().slice(from, from + pageSize);
    const cursor = from + pageSize < list().length ? String(from + pageSize) : '';
    response.end(JSON.stringify({ markets, cursor }));
  });
  const sockets = new WebSocketServer({ server: http });
  sockets.on('connection', (socket) => {
    let sids = 0;
    socket.on('message', (message) => {
      const command = JSON.parse(String(message));
      commands.push(command);
      if (command.cmd !== 'subscribe') return;
      const [channel] = command.params.channels;
      socket.send(JSON.stringify({ type: 'subscribed', id: command.id, msg: { channel, sid: ++sids } }));
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  closers.push(() => {
    for (const client of sockets.clients) client.terminate();
    http.close();
  });
  const { port } = http.address() as { port: number };
  return { asked, commands, http: `http://127.0.0.1:${port}`, ws: `ws://127.0.0.1:${port}` };
}

async function record(
  { http, ws }: { http: string; ws: string },
  enough: () => boolean,
  discover: object = {},
  extra: object = {},
) {
  const tape = join(folder(), 'tape');
  const config = recordConfigSchema.parse({
    tape,
    feed: 'kalshi',
    url: ws,
    channels: ['orderbook_delta'],
    discover: { series: ['KXA', 'KXB'], everySeconds: 1, url: http, ...discover },
    ...extra,
  });
  const log: string[] = [];
  const stop = new AbortController();
  const recording = (await Recorder.create(config, (line) => log.push(line))).run(stop.signal);
  const polling = setInterval(() => {
    if (enough()) stop.abort();
  }, 20);
  closers.push(() => clearInterval(polling));
  await recording;
  return { tape, log };
}

describe('discovery', () => {
  it('lists series after series and page after page before it subscribes, to what is open long enough', async () => {
    const shop = await venue(() => [market('KXA-1'), market('KXA-2', 0.05), market('KXA-3')], 2);
    await record(shop, () => shop.commands.length > 0, { skipClosingMinutes: 10 });
    expect(shop.asked.slice(0, 4)).toEqual([
      '/markets?status=open&limit=1000&series_ticker=KXA',
      '/markets?status=open&limit=1000&series_ticker=KXA&cursor=2',
      '/markets?status=open&limit=1000&series_ticker=KXB',
      '/markets?status=open&limit=1000&series_ticker=KXB&cursor=2',
    ]);
    expect(shop.commands[0].params).toEqual({ channels: ['orderbook_delta'], market_tickers: ['KXA-1', 'KXA-3'] });
  });

  it('takes at most so many, those that close first, and says what it left out', async () => {
    const shop = await venue(() => [market('KXA-1', 3), market('KXA-2', 1), market('KXA-3', 2)]);
    const { log } = await record(shop, () => shop.commands.length > 0, { most: 2, series: [] });
    expect(shop.commands[0].params.market_tickers).toEqual(['KXA-2', 'KXA-3']);
    expect(log).toContain('2 new markets, 1 left out (most: 2)');
  });

  it('adds a market that comes up later, and puts only lists that tell something on the tape', async () => {
    const markets = [market('KXA-1')];
    const shop = await venue(() => markets);
    const { tape } = await record(
      shop,
      () => {
        if (shop.asked.length === 2 && markets.length === 1) markets.push(market('KXA-2'));
        return shop.commands.length > 1 && shop.asked.length > 3;
      },
      { series: [] },
    );
    expect(shop.commands[1]).toMatchObject({
      cmd: 'update_subscription',
      params: { action: 'add_markets', market_tickers: ['KXA-2'] },
    });
    const opened = await openTape(tape);
    const events = new TapeEvents(opened, decoderFor({ feed: 'kalshi' }));
    for await (const batch of events.batches()) expect(batch.count).toBeGreaterThan(0);
    expect(Object.fromEntries(events.problems)).toEqual({});
    expect(events.instruments.map(({ symbol, title, closesAt }) => [symbol, title, closesAt])).toEqual(
      markets.map(({ ticker, title, close_time }) => [ticker, title, Date.parse(close_time) * 1000]),
    );
    expect(events.instruments[0].ticks).toEqual([{ from: 0, to: 10_000, step: 10 }]);
    let requests = 0;
    for await (const batch of opened.read()) {
      const text = Buffer.from(batch.bytes).toString('utf8');
      requests += text.split('GET http').length - 1;
    }
    expect(requests).toBe(2);
  });

  it('shares markets out over connections, each once', async () => {
    const tickers = Array.from({ length: 40 }, (_, i) => `KXA-${i}`);
    const shop = await venue(() => tickers.map((ticker) => market(ticker)));
    await record(shop, () => shop.commands.length >= 3, { series: [] }, { connections: 3 });
    const shares = shop.commands.map(({ params }) => params.market_tickers ?? []);
    expect(shares).toHaveLength(3);
    expect(shares.flat().sort()).toEqual([...tickers].sort());
    expect(Math.min(...shares.map((share) => share.length))).toBeGreaterThan(5);
  });

  it('goes on without a list that cannot be had', async () => {
    const shop = await venue(() => []);
    const { log } = await record({ ...shop, http: 'http://127.0.0.1:9' }, () => true, {}, { markets: ['KXA-9'] });
    expect(log.some((line) => line.startsWith('markets could not be listed'))).toBe(true);
  });

  it('is only for feeds that can list', () => {
    const config = recordConfigSchema.parse({ tape: join(folder(), 'x'), feed: 'other', url: 'ws://x', discover: {} });
    return expect(Recorder.create(config)).rejects.toThrow(/markets of other cannot be listed/);
  });
});
