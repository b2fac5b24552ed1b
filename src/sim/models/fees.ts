import { notional } from '../../market/instrument.ts';
import { type Micros, MONEY_DECIMALS, type Money } from '../../market/units.ts';
import type { FeeModel } from '../../market/venue.ts';

/** No fees; for venues whose fees are not modelled (the run says so). */
export const noFees: FeeModel = { name: 'none', charge: () => 0n };

/** A share of the notional for each side, in hundredths of a basis point (1,000 = 10 bp = 0.1 %). Never rounded. */
export function proportionalFees(makerPerMillion: number, takerPerMillion: number): FeeModel {
  return {
    name: `proportional maker ${makerPerMillion / 100} bp, taker ${takerPerMillion / 100} bp`,
    charge: ({ instrument, liquidity, price, size }, memory) => {
      const rate = BigInt(liquidity === 'maker' ? makerPerMillion : takerPerMillion);
      const fee = (notional(instrument, price, size) * rate) / 1_000_000n;
      memory.modelled += fee;
      memory.charged += fee;
      return fee;
    },
  };
}

const units = Array.from({ length: MONEY_DECIMALS + 1 }, (_, places) => 10n ** BigInt(MONEY_DECIMALS - places));

/** Money of `10^-places` currency units. */
export function moneyUnit(places: number): Money {
  return units[places];
}

/** The smallest multiple of `unit` that is not below `value`. */
export function ceilTo(value: Money, unit: Money): Money {
  return -floorTo(-value, unit);
}

/** The greatest multiple of `unit` that is not above `value`. */
export function floorTo(value: Money, unit: Money): Money {
  const rest = value % unit;
  return rest < 0n ? value - rest - unit : value - rest;
}

/** The last entry that holds at `at`; entries are in ascending order and the first holds from the beginning. */
export function latest<T extends { readonly from: Micros }>(entries: readonly T[], at: Micros): T {
  let current = entries[0];
  for (const entry of entries) if (entry.from <= at) current = entry;
  return current;
}
