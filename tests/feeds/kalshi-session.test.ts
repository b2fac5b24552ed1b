/** The client's side of Kalshi's socket: signing, subscribing, and healing, cheapest first. */
import { constants, generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signedHeaders } from '../../src/feeds/kalshi/sign.ts';
import { KalshiSession } from '../../src/feeds/kalshi/socket.ts';
import type { FeedSettings } from '../../src/feeds/socket.ts';

const settings: FeedSettings = {
  environment: 'demo',
  channels: ['orderbook_delta', 'ticker'],
  markets: ['A', 'B'],
  messages: [],
};
const pem = (type: 'rsa' | 'ed25519' | 'ec') => {
  if (type === 'rsa') return generateKeyPairSync('rsa', { modulusLength: 2048 });
  return type === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
};
const text = (key: { export: (options: { type: 'pkcs8'; format: 'pem' }) => string | Buffer }) =>
  String(key.export({ type: 'pkcs8', format: 'pem' }));

describe('signing', () => {
  it('is RSA-PSS with SHA-256 and a salt of 32 bytes over time, method and path without query', () => {
    const { privateKey, publicKey } = pem('rsa');
    const headers = signedHeaders('id-1', text(privateKey), 'GET', '/trade-api/ws/v2?x=1', 1_791_380_000_000);
    expect(headers['KALSHI-ACCESS-KEY']).toBe('id-1');
    expect(headers['KALSHI-ACCESS-TIMESTAMP']).toBe('1791380000000');
    const signature = Buffer.from(headers['KALSHI-ACCESS-SIGNATURE'], 'base64');
    const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    const signed = (message: string) =>
      verify('sha256', Buffer.from(message), { key: publicKey, ...padding }, signature);
    expect(signed('1791380000000GET/trade-api/ws/v2')).toBe(true);
    expect(signed('1791380000000GET/trade-api/ws/v2?x=1')).toBe(false);
  });

  it('is Ed25519 over the text itself, 64 bytes', () => {
    const { privateKey, publicKey } = pem('ed25519');
    const headers = signedHeaders('id-1', text(privateKey), 'POST', '/trade-api/v2/portfolio/orders', 1);
    const signature = Buffer.from(headers['KALSHI-ACCESS-SIGNATURE'], 'base64');
    expect(signature).toHaveLength(64);
    expect(verify(null, Buffer.from('1POST/trade-api/v2/portfolio/orders'), publicKey, signature)).toBe(true);
  });

  it('refuses other keys without quoting them', () => {
    expect(() => signedHeaders('id', text(pem('ec').privateKey), 'GET', '/', 1)).toThrow(/takes RSA and Ed25519/);
    const broken = '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----';
    expect(() => signedHeaders('id', broken, 'GET', '/', 1)).toThrow(/^((?!c2VjcmV0).)*not a PEM((?!c2VjcmV0).)*$/s);
  });

  it('of the handshake needs both halves of the key, or neither', () => {
    const session = new KalshiSession(settings);
    expect(session.headers(1, {})).toEqual({});
    expect(() => session.headers(1, { keyId: 'x' })).toThrow(/keyId and privateKey/);
    const privateKey = text(pem('ed25519').privateKey);
    expect(Object.keys(session.headers(1, { keyId: 'x', privateKey }))).toHaveLength(3);
  });
});

const said = (session: KalshiSession, message: object | string) =>
  session.onMessage(Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)));
const parsed = (texts: readonly string[] = []) => texts.map((each) => JSON.parse(each));

/** A session with books on sid 1 that has seen a snapshot of A and of B. */
function following(): KalshiSession {
  const session = new KalshiSession(settings);
  session.greeting();
  said(session, { type: 'subscribed', id: 1, msg: { channel: 'orderbook_delta', sid: 1 } });
  said(session, { type: 'subscribed', id: 2, msg: { channel: 'ticker', sid: 2 } });
  said(session, { type: 'orderbook_snapshot', sid: 1, seq: 1, msg: { market_ticker: 'A' } });
  said(session, { type: 'orderbook_snapshot', sid: 1, seq: 2, msg: { market_ticker: 'B' } });
  return session;
}
const delta = (seq: number) => ({ type: 'orderbook_delta', sid: 1, seq, msg: { market_ticker: 'A' } });

describe('subscribing', () => {
  it('is one command a channel with all markets, to the host of the environment', () => {
    const session = new KalshiSession(settings);
    expect(session.url).toBe('wss://external-api-ws.demo.kalshi.co/trade-api/ws/v2');
    expect(parsed(session.greeting())).toEqual([
      { id: 1, cmd: 'subscribe', params: { channels: ['orderbook_delta'], market_tickers: ['A', 'B'] } },
      { id: 2, cmd: 'subscribe', params: { channels: ['ticker'], market_tickers: ['A', 'B'] } },
    ]);
  });

  it('leaves markets out for channels of the whole account or exchange', () => {
    const session = new KalshiSession({ ...settings, channels: ['fill', 'market_lifecycle_v2'] });
    expect(parsed(session.greeting()).map(({ params }) => params)).toEqual([
      { channels: ['fill'] },
      { channels: ['market_lifecycle_v2'] },
    ]);
  });

  it('of thousands of markets adds the rest once the first are acknowledged', () => {
    const markets = Array.from({ length: 2500 }, (_, i) => `M${i}`);
    const session = new KalshiSession({ ...settings, channels: ['orderbook_delta'], markets });
    const [first] = parsed(session.greeting());
    expect(first.params.market_tickers).toHaveLength(1000);
    const more = parsed(
      said(session, { type: 'subscribed', id: 1, msg: { channel: 'orderbook_delta', sid: 7 } })?.send,
    );
    expect(more.map(({ cmd, params }) => [cmd, params.action, params.sids, params.market_tickers.length])).toEqual([
      ['update_subscription', 'add_markets', [7], 1000],
      ['update_subscription', 'add_markets', [7], 500],
    ]);
    expect([...first.params.market_tickers, ...more.flatMap(({ params }) => params.market_tickers)]).toEqual(markets);
  });
});

describe('markets that come up', () => {
  it('while the subscription is not acknowledged yet are added once it is', () => {
    const session = new KalshiSession({ ...settings, channels: ['trade'] });
    session.greeting();
    expect(session.addMarkets(['C'])).toEqual([]);
    const more = said(session, { type: 'subscribed', id: 1, msg: { channel: 'trade', sid: 1 } })?.send;
    expect(parsed(more).map(({ params }) => params)).toEqual([
      { sids: [1], market_tickers: ['C'], action: 'add_markets' },
    ]);
  });
});

describe('markets that are over', () => {
  const removed = (session: KalshiSession, ...markets: string[]) => parsed(session.removeMarkets(markets));

  it('are taken off every subscription that has them, and are not asked for any more', () => {
    const session = following();
    expect(removed(session, 'A', 'Z').map(({ cmd, params }) => [cmd, params])).toEqual([
      ['update_subscription', { sids: [1], market_tickers: ['A'], action: 'delete_markets' }],
      ['update_subscription', { sids: [2], market_tickers: ['A'], action: 'delete_markets' }],
    ]);
    expect(removed(session, 'A')).toEqual([]);
    expect(parsed(said(session, delta(9))?.send)[0].params).toMatchObject({
      action: 'get_snapshot',
      market_tickers: ['B'],
    });
  });

  it('end a subscription that has no others; the next market opens a new one', () => {
    const session = following();
    expect(removed(session, 'A', 'B').map(({ cmd, params }) => [cmd, params])).toEqual([
      ['unsubscribe', { sids: [1] }],
      ['unsubscribe', { sids: [2] }],
    ]);
    expect(said(session, { type: 'unsubscribed', id: 3, sid: 1, seq: 3 })).toBeUndefined();
    expect(parsed(session.addMarkets(['C'])).map(({ cmd, params }) => [cmd, params])).toEqual([
      ['subscribe', { channels: ['orderbook_delta'], market_tickers: ['C'] }],
      ['subscribe', { channels: ['ticker'], market_tickers: ['C'] }],
    ]);
  });

  it('leave one that has just been added, though the venue has not acknowledged it yet', () => {
    const session = following();
    session.addMarkets(['C']);
    expect(removed(session, 'A', 'B').map(({ params }) => params.action)).toEqual(['delete_markets', 'delete_markets']);
    expect(
      said(session, { type: 'ok', id: 3, sid: 1, seq: 3, msg: { market_tickers: ['A', 'B', 'C'] } }),
    ).toBeUndefined();
    expect(parsed(said(session, delta(9))?.send)[0].params.market_tickers).toEqual(['C']);
  });
});

describe('the lifecycle channel', () => {
  const lifecycle = { ...settings, lifecycle: true };
  const told = (seq: number, event_type: string, more: object = {}) => ({
    type: 'market_lifecycle_v2',
    sid: 3,
    seq,
    msg: { market_ticker: 'KXMLBWINS-NYM-25-T80', ...more, event_type },
  });
  function hearing(): KalshiSession {
    const session = new KalshiSession(lifecycle);
    session.greeting();
    said(session, { type: 'subscribed', id: 3, msg: { channel: 'market_lifecycle_v2', sid: 3 } });
    return session;
  }

  it('is subscribed to once, by the first connection only', () => {
    const channels = (more: Partial<FeedSettings>) =>
      parsed(new KalshiSession({ ...lifecycle, ...more }).greeting()).map(({ params }) => params.channels[0]);
    expect(channels({})).toEqual(['orderbook_delta', 'ticker', 'market_lifecycle_v2']);
    expect(channels({ channels: ['market_lifecycle_v2', 'trade'] })).toEqual(['market_lifecycle_v2', 'trade']);
    expect(channels({ isFirst: false })).toEqual(['orderbook_delta', 'ticker']);
  });

  it('names the markets whose facts may be new', () => {
    const session = hearing();
    const heard = [
      told(1, 'created', { open_ts: 1694635200, close_ts: 1694721600 }),
      told(2, 'close_date_updated', { close_ts: 1759353839 }),
      told(3, 'activated', { is_deactivated: false }),
      told(4, 'deactivated', { is_deactivated: true }),
      told(5, 'metadata_updated', { strike_type: 'greater', floor_strike: 4487 }),
      told(6, 'price_level_structure_updated', { price_level_structure: 'deci_cent' }),
      told(7, 'determined', { determination_ts: 1784501722, result: 'no', settlement_value: '0.0000' }),
      told(8, 'settled', { settled_ts: 1784500206 }),
    ].map((message) => said(session, message));
    const news = { news: ['KXMLBWINS-NYM-25-T80'] };
    expect(heard).toEqual([news, news, news, undefined, news, news, undefined, undefined]);
  });

  it('names them across a hole too, and in frames without a number, as in 2025', () => {
    const session = hearing();
    said(session, told(1, 'settled'));
    expect(said(session, told(5, 'created'))).toEqual({
      gap: 'market_lifecycle_v2: sid 3 went from 1 to 5',
      send: [],
      news: ['KXMLBWINS-NYM-25-T80'],
    });
    const { seq: _, ...unnumbered } = told(0, 'created');
    expect(said(session, unnumbered)?.news).toEqual(['KXMLBWINS-NYM-25-T80']);
  });

  it('names none where nobody looks for markets', () => {
    const session = new KalshiSession({ ...settings, channels: ['market_lifecycle_v2'] });
    session.greeting();
    said(session, { type: 'subscribed', id: 1, msg: { channel: 'market_lifecycle_v2', sid: 3 } });
    expect(said(session, told(1, 'created'))).toBeUndefined();
  });
});

describe('a hole in the sequence', () => {
  it('is not seen where there is none: acknowledgements count too, unnumbered channels do not', () => {
    const session = following();
    expect(said(session, delta(3))).toBeUndefined();
    expect(said(session, { type: 'ok', id: 9, sid: 1, seq: 4, msg: { market_tickers: ['A', 'B'] } })).toBeUndefined();
    expect(said(session, { type: 'ticker', sid: 2, msg: { market_ticker: 'A' } })).toBeUndefined();
    expect(said(session, delta(5))).toBeUndefined();
    expect(said(session, { ...delta(6), sending_ts_ms: 1 })).toBeUndefined();
    expect(said(session, { type: 'orderbook_delta', sending_ts_ms: 1, sid: 1, seq: 7, msg: {} })).toBeUndefined();
  });

  it('asks for snapshots of all its markets first', () => {
    const session = following();
    const reaction = said(session, delta(5));
    expect(reaction?.gap).toBe('orderbook_delta: sid 1 went from 2 to 5');
    expect(parsed(reaction?.send)).toEqual([
      {
        id: 3,
        cmd: 'update_subscription',
        params: { sids: [1], market_tickers: ['A', 'B'], action: 'get_snapshot' },
      },
    ]);
    expect(said(session, delta(6))).toBeUndefined();
  });

  it('then takes the markets away and adds them, then subscribes anew', () => {
    const session = following();
    said(session, delta(5));
    const second = parsed(said(session, { type: 'error', id: 3, msg: { code: 13, msg: 'Unsupported action' } })?.send);
    expect(second.map(({ params }) => params.action)).toEqual(['delete_markets', 'add_markets']);
    const third = parsed(said(session, { type: 'error', id: second[0].id, msg: { code: 1, msg: 'no' } })?.send);
    expect(third.map(({ cmd }) => cmd)).toEqual(['unsubscribe', 'subscribe']);
    expect(third[1].params).toEqual({ channels: ['orderbook_delta'], market_tickers: ['A', 'B'] });
  });

  it('starts with the cheapest again after a snapshot has come', () => {
    const session = following();
    said(session, delta(5));
    said(session, { type: 'orderbook_snapshot', sid: 1, seq: 6, msg: { market_ticker: 'A' } });
    expect(parsed(said(session, delta(9))?.send)[0].params.action).toBe('get_snapshot');
  });

  it('is what the decoder cannot read, even if its number can be', () => {
    const session = following();
    expect(
      said(session, '{"type":"orderbook_delta","sid":1,"seq":3,"msg":{"market_ticker":"A","price_do'),
    ).toBeUndefined();
    expect(said(session, delta(4))?.gap).toBe('orderbook_delta: sid 1 went from 2 to 4');
  });

  it('between the two halves of taking away and adding forgets no market', () => {
    const session = following();
    said(session, delta(4));
    said(session, delta(6));
    // Number 7 says that nothing is left, number 8 would say that all are back.
    said(session, { type: 'ok', id: 4, sid: 1, seq: 7, msg: { market_tickers: [] } });
    const [unsubscribe, subscribe] = parsed(said(session, delta(9))?.send);
    expect(unsubscribe.cmd).toBe('unsubscribe');
    expect(subscribe.params).toEqual({ channels: ['orderbook_delta'], market_tickers: ['A', 'B'] });
  });

  it('in which the acknowledgement of a new market is lost heals that market too', () => {
    const session = following();
    session.addMarkets(['C']);
    expect(parsed(said(session, delta(4))?.send)[0].params.market_tickers).toEqual(['A', 'B', 'C']);
  });

  it('that makes a new subscription takes markets that come up meanwhile along', () => {
    const session = following();
    for (const seq of [4, 6, 8]) said(session, delta(seq));
    expect(parsed(session.addMarkets(['C'])).map(({ params }) => params.action)).toEqual(['add_markets']);
    const subscribed = { type: 'subscribed', id: 7, msg: { channel: 'orderbook_delta', sid: 3 } };
    expect(parsed(said(session, subscribed)?.send).map(({ params }) => [params.sids, params.market_tickers])).toEqual([
      [[3], ['C']],
    ]);
  });

  it('in trades is noted: nothing brings them again', () => {
    const session = new KalshiSession({ ...settings, channels: ['trade'] });
    session.greeting();
    said(session, { type: 'subscribed', id: 1, msg: { channel: 'trade', sid: 1 } });
    said(session, { type: 'trade', sid: 1, seq: 1, msg: {} });
    expect(said(session, { type: 'trade', sid: 1, seq: 3, msg: {} })).toEqual({
      gap: 'trade: sid 1 went from 1 to 3',
      send: [],
    });
  });
});

describe('what the venue refuses', () => {
  it.each([10, 25])('error %i ends a subscription: it is made anew', (code) => {
    const reaction = said(following(), { type: 'error', sid: 1, msg: { code, msg: 'ended' } });
    expect(reaction?.gap).toMatch(/the venue ended sid 1/);
    expect(parsed(reaction?.send)[0].cmd).toBe('subscribe');
  });

  it('an error that counts as a message of its subscription ends it too', () => {
    const reaction = said(following(), { type: 'error', sid: 1, seq: 3, msg: { code: 25, msg: 'overflow' } });
    expect(reaction?.gap).toMatch(/the venue ended sid 1/);
    expect(parsed(reaction?.send)[0].params.market_tickers).toEqual(['A', 'B']);
  });

  it('too many requests, whatever for: connect again, later', () => {
    const healing = following();
    said(healing, delta(5));
    expect(said(healing, { type: 'error', id: 3, msg: { code: 27, msg: 'Too many' } })?.reconnect).toMatch(/error 27/);

    const session = new KalshiSession(settings);
    session.greeting();
    expect(said(session, { type: 'error', id: 1, msg: { code: 27, msg: 'Too many' } })?.reconnect).toMatch(/error 27/);
  });

  it('a channel that there is not: said, and the rest goes on', () => {
    const session = new KalshiSession(settings);
    session.greeting();
    expect(said(session, { type: 'error', id: 1, msg: { code: 8, msg: 'Unknown channel name' } })).toEqual({
      gap: 'the venue refused orderbook_delta: error 8 Unknown channel name',
    });
  });

  it.each(['', '{', 'null', '[]', '{"type":5}', '{"type":"ok","sid":99,"seq":1}', '\u0000'])(
    '%j does nothing',
    (text) => {
      expect(said(following(), text)).toBeUndefined();
    },
  );
});
