/** Exact amounts as floating-point numbers, once all sums are done. */
import { formatMoney, type Money } from '../market/units.ts';

/** A price or size of a journal, in units of 10^-8. */
export function decimalToNumber(value: bigint): number {
  return Number(value) / 1e8;
}

/** In units of money. */
const EIGHTH_DECIMAL = 100_000_000n;
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** The number nearest to the amount: 0.1 is 0.1, which dividing by 10^16 does not promise. */
export function exactAmount(value: Money): number {
  const units = value / EIGHTH_DECIMAL;
  // Most amounts have eight decimals at most; a quotient of two exact numbers is the nearest one. The rest goes through its text.
  const isExact = units * EIGHTH_DECIMAL === value && units < MAX_SAFE && units > -MAX_SAFE;
  return isExact ? Number(units) / 1e8 : Number(formatMoney(value));
}
