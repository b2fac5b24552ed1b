import { describe, it } from 'vitest';
import { proportionalFees } from '../../src/sim/models/fees.ts';
import { share } from '../support/instruments.ts';
import { expectScenario } from './scenario.ts';

describe('cash', () => {
  it('is held for what resting orders would cost, and given back with them', () => {
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 100 @0.50
      -> #1 accepted ahead 0
      0.200 account
      -> cash 60.00 free 10.00 position 0
      0.300 buy 21 @0.50
      -> #2 rejected insufficient_cash
      0.400 buy 20 @0.50
      -> #3 accepted ahead 0
      0.500 cancel #1
      -> #1 cancelled requested
      0.600 account
      -> cash 60.00 free 50.00 position 0
    `,
      { cash: '60' },
    );
  });

  it('is held for a NO at what NO costs: selling YES at 0.90 needs a tenth', () => {
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 sell 100 @0.90
      -> #1 accepted ahead 0
      0.200 account
      -> cash 10.00 free 0.00 position 0
      0.300 sell 0.01 @0.90
      -> #2 rejected insufficient_cash
    `,
      { cash: '10' },
    );
  });

  it('is not needed to close a position, only for what goes beyond it', () => {
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.54
      -> #1 accepted ahead 0
      -> #1 bought 10 @0.54 taker walked_depth of 50
      0.200 account
      -> cash 1.00 free 1.00 position 10
      0.300 sell 20 @0.90
      -> #2 accepted ahead 0
      0.400 account
      -> cash 1.00 free 0.00 position 10
      0.500 sell 1 @0.95
      -> #3 rejected insufficient_cash
    `,
      { cash: '6.40' },
    );
  });

  it('is held once though several orders could close one position: cover counts once', () => {
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.54
      -> #1 accepted ahead 0
      -> #1 bought 10 @0.54 taker walked_depth of 50
      0.300 sell 10 @0.90
      -> #2 accepted ahead 0
      0.400 sell 10 @0.90
      -> #3 rejected insufficient_cash
    `,
      { cash: '6' },
    );
  });

  it('is held once for orders that could close one NO position', () => {
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 sell 10 @0.52
      -> #1 accepted ahead 0
      -> #1 sold 10 @0.52 taker walked_depth of 100
      0.300 buy 10 @0.10
      -> #2 accepted ahead 0
      0.400 buy 10 @0.10
      -> #3 rejected insufficient_cash
    `,
      { cash: '5' },
    );
  });

  it('of a market order is reckoned at the worst price that it would reach', () => {
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50 0.60x100
      0.100 buy 100 market
      -> #1 rejected insufficient_cash
      0.200 buy 50 market
      -> #2 accepted ahead 0
      -> #2 bought 50 @0.54 taker walked_depth of 50
    `,
      { cash: '57' },
    );
  });

  it('for a short sale of shares is held at full value while the order rests', () => {
    expectScenario(
      `
      0.000 book bid 10.00x100 | ask 10.02x100
      0.100 sell 100 @10.02
      -> #1 rejected insufficient_cash
      0.200 sell 99 @10.02
      -> #2 accepted ahead 100
    `,
      { instrument: share(), cash: '1000' },
    );
  });

  it('of an order is reckoned with the fee of a taker, and it pays what its fills cost', () => {
    expectScenario(
      `
      0.000 book bid 0.50x100 | ask 0.54x50
      0.100 buy 100 @0.50
      -> #1 rejected insufficient_cash
      0.200 buy 99 @0.50
      -> #2 accepted ahead 100
      0.300 account
      -> cash 50.00 free 0.4505 position 0
    `,
      { cash: '50', fees: proportionalFees(0, 1000) },
    );
  });

  it('is not held for a reduce-only order: it opens nothing, however large it is', () => {
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.54
      -> #1 accepted ahead 0
      -> #1 bought 10 @0.54 taker walked_depth of 50
      0.200 sell 30 @0.60 reduce-only
      -> #2 accepted ahead 0
      0.300 sell 30 @0.61 reduce-only
      -> #3 accepted ahead 0
      0.400 account
      -> cash 0.00 free 0.00 position 10
      0.500 sell 1 @0.62
      -> #4 rejected insufficient_cash
    `,
      { cash: '5.40' },
    );
  });
});
