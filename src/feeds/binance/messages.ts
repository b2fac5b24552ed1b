/** What Binance's messages have in common. Single letters are its own; the case of a letter is a part of its meaning. */
import type { Micros } from '../../market/units.ts';
import type { Json } from '../json.ts';
import type { DepthUpdate } from './depth.ts';

/** Empty for what says neither its type nor, as every market message does, its symbol. */
export function typeOf(data: Json): string {
  if (typeof data.e === 'string') return typeof data.s === 'string' ? data.e : `${data.e} without a symbol`;
  // The spot stream's best prices are known by their fields alone.
  return typeof data.s === 'string' && 'B' in data && 'A' in data ? 'bookTicker' : '';
}

export function isDepthUpdate(data: object): data is DepthUpdate {
  const { U, u, pu, b, a } = data as Json;
  const areIds = Number.isSafeInteger(U) && Number.isSafeInteger(u) && (pu === undefined || Number.isSafeInteger(pu));
  return areIds && Array.isArray(b) && Array.isArray(a);
}

/** Milliseconds, or microseconds where the stream was asked for them (`timeUnit=MICROSECOND`). */
const FIRST_MICROSECONDS = 1e14;

/** T is when the matching engine did it, E when the message was made; spot books have E only, spot bests neither. */
export function exchangeTime(data: object): Micros {
  const { T, E } = data as Json;
  const time = typeof T === 'number' ? T : E;
  if (typeof time !== 'number') return 0;
  return time < FIRST_MICROSECONDS ? time * 1000 : time;
}
