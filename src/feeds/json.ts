/** What venues' JSON is read with. Nothing here throws: a field may hold anything. */
import { parseDecimal } from '../market/units.ts';

export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

/** The objects of a list; none if it is not a list. */
export function objects(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** An object or a list; undefined for anything else and for what is not JSON. */
export function parseObject(text: string): Json | undefined {
  try {
    const message: unknown = JSON.parse(text);
    return isObject(message) ? message : undefined;
  } catch {
    return undefined;
  }
}

/** A decimal text as an integer of `decimals` places; NaN if it is not exactly that. */
export function decimal(value: unknown, decimals: number): number {
  return typeof value === 'string' ? parseDecimal(value, decimals) : Number.NaN;
}
