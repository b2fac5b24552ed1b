import { MICROS_PER_SECOND } from '../../market/units.ts';
import type { VenueRules } from '../../market/venue.ts';
import { proportionalFees } from '../models/fees.ts';

/** `defaultSelfTradePreventionMode` of exchangeInfo: EXPIRE_MAKER, with EXPIRE_TAKER, EXPIRE_BOTH and DECREMENT allowed. */
const common = {
  postOnly: 'reject',
  selfTrade: ['maker', 'taker', 'both', 'decrement'],
  resumeCancels: false,
  groupWindow: 15 * MICROS_PER_SECOND,
  paysWhen: 'settled',
} as const;

/** Regular users without discounts: spot 0.1 % / 0.1 % (fee schedule, read 2026). */
export const binanceRules = (): VenueRules => ({ ...common, fees: proportionalFees(1000, 1000) });

/** USD-M futures 0.02 % / 0.05 % (fee schedule, read 2026; the same on 2026-10-12 by a third party's index of fees). */
export const binanceFuturesRules = (): VenueRules => ({ ...common, fees: proportionalFees(200, 500) });

/**
 * COIN-M futures, whose contracts are inverse: 0.02 % / 0.05 %. The FAQ on fees of 2019 to 2026 reckons its example with
 * 0.015 % and 0.040 %; that today's rates are those of USD-M futures is not verified. Commissions are cut to 8 decimals
 * there and exact here.
 */
export const binanceCoinRules = (): VenueRules => ({ ...common, fees: proportionalFees(200, 500) });
