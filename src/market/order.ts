/** Orders, and what travels between desk and venue. */
import type { Fill } from './fill.ts';
import type { Price, Size } from './units.ts';

export type OrderSide = 1 | -1;

/**
 * gtc: rests until filled or cancelled · ioc: fills what it can at once, the rest is cancelled · fok: all at once or
 * nothing.
 */
export type TimeInForce = 'gtc' | 'ioc' | 'fok';

/** What a strategy asks for. `price` is in the terms of `outcome`: the NO price of an order to buy NO. */
export interface OrderRequest {
  /** `Instrument.id`. */
  readonly instrument: string;
  readonly side: 'buy' | 'sell';
  /** Binary contracts only; default yes. Buying NO at q is selling YES at 1 - q: one book, one position. */
  readonly outcome?: 'yes' | 'no';
  /** Limit price; left out: a market order, which is immediate-or-cancel whatever it meets. */
  readonly price?: Price;
  readonly size: Size;
  readonly timeInForce?: TimeInForce;
  /** Rejected instead of taking liquidity. */
  readonly postOnly?: boolean;
  /** A label of the strategy's own, carried to journal and reports. */
  readonly tag?: string;
  /** The decision that it carries out, as `Desk.decide` returned it. */
  readonly decision?: number;
}

/**
 * pending: sent, not yet answered · open: accepted, still in the venue's hands · the rest are final.
 * A partly filled order that ends otherwise is `cancelled` with `filled` above 0.
 */
export type OrderState = 'pending' | 'open' | 'filled' | 'cancelled' | 'rejected';

const nextStates: Record<OrderState, readonly OrderState[]> = {
  pending: ['open', 'cancelled', 'rejected'],
  open: ['open', 'filled', 'cancelled'],
  filled: [],
  cancelled: [],
  rejected: [],
};

export function isFinal(state: OrderState): boolean {
  return nextStates[state].length === 0;
}

/** Why an order was refused or ended. One word each, for journals and statistics. */
export type OrderReason =
  | 'bad_price'
  | 'bad_size'
  | 'insufficient_cash'
  | 'insufficient_position'
  | 'would_cross'
  | 'market_paused'
  | 'market_closed'
  | 'book_incomplete'
  | 'no_liquidity'
  | 'not_enough_liquidity'
  | 'requested'
  | 'market_resumed'
  | 'session_ended';

/** An order as the desk knows it. Prices and side are in YES terms; `outcome` keeps what was asked for. */
export interface Order {
  /** From 1, in order of placing. */
  readonly id: number;
  readonly instrument: string;
  readonly side: OrderSide;
  readonly outcome: 'yes' | 'no';
  /** NaN for a market order. */
  readonly price: Price;
  readonly size: Size;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly tag: string;
  readonly decision: number;
  readonly placedAt: number;
  readonly filled: Size;
  readonly state: OrderState;
  readonly reason: OrderReason | '';
}

/** The one mutable form, owned by the desk. */
export type OrderRecord = { -readonly [K in keyof Order]: Order[K] };

/** Moves an order on; an impossible step is a bug in venue or gateway and throws. */
export function transition(order: OrderRecord, state: OrderState, reason: OrderReason | '' = ''): void {
  if (!nextStates[order.state].includes(state)) {
    throw new Error(`order ${order.id} cannot go from ${order.state} to ${state}`);
  }
  order.state = state;
  if (reason !== '') order.reason = reason;
}

/** Desk to venue. */
export type VenueRequest =
  | { readonly kind: 'place'; readonly order: Order }
  | { readonly kind: 'cancel'; readonly orderId: number }
  /** What is left out stays as the venue has it. */
  | { readonly kind: 'amend'; readonly orderId: number; readonly price?: Price; readonly size?: Size };

/** Venue to desk. `at` is the venue's time. */
export type VenueResponse = { readonly at: number } & (
  | { readonly kind: 'accepted'; readonly orderId: number; readonly queueAhead: Size }
  | { readonly kind: 'rejected'; readonly orderId: number; readonly reason: OrderReason }
  | { readonly kind: 'filled'; readonly orderId: number; readonly fill: Fill }
  | { readonly kind: 'cancelled'; readonly orderId: number; readonly reason: OrderReason }
  | {
      readonly kind: 'amended';
      readonly orderId: number;
      readonly price: Price;
      readonly size: Size;
      readonly queueAhead: Size;
    }
  | {
      readonly kind: 'refused';
      readonly orderId: number;
      readonly request: 'cancel' | 'amend';
      readonly reason: OrderReason;
    }
  | { readonly kind: 'settled'; readonly instrument: string; readonly payout: Price }
);
