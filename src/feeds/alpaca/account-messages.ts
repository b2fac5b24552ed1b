/** Alpaca's `trade_updates` in our own words: what an account event's text holds. Decimal texts as sent. */
import { AccountCode } from '../../market/event.ts';
import { isObject, type Json, tidy } from '../json.ts';

interface AccountMessage {
  readonly code: number;
  readonly contents: Json;
}

/** What an update says: a fill if there was one, and the order as it is now. Undefined if it is about no order. */
export function accountMessages(data: Json): { symbol: string; messages: AccountMessage[] } | undefined {
  const { order } = data;
  if (!isObject(order)) return undefined;
  const isFill = data.event === 'fill' || data.event === 'partial_fill';
  return {
    // An order of several legs has no symbol of its own.
    symbol: typeof order.symbol === 'string' ? order.symbol : '',
    messages: [
      ...(isFill ? [{ code: AccountCode.fill, contents: fill(data, order) }] : []),
      { code: AccountCode.order, contents: orderNow(data, order) },
    ],
  };
}

function fill(data: Json, order: Json): Json {
  return tidy({
    tradeId: data.execution_id,
    orderId: order.id,
    clientOrderId: order.client_order_id,
    side: order.side,
    price: data.price,
    size: data.qty,
    position: data.position_qty,
  });
}

function orderNow(data: Json, order: Json): Json {
  return tidy({
    orderId: order.id,
    clientOrderId: order.client_order_id,
    status: order.status,
    reason: data.event,
    side: order.side,
    type: order.type,
    price: order.limit_price,
    size: order.qty,
    filled: order.filled_qty,
    replaces: order.replaces,
    replacedBy: order.replaced_by,
  });
}
