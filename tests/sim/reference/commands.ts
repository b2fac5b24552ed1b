/** Seeded random markets and orders, made so that things meet: few prices, few sizes, times that tie. */
import { EventFlag, EventKind, LifecycleCode, type Side } from '../../../src/market/event.ts';
import type { Instrument } from '../../../src/market/instrument.ts';
import type { Order, OrderSide, SelfTrade, TimeInForce, VenueRequest } from '../../../src/market/order.ts';
import { Rng } from '../../../src/market/rng.ts';
import { evenLadder } from '../../../src/market/ticks.ts';
import { type Micros, type Money, ONE_DOLLAR, parseTime } from '../../../src/market/units.ts';
import type { FillRule, VenueRules } from '../../../src/market/venue.ts';
import { noFees, proportionalFees } from '../../../src/sim/models/fees.ts';
import { kalshiFees } from '../../../src/sim/models/kalshi-fees.ts';
import { gap, level, lifecycle, print, quote, type Row, snapshot, volume } from '../../support/events.ts';
import { contract, namedLadder, share } from '../../support/instruments.ts';
import { venueOrder } from '../../support/orders.ts';

/** What happens at `at`: a frame reaches the venue, or the desk sends something. */
export type Command = {
  readonly at: Micros;
} /** Late prints bear the venue time of the row before them; other rows are each a millisecond later than the last. */ & (
  | { readonly do: 'frame'; readonly rows: readonly Row[]; readonly isLate: boolean }
  | { readonly do: 'send'; readonly request: VenueRequest }
);

export interface Session {
  readonly instruments: readonly Instrument[];
  readonly cash: Money;
  readonly rules: (instrument: Instrument) => VenueRules;
  readonly fillRule: FillRule;
  readonly entry: Micros;
  readonly cancel: Micros;
  readonly response: Micros;
  readonly commands: readonly Command[];
}

const START = parseTime('2026-10-01T00:00:00Z');

/** Two contracts and a coin with books; a share of which the feed tells only quotes. */
const instruments: readonly Instrument[] = [
  contract({ symbol: 'KXRAIN-A', id: 'kalshi:KXRAIN-A' }),
  contract({ symbol: 'KXFED-B', id: 'kalshi:KXFED-B', feeSeries: 'KXFED', ticks: namedLadder('tapered_deci_cent') }),
  share(),
  share({ id: 'coinbase:COIN-USD', kind: 'spot', sizeDecimals: 2, lot: 100, ticks: evenLadder(100, 0, 10_000) }),
];
const QUOTED = 2;

export const prices = [4800, 4900, 5000, 5100, 5200, 5300, 100, 950, 9000, 9900];
const selfTrades: readonly SelfTrade[] = ['taker', 'maker', 'both', 'decrement'];

export function randomSession(seed: string, length: number): Session {
  return new Dice(new Rng(seed)).session(length);
}

class Dice {
  readonly #rng: Rng;
  #now: Micros = START;
  #orders = 0;
  /** The feed has no trade channel: all its prints are inferred. */
  readonly #isInferred: boolean;
  /** Its prints are small, so that an order fills in many parts, each with a fee that is rounded. */
  readonly #isTiny: boolean;
  /** What opens a market again, or is said of its outcome next, by instrument. */
  readonly #shut = new Map<number, Row>();

  constructor(rng: Rng) {
    this.#rng = rng;
    this.#isInferred = this.#chance(0.25);
    this.#isTiny = this.#chance(0.25);
  }

  session(length: number): Session {
    const first = this.#below(selfTrades.length);
    const contractFees = this.#one([noFees, kalshiFees(), kalshiFees({ account: 'intermediary' })]);
    const otherFees = this.#one([noFees, proportionalFees(200, 1000)]);
    const common = {
      postOnly: this.#one(['reject', 'slide'] as const),
      selfTrade: [...selfTrades.slice(first), ...selfTrades.slice(0, first)].slice(0, this.#one([2, 4, 4])),
      resumeCancels: this.#chance(0.5),
      groupWindow: 15_000_000,
      paysWhen: this.#one(['determined', 'settled'] as const),
    };
    return {
      instruments,
      cash: this.#one([2n, 20n, 500n, 100_000n]) * ONE_DOLLAR,
      rules: ({ venue }) => ({ ...common, fees: venue === 'kalshi' ? contractFees : otherFees }),
      fillRule: this.#one(['prints', 'prints', 'prints', 'prints', 'crossed', 'touch']),
      entry: this.#one([0, 500, 1000]),
      cancel: this.#one([0, 500, 1000]),
      response: this.#one([0, 500, 1500]),
      commands: this.#commands(length),
    };
  }

  #commands(length: number): Command[] {
    const books = instruments.flatMap((_, at) => this.#wholeBook(at));
    const commands: Command[] = [{ at: START, do: 'frame', rows: books, isLate: false }];
    while (commands.length < length) {
      this.#now += this.#step();
      const isNearEnd = commands.length > length * 0.8;
      const isLate = this.#chance(0.3);
      if (this.#chance(0.52)) commands.push({ at: this.#now, do: 'frame', rows: this.#rows(isNearEnd), isLate });
      else commands.push({ at: this.#now, do: 'send', request: this.#request() });
    }
    return commands;
  }

  /** On a grid of half milliseconds, as travel times are; now and then longer than a group's window or a quote's life. */
  #step(): Micros {
    if (this.#chance(0.003)) return 31_000_000;
    if (this.#chance(0.01)) return this.#one([1, 5, 10, 15]) * 1_000_000;
    return this.#one([0, 500, 500, 1000, 2000]);
  }

  // --- what the tape tells ---------------------------------------------------------------------------------------

  #rows(isNearEnd: boolean): Row[] {
    const at = this.#below(instruments.length);
    const shut = this.#shut.get(at);
    if (shut && this.#chance(0.3)) {
      this.#shut.delete(at);
      return [shut];
    }
    const dice = this.#below(100);
    if (dice < 32) return this.#times(3, () => this.#depth(at)).flat();
    if (dice < 70) return this.#times(2, () => [this.#print(at)]).flat();
    if (dice < 78) return [this.#print(at), ...this.#depth(at), this.#print(this.#below(instruments.length))];
    if (dice < 88) return this.#wholeBook(at);
    if (dice < (isNearEnd ? 94 : 97)) return [volume(this.#size(), at)];
    if (dice < 98 || at === QUOTED) return [this.#life(at, isNearEnd)];
    if (this.#chance(0.7)) return [gap(this.#one([EventFlag.book, EventFlag.trades, 0]), { instrument: at })];
    // Emptied, and nothing known to be there.
    return [{ ...gap(0, { instrument: at }), kind: EventKind.bookClear, code: 0 }];
  }

  /** Something of a market's life; trading goes on soon after, unless it has ended. */
  #life(instrument: number, isNearEnd: boolean): Row {
    const code = LifecycleCode;
    const dice = this.#below(12);
    if (isNearEnd && dice < 2) {
      this.#shut.set(instrument, lifecycle(this.#one([code.settled, code.disputed]), { instrument }));
      return lifecycle(code.determined, { instrument, price: this.#one([0, 3060, 10_000]) });
    }
    if (isNearEnd && dice < 4) return lifecycle(this.#one([code.settled, code.disputed]), { instrument });
    if (dice < 6) {
      const away = this.#one([-1000, 0, 500, 2000, 5000]);
      this.#shut.set(instrument, lifecycle(code.closeMoved, { instrument, size: this.#now + 3_600_000_000 }));
      return lifecycle(code.closeMoved, { instrument, size: this.#now + away });
    }
    if (dice < 7) return lifecycle(code.resumed, { instrument });
    this.#shut.set(instrument, lifecycle(code.resumed, { instrument }));
    return lifecycle(code.paused, { instrument });
  }

  #wholeBook(at: number): Row[] {
    if (at === QUOTED) return this.#depth(at);
    const levels = (side: OrderSide) => this.#times(4, () => [this.#price(side), this.#size()] as const);
    return snapshot(levels(1), levels(-1), at);
  }

  #depth(at: number): Row[] {
    const size = () => (this.#chance(0.2) ? 0 : this.#size());
    const side = this.#side();
    if (at !== QUOTED) return [level(side, this.#price(side), size(), at)];
    const bid = 4800 + this.#below(4) * 100;
    return quote([bid, size()], [bid + 100 + this.#below(2) * 100, size()], at);
  }

  #print(instrument: number): Row {
    const flags = this.#isInferred ? EventFlag.inferred : this.#one([0, 0, 0, 0, EventFlag.offBook]);
    const aggressor = this.#one<Side>([1, 1, -1, -1, 0]);
    const size = this.#isTiny ? 1 + this.#below(20) : this.#size() * 2;
    return print(aggressor, this.#price(-aggressor), size, { instrument, flags });
  }

  // --- what the desk sends ---------------------------------------------------------------------------------------

  #request(isInBatch = false): VenueRequest {
    const dice = this.#below(100);
    if (dice < 58) return { kind: 'place', order: this.#order() };
    if (dice < 66) return { kind: 'cancel', orderId: this.#someOrder() };
    if (dice < 80) return this.#amendment();
    if (dice < 88) return { kind: 'decrease', orderId: this.#someOrder(), by: this.#size() };
    if (dice < 92 || isInBatch) return { kind: 'group', group: this.#one(['g', 'h']), limit: this.#size() * 3 };
    return { kind: 'batch', requests: [this.#request(true), ...this.#times(3, () => this.#request(true))] };
  }

  #order(): Order {
    const isMarket = this.#chance(0.08);
    const side = this.#side();
    const timeInForce: TimeInForce = isMarket
      ? this.#one(['ioc', 'fok'])
      : this.#one(['gtc', 'gtc', 'gtc', 'gtc', 'gtc', 'gtd', 'gtd', 'ioc', 'fok']);
    const away = this.#one([-500, 1000, 3000, 10_000, 100_000, 100_000]);
    return venueOrder(this.#one(instruments), {
      id: ++this.#orders,
      side,
      price: isMarket ? Number.NaN : this.#limit(side),
      size: this.#chance(0.02) ? 0 : this.#size(),
      timeInForce,
      expiresAt: timeInForce === 'gtd' ? this.#now + away : Number.POSITIVE_INFINITY,
      postOnly: !isMarket && this.#chance(0.15),
      reduceOnly: this.#chance(0.15),
      cancelOnPause: this.#chance(0.2),
      selfTrade: this.#chance(0.3) ? this.#one(selfTrades) : undefined,
      group: this.#one(['', '', '', '', 'g', 'h']),
    });
  }

  #amendment(): VenueRequest {
    const price = this.#chance(0.5) ? this.#limit(this.#side()) : undefined;
    const size = this.#chance(0.7) ? this.#size() : undefined;
    return { kind: 'amend', orderId: this.#someOrder(), price, size };
  }

  /** One of the last ones, mostly; it may have ended, or never have been. */
  #someOrder(): number {
    return Math.max(0, this.#orders - this.#below(this.#chance(0.8) ? 12 : 60));
  }

  /** A price that an order may ask for, good or not. */
  #limit(side: OrderSide): number {
    return this.#chance(0.04) ? this.#one([0, 10_000, 5150, 5155]) : this.#price(side);
  }

  // --- dice ------------------------------------------------------------------------------------------------------

  /** Bids lie below asks mostly, and overlap. */
  #price(side: number): number {
    const any = this.#below(100);
    if (any < 5) return prices[this.#below(prices.length)];
    return prices[any < 25 || side === 0 ? this.#below(6) : this.#below(4) + (side > 0 ? 0 : 2)];
  }

  #size(): number {
    return this.#chance(0.9) ? (1 + this.#below(20)) * 100 : 1 + this.#below(2000);
  }

  #side(): OrderSide {
    return this.#chance(0.5) ? 1 : -1;
  }

  /** One to `most` of what is made. */
  #times<T>(most: number, make: () => T): T[] {
    return Array.from({ length: 1 + this.#below(most) }, make);
  }

  #one<T>(choices: readonly T[]): T {
    return choices[this.#below(choices.length)];
  }

  #chance(share: number): boolean {
    return this.#rng.unit() < share;
  }

  #below(limit: number): number {
    return this.#rng.below(limit);
  }
}
