/** Markets found while recording: listed over HTTP, subscribed to as they come, and known to the decoder. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decoderFor } from '../../src/feeds/index.ts';
import { Direction } from '../../src/market/frame.ts';
import { recordConfigSchema } from '../../src/recorder/config.ts';
import { Recorder } from '../../src/recorder/recorder.ts';
import { TapeEvents } from '../../src/tape/events.ts';
import { openTape } from '../../src/tape/tape.ts';
import { temporaryFolder } from '../support/folder.ts';
import {
  hoursFromNow,
  KalshiExchange,
  listedMarket,
  listedSeries,
  recordExchange,
  textsOf,
} from '../support/kalshi-exchange.ts';

const folder = temporaryFolder();
let exchange: KalshiExchange;
beforeEach(async () => {
  exchange = await KalshiExchange.open();
});
afterEach(() => exchange.close());

const record = (enough: () => boolean, discover: object = {}, more: object = {}) =>
  recordExchange(folder(), exchange, enough, discover, more);
const list = (...tickers: string[]) => {
  exchange.markets = tickers.map((ticker) => listedMarket(ticker));
};
/** Requests that the tape holds, without the host. */
const kept = async (tape: string) =>
  (await textsOf(tape, Direction.out)).flatMap((text) => /^GET http:\/\/[^/]+(.*)$/.exec(text)?.[1] ?? []);

async function decoded(tape: string) {
  const events = new TapeEvents(await openTape(tape), decoderFor({ feed: 'kalshi' }));
  for await (const batch of events.batches()) expect(batch.count).toBeGreaterThan(0);
  return { instruments: events.instruments, problems: Object.fromEntries(events.problems) };
}

describe('the list', () => {
  it('is asked for series after series and page after page before anything is subscribed to', async () => {
    list('KXA-1', 'KXA-2', 'KXA-3', 'KXB-1');
    exchange.markets[1].close_time = hoursFromNow(0.05);
    exchange.pageSize = 2;
    await record(() => exchange.commands.length > 0, { skipClosingMinutes: 10 });
    expect(exchange.asked.slice(0, 5)).toEqual([
      '/series/KXA',
      '/series/KXB',
      '/markets?status=open&limit=1000&series_ticker=KXA',
      '/markets?status=open&limit=1000&series_ticker=KXA&cursor=2',
      '/markets?status=open&limit=1000&series_ticker=KXB',
    ]);
    expect(exchange.commands[0].params.market_tickers?.toSorted()).toEqual(['KXA-1', 'KXA-3', 'KXB-1']);
  });

  it('gives at most so many, those that close first, and says what it left out', async () => {
    exchange.markets = [listedMarket('KXA-1', 3), listedMarket('KXA-2', 1), listedMarket('KXA-3', 2)];
    const { log } = await record(() => exchange.commands.length > 0, { most: 2, series: [] });
    expect(exchange.wanted).toEqual(['KXA-2', 'KXA-3']);
    expect(log).toContain('2 new markets, 1 left out (most: 2)');
  });

  it('brings a market that comes up later, and is on the tape only when it tells something', async () => {
    list('KXA-1');
    const { tape } = await record(
      () => {
        if (exchange.asked.length === 2 && exchange.markets.length === 1)
          exchange.markets.push(listedMarket('KXA-2', 3));
        return exchange.commands.length > 1 && exchange.asked.length > 3;
      },
      { series: [] },
    );
    expect(exchange.commands[1]).toMatchObject({
      cmd: 'update_subscription',
      params: { action: 'add_markets', market_tickers: ['KXA-2'] },
    });
    const { instruments, problems } = await decoded(tape);
    expect(problems).toEqual({});
    expect(instruments.map(({ symbol, title, closesAt }) => [symbol, title, closesAt])).toEqual(
      exchange.markets.map(({ ticker, title, close_time }) => [ticker, title, Date.parse(close_time) * 1000]),
    );
    expect(instruments[0].ticks).toEqual([{ from: 0, to: 10_000, step: 10 }]);
    expect(await kept(tape)).toHaveLength(2);
  });

  it('is asked for by status, one a request; unopened markets are taken at once when they are wanted', async () => {
    exchange.markets = [
      listedMarket('KXA-1', 2, { status: 'initialized', open_time: hoursFromNow(1) }),
      listedMarket('KXA-2', 2),
      listedMarket('KXA-3', 2, { status: 'inactive' }),
    ];
    await record(() => exchange.commands.length > 0, { series: ['KXA'], status: ['unopened', 'open'] });
    expect(exchange.asked.slice(1, 3)).toEqual([
      '/markets?status=unopened&limit=1000&series_ticker=KXA',
      '/markets?status=open&limit=1000&series_ticker=KXA',
    ]);
    expect(exchange.wanted.toSorted()).toEqual(['KXA-1', 'KXA-2']);
  });

  it('is shared out over connections, each market once', async () => {
    const tickers = Array.from({ length: 40 }, (_, i) => `KXA-${i}`);
    list(...tickers);
    await record(() => exchange.commands.length >= 3, { series: [] }, { connections: 3 });
    const shares = exchange.commands.map(({ params }) => params.market_tickers ?? []);
    expect(shares).toHaveLength(3);
    expect(shares.flat().sort()).toEqual(tickers.toSorted());
    expect(Math.min(...shares.map((share) => share.length))).toBeGreaterThan(5);
  });

  it('tells of a market that has left it: it is asked for by name, and makes room once it has closed early', async () => {
    exchange.markets = [listedMarket('KXA-1', 1), listedMarket('KXA-2', 2)];
    await record(
      () => {
        if (exchange.wanted.length === 1) {
          Object.assign(exchange.markets[0], { status: 'determined', close_time: hoursFromNow(-0.001) });
        }
        return exchange.wanted.length > 1;
      },
      { series: ['KXA'], most: 1 },
    );
    expect(exchange.lookUps[0]).toEqual(['KXA-1']);
    expect(exchange.wanted).toEqual(['KXA-1', 'KXA-2']);
  });

  it('is only for feeds that can list', () => {
    const config = recordConfigSchema.parse({ tape: join(folder(), 'x'), feed: 'other', url: 'ws://x', discover: {} });
    return expect(Recorder.create(config)).rejects.toThrow(/markets of other cannot be listed/);
  });
});

describe('series', () => {
  const crypto = [
    listedSeries('KXBTC15M', 'Crypto', { fee_type: 'quadratic_with_maker_fees', fee_multiplier: 0.5 }),
    listedSeries('KXETH15M', 'Crypto'),
  ];

  it('of a category are listed first, then the markets of each; another category is left out', async () => {
    exchange.series = [...crypto, listedSeries('KXFED', 'Economics')];
    list('KXBTC15M-26OCT081415-15', 'KXETH15M-26OCT081415-15', 'KXFED-26OCT-T4');
    const { tape } = await record(() => exchange.asked.length > 4, { series: [], categories: ['Crypto'] });
    expect(exchange.asked.slice(0, 4)).toEqual([
      '/series?category=Crypto',
      '/markets?status=open&limit=1000&series_ticker=KXBTC15M',
      '/markets?status=open&limit=1000&series_ticker=KXETH15M',
      '/series?category=Crypto',
    ]);
    expect(exchange.wanted.toSorted()).toEqual(['KXBTC15M-26OCT081415-15', 'KXETH15M-26OCT081415-15']);
    expect(await kept(tape)).toEqual(exchange.asked.slice(0, 3));
  });

  it('are asked for once where they are named, and give the markets their fees', async () => {
    exchange.series = crypto;
    list('KXBTC15M-26OCT081415-15', 'KXETH15M-26OCT081415-15');
    const series = ['KXBTC15M', 'KXETH15M'];
    const { tape } = await record(() => exchange.asked.length > 6, { series });
    expect(exchange.asked.filter((url) => url.startsWith('/series'))).toEqual(['/series/KXBTC15M', '/series/KXETH15M']);
    const { instruments, problems } = await decoded(tape);
    expect(problems).toEqual({});
    expect(instruments.map(({ feeSeries, feeTerms }) => [feeSeries, feeTerms])).toEqual([
      ['KXBTC15M', { type: 'quadratic_with_maker_fees', multiplierPercent: 50 }],
      ['KXETH15M', { type: 'quadratic', multiplierPercent: 100 }],
    ]);
  });

  it('that a category does not have are said: it may be written wrongly', async () => {
    const { log } = await record(() => exchange.asked.length > 0, { series: [], categories: ['crypto'] });
    expect(log.join()).toMatch(/series\?category=crypto: markets could not be listed: no series: is the category/);
  });
});

describe('a venue that does not answer', () => {
  it('is asked again as late as it says, else ever more slowly, and the round goes on; tape and log say so', async () => {
    list('KXA-1', 'KXB-1');
    const refusals: [number, Record<string, string>][] = [
      [429, { 'retry-after': '0.3' }],
      [503, {}],
    ];
    exchange.refuse = (url, response) => {
      const refusal = url.includes('series_ticker=KXA') ? refusals.shift() : undefined;
      if (refusal) response.writeHead(...refusal).end('{"error":"too many requests"}');
      return refusal !== undefined;
    };
    const { tape, log } = await record(() => exchange.commands.length > 0);
    expect(exchange.wanted.toSorted()).toEqual(['KXA-1', 'KXB-1']);
    const remarks = (await textsOf(tape, Direction.note)).filter((text) => text.includes('"remark"'));
    expect(remarks).toHaveLength(2);
    expect(remarks[0]).toMatch(/GET http.*series_ticker=KXA: status 429, asked again in 0\.3 s/);
    expect(remarks[1]).toMatch(/status 503, asked again in 0\.0 s/);
    expect(log.filter((line) => line.includes('asked again'))).toHaveLength(2);
    expect((await decoded(tape)).problems).toEqual({});
  });

  it('for one address only is passed over there', async () => {
    list('KXA-1', 'KXB-1');
    exchange.refuse = (url, response) => {
      const isRefused = url.includes('KXA');
      if (isRefused) response.writeHead(404).end('{"error":{"code":"not_found"}}');
      return isRefused;
    };
    const { log } = await record(() => exchange.commands.length > 0);
    expect(exchange.wanted).toEqual(['KXB-1']);
    expect(log.filter((line) => line.includes('markets could not be listed: status 404'))).toHaveLength(2);
  });

  it('at all is no reason not to record what is named', async () => {
    list('KXA-1');
    const discover = { url: 'http://127.0.0.1:9' };
    const { log } = await record(() => exchange.commands.length > 0, discover, { markets: ['KXA-9'] });
    expect(exchange.wanted).toEqual(['KXA-9']);
    expect(log.filter((line) => line.includes('asked again'))).toHaveLength(3);
    expect(log.filter((line) => line.includes('could not be listed'))).toHaveLength(1);
  });
});
