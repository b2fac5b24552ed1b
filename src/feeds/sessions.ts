/** Which feeds have a socket of their own, by hand. Any other name is recorded as it comes. */
import { AlpacaSession } from './alpaca/socket.ts';
import { BinanceSession } from './binance/socket.ts';
import { CoinbaseSession } from './coinbase/socket.ts';
import { GenericSession } from './generic/socket.ts';
import { KalshiDiscovery } from './kalshi/discovery.ts';
import { KalshiSession } from './kalshi/socket.ts';
import { PolymarketSession } from './polymarket/socket.ts';
import type { DiscoveryFilter, FeedDiscovery, FeedSession, FeedSettings } from './socket.ts';

const sessions: Readonly<Record<string, (settings: FeedSettings) => FeedSession>> = {
  kalshi: (settings) => new KalshiSession(settings),
  binance: (settings) => new BinanceSession(settings),
  coinbase: (settings) => new CoinbaseSession(settings),
  polymarket: (settings) => new PolymarketSession(settings),
  'alpaca-stocks': (settings) => new AlpacaSession('stocks', settings),
  'alpaca-options': (settings) => new AlpacaSession('options', settings),
  'alpaca-trading': (settings) => new AlpacaSession('trading', settings),
};

/** A new connection's session. */
export function openSession(feed: string, settings: FeedSettings): FeedSession {
  return (sessions[feed] ?? ((generic) => new GenericSession(generic)))(settings);
}

/** How the feed's markets are found. Throws for a feed whose markets can only be named. */
export function openDiscovery(
  feed: string,
  environment: FeedSettings['environment'],
  filter: DiscoveryFilter,
): FeedDiscovery {
  if (feed !== 'kalshi') throw new Error(`discover: the markets of ${feed} cannot be listed; name them under markets`);
  return new KalshiDiscovery(environment, filter);
}
