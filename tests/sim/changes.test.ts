import { describe, it } from 'vitest';
import { expectScenario } from './scenario.ts';

describe('amending', () => {
  it('to less at the same price keeps the place in the queue', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 trade sell 60 @0.52
      0.300 level bid 0.52x400
      0.400 amend #1 to 4 @0.52
      -> #1 amended to 4 @0.52 ahead 40
      0.500 trade sell 60 @0.52
      -> #1 bought 4 @0.52 maker printed_at_price ahead 100 then 40 of 60
    `);
  });

  it('to less keeps the turn among our own orders too', () => {
    expectScenario(`
      0.000 book bid 0.51x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 0
      0.200 buy 10 @0.52
      -> #2 accepted ahead 0
      0.300 amend #1 to 5 @0.52
      -> #1 amended to 5 @0.52 ahead 0
      0.400 trade sell 4 @0.52
      -> #1 bought 4 @0.52 maker printed_at_price ahead 0 then 0 of 4
    `);
  });

  it('to more at the same price goes behind all that is displayed now', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 trade sell 60 @0.52
      0.300 level bid 0.52x400
      0.400 amend #1 to 11 @0.52
      -> #1 amended to 11 @0.52 ahead 400
      0.500 trade sell 100 @0.52
      0.600 trade sell 302 @0.52
      -> #1 bought 2 @0.52 maker printed_at_price ahead 400 then 300 of 302
    `);
  });

  it('to another price goes behind all that is displayed there, and behind our own older order', () => {
    expectScenario(`
      0.000 book bid 0.52x100 0.51x30 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 buy 5 @0.51
      -> #2 accepted ahead 30
      0.300 amend #1 to 10 @0.51
      -> #1 amended to 10 @0.51 ahead 30
      0.400 trade sell 36 @0.51
      -> #2 bought 5 @0.51 maker printed_at_price ahead 30 then 30 of 36
      -> #1 bought 1 @0.51 maker printed_at_price ahead 30 then 30 of 31
    `);
  });

  it('to a price that meets the other side takes at once', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 amend #1 to 60 @0.54
      -> #1 amended to 60 @0.54 ahead 0
      -> #1 bought 50 @0.54 taker walked_depth of 50
      0.300 trade sell 100 @0.54
      -> #1 bought 10 @0.54 maker printed_at_price ahead 0 then 0 of 100
    `);
  });

  it('states the size of the whole order, what has filled included', () => {
    expectScenario(`
      0.000 book bid 0.51x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 0
      0.200 trade sell 6 @0.52
      -> #1 bought 6 @0.52 maker printed_at_price ahead 0 then 0 of 6
      0.300 amend #1 to 8 @0.52
      -> #1 amended to 8 @0.52 ahead 0
      0.400 trade sell 100 @0.52
      -> #1 bought 2 @0.52 maker printed_at_price ahead 0 then 0 of 100
    `);
  });

  it('is refused when the new terms are not good; the order goes on as it was', () => {
    expectScenario(
      `
      0.000 book bid 0.51x100 | ask 0.54x50
      0.100 buy 10 @0.52 post-only
      -> #1 accepted ahead 0
      0.200 trade sell 6 @0.52
      -> #1 bought 6 @0.52 maker printed_at_price ahead 0 then 0 of 6
      0.300 amend #1 to 6 @0.52
      -> #1 amend refused bad_size
      0.400 amend #1 to 10 @0.525
      -> #1 amend refused bad_price
      0.500 amend #1 to 10 @0.54
      -> #1 amend refused would_cross
      0.600 amend #1 to 1000 @0.52
      -> #1 amend refused insufficient_cash
      0.700 trade sell 6 @0.52
      -> #1 bought 4 @0.52 maker printed_at_price ahead 0 then 0 of 6
    `,
      { cash: '100' },
    );
  });

  it('that is refused leaves the order its turn among our own', () => {
    expectScenario(`
      0.000 book bid 0.51x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 0
      0.200 buy 10 @0.52
      -> #2 accepted ahead 0
      0.300 amend #1 to 10 @0.525
      -> #1 amend refused bad_price
      0.400 trade sell 4 @0.52
      -> #1 bought 4 @0.52 maker printed_at_price ahead 0 then 0 of 4
    `);
  });

  it('or cancelling an order that has ended says nothing: its end says it all', () => {
    expectScenario(`
      0.000 book bid 0.51x100 | ask 0.54x50
      0.100 buy 10 @0.54
      -> #1 accepted ahead 0
      -> #1 bought 10 @0.54 taker walked_depth of 50
      0.200 amend #1 to 20 @0.54
      0.300 cancel #1
      0.400 cancel #7
    `);
  });
});

describe('decreasing', () => {
  it('a decrease keeps the place in the queue and never races with fills', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 trade sell 104 @0.52
      -> #1 bought 4 @0.52 maker printed_at_price ahead 100 then 100 of 104
      0.300 decrease #1 by 5
      -> #1 amended to 5 @0.52 ahead 0
      0.400 decrease #1 by 5
      -> #1 cancelled requested
    `);
  });

  it('goes on while the book is incomplete, as a cancellation does; an amendment has to wait', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 gap
      0.300 amend #1 to 5 @0.52
      -> #1 amend refused book_incomplete
      0.400 decrease #1 by 4
      -> #1 amended to 6 @0.52 ahead 100
    `);
  });
});
