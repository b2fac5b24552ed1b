/** Old recordings: integer cents and whole contracts, then texts beside them, then texts alone. */
import { describe, expect, it } from 'vitest';
import { eraAt, exchangeTime } from '../../src/feeds/kalshi/eras.ts';
import { EventKind, StatisticCode } from '../../src/market/event.ts';
import { parseTime } from '../../src/market/units.ts';
import { level, listed, print, quote, snapshot } from '../support/events.ts';
import { KalshiWire } from '../support/kalshi.ts';

const TICKER = 'INXD-23AUG31-B4512';

describe('until 2026-01-22: integer cents and whole contracts', () => {
  const wire = () => new KalshiWire('2023-08-31T13:30:11Z');

  it('snapshots and deltas', () => {
    const old = wire();
    const msg = {
      market_ticker: TICKER,
      yes: [[11, 135]],
      no: [
        [48, 31],
        [60, 5],
      ],
    };
    expect(old.receive({ type: 'orderbook_snapshot', sid: 1, seq: 1, msg })).toMatchObject([
      listed(),
      ...snapshot(
        [[1100, 13_500]],
        [
          [5200, 3100],
          [4000, 500],
        ],
      ),
    ]);
    const delta = (seq: number, price: number, change: number, side: string) =>
      old.receive({ type: 'orderbook_delta', sid: 1, seq, msg: { market_ticker: TICKER, price, delta: change, side } });
    expect(delta(2, 11, -135, 'yes')).toMatchObject([level(1, 1100, 0)]);
    expect(delta(3, 48, 10, 'no')).toMatchObject([level(-1, 5200, 4100)]);
    expect(delta(4, 48.5, 10, 'no')).toMatchObject([{ kind: EventKind.gap }]);
  });

  it('a side without levels is null', () => {
    const msg = { market_ticker: TICKER, yes: null, no: [[48, 31]] };
    expect(wire().receive({ type: 'orderbook_snapshot', sid: 1, seq: 1, msg }).slice(1)).toMatchObject(
      snapshot([], [[5200, 3100]]),
    );
  });

  it('a trade knows its taker by yes and no, and its time in seconds', () => {
    const rows = wire().receive({
      type: 'trade',
      sid: 11,
      msg: { market_ticker: TICKER, yes_price: 36, no_price: 64, count: 136, taker_side: 'no', ts: 1669149841 },
    });
    expect(rows[1]).toMatchObject({ ...print(-1, 3600, 13_600), exchangeAt: 1_669_149_841_000_000 });
  });

  it('a ticker has no sizes: one hundredth stands for "something"; texts beside the integers are not needed', () => {
    const rows = new KalshiWire('2025-12-01T00:00:00Z').receive({
      type: 'ticker',
      sid: 2,
      msg: {
        market_ticker: TICKER,
        price: 48,
        yes_bid: 45,
        yes_ask: 53,
        price_dollars: '0.4800',
        yes_bid_dollars: '0.4500',
        volume: 33896,
        open_interest: 20422,
        dollar_volume: 16948,
        ts: 1764547200,
        Clock: 13281241747,
      },
    });
    expect(rows.slice(1)).toMatchObject([
      ...quote([4500, 1], [5300, 1]),
      { kind: EventKind.statistic, code: StatisticCode.volume, size: 3_389_600 },
      { kind: EventKind.statistic, code: StatisticCode.openInterest, size: 2_042_200 },
    ]);
  });

  it('a market without bid, ask or trade', () => {
    const msg = { market_ticker: TICKER, price: 0, yes_bid: 0, yes_ask: 100, volume: 0, open_interest: 0 };
    expect(wire().receive({ type: 'ticker', sid: 2, msg }).slice(1, 3)).toMatchObject(quote([0, 0], [10_000, 0]));
  });

  it('a position is in hundredths of a cent', () => {
    const rows = wire().receive({
      type: 'market_position',
      sid: 14,
      msg: { market_ticker: TICKER, position: 100, position_cost: 500_000, realized_pnl: 100_000, fees_paid: 10_000 },
    });
    expect(JSON.parse(rows[1].text ?? '')).toEqual({
      size: '100.00',
      cost: '50.000000',
      realised: '10.000000',
      fees: '1.000000',
    });
  });
});

describe('from 2026-01-22 on: decimal texts', () => {
  it('count, also while the integers still stood beside them', () => {
    const wire = new KalshiWire('2026-02-15T00:00:00Z');
    const msg = {
      market_ticker: TICKER,
      yes: [[11, 135]],
      yes_dollars: [['0.1100', 135]],
      yes_dollars_fp: [['0.1150', '135.25']],
      no: null,
    };
    expect(wire.receive({ type: 'orderbook_snapshot', sid: 1, seq: 1, msg }).slice(1)).toMatchObject(
      snapshot([[1150, 13_525]], []),
    );
  });

  it('a position stays in hundredths of a cent until 2026-04-02', () => {
    const rows = new KalshiWire('2026-02-15T00:00:00Z').receive({
      type: 'market_position',
      sid: 14,
      msg: {
        market_ticker: TICKER,
        position: 100,
        position_fp: '100.00',
        position_cost: 500_000,
        realized_pnl: -100_000,
        fees_paid: 10_000,
      },
    });
    expect(JSON.parse(rows[1].text ?? '')).toEqual({
      size: '100.00',
      cost: '50.000000',
      realised: '-10.000000',
      fees: '1.000000',
    });
  });

  it('begin at midnight', () => {
    const from = parseTime('2026-01-22T00:00:00Z');
    expect(eraAt(from - 1).count({ count: 5 }, 'count')).toBe(500);
    expect(eraAt(from).count({ count_fp: '5.00' }, 'count')).toBe(500);
    expect(eraAt(from).count({ count: 5 }, 'count')).toBeNaN();
  });
});

describe('the time of a message', () => {
  it.each([
    ['text with microseconds', { ts: '2026-08-27T13:56:23.996443Z', ts_ms: 1 }, 1_787_838_983_996_443],
    ['milliseconds rather than seconds', { ts: 1789966800, ts_ms: 1789966800123 }, 1_789_966_800_123_000],
    ['seconds alone', { ts: 1669149841 }, 1_669_149_841_000_000],
    ['a text that is no time, beside milliseconds', { ts: 'soon', ts_ms: 1789966800123 }, 1_789_966_800_123_000],
    ['nothing', {}, 0],
  ])('%s', (_name, msg, expected) => {
    expect(exchangeTime(msg)).toBe(expected);
  });

  it('is that of sending, when the message itself has none', () => {
    expect(exchangeTime({}, { sending_ts_ms: 1791200000123 })).toBe(1_791_200_000_123_000);
    expect(exchangeTime({ ts: 5 }, { sending_ts_ms: 1791200000123 })).toBe(5_000_000);
  });
});
