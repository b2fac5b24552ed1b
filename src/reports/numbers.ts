/** Exact amounts as floating-point numbers, once all sums are done. */
import { formatMoney, type Money } from '../market/units.ts';

/** A price or size of a journal, in units of 10^-8. */
export function decimalToNumber(value: bigint): number {
  return Number(value) / 1e8;
}

/** The number nearest to the amount: 0.1 is 0.1, which dividing by 10^16 does not promise. */
export function exactAmount(value: Money): number {
  return Number(formatMoney(value));
}
