/** Two lines of Kalshi's wire, as a redundant recorder puts them on one tape. */
import { decoderFor } from '../../src/feeds/index.ts';
import { EventBatch } from '../../src/market/event.ts';
import {
  Direction,
  type Frame,
  FrameView,
  frameBatchOf,
  type Line,
  type Note,
  noteFrame,
  textFrame,
} from '../../src/market/frame.ts';
import { Market } from '../../src/market/market.ts';
import { formatDecimal, type Micros, type Price, parseTime, type Size } from '../../src/market/units.ts';
import { rowsOf, type StampedRow } from './events.ts';
import { MARKET } from './kalshi.ts';

type Message = Record<string, unknown>;
/** YES bids and NO bids: price and size in ten-thousandths and hundredths. */
export interface Sides {
  readonly yes: ReadonlyMap<Price, Size>;
  readonly no: ReadonlyMap<Price, Size>;
}

/** Their sids are 1, 2 and 3. */
const channels = ['orderbook_delta', 'trade', 'ticker'];
const [BOOKS, TRADES, TICKERS] = [1, 2, 3];

/** One line: its connection of the moment, with the venue's numbering. */
export class LineWire {
  readonly #lines: TwoLines;
  readonly #line: Line;
  readonly #seq = new Map<number, number>();
  connection = 0;

  constructor(lines: TwoLines, line: Line) {
    this.#lines = lines;
    this.#line = line;
  }

  /** A new connection, subscribed to books, trades and tickers of the markets; their books come after. */
  connect(...markets: string[]): StampedRow[] {
    return [...this.open(), ...channels.flatMap((channel) => this.subscribe(channel, markets))];
  }

  open(): StampedRow[] {
    this.connection = this.#lines.nextConnection(this.#line);
    this.#seq.clear();
    return this.#note({ note: 'connected', url: 'wss://venue', line: this.#line });
  }

  subscribe(channel: string, markets: readonly string[]): StampedRow[] {
    const sid = channels.indexOf(channel) + 1;
    const command = { id: sid, cmd: 'subscribe', params: { channels: [channel], market_tickers: markets } };
    this.#lines.frame(textFrame(this.#lines.stamp, this.connection, Direction.out, text(command)));
    return this.receive({ type: 'subscribed', id: sid, msg: { channel, sid } });
  }

  disconnect(): StampedRow[] {
    return this.#note({ note: 'disconnected', reason: 'cut' });
  }

  snapshot({ yes, no }: Sides, market = MARKET): StampedRow[] {
    const levels = (side: ReadonlyMap<Price, Size>) => [...side].map(([price, size]) => [dollars(price), count(size)]);
    const msg = { market_ticker: market, yes_dollars_fp: levels(yes), no_dollars_fp: levels(no) };
    return this.#numbered(BOOKS, 'orderbook_snapshot', msg);
  }

  /** A change of a level's size; a NO price for `no`. */
  change(side: 'yes' | 'no', price: Price, delta: Size, at: Micros = 0, market = MARKET): StampedRow[] {
    const msg = { market_ticker: market, price_dollars: dollars(price), delta_fp: count(delta), side, ...time(at) };
    return this.#numbered(BOOKS, 'orderbook_delta', msg);
  }

  trade(price: Price, size: Size, at: Micros, market = MARKET): StampedRow[] {
    const msg = { market_ticker: market, yes_price_dollars: dollars(price), count_fp: count(size), ...time(at) };
    return this.#numbered(TRADES, 'trade', { ...msg, taker_book_side: 'bid' });
  }

  ticker(bid: Price, ask: Price, at: Micros): StampedRow[] {
    const msg = { market_ticker: MARKET, yes_bid_dollars: dollars(bid), yes_ask_dollars: dollars(ask), ...time(at) };
    return this.receive({ type: 'ticker', sid: TICKERS, msg });
  }

  /** A message about books that never arrives. */
  miss(): void {
    this.#next(BOOKS);
  }

  missTrade(): void {
    this.#next(TRADES);
  }

  receive(message: Message | string): StampedRow[] {
    return this.#lines.frame(textFrame(this.#lines.stamp, this.connection, Direction.in, text(message)));
  }

  #numbered(sid: number, type: string, msg: Message): StampedRow[] {
    return this.receive({ type, sid, seq: this.#next(sid), msg });
  }

  #next(sid: number): number {
    const seq = (this.#seq.get(sid) ?? 0) + 1;
    this.#seq.set(sid, seq);
    return seq;
  }

  #note(note: Note): StampedRow[] {
    return this.#lines.frame(noteFrame(this.#lines.stamp, this.connection, note));
  }
}

/** Connections of line A have odd numbers, those of line B even ones; as many as a test needs. */
const connections = Array.from({ length: 1000 }, (_, i) => ({
  connection: i + 1,
  line: i % 2 === 0 ? ('A' as const) : ('B' as const),
}));

export class TwoLines {
  readonly decoder = decoderFor({ feed: 'kalshi', connections }).create([]);
  readonly a = new LineWire(this, 'A');
  readonly b = new LineWire(this, 'B');
  readonly markets: Market[] = [];
  /** Arrival of the next frame. */
  now = parseTime('2026-08-27T13:56:00Z');
  readonly #last = { A: -1, B: 0 };
  #frames = 0;

  /** Both lines up, with this book on each; a minute has passed since. */
  static up(sides: Sides): TwoLines {
    const lines = new TwoLines();
    for (const line of [lines.a, lines.b]) {
      line.connect(MARKET);
      line.snapshot(sides);
    }
    // Both are heard again, so that neither is taken for silent.
    lines.now += 60_000_000;
    for (const line of [lines.a, lines.b]) line.ticker(5200, 5400, lines.now);
    return lines;
  }

  nextConnection(line: Line): number {
    this.#last[line] += 2;
    return this.#last[line];
  }

  frame(frame: Frame): StampedRow[] {
    const batch = new EventBatch(64);
    this.decoder.decode(new FrameView().at(frameBatchOf([frame], this.#frames++), 0), batch);
    for (const instrument of this.decoder.instruments.slice(this.markets.length)) {
      this.markets.push(new Market(instrument, this.markets.length));
    }
    for (let i = 0; i < batch.count; i++) this.markets[batch.instrument[i]]?.apply(batch, i);
    return rowsOf(batch);
  }

  get stamp(): bigint {
    return BigInt(this.now) * 1000n;
  }
}

const text = (message: Message | string) => (typeof message === 'string' ? message : JSON.stringify(message));
const dollars = (price: Price) => formatDecimal(price, 4);
const count = (size: Size) => formatDecimal(size, 2);
const time = (at: Micros) => (at > 0 ? { ts_ms: at / 1000 } : {});
