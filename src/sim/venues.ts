import type { FeeModel } from '../market/venue.ts';
import { noFees, proportionalFees } from './models/fees.ts';
import { type KalshiAccount, kalshiFees } from './models/kalshi-fees.ts';

export interface VenueOptions {
  readonly kalshiAccount: KalshiAccount;
}

/** What each venue charges, by `Instrument.venue`. A venue that is not listed charges nothing, and the run says so. */
const feeModels: Readonly<Record<string, (options: VenueOptions) => FeeModel>> = {
  kalshi: ({ kalshiAccount }) => kalshiFees({ account: kalshiAccount }),
  // Regular users without discounts: Binance fee schedules, spot 0.1 % / 0.1 %, USD-M futures 0.02 % / 0.05 %.
  binance: () => proportionalFees(1000, 1000),
  'binance-futures': () => proportionalFees(200, 500),
};

/** Fee models by venue, made once each. */
export function feesByVenue(options: VenueOptions): (venue: string) => FeeModel {
  const made = new Map<string, FeeModel>();
  return (venue) => {
    let model = made.get(venue);
    if (!model) {
      model = feeModels[venue]?.(options) ?? noFees;
      made.set(venue, model);
    }
    return model;
  };
}
