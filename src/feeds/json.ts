/** What venues' JSON is read with. Nothing here throws: a field may hold anything. */
import { decimalText, parseDecimal } from '../market/units.ts';

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

/** Fifteen digits and a point. */
const EXACT_LENGTH = 16;

/**
 * A JSON number as an integer of `decimals` places. Its shortest text is the one that the venue wrote, as long as that has
 * no more than fifteen digits; a longer one is not exact and gives NaN.
 */
export function numeric(value: unknown, decimals: number): number {
  const text = typeof value === 'number' ? decimalText(value) : '';
  return text.length <= EXACT_LENGTH ? parseDecimal(text, decimals) : Number.NaN;
}

/** Without the fields that the venue did not send. */
export function tidy(contents: Json): Json {
  return Object.fromEntries(Object.entries(contents).filter(([, value]) => value !== undefined && value !== null));
}
