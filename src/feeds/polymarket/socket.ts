import type { FeedSession, FeedSettings } from '../socket.ts';

const HOST = 'wss://ws-subscriptions-clob.polymarket.com/ws/market';
/** Token ids in one command. */
const TOKENS_PER_COMMAND = 500;

/** Polymarket's market channel: `markets` are token ids. It has no sequence numbers, so nothing can be seen to be missing. */
export class PolymarketSession implements FeedSession {
  readonly url: string;
  /** The venue closes a connection that is silent; it answers PONG, which is not JSON. */
  readonly keepAlive = { seconds: 10, message: 'PING' };
  readonly #settings: FeedSettings;

  constructor(settings: FeedSettings) {
    this.url = settings.url ?? HOST;
    this.#settings = settings;
  }

  headers(): Readonly<Record<string, string>> {
    return {};
  }

  greeting(): readonly string[] {
    const { markets, messages } = this.#settings;
    const commands: string[] = [];
    for (let from = 0; from < markets.length; from += TOKENS_PER_COMMAND) {
      const tokens = { assets_ids: markets.slice(from, from + TOKENS_PER_COMMAND) };
      commands.push(
        JSON.stringify(
          from === 0
            ? { ...tokens, type: 'market', custom_feature_enabled: true }
            : { ...tokens, operation: 'subscribe' },
        ),
      );
    }
    return [...commands, ...messages];
  }

  venueTime(payload: Buffer): number {
    return Number(/"timestamp":"(\d{13})"/.exec(payload.toString('latin1'))?.[1] ?? Number.NaN);
  }
}
