import { describe, it } from 'vitest';
import { coin, share } from '../support/instruments.ts';
import { expectScenario } from './scenario.ts';

describe('an order that meets the other side', () => {
  it('walks the displayed levels, each at its own price, up to its limit; the rest of it rests', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50 0.55x200 0.57x500
      0.100 buy 300 @0.56
      -> #1 accepted ahead 0
      -> #1 bought 50 @0.54 taker walked_depth of 50
      -> #1 bought 200 @0.55 taker walked_depth of 200
      0.200 trade sell 80 @0.56
      -> #1 bought 50 @0.56 maker printed_at_price ahead 0 then 0 of 80
    `);
  });

  it('sells down the bids in the same way', () => {
    expectScenario(`
      0.000 book bid 0.52x100 0.51x300 | ask 0.54x50
      0.100 sell 150 @0.51
      -> #1 accepted ahead 0
      -> #1 sold 100 @0.52 taker walked_depth of 100
      -> #1 sold 50 @0.51 taker walked_depth of 300
    `);
  });

  it('pays the displayed price, not its own worse limit', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.99
      -> #1 accepted ahead 0
      -> #1 bought 10 @0.54 taker walked_depth of 50
    `);
  });

  it('takes hundredths of a contract, and tenths of a cent off the grid of whole cents', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.535x0.07
      0.100 buy 1 @0.54 ioc
      -> #1 accepted ahead 0
      -> #1 bought 0.07 @0.535 taker walked_depth of 0.07
      -> #1 cancelled no_liquidity
    `);
  });
});

describe('what we take', () => {
  it('stays taken: the next order finds what is left', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50 0.55x200
      0.100 buy 30 @0.54 ioc
      -> #1 accepted ahead 0
      -> #1 bought 30 @0.54 taker walked_depth of 50
      0.200 buy 30 @0.54 ioc
      -> #2 accepted ahead 0
      -> #2 bought 20 @0.54 taker walked_depth of 20
      -> #2 cancelled no_liquidity
      0.300 buy 10 @0.54 ioc
      -> #3 accepted ahead 0
      -> #3 cancelled no_liquidity
    `);
  });

  it('is passed over: the next order walks on to the level behind', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50 0.55x200
      0.100 buy 50 @0.54 ioc
      -> #1 accepted ahead 0
      -> #1 bought 50 @0.54 taker walked_depth of 50
      0.200 buy 10 @0.55 ioc
      -> #2 accepted ahead 0
      -> #2 bought 10 @0.55 taker walked_depth of 200
    `);
  });

  it('comes back when the level changes, and only that level', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50 0.55x200
      0.100 buy 250 @0.55 ioc
      -> #1 accepted ahead 0
      -> #1 bought 50 @0.54 taker walked_depth of 50
      -> #1 bought 200 @0.55 taker walked_depth of 200
      0.200 level ask 0.54x40
      0.300 buy 100 @0.55 ioc
      -> #2 accepted ahead 0
      -> #2 bought 40 @0.54 taker walked_depth of 40
      -> #2 cancelled no_liquidity
    `);
  });

  it('stays taken while other levels change, and when the level is told again with the same size', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 50 @0.54 ioc
      -> #1 accepted ahead 0
      -> #1 bought 50 @0.54 taker walked_depth of 50
      0.200 level bid 0.52x90
      0.300 level ask 0.54x50 0.55x10
      0.400 buy 1 @0.54 ioc
      -> #2 accepted ahead 0
      -> #2 cancelled no_liquidity
    `);
  });

  it('stays taken when a snapshot tells the same book again, and comes back when it tells another size', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50 0.55x20
      0.100 buy 70 @0.55 ioc
      -> #1 accepted ahead 0
      -> #1 bought 50 @0.54 taker walked_depth of 50
      -> #1 bought 20 @0.55 taker walked_depth of 20
      0.200 book bid 0.52x100 | ask 0.54x50 0.55x21
      0.300 buy 70 @0.55 ioc
      -> #2 accepted ahead 0
      -> #2 bought 21 @0.55 taker walked_depth of 21
      -> #2 cancelled no_liquidity
    `);
  });

  it('comes back with a level that went away and returned', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 50 @0.54 ioc
      -> #1 accepted ahead 0
      -> #1 bought 50 @0.54 taker walked_depth of 50
      0.200 level ask 0.54x0
      0.300 level ask 0.54x50
      0.400 buy 1 @0.54 ioc
      -> #2 accepted ahead 0
      -> #2 bought 1 @0.54 taker walked_depth of 50
    `);
  });

  it('is taken from both sides apart: bids and asks of one price do not share', () => {
    expectScenario(`
      0.000 book bid 0.54x50 | ask 0.54x50
      0.100 buy 50 @0.54 ioc
      -> #1 accepted ahead 50
      -> #1 bought 50 @0.54 taker walked_depth of 50
      0.200 sell 50 @0.54 ioc
      -> #2 accepted ahead 50
      -> #2 sold 50 @0.54 taker walked_depth of 50
    `);
  });

  it('comes back with a level that a snapshot left out', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 50 @0.54 ioc
      -> #1 accepted ahead 0
      -> #1 bought 50 @0.54 taker walked_depth of 50
      0.200 book bid 0.52x100 | ask 0.55x20
      0.300 level ask 0.54x50
      0.400 buy 1 @0.54 ioc
      -> #2 accepted ahead 0
      -> #2 bought 1 @0.54 taker walked_depth of 50
    `);
  });
});

describe('an order that took and then rests', () => {
  it('joins its level behind what is displayed there, even in a book that is locked for a moment', () => {
    expectScenario(`
      0.000 book bid 0.54x100 0.52x10 | ask 0.54x50
      0.100 buy 80 @0.54
      -> #1 accepted ahead 100
      -> #1 bought 50 @0.54 taker walked_depth of 50
      0.200 trade sell 100 @0.54
      0.300 trade sell 5 @0.54
      -> #1 bought 5 @0.54 maker printed_at_price ahead 100 then 0 of 5
    `);
  });
});

describe('other instruments', () => {
  it('shares trade in whole shares', () => {
    expectScenario(
      `
      0.000 book bid 10.01x300 | ask 10.02x200
      0.100 buy 250 @10.02
      -> #1 accepted ahead 0
      -> #1 bought 200 @10.02 taker walked_depth of 200
    `,
      { instrument: share(), cash: '100000' },
    );
  });

  it('coins cannot be sold that are not there', () => {
    expectScenario(
      `
      0.000 book bid 64000.00x0.5 | ask 64000.01x0.25
      0.100 sell 0.1 @64000.00
      -> #1 rejected insufficient_position
      0.200 buy 0.25 @64000.01
      -> #2 accepted ahead 0
      -> #2 bought 0.25 @64000.01 taker walked_depth of 0.25
      0.300 sell 0.2 @64001.00
      -> #3 accepted ahead 0
      0.400 sell 0.1 @64000.00
      -> #4 rejected insufficient_position
      0.500 sell 0.05 @64000.00
      -> #5 accepted ahead 0
      -> #5 sold 0.05 @64000.00 taker walked_depth of 0.5
    `,
      { instrument: coin(), cash: '100000' },
    );
  });
});
