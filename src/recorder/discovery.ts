import { setTimeout as sleep } from 'node:timers/promises';
import type { FeedDiscovery, FoundMarket, Secrets } from '../feeds/socket.ts';
import { Direction } from '../market/frame.ts';
import type { FrameSink } from './connection.ts';
import { redacted } from './secrets.ts';

export interface DiscoveryOptions {
  readonly feed: FeedDiscovery;
  readonly everySeconds: number;
  /** Markets that close within this time are left out. */
  readonly skipClosingMinutes: number;
  /** Markets at most; those that close first come first. */
  readonly most: number;
  readonly secrets: Secrets;
  readonly sink: FrameSink;
  readonly log: (line: string) => void;
  readonly onMarkets: (markets: readonly string[]) => void;
}

const REQUEST_MS = 30_000;
/** Pages of one list; more than that is a mistake, not a list. */
const PAGES_MOST = 100;

/**
 * Finds markets while recording: asks for the venue's list every so often. An answer goes on the tape when it holds a
 * market that is new or whose facts have changed; a market once found stays.
 */
export class Discovery {
  readonly #options: DiscoveryOptions;
  /** What was last told of each market. */
  readonly #facts = new Map<string, string>();
  readonly #found = new Map<string, FoundMarket>();

  constructor(options: DiscoveryOptions) {
    this.#options = options;
  }

  /** Found markets that are open at `now`, milliseconds since 1970 UTC. */
  open(now: number): readonly string[] {
    return [...this.#found.values()].filter(({ closesAt }) => closesAt / 1000 > now).map(({ symbol }) => symbol);
  }

  /** Asks again and again until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(this.#options.everySeconds * 1000, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await this.ask(signal);
    }
  }

  /** Asks once. A list that cannot be had is only said: it is asked for again later. */
  async ask(signal?: AbortSignal): Promise<void> {
    const { feed, secrets, log } = this.#options;
    const candidates: FoundMarket[] = [];
    try {
      let url: string | undefined = feed.firstPage();
      for (let page = 0; url !== undefined && page < PAGES_MOST; page++) {
        const body: Buffer = await this.#get(url, signal);
        const { markets, next } = feed.read(url, body.toString('utf8'));
        if (this.#tellsSomething(markets)) this.#keep(url, body);
        candidates.push(...markets);
        url = next;
      }
    } catch (error) {
      if (!signal?.aborted) log(`markets could not be listed: ${redacted((error as Error).message, secrets)}`);
      return;
    }
    this.#choose(candidates);
  }

  async #get(url: string, signal?: AbortSignal): Promise<Buffer> {
    const { feed, secrets } = this.#options;
    const timeout = AbortSignal.timeout(REQUEST_MS);
    const response = await fetch(url, {
      headers: feed.headers(url, Date.now(), secrets),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    if (!response.ok) throw new Error(`GET ${url}: status ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  }

  #tellsSomething(markets: readonly FoundMarket[]): boolean {
    let news = false;
    for (const { symbol, facts } of markets) {
      if (this.#facts.get(symbol) === facts) continue;
      this.#facts.set(symbol, facts);
      news = true;
    }
    return news;
  }

  /** Request and answer, on a connection of their own. */
  #keep(url: string, body: Buffer): void {
    const { sink } = this.#options;
    const number = sink.nextConnection();
    sink.append(number, Direction.out, Buffer.from(`GET ${url}`, 'utf8'), false);
    sink.append(number, Direction.in, body, false);
  }

  #choose(candidates: readonly FoundMarket[]): void {
    const { skipClosingMinutes, most, log, onMarkets } = this.#options;
    const now = Date.now();
    const room = most - this.open(now).length;
    // A market that moved from one page to the next while we asked is there twice.
    const fresh = [...new Map(candidates.map((market) => [market.symbol, market])).values()]
      .filter(({ symbol, closesAt }) => !this.#found.has(symbol) && closesAt / 1000 > now + skipClosingMinutes * 60_000)
      .sort((a, b) => a.closesAt - b.closesAt || (a.symbol < b.symbol ? -1 : 1));
    const chosen = fresh.slice(0, Math.max(0, room));
    for (const market of chosen) this.#found.set(market.symbol, market);
    if (chosen.length === 0) return;
    const left = fresh.length - chosen.length;
    log(`${chosen.length} new markets${left > 0 ? `, ${left} left out (most: ${most})` : ''}`);
    onMarkets(chosen.map(({ symbol }) => symbol));
  }
}
