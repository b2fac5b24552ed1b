import { describe, expect, it } from 'vitest';
import { KalshiVenue } from '../../src/feeds/kalshi/venue/venue.ts';
import { FrameView } from '../../src/market/frame.ts';
import { openTape } from '../../src/tape/tape.ts';
import { fixtures } from '../support/fixtures.ts';
import { bookDelta, bookSnapshot } from '../support/kalshi.ts';
import { Observer, VenueClient, VenueScript } from '../support/kalshi-venue.ts';

const [A, B, C] = ['KXA-1', 'KXB-1', 'KXC-1'];
const delta = (ticker: string, sid: number, seq: number, change: object = {}) =>
  bookDelta(sid, seq, { market_ticker: ticker, ...change });
const trade = (ticker: string, seq: number) => ({
  type: 'trade',
  sid: 4,
  seq,
  msg: { market_ticker: ticker, yes_price_dollars: '0.5000', count_fp: '1.00', taker_book_side: 'bid' },
});
const ticker = (name: string, price = '0.5000') => ({
  type: 'ticker',
  sid: 2,
  msg: { market_ticker: name, price_dollars: price },
});

/** A tape on which the books of A and B are known, on one subscription. */
function begun(): VenueScript {
  const script = new VenueScript();
  script.tell({ type: 'subscribed', id: 1, msg: { channel: 'orderbook_delta', sid: 1 } });
  script.tell(bookSnapshot(1, 1, A));
  script.tell(bookSnapshot(1, 2, B));
  return script;
}

const brief = (messages: Record<string, unknown>[]) =>
  messages.map(({ type, id, sid, seq, msg }) => {
    const { market_ticker, market_tickers } = (msg ?? {}) as Record<string, unknown>;
    return [type, id, sid, seq, market_ticker ?? market_tickers].filter((part) => part !== undefined).join(' ');
  });

describe('a subscription', () => {
  it('is acknowledged channel by channel, with the number of the command and a fresh sid', () => {
    const client = begun().client();
    const command = { id: 42, cmd: 'subscribe', params: { channels: ['ticker', 'trade'] } };
    expect(client.say(command)).toEqual([
      { type: 'subscribed', id: 42, msg: { channel: 'ticker', sid: 1 } },
      { type: 'subscribed', id: 42, msg: { channel: 'trade', sid: 2 } },
    ]);
    expect(client.subscribe(['fill'])).toEqual([{ type: 'subscribed', id: 1, msg: { channel: 'fill', sid: 3 } }]);
  });

  it('begins with the book as it stands', () => {
    const script = begun();
    script.tell(delta(A, 1, 3, { delta_fp: '-100.00' }));
    script.tell(delta(A, 1, 4, { side: 'no', price_dollars: '0.4100', delta_fp: '7.50' }));
    const [, snapshot] = script.client().subscribe(['orderbook_delta'], [A]);
    expect(snapshot).toEqual({
      type: 'orderbook_snapshot',
      sid: 1,
      seq: 1,
      msg: {
        market_ticker: A,
        market_id: 'ef793c45-beed-4096-8a3a-1c70af894be7',
        yes_dollars_fp: [['0.5100', '300.00']],
        no_dollars_fp: [
          ['0.4100', '7.50'],
          ['0.4600', '50.00'],
        ],
      },
    });
  });

  it('gets whole cents from a tape of the time of whole cents', () => {
    const script = new VenueScript('2025-11-01T12:00:00Z');
    script.tell({
      type: 'orderbook_snapshot',
      sid: 1,
      seq: 1,
      msg: { market_ticker: A, yes: [[27, 10]], no: [[70, 5]] },
    });
    script.tell({
      type: 'orderbook_delta',
      sid: 1,
      seq: 2,
      msg: { market_ticker: A, price: 26, delta: 3, side: 'yes' },
    });
    const [, snapshot] = script.client().subscribe(['orderbook_delta'], [A]);
    expect(snapshot.msg).toEqual({
      market_ticker: A,
      market_id: '',
      yes: [
        [26, 3],
        [27, 10],
      ],
      no: [[70, 5]],
    });
  });

  it('leaves out a side without levels', () => {
    const script = new VenueScript();
    script.tell({ type: 'orderbook_snapshot', sid: 1, seq: 1, msg: { market_ticker: A, market_id: 'm' } });
    expect(script.client().subscribe(['orderbook_delta'], [A])[1].msg).toEqual({ market_ticker: A, market_id: 'm' });
  });

  it('brings nothing of other markets, other channels, or what the recorder was answered', () => {
    const script = begun();
    const client = script.client();
    client.subscribe(['orderbook_delta', 'trade'], [A]);
    script.tell(delta(B, 1, 3));
    script.tell(ticker(A));
    script.tell(trade(B, 1));
    script.tell({ type: 'ok', id: 3, sid: 1, seq: 4, msg: { market_tickers: [A, B] } });
    script.tell({ type: 'error', id: 4, msg: { code: 8, msg: 'Unknown channel name' } });
    expect(client.news()).toEqual([]);
    script.tell(delta(A, 1, 5));
    script.tell(trade(A, 2));
    expect(brief(client.news())).toEqual([`orderbook_delta 1 2 ${A}`, `trade 2 1 ${A}`]);
  });

  it('without markets brings all of them, where the exchange allows that', () => {
    const script = begun();
    const client = script.client();
    client.subscribe(['trade']);
    script.tell(trade(A, 1));
    script.tell(trade(B, 2));
    expect(brief(client.news())).toEqual([`trade 1 1 ${A}`, `trade 1 2 ${B}`]);
  });

  it('waits for a book that the tape does not know yet', () => {
    const script = begun();
    const client = script.client();
    expect(client.subscribe(['orderbook_delta'], [C])).toHaveLength(1);
    script.tell(delta(C, 1, 3));
    expect(client.news()).toEqual([]);
    script.tell(bookSnapshot(1, 4, C));
    script.tell(delta(C, 1, 5));
    expect(brief(client.news())).toEqual([`orderbook_snapshot 1 1 ${C}`, `orderbook_delta 1 2 ${C}`]);
  });

  it('starts with the last tickers when asked to', () => {
    const script = begun();
    script.tell(ticker(A, '0.4000'));
    script.tell(ticker(A, '0.4500'));
    script.tell(ticker(B));
    const params = { send_initial_snapshot: true };
    expect(script.client().subscribe(['ticker'], [A])).toHaveLength(1);
    expect(script.client().subscribe(['ticker'], [A], params)[1]).toEqual({ ...ticker(A, '0.4500'), sid: 1 });
    expect(brief(script.client().subscribe(['ticker'], undefined, params)).slice(1)).toEqual([
      `ticker 1 ${A}`,
      `ticker 1 ${B}`,
    ]);
  });

  it('to a channel that it has adds markets to it, and heals nothing', () => {
    const script = begun();
    const client = script.client();
    client.subscribe(['orderbook_delta'], [A]);
    expect(brief(client.subscribe(['orderbook_delta'], [A, B]))).toEqual([
      `ok 1 1 2 ${A},${B}`,
      `orderbook_snapshot 1 3 ${B}`,
    ]);
  });
});

describe('bytes', () => {
  it('stay as they were but for the numbers', () => {
    const script = begun();
    const client = script.client();
    client.subscribe(['ticker', 'trade']);
    const text = (sid: string, seq: string) =>
      `{ "type" : "trade",\n "sending_ts_ms":1,"seq": ${seq} , "msg":{"sid":5,"market_ticker":"${A}","t":"a\\"}\\u00e9,", "l":[{"seq":[9]}]},"sid":${sid}}`;
    script.tell(text('77', '4012'));
    script.tell(text('77', '4013'));
    expect(client.texts.slice(2)).toEqual([text('2', '1'), text('2', '2')]);
  });

  it("of the recorder's own answer lose its number, which is no number of this client's", () => {
    const script = begun();
    const client = script.client();
    client.subscribe(['orderbook_delta'], [A]);
    client.news();
    script.tell({ id: 9, ...bookSnapshot(1, 3, A) });
    expect(client.news()).toEqual([{ id: 0, ...bookSnapshot(1, 2, A) }]);
  });
});

describe('NO prices', () => {
  it.each([false, true])('come as the client wants them, whatever the recorder wanted (use_yes_price: %s)', (wish) => {
    const script = begun();
    const client = script.client();
    const [, snapshot] = client.subscribe(['orderbook_delta'], [A], { use_yes_price: wish });
    expect(snapshot.msg).toMatchObject({ no_dollars_fp: [[wish ? '0.5400' : '0.4600', '50.00']] });
    script.tell(delta(A, 1, 3, { side: 'no', price_dollars: '0.4500' }));
    script.tell(delta(A, 1, 4, { side: 'yes', price_dollars: '0.4500' }));
    script.tell(bookSnapshot(1, 5, A));
    expect(client.news()).toMatchObject([
      { seq: 2, msg: { side: 'no', price_dollars: wish ? '0.5500' : '0.4500', delta_fp: '10.00' } },
      { seq: 3, msg: { side: 'yes', price_dollars: '0.4500' } },
      { seq: 4, msg: { no_dollars_fp: [[wish ? '0.5400' : '0.4600', '50.00']] } },
    ]);
    expect(client.observer.book(A)).toEqual(['bid 5200 10000', 'bid 5100 30000', 'ask 5400 5000']);
  });
});

describe('commands', () => {
  it('that change a subscription consume its numbers, and answer with all its markets', () => {
    const script = begun();
    const client = script.client();
    expect(brief(client.subscribe(['orderbook_delta'], [A]))).toEqual(['subscribed 1', `orderbook_snapshot 1 1 ${A}`]);
    script.tell(delta(A, 1, 3));
    expect(brief(client.news())).toEqual([`orderbook_delta 1 2 ${A}`]);
    expect(brief(client.update('add_markets', 1, [B]))).toEqual([`ok 7 1 3 ${A},${B}`, `orderbook_snapshot 1 4 ${B}`]);
    expect(brief(client.update('add_markets', 1, [B]))).toEqual([`ok 7 1 5 ${A},${B}`]);
    expect(brief(client.update('get_snapshot', 1, [A], 8))).toEqual([`orderbook_snapshot 8 1 6 ${A}`]);
    expect(brief(client.update('delete_markets', 1, [A]))).toEqual([`ok 7 1 7 ${B}`]);
    script.tell(delta(A, 1, 4));
    script.tell(delta(B, 1, 5));
    expect(brief(client.news())).toEqual([`orderbook_delta 1 8 ${B}`]);
    expect(client.say({ id: 9, cmd: 'list_subscriptions' })).toEqual([
      { type: 'ok', id: 9, msg: [{ channel: 'orderbook_delta', sid: 1 }] },
    ]);
    expect(brief(client.update('delete_markets', 1, [B]))).toEqual(['ok 7 1 9 ']);
    script.tell(delta(B, 1, 6));
    expect(client.news()).toEqual([]);
    expect(client.say({ id: 10, cmd: 'unsubscribe', params: { sids: [1] } })).toEqual([
      { type: 'unsubscribed', id: 10, sid: 1, seq: 10 },
    ]);
    expect(brief(client.subscribe(['orderbook_delta'], [A])).slice(1)).toEqual([`orderbook_snapshot 2 1 ${A}`]);
    expect(Object.fromEntries(client.observer.decoder.problems)).toEqual({});
  });

  it('of one client do not touch the numbers of another', () => {
    const script = begun();
    const [one, two] = [script.client(), script.client()];
    one.subscribe(['ticker']);
    for (const client of [one, two]) client.subscribe(['orderbook_delta'], [A]);
    one.update('get_snapshot', 2, [A]);
    for (const client of [one, two]) client.news();
    script.tell(delta(A, 1, 3));
    expect(brief(one.news())).toEqual([`orderbook_delta 2 3 ${A}`]);
    expect(brief(two.news())).toEqual([`orderbook_delta 1 2 ${A}`]);
  });

  const subscribe = (params?: object) => ({ id: 5, cmd: 'subscribe', params });
  const update = (params?: object) => ({ id: 5, cmd: 'update_subscription', params });
  it.each([
    [1, 'Unable to process message', '{"id":5,'],
    [1, 'Unable to process message', '[]'],
    [5, 'Unknown command', { id: 5, cmd: 'frobnicate', params: {} }],
    [5, 'Unknown command', { id: 5, cmd: 'toString', params: {} }],
    [2, 'Params required', subscribe()],
    [3, 'Channels required', subscribe({})],
    [3, 'Channels required', subscribe({ channels: [] })],
    [8, 'Unknown channel name', subscribe({ channels: ['ticker', 'tickers'] })],
    [8, 'Unknown channel name', subscribe({ channels: ['constructor'] })],
    [14, 'Market Ticker required', subscribe({ channels: ['orderbook_delta'] })],
    [11, 'Invalid parameter', subscribe({ channels: ['ticker'], market_tickers: A })],
    [24, 'Index IDs required', subscribe({ channels: ['cfbenchmarks_value'] })],
    [28, 'Underlying tickers required', subscribe({ channels: ['pyth_value'] })],
    [2, 'Params required', { id: 5, cmd: 'unsubscribe' }],
    [4, 'Subscription IDs required', { id: 5, cmd: 'unsubscribe', params: {} }],
    [7, 'Unknown subscription ID', { id: 5, cmd: 'unsubscribe', params: { sids: [1, 9] } }],
    [12, 'Exactly one subscription ID is required', update({ action: 'add_markets', market_tickers: [A] })],
    [12, 'Exactly one subscription ID is required', update({ sids: [1, 2], action: 'add_markets' })],
    [7, 'Unknown subscription ID', update({ sid: 9, action: 'add_markets', market_tickers: [A] })],
    [15, 'Action required', update({ sid: 1, market_tickers: [A] })],
    [13, 'Unsupported action', update({ sid: 1, market_tickers: [A], action: 'swap_markets' })],
    [13, 'Unsupported action', update({ sid: 2, market_tickers: [A], action: 'get_snapshot' })],
    [14, 'Market Ticker required', update({ sid: 1, action: 'add_markets' })],
    [11, 'Invalid parameter', update({ sid: 1, market_tickers: [B], action: 'get_snapshot' })],
    [18, 'Command timeout', update({ sid: 1, market_tickers: [C], action: 'get_snapshot' })],
  ])('that are wrong get error %i, %s: %j', (code, msg, command) => {
    const script = begun();
    const client = script.client();
    client.subscribe(['orderbook_delta', 'ticker'], [A, C]);
    const id = typeof command === 'string' ? undefined : 5;
    expect(client.say(command)).toEqual([{ type: 'error', ...(id && { id }), msg: { code, msg } }]);
    script.tell(delta(A, 1, 3));
    expect(brief(client.news())).toEqual([`orderbook_delta 1 2 ${A}`]);
  });
});

describe('where the tape has a hole', () => {
  it('so has the numbering, and the books that the tape still knows are told anew', () => {
    const script = begun();
    script.tell(bookSnapshot(6, 1, C), 2);
    const client = script.client();
    client.subscribe(['orderbook_delta'], [A, C]);
    client.news();
    script.tell(delta(B, 1, 6));
    expect(brief(client.news())).toEqual([`orderbook_snapshot 1 6 ${C}`]);
    expect(client.observer.book(A)).toBeUndefined();
    expect(client.observer.book(C)).toHaveLength(3);
    script.tell(delta(A, 1, 7));
    expect(client.news()).toEqual([]);
    script.tell(bookSnapshot(1, 8, A));
    expect(brief(client.news())).toEqual([`orderbook_snapshot 1 7 ${A}`]);
    expect(client.observer.book(A)).toHaveLength(3);
  });

  it('at the end of a recorded connection the client hears of it with the next snapshot', () => {
    const script = begun();
    const client = script.client();
    client.subscribe(['orderbook_delta'], [A]);
    client.news();
    script.note({ note: 'disconnected', reason: 'x' });
    script.tell(bookSnapshot(1, 1, A), 2);
    expect(brief(client.news())).toEqual([`orderbook_snapshot 1 3 ${A}`]);
  });

  it('two recordings of one market are one book', () => {
    const script = begun();
    const client = script.client();
    client.subscribe(['orderbook_delta'], [A]);
    script.tell(bookSnapshot(1, 1, A), 2);
    client.news();
    script.tell(delta(A, 1, 3), 1);
    script.tell(delta(A, 1, 2), 2);
    expect(brief(client.news())).toEqual([`orderbook_delta 1 3 ${A}`]);
  });
});

describe('a recorded session', () => {
  const [first, second] = ['KXBTC15M-26MAY131415-15', 'KXBTC15M-26MAY131430-30'];

  it.each([
    ['one market from the start', 0, [first]],
    ['the other market', 0, [second]],
    ['both', 0, [first, second]],
    ['one market late', 20_000, [first]],
    ['both late, in the second connection', 35_000, [first, second]],
  ])('gives a client with %s the books that the tape has', async (_name, joinsAt, markets) => {
    const venue = new KalshiVenue([]);
    const tape = new Observer();
    let now = 0;
    const client = new VenueClient(venue, () => now);
    const view = new FrameView();
    let compared = 0;
    for await (const batch of (await openTape(fixtures.kalshi)).read()) {
      for (let i = 0; i < batch.count; i++) {
        now = batch.receivedAt[i];
        const frame = view.at(batch, i);
        if (frame.sequence === joinsAt) client.subscribe(['orderbook_delta', 'ticker'], markets);
        venue.take(frame);
        tape.see(frame);
        if (frame.sequence < joinsAt || !(frame.sequence % 500 === 0 || frame.text().includes('_snapshot"'))) continue;
        for (const market of markets) {
          const book = tape.book(market);
          // The end of a recorded connection is silent; what follows tells of it.
          if (book) expect(client.observer.book(market)).toEqual(book);
          compared += book ? 1 : 0;
        }
        // On the way: a change in the middle must not disturb the books of either.
        if (frame.sequence % 5000 === 0) client.update('get_snapshot', 1, markets);
      }
    }
    expect(compared).toBeGreaterThan(9);
    expect(client.observer.markets.map(({ instrument }) => instrument.symbol)).toEqual(markets);
    expect([...client.observer.decoder.problems.keys()].filter((problem) => !problem.startsWith('error 18'))).toEqual(
      [],
    );
  });
});
