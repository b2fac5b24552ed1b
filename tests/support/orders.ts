import type { Instrument } from '../../src/market/instrument.ts';
import type { Order } from '../../src/market/order.ts';

/** An order as a venue receives it. */
export function venueOrder(
  instrument: Instrument,
  order: Pick<Order, 'id' | 'side' | 'price' | 'size'> & Partial<Order>,
): Order {
  return {
    instrument: instrument.id,
    outcome: 'yes',
    timeInForce: 'gtc',
    expiresAt: Number.POSITIVE_INFINITY,
    postOnly: false,
    reduceOnly: false,
    cancelOnPause: false,
    selfTrade: undefined,
    group: '',
    trigger: undefined,
    tag: '',
    decision: 0,
    placedAt: 0,
    filled: 0,
    state: 'pending',
    reason: '',
    ...order,
  };
}
