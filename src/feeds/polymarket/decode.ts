import { EventFlag, EventKind, LifecycleCode, Side } from '../../market/event.ts';
import type { FrameView } from '../../market/frame.ts';
import type { Instrument, InstrumentFacts } from '../../market/instrument.ts';
import { FeedDecoder, type Listed } from '../feed-decoder.ts';
import { decimal, type Json, objects } from '../json.ts';
import { DECIMALS, ladderOf, ONE, polymarketInstrument } from './tokens.ts';

interface Token extends Listed {
  /** Its book has had its first `book`, and no connection was lost since. */
  isWhole: boolean;
}

const KEEP_ALIVE = 'PONG';

/**
 * Polymarket frames to events: the market channel of its CLOB. A frame is one message or a list of them.
 *
 * Nothing numbers the messages, so a lost one does not show before the next `book`. What the venue tells of best prices
 * (`best_bid_ask`, and in each price change) cannot stand in: its messages take a book apart into steps, and best prices
 * run ahead of them. Hashes cannot either: that of a change names an order, and that of a book is over facts that the
 * message does not hold (Polymarket/py-clob-client-v2#117).
 */
export class PolymarketDecoder extends FeedDecoder<Token> {
  /** What messages told of tokens before these were met. */
  readonly #told = new Map<string, InstrumentFacts>();

  protected contract(symbol: string): Instrument {
    return polymarketInstrument(symbol, this.#told.get(symbol), this.facts.get(symbol));
  }

  protected remember(listed: Listed): Token {
    return { ...listed, isWhole: false };
  }

  protected forget(token: Token, flags: number): void {
    if (flags & EventFlag.book) token.isWhole = false;
  }

  protected override parse(frame: FrameView): Json | undefined {
    return frame.text() === KEEP_ALIVE ? undefined : super.parse(frame);
  }

  protected message(message: Json): void {
    if (!Array.isArray(message)) this.#one(message);
    else for (const one of objects(message)) this.#one(one);
  }

  #one(message: Json): void {
    // Milliseconds as a text; with three decimals that is microseconds.
    const time = decimal(message.timestamp, 3);
    this.exchangeAt = time > 0 ? time : 0;
    switch (message.event_type) {
      case 'book':
        this.#book(message);
        return;
      case 'price_change':
        this.#priceChange(message);
        return;
      case 'last_trade_price':
        this.#trade(message);
        return;
      case 'tick_size_change':
        this.#tickSize(message);
        return;
      case 'new_market':
        this.#newMarket(message);
        return;
      case 'market_resolved':
        this.#resolved(message);
        return;
      case 'best_bid_ask':
        // Prices without sizes: no quote, and the book has them.
        return;
      default:
        this.problem(`unknown type ${String(message.event_type)}`);
    }
  }

  #book(message: Json): void {
    const token = this.#token(message, message.asset_id, EventFlag.book);
    if (!token) return;
    token.isWhole = true;
    this.bookClear(token);
    for (const { side, price, size } of [...sided(Side.buy, message.bids), ...sided(Side.sell, message.asks)]) {
      if (!this.level(token, side, price, size, EventFlag.snapshot)) return;
    }
  }

  /** Three forms: `price_changes` of several tokens (since 2025-09-15), `changes` of one, and one change by itself (2024). */
  #priceChange(message: Json): void {
    const { price_changes: now, changes: before } = message;
    const changes = Array.isArray(now) ? now : Array.isArray(before) ? before : [message];
    for (const change of objects(changes)) {
      const token = this.#token(message, change.asset_id ?? message.asset_id, EventFlag.book);
      if (!token) continue;
      if (!token.isWhole) {
        this.problem('price_change without a book before it');
        continue;
      }
      const side = sideOf(change.side);
      this.level(token, side, side === Side.none ? Number.NaN : priceOf(change.price), decimal(change.size, DECIMALS));
    }
  }

  #trade(message: Json): void {
    const token = this.#token(message, message.asset_id, EventFlag.trades);
    if (!token) return;
    const price = priceOf(message.price);
    const size = decimal(message.size, DECIMALS);
    const side = sideOf(message.side);
    if (price >= 0 && size > 0 && side !== Side.none) this.row(token, EventKind.trade, side, price, size);
    else this.problem('last_trade_price with fields that do not parse');
  }

  #tickSize(message: Json): void {
    const token = this.#token(message, message.asset_id, 0, message.old_tick_size);
    const ticks = ladderOf(message.new_tick_size);
    if (token && ticks) this.lifecycle(token, LifecycleCode.ticksChanged, JSON.stringify({ ticks }));
    else if (token) this.problem('tick_size_change with fields that do not parse');
  }

  #newMarket(message: Json): void {
    const outcomes = Array.isArray(message.outcomes) ? message.outcomes : [];
    for (const [i, id] of tokensOf(message).entries()) {
      const title = typeof message.question === 'string' && {
        title: `${message.question} ${outcomes[i] ?? ''}`.trim(),
      };
      const token = this.#token(message, id, 0, message.order_price_min_tick_size, title || {});
      if (token) this.lifecycle(token, LifecycleCode.created, JSON.stringify(message));
    }
  }

  #resolved(message: Json): void {
    const { winning_asset_id: winner } = message;
    if (typeof winner !== 'string' || !tokensOf(message).includes(winner)) {
      this.problem('market_resolved without a winner among its tokens');
      return;
    }
    for (const id of tokensOf(message)) {
      const token = this.#token(message, id, 0);
      const payout = id === winner ? ONE : 0;
      if (!token) continue;
      const text = JSON.stringify(message);
      this.row(token, EventKind.lifecycle, Side.none, payout, 0, LifecycleCode.determined, 0, text);
    }
  }

  /** The token that a message is about, which the connection carries (`flag`); what the message tells of it is for its listing. */
  #token(message: Json, id: unknown, flag: number, tickSize = message.tick_size, facts = {}): Token | undefined {
    if (typeof id !== 'string' || id === '') {
      this.problem(`${String(message.event_type)} without a token`);
      return undefined;
    }
    if (!this.known(id)) {
      const ticks = ladderOf(tickSize);
      const group = typeof message.market === 'string' && { group: message.market };
      this.#told.set(id, { symbol: id, ...facts, ...group, ...(ticks && { ticks }) });
    }
    return this.carried(id, flag);
  }
}

interface Level {
  readonly side: Side;
  readonly price: number;
  readonly size: number;
}

/** The levels of one side; one that is not a list gives a level that does not parse. */
function sided(side: Side, levels: unknown): Level[] {
  const raw = Array.isArray(levels) ? objects(levels) : [{} as Json];
  return raw.map(({ price, size }) => ({ side, price: priceOf(price), size: decimal(size, DECIMALS) }));
}

function sideOf(word: unknown): Side {
  if (word === 'BUY') return Side.buy;
  return word === 'SELL' ? Side.sell : Side.none;
}

/** From 0 to 1; NaN for all else. */
function priceOf(text: unknown): number {
  const price = decimal(text, DECIMALS);
  return price >= 0 && price <= ONE ? price : Number.NaN;
}

function tokensOf(message: Json): string[] {
  const ids = message.assets_ids ?? message.clob_token_ids;
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
}
