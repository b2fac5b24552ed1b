import { setTimeout as sleep } from 'node:timers/promises';
import type { FeedDiscovery, FoundMarket, Listing, MarketStatus, Secrets } from '../feeds/socket.ts';
import { Direction } from '../market/frame.ts';
import { type BackOff, waitAfter } from './back-off.ts';
import type { FrameSink } from './connection.ts';
import { redacted } from './secrets.ts';

export interface DiscoveryOptions {
  readonly feed: FeedDiscovery;
  /** Without `unopened`, a market that is known before it opens is taken when it opens. */
  readonly status: readonly MarketStatus[];
  readonly everySeconds: number;
  /** Markets that close within this time are left out. */
  readonly skipClosingMinutes: number;
  /** Open markets at most; those that close first come first. */
  readonly most: number;
  readonly backOff: BackOff;
  readonly secrets: Secrets;
  readonly sink: FrameSink;
  readonly log: (line: string) => void;
  readonly onMarkets: (markets: readonly string[]) => void;
  /** Markets that have closed, and of which nothing more is expected. */
  readonly onOver: (markets: readonly string[]) => void;
}

const REQUEST_MS = 30_000;
/** Requests for one address while the venue is busy or not there. */
const TRIES = 4;
/** Addresses of one round; more than that is a mistake, not a list. */
const ADDRESSES_MOST = 10_000;
/** Markets often come up many at once: those told of within this time are asked for together. */
const COLLECT_MS = 250;
const TURN_MS = 1_000;
/** So much before it opens a market is taken, that nothing of its opening is missed. */
const AHEAD_MS = 10_000;
/** A market's last messages, and corrections of its closing time, come within this time after its close. */
const AFTERMATH_MS = 5 * 60_000;

/**
 * Finds markets while recording: asks for the venue's lists every so often, and for single markets as soon as the venue
 * tells of them. An answer goes on the tape when it holds something new or changed. Of the markets that are known,
 * those are taken that are open, or about to be; a market once taken stays until it is over.
 */
export class Discovery {
  readonly #options: DiscoveryOptions;
  /** What was last told of each series. */
  readonly #series = new Map<string, string>();
  /** Markets that are not over, taken or not. */
  readonly #known = new Map<string, FoundMarket>();
  readonly #taken = new Set<string>();
  /** Markets to be asked for by name. */
  readonly #unasked = new Set<string>();
  /** Addresses to be asked until each has answered once. */
  readonly #once: Set<string>;

  constructor(options: DiscoveryOptions) {
    this.#options = options;
    this.#once = new Set(options.feed.once());
  }

  /** Taken markets that are open at `now`, milliseconds since 1970 UTC. */
  open(now: number): readonly string[] {
    return [...this.#taken].filter((symbol) => (this.#known.get(symbol)?.closesAt ?? 0) / 1000 > now);
  }

  /** The venue tells of these: those that are wanted are asked for soon. */
  hear(symbols: readonly string[]): void {
    for (const symbol of symbols) if (this.#options.feed.wants(symbol)) this.#unasked.add(symbol);
  }

  /** Goes on until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([
      repeat(this.#options.everySeconds * 1000, signal, () => this.sync(signal)),
      repeat(COLLECT_MS, signal, () => this.#lookUp(signal)),
      repeat(TURN_MS, signal, () => this.#turn()),
    ]);
  }

  /** One round through all lists. What cannot be had is only said: the next round asks again. */
  async sync(signal: AbortSignal): Promise<void> {
    const listed = await this.#walk([...this.#once, ...this.#options.feed.lists()], signal);
    this.#turn();
    // What has left the lists has closed early, or is paused: only its own facts say which.
    if (listed) this.hear(this.open(Date.now()).filter((symbol) => !listed.has(symbol)));
  }

  async #lookUp(signal: AbortSignal): Promise<void> {
    if (this.#unasked.size === 0) return;
    await pause(COLLECT_MS, signal);
    const symbols = [...this.#unasked];
    this.#unasked.clear();
    await this.#walk(this.#options.feed.lookUps(symbols), signal);
    this.#turn();
  }

  /** Asks these addresses and those that the answers lead to; returns all markets listed, if every one has answered. */
  async #walk(addresses: readonly string[], signal: AbortSignal): Promise<Set<string> | undefined> {
    const { feed, log } = this.#options;
    const listed = new Set<string>();
    const waiting = [...addresses];
    const asked = new Set<string>();
    let failures = 0;
    for (let url = waiting.shift(); url !== undefined; url = waiting.shift()) {
      if (asked.has(url)) continue;
      if (asked.size === ADDRESSES_MOST) {
        log(`markets: a round of more than ${ADDRESSES_MOST} requests was cut short`);
        return undefined;
      }
      asked.add(url);
      try {
        const body = await this.#get(url, signal);
        const listing = feed.read(url, body.toString('utf8'));
        if (this.#learn(listing)) this.#keep(url, body);
        this.#once.delete(url);
        for (const { symbol } of listing.markets) listed.add(symbol);
        waiting.unshift(...listing.next);
      } catch (error) {
        if (signal.aborted) return undefined;
        this.#say(url, `markets could not be listed: ${(error as Error).message}`);
        // Who does not answer here does not answer elsewhere; a single bad address is passed over.
        if (error instanceof NoAnswer) return undefined;
        failures++;
      }
    }
    return failures === 0 ? listed : undefined;
  }

  /** Asks again, ever more slowly, while the venue is busy or not there. */
  async #get(url: string, signal: AbortSignal): Promise<Buffer> {
    const { backOff } = this.#options;
    for (let failures = 1; ; failures++) {
      try {
        return await this.#request(url, signal);
      } catch (error) {
        if (signal.aborted || failures === TRIES || !(error instanceof NoAnswer)) throw error;
        const wait = Math.min(error.retryAfterMs ?? waitAfter(failures, backOff), backOff.mostSeconds * 1000);
        this.#say(url, `${error.message}, asked again in ${(wait / 1000).toFixed(1)} s`);
        await pause(wait, signal);
      }
    }
  }

  async #request(url: string, signal: AbortSignal): Promise<Buffer> {
    const { feed, secrets } = this.#options;
    const headers = feed.headers(url, Date.now(), secrets);
    const patience = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]);
    let response: Response;
    let body: Buffer;
    try {
      response = await fetch(url, { headers, signal: patience });
      body = Buffer.from(await response.arrayBuffer());
    } catch (error) {
      const { message, cause } = error as Error;
      throw new NoAnswer((cause as Error | undefined)?.message || message);
    }
    if (response.ok) return body;
    const reason = `status ${response.status}`;
    if (response.status !== 429 && response.status < 500) throw new Error(reason);
    throw new NoAnswer(reason, response.headers.get('retry-after'));
  }

  /** Whether the answer holds something new. */
  #learn({ series, markets }: Listing): boolean {
    let news = false;
    for (const { symbol, facts } of series) {
      news ||= this.#series.get(symbol) !== facts;
      this.#series.set(symbol, facts);
    }
    for (const market of markets) {
      news ||= this.#known.get(market.symbol)?.facts !== market.facts;
      this.#known.set(market.symbol, market);
    }
    return news;
  }

  /** Request and answer, on a connection of their own. */
  #keep(url: string, body: Buffer): void {
    this.#options.sink.append(this.#asked(url), Direction.in, body, false);
  }

  /** On the tape and in the log. */
  #say(url: string, text: string): void {
    const { sink, secrets } = this.#options;
    sink.note(this.#asked(url), { note: 'remark', text: redacted(`GET ${url}: ${text}`, secrets) });
  }

  #asked(url: string): number {
    const { sink } = this.#options;
    const number = sink.nextConnection();
    sink.append(number, Direction.out, Buffer.from(`GET ${url}`, 'utf8'), false);
    return number;
  }

  #turn(): void {
    const now = Date.now();
    this.#take(now);
    this.#forget(now);
  }

  #take(now: number): void {
    const { status, skipClosingMinutes, most, log, onMarkets } = this.#options;
    const room = most - this.open(now).length;
    if (room <= 0) return;
    const opens = status.includes('unopened') ? Number.POSITIVE_INFINITY : now + AHEAD_MS;
    const closes = now + skipClosingMinutes * 60_000;
    const fresh = [...this.#known.values()]
      .filter(({ symbol, opensAt, closesAt }) => {
        return opensAt / 1000 <= opens && closesAt / 1000 > closes && !this.#taken.has(symbol);
      })
      .sort((a, b) => a.closesAt - b.closesAt || (a.symbol < b.symbol ? -1 : 1));
    const chosen = fresh.slice(0, room).map(({ symbol }) => symbol);
    if (chosen.length === 0) return;
    for (const symbol of chosen) this.#taken.add(symbol);
    const left = fresh.length - chosen.length;
    log(`${chosen.length} new markets${left > 0 ? `, ${left} left out (most: ${most})` : ''}`);
    onMarkets(chosen);
  }

  #forget(now: number): void {
    const over: string[] = [];
    for (const { symbol, closesAt } of this.#known.values()) {
      if (closesAt / 1000 + AFTERMATH_MS > now) continue;
      this.#known.delete(symbol);
      if (this.#taken.delete(symbol)) over.push(symbol);
    }
    if (over.length > 0) this.#options.onOver(over);
  }
}

/** The venue is busy, out of order or not there. */
class NoAnswer extends Error {
  /** What the venue asks for; undefined: it does not say. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, retryAfter: string | null = null) {
    super(message);
    const seconds = retryAfter === null ? Number.NaN : Number(retryAfter);
    this.retryAfterMs = seconds >= 0 ? seconds * 1000 : undefined;
  }
}

/** Resolves early when `signal` is aborted. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}

async function repeat(milliseconds: number, signal: AbortSignal, work: () => Promise<void> | void): Promise<void> {
  while (!signal.aborted) {
    await pause(milliseconds, signal);
    if (!signal.aborted) await work();
  }
}
