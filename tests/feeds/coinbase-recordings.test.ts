import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decoderFor } from '../../src/feeds/index.ts';
import { EventKind, gapNames, Side } from '../../src/market/event.ts';
import { formatDecimal, parseDecimal } from '../../src/market/units.ts';
import { importJsonl } from '../../src/recorder/imports/jsonl.ts';
import { hasSharedData, sharedData } from '../shared-data.ts';
import { Follower } from './recorded.ts';

/** Best prices and sizes of a book or of a quote. */
const top = (of: { bidPrice: number; bidSize: number; askPrice: number; askSize: number }) =>
  [of.bidPrice, of.bidSize, of.askPrice, of.askSize].join(' ');

/** How many messages away from a ticker the book was as the ticker says: level2 and ticker are batched for themselves. */
const NEAR = 25;

interface Told {
  readonly message: number;
  readonly symbol: string;
  readonly top: string;
}

describe.skipIf(!hasSharedData)(
  'Coinbase Advanced Trade, 2026-08-09, BTC-USD and ETH-USD (needs ../shared/data)',
  () => {
    it('books agree with the tickers, trades with the side of the book that they took from', async () => {
      const plan = await importJsonl([`${sharedData}multi-exchange-ws-raw/COINBASE.jsonl.zst`], {});
      const to = new Follower(decoderFor(plan).create(plan.instruments));
      const tickers: Told[] = [];
      const books: Told[] = [];
      const gaps: string[] = [];
      const trades = { all: 0, withBook: 0, onTakersSide: 0 };
      let message = 0;
      for await (const frame of plan.frames()) {
        const rows = to.take(frame);
        message++;
        for (const { kind, instrument, side, price, code } of rows) {
          const market = to.markets[instrument];
          const { symbol } = market.instrument;
          if (kind === EventKind.gap) gaps.push(`${symbol} ${gapNames[code]}`);
          if (kind === EventKind.quote && side === Side.sell && market.bookComplete) {
            tickers.push({ message, symbol, top: top(market.quote) });
          }
          if (kind !== EventKind.trade) continue;
          trades.all++;
          if (!market.bookComplete) continue;
          const { bidPrice, askPrice } = market.book;
          trades.withBook++;
          if (price > (bidPrice + askPrice) / 2 === side > 0) trades.onTakersSide++;
        }
        for (const { bookComplete, book, instrument } of to.markets) {
          if (bookComplete) books.push({ message, symbol: instrument.symbol, top: top(book) });
        }
      }
      const distances = tickers.map((ticker) =>
        Math.min(
          ...books
            .filter(({ symbol, top }) => symbol === ticker.symbol && top === ticker.top)
            .map((book) => Math.abs(book.message - ticker.message)),
        ),
      );
      const agreement = {
        tickers: tickers.length,
        atOnce: distances.filter((distance) => distance === 0).length,
        near: distances.filter((distance) => distance > 0 && distance <= NEAR).length,
        never: distances.filter((distance) => distance > NEAR).length,
      };
      console.log('Coinbase Advanced Trade', JSON.stringify({ agreement, trades }));
      // Those that never agree, all of ETH-USD: two show a state inside one message of level2, three one that it never sends.
      expect(agreement).toEqual({ tickers: 154, atOnce: 114, near: 35, never: 5 });
      // Trades are collected for 250 ms: for the others the book had probably moved.
      expect(trades).toEqual({ all: 79, withBook: 78, onTakersSide: 74 });
      expect(gaps).toEqual(['BTC-USD disconnected', 'ETH-USD disconnected']);
      expect([...to.decoder.problems]).toEqual([['unknown channel candles', 6]]);
    });
  },
);

const session = `${sharedData}../reference/samples/coinbase-exchange-session.jsonl`;
const hasSession = existsSync(session);
if (!hasSession) console.warn('../shared/reference/samples not found: the Coinbase Exchange session is not replayed');

describe.skipIf(!hasSession)('Coinbase Exchange, 2021-04-17 (needs ../shared/reference)', () => {
  it('books agree with the best prices of tickers, and end as published with the recording', () => {
    const to = new Follower(decoderFor({ feed: 'coinbase' }).create([]));
    let tickers = 0;
    const differ: string[] = [];
    for (const text of readFileSync(session, 'utf8').trimEnd().split('\n')) {
      to.in(text);
      const { type, product_id, best_bid, best_ask } = JSON.parse(text);
      const market = to.markets.find(({ instrument }) => instrument.symbol === product_id);
      if (type !== 'ticker' || !market?.bookComplete) continue;
      const { bidPrice, askPrice } = market.book;
      tickers++;
      const isSame = [best_bid, best_ask].every((text, i) => parseDecimal(text, 8) === [bidPrice, askPrice][i]);
      if (!isSame) differ.push(product_id);
    }
    expect({ tickers, differ }).toEqual({ tickers: 9, differ: ['BAND-GBP', 'SKL-GBP'] });
    expect(
      to.markets.map(({ instrument, book }) => [
        instrument.symbol,
        formatDecimal(book.bidPrice, 8),
        formatDecimal(book.askPrice, 8),
        book.levels(1),
        book.levels(-1),
      ]),
    ).toEqual([
      ['BAND-GBP', '14.73660000', '14.76640000', 148, 162],
      ['SKL-GBP', '0.57470000', '0.57680000', 102, 175],
      ['NU-GBP', '0.43880000', '0.43930000', 118, 450],
    ]);
    expect([...to.decoder.problems]).toEqual([]);
  });
});
