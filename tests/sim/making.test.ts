import { describe, it } from 'vitest';
import { expectScenario } from './scenario.ts';

describe('the queue', () => {
  it('a resting order joins behind all that is displayed, and prints at its price use that up first', () => {
    expectScenario(`
      0.000 book bid 0.52x100 0.51x300 | ask 0.54x50 0.55x200
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 trade sell 60 @0.52
      0.300 trade sell 45 @0.52
      -> #1 bought 5 @0.52 maker printed_at_price ahead 100 then 40 of 45
      0.400 trade sell 100 @0.52
      -> #1 bought 5 @0.52 maker printed_at_price ahead 100 then 0 of 100
      0.500 trade sell 100 @0.52
    `);
  });

  it('works for asks as for bids', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50 0.55x200
      0.100 sell 10 @0.54
      -> #1 accepted ahead 50
      0.200 trade buy 50 @0.54
      0.300 trade buy 3 @0.54
      -> #1 sold 3 @0.54 maker printed_at_price ahead 50 then 0 of 3
    `);
  });

  it('is empty where nothing is displayed: the first print fills', () => {
    expectScenario(`
      0.000 book bid 0.51x300 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 0
      0.200 trade sell 4 @0.52
      -> #1 bought 4 @0.52 maker printed_at_price ahead 0 then 0 of 4
    `);
  });

  it('is never longer than what is displayed; but nothing fills from a level that shrinks', () => {
    expectScenario(`
      0.000 book bid 0.52x100 0.51x300 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 level bid 0.52x20
      0.300 level bid 0.52x0
      0.400 level bid 0.52x100
      0.500 trade sell 3 @0.52
      -> #1 bought 3 @0.52 maker printed_at_price ahead 100 then 0 of 3
    `);
  });

  it('is not moved by a level that grows: those come behind us', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 level bid 0.52x500
      0.300 trade sell 105 @0.52
      -> #1 bought 5 @0.52 maker printed_at_price ahead 100 then 100 of 105
    `);
  });

  it('is not moved by prints on the other side, or at other prices', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 trade buy 500 @0.52
      0.300 trade buy 500 @0.54
      0.400 trade sell 500 @0.53
      0.500 trade sell 101 @0.52
      -> #1 bought 1 @0.52 maker printed_at_price ahead 100 then 100 of 101
    `);
  });

  it('moves with a print whose aggressor is unknown, at our price', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.150 sell 10 @0.54
      -> #2 accepted ahead 50
      0.200 trade unknown 101 @0.52
      -> #1 bought 1 @0.52 maker printed_at_price ahead 100 then 100 of 101
      0.300 trade unknown 55 @0.54
      -> #2 sold 5 @0.54 maker printed_at_price ahead 50 then 50 of 55
    `);
  });

  it('begins anew for an order that comes later', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 cancel #1
      -> #1 cancelled requested
      0.300 level bid 0.52x40
      0.400 buy 10 @0.52
      -> #2 accepted ahead 40
    `);
  });
});

describe('a print beyond our price', () => {
  it('means that the level is gone: it fills us at our price, whatever the queue was', () => {
    expectScenario(`
      0.000 book bid 0.52x100 0.51x300 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 trade sell 60 @0.51
      -> #1 bought 10 @0.52 maker printed_through ahead 100 then 100 of 60
    `);
  });

  it('fills with no more than its size, and leaves us at the front', () => {
    expectScenario(`
      0.000 book bid 0.52x100 0.51x300 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 trade sell 4 @0.51
      -> #1 bought 4 @0.52 maker printed_through ahead 100 then 100 of 4
      0.300 trade sell 3 @0.52
      -> #1 bought 3 @0.52 maker printed_at_price ahead 100 then 0 of 3
    `);
  });

  it('works for asks as for bids', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50 0.55x10
      0.100 sell 10 @0.54
      -> #1 accepted ahead 50
      0.200 trade buy 20 @0.55
      -> #1 sold 10 @0.54 maker printed_through ahead 50 then 50 of 20
    `);
  });
});

describe('our own orders share one print', () => {
  it('of one price: the older first, then the younger with what is left', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 buy 10 @0.52
      -> #2 accepted ahead 100
      0.300 trade sell 115 @0.52
      -> #1 bought 10 @0.52 maker printed_at_price ahead 100 then 100 of 115
      -> #2 bought 5 @0.52 maker printed_at_price ahead 100 then 100 of 105
      0.400 trade sell 100 @0.52
      -> #2 bought 5 @0.52 maker printed_at_price ahead 100 then 0 of 100
    `);
  });

  it('of one price: the younger never before the older, though it saw less ahead of it', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 level bid 0.52x20 stamped -
      0.300 buy 10 @0.52
      -> #2 accepted ahead 20
      0.400 trade sell 60 @0.52 stamped -
      0.500 trade sell 60 @0.52 stamped -
      -> #1 bought 10 @0.52 maker printed_at_price ahead 100 then 20 of 60
      -> #2 bought 10 @0.52 maker printed_at_price ahead 20 then 0 of 50
    `);
  });

  it('of two prices: the better first', () => {
    expectScenario(`
      0.000 book bid 0.50x100 | ask 0.54x50
      0.100 buy 10 @0.51
      -> #1 accepted ahead 0
      0.200 buy 10 @0.52
      -> #2 accepted ahead 0
      0.300 trade sell 15 @0.51
      -> #2 bought 10 @0.52 maker printed_through ahead 0 then 0 of 15
      -> #1 bought 5 @0.51 maker printed_at_price ahead 0 then 0 of 5
    `);
  });

  it('several prints of one frame are several prints', () => {
    expectScenario(`
      0.000 book bid 0.50x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 0
      0.200 trade sell 4 @0.52 + sell 5 @0.51
      -> #1 bought 4 @0.52 maker printed_at_price ahead 0 then 0 of 4
      -> #1 bought 5 @0.52 maker printed_through ahead 0 then 0 of 5
    `);
  });
});

describe('prints that did not touch the book', () => {
  it('block trades move no queue and fill nothing, not even beyond our price', () => {
    expectScenario(`
      0.000 book bid 0.52x10 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 10
      0.200 trade sell 500 @0.52 off-book
      0.300 trade sell 500 @0.30 off-book
      0.400 trade sell 500 @0.30 inferred off-book
      0.500 trade sell 11 @0.52
      -> #1 bought 1 @0.52 maker printed_at_price ahead 10 then 10 of 11
    `);
  });
});

describe('a book that moves through a resting order', () => {
  it('does not fill it: only prints do', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.53
      -> #1 accepted ahead 0
      0.200 level ask 0.51x500
      0.300 book bid 0.45x10 | ask 0.46x10
      0.400 trade sell 10 @0.45
      -> #1 bought 10 @0.53 maker printed_through ahead 0 then 0 of 10
    `);
  });
});
