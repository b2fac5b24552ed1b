/** The exchange side of an order, and the small models that a simulated one is made of. */
import type { EventBatch } from './event.ts';
import type { Instrument } from './instrument.ts';
import type { OrderSide, VenueRequest, VenueResponse } from './order.ts';
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

/** Travel times in microseconds. Messages on one connection never overtake each other; the venue sees to that. */
export interface LatencyModel {
  /** From desk to venue, for a request sent at `now`. */
  entry(now: Micros): Micros;
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
  /** Joins a level that displays `displayed`. */
  join(displayed: Size): QueuePlace;
  /** A print of `size` at our price, against our side. */
  onPrint(place: QueuePlace, size: Size): void;
  /** The level's displayed size went from `before` to `after`. */
  onLevel(place: QueuePlace, before: Size, after: Size): void;
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
