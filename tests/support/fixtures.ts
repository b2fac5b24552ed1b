import { fileURLToPath } from 'node:url';

const path = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));

/** Real sessions that are part of the repository; see fixtures/README.md. */
export const fixtures = {
  kalshi: path('kalshi-btc15m'),
  kalshiSettlements: path('kalshi-btc15m-settlements.csv'),
  binance: path('binance-btcusdt'),
};
