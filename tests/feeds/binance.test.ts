import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BinanceDecoder } from '../../src/feeds/binance/decode.ts';
import { perpetuals, spot } from '../../src/feeds/binance/instruments.ts';
import { EventFlag, GapCode } from '../../src/market/event.ts';
import { Direction, noteFrame, textFrame } from '../../src/market/frame.ts';
import type { InstrumentFacts } from '../../src/market/instrument.ts';
import type { StampedRow } from '../support/events.ts';
import { words } from '../support/words.ts';
import { Follower } from './recorded.ts';

/** Prices in cents, sizes in tenths: short numbers to read. */
const facts: InstrumentFacts[] = ['BTCUSDT', 'ETHUSDT'].map((symbol) => ({
  symbol,
  priceDecimals: 2,
  sizeDecimals: 1,
}));

const follower = (market = spot) => new Follower(new BinanceDecoder(market, facts));

type Levels = readonly (readonly [price: string, size: string])[];

/** A spot update of ids U to u; on futures also with the `u` before it. */
function update(U: number, u: number, b: Levels = [], a: Levels = [], pu?: number, s = 'BTCUSDT'): string {
  const stream = `${s.toLowerCase()}@depth@100ms`;
  return JSON.stringify({ stream, data: { e: 'depthUpdate', E: 1633998512068, s, U, u, pu, b, a } });
}

const snapshot = (lastUpdateId: number, bids: Levels = [], asks: Levels = []) =>
  JSON.stringify({ lastUpdateId, bids, asks });

/** Asks for something over HTTP, and gets it. */
function get(to: Follower, path: string, body: string, connection = 9): StampedRow[] {
  to.take(textFrame(0n, connection, Direction.out, `GET https://api.binance.com/api/v3/${path}`));
  return to.in(body, connection);
}

describe('Binance books', () => {
  it('begin with the snapshot: what waited applies in its frame, what it contains is left out', () => {
    const to = follower();
    expect(words(to.in(update(98, 100, [['1.00', '9.0']])))).toEqual(['lifecycle']);
    expect(to.in(update(101, 102, [['1.00', '2.0']]))).toEqual([]);
    const rows = get(to, 'depth?symbol=BTCUSDT&limit=1000', snapshot(100, [['1.00', '5.0']], [['1.10', '7.0']]));
    expect(words(rows)).toEqual(['bookClear', 'bookLevel buy 100 50', 'bookLevel sell 110 70', 'bookLevel buy 100 20']);
    expect(rows.map(({ flags }) => flags)).toEqual([1, 1, 1, 0].map((is) => is * EventFlag.snapshot));
    expect(new Set(rows.map(({ frame }) => frame)).size).toBe(1);
    expect(rows[3].exchangeAt).toBe(1633998512068000);
    expect(words(to.in(update(103, 103, [], [['1.10', '0.0']])))).toEqual(['bookLevel sell 110 0']);
    expect(to.markets[0].bookComplete).toBe(true);
  });

  it('accept a first update that begins before the snapshot ends, and ignore old ones', () => {
    const to = follower();
    get(to, 'depth?symbol=BTCUSDT', snapshot(100));
    expect(to.in(update(90, 100, [['1.00', '5.0']]))).toEqual([]);
    expect(words(to.in(update(99, 103, [['1.00', '5.0']])))).toEqual(['bookLevel buy 100 50']);
    expect(to.in(update(101, 103, [['1.00', '6.0']]))).toEqual([]);
  });

  it('have a gap at a hole and are not whole until the next snapshot', () => {
    const to = follower();
    get(to, 'depth?symbol=BTCUSDT', snapshot(100, [['1.00', '5.0']]));
    const rows = to.in(update(102, 103, [['1.00', '6.0']]));
    expect(words(rows)).toEqual(['gap sequence']);
    expect(rows[0].flags).toBe(EventFlag.book);
    expect(to.in(update(104, 104, [['1.00', '7.0']]))).toEqual([]);
    expect(to.markets[0].bookComplete).toBe(false);
    expect(words(get(to, 'depth?symbol=BTCUSDT', snapshot(103, [['1.00', '6.0']])))).toEqual([
      'bookClear',
      'bookLevel buy 100 60',
      'bookLevel buy 100 70',
    ]);
    expect(to.markets[0].bookComplete).toBe(true);
  });

  it('refuse a snapshot that was fetched before the first update that is kept', () => {
    const to = follower();
    to.in(update(105, 106));
    expect(get(to, 'depth?symbol=BTCUSDT', snapshot(100))).toEqual([]);
    expect(to.decoder.problems.get('snapshot older than the updates kept for it')).toBe(1);
    expect(words(get(to, 'depth?symbol=BTCUSDT', snapshot(104)))).toEqual(['bookClear']);
  });

  it('ignore a snapshot that they are beyond, and begin anew at a later one', () => {
    const to = follower();
    get(to, 'depth?symbol=BTCUSDT', snapshot(100));
    to.in(update(101, 105, [['1.00', '5.0']]));
    expect(get(to, 'depth?symbol=BTCUSDT', snapshot(104))).toEqual([]);
    expect(words(get(to, 'depth?symbol=BTCUSDT', snapshot(110, [['1.00', '4.0']])))).toEqual([
      'bookClear',
      'bookLevel buy 100 40',
    ]);
    expect(to.decoder.problems.size).toBe(0);
  });

  it('on futures go by the id before: ids in between belong to other symbols', () => {
    const to = follower(perpetuals);
    get(to, 'depth?symbol=BTCUSDT', snapshot(1000));
    expect(words(to.in(update(1040, 1050, [['1.00', '5.0']], [], 1000)))).toEqual(['bookLevel buy 100 50']);
    expect(words(to.in(update(1090, 1095, [['1.00', '6.0']], [], 1050)))).toEqual(['bookLevel buy 100 60']);
    expect(words(to.in(update(1096, 1099, [['1.00', '7.0']], [], 1094)))).toEqual(['gap sequence']);
    // A first update that contains the snapshot's id.
    const { length } = get(to, 'depth?symbol=BTCUSDT', snapshot(1097, [['1.00', '6.5']]));
    expect(length).toBe(3);
    expect(to.markets[0].book.bidSize).toBe(70);
    expect(to.markets[0].bookComplete).toBe(true);
  });

  it('keep what waits within bounds and say what was lost', () => {
    const to = follower();
    for (let id = 1; id <= 2003; id++) to.in(update(id, id));
    expect(to.decoder.problems.get('depthUpdate without a snapshot')).toBe(3);
    expect(get(to, 'depth?symbol=BTCUSDT', snapshot(2))).toEqual([]);
    expect(words(get(to, 'depth?symbol=BTCUSDT', snapshot(3)))).toEqual(['bookClear']);
  });

  it('cannot be believed after a level that does not parse exactly', () => {
    const to = follower();
    get(to, 'depth?symbol=BTCUSDT', snapshot(100));
    expect(
      words(
        to.in(
          update(101, 101, [
            ['1.00', '5.0'],
            ['1.001', '5.0'],
          ]),
        ),
      ),
    ).toEqual(['bookLevel buy 100 50', 'gap contradiction']);
    expect(to.in(update(102, 102, [['1.00', '6.0']]))).toEqual([]);
    expect(to.decoder.problems.get('levels that do not parse')).toBe(1);
  });

  it('take a bare snapshot when there is one symbol to which it can belong', () => {
    const one = follower();
    one.in(update(101, 101));
    expect(words(one.in(snapshot(100)))).toEqual(['bookClear']);
    const two = follower();
    two.in(update(101, 101));
    two.in(update(51, 51, [], [], undefined, 'ETHUSDT'));
    expect(two.in(snapshot(100))).toEqual([]);
    expect(two.decoder.problems.get('snapshot that does not say its symbol')).toBe(1);
  });
});

describe('Binance trades and quotes', () => {
  const trade = {
    e: 'trade',
    E: 1723161255343,
    s: 'BTCUSDT',
    t: 1,
    p: '61837.63',
    q: '0.2',
    T: 1723161255342,
    m: true,
  };
  const aggTrade = {
    e: 'aggTrade',
    E: 1723161255344,
    s: 'BTCUSDT',
    a: 1,
    p: '61837.63',
    q: '0.2',
    T: 1723161255342,
    m: true,
  };

  it('give the side of who came to the book, and the matching time', () => {
    const to = follower();
    const [, sold] = to.in(JSON.stringify(trade));
    const [bought] = to.in(JSON.stringify({ ...trade, m: false }));
    expect(words([sold, bought])).toEqual(['trade sell 6183763 2', 'trade buy 6183763 2']);
    expect(sold).toMatchObject({ exchangeAt: 1723161255342000, flags: 0 });
  });

  it.each([
    ['trade', trade, aggTrade],
    ['aggTrade', aggTrade, trade],
  ])('come from one of the two streams: %s when it is first', (_, first, second) => {
    const to = follower();
    to.in(JSON.stringify(first));
    expect(to.in(JSON.stringify(second))).toEqual([]);
    expect(to.in(JSON.stringify(first))).toHaveLength(1);
    // The other symbol has a choice of its own, and so has the next connection.
    expect(to.in(JSON.stringify({ ...second, s: 'ETHUSDT' }))).toHaveLength(2);
    to.take(noteFrame(0n, 1, { note: 'disconnected', reason: 'test' }));
    expect(to.in(JSON.stringify(second), 2)).toHaveLength(1);
  });

  it('mark what did not trade in the book, and leave out what did not trade', () => {
    const to = follower(perpetuals);
    const [, fund] = to.in(JSON.stringify({ ...trade, X: 'INSURANCE_FUND' }));
    expect(fund.flags).toBe(EventFlag.offBook);
    expect(to.in(JSON.stringify({ ...trade, X: 'MARKET' }))[0].flags).toBe(0);
    expect(to.in(JSON.stringify({ ...trade, X: 'NA', p: '0', q: '0' }))).toEqual([]);
    expect(to.decoder.problems.size).toBe(0);
  });

  it('quote bid then ask; the spot stream says neither type nor time', () => {
    const best = { u: 7, s: 'BTCUSDT', b: '0.99', B: '1.5', a: '1.01', A: '2.5' };
    const to = follower();
    const rows = to.in(JSON.stringify({ stream: 'btcusdt@bookTicker', data: best }));
    expect(words(rows)).toEqual(['lifecycle', 'quote buy 99 15', 'quote sell 101 25']);
    expect(rows[1].exchangeAt).toBe(0);
    const [bid] = to.in(JSON.stringify({ ...best, e: 'bookTicker', T: 1723161256313, E: 1723161256314 }));
    expect(bid.exchangeAt).toBe(1723161256313000);
  });

  it('understand streams in microseconds', () => {
    const [, row] = follower().in(JSON.stringify({ ...trade, E: 1723161255343001, T: 1723161255342002 }));
    expect(row.exchangeAt).toBe(1723161255342002);
  });
});

describe('Binance instruments', () => {
  const info = (symbol: string, tickSize: string, stepSize: string, maxQty: string, rest = {}) => ({
    symbol,
    quoteAsset: 'USDT',
    filters: [
      { filterType: 'PRICE_FILTER', minPrice: tickSize, maxPrice: '1000000.00000000', tickSize },
      { filterType: 'LOT_SIZE', minQty: stepSize, maxQty, stepSize },
    ],
    ...rest,
  });

  function listedAfter(to: Follower, symbols: readonly object[], symbol: string) {
    get(to, 'exchangeInfo', JSON.stringify({ timezone: 'UTC', symbols }));
    to.in(update(1, 1, [], [], undefined, symbol));
    return to.decoder.instruments[0];
  }

  it('take tick and lot from exchangeInfo, in the decimals that Binance writes', () => {
    const symbols = [info('NKNUSDT', '0.00010000', '1.00000000', '9000.00000000')];
    expect(listedAfter(follower(), symbols, 'NKNUSDT')).toEqual({
      id: 'binance:NKNUSDT',
      venue: 'binance',
      symbol: 'NKNUSDT',
      kind: 'spot',
      currency: 'USDT',
      priceDecimals: 8,
      sizeDecimals: 8,
      ticks: [{ from: 10_000, to: Number.MAX_SAFE_INTEGER, step: 10_000 }],
      lot: 100_000_000,
      multiplier: 1,
    });
  });

  it('have futures precision where it is finer than the tick is written', () => {
    const symbols = [info('YFIUSDT', '1', '0.001', '500', { pricePrecision: 1, quantityPrecision: 3 })];
    expect(listedAfter(follower(perpetuals), symbols, 'YFIUSDT')).toMatchObject({
      id: 'binance-futures:YFIUSDT',
      kind: 'perpetual',
      priceDecimals: 1,
      sizeDecimals: 3,
      ticks: [{ step: 10 }],
      lot: 1,
    });
  });

  it('keep sizes exact where they can be great', () => {
    const to = follower();
    const symbols = [info('SHIBUSDT', '0.00000001', '1.00000000', '46116860414.00000000')];
    expect(listedAfter(to, symbols, 'SHIBUSDT')).toMatchObject({ sizeDecimals: 1, lot: 10 });
    const levels: Levels = [['0.00001234', '987654321987.00000000']];
    get(to, 'depth?symbol=SHIBUSDT', snapshot(1, levels));
    expect(to.markets[0].book.bidSize).toBe(9_876_543_219_870);
  });

  it('have eight decimals and a tick of one unit when nothing is known, and the facts of the header before all', () => {
    expect(listedAfter(follower(), [], 'XYZBTC')).toMatchObject({
      currency: 'BTC',
      priceDecimals: 8,
      sizeDecimals: 8,
      ticks: [{ step: 1 }],
      lot: 1,
    });
    const symbols = [info('BTCUSDT', '0.01000000', '0.00001000', '9000.00000000')];
    expect(listedAfter(follower(), symbols, 'BTCUSDT')).toMatchObject({ priceDecimals: 2, sizeDecimals: 1 });
  });
});

describe('Binance connections', () => {
  const ticker = (s: string) => JSON.stringify({ u: 7, s, b: '0.99', B: '1.5', a: '1.01', A: '2.5' });

  it('end in a gap for each symbol that they carried, in what they carried', () => {
    const to = follower();
    get(to, 'depth?symbol=BTCUSDT', snapshot(100));
    to.in(update(101, 101));
    to.in(ticker('ETHUSDT'));
    to.in(ticker('BNBUSDT'), 2);
    // The connection that asked for the snapshot carried no stream.
    expect(to.take(noteFrame(0n, 9, { note: 'disconnected', reason: 'test' }))).toEqual([]);
    const rows = to.take(noteFrame(0n, 1, { note: 'disconnected', reason: 'test' }));
    expect(rows.map(({ instrument, code, flags }) => [instrument, code, flags])).toEqual([
      [0, GapCode.disconnected, EventFlag.book],
      [1, GapCode.disconnected, 0],
    ]);
    expect(to.in(update(102, 102), 3)).toEqual([]);
    expect(to.markets[0].bookComplete).toBe(false);
  });

  it('say when updates never had a snapshot', () => {
    const to = follower();
    to.in(update(101, 101));
    to.in(update(102, 102));
    to.take(noteFrame(0n, 1, { note: 'disconnected', reason: 'test' }));
    expect(to.decoder.problems.get('depthUpdate without a snapshot')).toBe(2);
  });

  it('count what they do not understand, and go on', () => {
    const to = follower();
    const strange: readonly (readonly [text: string, problem: string])[] = [
      ['{"e":"trade"', 'malformed JSON'],
      ['null', 'malformed JSON'],
      ['{"stream":"btcusdt@kline_1m","data":{"e":"kline","s":"BTCUSDT"}}', 'unknown type kline'],
      ['{"stream":"!miniTicker@arr","data":[{"e":"24hrMiniTicker"}]}', 'unknown type !miniTicker@arr'],
      ['{"e":"trade","p":"1.00"}', 'unknown type trade without a symbol'],
      ['{"e":"trade","s":"BTCUSDT","p":1,"q":"1.0","m":true}', 'trade with fields that do not parse'],
      ['{"e":"depthUpdate","s":"BTCUSDT","U":"1","u":2,"b":[],"a":[]}', 'depthUpdate with fields that do not parse'],
      ['{"u":1,"s":"BTCUSDT","b":"1.00","B":null,"a":"1.00","A":"1.0"}', 'bookTicker with fields that do not parse'],
      ['{"code":-1121,"msg":"Invalid symbol."}', 'error -1121: Invalid symbol.'],
      ['{"error":{"code":2,"msg":"Invalid request"},"id":1}', 'error 2: Invalid request'],
    ];
    for (const [text] of strange) to.in(text);
    expect([...to.decoder.problems.keys()].sort()).toEqual([...new Set(strange.map(([, problem]) => problem))].sort());
    const before = new Map(to.decoder.problems);
    expect(to.in('{"result":null,"id":1}')).toEqual([]);
    expect(new Map(to.decoder.problems)).toEqual(before);
  });

  it('take an answer that is no answer for what it is, and the next frame for a message', () => {
    const to = follower();
    expect(get(to, 'depth?symbol=BTCUSDT', '<html>502 Bad Gateway</html>')).toEqual([]);
    expect(get(to, 'depth?symbol=BTCUSDT', '{"code":-1003,"msg":"Too many requests."}')).toEqual([]);
    expect(get(to, 'ping', '{}')).toEqual([]);
    expect([...to.decoder.problems.keys()]).toEqual([
      'malformed JSON',
      'error -1003: Too many requests.',
      'unknown request https://api.binance.com/api/v3/ping',
    ]);
    expect(words(to.in(ticker('ETHUSDT'), 9))).toEqual(['lifecycle', 'quote buy 99 15', 'quote sell 101 25']);
  });

  it('never throw, whatever the fields hold', () => {
    const field = fc.oneof(fc.jsonValue(), fc.constantFrom('1.00', 'BTCUSDT', 7, [['1.00', '1.0']], [null]));
    const keys = ['e', 's', 'u', 'U', 'pu', 'b', 'a', 'B', 'A', 'p', 'q', 'm', 'X', 'T', 'code', 'error', 'symbols'];
    const message = fc.record(
      {
        ...Object.fromEntries(keys.map((key) => [key, field])),
        e: fc.constantFrom('depthUpdate', 'trade', 'aggTrade', 'bookTicker', undefined),
        lastUpdateId: field,
        bids: field,
        asks: field,
      },
      { requiredKeys: [] },
    );
    const to = follower();
    fc.assert(
      fc.property(message, fc.constantFrom('depth?symbol=BTCUSDT', 'exchangeInfo', undefined), (data, path) => {
        const text = JSON.stringify(data);
        if (path) get(to, path, text);
        else to.in(text);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});
