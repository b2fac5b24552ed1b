import { existsSync, readFileSync } from 'node:fs';
import { EXT_TIMESTAMP, ExtData, encode, encodeTimeSpecToTimestamp } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AlpacaDecoder } from '../../src/feeds/alpaca/decode.ts';
import { alpacaInstrument } from '../../src/feeds/alpaca/instruments.ts';
import { AccountCode, EventFlag, EventKind, GapCode, LifecycleCode, Side } from '../../src/market/event.ts';
import { Direction, noteFrame } from '../../src/market/frame.ts';
import { formatTime } from '../../src/market/units.ts';
import { sharedData } from '../shared-data.ts';
import { lines, messagesOf, words } from '../support/words.ts';
import { Follower } from './recorded.ts';

const follower = () => new Follower(new AlpacaDecoder([]));
const told = (to: Follower, ...messages: readonly object[]) => to.in(JSON.stringify(messages));

const trade = (rest = {}) => ({
  T: 't',
  S: 'AAPL',
  i: 628,
  x: 'K',
  p: 162.92,
  s: 3,
  c: ['@', 'F', 'T', 'I'],
  z: 'C',
  t: '2023-04-06T11:54:26.838232225Z',
  ...rest,
});
const quote = (rest = {}) => ({
  T: 'q',
  S: 'AMD',
  bp: 91.95,
  bs: 2,
  ap: 91.98,
  as: 1,
  t: '2023-04-06T11:54:21.6Z',
  ...rest,
});

/** A frame as the socket delivered it: not text. */
function binary(to: Follower, payload: Uint8Array) {
  return to.take({ receivedAt: 0n, connection: 1, direction: Direction.in, binary: true, payload });
}

describe('Alpaca messages become these events', () => {
  it('rows of trades and quotes, 2018 to 2024', () => {
    const to = follower();
    expect(messagesOf('alpaca/rows.jsonl').map((text) => lines(to.in(text)))).toMatchSnapshot();
    expect([...to.decoder.problems]).toEqual([]);
  });

  const samples = `${sharedData}../reference/samples/alpaca-stocks.jsonl`;
  it.skipIf(!existsSync(samples))('the documented session (needs ../shared/reference)', () => {
    const to = follower();
    const events = readFileSync(samples, 'utf8')
      .trimEnd()
      .split('\n')
      .map((text) => words(to.in(text)).join(', '));
    expect(events).toEqual([
      '',
      '',
      '',
      'lifecycle, quote buy 91950000 200, quote sell 91980000 100',
      'lifecycle, trade none 162920000 3, trade none 162920000 3, trade none 162910000 71',
      'quote buy 91900000 100, quote sell 91980000 100',
      'lifecycle, bar none 388985000 60000000, bar none 389130000 0, bar none 388975000 0, bar none 389120000 49378',
      'lifecycle, lifecycle',
      'lifecycle, lifecycle',
      'lifecycle, lifecycle',
      'lifecycle',
      'lifecycle, lifecycle',
      'lifecycle, quote buy 133850000 400, quote sell 135770000 500',
    ]);
    expect(to.markets[1]).toMatchObject({ instrument: { symbol: 'AAPL' }, status: 'paused' });
    expect([...to.decoder.problems]).toEqual([]);
  });
});

describe('Alpaca trades', () => {
  it('say no side, but for coins', () => {
    const to = follower();
    const coin = { T: 't', S: 'BTC/USD', p: 57527, s: 0.0755, i: 17209535, t: '2021-11-22T08:32:39.313396Z' };
    const rows = told(to, trade(), { ...coin, tks: 'B' }, { ...coin, tks: 'S' });
    const trades = rows.filter(({ kind }) => kind === EventKind.trade);
    expect(trades.map(({ side, price, size }) => [side, price, size])).toEqual([
      [Side.none, 162_920_000, 3],
      [Side.buy, 5_752_700_000_000, 7_550_000],
      [Side.sell, 5_752_700_000_000, 7_550_000],
    ]);
    expect(trades[0].exchangeAt).toBe(1680782066838232);
  });

  it.each([
    ['an odd lot out of hours is in the book', { c: ['@', 'T', 'I'] }, 0],
    ['reported to FINRA', { x: 'D' }, EventFlag.offBook],
    ['the closing auction', { c: ['@', '6'] }, EventFlag.offBook],
    ['average price on tape A', { c: [' ', 'B'], z: 'A' }, EventFlag.offBook],
    ['B is a bunched trade on tape C', { c: ['@', 'B'] }, 0],
    ['average price on tape C', { c: ['@', 'W'] }, EventFlag.offBook],
    ['out of sequence', { c: ['@', 'Z'] }, EventFlag.offBook],
  ])('%s', (_, rest, flags) => {
    expect(told(follower(), trade(rest))[1]).toMatchObject({ kind: EventKind.trade, flags });
  });

  it('are not what an official close repeats', () => {
    expect(words(told(follower(), trade({ c: ['@', 'M'] })))).toEqual(['lifecycle', 'statistic none 162920000 0']);
  });

  it('are refused where their number is not exact', () => {
    const to = follower();
    const coin = (s: number) => told(to, { T: 't', S: 'ETH/USD', p: 0.0000005, s });
    expect(words(coin(8.76015633)).at(-1)).toBe('trade none 50 876015633');
    expect(coin(1.234567891)).toEqual([]);
    expect(coin(0.1 + 0.2)).toEqual([]);
    expect(to.decoder.problems.get('trade with fields that do not parse')).toBe(2);
  });
});

describe('Alpaca quotes', () => {
  it('have sizes in round lots until 2025-11-03, in shares since; coins in coins', () => {
    const sizes = (rest: object) =>
      told(follower(), quote(rest))
        .slice(1)
        .map(({ size }) => size);
    expect(sizes({ t: '2025-10-31T20:00:00Z' })).toEqual([200, 100]);
    expect(sizes({ t: '2025-11-03T14:30:00Z' })).toEqual([2, 1]);
    expect(sizes({ S: 'BTC/USD', t: '2022-02-25T12:56:22Z' })).toEqual([200_000_000, 100_000_000]);
    expect(sizes({ S: 'AAPL240621C00190000', t: '2024-06-20T14:30:00Z' })).toEqual([2, 1]);
  });

  it('have a side of size 0 where nobody quotes', () => {
    const to = follower();
    told(to, quote({ ap: 0, as: 0 }));
    expect(to.markets[0].quote).toMatchObject({ bidPrice: 91_950_000, askPrice: Number.POSITIVE_INFINITY });
  });
});

describe('Alpaca bars, halts and books', () => {
  it('has bars of a minute and of the day', () => {
    const to = follower();
    const bar = { S: 'SPY', o: 388.985, h: 389.13, l: 388.975, c: 389.12, v: 49378, t: '2021-02-22T19:15:00Z' };
    told(to, { T: 'b', ...bar });
    expect(to.markets[0].bar).toMatchObject({
      open: 388_985_000,
      close: 389_120_000,
      volume: 49_378,
      length: 60_000_000,
    });
    told(to, { T: 'd', ...bar });
    expect(to.markets[0].bar.length).toBe(86_400_000_000);
  });

  it('pauses at a halt and resumes when trading does, not when quoting does', () => {
    const to = follower();
    const status = (sc: string) => {
      told(to, { T: 's', S: 'AAPL', sc, sm: '', rc: 'T12', t: '2021-02-22T19:15:00Z' });
      return to.markets[0].status;
    };
    expect(['H', 'Q', 'T', 'P', 'T', '2', '5', '3'].map(status)).toEqual([
      'paused',
      'paused',
      'open',
      'paused',
      'open',
      'paused',
      'paused',
      'open',
    ]);
  });

  it('tells price bands, imbalances, corrections and cancels in the words of the venue', () => {
    const rows = ['l', 'i', 'c', 'x'].flatMap((T) => told(follower(), { T, S: 'IONM', u: 3.24 }).slice(1));
    expect(rows.map(({ code }) => code)).toEqual(Array(4).fill(LifecycleCode.changed));
    expect(JSON.parse(rows[0].text ?? '')).toEqual({ T: 'l', S: 'IONM', u: 3.24 });
  });

  it('builds books of coins', () => {
    const to = follower();
    const book = (rest: object) => told(to, { T: 'o', S: 'BTC/USD', t: '2024-03-12T10:38:50Z', b: [], a: [], ...rest });
    book({ b: [{ p: 1, s: 1 }] });
    expect(to.markets[0].bookComplete).toBe(false);
    book({ r: true, b: [{ p: 71859.53, s: 0.27994 }], a: [{ p: 71936.14, s: 0.27 }] });
    book({
      b: [
        { p: 71859.53, s: 0 },
        { p: 71859, s: 2 },
      ],
    });
    expect(to.markets[0].book).toMatchObject({ bidPrice: 7_185_900_000_000, askPrice: 7_193_614_000_000 });
    expect(words(book({ a: [{ p: 'x', s: 1 }] }))).toEqual(['gap contradiction']);
    expect(to.markets[0].bookComplete).toBe(false);
  });
});

describe('Alpaca options', () => {
  it('come as msgpack, with times to the microsecond', () => {
    const to = follower();
    const t = new ExtData(EXT_TIMESTAMP, encodeTimeSpecToTimestamp({ sec: 1_718_893_800, nsec: 123_456_789 }));
    const S = 'AAPL240621C00190000';
    const frame = encode([
      { T: 'q', S, bx: 'C', bp: 20.05, bs: 12, ax: 'X', ap: 20.2, as: 7, t, c: 'A' },
      { T: 't', S, x: 'C', p: 20.1, s: 2, t, c: 'a' },
    ]);
    const rows = binary(to, frame);
    expect(words(rows)).toEqual(['lifecycle', 'quote buy 200500 12', 'quote sell 202000 7', 'trade none 201000 2']);
    expect(rows[3].exchangeAt).toBe(1718893800123456);
    expect([...to.decoder.problems]).toEqual([]);
  });
});

describe('Alpaca orders of ours', () => {
  const update = (event: string, rest: object = {}, order: object = {}) => ({
    stream: 'trade_updates',
    data: {
      event,
      timestamp: '2024-11-19T14:47:05.721Z',
      order: {
        id: '6a7f7003',
        client_order_id: 'sell-1',
        replaced_by: null,
        symbol: 'GNL',
        qty: '4',
        filled_qty: '4',
        type: 'limit',
        side: 'sell',
        limit_price: '7.18',
        status: 'filled',
        ...order,
      },
      ...rest,
    },
  });

  it('become account events, from JSON in binary frames', () => {
    const to = follower();
    const message = update('fill', { execution_id: '2f63ea93', price: '7.1831', qty: '4', position_qty: '0' });
    const [, fill, order] = binary(to, new TextEncoder().encode(JSON.stringify(message)));
    expect([fill.code, order.code]).toEqual([AccountCode.fill, AccountCode.order]);
    expect(fill).toMatchObject({ kind: EventKind.account, exchangeAt: 1732027625721000 });
    expect(JSON.parse(fill.text ?? '')).toEqual({
      tradeId: '2f63ea93',
      orderId: '6a7f7003',
      clientOrderId: 'sell-1',
      side: 'sell',
      price: '7.1831',
      size: '4',
      position: '0',
    });
    expect(JSON.parse(order.text ?? '')).toEqual({
      orderId: '6a7f7003',
      clientOrderId: 'sell-1',
      status: 'filled',
      reason: 'fill',
      side: 'sell',
      type: 'limit',
      price: '7.18',
      size: '4',
      filled: '4',
    });
  });

  it('are an order without a fill for every other event; several legs have no instrument', () => {
    const to = follower();
    const rows = to.in(JSON.stringify(update('canceled', {}, { status: 'canceled' })));
    expect(rows.map(({ kind, code }) => [kind, code])).toEqual([
      [EventKind.lifecycle, LifecycleCode.listed],
      [EventKind.account, AccountCode.order],
    ]);
    const legs = to.in(JSON.stringify(update('new', {}, { symbol: '' })));
    expect(legs.map(({ instrument, code }) => [instrument, code])).toEqual([[-1, AccountCode.order]]);
  });
});

describe('Alpaca instruments', () => {
  it('follow from the symbol', () => {
    const to = follower();
    const symbols = ['AAPL', 'AAPL240621C00190000', 'SPXW261120P05900500', 'ETH/BTC', 'BTC-PERP'];
    for (const S of symbols) told(to, trade({ S }));
    expect(to.decoder.instruments).toMatchObject([
      { id: 'alpaca:AAPL', kind: 'equity', multiplier: 1 },
      {
        kind: 'option',
        multiplier: 100,
        option: { underlying: 'AAPL', right: 'call', strike: 1_900_000, settlement: 'physical' },
      },
      { kind: 'option', option: { underlying: 'SPX', right: 'put', strike: 59_005_000, settlement: 'cash' } },
      { kind: 'spot', currency: 'BTC' },
      { kind: 'perpetual', currency: 'USD' },
    ]);
  });

  it.each([
    ['SPY260821C00640000', '2026-08-21T20:00', '2026-08-21T20:00'],
    ['SPXW261120P05900500', '2026-11-20T21:00', '2026-11-20T21:00'],
    // 13:00 after Thanksgiving; AM settlement: traded until the day before; no trading day.
    ['SPY261127C00640000', '2026-11-27T18:00', '2026-11-27T18:00'],
    ['SPX261120P05900500', '2026-11-19T21:00', '2026-11-20T14:30'],
    ['SPY260822C00640000', undefined, undefined],
  ])('%s trades until %s and expires %s UTC', (symbol, closes, expires) => {
    const { closesAt, expiresAt } = alpacaInstrument(symbol, undefined);
    const told = [closesAt, expiresAt].map((time) => time && formatTime(time).slice(0, 16));
    expect(told).toEqual([closes, expires]);
  });

  it('with a date that is none do no harm', () => {
    expect(alpacaInstrument('SPY269999C00640000', undefined).kind).toBe('option');
  });

  it('take the facts of the header before what is usual', () => {
    const to = new Follower(new AlpacaDecoder([{ symbol: 'AAPL', sizeDecimals: 3 }]));
    expect(told(to, trade({ s: 0.125 }))[1].size).toBe(125);
  });
});

describe('The Alpaca decoder', () => {
  it('has gaps where connections end', () => {
    const to = follower();
    told(to, trade(), quote());
    const rows = to.take(noteFrame(0n, 1, { note: 'disconnected', reason: 'test' }));
    expect(rows.map(({ code, flags }) => [code, flags])).toEqual([
      [GapCode.disconnected, EventFlag.trades],
      [GapCode.disconnected, 0],
    ]);
  });

  it('counts what it does not understand, and goes on', () => {
    const to = follower();
    for (const text of [
      '[{"T":',
      '[{"T":"n"}]',
      '[{"T":"?","S":"A"}]',
      '[{"T":"error","code":402,"msg":"auth failed"}]',
    ])
      to.in(text);
    to.in('{"stream":"authorization","data":{"status":"unauthorized"}}');
    to.in('{"stream":"trade_updates","data":{}}');
    to.in('{"stream":"gossip"}');
    to.in('{"stream":"listening","data":{"streams":["trade_updates"]}}');
    binary(to, Uint8Array.of(0x91, 0x81, 0xa1, 0x54, 0xa1));
    binary(to, new Uint8Array());
    expect([...to.decoder.problems]).toEqual([
      ['malformed JSON', 1],
      ['unknown type n', 1],
      ['unknown type ?', 1],
      ['error 402: auth failed', 1],
      ['authorization: unauthorized', 1],
      ['trade_updates without an order', 1],
      ['unknown stream gossip', 1],
      ['malformed msgpack', 2],
    ]);
  });

  it('never throws, whatever the fields hold', () => {
    const field = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(1.5, 'AAPL', 'H', ['@', 7], [{ p: 1, s: 2 }], [null], { id: 1, symbol: 'A' }),
    );
    const keys = [
      'S',
      'p',
      's',
      'c',
      'x',
      'z',
      't',
      'bp',
      'bs',
      'ap',
      'as',
      'o',
      'h',
      'l',
      'v',
      'sc',
      'a',
      'b',
      'r',
      'tks',
      'event',
      'order',
      'timestamp',
    ];
    const message = fc.record(
      {
        ...Object.fromEntries(keys.map((key) => [key, field])),
        T: fc.constantFrom('t', 'q', 'b', 'd', 's', 'l', 'o', 'x', 'error'),
        S: fc.constantFrom('AAPL', 'BTC/USD', 'AAPL240621C00190000', 7),
        stream: fc.constantFrom('trade_updates', 'authorization'),
        data: field,
      },
      { requiredKeys: [] },
    );
    const to = follower();
    fc.assert(
      fc.property(fc.oneof(message, fc.array(message, { maxLength: 3 })), (data) => {
        to.in(JSON.stringify(data));
        to.in(JSON.stringify({ stream: 'trade_updates', data }));
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
