import type { FeedSession, FeedSettings, Reaction } from '../socket.ts';

export type AlpacaStream = 'stocks' | 'options' | 'trading';

const HOSTS: Readonly<Record<AlpacaStream, Readonly<Record<'production' | 'demo', string>>>> = {
  stocks: {
    production: 'wss://stream.data.alpaca.markets/v2/iex',
    demo: 'wss://stream.data.alpaca.markets/v2/test',
  },
  options: {
    production: 'wss://stream.data.alpaca.markets/v1beta1/indicative',
    demo: 'wss://stream.data.sandbox.alpaca.markets/v1beta1/indicative',
  },
  trading: { production: 'wss://api.alpaca.markets/stream', demo: 'wss://paper-api.alpaca.markets/stream' },
};

/**
 * Alpaca: stocks and options market data, and the trading stream. It authenticates by headers of the handshake, so no key
 * is ever in a message. Another data feed (sip, opra) is another `url`. There are no sequence numbers.
 */
export class AlpacaSession implements FeedSession {
  readonly url: string;
  readonly #stream: AlpacaStream;
  readonly #settings: FeedSettings;

  constructor(stream: AlpacaStream, settings: FeedSettings) {
    this.#stream = stream;
    this.url = settings.url ?? HOSTS[stream][settings.environment];
    this.#settings = settings;
  }

  headers(_now: number, { keyId, secretKey }: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    if (keyId === undefined || secretKey === undefined)
      throw new Error('Alpaca needs two secrets: keyId and secretKey');
    return {
      'APCA-API-KEY-ID': keyId,
      'APCA-API-SECRET-KEY': secretKey,
      ...(this.#stream === 'options' && { 'Content-Type': 'application/msgpack' }),
    };
  }

  greeting(): readonly string[] {
    const { channels, markets, messages } = this.#settings;
    if (this.#stream === 'trading') {
      return [JSON.stringify({ action: 'listen', data: { streams: ['trade_updates'] } }), ...messages];
    }
    if (channels.length === 0) return messages;
    const lists = Object.fromEntries(channels.map((channel) => [channel, markets]));
    return [JSON.stringify({ action: 'subscribe', ...lists }), ...messages];
  }

  /** Of the first row of a message; msgpack is not looked into. */
  venueTime(payload: Buffer): number {
    return Date.parse(/"t":"(\d{4}-[^"]+)"/.exec(payload.toString('latin1', 0, 300))?.[1] ?? '');
  }

  onMessage(payload: Buffer): Reaction | undefined {
    const head = payload.toString('latin1', 0, 200);
    if (!head.startsWith('[{"T":"error"')) return undefined;
    const code = /"code":(\d+)/.exec(head)?.[1];
    return code !== undefined && fatal.has(code) ? { reconnect: `the venue refused: ${head}` } : undefined;
  }
}

/** Not authenticated, auth failed, auth timeout, connection limit, slow client, internal. */
const fatal: ReadonlySet<string> = new Set(['401', '402', '404', '406', '407', '500']);
