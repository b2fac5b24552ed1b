/** What time does to markets that were found, on a clock of the test's own. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openDiscovery } from '../../src/feeds/sessions.ts';
import { Discovery } from '../../src/recorder/discovery.ts';
import { hoursFromNow, KalshiExchange, listedMarket } from '../support/kalshi-exchange.ts';

const MINUTE = 60_000;
let exchange: KalshiExchange;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-10-08T14:00:00Z') });
  exchange = await KalshiExchange.open();
});
afterEach(() => {
  exchange.close();
  vi.useRealTimers();
});

/** `round` asks once and returns what was found (+) and what was over (-), in order. */
function finding(most: number) {
  const told: string[] = [];
  const kept: string[] = [];
  const filter = { series: ['KXA'], categories: [], status: ['open'] as const, url: `http://${exchange.address}` };
  const discovery = new Discovery({
    ...filter,
    feed: openDiscovery('kalshi', 'production', filter),
    everySeconds: 60,
    skipClosingMinutes: 0,
    most,
    backOff: { firstSeconds: 0.01, mostSeconds: 1 },
    secrets: {},
    sink: {
      nextConnection: () => 1,
      append: (_connection, _direction, payload) => {
        kept.push(String(payload));
        return 0n;
      },
      note: () => undefined,
    },
    log: () => undefined,
    onMarkets: (markets) => told.push(`+ ${markets.join(' ')}`),
    onOver: (markets) => told.push(`- ${markets.join(' ')}`),
  });
  const round = async (minutesLater = 0) => {
    vi.setSystemTime(Date.now() + minutesLater * MINUTE);
    await discovery.sync(new AbortController().signal);
    return told.splice(0);
  };
  return { discovery, round, kept };
}

it('a market that has closed makes room at once, and is given back five minutes later', async () => {
  exchange.markets = [listedMarket('KXA-1415', 0.25), listedMarket('KXA-1430', 0.5), listedMarket('KXA-1445', 0.75)];
  const { discovery, round } = finding(1);
  expect(await round()).toEqual(['+ KXA-1415']);
  expect(await round(14)).toEqual([]);
  exchange.markets.shift();
  expect(await round(2)).toEqual(['+ KXA-1430']);
  expect(discovery.open(Date.now())).toEqual(['KXA-1430']);
  expect(await round(3)).toEqual([]);
  expect(await round(1)).toEqual(['- KXA-1415']);
});

it('weeks of quarter-hour markets leave no more behind than the last ones', async () => {
  const { discovery, round } = finding(10);
  const held = new Set<string>();
  let most = 0;
  for (let quarter = 0; quarter < 400; quarter++) {
    exchange.markets = [listedMarket(`KXA-${quarter}`, 0.25)];
    for (const line of await round()) {
      for (const symbol of line.slice(2).split(' ')) line.startsWith('+') ? held.add(symbol) : held.delete(symbol);
    }
    most = Math.max(most, held.size);
    vi.setSystemTime(Date.now() + 15 * MINUTE);
  }
  expect(most).toBe(2);
  expect(discovery.open(Date.now() - MINUTE)).toEqual(['KXA-399']);
});

it('a closing time that moves is followed', async () => {
  exchange.markets = [listedMarket('KXA-1', 1)];
  const { discovery, round } = finding(10);
  await round();
  exchange.markets = [listedMarket('KXA-1', 3)];
  await round(30);
  vi.setSystemTime(Date.now() + 120 * MINUTE);
  expect(discovery.open(Date.now())).toEqual(['KXA-1']);
  vi.setSystemTime(Date.now() + 70 * MINUTE);
  expect(discovery.open(Date.now())).toEqual([]);
});

it('a market that is told of before it opens is taken just before it does', async () => {
  exchange.markets = [listedMarket('KXA-1', 2, { status: 'initialized', open_time: hoursFromNow(1) })];
  const { discovery, round, kept } = finding(10);
  const stop = new AbortController();
  const running = discovery.run(stop.signal);
  discovery.hear(['KXA-1', 'KXB-1']);
  await vi.waitFor(() => expect(kept).toHaveLength(2), { timeout: 30_000 });
  stop.abort();
  await running;
  expect(exchange.lookUps).toEqual([['KXA-1']]);
  expect(await round(30)).toEqual([]);
  expect(await round(29.9)).toEqual(['+ KXA-1']);
}, 60_000);
