/** Markets taken as the venue's socket tells of them; the list is the sync. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decoderFor } from '../../src/feeds/index.ts';
import { LifecycleCode } from '../../src/market/event.ts';
import { Direction } from '../../src/market/frame.ts';
import { TapeEvents } from '../../src/tape/events.ts';
import { openTape } from '../../src/tape/tape.ts';
import { temporaryFolder } from '../support/folder.ts';
import { KalshiExchange, listedMarket, recordExchange, textsOf } from '../support/kalshi-exchange.ts';

const folder = temporaryFolder();
let exchange: KalshiExchange;
beforeEach(async () => {
  exchange = await KalshiExchange.open();
});
afterEach(() => exchange.close());

/**
 * Records with `lifecycle`, without a sync unless `discover` says so. `happen` once somebody hears; what the test waits
 * for must come within the test's own time limit.
 */
async function record(happen: () => void, enough: () => boolean, discover: object = {}, more: object = {}) {
  let happened = false;
  const step = () => {
    if (!happened && exchange.isHeard) {
      happened = true;
      happen();
    }
    return happened && enough();
  };
  return recordExchange(folder(), exchange, step, { lifecycle: true, everySeconds: 3600, ...discover }, more);
}

describe('a market that the venue tells of', () => {
  it('is asked for by name and subscribed to; those of other series are not', async () => {
    const { tape } = await record(
      () => {
        exchange.create(listedMarket('KXOTHER-26OCT08-1'));
        exchange.create(listedMarket('KXA-26OCT08-1'));
      },
      () => exchange.wanted.length > 0,
    );
    expect(exchange.lookUps).toEqual([['KXA-26OCT08-1']]);
    expect(exchange.wanted).toEqual(['KXA-26OCT08-1']);
    const sent = await textsOf(tape, Direction.out);
    expect(sent.filter((text) => text.includes('market_lifecycle_v2'))).toHaveLength(1);
    expect(sent).toContain(`GET http://${exchange.address}/markets?limit=1000&tickers=KXA-26OCT08-1`);
    const answers = await textsOf(tape, Direction.in);
    expect(answers).toContain(JSON.stringify({ markets: [exchange.markets[1]], cursor: '' }));
  });

  it('again after a pause is taken if it was not yet', async () => {
    await record(
      () => {
        exchange.markets.push(listedMarket('KXA-1'));
        exchange.tell('deactivated', 'KXA-1', { is_deactivated: true });
        exchange.tell('activated', 'KXA-1', { is_deactivated: false });
      },
      () => exchange.wanted.length > 0,
    );
    expect(exchange.wanted).toEqual(['KXA-1']);
  });

  it('at the end of its life is not asked for', async () => {
    await record(
      () => {
        exchange.tell('determined', 'KXA-1', {
          determination_ts: 1784501722,
          result: 'no',
          settlement_value: '0.0000',
        });
        exchange.tell('settled', 'KXA-1', { settled_ts: 1784500206 });
        exchange.create(listedMarket('KXA-2'));
      },
      () => exchange.wanted.length > 0,
    );
    expect(exchange.lookUps).toEqual([['KXA-2']]);
  });

  it('with fifty others is asked for in one request', async () => {
    const tickers = Array.from({ length: 50 }, (_, i) => `KXA-26OCT08-T${4600 + i}.99`);
    await record(
      () => exchange.create(...tickers.map((ticker) => listedMarket(ticker))),
      () => exchange.wanted.length >= 50,
    );
    expect(exchange.lookUps).toEqual([tickers]);
    expect(exchange.wanted.toSorted()).toEqual(tickers.toSorted());
  });

  it('is left out when it closes soon, and when there are enough', async () => {
    const { log } = await record(
      () => {
        exchange.create(listedMarket('KXA-1', 0.1));
        exchange.create(listedMarket('KXA-2', 3));
        exchange.create(listedMarket('KXA-3', 2));
        exchange.create(listedMarket('KXA-4', 1));
      },
      () => exchange.wanted.length > 0,
      { skipClosingMinutes: 10, most: 2 },
    );
    expect(exchange.wanted).toEqual(['KXA-4', 'KXA-3']);
    expect(log).toContain('2 new markets, 1 left out (most: 2)');
  });

  it('goes to the connection that it belongs to; only the first one hears of new markets', async () => {
    const tickers = Array.from({ length: 30 }, (_, i) => `KXA-${i}`);
    await record(
      () => exchange.create(...tickers.map((ticker) => listedMarket(ticker))),
      () => exchange.wanted.length >= 30,
      {},
      { connections: 3 },
    );
    const books = exchange.commands.filter(({ params }) => params.market_tickers);
    expect(new Set(books.map(({ connection }) => connection)).size).toBe(3);
    expect(exchange.wanted.toSorted()).toEqual(tickers.toSorted());
    const hearing = exchange.commands.filter(({ params }) => params.channels?.[0] === 'market_lifecycle_v2');
    expect(hearing).toHaveLength(1);
  });

  it('and that cannot be had at once is asked for again', async () => {
    let refusals = 2;
    exchange.refuse = (url, response) => {
      const isRefused = url.includes('tickers=') && refusals-- > 0;
      if (isRefused) response.writeHead(429).end('{"error":{"code":"too_many_requests"}}');
      return isRefused;
    };
    await record(
      () => exchange.create(listedMarket('KXA-1')),
      () => exchange.wanted.length > 0,
    );
    expect(exchange.lookUps).toEqual([['KXA-1'], ['KXA-1'], ['KXA-1']]);
  });

  it('is subscribed to only once, however often it is told of', async () => {
    await record(
      () => {
        exchange.create(listedMarket('KXA-1'));
        exchange.tell('activated', 'KXA-1', { is_deactivated: false });
        exchange.tell('close_date_updated', 'KXA-1', { close_ts: 1784500206 });
      },
      () => exchange.asked.filter((url) => url.includes('series_ticker=KXA')).length > 2,
      { everySeconds: 1 },
    );
    expect(exchange.wanted).toEqual(['KXA-1']);
  });
});

describe('facts that change', () => {
  /** Requests by name follow each other: when the market of a second one is taken, the first one is on the tape. */
  const lookedUp = () => {
    if (exchange.lookUps.length === 1 && exchange.markets.length === 1) exchange.create(listedMarket('KXA-2'));
    return exchange.wanted.includes('KXA-2');
  };

  it('are asked for again and are on the tape; the decoder tells the new ones', async () => {
    const market = listedMarket('KXA-1');
    exchange.markets = [market];
    const { tape } = await record(() => {
      Object.assign(market, { yes_sub_title: 'Target price: $64,172.05', floor_strike: 64172.05 });
      const { strike_type, floor_strike, yes_sub_title } = market;
      exchange.tell('metadata_updated', 'KXA-1', { strike_type, floor_strike, yes_sub_title });
    }, lookedUp);
    expect(exchange.lookUps).toEqual([['KXA-1'], ['KXA-2']]);
    expect(exchange.wanted).toEqual(['KXA-1', 'KXA-2']);
    const events = new TapeEvents(await openTape(tape), decoderFor({ feed: 'kalshi' }));
    const told: unknown[] = [];
    for await (const batch of events.batches()) {
      for (const [row, text] of batch.text) {
        const { market_ticker, additional_metadata } = JSON.parse(text);
        const isTold = batch.code[row] === LifecycleCode.created && market_ticker === 'KXA-1';
        if (isTold) told.push(additional_metadata.floor_strike);
      }
    }
    expect(told).toEqual([undefined, 64172.05]);
    expect(Object.fromEntries(events.problems)).toEqual({});
  });

  it('that have not changed after all are not', async () => {
    exchange.markets = [listedMarket('KXA-1')];
    const { tape } = await record(
      () => exchange.tell('price_level_structure_updated', 'KXA-1', { price_level_structure: 'deci_cent' }),
      lookedUp,
    );
    expect(exchange.lookUps).toEqual([['KXA-1'], ['KXA-2']]);
    const kept = (await textsOf(tape, Direction.out)).filter((text) => text.includes('tickers='));
    expect(kept.map((text) => text.split('tickers=')[1])).toEqual(['KXA-2']);
  });
});

describe('the sync', () => {
  it('finds a market that was not told of', async () => {
    await record(
      () => exchange.markets.push(listedMarket('KXB-1')),
      () => exchange.wanted.length > 0,
      { everySeconds: 1 },
    );
    expect(exchange.lookUps).toEqual([]);
    expect(exchange.wanted).toEqual(['KXB-1']);
  });
});
