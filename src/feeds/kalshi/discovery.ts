import { parseTime } from '../../market/units.ts';
import type { Json } from '../json.ts';
import type { DiscoveryFilter, FeedDiscovery, FoundMarket, Secrets } from '../socket.ts';
import { REST_HOSTS } from './rest.ts';
import { signedHeaders } from './sign.ts';

const PAGE_MARKETS = 1000;

/** Open markets by `GET /markets`, series after series, page after page. It needs no key; one that is there is used. */
export class KalshiDiscovery implements FeedDiscovery {
  readonly #base: string;
  readonly #series: readonly string[];

  constructor(environment: 'production' | 'demo', { series, url }: DiscoveryFilter) {
    this.#base = `${url ?? REST_HOSTS[environment]}/markets`;
    this.#series = series;
  }

  headers(url: string, now: number, { keyId, privateKey }: Secrets): Readonly<Record<string, string>> {
    if (keyId === undefined || privateKey === undefined) return {};
    return signedHeaders(keyId, privateKey, 'GET', new URL(url).pathname, now);
  }

  firstPage(): string {
    return this.#page(0, '');
  }

  read(url: string, text: string): { readonly markets: readonly FoundMarket[]; readonly next: string | undefined } {
    const answer = JSON.parse(text) as Json;
    if (!Array.isArray(answer.markets)) throw new Error(`GET ${url}: an answer without markets`);
    const markets = (answer.markets as Json[]).map(foundMarket).filter((market) => market !== undefined);
    if (typeof answer.cursor === 'string' && answer.cursor !== '') {
      return { markets, next: this.#page(this.#seriesOf(url), answer.cursor) };
    }
    const following = this.#seriesOf(url) + 1;
    return { markets, next: following < this.#series.length ? this.#page(following, '') : undefined };
  }

  #page(series: number, cursor: string): string {
    const query = new URLSearchParams({ status: 'open', limit: String(PAGE_MARKETS) });
    if (this.#series.length > 0) query.set('series_ticker', this.#series[series]);
    if (cursor !== '') query.set('cursor', cursor);
    return `${this.#base}?${query}`;
  }

  #seriesOf(url: string): number {
    return Math.max(0, this.#series.indexOf(new URL(url).searchParams.get('series_ticker') ?? ''));
  }
}

function foundMarket(market: Json): FoundMarket | undefined {
  const closesAt = typeof market.close_time === 'string' ? parseTime(market.close_time) : Number.NaN;
  if (typeof market.ticker !== 'string' || Number.isNaN(closesAt)) return undefined;
  const { open_time, close_time, price_ranges, price_level_structure, title, rules_primary, rules_secondary } = market;
  const told = [open_time, close_time, price_ranges, price_level_structure, title, rules_primary, rules_secondary];
  return { symbol: market.ticker, closesAt, facts: JSON.stringify(told) };
}
