import { describe, it } from 'vitest';
import { expectScenario } from './scenario.ts';

describe('an incomplete book', () => {
  it('before the first snapshot takes no orders', () => {
    expectScenario(`
      0.000 level bid 0.52x100
      0.100 buy 10 @0.52
      -> #1 rejected book_incomplete
      0.200 book bid 0.52x100 | ask 0.54x50
      0.300 buy 10 @0.52
      -> #2 accepted ahead 100
    `);
  });

  it('after a gap takes no orders and fills nothing; what rested goes on resting', () => {
    expectScenario(`
      0.000 book bid 0.51x300 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 0
      0.200 gap
      0.300 trade sell 100 @0.52
      0.400 trade sell 100 @0.40
      0.500 buy 10 @0.54
      -> #2 rejected book_incomplete
      0.600 book bid 0.51x300 | ask 0.54x50
      0.700 trade sell 4 @0.52
      -> #1 bought 4 @0.52 maker printed_at_price ahead 0 then 0 of 4
    `);
  });

  it('takes cancels', () => {
    expectScenario(`
      0.000 book bid 0.51x300 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 0
      0.200 gap
      0.300 cancel #1
      -> #1 cancelled requested
    `);
  });
});

describe('where there is only a quote', () => {
  it('a taker gets what it shows, and no more', () => {
    expectScenario(`
      0.000 quote bid 0.52x100 ask 0.54x50
      0.100 buy 60 @0.56
      -> #1 accepted ahead 0
      -> #1 bought 50 @0.54 taker walked_depth of 50
      0.200 quote bid 0.52x100 ask 0.54x30
      0.300 buy 40 market
      -> #2 accepted ahead 0
      -> #2 bought 30 @0.54 taker walked_depth of 30
      -> #2 cancelled no_liquidity
    `);
  });

  it('an order at its price queues behind it; one behind it does not know its queue until the quote comes there', () => {
    expectScenario(`
      0.000 quote bid 0.52x100 ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 buy 10 @0.51
      -> #2 accepted ahead unknown
      0.300 trade sell 90 @0.51
      -> #1 bought 10 @0.52 maker printed_through ahead 100 then 100 of 90
    `);
  });

  it('a quote that is half a minute old says nothing: nothing is taken of it', () => {
    expectScenario(`
      0.000 quote bid 0.52x100 ask 0.54x50
      31.000 buy 10 @0.54
      -> #1 rejected book_incomplete
    `);
  });

  it('no quote stands in for a book that is incomplete', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 quote bid 0.52x100 ask 0.54x50
      0.200 gap
      0.300 buy 10 @0.54
      -> #1 rejected book_incomplete
    `);
  });

  it('... and then it is what the quote shows there, or nothing when the quote lies behind it', () => {
    expectScenario(`
      0.000 quote bid 0.52x100 ask 0.54x50
      0.100 buy 10 @0.51
      -> #1 accepted ahead unknown
      0.200 buy 10 @0.50
      -> #2 accepted ahead unknown
      0.300 trade sell 90 @0.51
      0.400 quote bid 0.51x30 ask 0.54x50
      0.500 trade sell 35 @0.51
      -> #1 bought 5 @0.51 maker printed_at_price ahead unknown then 30 of 35
      0.600 quote bid 0.49x30 ask 0.54x50
      0.700 trade sell 15 @0.50
      -> #1 bought 5 @0.51 maker printed_through ahead unknown then 0 of 15
      -> #2 bought 10 @0.50 maker printed_at_price ahead unknown then 0 of 10
    `);
  });

  it('what we took of it stays taken behind a better quote, and comes back when the quote has gone past it', () => {
    expectScenario(`
      0.000 quote bid 0.52x100 ask 0.54x50
      0.100 buy 50 @0.54 ioc
      -> #1 accepted ahead 0
      -> #1 bought 50 @0.54 taker walked_depth of 50
      0.200 quote bid 0.52x100 ask 0.53x20
      0.300 quote bid 0.52x100 ask 0.54x50
      0.400 buy 1 @0.54 ioc
      -> #2 accepted ahead 0
      -> #2 cancelled no_liquidity
      0.500 quote bid 0.52x100 ask 0.55x20
      0.600 quote bid 0.52x100 ask 0.54x50
      0.700 buy 1 @0.54 ioc
      -> #3 accepted ahead 0
      -> #3 bought 1 @0.54 taker walked_depth of 50
    `);
  });

  it('that is old, prints fill nothing either, until it is told again', () => {
    expectScenario(`
      0.000 quote bid 0.52x100 ask 0.54x50
      0.100 buy 10 @0.53
      -> #1 accepted ahead 0
      30.000 trade sell 2 @0.53
      -> #1 bought 2 @0.53 maker printed_at_price ahead 0 then 0 of 2
      30.001 trade sell 2 @0.53
      30.002 quote bid 0.52x100 ask 0.54x50
      30.003 trade sell 2 @0.53
      -> #1 bought 2 @0.53 maker printed_at_price ahead 0 then 0 of 2
    `);
  });
});
