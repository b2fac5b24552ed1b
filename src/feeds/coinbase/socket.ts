import type { FeedSession, FeedSettings, Reaction } from '../socket.ts';

/** Market data need no key. */
const HOST = 'wss://advanced-trade-ws.coinbase.com';
const SEQUENCE = /"sequence_num":(\d+)/;

/**
 * Coinbase Advanced Trade: one channel per command; `heartbeats` keep quiet channels open. `sequence_num` counts every
 * message of the connection, so a hole means that something is missing, and only a new connection brings new snapshots.
 */
export class CoinbaseSession implements FeedSession {
  readonly url: string;
  readonly #settings: FeedSettings;
  #last: number | undefined;

  constructor(settings: FeedSettings) {
    this.url = settings.url ?? HOST;
    this.#settings = settings;
  }

  headers(): Readonly<Record<string, string>> {
    return {};
  }

  greeting(): readonly string[] {
    const { channels, markets, messages } = this.#settings;
    const subscribed = channels.map((channel) => JSON.stringify({ type: 'subscribe', product_ids: markets, channel }));
    return [...subscribed, JSON.stringify({ type: 'subscribe', channel: 'heartbeats' }), ...messages];
  }

  venueTime(payload: Buffer): number {
    return Date.parse(/"timestamp":"([^"]+)"/.exec(payload.toString('latin1', 0, 300))?.[1] ?? '');
  }

  onMessage(payload: Buffer): Reaction | undefined {
    const match = SEQUENCE.exec(payload.toString('latin1', 0, 300));
    if (!match) return undefined;
    const number = Number(match[1]);
    const expected = this.#last === undefined ? number : this.#last + 1;
    this.#last = number;
    if (number === expected) return undefined;
    const gap = `sequence_num went from ${expected - 1} to ${number}`;
    return { gap, reconnect: gap };
  }
}
