/**
 * Kalshi's private messages in our own words: what an account event's text holds. Decimal texts, YES terms; fields that
 * the venue did not send are left out.
 */
import { AccountCode } from '../../market/event.ts';
import { formatDecimal } from '../../market/units.ts';
import { type Json, tidy } from '../json.ts';
import type { Era } from './eras.ts';
import { PRICE_DECIMALS, SIZE_DECIMALS } from './instruments.ts';

interface AccountMessage {
  readonly code: number;
  /** Ticker that it is about; empty if none. */
  readonly ticker: string;
  readonly contents: Json;
}

/** Undefined for a type that is not a private message. */
export function accountMessage(type: string, msg: Json, era: Era): AccountMessage | undefined {
  const named = msg.market_ticker ?? msg.ticker;
  const ticker = typeof named === 'string' ? named : '';
  switch (type) {
    case 'fill':
      return { code: AccountCode.fill, ticker, contents: fill(msg, era) };
    case 'user_order':
      return { code: AccountCode.order, ticker, contents: order(msg, era) };
    case 'market_position':
    case 'market_positions':
      return { code: AccountCode.position, ticker, contents: position(msg, era) };
    case 'order_group_updates':
      return { code: AccountCode.orderGroup, ticker: '', contents: orderGroup(msg, era) };
    case 'rfq_created':
    case 'rfq_deleted':
    case 'quote_created':
    case 'quote_accepted':
    case 'quote_executed':
      return { code: AccountCode.communication, ticker, contents: { type, ...msg } };
    default:
      return undefined;
  }
}

function fill(msg: Json, era: Era): Json {
  return tidy({
    tradeId: msg.trade_id,
    orderId: msg.order_id,
    clientOrderId: msg.client_order_id,
    liquidity: msg.is_taker === true ? 'taker' : 'maker',
    side: bookSide(msg),
    outcome: msg.outcome_side ?? msg.side,
    price: priceText(era.price(msg, 'yes_price')),
    size: sizeText(era.count(msg, 'count')),
    fee: msg.fee_cost,
    position: sizeText(era.count(msg, 'post_position')),
  });
}

function order(msg: Json, era: Era): Json {
  return tidy({
    orderId: msg.order_id,
    clientOrderId: msg.client_order_id,
    status: msg.status,
    reason: msg.last_update_reason,
    side: bookSide(msg),
    outcome: msg.outcome_side ?? msg.side,
    price: priceText(era.price(msg, 'yes_price')),
    size: sizeText(era.count(msg, 'initial_count')),
    filled: sizeText(era.count(msg, 'fill_count')),
    remaining: sizeText(era.count(msg, 'remaining_count')),
    takerFees: msg.taker_fees_dollars,
    makerFees: msg.maker_fees_dollars,
    orderGroup: msg.order_group_id,
  });
}

function position(msg: Json, era: Era): Json {
  return tidy({
    size: sizeText(era.count(msg, 'position')),
    cost: moneyText(era.money(msg, 'position_cost')),
    realised: moneyText(era.money(msg, 'realized_pnl')),
    fees: moneyText(era.money(msg, 'fees_paid')),
  });
}

function orderGroup(msg: Json, era: Era): Json {
  return tidy({
    orderGroup: msg.order_group_id,
    change: msg.event_type,
    contractsLimit: sizeText(era.count(msg, 'contracts_limit')),
  });
}

/** bid = buys YES or sells NO; derived from the older words where `book_side` is missing. */
function bookSide(msg: Json): 'buy' | 'sell' | undefined {
  if (msg.book_side === 'bid') return 'buy';
  if (msg.book_side === 'ask') return 'sell';
  if (msg.side !== 'yes' && msg.side !== 'no') return undefined;
  const sells = typeof msg.action === 'string' && msg.action.startsWith('sell');
  return (msg.side === 'yes') !== sells ? 'buy' : 'sell';
}

const priceText = (value: number) => (Number.isNaN(value) ? undefined : formatDecimal(value, PRICE_DECIMALS));
const sizeText = (value: number) => (Number.isNaN(value) ? undefined : formatDecimal(value, SIZE_DECIMALS));
const moneyText = (value: number) => (Number.isNaN(value) ? undefined : formatDecimal(value, 6));
