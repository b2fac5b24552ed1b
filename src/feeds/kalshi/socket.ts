/** What to say to Kalshi's socket after it opens. Public channels need market tickers, except `ticker` and `trade`. */
export function kalshiSubscribe(channels: readonly string[], markets: readonly string[]): readonly string[] {
  const params = markets.length > 0 ? { channels, market_tickers: markets } : { channels };
  return [JSON.stringify({ id: 1, cmd: 'subscribe', params })];
}
