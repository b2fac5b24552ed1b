import type { FeedSession, FeedSettings, Reaction } from '../socket.ts';

const HOSTS = {
  production: { stream: 'wss://stream.binance.com:9443', rest: 'https://api.binance.com' },
  demo: { stream: 'wss://stream.testnet.binance.vision', rest: 'https://testnet.binance.vision' },
};
const SNAPSHOT_LEVELS = 5000;
/** The venue limits snapshots by weight: one of 5,000 levels costs 250 of 6,000 a minute. */
const SNAPSHOT_EVERY = 50;
const DEPTH = /"e":"depthUpdate".*?"s":"([^"]+)".*?"U":(\d+),"u":(\d+)/;

/**
 * Binance spot: streams are chosen by the address. The first depth message of a symbol, and every hole in its update
 * ids, asks for the book over HTTP; the answer is a frame too, and the decoder joins the two as the venue describes.
 */
export class BinanceSession implements FeedSession {
  readonly url: string;
  /** Undefined for a socket that is not the venue's own: a replay server has no book to ask for. */
  readonly #rest: string | undefined;
  readonly #settings: FeedSettings;
  readonly #lastId = new Map<string, number>();
  /** Messages of a symbol since its snapshot was asked for. */
  readonly #since = new Map<string, number>();

  constructor(settings: FeedSettings) {
    const host = HOSTS[settings.environment];
    const streams = settings.markets.flatMap((market) =>
      settings.channels.map((channel) => `${market.toLowerCase()}@${channel}`),
    );
    this.url = settings.url ?? `${host.stream}/stream?streams=${streams.join('/')}`;
    this.#rest = settings.url === undefined ? host.rest : undefined;
    this.#settings = settings;
  }

  headers(): Readonly<Record<string, string>> {
    return {};
  }

  greeting(): readonly string[] {
    return this.#settings.messages;
  }

  venueTime(payload: Buffer): number {
    return Number(/"E":(\d{13})/.exec(payload.toString('latin1', 0, 300))?.[1] ?? Number.NaN);
  }

  onMessage(payload: Buffer): Reaction | undefined {
    const match = DEPTH.exec(payload.toString('latin1', 0, 300));
    if (!match) return undefined;
    const [, symbol, first, last] = match;
    const before = this.#lastId.get(symbol);
    this.#lastId.set(symbol, Number(last));
    const since = (this.#since.get(symbol) ?? SNAPSHOT_EVERY) + 1;
    this.#since.set(symbol, since);
    const isHole = before !== undefined && Number(first) > before + 1;
    if (before !== undefined && !isHole) return undefined;
    const gap = isHole ? `${symbol}: update ids went from ${before} to ${first}` : undefined;
    if (this.#rest === undefined || since < SNAPSHOT_EVERY) return { gap };
    this.#since.set(symbol, 0);
    return { gap, get: `${this.#rest}/api/v3/depth?symbol=${symbol}&limit=${SNAPSHOT_LEVELS}` };
  }
}
