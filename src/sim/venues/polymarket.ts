import { MICROS_PER_SECOND, parseTime } from '../../market/units.ts';
import type { VenueRules } from '../../market/venue.ts';
import { type PolymarketFeeTerms, polymarketFees } from '../models/polymarket-fees.ts';

/**
 * Fees by category, docs.polymarket.com "Fees" (read October 2026). Before 2026-01-06 nobody paid anything; then takers of
 * 15-minute crypto markets, on a steeper curve (news of that day; its examples give rate and exponent). When the present
 * table began is not documented: a client library of that spring has it, and 2026-03-30 is taken.
 */
const from = (day: string, rate: string, exponent = 1): PolymarketFeeTerms => ({
  from: parseTime(`${day}T00:00:00Z`),
  rate,
  exponent,
});
const since = (rate: string) => [from('1970-01-01', '0'), from('2026-03-30', rate)];

const categories = {
  crypto: [from('1970-01-01', '0'), from('2026-01-06', '0.25', 2), from('2026-03-30', '0.07')],
  economics: since('0.05'),
  culture: since('0.05'),
  weather: since('0.05'),
  other: since('0.05'),
  finance: since('0.04'),
  politics: since('0.04'),
  mentions: since('0.04'),
  tech: since('0.04'),
  sports: since('0.03'),
  geopolitics: since('0'),
};

/**
 * A token's category is the `feeSeries` that the tape's header states; the feed does not tell it. Without one the highest
 * rate is charged: never too little.
 *
 * "Each token redeems for $0.50" where neither outcome applies ("Resolution", read October 2026): a void market pays half,
 * whatever was paid for it. `market_resolved` comes when the oracle's answer is final, so it pays at once.
 */
export const polymarketRules = (): VenueRules => ({
  fees: polymarketFees(categories, 'crypto'),
  // Post-only orders are refused when they would match (client libraries since January 2026).
  postOnly: 'reject',
  // Nothing is documented; our own orders end rather than trade with each other.
  selfTrade: ['taker', 'maker'],
  resumeCancels: false,
  groupWindow: 15 * MICROS_PER_SECOND,
  paysWhen: 'determined',
});
