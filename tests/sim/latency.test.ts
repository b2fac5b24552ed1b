import { describe, it } from 'vitest';
import type { Micros } from '../../src/market/units.ts';
import type { LatencyModel } from '../../src/market/venue.ts';
import { constantLatency } from '../../src/sim/models/latency.ts';
import { expectScenario } from './scenario.ts';

describe('latency', () => {
  it('an order is matched when it arrives, against the book of that time; the answer takes its own time back', () => {
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.54
      0.120 level ask 0.54x0 0.55x7
      -> 0.170 #1 accepted ahead 0 (venue 0.150)
      0.200 level ask 0.54x30
      0.220 trade sell 4 @0.54
      -> 0.240 #1 bought 4 @0.54 maker printed_at_price ahead 0 then 0 of 4 (venue 0.220)
      0.300 wait
    `,
      { latency: constantLatency(50_000, 20_000) },
    );
  });

  it('an order that arrives together with a print comes after it: we lose every tie', () => {
    expectScenario(
      `
      0.000 book bid 0.51x100 | ask 0.54x50
      0.100 buy 10 @0.52
      0.150 trade sell 100 @0.52
      -> #1 accepted ahead 0
      0.200 trade sell 1 @0.52
      -> #1 bought 1 @0.52 maker printed_at_price ahead 0 then 0 of 1
    `,
      { latency: constantLatency(50_000, 0) },
    );
  });

  it('a cancel under way does not save the order', () => {
    expectScenario(
      `
      0.000 book bid 0.51x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> 0.150 #1 accepted ahead 0
      0.200 cancel #1
      0.240 trade sell 4 @0.52
      -> #1 bought 4 @0.52 maker printed_at_price ahead 0 then 0 of 4
      0.250 trade sell 4 @0.52
      -> #1 bought 4 @0.52 maker printed_at_price ahead 0 then 0 of 4
      -> #1 cancelled requested
    `,
      { latency: constantLatency(50_000, 0) },
    );
  });

  /** Slow until half a second, then fast. */
  const speedsUp = (slow: Micros, fast: Micros) => (now: Micros) => (now % 86_400_000_000 < 500_000 ? slow : fast);

  it('requests never overtake each other on a connection that speeds up', () => {
    const latency: LatencyModel = { name: 'speeds up', entry: speedsUp(400_000, 1000), response: () => 0 };
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.450 buy 10 @0.52
      0.500 cancel #1
      -> 0.850 #1 accepted ahead 100
      -> 0.850 #1 cancelled requested
      1.000 wait
    `,
      { latency },
    );
  });

  it('responses never overtake each other either', () => {
    const latency: LatencyModel = { name: 'speeds up', entry: () => 0, response: speedsUp(400_000, 1000) };
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.450 buy 10 @0.52
      0.550 buy 10 @0.51
      -> 0.850 #1 accepted ahead 100 (venue 0.450)
      -> 0.850 #2 accepted ahead 0 (venue 0.550)
      0.900 buy 10 @0.50
      -> 0.901 #3 accepted ahead 0 (venue 0.900)
      1.000 wait
    `,
      { latency },
    );
  });

  it('every answer tells the time at the venue besides the time at which the desk learns of it', () => {
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.54
      -> 0.650 #1 accepted ahead 0 (venue 0.150)
      -> 0.650 #1 bought 10 @0.54 taker walked_depth of 50 (venue 0.150)
      1.000 wait
    `,
      { latency: constantLatency(50_000, 500_000) },
    );
  });

  it('a batch arrives as one: its requests are handled in their order', () => {
    expectScenario(`
      0.000 book bid 0.50x100 | ask 0.54x50
      0.100 buy 10 @0.51
      -> #1 accepted ahead 0
      0.200 batch cancel #1 + buy 5 @0.52 + sell 5 @0.53
      -> #1 cancelled requested
      -> #2 accepted ahead 0
      -> #3 accepted ahead 0
    `);
  });

  it('what is refused of a batch leaves the rest of it alone', () => {
    expectScenario(`
      0.000 book bid 0.50x100 | ask 0.54x50
      0.100 batch buy 10 @0.525 + cancel #7 + buy 5 @0.52
      -> #1 rejected bad_price
      -> #2 accepted ahead 0
    `);
  });
});

describe('a venue that is overloaded', () => {
  it('takes nothing, and says so after its own delay', () => {
    const latency = { name: 'overloaded', entry: () => -300_000, response: () => 0 };
    expectScenario(
      `
      0.000 book bid 0.50x100 | ask 0.54x50
      0.100 buy 10 @0.51
      -> 0.400 #1 rejected overloaded
      1.000 wait
    `,
      { latency },
    );
  });
});
