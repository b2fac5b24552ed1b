/** Which venue treats orders how, by hand. */
import type { Instrument } from '../../market/instrument.ts';
import { MICROS_PER_SECOND } from '../../market/units.ts';
import type { VenueRules } from '../../market/venue.ts';
import { noFees } from '../models/fees.ts';
import type { KalshiAccount } from '../models/kalshi-fees.ts';
import { alpacaRules } from './alpaca.ts';
import { binanceCoinRules, binanceFuturesRules, binanceRules } from './binance.ts';
import { coinbaseRules } from './coinbase.ts';
import { kalshiRules } from './kalshi.ts';
import { polymarketRules } from './polymarket.ts';

export interface VenueOptions {
  readonly kalshiAccount: KalshiAccount;
  readonly usHours: 'regular' | 'extended';
}

const rules: Readonly<Record<string, (options: VenueOptions, kind: Instrument['kind']) => VenueRules>> = {
  kalshi: ({ kalshiAccount }) => kalshiRules(kalshiAccount),
  polymarket: polymarketRules,
  alpaca: ({ usHours }, kind) => alpacaRules(kind, usHours),
  binance: binanceRules,
  'binance-futures': binanceFuturesRules,
  'binance-coin-futures': binanceCoinRules,
  coinbase: (_options, kind) => coinbaseRules(kind),
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

/** Rules by venue and kind of instrument, made once each. */
export function rulesByVenue(options: VenueOptions): (instrument: Instrument) => VenueRules {
  const made = new Map<string, VenueRules>();
  return ({ venue, kind }) => {
    const key = `${venue} ${kind}`;
    let found = made.get(key);
    if (!found) {
      found = rules[venue]?.(options, kind) ?? otherVenue;
      made.set(key, found);
    }
    return found;
  };
}
