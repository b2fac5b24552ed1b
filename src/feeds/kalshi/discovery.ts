import { createHash } from 'node:crypto';
import { parseTime } from '../../market/units.ts';
import { isObject, type Json, objects } from '../json.ts';
import type { DiscoveryFilter, FeedDiscovery, FoundMarket, Listing, Secrets, Told } from '../socket.ts';
import { seriesOf } from './instruments.ts';
import { REST_HOSTS } from './rest.ts';
import { signedHeaders } from './sign.ts';

const PAGE_MARKETS = 1000;
/** Tickers in one address: 100 of the longest are about 6 kB, which proxies take. */
const LOOK_UP_MARKETS = 100;

/**
 * Markets by `GET /markets`, series after series, status after status, page after page; the series of a category by
 * `GET /series`. It needs no key; one that is there is used.
 */
export class KalshiDiscovery implements FeedDiscovery {
  readonly #base: string;
  readonly #filter: DiscoveryFilter;
  /** Wanted series: those of the filter, and those that the categories turned out to have. */
  readonly #series: Set<string>;

  constructor(environment: 'production' | 'demo', filter: DiscoveryFilter) {
    this.#base = filter.url ?? REST_HOSTS[environment];
    this.#filter = filter;
    this.#series = new Set(filter.series);
  }

  headers(url: string, now: number, { keyId, privateKey }: Secrets): Readonly<Record<string, string>> {
    if (keyId === undefined || privateKey === undefined) return {};
    return signedHeaders(keyId, privateKey, 'GET', new URL(url).pathname, now);
  }

  once(): readonly string[] {
    return this.#filter.series.map((series) => `${this.#base}/series/${encodeURIComponent(series)}`);
  }

  lists(): readonly string[] {
    const { series, categories } = this.#filter;
    if (series.length === 0 && categories.length === 0) return this.#marketsOf(undefined);
    return [
      ...categories.map((category) => `${this.#base}/series?${new URLSearchParams({ category })}`),
      ...series.flatMap((each) => this.#marketsOf(each)),
    ];
  }

  /** Kalshi's answers may be 15 s old (its CDN); what one of these has missed, the lists tell later. */
  lookUps(symbols: readonly string[]): readonly string[] {
    const urls: string[] = [];
    for (let from = 0; from < symbols.length; from += LOOK_UP_MARKETS) {
      const some = symbols.slice(from, from + LOOK_UP_MARKETS).map(encodeURIComponent);
      urls.push(`${this.#base}/markets?limit=${PAGE_MARKETS}&tickers=${some.join(',')}`);
    }
    return urls;
  }

  read(url: string, text: string): Listing {
    const answer = JSON.parse(text) as Json;
    const { markets, series, cursor } = answer;
    if (Array.isArray(markets)) {
      const next = typeof cursor === 'string' && cursor !== '' ? [pageAt(url, cursor)] : [];
      return { series: [], markets: objects(markets).flatMap(foundMarket), next };
    }
    if (Array.isArray(series)) {
      if (series.length === 0) throw new Error('no series: is the category written as the venue writes it?');
      const told = objects(series).flatMap(toldSeries);
      for (const { symbol } of told) this.#series.add(symbol);
      return { series: told, markets: [], next: told.flatMap(({ symbol }) => this.#marketsOf(symbol)) };
    }
    if (isObject(series)) return { series: toldSeries(series), markets: [], next: [] };
    throw new Error('an answer with neither markets nor series');
  }

  wants(symbol: string): boolean {
    const { series, categories } = this.#filter;
    return (series.length === 0 && categories.length === 0) || this.#series.has(seriesOf(symbol));
  }

  /** One status a request is all that the venue takes. */
  #marketsOf(series: string | undefined): string[] {
    return this.#filter.status.map((status) => {
      const query = new URLSearchParams({ status, limit: String(PAGE_MARKETS) });
      if (series !== undefined) query.set('series_ticker', series);
      return `${this.#base}/markets?${query}`;
    });
  }
}

function pageAt(url: string, cursor: string): string {
  const page = new URL(url);
  page.searchParams.set('cursor', cursor);
  return page.href;
}

function foundMarket(market: Json): FoundMarket[] {
  const { ticker, open_time, close_time } = market;
  const [opensAt, closesAt] = [open_time, close_time].map((time) => parseTime(String(time)));
  if (typeof ticker !== 'string' || Number.isNaN(closesAt)) return [];
  return [{ symbol: ticker, opensAt: opensAt || 0, closesAt, facts: factsOf(market, marketFacts) }];
}

function toldSeries(series: Json): Told[] {
  if (typeof series.ticker !== 'string') return [];
  return [{ symbol: series.ticker, facts: factsOf(series, seriesFacts) }];
}

/** As a hash: rules are long, and a recorder keeps the facts of all markets that it knows. */
function factsOf(told: Json, names: readonly string[]): string {
  const facts = JSON.stringify(names.map((name) => told[name]));
  return createHash('sha256').update(facts).digest('base64');
}

const marketFacts = [
  'open_time',
  'close_time',
  'can_close_early',
  'price_level_structure',
  'price_ranges',
  'title',
  'yes_sub_title',
  'rules_primary',
  'rules_secondary',
  'strike_type',
  'floor_strike',
  'cap_strike',
  'custom_strike',
  'settlement_timer_seconds',
  'fee_waiver_expiration_time',
] as const;

const seriesFacts = ['title', 'category', 'fee_type', 'fee_multiplier', 'settlement_sources', 'contract_url'] as const;
