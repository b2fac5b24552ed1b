/** What the other feeds say after connecting, and how they see that something is missing. */
import { describe, expect, it } from 'vitest';
import { openSession } from '../../src/feeds/sessions.ts';
import { type FeedSettings, withSecrets } from '../../src/feeds/socket.ts';

const settings = (extra: Partial<FeedSettings> = {}): FeedSettings => ({
  environment: 'production',
  channels: [],
  markets: [],
  messages: [],
  ...extra,
});
const hear = (session: ReturnType<typeof openSession>, message: object) =>
  session.onMessage?.(Buffer.from(JSON.stringify(message)), false);

describe('binance', () => {
  const session = () => openSession('binance', settings({ channels: ['depth@100ms', 'trade'], markets: ['BTCUSDT'] }));
  const depth = (first: number, last: number, symbol = 'BTCUSDT') => ({
    stream: `${symbol.toLowerCase()}@depth@100ms`,
    data: { e: 'depthUpdate', E: 1, s: symbol, U: first, u: last, b: [], a: [] },
  });

  it('chooses its streams by the address', () => {
    expect(session().url).toBe('wss://stream.binance.com:9443/stream?streams=btcusdt@depth@100ms/btcusdt@trade');
  });

  it('asks for the book of each symbol at its first message, and not again while the ids follow', () => {
    const binance = session();
    const get = (symbol: string) => `https://api.binance.com/api/v3/depth?symbol=${symbol}&limit=5000`;
    expect(hear(binance, depth(10, 12))).toEqual({ get: get('BTCUSDT') });
    expect(hear(binance, depth(13, 20))).toBeUndefined();
    expect(hear(binance, depth(5, 6, 'ETHUSDT'))).toEqual({ get: get('ETHUSDT') });
    expect(hear(binance, { e: 'trade', s: 'BTCUSDT' })).toBeUndefined();
  });

  it('asks anew after a hole in the ids, but not for every one of a burst', () => {
    const binance = session();
    let last = 0;
    const next = (first: number) => {
      last = first;
      return hear(binance, depth(first, first));
    };
    next(1);
    for (let i = 0; i < 60; i++) next(last + 1);
    expect(next(last + 5)).toMatchObject({ gap: 'BTCUSDT: update ids went from 61 to 66', get: expect.any(String) });
    const second = next(last + 5);
    expect(second?.gap).toBeDefined();
    expect(second?.get).toBeUndefined();
  });
});

describe('coinbase', () => {
  it('subscribes channel by channel, with heartbeats', () => {
    const session = openSession('coinbase', settings({ channels: ['level2', 'market_trades'], markets: ['BTC-USD'] }));
    expect(session.greeting().map((text) => JSON.parse(text))).toEqual([
      { type: 'subscribe', product_ids: ['BTC-USD'], channel: 'level2' },
      { type: 'subscribe', product_ids: ['BTC-USD'], channel: 'market_trades' },
      { type: 'subscribe', channel: 'heartbeats' },
    ]);
  });

  it('connects again after a hole: only that brings new snapshots', () => {
    const session = openSession('coinbase', settings());
    const message = (sequence_num: number) => ({ channel: 'l2_data', client_id: '', timestamp: '', sequence_num });
    expect(hear(session, message(0))).toBeUndefined();
    expect(hear(session, message(1))).toBeUndefined();
    expect(hear(session, message(3))).toMatchObject({
      gap: 'sequence_num went from 1 to 3',
      reconnect: expect.any(String),
    });
  });
});

describe('polymarket', () => {
  it('subscribes to tokens in several commands, and keeps alive by PING', () => {
    const markets = Array.from({ length: 501 }, (_, i) => `token-${i}`);
    const session = openSession('polymarket', settings({ markets }));
    const commands = session.greeting().map((text) => JSON.parse(text));
    expect(commands.map(({ type, operation, assets_ids }) => [type ?? operation, assets_ids.length])).toEqual([
      ['market', 500],
      ['subscribe', 1],
    ]);
    expect(session.keepAlive).toEqual({ seconds: 10, message: 'PING' });
  });
});

describe('alpaca', () => {
  it.each([
    ['alpaca-stocks', 'wss://stream.data.alpaca.markets/v2/iex', undefined],
    ['alpaca-options', 'wss://stream.data.alpaca.markets/v1beta1/indicative', 'application/msgpack'],
    ['alpaca-trading', 'wss://api.alpaca.markets/stream', undefined],
  ])('%s authenticates in the handshake, so that no message bears the key', (feed, url, contentType) => {
    const session = openSession(feed, settings({ channels: ['trades', 'quotes'], markets: ['AAPL'] }));
    expect(session.url).toBe(url);
    const headers = session.headers(1, { keyId: 'id', secretKey: 'key' });
    expect(headers).toMatchObject({ 'APCA-API-KEY-ID': 'id', 'APCA-API-SECRET-KEY': 'key' });
    expect(headers['Content-Type']).toBe(contentType);
    expect(session.greeting().join()).not.toContain('key');
    expect(() => session.headers(1, {})).toThrow(/keyId and secretKey/);
  });

  it('gives up a connection that the venue has refused', () => {
    const session = openSession('alpaca-stocks', settings());
    expect(hear(session, [{ T: 'error', code: 406, msg: 'connection limit exceeded' }])?.reconnect).toMatch(/406/);
    expect(hear(session, [{ T: 'error', code: 405, msg: 'symbol limit exceeded' }])).toBeUndefined();
  });
});

describe('any other feed', () => {
  it('is what the config says', () => {
    const keepAlive = { seconds: 5, message: 'ping' };
    const session = openSession('mine', settings({ url: 'wss://example.org/x', messages: ['hello'], keepAlive }));
    expect([session.url, session.greeting(), session.keepAlive]).toEqual(['wss://example.org/x', ['hello'], keepAlive]);
    expect(() => openSession('mine', settings())).toThrow(/set url/);
  });

  it('names secrets in texts; one that there is not is an error', () => {
    expect(withSecrets('a ${one} b ${two}', { one: '1', two: '2' })).toBe('a 1 b 2');
    expect(() => withSecrets('${three}', { one: '1' })).toThrow('no secret is called three: add it under secrets');
  });
});
