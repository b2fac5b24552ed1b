/** Rows of the journal from what the desk knows. */
import type { Fill } from '../market/fill.ts';
import type { Instrument } from '../market/instrument.ts';
import type { Cause, FillRow, OrderRow } from '../market/journal.ts';
import type { MarketView } from '../market/market.ts';
import type { Order, Trigger } from '../market/order.ts';
import { formatDecimal, formatMoney, type Micros, type Price, type Size } from '../market/units.ts';

export interface OrderStep {
  readonly step: OrderRow['step'];
  /** The venue's time; null for what the desk did. */
  readonly venueAt: Micros | null;
  readonly queueAhead: Size | null;
}

export function orderRow(
  cause: Cause,
  instrument: Instrument,
  order: Order,
  { step, venueAt, queueAhead }: OrderStep,
): OrderRow {
  // Named one by one: a spread before so many fields costs ten microseconds a row.
  const { time, tape, frame } = cause;
  return {
    time,
    tape,
    frame,
    orderId: order.id,
    step,
    state: order.state,
    reason: order.reason,
    instrument: order.instrument,
    side: order.side > 0 ? 'buy' : 'sell',
    outcome: order.outcome,
    price: priceText(instrument, order.price),
    size: sizeText(instrument, order.size),
    filled: sizeText(instrument, order.filled),
    timeInForce: order.timeInForce,
    expiresAt: Number.isFinite(order.expiresAt) ? order.expiresAt : null,
    postOnly: order.postOnly,
    reduceOnly: order.reduceOnly,
    cancelOnPause: order.cancelOnPause,
    orderGroup: order.group,
    trigger: triggerText(instrument, order.trigger),
    tag: order.tag,
    decisionId: order.decision,
    venueTime: venueAt,
    queueAhead: queueAhead === null ? null : sizeText(instrument, queueAhead),
  };
}

/** What a fill, or a settlement at the payout, did to the position. */
export interface PositionChange {
  readonly outcome: 'yes' | 'no';
  /** Signed. */
  readonly size: Size;
  readonly price: Price;
  readonly venueAt: Micros;
  /** After it. */
  readonly position: Size;
  /** Missing for a settlement. */
  readonly order?: Order;
  readonly fill?: Fill;
}

export function fillRow(cause: Cause, fillId: number, market: MarketView, change: PositionChange): FillRow {
  const { instrument } = market;
  const { outcome, size, price, venueAt, position, order, fill } = change;
  const { bidPrice, askPrice } = market.bookComplete ? market.book : market.quote;
  const evidence = fill?.evidence;
  const { time, tape, frame } = cause;
  return {
    time,
    tape,
    frame,
    fillId,
    orderId: order?.id ?? 0,
    kind: fill ? 'trade' : 'settlement',
    venueTime: venueAt,
    instrument: instrument.id,
    side: size > 0 ? 'buy' : 'sell',
    outcome,
    size: sizeText(instrument, Math.abs(size)),
    price: priceText(instrument, price),
    fee: formatMoney(fill?.fee ?? 0n),
    liquidity: fill?.liquidity ?? '',
    grade: evidence?.grade ?? '',
    evidenceFrame: evidence?.frame ?? frame,
    queueAtArrival: evidence ? sizeText(instrument, evidence.queueAtArrival) : '',
    queueAtFill: evidence ? sizeText(instrument, evidence.queueAtFill) : '',
    available: evidence ? sizeText(instrument, evidence.available) : '',
    bid: priceText(instrument, bidPrice),
    ask: priceText(instrument, askPrice),
    position: sizeText(instrument, position),
    tag: order?.tag ?? '',
  };
}

/** Empty for a price that there is not: no bid, no ask, a market order's limit. */
export function priceText(instrument: Instrument, price: Price): string {
  return Number.isFinite(price) ? formatDecimal(price, instrument.priceDecimals) : '';
}

/** Models make parts of a lot of the queue ahead; the journal keeps what the instrument's decimals hold. Empty: unknown. */
function sizeText(instrument: Instrument, size: Size): string {
  return Number.isFinite(size) ? formatDecimal(Math.round(size), instrument.sizeDecimals) : '';
}

function triggerText(instrument: Instrument, trigger: Trigger | undefined): string {
  if (!trigger) return '';
  const at = trigger.kind === 'trailing' ? trigger.distance : trigger.price;
  return `${trigger.kind} ${priceText(instrument, at)} ${trigger.on ?? 'trade'}`;
}
