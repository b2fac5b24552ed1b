/**
 * Scenario tables: a market told line by line, and what the exchange answers.
 *
 *   0.000 book bid 0.52x100 0.51x300 | ask 0.54x50      the whole book (a snapshot)
 *   0.050 level bid 0.52x80                             one level (or several) set anew; x0 removes it
 *   0.060 quote bid 0.52x100 ask 0.54x50                a quote instead of a book; - for a side that is empty
 *   0.100 buy 10 @0.52 post-only                        an order: buy | sell, size, @price or market, then
 *                                                       ioc | fok | post-only | reduce-only | cancel-on-pause |
 *                                                       until 5.000 | self taker (maker, both, decrement) | in GROUP;
 *                                                       orders are #1, #2, ... as they come
 *   0.200 amend #1 to 5 @0.52   /   decrease #1 by 5   /   cancel #1
 *   0.200 batch buy 10 @0.52 + sell 5 @0.60 + cancel #1  several requests in one message
 *   0.200 group GROUP 100                               makes an order group with a limit, or opens it again
 *   0.300 trade sell 60 @0.52                           a print: the aggressor is sell, buy or unknown;
 *                                                       then inferred | off-book; several with " + " share a frame
 *   0.300 trade sell 60 @0.52 stamped 0.290             the venue's time of what a line tells, where it is not the
 *                                                       line's own; - = the venue does not say
 *   0.300 join A bid 0.52x30                            feeds that tell of each order: one of others joins its level;
 *                                                       "show" instead of "join": an older one comes into view
 *   0.300 execute A 20   /   reduce A by 10   /   leave A
 *   0.400 volume 1000                                   the venue's count of the volume
 *   0.500 gap | pause | resume | close at 9.000 | determined 1 | disputed | settled
 *   60.000 bar 5.00 5.20 4.90 5.10 x1000               a minute that ends now: open, high, low, close, volume
 *   0.500 fees quadratic_with_maker_fees 50             the fees differ from now on: kind (or - for the same), percent
 *   0.600 wait                                          lets time pass
 *   0.700 account                                       -> cash, what no order has reserved, position
 *   9.000 finish                                        the tape ends
 *
 * After each line stand the answers that reached the desk by then, in order, each beginning with "->". One that arrived
 * between two lines says when, and when the venue said it if that was earlier:
 * `-> 0.150 #1 accepted ahead 100 (venue 0.130)`. Fills name price, liquidity, evidence, the queue on
 * arrival at the level and just before the fill (makers), the size that it drew on, and the fee unless it is nothing.
 */
import { expect } from 'vitest';
import { type EventBatch, EventFlag, LifecycleCode, Side } from '../../src/market/event.ts';
import { type Instrument, InstrumentList, priceFrom, sizeFrom } from '../../src/market/instrument.ts';
import type { Order, OrderSide, SelfTrade, TimeInForce, VenueRequest, VenueResponse } from '../../src/market/order.ts';
import { formatDecimal, formatMoney, type Micros, type Money, parseMoney } from '../../src/market/units.ts';
import type { FeeModel, FillRule, LatencyModel, QueueModel, VenueRules } from '../../src/market/venue.ts';
import { SimulatedExchange } from '../../src/sim/exchange.ts';
import { noFees } from '../../src/sim/models/fees.ts';
import type { ImpactModel } from '../../src/sim/models/impact.ts';
import { constantLatency } from '../../src/sim/models/latency.ts';
import { printsOnly } from '../../src/sim/models/queue.ts';
import { otherVenue } from '../../src/sim/venues/index.ts';
import { bar, frameOf, gap, level, lifecycle, print, quote, type Row, snapshot, volume } from '../support/events.ts';
import { contract } from '../support/instruments.ts';
import { venueOrder } from '../support/orders.ts';
import { OtherOrders } from './other-orders.ts';

export interface ScenarioOptions {
  readonly instrument?: Instrument;
  /** In dollars; default 1000. */
  readonly cash?: string;
  readonly fees?: FeeModel;
  readonly latency?: LatencyModel;
  readonly queue?: QueueModel;
  readonly fillRule?: FillRule;
  readonly rules?: Partial<VenueRules>;
  readonly impact?: ImpactModel;
  /** What 0.000 is; default the beginning of time plus a day, so that no table runs into dated rules. */
  readonly start?: Micros;
}

/** Runs the table and compares the answers with those that stand in it. */
export function expectScenario(table: string, options: ScenarioOptions = {}): void {
  const lines = table
    .split('\n')
    .map((line) => line.trim().replaceAll(/\s+/g, ' '))
    .filter((line) => line !== '');
  const told = lines.filter((line) => !line.startsWith('->'));
  expect(new Scenario(options).run(told).join('\n')).toBe(lines.join('\n'));
}

class Scenario {
  readonly exchange: SimulatedExchange;
  readonly #instrument: Instrument;
  readonly #start: Micros;
  #frames = 0;
  #orders = 0;
  readonly #others = new OtherOrders();
  #transcript: string[] = [];

  constructor(options: ScenarioOptions) {
    this.#instrument = options.instrument ?? contract();
    this.#start = options.start ?? 86_400_000_000;
    const instruments = new InstrumentList();
    instruments.add(this.#instrument);
    this.exchange = new SimulatedExchange({
      instruments,
      cash: parseMoney(options.cash ?? '1000'),
      latency: options.latency ?? constantLatency(0, 0),
      queue: options.queue ?? printsOnly,
      fillRule: options.fillRule ?? 'prints',
      impact: options.impact,
      rules: () => ({ ...otherVenue, resumeCancels: true, fees: options.fees ?? noFees, ...options.rules }),
    });
  }

  run(lines: readonly string[]): string[] {
    for (const line of lines) {
      const [seconds, ...words] = line.split(' ');
      const now = this.#time(seconds);
      this.#advance(now);
      this.#transcript.push(line);
      this.#tell(words, now);
      this.#settle(now);
    }
    return this.#transcript;
  }

  /** What is due before `now`. */
  #advance(now: Micros): void {
    const { exchange } = this;
    for (;;) {
      const at = Math.min(exchange.arrivalAt, exchange.responseAt);
      if (!(at < now)) return;
      if (exchange.arrivalAt <= at) exchange.arrive();
      else this.#answer(at, now);
    }
  }

  /** What is due at `now`, after what the line told. */
  #settle(now: Micros): void {
    while (this.exchange.arrivalAt <= now) this.exchange.arrive();
    while (this.exchange.responseAt <= now) this.#answer(this.exchange.responseAt, undefined);
  }

  #answer(at: Micros, before: Micros | undefined): void {
    const response = this.exchange.respond();
    const when = before === undefined ? '' : `${this.#seconds(at)} `;
    const venue = response.at === at || before === undefined ? '' : ` (venue ${this.#seconds(response.at)})`;
    this.#transcript.push(`-> ${when}${this.#describe(response)}${venue}`);
  }

  #tell(words: readonly string[], now: Micros): void {
    const [verb, ...rest] = words;
    const { exchange } = this;
    switch (verb) {
      case 'buy':
      case 'sell':
      case 'cancel':
      case 'amend':
      case 'decrease':
      case 'group':
        exchange.send(this.#request(words, now), now);
        return;
      case 'batch': {
        const requests = rest
          .join(' ')
          .split(' + ')
          .map((text) => this.#request(text.split(' '), now));
        exchange.send({ kind: 'batch', requests }, now);
        return;
      }
      case 'finish':
        exchange.finish(now);
        while (exchange.responseAt < Number.POSITIVE_INFINITY) this.#answer(exchange.responseAt, undefined);
        return;
      case 'account':
        this.#transcript.push(`-> ${this.#account()}`);
        return;
      case 'wait':
        return;
      default:
        this.#frame(words, now);
    }
  }

  #frame(words: readonly string[], now: Micros): void {
    const at = words.indexOf('stamped');
    const told = at < 0 ? words : words.slice(0, at);
    // A bar's own time is its beginning, which follows from its length.
    const own = told[0] === 'bar' ? 0 : now;
    const exchangeAt = at < 0 ? own : words[at + 1] === '-' ? 0 : this.#time(words[at + 1]);
    this.exchange.onFrame(
      ...wholeFrame(frameOf(now, this.#others.follow(this.#rows(told)), ++this.#frames, exchangeAt)),
    );
  }

  #request([verb, ...rest]: readonly string[], now: Micros): VenueRequest {
    switch (verb) {
      case 'cancel':
        return { kind: 'cancel', orderId: orderId(rest[0]) };
      case 'amend':
        return this.#amendment(rest);
      case 'decrease':
        return { kind: 'decrease', orderId: orderId(rest[0]), by: this.#size(rest[2]) };
      case 'group':
        return { kind: 'group', group: rest[0], limit: this.#size(rest[1]) };
      default:
        return { kind: 'place', order: this.#order(verb === 'buy' ? 1 : -1, rest, now) };
    }
  }

  #rows(words: readonly string[]): Row[] {
    const [verb, ...rest] = words;
    switch (verb) {
      case 'book': {
        const bar = rest.indexOf('|');
        return snapshot(this.#levels(rest.slice(1, bar)), this.#levels(rest.slice(bar + 2)));
      }
      case 'level':
        return this.#levels(rest.slice(1)).map(([price, size]) => level(sideOf(rest[0]), price, size));
      case 'quote':
        return quote(this.#best(rest[1]), this.#best(rest[3]));
      case 'trade':
        return rest
          .join(' ')
          .split(' + ')
          .map((text) => this.#print(text.split(' ')));
      case 'bar': {
        const [open, high, low, close] = rest.slice(0, 4).map((price) => this.#price(price));
        return bar([open, high, low, close], this.#size(rest[4].slice(1)), 60_000_000);
      }
      case 'join':
      case 'show': {
        const [price, size] = this.#levels([rest[2]])[0];
        return this.#others.join(rest[0], sideOf(rest[1]), price, size, verb === 'join');
      }
      case 'execute':
        return this.#others.execute(rest[0], this.#size(rest[1]));
      case 'reduce':
        return this.#others.reduce(rest[0], this.#size(rest[2]));
      case 'leave':
        return this.#others.leave(rest[0]);
      case 'volume':
        return [volume(this.#size(rest[0]))];
      case 'gap':
        return [gap(EventFlag.book)];
      case 'pause':
        return [lifecycle(LifecycleCode.paused)];
      case 'resume':
        return [lifecycle(LifecycleCode.resumed)];
      case 'close':
        return [lifecycle(LifecycleCode.closeMoved, { size: this.#time(rest[1]) })];
      case 'determined':
        return [lifecycle(LifecycleCode.determined, { price: this.#price(rest[0]) })];
      case 'disputed':
        return [lifecycle(LifecycleCode.disputed)];
      case 'settled':
        return [lifecycle(LifecycleCode.settled)];
      case 'fees': {
        const type = rest[0] === '-' ? {} : { type: rest[0] };
        const text = JSON.stringify({ ...type, multiplierPercent: Number(rest[1]) });
        return [lifecycle(LifecycleCode.feesChanged, { text })];
      }
      default:
        throw new Error(`a scenario has no line "${words.join(' ')}"`);
    }
  }

  #best(text: string): readonly [number, number] {
    return text === '-' ? [0, 0] : this.#levels([text])[0];
  }

  #print([aggressor, size, price, ...flags]: readonly string[]): Row {
    const bits =
      (flags.includes('inferred') ? EventFlag.inferred : 0) | (flags.includes('off-book') ? EventFlag.offBook : 0);
    return print(sideOf(aggressor), this.#price(price.slice(1)), this.#size(size), { flags: bits });
  }

  #order(side: OrderSide, [size, price, ...words]: readonly string[], now: Micros): Order {
    const isMarket = price === 'market';
    const after = (word: string) => (words.includes(word) ? words[words.indexOf(word) + 1] : undefined);
    const until = after('until');
    const timeInForce: TimeInForce = words.includes('fok')
      ? 'fok'
      : words.includes('ioc') || isMarket
        ? 'ioc'
        : until === undefined
          ? 'gtc'
          : 'gtd';
    return venueOrder(this.#instrument, {
      id: ++this.#orders,
      side,
      price: isMarket ? Number.NaN : this.#price(price.slice(1)),
      size: this.#size(size),
      timeInForce,
      expiresAt: until === undefined ? Number.POSITIVE_INFINITY : this.#time(until),
      postOnly: words.includes('post-only'),
      reduceOnly: words.includes('reduce-only'),
      cancelOnPause: words.includes('cancel-on-pause'),
      selfTrade: after('self') as SelfTrade | undefined,
      group: after('in') ?? '',
      placedAt: now,
    });
  }

  #amendment([id, , size, price]: readonly string[]): VenueRequest {
    return { kind: 'amend', orderId: orderId(id), size: this.#size(size), price: this.#price(price.slice(1)) };
  }

  #levels(texts: readonly string[]): [number, number][] {
    return texts.map((text) => {
      const [price, size] = text.split('x');
      return [this.#price(price), this.#size(size)];
    });
  }

  #describe(response: VenueResponse): string {
    if (response.kind === 'settled') {
      return `settled at ${this.#priceText(response.payout)}${feeText(response.fee)}`;
    }
    const order = `#${response.orderId}`;
    switch (response.kind) {
      case 'accepted':
        return `${order} accepted ahead ${this.#sizeText(response.queueAhead)}`;
      case 'rejected':
      case 'cancelled':
        return `${order} ${response.kind} ${response.reason}`;
      case 'amended':
        return `${order} amended to ${this.#sizeText(response.size)} @${this.#priceText(response.price)} ahead ${this.#sizeText(response.queueAhead)}`;
      case 'refused':
        return `${order} ${response.request} refused ${response.reason}`;
      case 'filled': {
        const { size, price, liquidity, evidence, fee } = response.fill;
        const { grade, queueAtArrival, queueAtFill, available } = evidence;
        const queue =
          liquidity === 'maker' ? ` ahead ${this.#sizeText(queueAtArrival)} then ${this.#sizeText(queueAtFill)}` : '';
        return `${order} ${size > 0 ? 'bought' : 'sold'} ${this.#sizeText(Math.abs(size))} @${this.#priceText(price)} ${liquidity} ${grade}${queue} of ${this.#sizeText(available)}${feeText(fee)}`;
      }
    }
  }

  #account(): string {
    const { account, available } = this.exchange;
    const position = formatDecimal(account.sizeOf(this.#instrument.id), this.#instrument.sizeDecimals);
    return `cash ${formatMoney(account.cash)} free ${formatMoney(available)} position ${trimmed(position)}`;
  }

  #price(text: string): number {
    return priceFrom(this.#instrument, text);
  }

  #size(text: string): number {
    return sizeFrom(this.#instrument, text);
  }

  #priceText(price: number): string {
    const text = formatDecimal(price, this.#instrument.priceDecimals);
    return text.replace(/(\.\d\d\d*?)0+$/, '$1');
  }

  #sizeText(size: number): string {
    if (!Number.isFinite(size)) return 'unknown';
    return trimmed(formatDecimal(Math.round(size), this.#instrument.sizeDecimals));
  }

  #time(seconds: string): Micros {
    return this.#start + Math.round(Number(seconds) * 1_000_000);
  }

  #seconds(time: Micros): string {
    return ((time - this.#start) / 1_000_000).toFixed(3);
  }
}

function wholeFrame(batch: EventBatch): [EventBatch, number, number] {
  return [batch, 0, batch.count];
}

function sideOf(word: string): Side {
  if (word === 'bid' || word === 'buy') return Side.buy;
  if (word === 'ask' || word === 'sell') return Side.sell;
  return Side.none;
}

function orderId(text: string): number {
  return Number(text.slice(1));
}

function feeText(fee: Money): string {
  return fee === 0n ? '' : ` fee ${formatMoney(fee)}`;
}

/** "10.00" is "10", "0.50" is "0.5". */
function trimmed(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
