import { type EventBatch, EventFlag, EventKind, GapCode, LifecycleCode, Side } from '../../market/event.ts';
import { countProblem, type Decoder, Direction, type FrameView, type Note, type Problems } from '../../market/frame.ts';
import type { Instrument, InstrumentFacts } from '../../market/instrument.ts';
import type { Micros } from '../../market/units.ts';
import { decimal, isObject, type Json, parseObject } from '../json.ts';
import { DepthSequence, type DepthUpdate, type RawLevel } from './depth.ts';
import { type BinanceMarket, binanceInstrument, exchangeInfoFacts } from './instruments.ts';
import { exchangeTime, isDepthUpdate, typeOf } from './messages.ts';

/** What is known of one symbol while decoding. */
interface SymbolState {
  readonly index: number;
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
  readonly depth: DepthSequence;
  /** The stream that tells its trades: `trade` or `aggTrade`, whichever came first. Undefined before. */
  trades: string | undefined;
}

interface Connection {
  /** Asked for over HTTP; the next frame that comes in is the body. */
  request: string | undefined;
  /** What it has carried: `EventFlag.book` and `EventFlag.trades` by symbol, so that its end is a gap in these. */
  readonly carried: Map<SymbolState, number>;
}

/** Where a message came from. */
interface Origin {
  readonly frame: number;
  readonly receivedAt: Micros;
  exchangeAt: Micros;
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
export class BinanceDecoder implements Decoder {
  readonly instruments: Instrument[] = [];
  readonly problems: Problems = new Map();
  readonly #market: BinanceMarket;
  readonly #facts: ReadonlyMap<string, InstrumentFacts>;
  readonly #exchangeInfo = new Map<string, InstrumentFacts>();
  readonly #connections = new Map<number, Connection>();
  readonly #symbols = new Map<string, SymbolState>();
  #origin: Origin = { frame: 0, receivedAt: 0, exchangeAt: 0 };
  #out!: EventBatch;

  constructor(market: BinanceMarket, facts: readonly InstrumentFacts[]) {
    this.#market = market;
    this.#facts = new Map(facts.map((fact) => [fact.symbol, fact]));
  }

  decode(frame: FrameView, out: EventBatch): void {
    this.#out = out;
    this.#origin = { frame: frame.sequence, receivedAt: frame.receivedAt, exchangeAt: 0 };
    const connection = this.#connection(frame.connection);
    const text = frame.text();
    if (frame.direction === Direction.out) {
      // Other commands (SUBSCRIBE) change nothing in what messages mean.
      if (text.startsWith('GET ')) connection.request = text.slice(4);
      return;
    }
    const message = parseObject(text);
    const { request } = connection;
    if (frame.direction === Direction.in) connection.request = undefined;
    if (!message) countProblem(this.problems, 'malformed JSON');
    else if (frame.direction === Direction.note) this.#note(frame.connection, message as unknown as Note);
    else if (request === undefined) this.#message(connection, message);
    else this.#body(request, message);
  }

  #connection(number: number): Connection {
    let connection = this.#connections.get(number);
    if (!connection) {
      connection = { request: undefined, carried: new Map() };
      this.#connections.set(number, connection);
    }
    return connection;
  }

  // --- what comes over the socket --------------------------------------------------------------------------------

  #message(connection: Connection, message: Json): void {
    const isWrapped = typeof message.stream === 'string' && isObject(message.data);
    const data = isWrapped ? (message.data as Json) : message;
    this.#origin.exchangeAt = exchangeTime(data);
    const type = typeOf(data);
    if (type === 'depthUpdate') this.#depthUpdate(connection, data);
    else if (type === 'trade' || type === 'aggTrade') this.#trade(connection, data, type);
    else if (type === 'bookTicker') this.#bookTicker(connection, data);
    else if (!isWrapped && 'lastUpdateId' in data) this.#bareSnapshot(connection, data);
    else if ('error' in data || 'code' in data) this.#refusal(data);
    // The answer to a command has a result and nothing else to say.
    else if (!('result' in data)) countProblem(this.problems, `unknown type ${type || String(message.stream)}`);
  }

  #depthUpdate(connection: Connection, data: Json): void {
    if (!isDepthUpdate(data)) {
      countProblem(this.problems, 'depthUpdate with fields that do not parse');
      return;
    }
    this.#takeUpdate(this.#carried(connection, data.s, EventFlag.book), data);
  }

  #takeUpdate(symbol: SymbolState, update: DepthUpdate): void {
    switch (symbol.depth.next(update)) {
      case 'applies':
        this.#levels(symbol, update.b, update.a, 0);
        return;
      case 'hole':
        this.#emit(symbol, EventKind.gap, Side.none, 0, 0, GapCode.sequence, EventFlag.book);
        return;
      case 'lost':
        this.#lose(1);
        return;
      default:
    }
  }

  #trade(connection: Connection, data: Json, type: string): void {
    // A marker that takes a trade id and has neither price nor size (USD-M, since 2024).
    if (data.X === 'NA') return;
    const symbol = this.#carried(connection, String(data.s), EventFlag.trades);
    symbol.trades ??= type;
    if (symbol.trades !== type) return;
    const price = decimal(data.p, symbol.priceDecimals);
    const size = decimal(data.q, symbol.sizeDecimals);
    if (!(price > 0 && size > 0) || typeof data.m !== 'boolean') {
      countProblem(this.problems, `${type} with fields that do not parse`);
      return;
    }
    // X is there on futures only. INSURANCE_FUND and ADL change hands at a price of their own, outside the book.
    const flags = data.X === undefined || data.X === 'MARKET' ? 0 : EventFlag.offBook;
    // m: the buyer was in the book, so the seller came to it.
    this.#emit(symbol, EventKind.trade, data.m ? Side.sell : Side.buy, price, size, 0, flags);
  }

  #bookTicker(connection: Connection, data: Json): void {
    const symbol = this.#carried(connection, String(data.s), 0);
    const bid = level([data.b, data.B], symbol);
    const ask = level([data.a, data.A], symbol);
    if (!bid || !ask) {
      countProblem(this.problems, 'bookTicker with fields that do not parse');
      return;
    }
    this.#emit(symbol, EventKind.quote, Side.buy, ...bid);
    this.#emit(symbol, EventKind.quote, Side.sell, ...ask);
  }

  #refusal(data: Json): void {
    const { code, msg } = isObject(data.error) ? data.error : data;
    countProblem(this.problems, `error ${String(code)}: ${String(msg)}`);
  }

  // --- what comes over HTTP --------------------------------------------------------------------------------------

  #body(url: string, body: Json): void {
    const [path, query] = url.split('?', 2);
    const symbol = new URLSearchParams(query).get('symbol');
    if ('code' in body) this.#refusal(body);
    else if (path.endsWith('/depth') && symbol) this.#snapshot(this.#symbol(symbol), body);
    else if (path.endsWith('/exchangeInfo')) {
      for (const facts of exchangeInfoFacts(body)) this.#exchangeInfo.set(facts.symbol, facts);
    } else countProblem(this.problems, `unknown request ${path}`);
  }

  /** Some recorders keep a snapshot without its request: it can be told whose it is when there is one symbol only. */
  #bareSnapshot(connection: Connection, data: Json): void {
    const [symbol, ...others] = connection.carried.keys();
    if (symbol && others.length === 0) this.#snapshot(symbol, data);
    else countProblem(this.problems, 'snapshot that does not say its symbol');
  }

  #snapshot(symbol: SymbolState, body: Json): void {
    this.#origin.exchangeAt = exchangeTime(body);
    const { lastUpdateId, bids, asks } = body;
    if (!Number.isSafeInteger(lastUpdateId) || !Array.isArray(bids) || !Array.isArray(asks)) {
      countProblem(this.problems, 'snapshot with fields that do not parse');
      return;
    }
    if (!symbol.depth.accepts(lastUpdateId as number)) {
      // One that comes while the book is whole is old news; else it was fetched too early, and another must follow.
      if (!symbol.depth.isWhole) countProblem(this.problems, 'snapshot older than the updates kept for it');
      return;
    }
    const kept = symbol.depth.restart(lastUpdateId as number);
    this.#emit(symbol, EventKind.bookClear, Side.none, 0, 0, 0, EventFlag.snapshot);
    this.#levels(symbol, bids, asks, EventFlag.snapshot);
    for (const update of kept) {
      this.#origin.exchangeAt = exchangeTime(update);
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
        const parsed = level(raw, symbol);
        if (parsed) this.#emit(symbol, EventKind.bookLevel, side, ...parsed, 0, flags);
        else {
          countProblem(this.problems, 'levels that do not parse');
          this.#lose(symbol.depth.break());
          this.#emit(symbol, EventKind.gap, Side.none, 0, 0, GapCode.contradiction, EventFlag.book);
          return;
        }
      }
    }
  }

  #note(number: number, note: Note): void {
    if (note.note !== 'disconnected' && note.note !== 'gap') return;
    const code = note.note === 'gap' ? GapCode.recorder : GapCode.disconnected;
    for (const [symbol, flags] of this.#connection(number).carried) {
      if (flags & EventFlag.book) this.#lose(symbol.depth.break());
      if (flags & EventFlag.trades) symbol.trades = undefined;
      this.#emit(symbol, EventKind.gap, Side.none, 0, 0, code, flags);
    }
    if (note.note === 'disconnected') this.#connections.delete(number);
  }

  /** Updates that waited for a snapshot in vain. */
  #lose(updates: number): void {
    for (let i = 0; i < updates; i++) countProblem(this.problems, 'depthUpdate without a snapshot');
  }

  #carried(connection: Connection, name: string, flag: number): SymbolState {
    const symbol = this.#symbol(name);
    connection.carried.set(symbol, (connection.carried.get(symbol) ?? 0) | flag);
    return symbol;
  }

  #symbol(name: string): SymbolState {
    let symbol = this.#symbols.get(name);
    if (!symbol) {
      const instrument = binanceInstrument(this.#market, name, this.#exchangeInfo.get(name), this.#facts.get(name));
      const { priceDecimals, sizeDecimals } = instrument;
      const index = this.instruments.push(instrument) - 1;
      symbol = { index, priceDecimals, sizeDecimals, depth: new DepthSequence(), trades: undefined };
      this.#symbols.set(name, symbol);
      this.#emit(symbol, EventKind.lifecycle, Side.none, 0, 0, LifecycleCode.listed);
    }
    return symbol;
  }

  #emit(symbol: SymbolState, kind: EventKind, side: Side, price: number, size: number, code = 0, flags = 0): void {
    const { frame, receivedAt, exchangeAt } = this.#origin;
    this.#out.push(frame, receivedAt, exchangeAt, symbol.index, kind, side, price, size, code, flags);
  }
}

/** Price and size in the symbol's units; undefined if they do not parse. */
function level(raw: RawLevel, symbol: SymbolState): [price: number, size: number] | undefined {
  if (!Array.isArray(raw)) return undefined;
  const price = decimal(raw[0], symbol.priceDecimals);
  const size = decimal(raw[1], symbol.sizeDecimals);
  return price >= 0 && size >= 0 ? [price, size] : undefined;
}
