import type { Micros } from '../../market/units.ts';
import type { RequestKind } from '../../market/venue.ts';

/** A request as it was measured, microseconds since 1970 on one clock. */
export interface RoundTrip {
  readonly kind: RequestKind;
  readonly requestAt: Micros;
  /** When the venue took it in; 0 or below: it was overloaded and took nothing. */
  readonly venueAt: Micros;
  readonly responseAt: Micros;
}

/** Travel time there, as `LatencyModel.entry` tells it: below 0 = the rejection came that long after sending. */
export function entryOf(trip: RoundTrip): Micros {
  return isOverload(trip) ? -wholeOf(trip) : trip.venueAt - trip.requestAt;
}

export function responseOf({ venueAt, responseAt }: RoundTrip): Micros {
  return responseAt - venueAt;
}

/** There and back; of an overload at least 1, so that it differs from no time at all. */
export function wholeOf({ requestAt, responseAt }: RoundTrip): Micros {
  return Math.max(1, responseAt - requestAt);
}

export function isOverload({ venueAt }: RoundTrip): boolean {
  return venueAt <= 0;
}

/** What stands for a request of a kind: cancellations for themselves where there are any, all others for each other. */
export function tripsOf(trips: readonly RoundTrip[], kind: RequestKind): readonly RoundTrip[] {
  const isCancel = kind === 'cancel';
  const alike = trips.filter((trip) => (trip.kind === 'cancel') === isCancel);
  return alike.length > 0 ? alike : trips;
}

/** In the order in which the venue took them in; those that it did not are left out. */
export function takenIn(trips: readonly RoundTrip[]): readonly RoundTrip[] {
  return trips.filter((trip) => !isOverload(trip)).sort((a, b) => a.venueAt - b.venueAt);
}
