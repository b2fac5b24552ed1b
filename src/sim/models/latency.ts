import type { Micros } from '../../market/units.ts';
import type { LatencyModel } from '../../market/venue.ts';

/** The same travel time for every message. */
export function constantLatency(entry: Micros, response: Micros): LatencyModel {
  return { entry: () => entry, response: () => response };
}
