/**
 * Book changes are read in two ways: from the bytes by `DeltaScanner`, and by `JSON.parse` where that declines. A blank
 * before a message makes the scanner decline, so that each text can be decoded both ways and compared.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeltaScanner, parseUtcBytes, TickerTable } from '../../src/feeds/kalshi/delta-scanner.ts';
import { Direction, textFrame } from '../../src/market/frame.ts';
import { formatTime, parseTime } from '../../src/market/units.ts';
import { bookDelta, bookSnapshot, KalshiWire, MARKET } from '../support/kalshi.ts';

const OTHER = 'KXBTC15M-26AUG271400-00';

function wireWithBooks(): KalshiWire {
  const wire = new KalshiWire();
  wire.subscribe(1, 'orderbook_delta', [MARKET, OTHER]);
  wire.receive(bookSnapshot(1, 1));
  wire.receive(bookSnapshot(1, 2, OTHER));
  return wire;
}

function scans(text: string): boolean {
  const bytes = new TextEncoder().encode(text);
  return new DeltaScanner().scan(bytes, 0, bytes.length);
}

function expectSameBothWays(texts: readonly string[]): void {
  const [fast, plain] = [wireWithBooks(), wireWithBooks()];
  for (const text of texts) {
    expect(fast.receive(text), text).toEqual(plain.receive(` ${text}`));
    expect(fast.problems, text).toEqual(plain.problems);
  }
}

// --- texts of one meaning, in all the ways of writing them ----------------------------------------------------------

const blank = fc.stringMatching(/^[ \n\t]{0,2}$/);

/** A JSON text of the entries, in the given order, perhaps with blanks. */
function objectText(entries: readonly (readonly [string, string])[], blanks: readonly string[]): string {
  const pad = (i: number) => blanks[i % Math.max(1, blanks.length)] ?? '';
  return `{${entries.map(([key, value], i) => `${pad(i)}"${key}"${pad(i + 1)}:${pad(i + 2)}${value}${pad(i + 3)}`).join(',')}}`;
}

const escaped = (text: string) =>
  JSON.stringify(text).replace(/[.a-z]/, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`);
const asJson = (value: unknown) => (value === undefined ? undefined : JSON.stringify(value));

const price = fc.oneof(
  { arbitrary: fc.integer({ min: 0, max: 10_000 }).map((ticks) => (ticks / 10_000).toFixed(4)), weight: 12 },
  {
    arbitrary: fc.constantFrom('0.52', '1', '1.5000', '-0.0100', '0.52005', '', 'x', '0.5200 ', 0.52, null),
    weight: 1,
  },
);
const change = fc.oneof(
  { arbitrary: fc.integer({ min: -3000, max: 30_000 }).map((size) => (size / 100).toFixed(2)), weight: 12 },
  { arbitrary: fc.constantFrom('10', '0.00', '1.234', '-', 'ten', 10, null), weight: 1 },
);
const side = fc.oneof(
  { arbitrary: fc.constantFrom('yes', 'no'), weight: 12 },
  { arbitrary: fc.constantFrom('YES', 'maybe', '', 1), weight: 1 },
);
const time = fc.oneof(
  { arbitrary: fc.integer({ min: 1_700_000_000_000_000, max: 1_900_000_000_000_000 }).map(formatTime), weight: 8 },
  {
    arbitrary: fc.constantFrom(
      undefined,
      '2026-08-27T13:56:23Z',
      '2026-08-27T13:56:23.9Z',
      '2026-08-27T13:56:23.996443999Z',
      '2026-08-27T13:56:23+02:00',
      '2026-08-27 13:56:23Z',
      '2026-08-27T13:56:60Z',
      '2026-08-27T25:00:00Z',
      '2026-02-30T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-08-00T00:00:00Z',
      '2026-08-27T13:5x:23Z',
      '2026-08-27T13:56:23.99x443Z',
      '2026-08-27T13:56:23.Z',
      '2026/08/27T13.56.23Z',
      'now',
      '',
      1787838983,
      null,
    ),
    weight: 3,
  },
);
const millis = fc.oneof(
  { arbitrary: fc.constant<unknown>(1787838983996), weight: 8 },
  { arbitrary: fc.constantFrom<unknown>(undefined, null, '1787838983996', 1.5, -1), weight: 1 },
);
const extra = fc.constantFrom<readonly (readonly [string, string])[]>(
  ...new Array(12).fill([]),
  [['client_order_id', '"my-order-1"']],
  [['subaccount', '3']],
  [['sending_ts_ms', '1791200000123']],
  [['note', '"a \\"quoted\\" word"']],
  [['nested', '{"sid":9,"msg":[1,{"a":2}]}']],
  [['list', '[1,2]']],
  [
    ['flag', 'true'],
    ['nothing', 'null'],
    ['number', '-1.5e3'],
  ],
  [
    ['sids', '7'],
    ['market_tickers', '"KXA-1"'],
    ['ts_msx', '5'],
  ],
);

const deltaText = fc
  .record({
    ticker: fc.constantFrom(MARKET, MARKET, OTHER, 'KXNEW-1'),
    price,
    change,
    side,
    time,
    millis,
    sid: fc.constantFrom<unknown>(1, 1, 1, 1, 1, 2, '1', undefined),
    bodyExtra: extra,
    envelopeExtra: extra,
    order: fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
    blanks: fc.oneof(
      { arbitrary: fc.constant([]), weight: 4 },
      { arbitrary: fc.array(blank, { maxLength: 5 }), weight: 1 },
    ),
    escapes: fc.integer({ min: 0, max: 9 }),
    shuffle: fc.boolean(),
  })
  .map((one) => {
    const text = (value: unknown) =>
      one.escapes === 0 && typeof value === 'string' && value !== '' ? escaped(value) : asJson(value);
    const present = (entries: [string, string | undefined][]) =>
      entries.filter((entry): entry is [string, string] => entry[1] !== undefined);
    const shuffled = <T>(entries: T[]) =>
      one.shuffle
        ? entries
            .map((entry, i) => ({ entry, at: one.order[i % 12] }))
            .sort((a, b) => a.at - b.at)
            .map(({ entry }) => entry)
        : entries;
    const body = shuffled([
      ...present([
        ['market_ticker', text(one.ticker)],
        ['market_id', '"ef793c45-beed-4096-8a3a-1c70af894be7"'],
        ['price_dollars', text(one.price)],
        ['delta_fp', text(one.change)],
        ['side', text(one.side)],
        ['ts', text(one.time)],
        ['ts_ms', asJson(one.millis)],
      ]),
      ...one.bodyExtra,
    ]);
    return (seq: number) => {
      const rest = [
        ...present([
          ['sid', asJson(one.sid)],
          ['seq', String(seq)],
          ['msg', objectText(body, one.blanks)],
        ]),
        ...one.envelopeExtra,
      ];
      return objectText([['type', '"orderbook_delta"'], ...shuffled(rest)], one.blanks);
    };
  });

describe('DeltaScanner', () => {
  it('reads what Kalshi sends', () => {
    const scanner = new DeltaScanner();
    const bytes = new TextEncoder().encode(
      `noise${JSON.stringify(bookDelta(3, 17, { side: 'no', delta_fp: '-0.32' }))}noise`,
    );
    expect(scanner.scan(bytes, 5, bytes.length - 5)).toBe(true);
    expect(scanner).toMatchObject({
      sid: 3,
      seq: 17,
      isYes: false,
      price: 5200,
      delta: -32,
      exchangeAt: parseTime('2026-08-27T13:56:23.996443Z'),
    });
    expect(new TextDecoder().decode(bytes.subarray(scanner.tickerStart, scanner.tickerEnd))).toBe(MARKET);
  });

  it('reads a change with client_order_id, subaccount and sending_ts_ms', () => {
    expect(
      scans(JSON.stringify({ ...bookDelta(1, 3, { client_order_id: 'a', subaccount: 3 }), sending_ts_ms: 5 })),
    ).toBe(true);
  });

  it.each([
    ['', 'nothing'],
    ['{"type":"orderbook_snapshot","sid":1,"seq":1,"msg":{}}', 'another type'],
    ['{"type":"orderbook_delta"}', 'no contents'],
    [` ${JSON.stringify(bookDelta(1, 3))}`, 'a blank in front'],
    [`${JSON.stringify(bookDelta(1, 3))} `, 'a blank behind'],
    [JSON.stringify(bookDelta(1, 3)).slice(0, -1), 'its end cut off'],
    [JSON.stringify(bookDelta(1, 3)).replace('0.5200', '0.52\\u0030\\u0030'), 'escapes'],
    [JSON.stringify(bookDelta(1, 3)).replace('"sid":1,', ''), 'no sid'],
    [JSON.stringify(bookDelta(1, 3)).replace('"seq":3,', ''), 'no seq'],
    [JSON.stringify(bookDelta(1, 3, { more: {} })), 'an object inside'],
    [JSON.stringify(bookDelta(1, 3)).replace('"seq":3', '"seq":3.5'), 'a fraction for seq'],
    [JSON.stringify(bookDelta(1, 3)).replace('"seq":3', '"seq":03'), 'a leading zero, which is not JSON'],
    [JSON.stringify(bookDelta(1, 3)).replace('"market_id":"ef', '"market_id":ef"'), 'a word that is not JSON'],
  ])('declines %s (%s)', (text) => {
    expect(scans(text)).toBe(false);
  });

  it('gives the same events as JSON.parse, for changes in any order, with blanks, extra keys, escapes and faults', () => {
    let scanned = 0;
    let all = 0;
    fc.assert(
      fc.property(
        fc.array(deltaText, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 6 }),
        (texts, skip) => {
          // Now and then a number is left out, so that gaps are compared too.
          const list = texts.map((text, i) => text(3 + i + (skip > 0 && i >= skip ? 1 : 0)));
          expectSameBothWays(list);
          all += list.length;
          scanned += list.filter(scans).length;
        },
      ),
      { numRuns: 400 },
    );
    // Neither way was tested alone.
    expect(scanned / all).toBeGreaterThan(0.2);
    expect(scanned / all).toBeLessThan(0.8);
  });
});

// --- damaged frames ---------------------------------------------------------------------------------------------------

const genuine = [
  JSON.stringify(bookDelta(1, 3)),
  JSON.stringify(bookSnapshot(1, 3)),
  '{"type":"subscribed","id":1,"msg":{"channel":"orderbook_delta","sid":1}}',
  '{"type":"ok","id":2,"sid":1,"seq":3,"msg":{"market_tickers":["KXGOLDH-26AUG2711-T4615.99","KXGOLDH-26AUG2711-T4617.99"]}}',
  '{"type":"unsubscribed","id":102,"sid":2,"seq":7}',
  '{"type":"ok","id":3,"msg":[{"channel":"orderbook_delta","sid":1},{"channel":"ticker","sid":2}]}',
  '{"type":"error","sid":1,"id":3,"msg":{"code":25,"msg":"Unknown channel name"}}',
  '{"type":"ticker","sid":6,"msg":{"market_ticker":"KXA-1","price_dollars":"0.0100","yes_bid_dollars":"0.0000","yes_ask_dollars":"0.0100","volume_fp":"759.86","open_interest_fp":"666.18","yes_bid_size_fp":"0.00","yes_ask_size_fp":"78.00","ts":1789966800,"ts_ms":1789966800000}}',
  '{"type":"trade","sid":5,"seq":1,"msg":{"trade_id":"0723cb08","market_ticker":"KXA-1","yes_price_dollars":"0.1400","no_price_dollars":"0.8600","count_fp":"82.12","taker_book_side":"ask","is_block_trade":false,"ts_ms":1789966900609}}',
  '{"type":"market_lifecycle_v2","sid":7,"seq":1,"msg":{"market_ticker":"KXA-1","determination_ts":1784501722,"result":"no","settlement_value":"0.0000","event_type":"determined"}}',
  '{"type":"market_lifecycle_v2","sid":7,"seq":2,"msg":{"market_ticker":"KXA-1","event_type":"created","close_ts":1784500206,"price_ranges":[{"start":"0.0000","end":"1.0000","step":"0.0100"}]}}',
  '{"type":"event_lifecycle","sid":5,"msg":{"event_ticker":"KXQ-26","collateral_return_type":"MECNET"}}',
  '{"type":"cfbenchmarks_value","sid":3,"seq":1,"msg":{"index_id":"BRTI","data":"{\\"value\\":\\"64123.45\\"}"}}',
  '{"type":"fill","sid":13,"msg":{"trade_id":"d9","order_id":"ee","market_ticker":"KXA-1","is_taker":true,"side":"yes","yes_price_dollars":"0.7500","count_fp":"278.00","action":"buy"}}',
  '{"type":"user_order","sid":9,"msg":{"order_id":"ee","ticker":"KXA-1","status":"resting","yes_price_dollars":"0.3500","initial_count_fp":"10.00"}}',
  '{"type":"market_position","sid":14,"msg":{"market_ticker":"KXA-1","position_fp":"-100.00","position_cost_dollars":"50.000000"}}',
  '{"id":1,"cmd":"subscribe","params":{"channels":["orderbook_delta"],"market_tickers":["KXA-1"],"use_yes_price":true}}',
  '{"note":"disconnected","reason":"reset"}',
  '{"note":"gap","reason":"overflow"}',
];

/** One change to a text: a byte replaced, a piece cut out, repeated or swapped for something of another type. */
const mutation = fc.record({
  at: fc.integer({ min: 0, max: 9999 }).map((part) => part / 10_000),
  length: fc.integer({ min: 0, max: 12 }),
  put: fc.oneof(
    fc.stringMatching(/^[ -~]{0,2}$/),
    fc.constantFrom(
      'null',
      '{}',
      '[]',
      '[null]',
      '[[]]',
      '-1',
      '1e999',
      '"',
      '\\',
      '"x"',
      '\n',
      '\u0000',
      'é',
      '0',
      '9999999999999999999',
      'true',
    ),
  ),
});
const damaged = fc
  .record({ text: fc.constantFrom(...genuine), mutations: fc.array(mutation, { maxLength: 3 }) })
  .map(({ text, mutations }) =>
    mutations.reduce((damagedText, { at, length, put }) => {
      const from = Math.floor(at * damagedText.length);
      return damagedText.slice(0, from) + put + damagedText.slice(from + length);
    }, text),
  );
/** A genuine message with one of its values replaced by a value of any type, at any depth. */
const retyped = fc
  .tuple(
    fc.constantFrom(...genuine),
    fc.nat(30),
    fc.constantFrom<unknown>(null, 1, -1, 'x', '', [], {}, [null], [[]], [[1]], true, { a: 1 }),
  )
  .map(([text, pick, value]) => {
    let count = 0;
    return JSON.stringify(JSON.parse(text, (_key, old) => (count++ === pick ? value : old)));
  });

describe('frames that are damaged', () => {
  it('never throw, in whatever direction they went, and leave no instrument without a name', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.oneof(damaged, retyped),
            fc.constantFrom(Direction.in, Direction.in, Direction.out, Direction.note),
          ),
          { maxLength: 20 },
        ),
        (frames) => {
          const wire = wireWithBooks();
          for (const [text, direction] of frames) wire.frame(textFrame(BigInt(wire.now) * 1000n, 1, direction, text));
          for (const { symbol } of wire.decoder.instruments) {
            expect(['undefined', 'null', '', '[object Object]']).not.toContain(symbol);
          }
          // The decoder is still of use afterwards.
          wire.receive(bookSnapshot(77, 1, MARKET));
          expect(wire.receive(bookDelta(77, 2))).toHaveLength(1);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('give the same events from the bytes as from JSON.parse', () => {
    const change = mutation.map(({ at, length, put }) => {
      const text = JSON.stringify(bookDelta(1, 3));
      const from = Math.floor(at * text.length);
      return text.slice(0, from) + put + text.slice(from + length);
    });
    fc.assert(
      fc.property(change, (text) => expectSameBothWays([text])),
      { numRuns: 3000 },
    );
  });
});

describe('parseUtcBytes', () => {
  const parse = (text: string) => {
    const bytes = new TextEncoder().encode(text);
    return parseUtcBytes(bytes, 0, bytes.length);
  };

  it('agrees with parseTime on every microsecond of two centuries', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6_311_433_599_999_999 }), (time) => {
        expect(parse(formatTime(time))).toBe(time);
      }),
    );
  });

  it.each([
    '2024-02-29T23:59:59Z',
    '2026-12-31T23:59:59.9Z',
    '2026-08-27T13:56:23.996443999Z',
    '2000-03-01T00:00:00.000001Z',
  ])('agrees with parseTime on %s', (text) => {
    expect(parse(text)).toBe(parseTime(text));
  });

  it.each([
    '',
    'now',
    '2026-08-27',
    '2026-08-27T13:56:23',
    '2026-08-27T13:56:23+00:00',
    '2026-08-27T13:5x:23Z',
    '2026-08-27T13:56:23.9x6443Z',
  ])('gives NaN for "%s"', (text) => {
    expect(parse(text)).toBeNaN();
  });
});

describe('TickerTable', () => {
  const lookUp = (table: TickerTable<number>, ticker: string) => {
    const bytes = new TextEncoder().encode(`"${ticker}"`);
    return table.get(bytes, 1, bytes.length - 1);
  };

  it('finds what was set, and nothing else, however many there are', () => {
    const table = new TickerTable<number>();
    const name = (i: number) => `KXTEST-26AUG27-T${i}.5`;
    for (let i = 0; i < 2000; i++) table.set(name(i), i);
    for (let i = 0; i < 2000; i++) expect(lookUp(table, name(i))).toBe(i);
    expect(lookUp(table, name(2000))).toBeUndefined();
    expect(lookUp(table, '')).toBeUndefined();
  });

  it('does not take a name for its own beginning, also where both fall on one place', () => {
    const table = new TickerTable<number>();
    table.set('KXTEST', 1);
    for (let i = 0; i < 3000; i++) expect(lookUp(table, `KXTEST-${i}`)).toBeUndefined();
  });
});
