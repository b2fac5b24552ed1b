import { BarField, EventFlag, EventKind, LifecycleCode, Side, StatisticCode } from '../../market/event.ts';
import { Direction, type FrameView } from '../../market/frame.ts';
import type { Instrument } from '../../market/instrument.ts';
import { MICROS_PER_SECOND, parseTime } from '../../market/units.ts';
import { FeedDecoder, type Listed } from '../feed-decoder.ts';
import { isObject, type Json, numeric, objects } from '../json.ts';
import { accountMessages } from './account-messages.ts';
import { natureOf } from './conditions.ts';
import { alpacaInstrument } from './instruments.ts';
import { parseMsgpack } from './msgpack.ts';

interface Security extends Listed {
  /** Coins have books; there has been one, and no connection was lost since. */
  isWhole: boolean;
}

const MINUTE = 60 * MICROS_PER_SECOND;
const DAY = 24 * 60 * MINUTE;

/** Until this day the tapes told the sizes of quotes in round lots, since then in shares (Market Data Infrastructure rules). */
const SHARES_SINCE = parseTime('2025-11-03T00:00:00-05:00');
const ROUND_LOT = 100;

/** Codes of both tape plans: 2 and H halt, P pauses for volatility, 3 and T resume. Q resumes quotes but not trading. */
const statusCodes: ReadonlyMap<unknown, number> = new Map([
  ['2', LifecycleCode.paused],
  ['H', LifecycleCode.paused],
  ['P', LifecycleCode.paused],
  ['3', LifecycleCode.resumed],
  ['T', LifecycleCode.resumed],
]);

/** First bytes of a list and an object in JSON; in msgpack these are numbers, which no frame is. */
const JSON_STARTS: ReadonlySet<number> = new Set([0x5b, 0x7b]);

/**
 * Alpaca frames to events: market data of stocks, options and coins (lists of messages with a `T`), and the stream of
 * our own orders (`trade_updates`, JSON in binary frames). Options come as msgpack, and so does the rest where it was asked for.
 *
 * Nothing numbers the messages and there is no snapshot of quotes: only the recorder's notes tell a gap.
 */
export class AlpacaDecoder extends FeedDecoder<Security> {
  protected contract(symbol: string): Instrument {
    return alpacaInstrument(symbol, this.facts.get(symbol));
  }

  protected remember(listed: Listed): Security {
    return { ...listed, isWhole: false };
  }

  protected forget(security: Security, flags: number): void {
    if (flags & EventFlag.book) security.isWhole = false;
  }

  protected override parse(frame: FrameView): Json | undefined {
    if (frame.direction === Direction.in && frame.binary && !JSON_STARTS.has(frame.payload()[0])) {
      const message = parseMsgpack(frame.payload());
      if (!message) this.problem('malformed msgpack');
      return message;
    }
    return super.parse(frame);
  }

  protected message(message: Json): void {
    if (!Array.isArray(message)) this.#trading(message);
    else for (const one of objects(message)) this.#data(one);
  }

  // --- our own orders --------------------------------------------------------------------------------------------

  #trading(message: Json): void {
    const { stream } = message;
    const data = isObject(message.data) ? message.data : {};
    if (stream === 'trade_updates') this.#tradeUpdate(data);
    else if (stream === 'authorization') {
      if (data.status !== 'authorized') this.problem(`authorization: ${String(data.status)}`);
    } else if (stream !== 'listening') this.problem(`unknown stream ${String(stream)}`);
  }

  #tradeUpdate(data: Json): void {
    this.#at(data.timestamp);
    const update = accountMessages(data);
    if (!update) {
      this.problem('trade_updates without an order');
      return;
    }
    const security = update.symbol === '' ? undefined : this.carried(update.symbol, 0);
    for (const { code, contents } of update.messages) {
      this.row(security, EventKind.account, Side.none, 0, 0, code, 0, JSON.stringify(contents));
    }
  }

  // --- market data -----------------------------------------------------------------------------------------------

  #data(message: Json): void {
    const { T: type, S: name } = message;
    if (type === 'success' || type === 'subscription') return;
    if (type === 'error') this.problem(`error ${String(message.code)}: ${String(message.msg)}`);
    else if (typeof name !== 'string' || name === '') this.problem(`unknown type ${String(type)}`);
    else {
      this.#at(message.t);
      this.#about(name, String(type), message);
    }
  }

  #about(name: string, type: string, message: Json): void {
    switch (type) {
      case 't':
        this.#trade(this.carried(name, EventFlag.trades), message);
        return;
      case 'q':
        this.#quote(this.carried(name, 0), message);
        return;
      case 'b':
      case 'u':
        this.#bar(this.carried(name, 0), message, MINUTE);
        return;
      case 'd':
        this.#bar(this.carried(name, 0), message, DAY);
        return;
      case 's':
        this.lifecycle(
          this.carried(name, 0),
          statusCodes.get(message.sc) ?? LifecycleCode.changed,
          JSON.stringify(message),
        );
        return;
      // Price bands, imbalances, corrected and cancelled trades: no rows of their own, so in the venue's words.
      case 'l':
      case 'i':
      case 'c':
      case 'x':
        this.lifecycle(this.carried(name, 0), LifecycleCode.changed, JSON.stringify(message));
        return;
      case 'o':
        this.#book(this.carried(name, EventFlag.book), message);
        return;
      default:
        this.problem(`unknown type ${type}`);
    }
  }

  #trade(security: Security, message: Json): void {
    const { priceDecimals, sizeDecimals } = security.instrument;
    const price = numeric(message.p, priceDecimals);
    const size = numeric(message.s, sizeDecimals);
    if (!(price > 0 && size > 0)) {
      this.problem('trade with fields that do not parse');
      return;
    }
    const nature = natureOf(message);
    if (nature === 'announcement') {
      this.row(security, EventKind.statistic, Side.none, price, 0, StatisticCode.lastPrice);
      return;
    }
    // Only coins tell who came to the book.
    const side = message.tks === 'B' ? Side.buy : message.tks === 'S' ? Side.sell : Side.none;
    this.row(security, EventKind.trade, side, price, size, 0, nature === 'offBook' ? EventFlag.offBook : 0);
  }

  #quote(security: Security, message: Json): void {
    const { kind, priceDecimals, sizeDecimals } = security.instrument;
    const unit = kind === 'equity' && this.exchangeAt < SHARES_SINCE ? ROUND_LOT : 1;
    const bid = [numeric(message.bp, priceDecimals), unit * numeric(message.bs, sizeDecimals)] as const;
    const ask = [numeric(message.ap, priceDecimals), unit * numeric(message.as, sizeDecimals)] as const;
    if ([...bid, ...ask].every((value) => value >= 0)) this.quote(security, bid, ask);
    else this.problem('quote with fields that do not parse');
  }

  #bar(security: Security, message: Json, length: number): void {
    const { priceDecimals, sizeDecimals } = security.instrument;
    const [open, high, low, close] = [message.o, message.h, message.l, message.c].map((price) =>
      numeric(price, priceDecimals),
    );
    const volume = numeric(message.v, sizeDecimals);
    if (![open, high, low, close].every((price) => price > 0) || !(volume >= 0)) {
      this.problem('bar with fields that do not parse');
      return;
    }
    this.row(security, EventKind.bar, Side.none, open, length, BarField.open);
    this.row(security, EventKind.bar, Side.none, high, 0, BarField.high);
    this.row(security, EventKind.bar, Side.none, low, 0, BarField.low);
    this.row(security, EventKind.bar, Side.none, close, volume, BarField.close);
  }

  /** `r` = the whole book; else levels that changed. */
  #book(security: Security, message: Json): void {
    const isSnapshot = message.r === true;
    if (isSnapshot) {
      security.isWhole = true;
      this.bookClear(security);
    } else if (!security.isWhole) {
      this.problem('book update without a whole book before it');
      return;
    }
    const { priceDecimals, sizeDecimals } = security.instrument;
    const flags = isSnapshot ? EventFlag.snapshot : 0;
    for (const [side, levels] of [
      [Side.buy, message.b],
      [Side.sell, message.a],
    ] as const) {
      for (const { p, s } of objects(levels)) {
        if (!this.level(security, side, numeric(p, priceDecimals), numeric(s, sizeDecimals), flags)) return;
      }
    }
  }

  /** Sets the time of the rows that follow. */
  #at(text: unknown): void {
    const time = typeof text === 'string' ? parseTime(text) : 0;
    this.exchangeAt = time > 0 ? time : 0;
  }
}
