import type { InstrumentKind } from '../../market/instrument.ts';
import { MICROS_PER_SECOND } from '../../market/units.ts';
import type { VenueRules } from '../../market/venue.ts';
import { proportionalFees } from '../models/fees.ts';
import { usEquityFees, usEquityHours } from './us-equities.ts';
import { SPREAD_SHARE, usOptionFees } from './us-options.ts';

const common = {
  postOnly: 'reject',
  // Wash trades are refused: "opposite side market/stop order exists" (docs.alpaca.markets "Orders"): the newer order ends.
  selfTrade: ['taker'],
  // After a halt orders go on resting.
  resumeCancels: false,
  groupWindow: 15 * MICROS_PER_SECOND,
  paysWhen: 'settled',
} as const;

/** A broker for shares, options and coins, each with rules of its own. */
export function alpacaRules(kind: InstrumentKind, hours: 'regular' | 'extended'): VenueRules {
  switch (kind) {
    case 'equity':
      return { ...common, fees: usEquityFees('day'), hours: usEquityHours(hours) };
    case 'option':
      return { ...common, fees: usOptionFees('day'), hours: usEquityHours('regular'), spreadShare: SPREAD_SHARE };
    default:
      // Coins below $100,000 in 30 days: 0.15 % maker, 0.25 % taker (alpaca.markets support, effective 2023-03-13).
      return { ...common, fees: proportionalFees(1500, 2500) };
  }
}
