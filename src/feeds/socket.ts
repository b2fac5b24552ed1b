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
  readonly keepAlive?: { readonly seconds: number; readonly message: string };
}

/** Which markets are wanted. */
export interface DiscoveryFilter {
  /** Series tickers; none: every open market. */
  readonly series: readonly string[];
  /** Base address instead of the feed's own. */
  readonly url?: string;
}

export interface FoundMarket {
  readonly symbol: string;
  /** Microseconds since 1970 UTC. */
  readonly closesAt: number;
  /** Everything about it that does not change with trading, as a text to compare. */
  readonly facts: string;
}

/** How a feed lists its markets over HTTP. */
export interface FeedDiscovery {
  headers(url: string, now: number, secrets: Secrets): Readonly<Record<string, string>>;
  firstPage(): string;
  /** Markets of the answer to `url`, and the address of the next page. Throws when it is no such answer. */
  read(url: string, text: string): { readonly markets: readonly FoundMarket[]; readonly next: string | undefined };
}

/** Replaces each `${name}` by the secret of that name. */
export function withSecrets(text: string, secrets: Secrets): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (_match, name: string) => {
    const value = secrets[name];
    if (value === undefined) throw new Error(`no secret is called ${name}: add it under secrets`);
    return value;
  });
}
