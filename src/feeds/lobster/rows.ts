/** LOBSTER's two kinds of CSV rows. Source: the readme in its sample files, and lobsterdata.com for type 6. */
import type { BookSide } from '../../market/book.ts';
import { type Price, parseDecimal, type Size } from '../../market/units.ts';

export const MessageType = {
  submitted: 1,
  /** A part of an order was cancelled. */
  reduced: 2,
  deleted: 3,
  executed: 4,
  /** The execution of an order that the book did not show. */
  executedHidden: 5,
  /** An auction; the order id means nothing. */
  cross: 6,
  /** Trading halts or goes on; the price says which. */
  halt: 7,
} as const;

/** What a halt message has for a price. */
export const HaltPrice = { halted: -1, quoting: 0, trading: 1 } as const;

export interface Message {
  readonly type: number;
  readonly order: string;
  readonly size: Size;
  /** Ten-thousandths of a dollar. */
  readonly price: Price;
  /** Of the order that the message is about: for an execution, the one that was in the book. */
  readonly side: BookSide;
}

/** time, type, order, size, price, direction; undefined if they do not parse. The frame's stamp tells the time. */
export function parseMessage(line: string): Message | undefined {
  const [, type, order, size, price, direction] = line.split(',');
  if (direction !== '1' && direction !== '-1') return undefined;
  const message = {
    type: parseDecimal(type, 0),
    order,
    size: parseDecimal(size, 0),
    price: parseDecimal(price, 0),
    side: direction === '1' ? 1 : -1,
  } as const;
  return message.size >= 0 && !Number.isNaN(message.type + message.price) ? message : undefined;
}

export interface Level {
  readonly price: Price;
  readonly size: Size;
}

/** The levels that LOBSTER shows after a message, the best first. */
export interface BookRow {
  /** Levels of each side that a row has room for. */
  readonly depth: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

/** What stands for a price where a side has fewer levels than the row: with this sign for asks, negative for bids. */
const NO_PRICE = 9_999_999_999;

/** Ask price, ask size, bid price, bid size, level by level; undefined if they do not parse. */
export function parseBookRow(line: string): BookRow | undefined {
  const values = line.split(',').map((text) => parseDecimal(text, 0));
  if (values.length % 4 !== 0 || values.some(Number.isNaN)) return undefined;
  const bids: Level[] = [];
  const asks: Level[] = [];
  for (let i = 0; i < values.length; i += 4) {
    if (values[i] !== NO_PRICE) asks.push({ price: values[i], size: values[i + 1] });
    if (values[i + 2] !== -NO_PRICE) bids.push({ price: values[i + 2], size: values[i + 3] });
  }
  return { depth: values.length / 4, bids, asks };
}
