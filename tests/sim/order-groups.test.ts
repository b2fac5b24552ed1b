import { describe, it } from 'vitest';
import { expectScenario } from './scenario.ts';

describe('an order group', () => {
  it('ends with all its orders when its limit has matched, and takes no more until it is opened again', () => {
    expectScenario(`
      0.000 book bid 0.50x100 | ask 0.54x50
      0.050 group g 10
      0.100 buy 8 @0.52 in g
      -> #1 accepted ahead 0
      0.200 buy 8 @0.51 in g
      -> #2 accepted ahead 0
      0.250 buy 8 @0.51
      -> #3 accepted ahead 0
      0.300 trade sell 12 @0.51
      -> #1 bought 8 @0.52 maker printed_through ahead 0 then 0 of 12
      -> #2 bought 4 @0.51 maker printed_at_price ahead 0 then 0 of 4
      -> #2 cancelled group_limit
      0.400 buy 1 @0.51 in g
      -> #4 rejected group_limit
      0.500 group g 10
      0.600 buy 1 @0.51 in g
      -> #5 accepted ahead 0
    `);
  });

  it('forgets fills that are older than the window', () => {
    expectScenario(`
      0.000 book bid 0.50x100 | ask 0.54x50
      0.050 group g 10
      0.100 buy 20 @0.52 in g
      -> #1 accepted ahead 0
      0.300 trade sell 9 @0.52
      -> #1 bought 9 @0.52 maker printed_at_price ahead 0 then 0 of 9
      15.301 trade sell 9 @0.52
      -> #1 bought 9 @0.52 maker printed_at_price ahead 0 then 0 of 9
      15.400 trade sell 1 @0.52
      -> #1 bought 1 @0.52 maker printed_at_price ahead 0 then 0 of 1
      -> #1 cancelled group_limit
    `);
  });

  it('that nobody made takes nothing', () => {
    expectScenario(`
      0.000 book bid 0.50x100 | ask 0.54x50
      0.100 buy 1 @0.51 in g
      -> #1 rejected group_limit
    `);
  });

  it('counts fills for less than its window: one of exactly fifteen seconds ago is forgotten', () => {
    expectScenario(`
      0.000 book bid 0.50x100 | ask 0.54x50
      0.050 group g 10
      0.100 buy 20 @0.52 in g
      -> #1 accepted ahead 0
      0.300 trade sell 9 @0.52
      -> #1 bought 9 @0.52 maker printed_at_price ahead 0 then 0 of 9
      15.300 trade sell 9 @0.52
      -> #1 bought 9 @0.52 maker printed_at_price ahead 0 then 0 of 9
      15.300 trade sell 1 @0.52
      -> #1 bought 1 @0.52 maker printed_at_price ahead 0 then 0 of 1
      -> #1 cancelled group_limit
    `);
  });

  it('ends between two prints of one frame', () => {
    expectScenario(`
      0.000 book bid 0.50x100 | ask 0.54x50
      0.050 group g 10
      0.100 buy 20 @0.52 in g
      -> #1 accepted ahead 0
      0.200 trade sell 12 @0.52 + sell 5 @0.52
      -> #1 bought 12 @0.52 maker printed_at_price ahead 0 then 0 of 12
      -> #1 cancelled group_limit
    `);
  });

  it('ends between two requests of one batch: opened again in it, it takes the next order', () => {
    expectScenario(`
      0.000 book bid 0.50x100 | ask 0.54x50
      0.050 group g 10
      0.100 buy 5 @0.52 in g
      -> #1 accepted ahead 0
      0.200 batch buy 10 @0.54 in g + buy 1 @0.51 in g + group g 10 + buy 2 @0.51 in g
      -> #2 accepted ahead 0
      -> #2 bought 10 @0.54 taker walked_depth of 50
      -> #1 cancelled group_limit
      -> #3 rejected group_limit
      -> #4 accepted ahead 0
    `);
  });
});
