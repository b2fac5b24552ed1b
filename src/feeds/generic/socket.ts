import type { FeedSession, FeedSettings } from '../socket.ts';

/** Any WebSocket: what to say to it is in the config, what it says is recorded as it comes. */
export class GenericSession implements FeedSession {
  readonly url: string;
  readonly keepAlive: FeedSession['keepAlive'];
  readonly #settings: FeedSettings;

  constructor(settings: FeedSettings) {
    if (settings.url === undefined) throw new Error('this feed has no address of its own: set url');
    this.url = settings.url;
    this.keepAlive = settings.keepAlive;
    this.#settings = settings;
  }

  headers(): Readonly<Record<string, string>> {
    return {};
  }

  greeting(): readonly string[] {
    return this.#settings.messages;
  }
}
