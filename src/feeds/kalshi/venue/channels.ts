/** Kalshi's channels as a client asks for them. */

interface Channel {
  /** The command's list that narrows the channel; undefined: it cannot be narrowed. */
  readonly list?: 'market_tickers' | 'index_ids' | 'underlying_tickers';
  /** Error when that list is missing; undefined: without it everything comes. */
  readonly missing?: number;
  /** `type` of its messages. */
  readonly types: readonly string[];
}

export const channels: Readonly<Record<string, Channel>> = {
  orderbook_delta: { list: 'market_tickers', missing: 14, types: ['orderbook_snapshot', 'orderbook_delta'] },
  ticker: { list: 'market_tickers', types: ['ticker'] },
  trade: { list: 'market_tickers', types: ['trade'] },
  fill: { list: 'market_tickers', types: ['fill'] },
  market_positions: { list: 'market_tickers', types: ['market_position', 'market_positions'] },
  user_orders: { list: 'market_tickers', types: ['user_order'] },
  order_group_updates: { types: ['order_group_updates'] },
  market_lifecycle_v2: { types: ['market_lifecycle_v2', 'event_lifecycle', 'event_fee_update'] },
  multivariate_market_lifecycle: { types: ['multivariate_market_lifecycle'] },
  communications: { types: ['rfq_created', 'rfq_deleted', 'quote_created', 'quote_accepted', 'quote_executed'] },
  cfbenchmarks_value: { list: 'index_ids', missing: 24, types: ['cfbenchmarks_value'] },
  cfbenchmarks_value_5hz: { list: 'index_ids', missing: 24, types: ['cfbenchmarks_value_5hz'] },
  pyth_value: { list: 'underlying_tickers', missing: 28, types: ['pyth_value'] },
};

/** Message type -> channel. Replies to commands are of no channel. */
export const channelOfType: ReadonlyMap<string, string> = new Map(
  Object.entries(channels).flatMap(([channel, { types }]) => types.map((type) => [type, channel] as const)),
);
