import { describe, expect, it } from 'vitest';
import { BarField, EventFlag, EventKind, GapCode, LifecycleCode, Side, StatisticCode } from '../../src/market/event.ts';
import { Market, midPrice } from '../../src/market/market.ts';
import {
  frameOf,
  gap,
  level,
  lifecycle,
  print,
  quote,
  type Row,
  seriesValue,
  snapshot,
  volume,
} from '../support/events.ts';
import { contract } from '../support/instruments.ts';

function marketAfter(...rows: Row[]): Market {
  const market = new Market(contract(), 0);
  const batch = frameOf(1_000_000, rows);
  for (let i = 0; i < batch.count; i++) market.apply(batch, i);
  return market;
}

const whole = snapshot([[5000, 100]], [[5200, 100]]);
const plainRow = (rest: Partial<Row>): Row => ({ ...level(Side.none, 0, 0), ...rest });

describe('the book of a market', () => {
  it('means something from its first snapshot on', () => {
    expect(new Market(contract(), 0).bookComplete).toBe(false);
    expect(marketAfter(level(1, 5000, 100)).bookComplete).toBe(false);
    expect(marketAfter(...whole).bookComplete).toBe(true);
  });

  it('means nothing after a gap in it, though its levels stay', () => {
    const market = marketAfter(...whole, gap(EventFlag.book, { code: GapCode.sequence }));
    expect(market.bookComplete).toBe(false);
    expect(market.book.bidPrice).toBe(5000);
  });

  it('is not touched by gaps among trades, or elsewhere', () => {
    expect(marketAfter(...whole, gap(EventFlag.trades), gap(0)).bookComplete).toBe(true);
  });

  it('that is cleared without a snapshot is empty and incomplete', () => {
    const market = marketAfter(...whole, { ...whole[0], flags: 0 });
    expect(market.bookComplete).toBe(false);
    expect(market.book.levels(1) + market.book.levels(-1)).toBe(0);
  });
});

describe('what a market knows besides', () => {
  it('a quote of size 0 is no quote', () => {
    expect(marketAfter(...quote([5000, 7], [5200, 8])).quote).toEqual({
      bidPrice: 5000,
      bidSize: 7,
      askPrice: 5200,
      askSize: 8,
    });
    expect(marketAfter(...quote([0, 0], [10_000, 0])).quote).toEqual({
      bidPrice: Number.NEGATIVE_INFINITY,
      bidSize: 0,
      askPrice: Number.POSITIVE_INFINITY,
      askSize: 0,
    });
  });

  it('the last trade, and whether it was inferred', () => {
    expect(marketAfter().trade.price).toBeNaN();
    expect(marketAfter(print(-1, 5000, 30, { flags: EventFlag.inferred })).trade).toEqual({
      price: 5000,
      size: 30,
      side: -1,
      inferred: true,
      at: 1_000_000,
    });
  });

  it('volume with its time, and open interest', () => {
    const market = marketAfter(
      volume(500),
      plainRow({ kind: EventKind.statistic, code: StatisticCode.openInterest, size: 77 }),
    );
    expect([market.volume, market.volumeAt, market.openInterest]).toEqual([500, 1_000_000, 77]);
    expect(marketAfter().volume).toBeNaN();
  });

  it('a bar of four rows', () => {
    const bar = (code: number, price: number, size = 0) => plainRow({ kind: EventKind.bar, code, price, size });
    const market = marketAfter(
      bar(BarField.open, 10, 60_000_000),
      bar(BarField.high, 14),
      bar(BarField.low, 9),
      bar(BarField.close, 12, 345),
    );
    expect(market.bar).toEqual({
      open: 10,
      high: 14,
      low: 9,
      close: 12,
      volume: 345,
      length: 60_000_000,
      at: 1_000_000,
    });
  });

  it('the last value of a series', () => {
    expect(marketAfter(seriesValue(64_123.45)).value).toBe(64_123.45);
  });

  it('its life: paused, resumed, determined, settled, and when it closes', () => {
    expect(marketAfter().status).toBe('open');
    expect(marketAfter(lifecycle(LifecycleCode.paused)).status).toBe('paused');
    expect(marketAfter(lifecycle(LifecycleCode.paused), lifecycle(LifecycleCode.resumed)).status).toBe('open');
    const determined = marketAfter(lifecycle(LifecycleCode.determined, { price: 10_000 }));
    expect([determined.status, determined.payout]).toEqual(['closed', 10_000]);
    expect(marketAfter(lifecycle(LifecycleCode.settled)).status).toBe('settled');
    expect(marketAfter().closesAt).toBe(Number.POSITIVE_INFINITY);
    expect(marketAfter(lifecycle(LifecycleCode.closeMoved, { size: 5_000_000 })).closesAt).toBe(5_000_000);
    expect(new Market(contract({ closesAt: 9 }), 0).closesAt).toBe(9);
  });
});

describe('the mid price', () => {
  it('is that of the book while it is complete, else that of the quote', () => {
    expect(midPrice(marketAfter(...whole, ...quote([4000, 1], [4400, 1])))).toBe(5100);
    expect(midPrice(marketAfter(...whole, ...quote([4000, 1], [4400, 1]), gap(EventFlag.book)))).toBe(4200);
  });

  it('is not a number when a side is empty', () => {
    expect(midPrice(marketAfter(...snapshot([[5000, 100]], [])))).toBeNaN();
    expect(midPrice(marketAfter())).toBeNaN();
  });
});
