/** The exchange side of an order, and the small models that a simulated one is made of. */
import type { EventBatch } from './event.ts';
import type { FeeTerms, Instrument } from './instrument.ts';
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

/** An order's place in the queue of its price level. A model's places may remember more. */
export interface QueuePlace {
  /**
   * Displayed size that comes before us, parts of a lot included; Infinity = unknown. Below 0 after a print: that much of
   * it reached us, and the model hears of that next.
   */
  ahead: Size;
  /** Printed at the level, and not yet seen to leave it: models that read its changes must not count it twice. */
  traded: Size;
}

/**
 * How the queue ahead of a resting order moves. A trade comes as a print and as a change of its level, in no certain order:
 * a model goes by the venue's times (`at`, 0 = the venue does not say, or the print is inferred) and counts it once.
 */
export interface QueueModel {
  readonly name: string;
  /** The model as it is for one instrument, where units matter: its sizes are integers in decimals of its own. */
  readonly of?: (instrument: Instrument) => QueueModel;
  /** Joins a level that displays `displayed`. `lastOrder` is the last order that the feed told before; 0 if it tells none. */
  join(displayed: Size, lastOrder: number): QueuePlace;
  /** A print of `size` at our price, against our side; `order` as in `EventBatch`. */
  onPrint(place: QueuePlace, size: Size, at: Micros, order: number): void;
  /** A print went beyond the queue, or beyond our price: nobody is ahead of us any more. */
  onReached(place: QueuePlace): void;
  /** The level's displayed size went from `before` to `after`; 0 = it went away. */
  onLevel(place: QueuePlace, before: Size, after: Size, at: Micros, order: number): void;
  /**
   * Where all at a level share a print instead of queueing: what of its `size` falls to `ours` of an order, when `own` is
   * the sum of our orders there. Asked after `onPrint`.
   */
  readonly share?: (place: QueuePlace, size: Size, ours: Size, own: Size) => Size;
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
  /** When an outcome is paid: as soon as it is determined, or when the venue says that it is settled, and it may change till then. */
  readonly paysWhen: 'determined' | 'settled';
  /**
   * Whether it trades at a time, where the clock says so; left out: always. Outside of these hours orders rest and nothing
   * fills. limited: it trades, but takes no market orders.
   */
  readonly hours?: (at: Micros) => 'open' | 'limited' | 'closed';
  /**
   * Where nothing but quotes is to be believed (options): orders fill at the middle of a quote and this share of half its
   * spread, up to its size; prints fill nothing. Left out: what is displayed can be taken, and prints fill what rests.
   */
  readonly spreadShare?: number;
}

/** What a venue has charged one order so far: rounding rules run over all fills of an order. */
export interface FeeMemory {
  /** Sum of the unrounded fees. */
  modelled: Money;
  charged: Money;
  /** Rounding differences collected and not yet given back. */
  rounding: Money;
  /** Unrounded sums by what is charged for, of fees that are rounded by the day: shared by all orders of the account. */
  readonly accrued: Map<string, Money>;
}

export function newFeeMemory(accrued = new Map<string, Money>()): FeeMemory {
  return { modelled: 0n, charged: 0n, rounding: 0n, accrued };
}

export interface FeeQuestion {
  readonly instrument: Instrument;
  readonly liquidity: 'maker' | 'taker';
  readonly side: OrderSide;
  readonly price: Price;
  /** Above 0. */
  readonly size: Size;
  readonly at: Micros;
  /** What the venue has told since the instrument was listed. */
  readonly override?: Partial<FeeTerms>;
}

export interface SettlementQuestion {
  readonly instrument: Instrument;
  /** Signed. */
  readonly size: Size;
  readonly payout: Price;
  readonly at: Micros;
}

export interface FeeModel {
  readonly name: string;
  /** The fee of one fill, as the venue rounds it; updates the order's memory. */
  charge(question: FeeQuestion, memory: FeeMemory): Money;
  /** What is kept back of a payout; nothing where it is left out. */
  settle?(question: SettlementQuestion): Money;
}
