/** Orders that the desk works on its own: rest first, then cross. */
import type { Order, OrderReason, OrderRequest } from './order.ts';
import type { Micros, Price, Size } from './units.ts';

/**
 * Rests post-only; after a time-out the rest of it crosses. The time-out counts from the request and is
 *
 *     max(timeout / (1 + volume / referenceVolume), minTimeout) x (1 - aggressiveness)
 *
 * where `volume` is what has traded in the last minute, to the second: by the prints of the trade channel if there are any
 * in it, otherwise by the growth of the venue's own count. It is worked out anew with each frame of the market.
 */
export interface WorkRequest
  extends Omit<OrderRequest, 'price' | 'timeInForce' | 'expiresAt' | 'postOnly' | 'trigger'> {
  /** The most to pay, or the least to get, in the terms of `outcome`: nothing of it trades at a worse price. */
  readonly limit: Price;
  /** Where to rest, in the terms of `outcome`; left out: at the best price of its own side. */
  readonly restAt?: Price;
  /** Time-out of a market in which nothing trades. */
  readonly timeout: Micros;
  /** Volume does not make it shorter than this. Default 0. */
  readonly minTimeout?: Micros;
  /** The volume of a minute that halves the time-out. */
  readonly referenceVolume: Size;
  /** From 0, which waits for the whole time-out (the default), to 1, which crosses at once. */
  readonly aggressiveness?: number;
}

/**
 * resting: rests, or waits for a price to rest at · switching: its cancellation is on the way, then it crosses · crossing: its
 * crossing order is on the way · stopping: it is being cancelled · filled: all of it · ended: `reason` says why.
 */
export type WorkState = 'resting' | 'switching' | 'crossing' | 'stopping' | 'filled' | 'ended';

/** What `Desk.work` does for a strategy; changes as answers come. */
export interface Work {
  /** From 1, in the order of asking. */
  readonly id: number;
  readonly request: WorkRequest;
  readonly state: WorkState;
  /** Why it ended unfilled: the reason of its last order. */
  readonly reason: OrderReason | '';
  /** By all its orders. */
  readonly filled: Size;
  /** The one that is open or on its way now. */
  readonly order: Order | undefined;
}
