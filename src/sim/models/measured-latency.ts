/** Latency as it was measured: drawn again, or read off at the time of the run. */
import type { Rng } from '../../market/rng.ts';
import type { Micros } from '../../market/units.ts';
import type { LatencyModel } from '../../market/venue.ts';
import { entryOf, type RoundTrip, responseOf, takenIn, tripsOf, wholeOf } from './round-trip.ts';

/**
 * Each message takes as long as a measured one that is drawn for it; overloads are drawn as often as they were measured. Ways there,
 * cancellations and ways back are drawn for themselves.
 */
export function empiricalLatency(trips: readonly RoundTrip[], rng: Rng): LatencyModel {
  const entry = draws(tripsOf(trips, 'place').map(entryOf), rng.split('entry'));
  const cancel = draws(tripsOf(trips, 'cancel').map(entryOf), rng.split('cancel'));
  const response = draws(takenIn(trips).map(responseOf), rng.split('response'));
  return {
    name: `empirical, ${trips.length} requests`,
    entry: (_now, kind) => (kind === 'cancel' ? cancel() : entry()),
    response,
  };
}

function draws(times: readonly Micros[], rng: Rng): () => Micros {
  return () => times[rng.below(times.length)];
}

/**
 * Between two measured messages latency changes evenly with time; before the first and after the last it is theirs. Beside
 * an overload the venue is overloaded, and the rejection takes as long as there and back.
 */
export function recordedLatency(trips: readonly RoundTrip[]): LatencyModel {
  const orders = new Track(tripsOf(trips, 'place'), ({ requestAt }) => requestAt);
  const cancels = new Track(tripsOf(trips, 'cancel'), ({ requestAt }) => requestAt);
  const responses = new Track(takenIn(trips), ({ venueAt }) => venueAt);
  return {
    name: `recorded, ${trips.length} requests`,
    entry: (now, kind) => {
      const track = kind === 'cancel' ? cancels : orders;
      const [before, after] = track.around(now);
      if (entryOf(before) >= 0 && entryOf(after) >= 0) return track.between(before, after, now, entryOf);
      return -track.between(before, after, now, wholeOf);
    },
    response: (now) => responses.between(...responses.around(now), now, responseOf),
  };
}

/** Round trips in order of one of their times. */
class Track {
  readonly #trips: readonly RoundTrip[];
  readonly #timeOf: (trip: RoundTrip) => Micros;

  constructor(trips: readonly RoundTrip[], timeOf: (trip: RoundTrip) => Micros) {
    this.#trips = [...trips].sort((a, b) => timeOf(a) - timeOf(b));
    this.#timeOf = timeOf;
  }

  /** The last trip at or before `now` and the first one after it; at the ends, twice the same. */
  around(now: Micros): [RoundTrip, RoundTrip] {
    const trips = this.#trips;
    let [low, high] = [0, trips.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#timeOf(trips[middle]) <= now) low = middle + 1;
      else high = middle;
    }
    return [trips[Math.max(0, low - 1)], trips[Math.min(trips.length - 1, low)]];
  }

  /** What lies between two trips, whole microseconds. */
  between(before: RoundTrip, after: RoundTrip, now: Micros, lengthOf: (trip: RoundTrip) => Micros): Micros {
    const [from, to] = [this.#timeOf(before), this.#timeOf(after)];
    if (now <= from || from === to) return lengthOf(before);
    if (now >= to) return lengthOf(after);
    return Math.round(lengthOf(before) + ((lengthOf(after) - lengthOf(before)) * (now - from)) / (to - from));
  }
}
