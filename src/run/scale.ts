import type { LatencyModel, VenueRules } from '../market/venue.ts';

/** Settings turned up or off as a whole, to see what a result hangs on. Whole numbers; 1 = as they are. */
export interface Scale {
  readonly latency?: number;
  readonly fees?: number;
}

export function scaledLatency(model: LatencyModel, times = 1): LatencyModel {
  if (times === 1) return model;
  return {
    name: `${model.name}, x${times}`,
    entry: (now, kind) => times * model.entry(now, kind),
    response: (now) => times * model.response(now),
  };
}

/** Charges of the venue times so much; its roundings are made before. */
export function scaledFees(rules: VenueRules, times = 1): VenueRules {
  if (times === 1) return rules;
  const { fees } = rules;
  const name = `${fees.name}, x${times}`;
  return { ...rules, fees: { name, charge: (question, memory) => BigInt(times) * fees.charge(question, memory) } };
}
