import type { InstrumentFacts } from '../../market/instrument.ts';
import { parseTime } from '../../market/units.ts';
import { type Json, numeric, objects } from '../json.ts';

export const REST_HOSTS = {
  production: 'https://external-api.kalshi.com/trade-api/v2',
  demo: 'https://external-api.demo.kalshi.co/trade-api/v2',
};

/**
 * Markets of an answer to `GET /markets`, in the words of the socket's `created` message, so that one reader serves both.
 * Prices and volumes of the answer are left out: it is cached, and no quote.
 */
export function listedMarkets(answer: Json): readonly Json[] {
  if (!Array.isArray(answer.markets)) return [];
  return (answer.markets as Json[]).map((market) => ({
    event_type: 'created',
    market_ticker: market.ticker,
    ...secondsOf('open_ts', market.open_time),
    ...secondsOf('close_ts', market.close_time),
    price_level_structure: market.price_level_structure,
    price_ranges: market.price_ranges,
    ...outcome(market),
    additional_metadata: {
      title: market.title,
      event_ticker: market.event_ticker,
      yes_sub_title: market.yes_sub_title,
      strike_type: market.strike_type,
      floor_strike: market.floor_strike,
      cap_strike: market.cap_strike,
      custom_strike: market.custom_strike,
      rules_primary: market.rules_primary,
      rules_secondary: market.rules_secondary,
    },
  }));
}

/** Only once there is one: a market that is open or closed is so by its times. */
function outcome({ status, result, settlement_value_dollars }: Json): Json {
  const isKnown = ['determined', 'disputed', 'amended', 'finalized'].includes(String(status));
  return isKnown ? { status, result, settlement_value: settlement_value_dollars } : {};
}

/** Fees by series, of an answer to `GET /series` (a list) or `GET /series/{ticker}` (one). */
export function listedFees({ series }: Json): readonly (readonly [string, InstrumentFacts['feeTerms']])[] {
  return objects(Array.isArray(series) ? series : [series]).flatMap(({ ticker, fee_type, fee_multiplier }) => {
    const multiplierPercent = numeric(fee_multiplier, 2);
    if (typeof ticker !== 'string' || typeof fee_type !== 'string' || Number.isNaN(multiplierPercent)) return [];
    return [[ticker, { type: fee_type, multiplierPercent }] as const];
  });
}

function secondsOf(key: string, time: unknown): Json {
  const micros = typeof time === 'string' ? parseTime(time) : Number.NaN;
  return Number.isNaN(micros) ? {} : { [key]: micros / 1_000_000 };
}
