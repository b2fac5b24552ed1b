import { EventFlag, EventKind, GapCode, LifecycleCode, Side, StatisticCode } from '../../market/event.ts';
import type { Instrument, InstrumentFacts } from '../../market/instrument.ts';
import { type Micros, parseTime } from '../../market/units.ts';
import { FeedDecoder, type Listed } from '../feed-decoder.ts';
import { decimal, type Json, objects } from '../json.ts';
import { asLevel, bookSides, isBeyond, NO_LEVEL, type RawLevel, sided } from './levels.ts';
import { coinbaseInstrument, isTrading, productFacts } from './products.ts';

interface Product extends Listed {
  /** Its book has had a snapshot, and every update since as far as can be known. */
  isWhole: boolean;
  /** Id of its last trade; NaN when not known. Ids count one by one. */
  lastTrade: number;
}

/**
 * Coinbase frames to events, for both of its feeds: Exchange (messages with a `type`) and Advanced Trade (messages with
 * a `channel`). One venue and one book stand behind them.
 *
 * Advanced Trade counts all messages of a connection: a hole is a gap in all that it carries. Exchange counts nothing
 * that shows a lost book update; its trades, as those of Advanced Trade, have consecutive ids, and a hole in these is a
 * gap in trades.
 */
export class CoinbaseDecoder extends FeedDecoder<Product> {
  /** What the venue has told of its products. */
  readonly #told = new Map<string, InstrumentFacts>();
  /** Products that do not trade, with what the venue says of it. */
  readonly #paused = new Map<string, string>();

  protected contract(symbol: string): Instrument {
    return coinbaseInstrument(symbol, this.#told.get(symbol), this.facts.get(symbol));
  }

  protected remember(listed: Listed): Product {
    return { ...listed, isWhole: false, lastTrade: Number.NaN };
  }

  protected override market(symbol: string): Product {
    const isNew = this.known(symbol) === undefined;
    const product = super.market(symbol);
    const paused = isNew ? this.#paused.get(symbol) : undefined;
    if (paused !== undefined) this.lifecycle(product, LifecycleCode.paused, paused);
    return product;
  }

  protected forget(product: Product, flags: number): void {
    if (flags & EventFlag.book) product.isWhole = false;
    if (flags & EventFlag.trades) product.lastTrade = Number.NaN;
  }

  protected message(message: Json): void {
    if (typeof message.channel === 'string') this.#advanced(message.channel, message);
    else this.#exchange(message);
  }

  protected override body(url: string, body: Json): void {
    const entries = Array.isArray(body) ? body : body.products;
    if (url.split('?', 1)[0].endsWith('/products') && Array.isArray(entries)) this.#products(objects(entries));
    else super.body(url, body);
  }

  // --- Exchange --------------------------------------------------------------------------------------------------

  #exchange(message: Json): void {
    this.exchangeAt = timeOf(message.time);
    const { type } = message;
    if (type === 'subscriptions') return;
    if (type === 'error') {
      this.problem(`error: ${String(message.message)}${message.reason ? ` (${String(message.reason)})` : ''}`);
    } else if (type === 'status') this.#products(objects(message.products));
    else if (typeof message.product_id !== 'string') this.problem(`unknown type ${String(type)}`);
    else this.#exchangeProduct(String(type), message.product_id, message);
  }

  #exchangeProduct(type: string, symbol: string, message: Json): void {
    switch (type) {
      case 'snapshot': {
        const { bids, asks } = message;
        const levels = Array.isArray(bids) && Array.isArray(asks) && [...sided('buy', bids), ...sided('sell', asks)];
        this.#book(this.carried(symbol, EventFlag.book), true, levels);
        return;
      }
      case 'l2update': {
        const { changes } = message;
        const levels = Array.isArray(changes) && changes.map(asLevel);
        this.#book(this.carried(symbol, EventFlag.book), false, levels);
        return;
      }
      case 'match':
        this.#trade(this.carried(symbol, EventFlag.trades), message);
        return;
      case 'last_match': {
        // A trade from before the subscription: where the count of trades begins, and no news.
        const product = this.carried(symbol, EventFlag.trades);
        product.lastTrade = idOf(message);
        this.#lastPrice(product, message);
        return;
      }
      case 'ticker': {
        const product = this.carried(symbol, 0);
        this.#best(product, message, message.best_bid_size, message.best_ask_size);
        this.#lastPrice(product, message);
        return;
      }
      case 'heartbeat': {
        const product = this.carried(symbol, 0);
        const { last_trade_id: last } = message;
        if (typeof last === 'number') this.#missedBefore(product, last + 1);
        return;
      }
      default:
        this.problem(`unknown type ${type}`);
    }
  }

  // --- Advanced Trade --------------------------------------------------------------------------------------------

  #advanced(channel: string, message: Json): void {
    const sentAt = timeOf(message.timestamp);
    this.exchangeAt = sentAt;
    this.#sequence(message.sequence_num);
    for (const event of objects(message.events)) {
      this.exchangeAt = sentAt;
      if (channel === 'l2_data') this.#levels(event);
      else if (channel === 'market_trades') this.#trades(event);
      else if (channel === 'ticker' || channel === 'ticker_batch') this.#tickers(event);
      else if (channel === 'status') this.#products(objects(event.products));
      else if (channel !== 'subscriptions' && channel !== 'heartbeats') this.problem(`unknown channel ${channel}`);
    }
  }

  /** Every message of a connection passes here, acknowledgements and heartbeats too. */
  #sequence(sequence: unknown): void {
    if (typeof sequence !== 'number') return;
    const missing = sequence - this.connection.sequence - 1;
    this.connection.sequence = sequence;
    if (!Number.isNaN(missing) && missing !== 0) this.gapInAll(GapCode.sequence, Math.max(missing, 0));
  }

  #levels(event: Json): void {
    if (typeof event.product_id !== 'string') {
      this.problem('l2_data without a product');
      return;
    }
    const product = this.carried(event.product_id, EventFlag.book);
    const updates = objects(event.updates);
    const isSnapshot = event.type === 'snapshot';
    // The levels of a snapshot bear the times of their last changes.
    if (!isSnapshot) this.exchangeAt = timeOf(updates.at(-1)?.event_time) || this.exchangeAt;
    const levels = updates.map(({ side, price_level, new_quantity }): RawLevel => [side, price_level, new_quantity]);
    this.#book(product, isSnapshot, Array.isArray(event.updates) && levels);
  }

  #trades(event: Json): void {
    // The newest come first.
    for (const trade of objects(event.trades).toReversed()) {
      if (typeof trade.product_id !== 'string') {
        this.problem('trade without a product');
        continue;
      }
      const product = this.carried(trade.product_id, EventFlag.trades);
      this.exchangeAt = timeOf(trade.time);
      // A snapshot repeats trades from before the subscription: the count begins with its last one.
      if (event.type === 'snapshot') product.lastTrade = idOf(trade);
      else this.#trade(product, trade);
    }
  }

  #tickers(event: Json): void {
    for (const ticker of objects(event.tickers)) {
      if (typeof ticker.product_id !== 'string') {
        this.problem('ticker without a product');
        continue;
      }
      const product = this.carried(ticker.product_id, 0);
      this.#best(product, ticker, ticker.best_bid_quantity, ticker.best_ask_quantity);
      this.#lastPrice(product, ticker);
    }
  }

  // --- what both share -------------------------------------------------------------------------------------------

  #book(product: Product, isSnapshot: boolean, levels: readonly RawLevel[] | false): void {
    if (isSnapshot && levels) {
      product.isWhole = true;
      this.bookClear(product);
    } else if (!product.isWhole) {
      this.problem('book update without a snapshot before it');
      return;
    }
    const { priceDecimals, sizeDecimals } = product.instrument;
    const flags = isSnapshot ? EventFlag.snapshot : 0;
    // A message without levels where they should be is as bad as one level that does not parse.
    for (const [word, rawPrice, rawSize] of levels || [NO_LEVEL]) {
      const side = bookSides.get(word);
      if (side === Side.sell && isBeyond(rawPrice, priceDecimals)) {
        this.problem('offers too far away to be held exactly');
        continue;
      }
      const price = side === undefined ? Number.NaN : decimal(rawPrice, priceDecimals);
      if (!this.level(product, side ?? Side.none, price, decimal(rawSize, sizeDecimals), flags)) return;
    }
  }

  #trade(product: Product, message: Json): void {
    const { priceDecimals, sizeDecimals } = product.instrument;
    const id = idOf(message);
    const side = takerSides.get(String(message.side).toLowerCase());
    const price = decimal(message.price, priceDecimals);
    const size = decimal(message.size, sizeDecimals);
    if (id <= product.lastTrade) {
      this.problem('trade told before');
      return;
    }
    if (!Number.isNaN(id)) {
      this.#missedBefore(product, id);
      product.lastTrade = id;
    }
    if (price > 0 && size > 0 && side !== undefined) this.row(product, EventKind.trade, side, price, size);
    else this.problem('trade with fields that do not parse');
  }

  /** A gap if trades between the last one and `id` were not told. */
  #missedBefore(product: Product, id: number): void {
    const missing = id - product.lastTrade - 1;
    if (!(missing > 0)) return;
    this.gap(product, GapCode.sequence, EventFlag.trades, missing);
    product.lastTrade = id - 1;
  }

  /** Tickers before 2022 and batched ones tell no sizes, and so are no quotes. */
  #best(product: Product, message: Json, bidSize: unknown, askSize: unknown): void {
    if (bidSize === undefined || askSize === undefined) return;
    const { priceDecimals, sizeDecimals } = product.instrument;
    const bid = [decimal(message.best_bid, priceDecimals), decimal(bidSize, sizeDecimals)] as const;
    const ask = [decimal(message.best_ask, priceDecimals), decimal(askSize, sizeDecimals)] as const;
    if ([...bid, ...ask].every((value) => value >= 0)) this.quote(product, bid, ask);
    else this.problem('ticker with fields that do not parse');
  }

  /** Tickers may join several trades into one message, so they tell a price and not a trade. */
  #lastPrice(product: Product, message: Json): void {
    const price = decimal(message.price, product.instrument.priceDecimals);
    if (price > 0) this.row(product, EventKind.statistic, Side.none, price, 0, StatisticCode.lastPrice);
    else this.problem('last price that does not parse');
  }

  #products(entries: readonly Json[]): void {
    for (const entry of entries) {
      const facts = productFacts(entry);
      if (!facts) continue;
      const { symbol } = facts;
      this.#told.set(symbol, facts);
      const trades = isTrading(entry);
      if (trades === undefined || trades !== this.#paused.has(symbol)) continue;
      const text = JSON.stringify({ status: entry.status, message: entry.status_message });
      if (trades) this.#paused.delete(symbol);
      else this.#paused.set(symbol, text);
      // Of products that the tape is not about nothing is told until they turn up.
      const product = this.known(symbol);
      if (product) this.lifecycle(product, trades ? LifecycleCode.resumed : LifecycleCode.paused, text);
    }
  }
}

/** Coinbase names the side of who was in the book; the other one came to it. */
const takerSides: ReadonlyMap<string, Side> = new Map([
  ['buy', Side.sell],
  ['sell', Side.buy],
]);

/** Numbers on Exchange, texts on Advanced Trade. */
function idOf({ trade_id: id }: Json): number {
  const number = typeof id === 'string' ? decimal(id, 0) : id;
  return Number.isSafeInteger(number) ? (number as number) : Number.NaN;
}

/** The year 1 stands for no time in some messages. */
function timeOf(text: unknown): Micros {
  const time = typeof text === 'string' ? parseTime(text) : 0;
  return time > 0 ? time : 0;
}
