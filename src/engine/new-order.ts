import { complement, type Instrument } from '../market/instrument.ts';
import type { OrderRecord, OrderRequest, TimeInForce, Trigger } from '../market/order.ts';
import type { Micros, Price } from '../market/units.ts';

/** The order that a strategy asks for, in YES terms. Throws a TypeError for what is no order. */
export function newOrder(
  id: number,
  request: OrderRequest,
  instrument: Instrument,
  now: Micros,
  state: 'held' | 'pending',
): OrderRecord {
  const { size, price, outcome = 'yes' } = request;
  if (!Number.isSafeInteger(size) || (price !== undefined && !Number.isSafeInteger(price))) {
    throw new TypeError(
      `price ${price} and size ${size} of an order must be integers in the decimals of ${instrument.id}: use priceFrom and sizeFrom`,
    );
  }
  return {
    id,
    instrument: instrument.id,
    side: (request.side === 'buy') === (outcome === 'yes') ? 1 : -1,
    outcome,
    price: price === undefined ? Number.NaN : inYes(instrument, outcome, price),
    size,
    timeInForce: timeInForceOf(request),
    expiresAt: request.expiresAt ?? Number.POSITIVE_INFINITY,
    postOnly: request.postOnly ?? false,
    reduceOnly: request.reduceOnly ?? false,
    cancelOnPause: request.cancelOnPause ?? false,
    selfTrade: request.selfTrade,
    group: request.group ?? '',
    trigger: request.trigger && triggerInYes(instrument, outcome, request.trigger),
    tag: request.tag ?? '',
    decision: request.decision ?? 0,
    placedAt: now,
    filled: 0,
    state,
    reason: '',
  };
}

/** A price of the order's outcome in YES terms. */
export function inYes(instrument: Instrument, outcome: 'yes' | 'no', price: Price): Price {
  return outcome === 'no' ? complement(instrument, price) : price;
}

function triggerInYes(instrument: Instrument, outcome: 'yes' | 'no', trigger: Trigger): Trigger {
  return trigger.kind === 'trailing' ? trigger : { ...trigger, price: inYes(instrument, outcome, trigger.price) };
}

/** A market order never rests; an order with an end is good till then. */
function timeInForceOf({ price, expiresAt, timeInForce }: OrderRequest): TimeInForce {
  if (timeInForce === 'gtd' && expiresAt === undefined)
    throw new TypeError('an order that is good till a date needs expiresAt');
  if (price === undefined) return timeInForce === 'fok' ? 'fok' : 'ioc';
  return timeInForce ?? (expiresAt === undefined ? 'gtc' : 'gtd');
}
