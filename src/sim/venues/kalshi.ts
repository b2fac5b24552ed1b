import { MICROS_PER_SECOND } from '../../market/units.ts';
import type { VenueRules } from '../../market/venue.ts';
import { type KalshiAccount, kalshiFees } from '../models/kalshi-fees.ts';

/** docs.kalshi.com, pages "Create Order (V2)", "Order Groups" and "Market Lifecycle", read October 2026. */
export function kalshiRules(account: KalshiAccount): VenueRules {
  return {
    fees: kalshiFees({ account }),
    postOnly: 'reject',
    // `taker_at_cross` and `maker`; one of them must be named, so a default is ours.
    selfTrade: ['taker', 'maker'],
    // Reactivation after a pause cancels all resting orders.
    resumeCancels: true,
    // "contracts matched in a rolling 15-second window"
    groupWindow: 15 * MICROS_PER_SECOND,
    // "During this window the market remains at determined and the result may be disputed": paid when finalized.
    paysWhen: 'settled',
  };
}
