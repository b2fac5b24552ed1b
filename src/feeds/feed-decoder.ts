import { type EventBatch, EventFlag, EventKind, GapCode, LifecycleCode, Side } from '../market/event.ts';
import { countProblem, type Decoder, Direction, type FrameView, type Note, type Problems } from '../market/frame.ts';
import type { Instrument, InstrumentFacts } from '../market/instrument.ts';
import type { Micros } from '../market/units.ts';
import { type Json, parseObject } from './json.ts';

/** An instrument as a decoder knows it. Decoders add what they must remember between frames. */
export interface Listed {
  readonly index: number;
  readonly instrument: Instrument;
}

export interface Connection<M> {
  /** Asked for over HTTP; the next frame that comes in is the body. */
  request: string | undefined;
  /** What it has carried: `EventFlag.book` and `EventFlag.trades` by market, so that its end is a gap in these. */
  readonly carried: Map<M, number>;
  /** Number of its last message, where the venue counts them; NaN before the first. */
  sequence: number;
}

/**
 * What decoders of JSON feeds share: listing instruments, writing rows, telling answers to HTTP requests from messages,
 * and the gap that the end of a connection is for all that it carried.
 */
export abstract class FeedDecoder<M extends Listed> implements Decoder {
  readonly instruments: Instrument[] = [];
  readonly problems: Problems = new Map();
  /** What the tape's header knows, by symbol. */
  protected readonly facts: ReadonlyMap<string, InstrumentFacts>;
  /** The venue's time of the rows that follow; 0 = it does not say. */
  protected exchangeAt: Micros = 0;
  /** That of the frame being decoded. */
  protected connection!: Connection<M>;
  readonly #connections = new Map<number, Connection<M>>();
  readonly #markets = new Map<string, M>();
  #frame = 0;
  #receivedAt: Micros = 0;
  #out!: EventBatch;

  constructor(facts: readonly InstrumentFacts[]) {
    this.facts = new Map(facts.map((fact) => [fact.symbol, fact]));
  }

  /** A message that the venue sent by itself. */
  protected abstract message(message: Json): void;
  /** The instrument of a symbol met for the first time. */
  protected abstract contract(symbol: string): Instrument;
  /** What to remember of it. */
  protected abstract remember(listed: Listed): M;
  /** What was known of the market's book or trades (`flags`) is of no use any more. */
  protected abstract forget(market: M, flags: number): void;

  /** The answer to an HTTP request. */
  protected body(url: string, _body: Json): void {
    this.problem(`unknown request ${url.split('?', 1)[0]}`);
  }

  /** Undefined for what says nothing; what cannot be read is a problem. */
  protected parse(frame: FrameView): Json | undefined {
    const message = parseObject(frame.text());
    if (!message) this.problem('malformed JSON');
    return message;
  }

  decode(frame: FrameView, out: EventBatch): void {
    this.#out = out;
    this.#frame = frame.sequence;
    this.#receivedAt = frame.receivedAt;
    this.exchangeAt = 0;
    this.connection = this.#connection(frame.connection);
    if (frame.direction === Direction.out) {
      // Other commands (subscribe) change nothing in what messages mean.
      const text = frame.text();
      if (text.startsWith('GET ')) this.connection.request = text.slice(4);
      return;
    }
    const { request } = this.connection;
    if (frame.direction === Direction.in) this.connection.request = undefined;
    const message = this.parse(frame);
    if (!message) return;
    if (frame.direction === Direction.note) this.#note(frame.connection, message as unknown as Note);
    else if (request === undefined) this.message(message);
    else this.body(request, message);
  }

  #connection(number: number): Connection<M> {
    let connection = this.#connections.get(number);
    if (!connection) {
      connection = { request: undefined, carried: new Map(), sequence: Number.NaN };
      this.#connections.set(number, connection);
    }
    return connection;
  }

  #note(number: number, note: Note): void {
    if (note.note !== 'disconnected' && note.note !== 'gap') return;
    this.gapInAll(note.note === 'gap' ? GapCode.recorder : GapCode.disconnected);
    if (note.note === 'disconnected') this.#connections.delete(number);
  }

  // --- markets ---------------------------------------------------------------------------------------------------

  protected market(symbol: string): M {
    let market = this.#markets.get(symbol);
    if (!market) {
      const instrument = this.contract(symbol);
      market = this.remember({ index: this.instruments.push(instrument) - 1, instrument });
      this.#markets.set(symbol, market);
      this.row(market, EventKind.lifecycle, Side.none, 0, 0, LifecycleCode.listed);
    }
    return market;
  }

  protected known(symbol: string): M | undefined {
    return this.#markets.get(symbol);
  }

  /** The market of a message, and that its connection carries `flag` of it. */
  protected carried(symbol: string, flag: number): M {
    const market = this.market(symbol);
    const { carried } = this.connection;
    carried.set(market, (carried.get(market) ?? 0) | flag);
    return market;
  }

  // --- rows ------------------------------------------------------------------------------------------------------

  protected row(
    market: Listed | undefined,
    kind: EventKind,
    side: Side,
    price: number,
    size: number,
    code = 0,
    flags = 0,
    text?: string,
  ): void {
    const index = market ? market.index : -1;
    const row = this.#out.push(
      this.#frame,
      this.#receivedAt,
      this.exchangeAt,
      index,
      kind,
      side,
      price,
      size,
      code,
      flags,
    );
    if (text !== undefined) this.#out.text.set(row, text);
  }

  protected lifecycle(market: Listed | undefined, code: number, text?: string): void {
    this.row(market, EventKind.lifecycle, Side.none, 0, 0, code, 0, text);
  }

  protected quote(market: M, bid: readonly [number, number], ask: readonly [number, number]): void {
    this.row(market, EventKind.quote, Side.buy, ...bid);
    this.row(market, EventKind.quote, Side.sell, ...ask);
  }

  protected bookClear(market: M): void {
    this.row(market, EventKind.bookClear, Side.none, 0, 0, 0, EventFlag.snapshot);
  }

  /** A level's new size. One that did not parse (NaN) leaves a book that cannot be believed: then false. */
  protected level(market: M, side: Side, price: number, size: number, flags = 0): boolean {
    if (price >= 0 && size >= 0) {
      this.row(market, EventKind.bookLevel, side, price, size, 0, flags);
      return true;
    }
    this.problem('levels that do not parse');
    this.gap(market, GapCode.contradiction, EventFlag.book);
    return false;
  }

  protected gap(market: M, code: number, flags: number, missing = 0): void {
    this.forget(market, flags);
    this.row(market, EventKind.gap, Side.none, 0, missing, code, flags);
  }

  /** A gap in everything that the connection of the frame has carried. */
  protected gapInAll(code: number, missing = 0): void {
    for (const [market, flags] of this.connection.carried) this.gap(market, code, flags, missing);
  }

  protected problem(reason: string): void {
    countProblem(this.problems, reason);
  }
}
