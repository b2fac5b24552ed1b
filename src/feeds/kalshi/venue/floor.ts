import { EventBatch, EventFlag, EventKind, GapCode, Side } from '../../../market/event.ts';
import { Direction, type FrameView } from '../../../market/frame.ts';
import type { InstrumentFacts } from '../../../market/instrument.ts';
import { Market } from '../../../market/market.ts';
import type { Price, Size } from '../../../market/units.ts';
import type { Json } from '../../json.ts';
import { KalshiDecoder } from '../decode.ts';
import { type Era, eraAt } from '../eras.ts';
import { ONE } from '../instruments.ts';
import { channelOfType } from './channels.ts';

/** A message of the exchange on the tape, ready to be passed on. */
export interface Told {
  readonly text: string;
  readonly message: Json;
  readonly msg: Json;
  readonly channel: string;
  /** Market or index that it is about; empty if none. */
  readonly name: string;
}

/** Messages that the tape does not have. */
export interface Hole {
  readonly channel: string;
  /** Undefined: of everything on the channel. */
  readonly name: string | undefined;
  readonly missing: number;
}

type Levels = (readonly [price: Price, size: Size])[];

/** The exchange as the tape has told it so far: books, last tickers, and where something is missing. */
export class Floor {
  era: Era = eraAt(0);
  /** What the last frame said; undefined if it was nothing that clients are told. */
  told: Told | undefined;
  /** What was missing before the last frame. */
  holes: readonly Hole[] = [];
  readonly #decoder: KalshiDecoder;
  readonly #events = new EventBatch();
  readonly #markets: Market[] = [];
  readonly #byTicker = new Map<string, Market>();
  readonly #marketIds = new Map<string, unknown>();
  readonly #tickers = new Map<string, Told>();

  constructor(facts: readonly InstrumentFacts[]) {
    this.#decoder = new KalshiDecoder(facts);
  }

  take(frame: FrameView): void {
    const events = this.#events;
    events.reset();
    this.#decoder.decode(frame, events);
    this.era = eraAt(frame.receivedAt);
    for (const instrument of this.#decoder.instruments.slice(this.#markets.length)) {
      const market = new Market(instrument, this.#markets.length);
      this.#markets.push(market);
      this.#byTicker.set(instrument.symbol, market);
    }
    const told = frame.direction === Direction.in ? toldBy(frame.text()) : undefined;
    this.holes = this.#apply(told?.channel);
    // A change without an event belongs to no book that the tape knows: before a snapshot, or of a second recording.
    const isStray = told?.message.type === 'orderbook_delta' && !this.#has(EventKind.bookLevel, EventKind.gap);
    this.told = isStray ? undefined : told;
    if (told?.msg.market_id !== undefined) this.#marketIds.set(told.name, told.msg.market_id);
    if (told?.channel === 'ticker') this.#tickers.set(told.name, told);
  }

  /** The last ticker of each market, or of the named ones. */
  tickers(names: ReadonlySet<string> | undefined): Told[] {
    return [...this.#tickers.values()].filter(({ name }) => names?.has(name) ?? true);
  }

  /** A snapshot's `msg` for the book as it stands; undefined while the tape does not know it. */
  snapshot(ticker: string, useYesPrice: boolean): Json | undefined {
    const market = this.#byTicker.get(ticker);
    if (!market?.bookComplete) return undefined;
    const { book } = market;
    const yes: Levels = [];
    for (let price = book.bidPrice; Number.isFinite(price); price = book.worse(Side.buy, price)) {
      yes.unshift([price, book.sizeAt(Side.buy, price)]);
    }
    const no: Levels = [];
    for (let price = book.askPrice; Number.isFinite(price); price = book.worse(Side.sell, price)) {
      no.unshift([useYesPrice ? price : ONE - price, book.sizeAt(Side.sell, price)]);
    }
    return {
      market_ticker: ticker,
      market_id: this.#marketIds.get(ticker) ?? '',
      ...this.era.sides({ yes, no }),
    };
  }

  /** Prices of the NO levels that the last frame told, as a client with `useYesPrice` reads them. */
  noPrices(useYesPrice: boolean): Price[] {
    const { count, kind, side, price } = this.#events;
    const prices: Price[] = [];
    for (let i = 0; i < count; i++) {
      if (kind[i] === EventKind.bookLevel && side[i] === Side.sell)
        prices.push(useYesPrice ? price[i] : ONE - price[i]);
    }
    return prices;
  }

  #has(...kinds: EventKind[]): boolean {
    const { kind, count } = this.#events;
    return kind.subarray(0, count).some((value) => kinds.includes(value as EventKind));
  }

  #apply(channel: string | undefined): Hole[] {
    const events = this.#events;
    const holes: Hole[] = [];
    for (let i = 0; i < events.count; i++) {
      const market = this.#markets[events.instrument[i]];
      market?.apply(events, i);
      // A contradiction the client finds as we did, in the same message.
      if (events.kind[i] !== EventKind.gap || events.code[i] === GapCode.contradiction) continue;
      const flags = events.flags[i];
      const of = flags & EventFlag.book ? 'orderbook_delta' : flags & EventFlag.trades ? 'trade' : channel;
      if (of) holes.push({ channel: of, name: market?.instrument.symbol, missing: events.size[i] || 1 });
    }
    return holes;
  }
}

function toldBy(text: string): Told | undefined {
  let message: Json;
  try {
    message = JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
  const channel = channelOfType.get(String(message?.type));
  if (!channel) return undefined;
  const msg = (message.msg ?? {}) as Json;
  const name = msg.market_ticker ?? msg.ticker ?? msg.index_id ?? msg.underlying_ticker;
  return { text, message, msg, channel, name: typeof name === 'string' ? name : '' };
}
