/** Which venue treats orders how, by hand. */
import { MICROS_PER_SECOND } from '../../market/units.ts';
import type { VenueRules } from '../../market/venue.ts';
import { noFees } from '../models/fees.ts';
import type { KalshiAccount } from '../models/kalshi-fees.ts';
import { binanceFuturesRules, binanceRules } from './binance.ts';
import { kalshiRules } from './kalshi.ts';

export interface VenueOptions {
  readonly kalshiAccount: KalshiAccount;
}

const rules: Readonly<Record<string, (options: VenueOptions) => VenueRules>> = {
  kalshi: ({ kalshiAccount }) => kalshiRules(kalshiAccount),
  binance: binanceRules,
  'binance-futures': binanceFuturesRules,
};

/** A venue whose rules we do not know charges nothing, and the run says so. */
export const otherVenue: VenueRules = {
  fees: noFees,
  postOnly: 'reject',
  selfTrade: ['taker', 'maker', 'both', 'decrement'],
  resumeCancels: false,
  groupWindow: 15 * MICROS_PER_SECOND,
  paysWhen: 'settled',
};

/** Rules by venue, made once each. */
export function rulesByVenue(options: VenueOptions): (venue: string) => VenueRules {
  const made = new Map<string, VenueRules>();
  return (venue) => {
    let found = made.get(venue);
    if (!found) {
      found = rules[venue]?.(options) ?? otherVenue;
      made.set(venue, found);
    }
    return found;
  };
}
