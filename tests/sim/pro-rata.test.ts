import { describe, it } from 'vitest';
import { proRata } from '../../src/sim/models/pro-rata.ts';
import { contract } from '../support/instruments.ts';
import { expectScenario } from './scenario.ts';

describe('pro-rata', () => {
  it('gives an order the part of a print that it has of its level', () => {
    expectScenario(
      `
      0.000 book bid 0.52x90 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 90
      0.200 trade sell 50 @0.52
      -> #1 bought 5 @0.52 maker printed_at_price ahead 90 then 90 of 50
    `,
      { queue: proRata },
    );
  });

  it('rounds down to whole lots', () => {
    expectScenario(
      `
      0.000 book bid 0.52x90 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 90
      0.200 trade sell 9 @0.52
      0.300 trade sell 29 @0.52
      -> #1 bought 2 @0.52 maker printed_at_price ahead 90 then 90 of 29
    `,
      { queue: proRata, instrument: contract({ lot: 100 }) },
    );
  });

  it('gives each of our orders its own part, whichever is older', () => {
    expectScenario(
      `
      0.000 book bid 0.52x70 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 70
      0.200 buy 20 @0.52
      -> #2 accepted ahead 70
      0.300 trade sell 50 @0.52
      -> #1 bought 5 @0.52 maker printed_at_price ahead 70 then 70 of 50
      -> #2 bought 10 @0.52 maker printed_at_price ahead 70 then 70 of 45
    `,
      { queue: proRata },
    );
  });

  it('shares what orders of ours at a better price have left of the print', () => {
    expectScenario(
      `
      0.000 book bid 0.52x90 | ask 0.55x50
      0.100 buy 20 @0.53
      -> #1 accepted ahead 0
      0.200 buy 10 @0.52
      -> #2 accepted ahead 90
      0.300 trade sell 50 @0.52
      -> #1 bought 20 @0.53 maker printed_through ahead 0 then 0 of 50
      -> #2 bought 3 @0.52 maker printed_at_price ahead 90 then 90 of 30
    `,
      { queue: proRata },
    );
  });

  it('goes by what is displayed now: who comes later shares as well', () => {
    expectScenario(
      `
      0.000 book bid 0.52x90 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 90
      0.200 level bid 0.52x190
      0.300 trade sell 40 @0.52
      -> #1 bought 2 @0.52 maker printed_at_price ahead 90 then 190 of 40
    `,
      { queue: proRata },
    );
  });

  it('the change of the trade first: what was displayed before it shared', () => {
    expectScenario(
      `
      0.000 book bid 0.52x90 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 90
      0.200 level bid 0.52x40
      0.201 trade sell 50 @0.52 stamped 0.200
      -> #1 bought 5 @0.52 maker printed_at_price ahead 90 then 90 of 50
    `,
      { queue: proRata },
    );
  });

  it('the same with another change in between', () => {
    expectScenario(
      `
      0.000 book bid 0.52x90 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 90
      0.200 level bid 0.52x40
      0.210 level bid 0.52x10
      0.211 trade sell 50 @0.52 stamped 0.200
      -> #1 bought 5 @0.52 maker printed_at_price ahead 90 then 90 of 50
      0.300 trade sell 6 @0.52
      -> #1 bought 2 @0.52 maker printed_at_price ahead 90 then 10 of 6
    `,
      { queue: proRata },
    );
  });

  it('an inferred print shares with the most that was displayed since the one before', () => {
    expectScenario(
      `
      0.000 book bid 0.52x90 | ask 0.54x50
      0.010 volume 5000
      0.100 buy 10 @0.52
      -> #1 accepted ahead 90
      0.200 level bid 0.52x190
      0.300 level bid 0.52x95
      1.000 volume 5000
      2.000 trade sell 100 @0.52 inferred
      -> #1 bought 5 @0.52 maker inferred_print ahead 90 then 190 of 100
      3.000 trade sell 20 @0.52 inferred
      -> #1 bought 1 @0.52 maker inferred_print ahead 90 then 95 of 20
    `,
      { queue: proRata },
    );
  });

  it('alone at its price an order gets the whole print', () => {
    expectScenario(
      `
      0.000 book bid 0.51x90 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 0
      0.200 trade sell 7 @0.52
      -> #1 bought 7 @0.52 maker printed_at_price ahead 0 then 0 of 7
    `,
      { queue: proRata },
    );
  });
});
