import type { FeedSession, FeedSettings, Reaction, Secrets } from '../socket.ts';
import { DeltaScanner } from './delta-scanner.ts';
import { signedHeaders } from './sign.ts';
import { isTicker } from './subscriptions.ts';

const HOSTS = {
  production: 'wss://external-api-ws.kalshi.com/trade-api/ws/v2',
  demo: 'wss://external-api-ws.demo.kalshi.co/trade-api/ws/v2',
};

/** Market tickers in one command; keeps a frame well below what proxies take. */
const MARKETS_PER_COMMAND = 1000;
const LIFECYCLE_CHANNEL = 'market_lifecycle_v2';
/** Channels that take no list of markets. */
const unfiltered: ReadonlySet<string> = new Set([
  'fill',
  'market_positions',
  LIFECYCLE_CHANNEL,
  'multivariate_market_lifecycle',
  'communications',
  'order_group_updates',
  'user_orders',
]);
/** Channels whose books can be asked for again. */
const BOOK_CHANNEL = 'orderbook_delta';
/** What happens to a market that may change its facts. Its end is told in full: nothing is left to be asked. */
const newsEvents: ReadonlySet<unknown> = new Set([
  'created',
  'activated',
  'close_date_updated',
  'price_level_structure_updated',
  'metadata_updated',
]);

interface Subscription {
  readonly channel: string;
  readonly sid: number;
  lastSeq: number;
  /** As we have asked; acknowledgements are behind it. */
  markets: readonly string[];
  /** How often this hole has been tried to heal: 1 get_snapshot, 2 delete and add, 3 a new subscription. */
  tries: number;
}

/** What the venue has not answered yet. */
interface Command {
  readonly cmd: string;
  readonly channel: string;
  readonly sid: number;
  /** What a new subscription is to carry, beginning with those that the command itself names. */
  readonly markets: string[];
  readonly named?: number;
}

/**
 * One connection to Kalshi's socket: signs the handshake, subscribes, follows sequence numbers, and asks for what is
 * missing, cheapest first: the snapshots, then the markets anew, then the subscription anew. Nothing heals a channel
 * other than the books: there the hole is only noted.
 */
export class KalshiSession implements FeedSession {
  readonly url: string;
  readonly #settings: FeedSettings;
  readonly #subscriptions = new Map<number, Subscription>();
  readonly #commands = new Map<number, Command>();
  readonly #scanner = new DeltaScanner();
  #lastId = 0;

  constructor(settings: FeedSettings) {
    this.url = settings.url ?? HOSTS[settings.environment];
    this.#settings = settings;
  }

  headers(now: number, { keyId, privateKey }: Secrets): Readonly<Record<string, string>> {
    if (keyId === undefined && privateKey === undefined) return {};
    if (keyId === undefined || privateKey === undefined) {
      throw new Error('Kalshi needs two secrets: keyId and privateKey');
    }
    return signedHeaders(keyId, privateKey, 'GET', new URL(this.url).pathname, now);
  }

  greeting(): readonly string[] {
    const { channels, markets, messages, lifecycle } = this.#settings;
    const all = new Set(lifecycle ? [...channels, LIFECYCLE_CHANNEL] : channels);
    return [...[...all].flatMap((channel) => this.#subscribe(channel, markets)), ...messages];
  }

  /** Reads a message as the decoder does: what that cannot use must be a hole here too. */
  onMessage(payload: Buffer): Reaction | undefined {
    const scanner = this.#scanner;
    if (scanner.scan(payload, 0, payload.length)) return this.#follow(scanner.sid, scanner.seq);
    if (unnumbered.test(payload.toString('latin1', 0, 40))) return undefined;
    let message: Message;
    try {
      message = JSON.parse(payload.toString('utf8')) as Message;
    } catch {
      return undefined;
    }
    return message === null || typeof message !== 'object' ? undefined : this.#onMessage(message);
  }

  /** `sending_ts_ms` came in October 2026; before, changes and trades tell when they happened. Tickers round to seconds. */
  venueTime(payload: Buffer): number {
    const head = payload.toString('latin1', 0, 160);
    const sent = /"sending_ts_ms":(\d{13})/.exec(head);
    if (sent) return Number(sent[1]);
    if (!/^\{"type":"(?:orderbook_delta|trade)"/.test(head)) return Number.NaN;
    return Number(
      /"ts_ms":(\d{13})/.exec(payload.toString('latin1', Math.max(0, payload.length - 200)))?.[1] ?? Number.NaN,
    );
  }

  addMarkets(markets: readonly string[]): readonly string[] {
    const waiting = [...this.#commands.values()].filter(({ cmd }) => cmd === 'subscribe');
    return this.#settings.channels
      .filter((channel) => !unfiltered.has(channel))
      .flatMap((channel) => {
        const subscriptions = [...this.#subscriptions.values()].filter(
          (subscription) => subscription.channel === channel,
        );
        if (subscriptions.length > 0) return this.#addTo(subscriptions[0], markets);
        const asked = waiting.find((command) => command.channel === channel);
        if (!asked) return this.#subscribe(channel, markets);
        // Sent when the venue has acknowledged the first ones.
        asked.markets.push(...markets);
        return [];
      });
  }

  /**
   * Kalshi never takes a market off a subscription by itself, so one that is over is taken off here: else lists of
   * snapshots and acknowledgements would grow for as long as the recorder runs. A subscription that would be left
   * without markets ends: what none would mean to the venue is not documented. The next market opens a new one.
   */
  removeMarkets(markets: readonly string[]): readonly string[] {
    const over = new Set(markets);
    return [...this.#subscriptions.values()].flatMap((subscription) => {
      const { channel, sid } = subscription;
      const gone = subscription.markets.filter((market) => over.has(market));
      if (gone.length === 0) return [];
      if (gone.length < subscription.markets.length) {
        subscription.markets = subscription.markets.filter((market) => !over.has(market));
        return this.#update(subscription, 'delete_markets', gone);
      }
      this.#subscriptions.delete(sid);
      return [this.#command('unsubscribe', { sids: [sid] }, { channel, sid, markets: [] })];
    });
  }

  #addTo(subscription: Subscription, markets: readonly string[]): string[] {
    subscription.markets = [...new Set([...subscription.markets, ...markets])];
    return this.#update(subscription, 'add_markets', markets);
  }

  #subscribe(channel: string, markets: readonly string[]): string[] {
    const { discovers = false, isFirst = true } = this.#settings;
    if (unfiltered.has(channel)) {
      if (!isFirst) return [];
      return [this.#command('subscribe', { channels: [channel] }, { channel, sid: 0, markets: [] })];
    }
    if (markets.length === 0) {
      if (discovers || !isFirst) return [];
      return [this.#command('subscribe', { channels: [channel] }, { channel, sid: 0, markets: [] })];
    }
    const first = markets.slice(0, MARKETS_PER_COMMAND);
    return [
      this.#command(
        'subscribe',
        { channels: [channel], market_tickers: first },
        { channel, sid: 0, markets: [...markets], named: first.length },
      ),
    ];
  }

  #command(cmd: string, params: object, about: Omit<Command, 'cmd'>): string {
    const id = ++this.#lastId;
    this.#commands.set(id, { cmd, ...about });
    return JSON.stringify({ id, cmd, params });
  }

  #update(subscription: Subscription, action: string, markets: readonly string[]): string[] {
    const { channel, sid } = subscription;
    const commands: string[] = [];
    for (let from = 0; from < markets.length; from += MARKETS_PER_COMMAND) {
      const some = markets.slice(from, from + MARKETS_PER_COMMAND);
      const params = { sids: [sid], market_tickers: some, action };
      commands.push(this.#command('update_subscription', params, { channel, sid, markets: [] }));
    }
    return commands;
  }

  /** Every numbered message of a subscription, its acknowledgements too, counts one up. */
  #follow(sid: number, seq: number, type?: string): Reaction | undefined {
    const subscription = this.#subscriptions.get(sid);
    if (!subscription) return undefined;
    const expected = subscription.lastSeq + 1;
    subscription.lastSeq = seq;
    if (seq === expected) {
      if (type === 'orderbook_snapshot') subscription.tries = 0;
      return undefined;
    }
    const gap = `${subscription.channel}: sid ${sid} went from ${expected - 1} to ${seq}`;
    return { gap, send: this.#heal(subscription) };
  }

  #heal(subscription: Subscription): string[] {
    const { channel, sid, markets } = subscription;
    if (channel !== BOOK_CHANNEL) return [];
    subscription.tries++;
    if (subscription.tries === 1) return this.#update(subscription, 'get_snapshot', markets);
    if (subscription.tries === 2) {
      return [
        ...this.#update(subscription, 'delete_markets', markets),
        ...this.#update(subscription, 'add_markets', markets),
      ];
    }
    this.#subscriptions.delete(sid);
    const unsubscribe = this.#command('unsubscribe', { sids: [sid] }, { channel, sid, markets: [] });
    return [unsubscribe, ...this.#subscribe(channel, markets)];
  }

  #onMessage(message: Message): Reaction | undefined {
    const { type, id = 0, sid, seq, msg } = message;
    const command = this.#commands.get(id);
    this.#commands.delete(id);
    if (type === 'subscribed' && command && msg?.sid !== undefined) return this.#onSubscribed(command, msg);
    if (type === 'error') return this.#onError(message, command);
    const reaction = sid !== undefined && seq !== undefined ? this.#follow(sid, seq, type) : undefined;
    if (type !== LIFECYCLE_CHANNEL || !this.#settings.lifecycle || !newsEvents.has(msg?.event_type)) return reaction;
    return isTicker(msg?.market_ticker) ? { ...reaction, news: [msg.market_ticker] } : reaction;
  }

  #onSubscribed(command: Command, msg: NonNullable<Message['msg']>): Reaction | undefined {
    const { markets, named } = command;
    const subscription: Subscription = {
      channel: msg.channel ?? command.channel,
      sid: Number(msg.sid),
      lastSeq: 0,
      markets,
      tries: 0,
    };
    this.#subscriptions.set(subscription.sid, subscription);
    const rest = markets.slice(named);
    return rest.length > 0 ? { send: this.#update(subscription, 'add_markets', rest) } : undefined;
  }

  /** Codes by docs.kalshi.com, WebSocket connection: see `errors`. */
  #onError({ sid, msg }: Message, command: Command | undefined): Reaction | undefined {
    const code = Number(msg?.code);
    const subscription = this.#subscriptions.get(sid ?? command?.sid ?? -1);
    if (endsSubscription.has(code) && subscription) {
      this.#subscriptions.delete(subscription.sid);
      const { channel, markets } = subscription;
      return {
        gap: `${channel}: the venue ended sid ${subscription.sid} (error ${code})`,
        send: this.#subscribe(channel, markets),
      };
    }
    if (!command) return undefined;
    // Told that it was too much, we do not ask for more at once.
    if (command.cmd === 'update_subscription' && code !== TOO_MANY_REQUESTS) {
      return subscription && { send: this.#heal(subscription) };
    }
    const reason = `the venue refused ${command.channel}: error ${code} ${msg?.msg ?? ''}`.trim();
    if (retriable.has(code)) return { reconnect: reason };
    return command.cmd === 'subscribe' ? { gap: reason } : undefined;
  }
}

interface Message {
  readonly type?: string;
  readonly id?: number;
  readonly sid?: number;
  readonly seq?: number;
  readonly msg?: {
    readonly channel?: string;
    readonly sid?: number;
    readonly market_ticker?: string;
    readonly event_type?: string;
    readonly code?: number;
    readonly msg?: string;
  };
}

/** Channel error, and overflow of the subscription's buffer. */
const endsSubscription: ReadonlySet<number> = new Set([10, 25]);
const TOO_MANY_REQUESTS = 27;
/** Could not process, command timeout, and too many requests. */
const retriable: ReadonlySet<number> = new Set([1, 18, TOO_MANY_REQUESTS]);
/** Messages of channels that are not numbered: most of what a tape holds when it is not books. */
const unnumbered = /^\{"type":"(?:ticker|fill|market_position|user_order)",/;
