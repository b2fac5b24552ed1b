/** Kalshi's end of the socket with a tape told by a test, and clients that keep what they hear. */
import { KalshiDecoder } from '../../src/feeds/kalshi/decode.ts';
import { KalshiVenue } from '../../src/feeds/kalshi/venue/venue.ts';
import type { VenueSession } from '../../src/feeds/venue-socket.ts';
import { EventBatch } from '../../src/market/event.ts';
import { Direction, FrameView, frameBatchOf, type Note, noteFrame, textFrame } from '../../src/market/frame.ts';
import { Market } from '../../src/market/market.ts';
import { parseTime } from '../../src/market/units.ts';

type Message = Record<string, unknown>;

const asText = (message: Message | string): string => (typeof message === 'string' ? message : JSON.stringify(message));

/** What somebody knows of Kalshi's books who decodes the frames it is given. */
export class Observer {
  readonly decoder = new KalshiDecoder([]);
  readonly markets: Market[] = [];
  readonly #events = new EventBatch();
  #frames = 0;

  see(frame: FrameView): void {
    this.#events.reset();
    this.decoder.decode(frame, this.#events);
    for (const instrument of this.decoder.instruments.slice(this.markets.length)) {
      this.markets.push(new Market(instrument, this.markets.length));
    }
    const { count, instrument } = this.#events;
    for (let i = 0; i < count; i++) this.markets[instrument[i]]?.apply(this.#events, i);
  }

  text(text: string, at: number, direction: Direction): void {
    const frame = textFrame(BigInt(at) * 1000n, 1, direction, text);
    this.see(new FrameView().at(frameBatchOf([frame], this.#frames++), 0));
  }

  /** All levels, best first; undefined while the book is not known. */
  book(ticker: string): string[] | undefined {
    const market = this.markets.find(({ instrument }) => instrument.symbol === ticker);
    if (!market?.bookComplete) return undefined;
    const { book } = market;
    const levels: string[] = [];
    for (let price = book.bidPrice; Number.isFinite(price); price = book.worse(1, price)) {
      levels.push(`bid ${price} ${book.sizeAt(1, price)}`);
    }
    for (let price = book.askPrice; Number.isFinite(price); price = book.worse(-1, price)) {
      levels.push(`ask ${price} ${book.sizeAt(-1, price)}`);
    }
    return levels;
  }
}

export class VenueClient {
  readonly texts: string[] = [];
  readonly observer = new Observer();
  readonly session: VenueSession;
  readonly #now: () => number;
  #read = 0;

  constructor(venue: KalshiVenue, now: () => number) {
    this.#now = now;
    this.session = venue.connect((text) => {
      this.texts.push(text);
      this.observer.text(text, now(), Direction.in);
    });
  }

  /** Sends a command and returns the messages that came at once. */
  say(command: Message | string): Message[] {
    const text = asText(command);
    if (typeof command !== 'string') this.observer.text(text, this.#now(), Direction.out);
    this.news();
    this.session.command(text);
    return this.news();
  }

  subscribe(channels: readonly string[], tickers?: readonly string[], params: Message = {}): Message[] {
    return this.say({ id: 1, cmd: 'subscribe', params: { channels, market_tickers: tickers, ...params } });
  }

  update(action: string, sid: number, tickers: readonly string[], id = 7): Message[] {
    return this.say({ id, cmd: 'update_subscription', params: { sids: [sid], market_tickers: tickers, action } });
  }

  /** Messages since the last look. */
  news(): Message[] {
    const fresh = this.texts.slice(this.#read);
    this.#read = this.texts.length;
    return fresh.map((text) => JSON.parse(text));
  }
}

export class VenueScript {
  readonly venue = new KalshiVenue([]);
  now: number;
  #frames = 0;

  constructor(now = '2026-08-27T13:56:00Z') {
    this.now = parseTime(now);
  }

  client(): VenueClient {
    return new VenueClient(this.venue, () => this.now);
  }

  /** The next frame of the tape. */
  tell(message: Message | string, connection = 1): void {
    this.#take(textFrame(BigInt(this.now) * 1000n, connection, Direction.in, asText(message)));
  }

  note(note: Note, connection = 1): void {
    this.#take(noteFrame(BigInt(this.now) * 1000n, connection, note));
  }

  #take(frame: Parameters<typeof frameBatchOf>[0][number]): void {
    this.venue.take(new FrameView().at(frameBatchOf([frame], this.#frames++), 0));
  }
}
