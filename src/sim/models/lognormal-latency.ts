import type { Rng } from '../../market/rng.ts';
import type { Micros } from '../../market/units.ts';
import type { LatencyModel } from '../../market/venue.ts';
import { entryOf, isOverload, type RoundTrip, responseOf, takenIn, tripsOf } from './round-trip.ts';

/** Travel times whose logarithms are normal; slow ones follow slow ones, the more so the nearer `rho` is to 1. */
export interface Lognormal {
  readonly median: Micros;
  /** Deviation of the logarithm. */
  readonly sigma: number;
  /** Correlation of the logarithms of one message and the next. */
  readonly rho: number;
}

/** One for each way that a message can go. */
export interface LognormalWays {
  readonly entry: Lognormal;
  readonly cancel: Lognormal;
  readonly response: Lognormal;
}

/** A fit with a higher correlation would hardly ever leave a burst. */
const RHO_MOST = 0.95;

/**
 * Bursts: z = rho * (z before) + sqrt(1 - rho^2) * e, with e normal; a message travels median * exp(sigma * z), in whole
 * microseconds. Each way draws from numbers of its own. Node computes logarithm and exponential in software, alike on every machine.
 */
export function lognormalLatency(ways: LognormalWays, rng: Rng): LatencyModel {
  const entry = streamOf(ways.entry, rng.split('entry'));
  const cancel = streamOf(ways.cancel, rng.split('cancel'));
  const response = streamOf(ways.response, rng.split('response'));
  return {
    name: `lognormal: ${text(ways.entry)} there, ${text(ways.cancel)} for a cancellation, ${text(ways.response)} back`,
    entry: (_now, kind) => (kind === 'cancel' ? cancel() : entry()),
    response,
  };
}

function streamOf({ median, sigma, rho }: Lognormal, rng: Rng): () => Micros {
  const fresh = Math.sqrt(1 - rho * rho);
  let z = rng.normal();
  return () => {
    const time = Math.round(median * Math.exp(sigma * z));
    z = rho * z + fresh * rng.normal();
    return time;
  };
}

/** What measured requests, in the order of sending, come from most likely; overloads are left out. */
export function fitLognormal(trips: readonly RoundTrip[]): LognormalWays {
  const taken = trips.filter((trip) => !isOverload(trip));
  return {
    entry: fitOne(tripsOf(taken, 'place').map(entryOf)),
    cancel: fitOne(tripsOf(taken, 'cancel').map(entryOf)),
    response: fitOne(takenIn(taken).map(responseOf)),
  };
}

/** mu = mean of ln, sigma = its deviation, rho = its correlation with itself one later. Nothing is below 1 us. */
function fitOne(times: readonly Micros[]): Lognormal {
  // Of the first one: then equal times have no deviation at all.
  const unit = Math.max(1, times[0]);
  const logarithms = times.map((time) => Math.log(Math.max(1, time) / unit));
  const mean = logarithms.reduce((sum, value) => sum + value, 0) / times.length;
  const off = logarithms.map((value) => value - mean);
  const squares = off.reduce((sum, value) => sum + value * value, 0);
  const products = off.reduce((sum, value, i) => (i === 0 ? 0 : sum + value * off[i - 1]), 0);
  return {
    median: unit * Math.exp(mean),
    sigma: Math.sqrt(squares / times.length),
    rho: squares === 0 ? 0 : Math.min(RHO_MOST, products / squares),
  };
}

function text({ median, sigma, rho }: Lognormal): string {
  return `median ${Math.round(median)} us sigma ${sigma.toFixed(3)} rho ${rho.toFixed(3)}`;
}
