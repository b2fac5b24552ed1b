/** How a feed's WebSocket is opened, kept alive and healed. A feed describes; the recorder owns socket, clock and tape. */

/** Secrets by name, e.g. `keyId` -> its value. They may be sent and signed with, never written down. */
export type Secrets = Readonly<Record<string, string>>;

/** What a recorder's config says about the feed. */
export interface FeedSettings {
  /** Address instead of the feed's own. */
  readonly url?: string;
  readonly environment: 'production' | 'demo';
  readonly channels: readonly string[];
  readonly markets: readonly string[];
  /** Markets are found while recording: none yet does not mean all. */
  readonly discovers?: boolean;
  /** New markets are wanted as soon as the venue tells of them: see `Reaction.news`. */
  readonly lifecycle?: boolean;
  /** Only the first of several connections takes what is not about single markets. */
  readonly isFirst?: boolean;
  /** Sent as they are after connecting. */
  readonly messages: readonly string[];
  readonly keepAlive?: { readonly seconds: number; readonly message: string };
}

/** What to do about a message of the venue. */
export interface Reaction {
  readonly send?: readonly string[];
  /** An address to GET; request and answer become frames. */
  readonly get?: string;
  /** Markets of which the venue tells something new: their facts are to be asked for over HTTP. */
  readonly news?: readonly string[];
  /** Something may be missing from here on: a gap on the tape. */
  readonly gap?: string;
  /** The connection is of no more use: close it and connect again. */
  readonly reconnect?: string;
}

/**
 * One connection's life, from handshake to close. Texts may hold `${name}`: the secret's value takes its place on the
 * wire only; the tape and everything else see the text as it is here.
 */
export interface FeedSession {
  readonly url: string;
  /** Values may be secret: they are not recorded. `now` is milliseconds since 1970 UTC. */
  headers(now: number, secrets: Secrets): Readonly<Record<string, string>>;
  /** To be sent as soon as the socket is open. */
  greeting(): readonly string[];
  /** Sees every message after it is on the tape. Must be quick: it runs for each one. */
  onMessage?(payload: Buffer, binary: boolean): Reaction | undefined;
  /** The venue's own time of a message, milliseconds since 1970 UTC; NaN where it says none. Asked for now and then. */
  venueTime?(payload: Buffer): number;
  /** What to send so that these markets come too; feeds that cannot have none. */
  addMarkets?(markets: readonly string[]): readonly string[];
  /** What to send so that these markets, which are over, come no more. */
  removeMarkets?(markets: readonly string[]): readonly string[];
  readonly keepAlive?: { readonly seconds: number; readonly message: string };
}

/** Which markets are wanted. */
export interface DiscoveryFilter {
  /** Series tickers and categories of series; neither: every market. */
  readonly series: readonly string[];
  readonly categories: readonly string[];
  readonly status: readonly MarketStatus[];
  /** Base address instead of the feed's own. */
  readonly url?: string;
}

/** unopened: listed, and trading has not begun. */
export type MarketStatus = 'unopened' | 'open';

/** What a venue tells over HTTP of a market or of a series of markets. */
export interface Told {
  readonly symbol: string;
  /** Everything about it that does not change with trading, as a text to compare. */
  readonly facts: string;
}

/** Times are microseconds since 1970 UTC. */
export interface FoundMarket extends Told {
  readonly opensAt: number;
  readonly closesAt: number;
}

export interface Listing {
  readonly series: readonly Told[];
  readonly markets: readonly FoundMarket[];
  /** Addresses that this answer leads to: the next page, the markets of a series. */
  readonly next: readonly string[];
}

/** How a feed tells of its markets over HTTP. */
export interface FeedDiscovery {
  headers(url: string, now: number, secrets: Secrets): Readonly<Record<string, string>>;
  /** Addresses to ask once, before all others. */
  once(): readonly string[];
  /** Addresses from which every wanted market can be reached. */
  lists(): readonly string[];
  /** Addresses that tell of these markets. */
  lookUps(symbols: readonly string[]): readonly string[];
  /** What the answer to `url` says. Throws when it is no such answer. */
  read(url: string, text: string): Listing;
  /** Whether a market of this name is one of those that were asked for. */
  wants(symbol: string): boolean;
}

/** Replaces each `${name}` by the secret of that name. */
export function withSecrets(text: string, secrets: Secrets): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (_match, name: string) => {
    const value = secrets[name];
    if (value === undefined) throw new Error(`no secret is called ${name}: add it under secrets`);
    return value;
  });
}
