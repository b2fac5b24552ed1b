import { describe, it } from 'vitest';
import { expectScenario } from './scenario.ts';

describe('prints inferred from a change of volume', () => {
  it('fill as prints do, but with weaker evidence', () => {
    expectScenario(`
      0.000 book bid 0.52x100 0.51x300 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      1.000 volume 5000
      2.000 trade sell 104 @0.52 inferred
      -> #1 bought 4 @0.52 maker inferred_print ahead 100 then 100 of 104
      2.001 volume 5208
      3.000 trade sell 2 @0.51 inferred
      -> #1 bought 2 @0.52 maker inferred_print ahead 100 then 0 of 2
    `);
  });

  it('do not take back what changes did before a print beyond our price', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      1.000 volume 5000
      1.500 level bid 0.52x0
      2.000 trade sell 2 @0.51 inferred
      -> #1 bought 2 @0.52 maker inferred_print ahead 100 then 0 of 2
      3.000 trade sell 4 @0.52 inferred
      -> #1 bought 4 @0.52 maker inferred_print ahead 100 then 0 of 4
    `);
  });

  it('count only for orders that have rested since the volume was told before', () => {
    expectScenario(`
      0.000 book bid 0.51x300 | ask 0.54x50
      1.000 volume 5000
      1.500 buy 10 @0.52
      -> #1 accepted ahead 0
      2.000 trade sell 104 @0.52 inferred
      2.000 volume 5208
      3.000 trade sell 4 @0.52 inferred
      -> #1 bought 4 @0.52 maker inferred_print ahead 0 then 0 of 4
    `);
  });

  it('count for an order that joined in the very moment of the volume before', () => {
    expectScenario(`
      0.000 book bid 0.51x300 | ask 0.54x50
      0.999 volume 5000
      0.999 buy 10 @0.52
      -> #1 accepted ahead 0
      2.000 trade sell 4 @0.52 inferred
      -> #1 bought 4 @0.52 maker inferred_print ahead 0 then 0 of 4
    `);
  });

  it('count for nobody while the volume has never been told', () => {
    expectScenario(`
      0.000 book bid 0.51x300 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 0
      2.000 trade sell 104 @0.52 inferred
    `);
  });

  it('do not count for an order that lost its place meanwhile', () => {
    expectScenario(`
      0.000 book bid 0.50x300 | ask 0.54x50
      0.100 buy 10 @0.51
      -> #1 accepted ahead 0
      1.000 volume 5000
      1.500 amend #1 to 10 @0.52
      -> #1 amended to 10 @0.52 ahead 0
      2.000 trade sell 104 @0.52 inferred
      2.000 volume 5208
      3.000 trade sell 4 @0.52 inferred
      -> #1 bought 4 @0.52 maker inferred_print ahead 0 then 0 of 4
    `);
  });
});
