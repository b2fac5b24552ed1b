import { Side } from '../../market/event.ts';
import { decimal } from '../json.ts';

/** A level on the wire, of either feed: its side, price and absolute size. */
export type RawLevel = readonly [side: unknown, price: unknown, size: unknown];

export const bookSides: ReadonlyMap<unknown, Side> = new Map([
  ['buy', Side.buy],
  ['bid', Side.buy],
  ['sell', Side.sell],
  ['offer', Side.sell],
]);

/** Stands for one that is none. */
export const NO_LEVEL: RawLevel = [undefined, undefined, undefined];

export function asLevel(raw: unknown): RawLevel {
  return Array.isArray(raw) ? [raw[0], raw[1], raw[2]] : NO_LEVEL;
}

export function sided(side: string, levels: readonly unknown[]): RawLevel[] {
  return levels.map((raw) => (Array.isArray(raw) ? [side, raw[0], raw[1]] : NO_LEVEL));
}

/** Some offer at 138991023.41 dollars: with eight decimals that is no exact integer, and such a price is not held at all. */
export function isBeyond(price: unknown, decimals: number): boolean {
  const whole = typeof price === 'string' ? price.split('.', 1)[0] : '';
  return Number.isNaN(decimal(whole, decimals)) && decimal(whole, 0) > 0;
}
