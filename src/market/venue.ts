/** The exchange side of an order, and the small models that a simulated one is made of. */
import type { EventBatch } from './event.ts';
import type { Instrument } from './instrument.ts';
import type { OrderSide, SelfTrade, VenueRequest, VenueResponse } from './order.ts';
import type { Micros, Money, Price, Size } from './units.ts';

/**
 * Where orders go: a simulated exchange in replay and paper, a broker's gateway in live trading.
 *
 * The engine asks for times and decides what comes first; the venue never looks at a clock.
 */
export interface Venue {
  /** When the next request reaches the venue, or the venue acts by itself; Infinity if nothing is due. */
  readonly arrivalAt: Micros;
  /** When the next response reaches the desk; Infinity if none is on its way. */
  readonly responseAt: Micros;
  /** Takes a request from the desk, sent at `now`. */
  send(request: VenueRequest, now: Micros): void;
  /** Market data as the venue has it: rows `[from, to)` of one frame. */
  onFrame(batch: EventBatch, from: number, to: number): void;
  /** Lets happen what is due at `arrivalAt`. */
  arrive(): void;
  /** Hands over the response that is due at `responseAt`. */
  respond(): VenueResponse;
  /** The tape ends: no fills any more. What is determined is paid out; open orders end. */
  finish(now: Micros): void;
}

/** What a request is to a latency model: venues take cancellations on another path than orders. */
export type RequestKind = 'place' | 'amend' | 'cancel';

/** Travel times in microseconds. Messages on one connection never overtake each other; the venue sees to that. */
export interface LatencyModel {
  readonly name: string;
  /**
   * From desk to venue, for a request sent at `now`. Below 0: the venue is overloaded and takes nothing; the rejection
   * reaches the desk that long after sending.
   */
  entry(now: Micros, kind: RequestKind): Micros;
  /** From venue to desk, for a response given at `now`. */
  response(now: Micros): Micros;
}

/** An order's place in the queue of its price level. */
export interface QueuePlace {
  /** Displayed size that comes before us; below 0 after a print: that much of the print reached us. */
  ahead: Size;
  /** Traded at the level since it last changed: models that read depth changes must not count it twice. */
  traded: Size;
}

/** How the queue ahead of a resting order moves. */
export interface QueueModel {
  readonly name: string;
  /** Joins a level that displays `displayed`. `lastOrder` is the last order that the feed told before; 0 if it tells none. */
  join(displayed: Size, lastOrder: number): QueuePlace;
  /** A print of `size` at our price, against our side; `at` is the venue's time, `order` as in `EventBatch`. */
  onPrint(place: QueuePlace, size: Size, at: Micros, order: number): void;
  /** The level's displayed size went from `before` to `after`; 0 = it went away. */
  onLevel(place: QueuePlace, before: Size, after: Size, at: Micros, order: number): void;
}

/**
 * What else than a print at the end of the queue fills a resting order. prints: nothing · crossed: a quote or level of
 * the other side at our price or beyond fills it whole · touch: so does any print at our price, whatever the queue and
 * its size; what optimistic backtests do, for comparison.
 */
export type FillRule = 'prints' | 'crossed' | 'touch';

/** How a venue treats orders. Its facts, dated and with their sources, stand in `src/sim/venues`. */
export interface VenueRules {
  readonly fees: FeeModel;
  /** What becomes of a post-only order that would take: refused, or moved to one tick behind the best price it meets. */
  readonly postOnly: 'reject' | 'slide';
  /** Modes that an order can ask for; the first is that of an order that asks for none. */
  readonly selfTrade: readonly SelfTrade[];
  /** Resuming after a pause cancels what rested through it. */
  readonly resumeCancels: boolean;
  /** Time over which matched contracts count against an order group's limit. */
  readonly groupWindow: Micros;
}

/** What a venue has charged one order so far: rounding rules run over all fills of an order. */
export interface FeeMemory {
  /** Sum of the unrounded fees. */
  modelled: Money;
  charged: Money;
  /** Rounding differences collected and not yet given back. */
  rounding: Money;
}

export function newFeeMemory(): FeeMemory {
  return { modelled: 0n, charged: 0n, rounding: 0n };
}

export interface FeeQuestion {
  readonly instrument: Instrument;
  readonly liquidity: 'maker' | 'taker';
  readonly side: OrderSide;
  readonly price: Price;
  /** Above 0. */
  readonly size: Size;
  readonly at: Micros;
}

export interface FeeModel {
  readonly name: string;
  /** The fee of one fill, as the venue rounds it; updates the order's memory. */
  charge(question: FeeQuestion, memory: FeeMemory): Money;
}
