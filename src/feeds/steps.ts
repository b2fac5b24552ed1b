/** Ticks and lots as crypto venues state them: the step as a decimal text. */
import { evenLadder, type TickLadder } from '../market/ticks.ts';
import { parseDecimal } from '../market/units.ts';

/** Digits that every integer of a JavaScript number has exactly. */
const EXACT_DIGITS = 15;

export interface Step {
  readonly decimals: number;
  readonly step: number;
}

/**
 * A tick or a lot with the decimals to count it in: "0.00010000" with 8 is 10,000 units of 8 decimals. `written` are the
 * decimals that the venue may write; they are not as few as the step needs, because a book keeps orders from before
 * tick and lot were made coarser: NKNUSDT of 2021-10-12 (Binance) has 0.25511 x 39.2 at a tick of 0.0001 and a lot of 1.
 * They are fewer where the greatest value, with `spareDigits` more, would not be exact any more, as with sizes of coins
 * of little worth. Undefined for what is no step, and for zero, with which Binance says that a rule is off.
 */
export function stepOf(text: unknown, written: number, greatest: unknown, spareDigits: number): Step | undefined {
  if (typeof text !== 'string' || typeof greatest !== 'string') return undefined;
  const needed = places(text.replace(/0+$/, ''));
  const exact = EXACT_DIGITS - spareDigits - greatest.split('.', 1)[0].length;
  const decimals = Math.max(needed, Math.min(written, exact));
  const step = parseDecimal(text, decimals);
  return step > 0 ? { decimals, step } : undefined;
}

export function places(text: string): number {
  return text.includes('.') ? text.length - text.indexOf('.') - 1 : 0;
}

/** Prices from one tick on: nothing trades at zero. */
export function ladderOf(tick: number): TickLadder {
  return evenLadder(tick, tick, Number.MAX_SAFE_INTEGER);
}
