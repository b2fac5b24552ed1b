import { EventFlag, EventKind, GapCode, Side } from '../../market/event.ts';
import type { Instrument, InstrumentFacts } from '../../market/instrument.ts';
import { FeedDecoder, type Listed } from '../feed-decoder.ts';
import { decimal, isObject, type Json } from '../json.ts';
import { DepthSequence, type DepthUpdate, type RawLevel } from './depth.ts';
import { type BinanceMarket, binanceInstrument, exchangeInfoFacts } from './instruments.ts';
import { exchangeTime, isDepthUpdate, typeOf } from './messages.ts';

/** What is known of one symbol while decoding. */
interface SymbolState extends Listed {
  readonly depth: DepthSequence;
  /** The stream that tells its trades: `trade` or `aggTrade`, whichever came first. Undefined before. */
  trades: string | undefined;
}

/**
 * Binance frames to events, for spot and USD-M futures: `depthUpdate`, `trade`, `aggTrade`, `bookTicker`, and the HTTP
 * bodies of `depth` and `exchangeInfo`.
 *
 * A book begins with its snapshot: the updates that came before wait, and those that go beyond it are emitted in the
 * snapshot's frame. A hole in the update ids is a gap, and the book waits for the next snapshot.
 *
 * `aggTrade` tells the trades of `trade` once more, joined together. Per symbol the first of the two streams seen tells
 * the trades and the other is ignored, until the connection ends that brought it.
 */
export class BinanceDecoder extends FeedDecoder<SymbolState> {
  readonly #market: BinanceMarket;
  readonly #exchangeInfo = new Map<string, InstrumentFacts>();

  constructor(market: BinanceMarket, facts: readonly InstrumentFacts[]) {
    super(facts);
    this.#market = market;
  }

  protected contract(name: string): Instrument {
    return binanceInstrument(this.#market, name, this.#exchangeInfo.get(name), this.facts.get(name));
  }

  protected remember(listed: Listed): SymbolState {
    return { ...listed, depth: new DepthSequence(), trades: undefined };
  }

  protected forget(symbol: SymbolState, flags: number): void {
    if (flags & EventFlag.book) this.#lose(symbol.depth.break());
    if (flags & EventFlag.trades) symbol.trades = undefined;
  }

  // --- what comes over the socket --------------------------------------------------------------------------------

  protected message(message: Json): void {
    const isWrapped = typeof message.stream === 'string' && isObject(message.data);
    const data = isWrapped ? (message.data as Json) : message;
    this.exchangeAt = exchangeTime(data);
    const type = typeOf(data);
    if (type === 'depthUpdate') this.#depthUpdate(data);
    else if (type === 'trade' || type === 'aggTrade') this.#trade(data, type);
    else if (type === 'bookTicker') this.#bookTicker(data);
    else if (!isWrapped && 'lastUpdateId' in data) this.#bareSnapshot(data);
    else if ('error' in data || 'code' in data) this.#refusal(data);
    // The answer to a command has a result and nothing else to say.
    else if (!('result' in data)) this.problem(`unknown type ${type || String(message.stream)}`);
  }

  #depthUpdate(data: Json): void {
    if (!isDepthUpdate(data)) {
      this.problem('depthUpdate with fields that do not parse');
      return;
    }
    this.#takeUpdate(this.carried(data.s, EventFlag.book), data);
  }

  #takeUpdate(symbol: SymbolState, update: DepthUpdate): void {
    switch (symbol.depth.next(update)) {
      case 'applies':
        this.#levels(symbol, update.b, update.a, 0);
        return;
      case 'hole':
        // Not `gap`: what waits for the next snapshot begins with this update.
        this.row(symbol, EventKind.gap, Side.none, 0, 0, GapCode.sequence, EventFlag.book);
        return;
      case 'lost':
        this.#lose(1);
        return;
      default:
    }
  }

  #trade(data: Json, type: string): void {
    // A marker that takes a trade id and has neither price nor size (USD-M, since 2024).
    if (data.X === 'NA') return;
    const symbol = this.carried(String(data.s), EventFlag.trades);
    symbol.trades ??= type;
    if (symbol.trades !== type) return;
    const price = decimal(data.p, symbol.instrument.priceDecimals);
    const size = decimal(data.q, symbol.instrument.sizeDecimals);
    if (!(price > 0 && size > 0) || typeof data.m !== 'boolean') {
      this.problem(`${type} with fields that do not parse`);
      return;
    }
    // X is there on futures only. INSURANCE_FUND and ADL change hands at a price of their own, outside the book.
    const flags = data.X === undefined || data.X === 'MARKET' ? 0 : EventFlag.offBook;
    // m: the buyer was in the book, so the seller came to it.
    this.row(symbol, EventKind.trade, data.m ? Side.sell : Side.buy, price, size, 0, flags);
  }

  #bookTicker(data: Json): void {
    const symbol = this.carried(String(data.s), 0);
    const bid = level([data.b, data.B], symbol);
    const ask = level([data.a, data.A], symbol);
    if (!bid || !ask) {
      this.problem('bookTicker with fields that do not parse');
      return;
    }
    this.quote(symbol, bid, ask);
  }

  #refusal(data: Json): void {
    const { code, msg } = isObject(data.error) ? data.error : data;
    this.problem(`error ${String(code)}: ${String(msg)}`);
  }

  // --- what comes over HTTP --------------------------------------------------------------------------------------

  protected override body(url: string, body: Json): void {
    const [path, query] = url.split('?', 2);
    const symbol = new URLSearchParams(query).get('symbol');
    if ('code' in body) this.#refusal(body);
    else if (path.endsWith('/depth') && symbol) this.#snapshot(this.market(symbol), body);
    else if (path.endsWith('/exchangeInfo')) {
      for (const facts of exchangeInfoFacts(body)) this.#exchangeInfo.set(facts.symbol, facts);
    } else super.body(url, body);
  }

  /** Some recorders keep a snapshot without its request: it can be told whose it is when there is one symbol only. */
  #bareSnapshot(data: Json): void {
    const [symbol, ...others] = this.connection.carried.keys();
    if (symbol && others.length === 0) this.#snapshot(symbol, data);
    else this.problem('snapshot that does not say its symbol');
  }

  #snapshot(symbol: SymbolState, body: Json): void {
    this.exchangeAt = exchangeTime(body);
    const { lastUpdateId, bids, asks } = body;
    if (!Number.isSafeInteger(lastUpdateId) || !Array.isArray(bids) || !Array.isArray(asks)) {
      this.problem('snapshot with fields that do not parse');
      return;
    }
    if (!symbol.depth.accepts(lastUpdateId as number)) {
      // One that comes while the book is whole is old news; else it was fetched too early, and another must follow.
      if (!symbol.depth.isWhole) this.problem('snapshot older than the updates kept for it');
      return;
    }
    const kept = symbol.depth.restart(lastUpdateId as number);
    this.bookClear(symbol);
    this.#levels(symbol, bids, asks, EventFlag.snapshot);
    for (const update of kept) {
      this.exchangeAt = exchangeTime(update);
      this.#takeUpdate(symbol, update);
    }
  }

  // --- what both share -------------------------------------------------------------------------------------------

  #levels(symbol: SymbolState, bids: readonly RawLevel[], asks: readonly RawLevel[], flags: number): void {
    for (const [side, levels] of [
      [Side.buy, bids],
      [Side.sell, asks],
    ] as const) {
      for (const raw of levels) {
        const [price, size] = level(raw, symbol) ?? [Number.NaN, Number.NaN];
        if (!this.level(symbol, side, price, size, flags)) return;
      }
    }
  }

  /** Updates that waited for a snapshot in vain. */
  #lose(updates: number): void {
    for (let i = 0; i < updates; i++) this.problem('depthUpdate without a snapshot');
  }
}

/** Price and size in the symbol's units; undefined if they do not parse. */
function level(raw: RawLevel, symbol: SymbolState): [price: number, size: number] | undefined {
  if (!Array.isArray(raw)) return undefined;
  const price = decimal(raw[0], symbol.instrument.priceDecimals);
  const size = decimal(raw[1], symbol.instrument.sizeDecimals);
  return price >= 0 && size >= 0 ? [price, size] : undefined;
}
