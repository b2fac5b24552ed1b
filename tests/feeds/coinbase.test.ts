import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CoinbaseDecoder } from '../../src/feeds/coinbase/decode.ts';
import { EventFlag, EventKind, GapCode, LifecycleCode, Side } from '../../src/market/event.ts';
import { Direction, noteFrame, textFrame } from '../../src/market/frame.ts';
import { lines, messagesOf, words } from '../support/words.ts';
import { Follower } from './recorded.ts';

const follower = () =>
  new Follower(
    new CoinbaseDecoder(['BTC-USD', 'ETH-USD'].map((symbol) => ({ symbol, priceDecimals: 2, sizeDecimals: 1 }))),
  );

type Levels = readonly (readonly string[])[];
const snapshot = (bids: Levels, asks: Levels, product_id = 'BTC-USD') =>
  JSON.stringify({ type: 'snapshot', product_id, bids, asks });
const l2update = (changes: Levels, product_id = 'BTC-USD') =>
  JSON.stringify({ type: 'l2update', product_id, changes, time: '2021-04-17T16:43:37.078325Z' });
const match = (trade_id: number, rest = {}) =>
  JSON.stringify({
    type: 'match',
    trade_id,
    side: 'sell',
    size: '0.5',
    price: '100.25',
    product_id: 'BTC-USD',
    sequence: 7,
    time: '2021-04-17T16:43:37.270697Z',
    ...rest,
  });

const advanced = (channel: string, sequence_num: number, ...events: object[]) =>
  JSON.stringify({ channel, timestamp: '2026-08-09T21:05:48.483587501Z', sequence_num, events });
const l2 = (type: string, levels: Levels, product_id = 'BTC-USD') => ({
  type,
  product_id,
  updates: levels.map(([side, price_level, new_quantity]) => ({
    side,
    event_time: '2026-08-09T21:05:48.170326Z',
    price_level,
    new_quantity,
  })),
});

describe('Coinbase messages become these events', () => {
  it.each(['exchange', 'advanced'])('%s', (feed) => {
    const to = new Follower(new CoinbaseDecoder([]));
    const told = messagesOf(`coinbase/${feed}.jsonl`).map((text) => ({
      message: text.slice(0, 60),
      events: lines(to.in(text)),
    }));
    expect(told).toMatchSnapshot();
    expect([...to.decoder.problems]).toMatchSnapshot('problems');
  });
});

describe('Coinbase Exchange', () => {
  it('builds a book from a snapshot and absolute sizes', () => {
    const to = follower();
    expect(words(to.in(snapshot([['1.00', '5']], [['1.10', '7']])))).toEqual([
      'lifecycle',
      'bookClear',
      'bookLevel buy 100 50',
      'bookLevel sell 110 70',
    ]);
    const rows = to.in(
      l2update([
        ['sell', '1.10', '0.00000000'],
        ['buy', '1.01', '2.0'],
      ]),
    );
    expect(words(rows)).toEqual(['bookLevel sell 110 0', 'bookLevel buy 101 20']);
    expect(rows[0]).toMatchObject({ exchangeAt: 1618677817078325, flags: 0 });
    expect(to.markets[0]).toMatchObject({ bookComplete: true, book: { bidPrice: 101, bidSize: 20 } });
  });

  it('does not take updates without a snapshot', () => {
    const to = follower();
    expect(words(to.in(l2update([['buy', '1.00', '1']])))).toEqual(['lifecycle']);
    expect(to.decoder.problems.get('book update without a snapshot before it')).toBe(1);
  });

  it('gives up a book at a level that does not parse exactly, until the next snapshot', () => {
    const to = follower();
    to.in(snapshot([['1.00', '5']], []));
    expect(words(to.in(l2update([['buy', '1.001', '5']])))).toEqual(['gap contradiction']);
    expect(to.in(l2update([['buy', '1.00', '6']]))).toEqual([]);
    expect(to.markets[0].bookComplete).toBe(false);
    to.in(snapshot([['1.00', '6']], []));
    expect(to.markets[0].bookComplete).toBe(true);
    expect(words(to.in(JSON.stringify({ type: 'l2update', product_id: 'BTC-USD' })))).toEqual(['gap contradiction']);
  });

  it('leaves out offers whose price cannot be held, and keeps the book', () => {
    const to = new Follower(new CoinbaseDecoder([]));
    const rows = to.in(
      snapshot(
        [['65083.66', '1']],
        [
          ['65083.67', '1'],
          ['138991023.41', '1'],
        ],
      ),
    );
    expect(rows).toHaveLength(4);
    expect(to.markets[0].bookComplete).toBe(true);
    expect(to.decoder.problems.get('offers too far away to be held exactly')).toBe(1);
  });

  it('names the taker where the venue names the maker', () => {
    const to = follower();
    to.in(match(1));
    expect(to.in(match(2))[0]).toMatchObject({ side: Side.buy, price: 10025, size: 5, exchangeAt: 1618677817270697 });
    expect(to.in(match(3, { side: 'buy' }))[0].side).toBe(Side.sell);
  });

  it('has a gap in trades where their ids have a hole, and tells no trade twice', () => {
    const to = follower();
    const [, last] = to.in(match(10, { type: 'last_match' }));
    expect(last.kind).toBe(EventKind.statistic);
    expect(words(to.in(match(11)))).toEqual(['trade buy 10025 5']);
    const [gap, trade] = to.in(match(14));
    expect(gap).toMatchObject({ kind: EventKind.gap, code: GapCode.sequence, size: 2, flags: EventFlag.trades });
    expect(trade.kind).toBe(EventKind.trade);
    expect(to.in(match(14))).toEqual([]);
    expect(to.decoder.problems.get('trade told before')).toBe(1);
    const heartbeat = { type: 'heartbeat', sequence: 90, last_trade_id: 15, product_id: 'BTC-USD' };
    expect(words(to.in(JSON.stringify(heartbeat)))).toEqual(['gap sequence']);
    expect(words(to.in(match(16)))).toEqual(['trade buy 10025 5']);
  });

  it('takes ticks from status messages, and pauses and resumes with them', () => {
    const to = new Follower(new CoinbaseDecoder([]));
    const status = (rest: object) =>
      to.in(
        JSON.stringify({
          type: 'status',
          products: [
            { id: 'BTC-USD', quote_currency: 'USD', base_increment: '0.00000001', quote_increment: '0.01', ...rest },
          ],
        }),
      );
    expect(status({ status: 'online' })).toEqual([]);
    to.in(match(1));
    expect(to.decoder.instruments[0]).toMatchObject({
      priceDecimals: 5,
      sizeDecimals: 8,
      ticks: [{ step: 1000 }],
      lot: 1,
    });
    expect(status({ status: 'online', cancel_only: true }).map(({ code }) => code)).toEqual([LifecycleCode.paused]);
    expect(status({ status: 'online', cancel_only: true })).toEqual([]);
    expect(status({ status: 'online' }).map(({ code }) => code)).toEqual([LifecycleCode.resumed]);
    to.in(JSON.stringify({ type: 'status', products: [{ id: 'X-USD', status: 'delisted' }] }));
    expect(to.in(match(1, { product_id: 'X-USD' })).map(({ code }) => code)).toEqual([1, LifecycleCode.paused, 0]);
  });
});

describe('Coinbase Advanced Trade', () => {
  it('counts messages over all channels: a hole is a gap in what the connection carries', () => {
    const to = follower();
    to.in(
      advanced(
        'l2_data',
        0,
        l2('snapshot', [
          ['bid', '1.00', '5'],
          ['offer', '1.10', '7'],
        ]),
      ),
    );
    to.in(advanced('subscriptions', 1, { subscriptions: { level2: ['BTC-USD'] } }));
    expect(words(to.in(advanced('l2_data', 2, l2('update', [['offer', '1.09', '1']]))))).toEqual([
      'bookLevel sell 109 10',
    ]);
    const [gap, ...others] = to.in(advanced('heartbeats', 5, { heartbeat_counter: 1 }));
    expect(gap).toMatchObject({ kind: EventKind.gap, code: GapCode.sequence, size: 2, flags: EventFlag.book });
    expect(others).toEqual([]);
    expect(to.in(advanced('l2_data', 6, l2('update', [['offer', '1.08', '1']])))).toEqual([]);
    expect(to.markets[0].bookComplete).toBe(false);
    to.in(advanced('l2_data', 7, l2('snapshot', [['bid', '1.01', '5']])));
    expect(to.markets[0].bookComplete).toBe(true);
  });

  it('counts each connection for itself', () => {
    const to = follower();
    to.in(advanced('l2_data', 9, l2('snapshot', [['bid', '1.00', '5']])));
    expect(words(to.in(advanced('heartbeats', 0, {}), 2))).toEqual([]);
    expect(words(to.in(advanced('l2_data', 10, l2('update', [['bid', '1.00', '6']]))))).toEqual([
      'bookLevel buy 100 60',
    ]);
  });

  it('tells trades oldest first, and not those of the snapshot', () => {
    const to = follower();
    const trade = (trade_id: string, price: string) => ({
      trade_id,
      price,
      size: '0.1',
      side: 'BUY',
      time: '2026-08-09T21:05:48.167634Z',
      product_id: 'ETH-USD',
    });
    expect(
      words(
        to.in(advanced('market_trades', 0, { type: 'snapshot', trades: [trade('8', '2.00'), trade('7', '1.99')] })),
      ),
    ).toEqual(['lifecycle']);
    const rows = to.in(
      advanced('market_trades', 1, { type: 'update', trades: [trade('10', '2.02'), trade('9', '2.01')] }),
    );
    expect(words(rows)).toEqual(['trade sell 201 1', 'trade sell 202 1']);
  });

  it('quotes with sizes only', () => {
    const to = follower();
    const ticker = { product_id: 'BTC-USD', price: '1.05', best_bid: '1.00', best_ask: '1.10' };
    expect(words(to.in(advanced('ticker_batch', 0, { tickers: [ticker] })))).toEqual([
      'lifecycle',
      'statistic none 105 0',
    ]);
    const sizes = { best_bid_quantity: '2', best_ask_quantity: '3' };
    expect(words(to.in(advanced('ticker', 1, { tickers: [{ ...ticker, ...sizes }] })))).toEqual([
      'quote buy 100 20',
      'quote sell 110 30',
      'statistic none 105 0',
    ]);
  });
});

describe('Coinbase connections', () => {
  it('end in a gap for what they carried', () => {
    const to = follower();
    to.in(snapshot([['1.00', '5']], []));
    to.in(match(1, { product_id: 'ETH-USD' }));
    const rows = to.take(noteFrame(0n, 1, { note: 'disconnected', reason: 'test' }));
    expect(rows.map(({ instrument, code, flags }) => [instrument, code, flags])).toEqual([
      [0, GapCode.disconnected, EventFlag.book],
      [1, GapCode.disconnected, EventFlag.trades],
    ]);
    expect(to.in(l2update([['buy', '1.00', '6']]), 2)).toEqual([]);
    // The count of trades begins anew: what came in between is in the gap already.
    expect(words(to.in(match(9, { product_id: 'ETH-USD' }), 2))).toEqual(['trade buy 10025 5']);
  });

  it('count what they do not understand, and go on', () => {
    const to = follower();
    const strange: [text: string, problem: string][] = [
      ['{"type":"l2upd', 'malformed JSON'],
      ['7', 'malformed JSON'],
      ['{"type":"full","product_id":"BTC-USD"}', 'unknown type full'],
      ['{}', 'unknown type undefined'],
      ['{"channel":"candles","events":[{}]}', 'unknown channel candles'],
      ['{"channel":"l2_data","events":[{}]}', 'l2_data without a product'],
      ['{"type":"error","message":"authentication failure"}', 'error: authentication failure'],
      [match(1, { price: 'x' }), 'trade with fields that do not parse'],
    ];
    for (const [text] of strange) to.in(text);
    expect([...to.decoder.problems.keys()]).toEqual([...new Set(strange.map(([, problem]) => problem))]);
  });

  it('never throw, whatever the fields hold', () => {
    const field = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('1.00', 'BTC-USD', 7, 'buy', 'constructor', [['buy', '1.00', '1.0']], [null]),
    );
    const record = (keys: readonly string[], fixed: Record<string, fc.Arbitrary<unknown>> = {}) =>
      fc.record({ ...Object.fromEntries(keys.map((key) => [key, field])), ...fixed }, { requiredKeys: [] });
    const inner = record([
      'side',
      'price_level',
      'new_quantity',
      'event_time',
      'trade_id',
      'price',
      'size',
      'product_id',
      'best_bid',
      'best_bid_quantity',
      'best_ask_quantity',
    ]);
    const list = fc.oneof(field, fc.array(inner));
    const event = record(['type', 'product_id'], { updates: list, trades: list, tickers: list, products: list });
    const message = record(
      [
        'product_id',
        'bids',
        'asks',
        'changes',
        'time',
        'trade_id',
        'side',
        'price',
        'size',
        'best_bid',
        'best_bid_size',
        'sequence_num',
        'last_trade_id',
        'products',
      ],
      {
        type: fc.constantFrom(
          'snapshot',
          'l2update',
          'match',
          'last_match',
          'ticker',
          'heartbeat',
          'status',
          'error',
          undefined,
        ),
        channel: fc.constantFrom('l2_data', 'market_trades', 'ticker', 'status', undefined),
        events: fc.oneof(field, fc.array(event)),
      },
    );
    const to = follower();
    fc.assert(
      fc.property(message, fc.boolean(), (data, isBody) => {
        if (isBody) to.take(textFrame(0n, 1, Direction.out, 'GET https://api.coinbase.com/products'));
        to.in(JSON.stringify(data));
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
