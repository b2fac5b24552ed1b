/** What a strategy is, sees and may do. */
import type { z } from 'zod';
import type { MarketEvent } from './event.ts';
import type { Fill } from './fill.ts';
import type { Answer } from './frame.ts';
import type { Instrument } from './instrument.ts';
import type { MarketView } from './market.ts';
import type { Order, OrderRequest } from './order.ts';
import type { Rng } from './rng.ts';
import type { Micros, Money, Price, Size } from './units.ts';
import type { Work, WorkRequest } from './work.ts';

export interface Decision {
  readonly instrument?: string;
  /** One word: buy_yes, quote, hold, ... */
  readonly action: string;
  readonly reason: string;
  /** 0 to 1, if the strategy has one. */
  readonly confidence?: number;
  /** `probability`: what the strategy gives YES, from 0 to 1; reports score it against the market and the outcome. */
  readonly features?: Readonly<Record<string, number | string | boolean | null>>;
}

export interface Bracket {
  readonly entry: Order;
  readonly exits: readonly Order[];
}

/** The strategy's side of the engine. Everything it says is what the desk knows, not what the venue knows. */
export interface Desk {
  /** Time on the tape. */
  readonly now: Micros;
  readonly rng: Rng;
  /** Free cash, as far as the desk has been told. */
  readonly cash: Money;
  readonly equity: Money;
  /** Instruments listed so far, in that order. */
  readonly instruments: readonly Instrument[];
  /** State of one instrument; throws for one that has not been listed. */
  market(instrument: string): MarketView;
  /** Signed holding in YES terms: 1000 = 10.00 YES, -1000 = 10.00 NO. */
  position(instrument: string): Size;
  /** Orders not yet final, oldest first. */
  openOrders(instrument?: string): readonly Order[];
  /** Sends an order. The answer comes through `onOrder`; the returned order changes as answers come. */
  place(request: OrderRequest): Order;
  /** Sends several in one message: they arrive together. */
  placeAll(requests: readonly OrderRequest[]): readonly Order[];
  /** Places several of which only one is to fill: what one fills is taken off the others. */
  placeOneOf(requests: readonly OrderRequest[]): readonly Order[];
  /**
   * Places an entry, and its exits as it fills, with the size that it has filled; the exits are one-of. Their `size` is
   * not read. Until then they are `held`.
   */
  placeBracket(entry: OrderRequest, exits: readonly OrderRequest[]): Bracket;
  /** Rests, then crosses what is left after a time-out that shrinks with the volume: see `WorkRequest`. */
  work(request: WorkRequest): Work;
  /** What it has filled stays. To cancel its order while it is `switching` does not keep the rest from crossing; this does. */
  cancelWork(work: Work): void;
  cancel(order: Order): void;
  /** Cancels all open orders and all work, or those of one instrument, in one message. */
  cancelAll(instrument?: string): void;
  /**
   * Changes price (in the terms of the order's outcome) or size (filled part included). The place in the queue stays only
   * when the size goes down and the price stays.
   */
  amend(order: Order, change: { readonly price?: Price; readonly size?: Size }): void;
  /** Takes `by` off what is unfilled when it arrives; the place in the queue stays. */
  decrease(order: Order, by: Size): void;
  /**
   * Makes an order group, or opens one again whose limit was reached: when `limit` contracts have matched within the
   * venue's window, all orders of the group are cancelled and no more are taken.
   */
  orderGroup(name: string, limit: Size): void;
  /** Calls `onTimer(tag)` at that time, or at the next step if it has passed. */
  wakeAt(time: Micros, tag?: string): void;
  /** Writes to the decision log; the number it returns can be given to `place`. */
  decide(decision: Decision): number;
  /**
   * Asks a source outside: a model, a service, a forecast. On paper the driver asks it and puts the answer on the tape;
   * in replay the answer comes from the tape. `request` is JSON. Returns the number that `onAnswer` gets with it.
   */
  ask(source: string, request: unknown): number;
  /** Writes a remark to the journal's notes. */
  note(text: string): void;
}

/** All handlers are optional. Views and events are valid only during the call. */
export interface Strategy {
  onStart?(): void;
  onInstrument?(instrument: Instrument): void;
  /** Once per frame and instrument whose book changed, after the whole frame is in. */
  onBook?(market: MarketView): void;
  onQuote?(market: MarketView): void;
  onTrade?(market: MarketView, event: MarketEvent): void;
  onBar?(market: MarketView): void;
  onSeries?(market: MarketView): void;
  onLifecycle?(market: MarketView, event: MarketEvent): void;
  /** Something may have been missed: `market` is undefined when it concerns no instrument. */
  onGap?(market: MarketView | undefined, event: MarketEvent): void;
  onTimer?(tag: string): void;
  onOrder?(order: Order): void;
  onFill?(fill: Fill, order: Order): void;
  /** The state of a working order has changed. */
  onWork?(work: Work): void;
  onAnswer?(answer: Answer): void;
  /** The tape ends. Nothing that is placed here reaches the venue. */
  onEnd?(): void;
}

export interface StrategyDefinition<P = unknown> {
  readonly name: string;
  readonly description: string;
  /** A zod object; every parameter with a default and a description. */
  readonly parameters: z.ZodType<P>;
  create(desk: Desk, parameters: P): Strategy;
}

/** Gives a strategy its types; returns it unchanged. The default export of a strategy file. */
export function defineStrategy<P>(definition: StrategyDefinition<P>): StrategyDefinition<P> {
  return definition;
}
