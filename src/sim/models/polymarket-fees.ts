import { notional } from '../../market/instrument.ts';
import { type Micros, ONE_DOLLAR, parseMoney } from '../../market/units.ts';
import type { FeeModel } from '../../market/venue.ts';
import { floorTo, latest, moneyUnit } from './fees.ts';

export interface PolymarketFeeTerms {
  readonly from: Micros;
  /** Decimal. */
  readonly rate: string;
  readonly exponent: number;
}

/** Takers pay `contracts x rate x (p x (1 - p))^exponent`, cut to five decimals; makers nothing. */
export function polymarketFees<C extends string>(
  categories: Readonly<Record<C, readonly PolymarketFeeTerms[]>>,
  unknown: C,
): FeeModel {
  return {
    name: `polymarket, ${unknown} where the category is unknown`,
    charge({ instrument, liquidity, price, size, at }, memory) {
      if (liquidity === 'maker') return 0n;
      const series = instrument.feeSeries ?? '';
      const { rate, exponent } = latest(categories[(Object.hasOwn(categories, series) ? series : unknown) as C], at);
      const one = BigInt(instrument.bounds?.high ?? 0);
      const rest = one - BigInt(price);
      const curve = (BigInt(price) * rest) ** BigInt(exponent - 1);
      const exact = (notional(instrument, price, size) * rest * curve * parseMoney(rate)) / (ONE_DOLLAR * one);
      const fee = exact / one ** BigInt(2 * (exponent - 1));
      memory.modelled += fee;
      memory.charged += floorTo(fee, moneyUnit(5));
      return floorTo(fee, moneyUnit(5));
    },
  };
}
