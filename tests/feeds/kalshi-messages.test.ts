/** Every message of Kalshi's socket, in the shape in which it was captured or documented, and the events it becomes. */
import { describe, expect, it } from 'vitest';
import { AccountCode, EventFlag, EventKind, LifecycleCode, StatisticCode } from '../../src/market/event.ts';
import { Direction, textFrame } from '../../src/market/frame.ts';
import { parseTime } from '../../src/market/units.ts';
import { level, lifecycle, listed, print, quote, type Row, snapshot } from '../support/events.ts';
import { namedLadder } from '../support/instruments.ts';
import { bookDelta, bookSnapshot, KalshiWire, MARKET } from '../support/kalshi.ts';

const statistic = (code: number, size: number): Partial<Row> => ({ kind: EventKind.statistic, code, size });

/** A wire on which the book of `MARKET` is complete. */
function withBook(): KalshiWire {
  const wire = new KalshiWire();
  wire.subscribe(1, 'orderbook_delta', [MARKET]);
  wire.receive(bookSnapshot(1, 1));
  return wire;
}

describe('orderbook_snapshot', () => {
  it('is a whole book in YES terms: a NO bid at 0.46 is a YES ask at 0.54', () => {
    const wire = new KalshiWire();
    expect(wire.receive(bookSnapshot(1, 1))).toMatchObject([
      listed(),
      ...snapshot(
        [
          [5100, 30_000],
          [5200, 10_000],
        ],
        [[5400, 5000]],
      ),
    ]);
    expect(wire.problems).toEqual({});
  });

  it.each([
    ['absent', {}],
    ['null', { yes_dollars_fp: null, no_dollars_fp: null }],
    ['empty', { yes_dollars_fp: [], no_dollars_fp: [] }],
  ])('with both sides %s is an empty book', (_name, sides) => {
    const wire = new KalshiWire();
    const rows = wire.receive({ type: 'orderbook_snapshot', sid: 1, seq: 1, msg: { market_ticker: MARKET, ...sides } });
    expect(rows).toMatchObject([listed(), ...snapshot([], [])]);
  });

  it('with one side only leaves the other empty', () => {
    const wire = withBook();
    const msg = { market_ticker: MARKET, market_id: '', yes_dollars_fp: [['0.0010', '1602.00']] };
    expect(wire.receive({ type: 'orderbook_snapshot', sid: 1, seq: 2, msg })).toMatchObject(
      snapshot([[10, 160_200]], []),
    );
  });

  it('has no time of its own, except when the envelope tells when it was sent', () => {
    const wire = new KalshiWire();
    expect(wire.receive(bookSnapshot(1, 1))[1].exchangeAt).toBe(0);
    const sent = wire.receive({ ...bookSnapshot(1, 2), sending_ts_ms: 1791200000123 });
    expect(sent[0].exchangeAt).toBe(1_791_200_000_123_000);
  });

  it('with levels that cannot be read is no book: a gap, and the problem is counted', () => {
    const wire = withBook();
    const msg = { market_ticker: MARKET, yes_dollars_fp: [['0.52', '1e3']], no_dollars_fp: [] };
    const rows = wire.receive({ type: 'orderbook_snapshot', sid: 1, seq: 2, msg });
    expect(rows).toMatchObject([{ kind: EventKind.gap, instrument: 0, flags: EventFlag.book }]);
    expect(wire.problems).toEqual({ 'orderbook_snapshot with levels that do not parse': 1 });
    expect(wire.receive(bookDelta(1, 3))).toEqual([]);
  });
});

describe('orderbook_delta', () => {
  it('is a signed change, and becomes the new size of the level', () => {
    const wire = withBook();
    expect(wire.receive(bookDelta(1, 2))).toMatchObject([level(1, 5200, 11_000)]);
    expect(wire.receive(bookDelta(1, 3, { delta_fp: '-100.50' }))).toMatchObject([level(1, 5200, 950)]);
    expect(wire.receive(bookDelta(1, 4, { delta_fp: '-9.50' }))).toMatchObject([level(1, 5200, 0)]);
  });

  it('on the NO side changes the YES ask at one minus its price', () => {
    const wire = withBook();
    expect(wire.receive(bookDelta(1, 2, { side: 'no', price_dollars: '0.4600' }))).toMatchObject([
      level(-1, 5400, 6000),
    ]);
    expect(wire.receive(bookDelta(1, 3, { side: 'no', price_dollars: '0.0010' }))).toMatchObject([
      level(-1, 9990, 1000),
    ]);
  });

  it('bears the time of the exchange to the microsecond', () => {
    const [row] = withBook().receive(bookDelta(1, 2));
    expect(row.exchangeAt).toBe(parseTime('2026-08-27T13:56:23.996443Z'));
    expect(row.receivedAt).toBe(parseTime('2026-08-27T13:56:00Z'));
  });

  it('of early 2026 has no ts_ms, later ones may have nothing else', () => {
    const wire = withBook();
    expect(wire.receive(bookDelta(1, 2, { ts_ms: undefined }))[0].exchangeAt).toBe(1_787_838_983_996_443);
    expect(wire.receive(bookDelta(1, 3, { ts: undefined }))[0].exchangeAt).toBe(1_787_838_983_996_000);
    expect(wire.receive(bookDelta(1, 4, { ts: undefined, ts_ms: undefined }))[0].exchangeAt).toBe(0);
    const sent = { ...bookDelta(1, 5, { ts: undefined, ts_ms: undefined }), sending_ts_ms: 1791200000123 };
    expect(wire.receive(sent)[0].exchangeAt).toBe(1_791_200_000_123_000);
  });

  it('of our own order says so, which changes nothing', () => {
    const rows = withBook().receive(bookDelta(1, 2, { client_order_id: 'my-order-1', subaccount: 3 }));
    expect(rows).toMatchObject([level(1, 5200, 11_000)]);
  });

  it('below zero means that a message was lost: the book is given up until its next snapshot', () => {
    const wire = withBook();
    expect(wire.receive(bookDelta(1, 2, { delta_fp: '-100.01' }))).toMatchObject([
      { kind: EventKind.gap, instrument: 0, flags: EventFlag.book },
    ]);
    expect(wire.receive(bookDelta(1, 3))).toEqual([]);
    expect(wire.receive(bookSnapshot(1, 4))[0]).toMatchObject({ kind: EventKind.bookClear });
    expect(wire.receive(bookDelta(1, 5))).toMatchObject([level(1, 5200, 11_000)]);
  });

  it.each([
    ['a price of five decimals', { price_dollars: '0.52005' }],
    ['a price above one dollar', { price_dollars: '1.5000' }],
    ['a price below nothing', { price_dollars: '-0.0100' }],
    ['a change that is no number', { delta_fp: 'ten' }],
    ['no change', { delta_fp: undefined }],
    ['an unknown side', { side: 'maybe' }],
  ])('with %s leaves the book in doubt, like a message that was lost', (_name, change) => {
    const wire = withBook();
    const rows = wire.receive(bookDelta(1, 2, change));
    expect(rows).toMatchObject([{ kind: EventKind.gap, instrument: 0, flags: EventFlag.book }]);
    expect(Object.values(wire.problems)).toEqual([1]);
    expect(wire.receive(bookDelta(1, 3))).toEqual([]);
  });

  it('before any snapshot is counted, and changes nothing', () => {
    const wire = new KalshiWire();
    expect(wire.receive(bookDelta(1, 7))).toMatchObject([listed()]);
    expect(wire.problems).toEqual({ 'orderbook_delta without a snapshot before it': 1 });
  });
});

describe('use_yes_price', () => {
  it('of the recorded subscribe command: NO levels come in YES prices already', () => {
    const wire = new KalshiWire();
    wire.subscribe(1, 'orderbook_delta', [MARKET], 1, { use_yes_price: true });
    const msg = { market_ticker: MARKET, yes_dollars_fp: [['0.5200', '100.00']], no_dollars_fp: [['0.5400', '50.00']] };
    expect(wire.receive({ type: 'orderbook_snapshot', sid: 1, seq: 1, msg })).toMatchObject(
      snapshot([[5200, 10_000]], [[5400, 5000]]),
    );
    expect(wire.receive(bookDelta(1, 2, { side: 'no', price_dollars: '0.5400' }))).toMatchObject([
      level(-1, 5400, 6000),
    ]);
  });

  it('holds for the subscription that asked for it, not for others', () => {
    const wire = new KalshiWire();
    wire.subscribe(1, 'orderbook_delta', ['KXA-1'], 1, { use_yes_price: true });
    wire.subscribe(2, 'orderbook_delta', [MARKET]);
    expect(wire.receive(bookSnapshot(2, 1))).toMatchObject(
      snapshot(
        [
          [5100, 30_000],
          [5200, 10_000],
        ],
        [[5400, 5000]],
        1,
      ),
    );
  });
});

describe('ticker', () => {
  const ticker = (msg: object) => ({
    type: 'ticker',
    sid: 6,
    msg: {
      market_id: '4ac7cb26-aacc-420e-860e-5e7f054d8aa8',
      market_ticker: 'KXCRYPTOLEAD15M-26SEP210100-XRP',
      price_dollars: '0.0100',
      yes_bid_dollars: '0.0000',
      yes_ask_dollars: '0.0100',
      volume_fp: '759.86',
      open_interest_fp: '666.18',
      dollar_volume: 379,
      dollar_open_interest: 333,
      yes_bid_size_fp: '0.00',
      yes_ask_size_fp: '78.00',
      last_trade_size_fp: '0.09',
      ts: 1789966800,
      ts_ms: 1789966800123,
      time: '2026-09-21T05:00:00.123Z',
      ...msg,
    },
  });

  it('is a quote, the volume and the open interest; the first one implies no trade', () => {
    const rows = new KalshiWire().receive(ticker({}));
    expect(rows).toMatchObject([
      listed(),
      ...quote([0, 0], [100, 7800]),
      statistic(StatisticCode.volume, 75_986),
      statistic(StatisticCode.openInterest, 66_618),
    ]);
    expect(rows[1].exchangeAt).toBe(1_789_966_800_123_000);
  });

  it('at one dollar has no ask, at nothing no bid', () => {
    const rows = new KalshiWire().receive(
      ticker({
        yes_bid_dollars: '0.9900',
        yes_bid_size_fp: '5.00',
        yes_ask_dollars: '1.0000',
        yes_ask_size_fp: '0.00',
      }),
    );
    expect(rows.slice(1, 3)).toMatchObject(quote([9900, 500], [10_000, 0]));
  });

  it('without a trade channel: the growth of the volume is a trade of half of it, inferred', () => {
    const wire = new KalshiWire();
    wire.receive(ticker({}));
    const rows = wire.receive(ticker({ volume_fp: '779.86', last_trade_size_fp: '10.00' }));
    expect(rows).toMatchObject([
      ...quote([0, 0], [100, 7800]),
      print(1, 100, 1000, { flags: EventFlag.inferred }),
      statistic(StatisticCode.volume, 77_986),
      statistic(StatisticCode.openInterest, 66_618),
    ]);
  });

  it('with a trade channel: trades are reported, none is inferred', () => {
    const wire = new KalshiWire();
    wire.subscribe(7, 'trade');
    wire.receive(ticker({}));
    const kinds = wire.receive(ticker({ volume_fp: '779.86' })).map(({ kind }) => kind);
    expect(kinds).not.toContain(EventKind.trade);
  });

  it('with trades on the same connection, though their subscription is not on the tape: none is inferred', () => {
    const wire = new KalshiWire();
    wire.receive(ticker({}));
    wire.receive({
      type: 'trade',
      sid: 5,
      seq: 12,
      msg: { market_ticker: 'KXCRYPTOLEAD15M-26SEP210100-XRP', yes_price_dollars: '0.0100', count_fp: '10.00' },
    });
    expect(wire.receive(ticker({ volume_fp: '779.86' })).map(({ kind }) => kind)).not.toContain(EventKind.trade);
  });

  it('with trades on another connection of the recorder: none is inferred', () => {
    const wire = new KalshiWire();
    wire.subscribe(1, 'trade', undefined, 2);
    wire.receive(ticker({}));
    expect(wire.receive(ticker({ volume_fp: '779.86' })).map(({ kind }) => kind)).not.toContain(EventKind.trade);
  });
});

describe('trade', () => {
  const trade = (msg: object) => ({
    type: 'trade',
    sid: 5,
    seq: 674041,
    msg: {
      trade_id: '0723cb08-3a1c-4c4b-9d0f-0d7c3f5e8a11',
      market_ticker: 'KXCRYPTOLEAD15M-26SEP210115-HYPE',
      yes_price_dollars: '0.1400',
      no_price_dollars: '0.8600',
      count_fp: '82.12',
      taker_side: 'no',
      taker_outcome_side: 'no',
      taker_book_side: 'ask',
      is_block_trade: false,
      ts: 1789966900,
      ts_ms: 1789966900609,
      ...msg,
    },
  });

  it('has price and size in YES terms, and the side of the aggressor', () => {
    const rows = new KalshiWire().receive(trade({}));
    expect(rows).toMatchObject([listed(), print(-1, 1400, 8212)]);
    expect(rows[1].exchangeAt).toBe(1_789_966_900_609_000);
  });

  it.each([
    ['taker_book_side bid', { taker_book_side: 'bid' }, 1],
    ['taker_outcome_side yes', { taker_book_side: undefined, taker_outcome_side: 'yes' }, 1],
    ['taker_outcome_side no', { taker_book_side: undefined, taker_outcome_side: 'no' }, -1],
    ['the old taker_side yes', { taker_book_side: undefined, taker_outcome_side: undefined, taker_side: 'yes' }, 1],
    ['no side at all', { taker_book_side: undefined, taker_outcome_side: undefined, taker_side: undefined }, 0],
  ])('%s', (_name, msg, side) => {
    expect(new KalshiWire().receive(trade(msg))[1].side).toBe(side);
  });

  it('a block trade did not touch the book', () => {
    expect(new KalshiWire().receive(trade({ is_block_trade: true }))[1].flags).toBe(EventFlag.offBook);
  });

  it.each([{ count_fp: '0.00' }, { count_fp: 'many' }, { yes_price_dollars: '' }, { yes_price_dollars: '14' }])(
    'with %o is counted, not believed',
    (msg) => {
      const wire = new KalshiWire();
      expect(wire.receive(trade(msg)).filter(({ kind }) => kind === EventKind.trade)).toEqual([]);
      expect(wire.problems).toEqual({ 'trade with fields that do not parse': 1 });
    },
  );
});

describe('market_lifecycle_v2', () => {
  const change = (msg: object) => ({
    type: 'market_lifecycle_v2',
    sid: 1,
    seq: 1,
    msg: { market_ticker: 'KXBNB15M-26JUL191830-30', ...msg },
  });
  const CLOSE = 1_784_500_200;

  it.each([
    ['activated', {}, [lifecycle(LifecycleCode.resumed)]],
    ['deactivated', { is_deactivated: true }, [lifecycle(LifecycleCode.paused)]],
    ['close_date_updated', { close_ts: CLOSE }, [lifecycle(LifecycleCode.closeMoved, { size: CLOSE * 1e6 })]],
    ['settled', { settled_ts: 1784500206 }, [lifecycle(LifecycleCode.settled)]],
    ['metadata_updated', { floor_strike: 1 }, [lifecycle(LifecycleCode.changed)]],
    [
      'created',
      { open_ts: 1784499300, close_ts: CLOSE, additional_metadata: { title: 'BNB above?' } },
      [lifecycle(LifecycleCode.created), lifecycle(LifecycleCode.closeMoved, { size: CLOSE * 1e6 })],
    ],
  ])('%s', (event_type, details, expected) => {
    const wire = new KalshiWire();
    const [first, ...rows] = wire.receive(change({ event_type, ...details }));
    expect(first).toMatchObject(listed());
    expect(rows).toMatchObject(expected);
    expect(JSON.parse(rows[0].text ?? '')).toMatchObject({ event_type, ...details });
    expect(wire.problems).toEqual({});
  });

  it('price_level_structure_updated says the new ladder, by its ranges or by its name', () => {
    const ladder = (details: object) => {
      const rows = new KalshiWire().receive(change({ event_type: 'price_level_structure_updated', ...details }));
      expect(rows[1]).toMatchObject(lifecycle(LifecycleCode.ticksChanged));
      return JSON.parse(rows[1].text ?? '').ticks;
    };
    const ranges = [{ start: '0.0000', end: '1.0000', step: '0.0010' }];
    const deciCent = [{ from: 0, to: 10_000, step: 10 }];
    expect(ladder({ price_level_structure: 'linear_cent', price_ranges: ranges })).toEqual(deciCent);
    expect(ladder({ price_level_structure: 'deci_cent', price_ranges: [null] })).toEqual(deciCent);
    expect(ladder({ price_level_structure: 'deci_cent' })).toEqual(deciCent);
  });

  it('created, as the first that is heard of a market, gives its contract', () => {
    const wire = new KalshiWire();
    wire.receive(
      change({
        event_type: 'created',
        open_ts: 1784499300,
        close_ts: CLOSE,
        price_level_structure: 'deci_cent',
        additional_metadata: { title: 'BNB above?', event_ticker: 'KXBNB15M-26JUL191830' },
      }),
    );
    expect(wire.decoder.instruments[0]).toMatchObject({
      title: 'BNB above?',
      group: 'KXBNB15M-26JUL191830',
      opensAt: 1784499300e6,
      closesAt: CLOSE * 1e6,
      ticks: [{ from: 0, to: 10_000, step: 10 }],
    });
  });

  it.each([
    ['no', '0.0000', 0],
    ['yes', '1.0000', 10_000],
    ['scalar', '0.3060', 3060],
    ['', '0.5000', 5000],
  ])('determined with result "%s" pays %s for YES', (result, settlement_value, payout) => {
    const wire = new KalshiWire();
    const rows = wire.receive(
      change({ event_type: 'determined', determination_ts: 1784501722, result, settlement_value }),
    );
    expect(rows[1]).toMatchObject(lifecycle(LifecycleCode.determined, { price: payout }));
  });

  it('determined in 2025 has no settlement_value: the result says it', () => {
    const wire = new KalshiWire('2025-11-01T00:00:00Z');
    const determined = (result: string) => {
      // Captures of that time have no seq either.
      const { seq: _seq, ...message } = change({ event_type: 'determined', result });
      return wire.receive(message);
    };
    expect(determined('yes')[1].price).toBe(10_000);
    expect(determined('no')[0].price).toBe(0);
    expect(determined('scalar')).toEqual([]);
    expect(wire.problems).toEqual({ 'determined without a payout': 1 });
  });

  it('an event that we do not know is counted', () => {
    const wire = new KalshiWire();
    wire.receive(change({ event_type: 'exploded' }));
    expect(wire.problems).toEqual({ 'unknown lifecycle event exploded': 1 });
  });

  it('combo markets say the same on a channel of their own', () => {
    const rows = new KalshiWire().receive({
      ...change({ event_type: 'deactivated' }),
      type: 'multivariate_market_lifecycle',
    });
    expect(rows).toMatchObject([listed(), lifecycle(LifecycleCode.paused)]);
  });
});

describe('answers over HTTP', () => {
  /** Captured on 2026-01-12. */
  const series = {
    additional_prohibitions: null,
    category: 'Climate and Weather',
    contract_terms_url: 'https://kalshi-public-docs.s3.amazonaws.com/contract_terms/CO2.pdf',
    contract_url: 'https://kalshi-public-docs.s3.us-east-1.amazonaws.com/regulatory/product-certifications/CO2.pdf',
    fee_multiplier: 1,
    fee_type: 'quadratic',
    frequency: 'monthly',
    settlement_sources: [
      {
        name: 'Energy Information Administration',
        url: 'https://www.eia.gov/totalenergy/data/monthly/index.php',
      },
    ],
    tags: ['Climate change'],
    ticker: 'CO2',
    title: 'US CO2 totals',
  };
  const market = { ticker: 'CO2-26-T5', title: 'CO2?', strike_type: 'greater', floor_strike: 5 };
  function asking(): KalshiWire {
    const wire = new KalshiWire();
    wire.frame(textFrame(0n, 9, Direction.out, 'GET https://example.org/series/CO2'));
    return wire;
  }
  const feesOf = (wire: KalshiWire) => wire.decoder.instruments.map(({ feeTerms }) => feeTerms);

  it('about a series are no events, and the fees of markets that are met later', () => {
    const wire = asking();
    expect(wire.receive({ series }, 9)).toEqual([]);
    wire.receive(bookSnapshot(1, 1, 'CO2-26-T4'));
    wire.receive(bookSnapshot(1, 2, 'KXFED-26OCT-T4'));
    expect(feesOf(wire)).toEqual([{ type: 'quadratic', multiplierPercent: 100 }, undefined]);
    expect(wire.problems).toEqual({});
  });

  it('about a category are a list of them', () => {
    const wire = asking();
    wire.receive(
      {
        series: [
          { ...series, ticker: 'KXX' },
          { ...series, fee_multiplier: 0.5 },
        ],
      },
      9,
    );
    wire.receive({ markets: [market], cursor: '' }, 9);
    expect(feesOf(wire)).toEqual([{ type: 'quadratic', multiplierPercent: 50 }]);
  });

  it.each([null, [], [null], {}, { ...series, fee_multiplier: '1' }, { ...series, ticker: 5 }])(
    'with series %j tell no fees and do no harm',
    (told) => {
      const wire = asking();
      expect(wire.receive({ series: told }, 9)).toEqual([]);
      wire.receive(bookSnapshot(1, 1, 'CO2-26-T4'));
      expect(feesOf(wire)).toEqual([undefined]);
      expect(wire.problems).toEqual({});
    },
  );

  it.each([
    ['disputed', 'yes', '1.0000', [lifecycle(LifecycleCode.disputed)]],
    ['determined', 'yes', '1.0000', [lifecycle(LifecycleCode.determined, { price: 10_000 })]],
    ['amended', 'scalar', '0.3060', [lifecycle(LifecycleCode.determined, { price: 3060 })]],
    [
      'finalized',
      'no',
      '0.0000',
      [lifecycle(LifecycleCode.determined, { price: 0 }), lifecycle(LifecycleCode.settled)],
    ],
    ['finalized', '', undefined, []],
    ['closed', '', undefined, []],
    ['active', '', undefined, []],
  ])('tell of a market that is %s (%s, %s) what the socket has no message for', (status, result, value, expected) => {
    const wire = asking();
    wire.receive({ markets: [market] }, 9);
    const told = { ...market, status, result, settlement_value_dollars: value };
    const rows = wire.receive({ markets: [told] }, 9).filter(({ code }) => code !== LifecycleCode.created);
    expect(rows).toMatchObject(expected);
    expect(rows.length).toBe(expected.length);
  });

  it('tell a market as the socket does, its strike included, and again only when its facts have changed', () => {
    const wire = asking();
    const told = () => wire.receive({ markets: [market], cursor: '' }, 9).filter(({ text }) => text !== undefined);
    expect(told().map(({ text }) => JSON.parse(text as string).additional_metadata)).toEqual([
      { title: 'CO2?', strike_type: 'greater', floor_strike: 5 },
    ]);
    expect(told()).toEqual([]);
    market.floor_strike = 6;
    expect(told()).toHaveLength(1);
  });
});

describe('messages about no market', () => {
  it.each([
    {
      type: 'event_lifecycle',
      sid: 5,
      msg: {
        event_ticker: 'KXQUICKSETTLE-26JAN25H2150',
        title: '...',
        subtitle: '...',
        collateral_return_type: 'MECNET',
        series_ticker: 'KXQUICKSETTLE',
      },
    },
    {
      type: 'event_fee_update',
      sid: 5,
      msg: { event_ticker: 'KXMLBGAME-26JUL19', fee_type_override: null, fee_multiplier_override: 1 },
    },
  ])('$type is a change of no instrument, with its words', (message) => {
    const rows = new KalshiWire().receive(message);
    expect(rows).toMatchObject([lifecycle(LifecycleCode.changed, { instrument: -1 })]);
    expect(JSON.parse(rows[0].text ?? '')).toEqual({ type: message.type, ...message.msg });
  });
});

describe('event_fee_update', () => {
  const update = (type: string | null, multiplier: number | null) => ({
    type: 'event_fee_update',
    sid: 5,
    msg: { event_ticker: 'KXMLBGAME-26JUL19', fee_type_override: type, fee_multiplier_override: multiplier },
  });
  const tick = (market: string) => ({ type: 'ticker', sid: 6, msg: { market_ticker: market } });
  const changes = (rows: readonly Row[]) =>
    rows
      .filter(({ code, instrument }) => code === LifecycleCode.feesChanged && instrument >= 0)
      .map(({ instrument, text }) => [instrument, JSON.parse(text ?? '')]);

  it('changes the fees of all markets of the event, and of no other', () => {
    const wire = new KalshiWire();
    for (const market of ['KXMLBGAME-26JUL19-A', 'KXMLBGAME-26JUL20-A', 'KXMLBGAME-26JUL19-B'])
      wire.receive(tick(market));
    expect(changes(wire.receive(update('quadratic', 0.5)))).toEqual([
      [0, { type: 'quadratic', multiplierPercent: 50 }],
      [2, { type: 'quadratic', multiplierPercent: 50 }],
    ]);
  });

  it('with nulls leaves what the series has', () => {
    const wire = new KalshiWire();
    wire.receive(tick('KXMLBGAME-26JUL19-A'));
    expect(changes(wire.receive(update(null, 1)))).toEqual([[0, { multiplierPercent: 100 }]]);
    expect(changes(wire.receive(update(null, null)))).toEqual([[0, {}]]);
  });

  it('holds for markets that are met later', () => {
    const wire = new KalshiWire();
    wire.receive(update('quadratic', 1));
    wire.receive(update(null, 0));
    expect(changes(wire.receive(tick('KXMLBGAME-26JUL19-A')))).toEqual([[0, { multiplierPercent: 0 }]]);
  });
});

describe('index values', () => {
  it('cfbenchmarks_value has its number in a JSON text inside the JSON', () => {
    const wire = new KalshiWire();
    const rows = wire.receive({
      type: 'cfbenchmarks_value',
      sid: 3,
      seq: 1,
      msg: {
        index_id: 'BRTI',
        received_at: 1789966900609,
        data: '{"type":"value","id":"BRTI","value":"64123.45","time":1789966900000}',
        avg_60s_data: { value: '64120.11', window_size: 60 },
      },
    });
    expect(rows).toMatchObject([listed(), { kind: EventKind.series, price: 64_123.45 }]);
    expect(wire.decoder.instruments[0]).toMatchObject({ id: 'kalshi:BRTI', kind: 'series' });
  });

  it.each([
    ['cfbenchmarks_value_5hz', { index_id: 'BRTI', value_usd: '64123.45000000', source_ts_ms: 1789966900500 }],
    ['pyth_value', { underlying_ticker: 'XAU', value_usd: '2411.10000000', source_ts_ms: 1789966900500 }],
  ])('%s has value and time of its source', (type, msg) => {
    const rows = new KalshiWire().receive({ type, sid: 3, seq: 1, msg });
    expect(rows[1]).toMatchObject({
      kind: EventKind.series,
      price: Number(msg.value_usd),
      exchangeAt: 1_789_966_900_500_000,
    });
  });

  it.each([{ data: 'not JSON' }, { data: undefined }, { data: 'null' }, { value_usd: 'NaN' }, { value_usd: '' }])(
    'a value %o is counted',
    (msg) => {
      const wire = new KalshiWire();
      const rows = wire.receive({ type: 'cfbenchmarks_value', sid: 3, seq: 1, msg: { index_id: 'BRTI', ...msg } });
      expect(rows.filter(({ kind }) => kind === EventKind.series)).toEqual([]);
      expect(wire.problems).toEqual({ 'index value that does not parse': 1 });
    },
  );
});

describe('private messages', () => {
  const contents = (rows: { text?: string }[]) => JSON.parse(rows[rows.length - 1].text ?? '{}');

  it('fill', () => {
    const rows = new KalshiWire().receive({
      type: 'fill',
      sending_ts_ms: 1671899397123,
      sid: 13,
      msg: {
        trade_id: 'd91bc706',
        order_id: 'ee587a1c',
        client_order_id: 'my-order-1',
        market_ticker: 'HIGHNY-22DEC23-B53.5',
        exchange_index: 2,
        is_taker: true,
        side: 'yes',
        yes_price_dollars: '0.7500',
        count_fp: '278.00',
        fee_cost: '0.010000',
        action: 'buy',
        ts: 1671899397,
        ts_ms: 1671899397000,
        post_position_fp: '500.00',
        purchased_side: 'yes',
        outcome_side: 'yes',
        book_side: 'bid',
        subaccount: 3,
      },
    });
    expect(rows[1]).toMatchObject({
      kind: EventKind.account,
      code: AccountCode.fill,
      exchangeAt: 1_671_899_397_000_000,
    });
    expect(contents(rows)).toEqual({
      tradeId: 'd91bc706',
      orderId: 'ee587a1c',
      clientOrderId: 'my-order-1',
      liquidity: 'taker',
      side: 'buy',
      outcome: 'yes',
      price: '0.7500',
      size: '278.00',
      fee: '0.010000',
      position: '500.00',
    });
  });

  it.each([
    [{ side: 'yes', action: 'buy' }, 'buy'],
    [{ side: 'yes', action: 'sell' }, 'sell'],
    [{ side: 'no', action: 'buy' }, 'sell'],
    [{ side: 'no', action: 'sell_to_close' }, 'buy'],
    [{ book_side: 'ask', side: 'yes', action: 'buy' }, 'sell'],
  ])('a fill with the older words %o is a %s in YES terms', (words, side) => {
    const rows = new KalshiWire().receive({ type: 'fill', sid: 13, msg: { market_ticker: MARKET, ...words } });
    expect(contents(rows).side).toBe(side);
  });

  it('user_order', () => {
    const rows = new KalshiWire().receive({
      type: 'user_order',
      sid: 9,
      msg: {
        order_id: 'ee587a1c',
        user_id: 'u',
        ticker: MARKET,
        status: 'canceled',
        side: 'no',
        outcome_side: 'no',
        book_side: 'ask',
        yes_price_dollars: '0.3500',
        fill_count_fp: '3.00',
        remaining_count_fp: '0.00',
        initial_count_fp: '10.00',
        taker_fees_dollars: '0.000000',
        maker_fees_dollars: '0.010000',
        client_order_id: 'my-order-2',
        order_group_id: 'g1',
        created_ts_ms: 1789966900609,
        last_update_reason: 'CloseCancel',
      },
    });
    expect(rows).toMatchObject([listed(), { kind: EventKind.account, code: AccountCode.order, instrument: 0 }]);
    expect(contents(rows)).toEqual({
      orderId: 'ee587a1c',
      clientOrderId: 'my-order-2',
      status: 'canceled',
      reason: 'CloseCancel',
      side: 'sell',
      outcome: 'no',
      price: '0.3500',
      size: '10.00',
      filled: '3.00',
      remaining: '0.00',
      takerFees: '0.000000',
      makerFees: '0.010000',
      orderGroup: 'g1',
    });
  });

  it('market_position', () => {
    const rows = new KalshiWire().receive({
      type: 'market_position',
      sid: 14,
      msg: {
        user_id: 'u',
        market_ticker: MARKET,
        position_fp: '-100.00',
        position_cost_dollars: '50.000000',
        realized_pnl_dollars: '10.000000',
        fees_paid_dollars: '1.000000',
        volume_fp: '15.00',
      },
    });
    expect(rows[1]).toMatchObject({ kind: EventKind.account, code: AccountCode.position });
    expect(contents(rows)).toEqual({ size: '-100.00', cost: '50.000000', realised: '10.000000', fees: '1.000000' });
  });

  it('order_group_updates', () => {
    const rows = new KalshiWire().receive({
      type: 'order_group_updates',
      sid: 21,
      seq: 7,
      msg: { event_type: 'limit_updated', order_group_id: 'g1', contracts_limit_fp: '150.00', ts_ms: 1789966900609 },
    });
    expect(rows).toMatchObject([{ kind: EventKind.account, code: AccountCode.orderGroup, instrument: -1 }]);
    expect(contents(rows)).toEqual({ orderGroup: 'g1', change: 'limit_updated', contractsLimit: '150.00' });
  });

  it.each(['rfq_created', 'rfq_deleted', 'quote_created', 'quote_accepted', 'quote_executed'])(
    '%s keeps its words',
    (type) => {
      const msg = {
        id: 'r1',
        creator_id: 'c',
        market_ticker: MARKET,
        contracts_fp: '100.00',
        created_ts: '2026-08-27T13:56:23Z',
      };
      const rows = new KalshiWire().receive({ type, sid: 15, seq: 1, msg });
      expect(rows[1]).toMatchObject({ kind: EventKind.account, code: AccountCode.communication });
      expect(contents(rows)).toEqual({ type, ...msg });
    },
  );
});

describe('commands and acknowledgements', () => {
  it('markets that are asked for are listed when the exchange agrees', () => {
    const wire = new KalshiWire();
    expect(wire.subscribe(1, 'orderbook_delta', [MARKET, 'KXA-1'])).toMatchObject([listed(0), listed(1)]);
    expect(wire.decoder.instruments.map(({ symbol }) => symbol)).toEqual([MARKET, 'KXA-1']);
  });

  it('one market may be asked for by itself', () => {
    const wire = new KalshiWire();
    wire.send({ id: 1, cmd: 'subscribe', params: { channels: ['orderbook_delta'], market_ticker: MARKET } });
    expect(wire.receive({ type: 'subscribed', id: 1, msg: { channel: 'orderbook_delta', sid: 1 } })).toMatchObject([
      listed(),
    ]);
  });

  it('errors are counted with code and words', () => {
    const wire = new KalshiWire();
    wire.receive({ type: 'error', id: 3, msg: { code: 8, msg: 'Unknown channel name' } });
    expect(wire.problems).toEqual({ 'error 8: Unknown channel name': 1 });
  });

  it('a list of subscriptions says nothing', () => {
    const wire = withBook();
    const msg = [
      { channel: 'orderbook_delta', sid: 1 },
      { channel: 'ticker', sid: 2 },
    ];
    expect(wire.receive({ type: 'ok', id: 3, msg } as never)).toEqual([]);
    expect(wire.problems).toEqual({});
    expect(wire.receive(bookDelta(1, 2))).toHaveLength(1);
  });
});

describe('what nobody understands', () => {
  it.each([
    ['', 'malformed JSON'],
    ['{"type":"ticker"', 'malformed JSON'],
    ['null', 'malformed JSON'],
    ['42', 'malformed JSON'],
    ['{"type":"weather","msg":{}}', 'unknown type weather'],
    ['{"msg":{}}', 'unknown type undefined'],
    ['[1,2]', 'unknown type undefined'],
  ])('%s is counted as "%s" and gives no event', (text, problem) => {
    const wire = new KalshiWire();
    expect(wire.receive(text)).toEqual([]);
    expect(wire.problems).toEqual({ [problem]: 1 });
  });

  it.each(['orderbook_snapshot', 'orderbook_delta', 'trade', 'ticker', 'market_lifecycle_v2'])(
    '%s without a market is counted, and lists no instrument',
    (type) => {
      const wire = new KalshiWire();
      expect(wire.receive({ type, sid: 1, seq: 1, msg: {} })).toEqual([]);
      expect(wire.decoder.instruments).toEqual([]);
      expect(Object.values(wire.problems)).toEqual([1]);
    },
  );

  it('a book message without a subscription is counted', () => {
    const wire = withBook();
    const { sid: _sid, ...nameless } = bookDelta(1, 2);
    expect(wire.receive(nameless)).toEqual([]);
    expect(Object.values(wire.problems)).toEqual([1]);
  });
});

describe('contracts', () => {
  it('known from the ticker alone have whole-cent ticks, which are good on every grid', () => {
    const wire = withBook();
    expect(wire.decoder.instruments[0]).toMatchObject({
      id: `kalshi:${MARKET}`,
      kind: 'binary',
      group: 'KXGOLDH-26AUG2711',
      feeSeries: 'KXGOLDH',
      priceDecimals: 4,
      sizeDecimals: 2,
      lot: 1,
      ticks: namedLadder('linear_cent'),
      bounds: { low: 0, high: 10_000 },
    });
  });

  it('of 15-minute crypto series have tapered ticks', () => {
    const wire = new KalshiWire();
    wire.receive(bookSnapshot(1, 1, 'KXBTC15M-26MAY131415-15'));
    expect(wire.decoder.instruments[0].ticks).toEqual(namedLadder('tapered_deci_cent'));
  });

  it('take what the tape knows of them from its header', () => {
    const closesAt = parseTime('2026-08-27T15:00:00Z');
    const wire = new KalshiWire(undefined, [{ symbol: MARKET, closesAt, title: 'Gold' }]);
    wire.receive(bookSnapshot(1, 1));
    expect(wire.decoder.instruments[0]).toMatchObject({ id: `kalshi:${MARKET}`, closesAt, title: 'Gold' });
  });
});
