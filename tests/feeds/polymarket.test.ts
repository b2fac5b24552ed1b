import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PolymarketDecoder } from '../../src/feeds/polymarket/decode.ts';
import { EventFlag, GapCode, LifecycleCode, Side } from '../../src/market/event.ts';
import { noteFrame } from '../../src/market/frame.ts';
import { sharedData } from '../shared-data.ts';
import { lines, messagesOf, words } from '../support/words.ts';
import { Follower } from './recorded.ts';

const follower = () => new Follower(new PolymarketDecoder([]));

type Levels = readonly (readonly [price: string, size: string])[];
const priced = (levels: Levels) => levels.map(([price, size]) => ({ price, size }));
const book = (bids: Levels, asks: Levels, rest = {}) => ({
  event_type: 'book',
  asset_id: '7',
  market: '0xm',
  timestamp: '1778480069765',
  bids: priced(bids),
  asks: priced(asks),
  ...rest,
});
const change = (...changes: readonly (readonly [asset_id: string, side: string, price: string, size: string])[]) => ({
  event_type: 'price_change',
  market: '0xm',
  timestamp: '1778480999942',
  price_changes: changes.map(([asset_id, side, price, size]) => ({
    asset_id,
    side,
    price,
    size,
    best_bid: '0',
    best_ask: '1',
  })),
});
const told = (to: Follower, message: object) => to.in(JSON.stringify(message));

describe('Polymarket messages become these events', () => {
  it('market channel, May 2026', () => {
    const to = follower();
    const events = messagesOf('polymarket/market.jsonl').map((text) => ({
      message: text.slice(0, 60),
      events: lines(to.in(text)),
    }));
    expect(events).toMatchSnapshot();
    expect([...to.decoder.problems]).toEqual([
      // Of tokens whose book the excerpt does not hold.
      ['price_change without a book before it', 5],
      // Scores of games, which have no type.
      ['unknown type undefined', 2],
    ]);
  });

  const samples = `${sharedData}../reference/samples/polymarket-market.jsonl`;
  it.skipIf(!existsSync(samples))('a whole book of 2024 (needs ../shared/reference)', () => {
    const to = follower();
    const [text, ...others] = readFileSync(samples, 'utf8').trimEnd().split('\n');
    expect(to.in(text)).toHaveLength(2 + 76 + 86);
    const { bids, asks } = JSON.parse(text);
    const [{ book, bookComplete }] = to.markets;
    expect(bookComplete).toBe(true);
    // The best come last on the wire.
    expect([book.bidPrice, book.bidSize].join()).toBe(
      [bids.at(-1).price, bids.at(-1).size].map((t) => Math.round(t * 1e6)).join(),
    );
    expect([book.askPrice, book.askSize].join()).toBe(
      [asks.at(-1).price, asks.at(-1).size].map((t) => Math.round(t * 1e6)).join(),
    );
    expect(words(to.in(others[0]))).toEqual(['bookLevel sell 514000 21574080000']);
    for (const text of others.slice(1)) to.in(text);
    // Three changes of a token without a book.
    expect([...to.decoder.problems]).toEqual([['price_change without a book before it', 3]]);
  });
});

describe('Polymarket books', () => {
  it('begin with a book, alone or in a list with that of the other token', () => {
    const to = follower();
    const rows = told(to, [
      book(
        [
          ['0.01', '505'],
          ['0.59', '15.25'],
        ],
        [['.99', '2501']],
      ),
      book([], [], { asset_id: '8' }),
    ] as never);
    expect(words(rows)).toEqual([
      'lifecycle',
      'bookClear',
      'bookLevel buy 10000 505000000',
      'bookLevel buy 590000 15250000',
      'bookLevel sell 990000 2501000000',
      'lifecycle',
      'bookClear',
    ]);
    expect(rows[1]).toMatchObject({ exchangeAt: 1778480069765000, flags: EventFlag.snapshot });
    expect(to.markets.map(({ bookComplete }) => bookComplete)).toEqual([true, true]);
    expect(to.markets[0].book).toMatchObject({ bidPrice: 590_000, askPrice: 990_000 });
  });

  it.each([
    ['since September 2025', change(['7', 'BUY', '0.6', '10'], ['8', 'SELL', '0.4', '10'])],
    ['until then', { event_type: 'price_change', asset_id: '7', changes: [{ price: '0.6', side: 'BUY', size: '10' }] }],
    ['in 2024', { event_type: 'price_change', asset_id: '7', price: '0.6', side: 'BUY', size: '10' }],
  ])('take price changes as absolute sizes: the form %s', (_, message) => {
    const to = follower();
    told(to, book([['0.6', '5']], []));
    told(to, book([], [], { asset_id: '8' }));
    const [row] = told(to, message);
    expect(row).toMatchObject({ instrument: 0, side: Side.buy, price: 600_000, size: 10_000_000 });
    told(to, JSON.parse(JSON.stringify(message).replaceAll('"10"', '"0"')));
    expect(to.markets[0].book.bidPrice).toBe(Number.NEGATIVE_INFINITY);
  });

  it('are replaced by every book that comes', () => {
    const to = follower();
    told(to, book([['0.6', '5']], [['0.7', '5']]));
    told(to, book([['0.5', '4']], [], { timestamp: '1778480000000' }));
    expect(to.markets[0].book).toMatchObject({ bidPrice: 500_000, askPrice: Number.POSITIVE_INFINITY });
  });

  it('are given up at a level that does not parse, until the next book', () => {
    const to = follower();
    told(to, book([['0.6', '5']], []));
    for (const bad of [
      change(['7', 'BUY', '1.6', '1']),
      change(['7', 'MAYBE', '0.6', '1']),
      book([['0.6', 'x']], []),
    ]) {
      expect(words(told(to, bad)).at(-1)).toBe('gap contradiction');
      expect(told(to, change(['7', 'BUY', '0.6', '1']))).toEqual([]);
      expect(to.markets[0].bookComplete).toBe(false);
      told(to, book([['0.6', '5']], []));
      expect(to.markets[0].bookComplete).toBe(true);
    }
    expect(words(told(to, { ...book([], []), asks: null }))).toEqual(['bookClear', 'gap contradiction']);
  });

  it('end with the connection', () => {
    const to = follower();
    told(to, book([['0.6', '5']], []));
    told(to, { event_type: 'last_trade_price', asset_id: '7', price: '0.6', size: '2', side: 'SELL' });
    const [gap] = to.take(noteFrame(0n, 1, { note: 'disconnected', reason: 'test' }));
    expect(gap).toMatchObject({ code: GapCode.disconnected, flags: EventFlag.book | EventFlag.trades });
    expect(to.in(JSON.stringify(change(['7', 'BUY', '0.6', '1'])), 2)).toEqual([]);
  });
});

describe('Polymarket markets', () => {
  const market = { market: '0xm', assets_ids: ['7', '8'], outcomes: ['Yes', 'No'], question: 'Rain?' };

  it('are known from new_market: titles, group and ticks', () => {
    const to = follower();
    const rows = told(to, { event_type: 'new_market', ...market, order_price_min_tick_size: '0.001' });
    expect(rows.map(({ code }) => code)).toEqual([1, LifecycleCode.created, 1, LifecycleCode.created]);
    expect(to.decoder.instruments).toMatchObject([
      {
        id: 'polymarket:7',
        title: 'Rain? Yes',
        group: '0xm',
        kind: 'binary',
        ticks: [{ from: 1000, to: 999_000, step: 1000 }],
      },
      { id: 'polymarket:8', title: 'Rain? No', bounds: { low: 0, high: 1_000_000 } },
    ]);
  });

  it('change their ticks', () => {
    const to = follower();
    told(to, book([['0.97', '5']], [], { tick_size: '0.01' }));
    const [row] = told(to, {
      event_type: 'tick_size_change',
      asset_id: '7',
      old_tick_size: '0.01',
      new_tick_size: '0.001',
    });
    expect(row).toMatchObject({ code: LifecycleCode.ticksChanged });
    expect(to.markets[0].ticks).toEqual([{ from: 1000, to: 999_000, step: 1000 }]);
    told(to, change(['7', 'BUY', '0.971', '1']));
    expect(to.markets[0].book.bidPrice).toBe(971_000);
  });

  it('pay their winner when resolved', () => {
    const to = follower();
    told(to, { event_type: 'market_resolved', ...market, winning_asset_id: '8', winning_outcome: 'No' });
    expect(to.markets.map(({ payout, status }) => [payout, status])).toEqual([
      [0, 'closed'],
      [1_000_000, 'closed'],
    ]);
    told(to, { event_type: 'market_resolved', ...market, winning_asset_id: '9' });
    expect([...to.decoder.problems.keys()]).toEqual(['market_resolved without a winner among its tokens']);
  });
});

describe('The Polymarket decoder', () => {
  it('counts what it does not understand, and goes on', () => {
    const to = follower();
    expect(to.in('PONG')).toEqual([]);
    expect(to.decoder.problems.size).toBe(0);
    for (const text of ['PONK', '[{"event_type":"book"}]', '{"event_type":"gossip"}', '[7]', '[]']) to.in(text);
    told(to, { event_type: 'last_trade_price', asset_id: '7', price: '0.6', size: '2', side: 'constructor' });
    expect([...to.decoder.problems.keys()]).toEqual([
      'malformed JSON',
      'book without a token',
      'unknown type gossip',
      'last_trade_price with fields that do not parse',
    ]);
  });

  it('never throws, whatever the fields hold', () => {
    const field = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('0.5', '7', 'BUY', 'SELL', '1e3', '0.123456', ['7', '8'], [null]),
    );
    const keys = ['asset_id', 'price', 'size', 'side'];
    const record = (names: readonly string[], fixed: Record<string, fc.Arbitrary<unknown>> = {}) =>
      fc.record({ ...Object.fromEntries(names.map((name) => [name, field])), ...fixed }, { requiredKeys: [] });
    const list = fc.oneof(field, fc.array(record(keys)));
    const message = record(
      [
        ...keys,
        'market',
        'timestamp',
        'tick_size',
        'old_tick_size',
        'new_tick_size',
        'assets_ids',
        'outcomes',
        'question',
        'winning_asset_id',
      ],
      {
        event_type: fc.constantFrom(
          'book',
          'price_change',
          'last_trade_price',
          'tick_size_change',
          'new_market',
          'market_resolved',
        ),
        bids: list,
        asks: list,
        changes: list,
        price_changes: list,
      },
    );
    const to = follower();
    fc.assert(
      fc.property(fc.oneof(message, fc.array(message, { maxLength: 3 })), (data) => {
        to.in(JSON.stringify(data));
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
