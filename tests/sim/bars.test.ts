import { describe, it } from 'vitest';
import { share } from '../support/instruments.ts';
import { expectScenario } from './scenario.ts';

const options = { instrument: share() };

describe('where the tape has nothing but bars', () => {
  it('a market order waits for the next whole bar, and trades at its worst price', () => {
    expectScenario(
      `
      60.000 bar 5.00 5.20 4.90 5.10 x1000
      70.000 buy 10 market
      -> #1 accepted ahead 0
      120.000 bar 5.10 5.15 5.05 5.10 x1000
      125.000 sell 4 market
      -> #2 accepted ahead 0
      180.000 bar 5.10 5.30 5.00 5.20 x1000
      -> #1 bought 10 @5.30 taker modelled of 25
      240.000 bar 5.20 5.40 5.10 5.30 x1000
      -> #2 sold 4 @5.10 taker modelled of 25
    `,
      options,
    );
  });

  it('a resting order fills at its limit, and only when the bar went beyond it', () => {
    expectScenario(
      `
      60.000 bar 5.00 5.20 4.90 5.10 x1000
      60.000 buy 10 @4.90
      -> #1 accepted ahead 0
      60.000 sell 10 @5.30
      -> #2 accepted ahead 0
      120.000 bar 5.10 5.30 4.90 5.10 x1000
      180.000 bar 5.10 5.31 4.89 5.10 x1000
      -> #1 bought 10 @4.90 maker modelled ahead 0 then 0 of 25
      -> #2 sold 10 @5.30 maker modelled ahead 0 then 0 of 15
    `,
      options,
    );
  });

  it('though a limit is better than all prices of the bar, it is what is paid', () => {
    expectScenario(
      `
      60.000 bar 5.00 5.20 4.90 5.10 x1000
      60.000 buy 10 @6.00
      -> #1 accepted ahead 0
      120.000 bar 5.10 5.30 4.90 5.10 x1000
      -> #1 bought 10 @6.00 maker modelled ahead 0 then 0 of 25
    `,
      options,
    );
  });

  it('all orders share a part of its volume: 2.5 % unless told, market orders first', () => {
    expectScenario(
      `
      60.000 bar 5.00 5.20 4.90 5.10 x1000
      60.000 buy 20 @4.95
      -> #1 accepted ahead 0
      60.000 buy 10 market
      -> #2 accepted ahead 0
      120.000 bar 5.10 5.20 4.90 5.10 x1000
      -> #2 bought 10 @5.20 taker modelled of 25
      -> #1 bought 15 @4.95 maker modelled ahead 0 then 0 of 15
      180.000 bar 5.10 5.20 4.90 5.10 x39
      240.000 bar 5.10 5.20 4.90 5.10 x400
      -> #1 bought 5 @4.95 maker modelled ahead 0 then 0 of 10
    `,
      options,
    );
  });

  it('what does not rest ends with its bar; fill-or-kill fills whole or not at all', () => {
    expectScenario(
      `
      60.000 bar 5.00 5.20 4.90 5.10 x1000
      60.000 buy 30 market
      -> #1 accepted ahead 0
      60.000 buy 10 @4.80 ioc
      -> #2 accepted ahead 0
      120.000 bar 5.10 5.20 4.90 5.10 x1000
      -> #1 bought 25 @5.20 taker modelled of 25
      -> #1 cancelled no_liquidity
      -> #2 cancelled no_liquidity
      120.000 buy 26 @6.00 fok
      -> #3 accepted ahead 0
      180.000 bar 5.10 5.20 4.90 5.10 x1000
      -> #3 cancelled not_enough_liquidity
    `,
      options,
    );
  });

  it('a market order that the worst price makes too dear gets nothing', () => {
    expectScenario(
      `
      60.000 bar 5.00 5.20 4.90 5.10 x10000
      60.000 buy 190 market
      -> #1 accepted ahead 0
      120.000 bar 5.10 5.40 4.90 5.10 x10000
      -> #1 cancelled no_liquidity
      130.000 account
      -> cash 1000.00 free 1000.00 position 0
    `,
      options,
    );
  });

  it('orders that wait can be cancelled and made smaller, not amended', () => {
    expectScenario(
      `
      60.000 bar 5.00 5.20 4.90 5.10 x1000
      60.000 buy 10 market
      -> #1 accepted ahead 0
      60.000 buy 10 market
      -> #2 accepted ahead 0
      70.000 cancel #1
      -> #1 cancelled requested
      71.000 amend #2 to 5 @5.00
      -> #2 amend refused not_supported
      72.000 decrease #2 by 6
      -> #2 amended to 4 @none ahead 0
      120.000 bar 5.10 5.20 4.90 5.10 x1000
      -> #2 bought 4 @5.20 taker modelled of 25
    `,
      options,
    );
  });

  it('nothing is taken before the first bar', () => {
    expectScenario(
      `
      0.000 buy 10 market
      -> #1 rejected book_incomplete
    `,
      options,
    );
  });

  it('as soon as there are quotes, books or trades, these decide, and bars fill nothing', () => {
    expectScenario(
      `
      60.000 bar 5.00 5.20 4.90 5.10 x1000
      60.000 buy 10 @4.95
      -> #1 accepted ahead 0
      60.000 buy 10 market
      -> #2 accepted ahead 0
      70.000 quote bid 5.00x10 ask 5.10x10
      -> #2 cancelled no_liquidity
      120.000 bar 5.10 5.20 4.80 5.10 x1000
    `,
      options,
    );
  });
});
