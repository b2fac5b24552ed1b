import type { InstrumentKind } from '../../market/instrument.ts';
import { MICROS_PER_SECOND } from '../../market/units.ts';
import type { VenueRules } from '../../market/venue.ts';
import { proportionalFees } from '../models/fees.ts';

/**
 * Advanced Trade below $1,000 in 30 days, the dearest tier: 0.60 % maker, 1.20 % taker (a third party's list of 2026-05-05;
 * the venue shows its table to those who sign in). Tiers above are not modelled. Perpetuals: none documented, taken as
 * 0.02 % / 0.05 %, not verified. Self-trade prevention: docs.cdp.coinbase.com "Self Trade Prevention" (`dc`, `co`, `cn`,
 * `cb`), decrement-and-cancel by default; from memory.
 */
export function coinbaseRules(kind: InstrumentKind): VenueRules {
  return {
    fees: kind === 'perpetual' ? proportionalFees(200, 500) : proportionalFees(6000, 12_000),
    postOnly: 'reject',
    selfTrade: ['decrement', 'maker', 'taker', 'both'],
    resumeCancels: false,
    groupWindow: 15 * MICROS_PER_SECOND,
    paysWhen: 'settled',
  };
}
