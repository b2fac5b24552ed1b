import { describe, it } from 'vitest';
import { coin } from '../support/instruments.ts';
import { expectScenario } from './scenario.ts';

describe('a reduce-only order', () => {
  it('is refused without a position to reduce', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 sell 10 @0.52 reduce-only
      -> #1 rejected reduce_only
    `);
  });

  it('fills no more than the position, and ends there', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 6 @0.54
      -> #1 accepted ahead 0
      -> #1 bought 6 @0.54 taker walked_depth of 50
      0.200 sell 10 @0.52 reduce-only
      -> #2 accepted ahead 0
      -> #2 sold 6 @0.52 taker walked_depth of 100
      -> #2 cancelled reduce_only
      0.300 account
      -> cash 999.88 free 999.88 position 0
    `);
  });

  it('ends while it rests when the position is gone by another way', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 6 @0.54
      -> #1 accepted ahead 0
      -> #1 bought 6 @0.54 taker walked_depth of 50
      0.200 sell 6 @0.60 reduce-only
      -> #2 accepted ahead 0
      0.300 sell 6 @0.52
      -> #3 accepted ahead 0
      -> #3 sold 6 @0.52 taker walked_depth of 100
      -> #2 cancelled reduce_only
    `);
  });

  it('that must fill whole fills nothing when the position is smaller', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 6 @0.54
      -> #1 accepted ahead 0
      -> #1 bought 6 @0.54 taker walked_depth of 50
      0.200 sell 10 @0.52 fok reduce-only
      -> #2 accepted ahead 0
      -> #2 cancelled not_enough_liquidity
      0.300 sell 6 @0.52 fok reduce-only
      -> #3 accepted ahead 0
      -> #3 sold 6 @0.52 taker walked_depth of 100
    `);
  });

  it('that has reduced all there is does not hold up a younger order of its price', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 6 @0.54
      -> #1 accepted ahead 0
      -> #1 bought 6 @0.54 taker walked_depth of 50
      0.200 sell 10 @0.60 reduce-only
      -> #2 accepted ahead 0
      0.300 sell 5 @0.60
      -> #3 accepted ahead 0
      0.400 trade buy 9 @0.60
      -> #2 sold 6 @0.60 maker printed_at_price ahead 0 then 0 of 9
      -> #3 sold 3 @0.60 maker printed_at_price ahead 0 then 0 of 3
      -> #2 cancelled reduce_only
    `);
  });

  it('sells no coin twice: what is promised already is not there', () => {
    expectScenario(
      `
      0.000 book bid 64000.00x0.5 | ask 64000.01x0.25
      0.100 buy 0.2 @64000.01
      -> #1 accepted ahead 0
      -> #1 bought 0.2 @64000.01 taker walked_depth of 0.25
      0.200 sell 0.5 @64001.00 reduce-only
      -> #2 accepted ahead 0
      0.300 sell 0.1 @64001.00
      -> #3 rejected insufficient_position
    `,
      { instrument: coin(), cash: '100000' },
    );
  });
});
