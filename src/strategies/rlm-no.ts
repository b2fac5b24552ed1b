import { z } from 'zod';
import { type Instrument, priceFrom, sizeFrom } from '../market/instrument.ts';
import type { MarketView } from '../market/market.ts';
import { isFinal, type Order } from '../market/order.ts';
import { type Desk, defineStrategy } from '../market/strategy.ts';
import { formatDecimal, MICROS_PER_SECOND, type Micros, type Price, type Size } from '../market/units.ts';
import { buyNo, hasTaker, obstacle, spreadOf } from './buy-no.ts';

const parameters = z.object({
  yesThreshold: z
    .number()
    .min(0)
    .max(1)
    .default(0.7)
    .describe(
      'share of YES among the trades of takers, by number of trades, that must be exceeded (the study had 0.65)',
    ),
  minTrades: z.number().int().positive().default(25).describe('trades of a market before it can signal'),
  minDrop: z.number().nonnegative().default(0.05).describe('fall of the YES price since the first trade seen, dollars'),
  size: z.number().positive().default(50).describe('contracts per market'),
  mediumDrop: z.number().nonnegative().default(0.1).describe('fall from which the size is larger, dollars'),
  mediumFactor: z.number().positive().default(1.5).describe('how much larger'),
  largeDrop: z.number().nonnegative().default(0.15).describe('fall from which it is larger still, dollars'),
  largeFactor: z.number().positive().default(2).describe('how much larger then'),
  maxSpread: z.number().nonnegative().default(0.1).describe('skips a market whose spread is wider, dollars'),
  maxMarkets: z.number().int().positive().default(1000).describe('open markets that are followed at one time'),
  tradesPerMinute: z.number().positive().default(10).describe('orders a minute; as many at once after a rest'),
  inferredTrades: z
    .boolean()
    .default(false)
    .describe('counts trades inferred from the volume too, for tapes without the trade channel'),
});
type Parameters = z.infer<typeof parameters>;

/**
 * Reverse line movement (system S2; claimed edge +17.38 %): takers buy YES, and yet its price falls, so that somebody who
 * rests knows better. Buys NO then, once per market.
 *
 * One signal runs at a time: those that come before its order is answered wait, and are looked at again, oldest first.
 */
export const rlmNo = defineStrategy({
  name: 'rlm_no',
  description: 'Buys NO once per market when takers buy YES and its price falls all the same; holds it to settlement.',
  parameters,
  create(desk, options) {
    const lines = new ReverseLines(desk, options);
    return {
      onTrade(market, event) {
        if (market.instrument.kind === 'binary' && hasTaker(event, options.inferredTrades))
          lines.onTrade(market, event.side > 0, event.price);
      },
      onLifecycle: (market) => lines.onLifecycle(market),
      onOrder: (order) => lines.onOrder(order),
    };
  },
});

/** What takers have done in one market since its first trade was seen. */
interface Flow {
  readonly market: MarketView;
  readonly firstPrice: Price;
  lastPrice: Price;
  trades: number;
  yesTrades: number;
  /** Has been bought, or is about to be. */
  isDone: boolean;
  isWaiting: boolean;
  /** Why it was skipped last: said once until it changes. */
  skipped: string;
}

class ReverseLines {
  readonly #desk: Desk;
  readonly #options: Parameters;
  readonly #flows = new Map<string, Flow>();
  readonly #waiting: Flow[] = [];
  readonly #tokens: TokenBucket;
  /** The order that has not been answered yet, and what it is for. */
  #running: { readonly order: Order; readonly flow: Flow } | undefined;
  #isFull = false;

  constructor(desk: Desk, options: Parameters) {
    this.#desk = desk;
    this.#options = options;
    this.#tokens = new TokenBucket(options.tradesPerMinute);
  }

  onTrade(market: MarketView, isYes: boolean, price: Price): void {
    const flow = this.#flows.get(market.instrument.id) ?? this.#follow(market, price);
    if (!flow) return;
    flow.lastPrice = price;
    flow.trades++;
    if (isYes) flow.yesTrades++;
    if (flow.isDone || flow.isWaiting || !this.#isSignal(flow)) return;
    if (!this.#running) this.#run(flow);
    else {
      flow.isWaiting = true;
      this.#waiting.push(flow);
      this.#decide(flow, 'wait', 'another signal is running');
    }
  }

  /** A market that has closed makes room for another one. */
  onLifecycle(market: MarketView): void {
    if (!isTrading(market, this.#desk.now)) this.#flows.delete(market.instrument.id);
  }

  onOrder(order: Order): void {
    const running = this.#running;
    if (running?.order.id !== order.id || !isFinal(order.state)) return;
    this.#running = undefined;
    // Nothing got: the next trade is another chance.
    if (order.filled === 0) running.flow.isDone = false;
    while (!this.#running && this.#waiting.length > 0) {
      const flow = this.#waiting.shift() as Flow;
      flow.isWaiting = false;
      if (this.#isSignal(flow)) this.#run(flow);
    }
  }

  #follow(market: MarketView, price: Price): Flow | undefined {
    const { now } = this.#desk;
    if (!isTrading(market, now)) return undefined;
    if (this.#flows.size >= this.#options.maxMarkets) {
      for (const [id, flow] of this.#flows) if (!isTrading(flow.market, now)) this.#flows.delete(id);
    }
    const isFull = this.#flows.size >= this.#options.maxMarkets;
    if (isFull && !this.#isFull)
      this.#desk.decide({ instrument: market.instrument.id, action: 'skip', reason: 'max_markets' });
    this.#isFull = isFull;
    if (isFull) return undefined;
    const start = { firstPrice: price, lastPrice: price, trades: 0, yesTrades: 0 };
    const flow: Flow = { market, ...start, isDone: false, isWaiting: false, skipped: '' };
    this.#flows.set(market.instrument.id, flow);
    return flow;
  }

  #isSignal(flow: Flow): boolean {
    const { yesThreshold, minTrades, minDrop } = this.#options;
    if (flow.trades < minTrades || flow.yesTrades / flow.trades <= yesThreshold) return false;
    return dropOf(flow) >= priceFrom(flow.market.instrument, minDrop);
  }

  #run(flow: Flow): void {
    const why = obstacle(this.#desk, flow.market, this.#options.maxSpread) || this.#tokens.take(this.#desk.now);
    if (why !== '') {
      if (flow.skipped !== why) this.#decide(flow, 'skip', why);
      flow.skipped = why;
      return;
    }
    flow.isDone = true;
    flow.skipped = '';
    const decision = this.#decide(flow, 'buy_no', 'reverse line movement');
    const order = buyNo(this.#desk, flow.market, this.#sizeFor(flow), 'entry', decision);
    this.#running = { order, flow };
    // Refused before it was sent.
    this.onOrder(order);
  }

  /** Larger the further the price has fallen; whole lots. */
  #sizeFor(flow: Flow): Size {
    const { size, mediumDrop, mediumFactor, largeDrop, largeFactor } = this.#options;
    const { instrument } = flow.market;
    const drop = dropOf(flow);
    const factor =
      drop >= priceFrom(instrument, largeDrop)
        ? largeFactor
        : drop >= priceFrom(instrument, mediumDrop)
          ? mediumFactor
          : 1;
    return wholeLots(instrument, sizeFrom(instrument, size) * factor);
  }

  #decide(flow: Flow, action: string, reason: string): number {
    const { market, trades, yesTrades } = flow;
    const { id, priceDecimals } = market.instrument;
    const spread = spreadOf(this.#desk, market);
    return this.#desk.decide({
      instrument: id,
      action,
      reason,
      features: {
        yesShare: Math.round((yesTrades / trades) * 10_000) / 10_000,
        trades,
        drop: formatDecimal(dropOf(flow), priceDecimals),
        spread: Number.isNaN(spread) ? null : formatDecimal(spread, priceDecimals),
      },
    });
  }
}

/** Lets so many through a minute, and as many at once when none have come for a minute. */
class TokenBucket {
  readonly #perMinute: number;
  #tokens: number;
  #at: Micros = 0;

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
    this.#tokens = Math.max(1, perMinute);
  }

  /** Empty if there was a token to take, otherwise the reason why not. */
  take(now: Micros): '' | 'rate_limit' {
    const gained = ((now - this.#at) * this.#perMinute) / (60 * MICROS_PER_SECOND);
    this.#tokens = Math.min(Math.max(1, this.#perMinute), this.#tokens + gained);
    this.#at = now;
    if (this.#tokens < 1) return 'rate_limit';
    this.#tokens--;
    return '';
  }
}

function isTrading({ status, closesAt }: MarketView, now: Micros): boolean {
  return (status === 'open' || status === 'paused') && now < closesAt;
}

function dropOf({ firstPrice, lastPrice }: Flow): Price {
  return firstPrice - lastPrice;
}

function wholeLots({ lot }: Instrument, size: number): Size {
  return Math.floor(size / lot) * lot;
}
