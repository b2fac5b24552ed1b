import type { Micros } from '../../market/units.ts';
import type { LatencyModel } from '../../market/venue.ts';

/** The same travel time for every message of a kind; cancellations and amendments take as long as orders unless told. */
export function constantLatency(entry: Micros, response: Micros, cancel = entry): LatencyModel {
  return {
    name: `constant ${entry} us there, ${cancel} us for a cancellation, ${response} us back`,
    entry: (_now, kind) => (kind === 'cancel' ? cancel : entry),
    response: () => response,
  };
}
