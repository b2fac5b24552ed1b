/** How the venue's clock stands against ours, as the tape tells it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSession } from '../../src/feeds/sessions.ts';
import { VenueClock } from '../../src/recorder/venue-clock.ts';

const settings = { environment: 'production', channels: [], markets: [], messages: [] } as const;
const fixture = (feed: string, file: string) =>
  readFileSync(join(import.meta.dirname, '../fixtures', feed, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
const timeOf = (feed: string, message: string) => openSession(feed, settings).venueTime?.(Buffer.from(message));

describe("a message's own time", () => {
  it('Kalshi: of sending where it is told, else of the change or trade; never of a ticker, which is rounded', () => {
    const msg =
      '{"market_ticker":"KXA-1","price_dollars":"0.0100","ts":"2026-08-27T13:56:23.996443Z","ts_ms":1787838983996}';
    const sent = `{"type":"orderbook_snapshot","sending_ts_ms":1787838983001,"sid":1,"seq":1,"msg":{}}`;
    expect(timeOf('kalshi', `{"type":"orderbook_delta","sid":1,"seq":2,"msg":${msg}}`)).toBe(1_787_838_983_996);
    expect(timeOf('kalshi', `{"type":"ticker","sid":6,"msg":${msg}}`)).toBeNaN();
    expect(timeOf('kalshi', sent)).toBe(1_787_838_983_001);
  });

  it.each([
    ['coinbase', 'advanced.jsonl'],
    ['polymarket', 'market.jsonl'],
  ])('%s: genuine messages of one session tell times of one day', (feed, file) => {
    const times = fixture(feed, file)
      .map((line) => timeOf(feed, line))
      .filter((time): time is number => time !== undefined && !Number.isNaN(time));
    expect(times.length).toBeGreaterThan(5);
    expect(Math.max(...times) - Math.min(...times)).toBeLessThan(400 * 86_400_000);
    expect(Math.min(...times)).toBeGreaterThan(Date.parse('2020-01-01T00:00:00Z'));
  });

  it('Binance and Alpaca: of the event, and of the first row', () => {
    expect(
      timeOf('binance', '{"stream":"btcusdt@depth","data":{"e":"depthUpdate","E":1660003200123,"s":"BTCUSDT"}}'),
    ).toBe(1_660_003_200_123);
    expect(timeOf('alpaca-stocks', '[{"T":"q","S":"AAPL","bp":1,"t":"2021-02-22T15:51:44.208123456Z"}]')).toBe(
      Date.parse('2021-02-22T15:51:44.208Z'),
    );
  });
});

describe('a reading', () => {
  it('is the least and the middle of what arrived since the last one', () => {
    const clock = new VenueClock();
    expect(clock.take()).toBeUndefined();
    for (const [i, lag] of [30, -2.5, 12, 14, 13].entries()) clock.add(i * 10, 1_000_000 + lag, 1_000_000);
    clock.add(60, 1_000_000, Number.NaN);
    expect(clock.take()).toEqual({ least: -2.5, median: 13, messages: 5 });
    expect(clock.take()).toBeUndefined();
  });

  it('looks at a message every ten milliseconds, however many come', () => {
    const clock = new VenueClock();
    let looked = 0;
    for (let now = 0; now < 1000; now += 0.1) {
      if (!clock.isDue(now)) continue;
      looked++;
      clock.add(now, 5, 0);
    }
    expect(looked).toBeGreaterThan(95);
    expect(looked).toBeLessThanOrEqual(101);
  });
});
