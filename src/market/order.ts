/** Orders, and what travels between desk and venue. */
import type { Fill } from './fill.ts';
import type { Micros, Money, Price, Size } from './units.ts';

export type OrderSide = 1 | -1;

/**
 * gtc: rests until filled or cancelled · gtd: the same, but no longer than `expiresAt` · ioc: fills what it can at once,
 * the rest is cancelled · fok: all at once or nothing.
 */
export type TimeInForce = 'gtc' | 'gtd' | 'ioc' | 'fok';

/**
 * When an order would trade with one of our own. taker: the arriving order ends · maker: the resting one ends · both: both
 * end · decrement: both lose the smaller one's size.
 */
export type SelfTrade = 'taker' | 'maker' | 'both' | 'decrement';

/**
 * The order waits at the desk until the market gets there, and is sent then. A stop looks for a price that is worse for
 * the order's side (a sell stop for a low one), a take-profit for a better one; a trailing stop follows the best price
 * seen at a distance. Looked at is the last trade, or the quote: the bid for a sale, the ask for a purchase.
 */
export type Trigger = { readonly on?: 'trade' | 'quote' } & (
  | { readonly kind: 'stop' | 'take_profit'; readonly price: Price }
  | { readonly kind: 'trailing'; readonly distance: Price }
);

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
  /** Needed for gtd, and only there: microseconds since 1970 UTC. */
  readonly expiresAt?: Micros;
  /** Never takes liquidity: the venue rejects it, or moves its price, whichever its rule is. */
  readonly postOnly?: boolean;
  /** Only as much as brings the position nearer to zero. */
  readonly reduceOnly?: boolean;
  /** Cancelled when the market pauses. */
  readonly cancelOnPause?: boolean;
  /** Default: the venue's. */
  readonly selfTrade?: SelfTrade;
  /** Name of a group made by `Desk.orderGroup`: when its limit is reached, all its orders are cancelled. */
  readonly group?: string;
  /** With it the order is a stop, a stop-limit, a take-profit or a trailing stop; prices in the terms of `outcome`. */
  readonly trigger?: Trigger;
  /** A label of the strategy's own, carried to journal and reports. */
  readonly tag?: string;
  /** The decision that it carries out, as `Desk.decide` returned it. */
  readonly decision?: number;
}

/**
 * held: at the desk, waiting for its trigger or its entry · pending: sent, not yet answered · open: accepted, still in the
 * venue's hands · the rest are final. A partly filled order that ends otherwise is `cancelled` with `filled` above 0.
 */
export type OrderState = 'held' | 'pending' | 'open' | 'filled' | 'cancelled' | 'rejected';

const nextStates: Record<OrderState, readonly OrderState[]> = {
  held: ['pending', 'cancelled', 'rejected'],
  pending: ['open', 'cancelled', 'rejected'],
  open: ['open', 'filled', 'cancelled'],
  filled: [],
  cancelled: [],
  rejected: [],
};

export function isFinal(state: OrderState): boolean {
  return nextStates[state].length === 0;
}

/** What the risk gate refuses by, told in docs/risk.md. */
export type RiskRule =
  | 'halted'
  | 'daily_loss'
  | 'drawdown'
  | 'gap'
  | 'stale'
  | 'hours'
  | 'minimum_confidence'
  | 'cool_down'
  | 'trades_per_day'
  | 'order_size'
  | 'position'
  | 'group_position'
  | 'total_position'
  | 'open_orders'
  | 'group_contracts'
  | 'order_notional'
  | 'total_notional'
  | 'price_collar'
  | 'minimum_cash'
  | 'order_rate';

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
  | 'expired'
  | 'reduce_only'
  | 'self_trade'
  | 'group_limit'
  | 'not_supported'
  | 'overloaded'
  | 'other_filled'
  | 'entry_ended'
  | 'market_resumed'
  | 'session_ended'
  | `risk_${RiskRule}`;

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
  /** Infinity unless gtd. */
  readonly expiresAt: Micros;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  readonly cancelOnPause: boolean;
  /** Undefined: as the venue has it. */
  readonly selfTrade: SelfTrade | undefined;
  /** Empty: none. */
  readonly group: string;
  readonly trigger: Trigger | undefined;
  readonly tag: string;
  readonly decision: number;
  readonly placedAt: Micros;
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
  | { readonly kind: 'amend'; readonly orderId: number; readonly price?: Price; readonly size?: Size }
  /** Takes `by` off what is unfilled then; the place in the queue stays. */
  | { readonly kind: 'decrease'; readonly orderId: number; readonly by: Size }
  /** One message: all of them arrive together and are handled in their order. */
  | { readonly kind: 'batch'; readonly requests: readonly VenueRequest[] }
  /** Makes a group, or opens one again whose limit was reached: contracts matched in the venue's window. */
  | { readonly kind: 'group'; readonly group: string; readonly limit: Size };

/** Venue to desk. `at` is the venue's time. */
export type VenueResponse = { readonly at: Micros } & (
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
  | {
      readonly kind: 'settled';
      readonly instrument: string;
      readonly payout: Price;
      readonly fee: Money;
      /** Shares that came or went with it, when an option was exercised. */
      readonly delivered?: { readonly instrument: string; readonly size: Size; readonly price: Price };
    }
);
