/** A Kalshi on loopback whose markets a test changes as it likes: lists over HTTP, and a socket that acknowledges. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Direction, FrameView } from '../../src/market/frame.ts';
import { recordConfigSchema } from '../../src/recorder/config.ts';
import { Recorder } from '../../src/recorder/recorder.ts';
import { openTape } from '../../src/tape/tape.ts';

type Message = Record<string, unknown>;

export interface ListedMarket {
  ticker: string;
  status: string;
  open_time: string;
  close_time: string;
  [fact: string]: unknown;
}

interface Command {
  readonly cmd: string;
  readonly connection: number;
  readonly params: {
    readonly channels?: readonly string[];
    readonly market_tickers?: readonly string[];
    readonly action?: string;
    readonly sids?: readonly number[];
  };
}

export const hoursFromNow = (count: number): string => new Date(Date.now() + count * 3_600_000).toISOString();

/** As `GET /markets` tells it (fields of docs.kalshi.com, October 2026), of a market that is open. */
export function listedMarket(ticker: string, closesInHours = 2, more: Message = {}): ListedMarket {
  const event = ticker.slice(0, ticker.lastIndexOf('-'));
  return {
    ticker,
    event_ticker: event,
    market_type: 'binary',
    title: `Market ${ticker}`,
    yes_sub_title: 'Target price: TBD',
    open_time: '2026-01-01T00:00:00Z',
    close_time: hoursFromNow(closesInHours),
    can_close_early: true,
    status: 'active',
    result: '',
    price_level_structure: 'deci_cent',
    price_ranges: [{ start: '0.0000', end: '1.0000', step: '0.0010' }],
    rules_primary: 'If the average is above the target price, then the market resolves to Yes.',
    rules_secondary: '',
    settlement_timer_seconds: 60,
    strike_type: 'greater_or_equal',
    ...more,
  };
}

/** As `GET /series` tells it; fields of an answer captured on 2026-01-12. */
export function listedSeries(ticker: string, category: string, more: Message = {}): Message {
  return {
    additional_prohibitions: null,
    category,
    contract_terms_url: `https://kalshi-public-docs.s3.amazonaws.com/contract_terms/${ticker}.pdf`,
    contract_url: `https://kalshi-public-docs.s3.us-east-1.amazonaws.com/regulatory/product-certifications/${ticker}.pdf`,
    fee_multiplier: 1,
    fee_type: 'quadratic',
    frequency: 'fifteen_min',
    settlement_sources: [{ name: 'CF Benchmarks', url: 'https://www.cfbenchmarks.com/' }],
    tags: null,
    ticker,
    title: `Series ${ticker}`,
    ...more,
  };
}

/** What `created` says of a market, besides its ticker (docs.kalshi.com, market_lifecycle_v2). */
function createdBy(market: ListedMarket): Message {
  return {
    open_ts: Date.parse(market.open_time) / 1000,
    close_ts: Math.floor(Date.parse(market.close_time) / 1000),
    exchange_index: 2,
    additional_metadata: {
      name: market.title,
      title: market.title,
      yes_sub_title: market.yes_sub_title,
      no_sub_title: market.yes_sub_title,
      rules_primary: market.rules_primary,
      rules_secondary: market.rules_secondary,
      can_close_early: true,
      event_ticker: market.event_ticker,
      expected_expiration_ts: Math.floor(Date.parse(market.close_time) / 1000) + 300,
      strike_type: market.strike_type,
    },
    price_level_structure: market.price_level_structure,
    price_ranges: market.price_ranges,
  };
}

export class KalshiExchange {
  /** Requests over HTTP, path and query. */
  readonly asked: string[] = [];
  readonly commands: Command[] = [];
  markets: ListedMarket[] = [];
  series: Message[] = [];
  pageSize = 100;
  /** Answers a request otherwise than with a list; true if it has. */
  refuse: (url: string, response: ServerResponse) => boolean = () => false;
  readonly #http = createServer((request, response) => {
    const url = String(request.url);
    this.asked.push(url);
    if (!this.refuse(url, response)) response.end(JSON.stringify(this.#answer(new URL(url, 'http://x'))));
  });
  readonly #sockets = new WebSocketServer({ server: this.#http });
  readonly #lifecycles = new Map<WebSocket, { sid: number; seq: number }>();

  static async open(): Promise<KalshiExchange> {
    const exchange = new KalshiExchange();
    let connections = 0;
    exchange.#sockets.on('connection', (socket) => exchange.#serve(socket, ++connections));
    exchange.#http.listen(0, '127.0.0.1');
    await once(exchange.#http, 'listening');
    return exchange;
  }

  close(): void {
    for (const client of this.#sockets.clients) client.terminate();
    this.#http.closeAllConnections();
    this.#http.close();
  }

  get address(): string {
    return `127.0.0.1:${(this.#http.address() as { port: number }).port}`;
  }

  /** Whether somebody hears of new markets. */
  get isHeard(): boolean {
    return this.#lifecycles.size > 0;
  }

  /** Tells of a market on the lifecycle channel. */
  tell(event_type: string, market_ticker: string, more: Message = {}): void {
    for (const [socket, subscription] of this.#lifecycles) {
      const { sid } = subscription;
      const msg = { market_ticker, ...more, event_type };
      socket.send(JSON.stringify({ type: 'market_lifecycle_v2', sid, seq: ++subscription.seq, msg }));
    }
  }

  /** Lists markets, then tells of each. */
  create(...markets: readonly ListedMarket[]): void {
    this.markets.push(...markets);
    for (const market of markets) this.tell('created', market.ticker, createdBy(market));
  }

  /** Tickers subscribed to or added, in order. */
  get wanted(): string[] {
    const takes = ({ cmd, params }: Command) => cmd === 'subscribe' || params.action === 'add_markets';
    return this.commands.filter(takes).flatMap(({ params }) => params.market_tickers ?? []);
  }

  /** Requests for markets by name: the names. */
  get lookUps(): string[][] {
    const tickers = this.asked.map((url) => new URL(url, 'http://x').searchParams.get('tickers'));
    return tickers.flatMap((names) => (names === null ? [] : [names.split(',')]));
  }

  #serve(socket: WebSocket, connection: number): void {
    let sids = 0;
    socket.on('message', (text) => {
      const command = JSON.parse(String(text)) as Command & { readonly id: number };
      this.commands.push({ ...command, connection });
      if (command.cmd !== 'subscribe') return;
      const channel = command.params.channels?.[0];
      const sid = ++sids;
      if (channel === 'market_lifecycle_v2') this.#lifecycles.set(socket, { sid, seq: 0 });
      socket.send(JSON.stringify({ type: 'subscribed', id: command.id, msg: { channel, sid } }));
    });
    socket.on('close', () => this.#lifecycles.delete(socket));
  }

  #answer({ pathname, searchParams }: URL): Message {
    if (pathname.startsWith('/series/')) {
      return {
        series: this.series.find(({ ticker }) => pathname === `/series/${ticker}`) ?? listedSeries('X', 'None'),
      };
    }
    if (pathname === '/series') {
      return { series: this.series.filter(({ category }) => category === searchParams.get('category')) };
    }
    const [tickers, series] = [searchParams.get('tickers')?.split(','), searchParams.get('series_ticker')];
    const status = { open: 'active', unopened: 'initialized' }[searchParams.get('status') ?? ''];
    const found = this.markets.filter(
      (market) =>
        (tickers?.includes(market.ticker) ?? true) &&
        (series === null || market.ticker.startsWith(`${series}-`)) &&
        (status === undefined || market.status === status),
    );
    const from = Number(searchParams.get('cursor') ?? 0);
    const to = from + this.pageSize;
    return { markets: found.slice(from, to), cursor: to < found.length ? String(to) : '' };
  }
}

/** Records an exchange until there is enough; returns the tape and what was logged. */
export async function recordExchange(
  folder: string,
  { address }: { readonly address: string },
  enough: () => boolean,
  discover: object = {},
  more: object = {},
): Promise<{ tape: string; log: string[] }> {
  const tape = join(folder, 'tape');
  const config = recordConfigSchema.parse({
    tape,
    feed: 'kalshi',
    url: `ws://${address}`,
    channels: ['orderbook_delta'],
    discover: { series: ['KXA', 'KXB'], everySeconds: 1, url: `http://${address}`, ...discover },
    reconnect: { firstSeconds: 0.01 },
    ...more,
  });
  const log: string[] = [];
  const stop = new AbortController();
  const recorder = await Recorder.create(config, (line) => log.push(line));
  const polling = setInterval(() => enough() && stop.abort(), 20);
  try {
    await recorder.run(stop.signal);
  } finally {
    clearInterval(polling);
  }
  return { tape, log };
}

/** Texts of one direction on a tape. */
export async function textsOf(path: string, direction: Direction): Promise<string[]> {
  const texts: string[] = [];
  const view = new FrameView();
  for await (const batch of (await openTape(path)).read()) {
    for (let i = 0; i < batch.count; i++) if (view.at(batch, i).direction === direction) texts.push(view.text());
  }
  return texts;
}
