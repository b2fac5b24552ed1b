import type { Json } from '../json.ts';

/** One subscription (`sid`) of one connection: its channel, its count of messages, and which markets it carries. */
export class Subscription {
  readonly sid: number;
  channel: string;
  /** NO levels come in YES prices (`use_yes_price` of the command). */
  useYesPrice = false;
  /** Instrument numbers met on or asked of this subscription, in order. */
  readonly markets = new Set<number>();
  #last: number;

  /** `last` = 0 when the acknowledgement was seen, so that the first message must be 1; NaN when not. */
  constructor(sid: number, channel: string, last: number) {
    this.sid = sid;
    this.channel = channel;
    this.#last = last;
  }

  /** Takes the next `seq` and returns how many messages are missing before it: 0 if none. */
  missingBefore(seq: number): number {
    const missing = Number.isNaN(this.#last) ? 0 : seq - this.#last - 1;
    this.#last = seq;
    return missing;
  }
}

export function isTicker(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

interface Command {
  readonly useYesPrice: boolean;
  readonly tickers: readonly string[];
}

/** What one socket connection has been asked for and has been told. `sid` and `seq` begin anew on each. */
export class Connection {
  readonly subscriptions = new Map<number, Subscription>();
  /** A request over HTTP: what comes in is its answer. */
  isRequest = false;
  readonly #commands = new Map<number, Command>();

  /** A frame that we sent. */
  command(message: Json): void {
    if (message.cmd !== 'subscribe' || typeof message.id !== 'number') return;
    const params = (message.params ?? {}) as Json;
    const tickers = Array.isArray(params.market_tickers) ? params.market_tickers : [params.market_ticker];
    this.#commands.set(message.id, {
      useYesPrice: params.use_yes_price === true,
      tickers: tickers.filter(isTicker),
    });
  }

  /** An acknowledged subscription; returns it with the tickers that were asked for. */
  subscribed(id: unknown, sid: number, channel: string): { subscription: Subscription; tickers: readonly string[] } {
    const command = this.#commands.get(id as number);
    const subscription = new Subscription(sid, channel, 0);
    subscription.useYesPrice = command?.useYesPrice ?? false;
    this.subscriptions.set(sid, subscription);
    return { subscription, tickers: command?.tickers ?? [] };
  }

  /**
   * The subscription of a message; one whose acknowledgement is not on the tape is made up from the message. `channel`
   * is empty where the message does not tell.
   */
  of(sid: number, channel: string): Subscription {
    let subscription = this.subscriptions.get(sid);
    if (!subscription) {
      subscription = new Subscription(sid, channel, Number.NaN);
      this.subscriptions.set(sid, subscription);
    } else if (subscription.channel === '') subscription.channel = channel;
    return subscription;
  }
}

/** Types that mean nothing without a `market_ticker`. */
export const aboutMarkets: ReadonlySet<string> = new Set([
  'orderbook_delta',
  'orderbook_snapshot',
  'trade',
  'ticker',
  'market_lifecycle_v2',
  'multivariate_market_lifecycle',
]);

/** The channel whose messages bear this type, as far as it matters: books and trades. Replies to commands name none. */
export function channelOf(type: string): string {
  if (type === 'ok' || type === 'unsubscribed' || type === 'error') return '';
  return type === 'orderbook_snapshot' ? 'orderbook_delta' : type;
}
