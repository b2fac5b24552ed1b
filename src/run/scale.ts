import type { Micros } from '../market/units.ts';
import type { LatencyModel, VenueRules } from '../market/venue.ts';

/** Settings turned up or off as a whole, to see what a result hangs on. Times 1 is as they are. */
export interface Scale {
  /** Times so much: a whole number. */
  readonly latency?: number;
  /** Added to the way of every message to the venue. */
  readonly delay?: Micros;
  /** Times so much: a whole number of halves. */
  readonly fees?: number;
}

export function scaledLatency(model: LatencyModel, { latency: times = 1, delay = 0 }: Scale = {}): LatencyModel {
  if (times === 1 && delay === 0) return model;
  return {
    name: `${model.name}, x${times}${delay === 0 ? '' : `, +${delay} us`}`,
    entry: (now, kind) => {
      const way = times * model.entry(now, kind);
      // Below 0 the venue is overloaded: the delay comes before its refusal too.
      return way < 0 ? way - delay : way + delay;
    },
    response: (now) => times * model.response(now),
  };
}

/** Charges of the venue times so much; its roundings are made before. */
export function scaledFees(rules: VenueRules, times = 1): VenueRules {
  if (times === 1) return rules;
  const { fees } = rules;
  const halves = BigInt(2 * times);
  return {
    ...rules,
    fees: {
      ...fees,
      name: `${fees.name}, x${times}`,
      charge: (question, memory) => (halves * fees.charge(question, memory)) / 2n,
    },
  };
}
