/** Latency models: what they draw, that it is the seed's, and that messages keep their order whatever they say. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InstrumentList } from '../../src/market/instrument.ts';
import { Rng } from '../../src/market/rng.ts';
import type { Micros } from '../../src/market/units.ts';
import type { LatencyModel } from '../../src/market/venue.ts';
import { SimulatedExchange } from '../../src/sim/exchange.ts';
import { constantLatency } from '../../src/sim/models/latency.ts';
import { fitLognormal, lognormalLatency } from '../../src/sim/models/lognormal-latency.ts';
import { empiricalLatency, recordedLatency } from '../../src/sim/models/measured-latency.ts';
import { printsOnly } from '../../src/sim/models/queue.ts';
import type { RoundTrip } from '../../src/sim/models/round-trip.ts';
import { otherVenue } from '../../src/sim/venues/index.ts';
import { frameOf, listed, snapshot } from '../support/events.ts';
import { contract } from '../support/instruments.ts';
import { venueOrder } from '../support/orders.ts';
import { expectScenario } from './scenario.ts';

const DRAWS = 20_000;
const way = { median: 40_000, sigma: 0.5, rho: 0.8 };
const ways = { entry: way, cancel: { ...way, median: 10_000 }, response: { median: 20_000, sigma: 0.25, rho: 0 } };
const lognormal = (seed = 'seed') => lognormalLatency(ways, new Rng(seed));

function times(draw: () => Micros, count = DRAWS): Micros[] {
  return Array.from({ length: count }, draw);
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

/** Mean, deviation and lag-1 autocorrelation of the logarithms. */
function logarithmsOf(values: readonly number[]): { mean: number; deviation: number; correlation: number } {
  const logarithms = values.map(Math.log);
  const mean = logarithms.reduce((sum, value) => sum + value, 0) / values.length;
  const off = logarithms.map((value) => value - mean);
  const squares = off.reduce((sum, value) => sum + value ** 2, 0);
  const products = off.slice(1).reduce((sum, value, i) => sum + value * off[i], 0);
  return { mean, deviation: Math.sqrt(squares / values.length), correlation: products / squares };
}

function trip(requestAt: Micros, there: Micros, back: Micros, kind: RoundTrip['kind'] = 'place'): RoundTrip {
  return { kind, requestAt, venueAt: requestAt + there, responseAt: requestAt + there + back };
}

const overload = (requestAt: Micros, whole: Micros): RoundTrip => ({
  kind: 'place',
  requestAt,
  venueAt: 0,
  responseAt: requestAt + whole,
});

describe('constant latency', () => {
  it('has its own time for cancellations, if told', () => {
    const model = constantLatency(50, 20, 5);
    expect(['place', 'amend', 'cancel'].map((kind) => model.entry(0, kind as 'place'))).toEqual([50, 50, 5]);
    expect(model.response(0)).toBe(20);
    expect(constantLatency(50, 20).entry(0, 'cancel')).toBe(50);
  });
});

describe('lognormal latency', () => {
  it('has the median, spread and correlation that it is told, each way its own', () => {
    const model = lognormal();
    const entry = times(() => model.entry(0, 'place'));
    expect(Math.abs(medianOf(entry) / 40_000 - 1)).toBeLessThan(0.03);
    expect(Math.abs(logarithmsOf(entry).deviation - 0.5)).toBeLessThan(0.02);
    expect(Math.abs(logarithmsOf(entry).correlation - 0.8)).toBeLessThan(0.02);
    const response = times(() => model.response(0));
    expect(Math.abs(medianOf(response) / 20_000 - 1)).toBeLessThan(0.03);
    expect(Math.abs(logarithmsOf(response).deviation - 0.25)).toBeLessThan(0.02);
    expect(Math.abs(logarithmsOf(response).correlation)).toBeLessThan(0.03);
    const cancel = times(() => model.entry(0, 'cancel'));
    expect(Math.abs(medianOf(cancel) / 10_000 - 1)).toBeLessThan(0.03);
  });

  it('takes whole microseconds', () => {
    const model = lognormal();
    for (const time of times(() => model.entry(0, 'place'), 1000)) expect(Number.isInteger(time)).toBe(true);
  });

  it('draws the same for the same seed, and each way from numbers of its own', () => {
    const alone = lognormal();
    const busy = lognormal();
    const entries = times(() => alone.entry(0, 'place'), 100);
    const among = times(() => {
      busy.entry(0, 'cancel');
      busy.response(0);
      return busy.entry(0, 'amend');
    }, 100);
    expect(among).toEqual(entries);
    const other = lognormal('other');
    expect(times(() => other.entry(0, 'place'), 100)).not.toEqual(entries);
  });

  it('without deviation is constant', () => {
    const flat = { median: 40_000, sigma: 0, rho: 0.5 };
    const model = lognormalLatency({ entry: flat, cancel: flat, response: flat }, new Rng('seed'));
    expect(new Set(times(() => model.entry(0, 'place'), 50))).toEqual(new Set([40_000]));
  });

  it('is fitted to what was measured', () => {
    const model = lognormal();
    let at = 0;
    const trips: RoundTrip[] = times(() => 0).flatMap(() => {
      at += 1_000_000;
      const order = trip(at, model.entry(at, 'place'), model.response(at));
      return [order, trip(at + 500_000, model.entry(at, 'cancel'), model.response(at), 'cancel')];
    });
    const fitted = fitLognormal([overload(0, 5_000_000), ...trips]);
    for (const name of ['entry', 'cancel', 'response'] as const) {
      expect(Math.abs(fitted[name].median / ways[name].median - 1)).toBeLessThan(0.03);
      expect(Math.abs(fitted[name].sigma - ways[name].sigma)).toBeLessThan(0.02);
      expect(Math.abs(fitted[name].rho - ways[name].rho)).toBeLessThan(0.03);
    }
  });

  it('is fitted with a correlation of 0.95 at most, and none where nothing varies', () => {
    const rising = Array.from({ length: 1000 }, (_, i) => trip(i * 1_000_000, 1000 + i, 500));
    expect(fitLognormal(rising).entry.rho).toBe(0.95);
    expect(fitLognormal(rising).response).toEqual({ median: 500, sigma: 0, rho: 0 });
  });
});

describe('empirical latency', () => {
  const trips = [trip(0, 10, 1), trip(100, 20, 2), overload(200, 7000), trip(300, 5, 3, 'cancel')];

  it('draws what was measured, as often as it was: overloads below 0, cancellations for themselves', () => {
    const model = empiricalLatency(trips, new Rng('seed'));
    const drawn = times(() => model.entry(0, 'place'), 3000);
    expect([...new Set(drawn)].sort((a, b) => a - b)).toEqual([-7000, 10, 20]);
    expect(Math.abs(drawn.filter((time) => time < 0).length / 3000 - 1 / 3)).toBeLessThan(0.04);
    expect(new Set(times(() => model.entry(0, 'cancel'), 100))).toEqual(new Set([5]));
    expect([...new Set(times(() => model.response(0), 100))].sort()).toEqual([1, 2, 3]);
  });

  it('draws the same for the same seed', () => {
    const [one, two] = [empiricalLatency(trips, new Rng('seed')), empiricalLatency(trips, new Rng('seed'))];
    expect(times(() => one.entry(0, 'place'), 100)).toEqual(times(() => two.entry(0, 'place'), 100));
  });

  it('has orders stand for cancellations where none was measured', () => {
    const model = empiricalLatency([trip(0, 10, 1), trip(100, 10, 2)], new Rng('seed'));
    expect(model.entry(0, 'cancel')).toBe(10);
  });
});

describe('recorded latency', () => {
  const trips = [trip(1000, 100, 50), trip(2000, 300, 250)];

  it('changes evenly from one measured request to the next; before the first and after the last it is theirs', () => {
    const model = recordedLatency(trips);
    expect([0, 1000, 1500, 1755, 2000, 9000].map((now) => model.entry(now, 'place'))).toEqual([
      100, 100, 200, 251, 300, 300,
    ]);
    // By the venue's times, 1100 and 2300.
    expect([0, 1100, 1700, 2300, 9000].map((now) => model.response(now))).toEqual([50, 50, 150, 250, 250]);
  });

  it('is an overload beside one, for as long as there and back took', () => {
    const model = recordedLatency([...trips, overload(3000, 950), trip(4000, 100, 100)]);
    expect(model.entry(1999, 'place')).toBeGreaterThan(0);
    expect([2000, 2500, 3000, 3500, 3999].map((now) => model.entry(now, 'place'))).toEqual([
      -550, -750, -950, -575, -201,
    ]);
    expect(model.entry(4000, 'place')).toBe(100);
  });

  it('does not depend on the order of the rows', () => {
    expect(recordedLatency([...trips].reverse()).entry(1500, 'place')).toBe(200);
  });

  it('rejects while the venue was overloaded, and the desk hears of it when the record says', () => {
    const start = 86_400_000_000;
    const rows = [trip(start, 50_000, 20_000), trip(start + 200_000, 50_000, 20_000)];
    const latency = recordedLatency([...rows, overload(start + 500_000, 270_000)]);
    expectScenario(
      `
      0.000 book bid 0.50x100 | ask 0.54x50
      0.100 buy 10 @0.51
      -> 0.170 #1 accepted ahead 0 (venue 0.150)
      0.500 buy 10 @0.51
      -> 0.770 #2 rejected overloaded
      0.800 cancel #1
      -> 1.070 #1 cancel refused overloaded
      2.000 wait
    `,
      { latency },
    );
  });
});

describe('messages on one connection', () => {
  const measured = Array.from({ length: 40 }, (_, i) => {
    const rng = new Rng(`trip ${i}`);
    return trip(i * 50_000, rng.below(200_000), rng.below(200_000), i % 3 === 0 ? 'cancel' : 'place');
  });
  const models: Readonly<Record<string, (seed: string) => LatencyModel>> = {
    constant: () => constantLatency(100_000, 50_000, 1000),
    lognormal: (seed) => lognormalLatency({ ...ways, cancel: { median: 500, sigma: 1, rho: 0 } }, new Rng(seed)),
    empirical: (seed) => empiricalLatency(measured, new Rng(seed)),
    recorded: () => recordedLatency(measured),
  };

  it.each(Object.keys(models))('never overtake each other: %s', (name) => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        expectInOrder(models[name](seed), seed);
      }),
      { numRuns: 30 },
    );
  });
});

/** Sends an order and its cancellation again and again; what arrives is in the order of sending, and so are the answers. */
function expectInOrder(latency: LatencyModel, seed: string): void {
  const instruments = new InstrumentList();
  instruments.add(contract());
  const cash = 10n ** 20n;
  const exchange = new SimulatedExchange({
    instruments,
    cash,
    latency,
    queue: printsOnly,
    fillRule: 'prints',
    rules: () => otherVenue,
  });
  exchange.onFrame(frameOf(0, [listed(), ...snapshot([[5000, 100]], [[5200, 100]])]), 0, 4);
  const rng = new Rng(seed);
  const answers: { at: Micros; venueAt: Micros; text: string }[] = [];
  const expected: string[] = [];
  const until = (time: Micros) => {
    for (;;) {
      const at = Math.min(exchange.arrivalAt, exchange.responseAt);
      if (at > time) return;
      if (exchange.arrivalAt <= at) exchange.arrive();
      else {
        const answer = exchange.respond();
        const id = 'orderId' in answer ? answer.orderId : 0;
        answers.push({ at, venueAt: answer.at, text: `${answer.kind} ${id}` });
      }
    }
  };
  let now = 1;
  for (let id = 1; id <= 40; id++) {
    now += rng.below(60_000);
    until(now);
    const order = venueOrder(contract(), { id, side: 1, price: 4000, size: 100 });
    exchange.send({ kind: 'place', order }, now);
    exchange.send({ kind: 'cancel', orderId: id }, now + 1);
    now += 1;
    expected.push(`accepted ${id}`, `cancelled ${id}`);
  }
  until(1e9);
  expect(answers.map(({ text }) => text)).toEqual(expected);
  for (const [i, { at, venueAt }] of answers.entries()) {
    expect(at).toBeGreaterThanOrEqual(venueAt);
    if (i > 0) expect([at >= answers[i - 1].at, venueAt >= answers[i - 1].venueAt]).toEqual([true, true]);
  }
}
