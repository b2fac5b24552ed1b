import { describe, expect, it } from 'vitest';
import { almgrenImpact, squareRootImpact } from '../../src/sim/models/impact.ts';
import { contract, share } from '../support/instruments.ts';
import { expectScenario } from './scenario.ts';

const facts = { dailyVolatility: 0.02, dailyVolume: 1_000_000, outstanding: 100_000_000 };

describe('impact', () => {
  it('square root: a hundredth of the volume moves the price by a tenth of the volatility', () => {
    expect(squareRootImpact(facts).share(10_000)).toBeCloseTo(0.002, 15);
    expect(squareRootImpact(facts).share(0)).toBe(0);
  });

  it('Almgren: 10 % of the volume in half an hour, worked by hand', () => {
    // rate = 0.1 / (1/13) = 1.3; temporary 0.02 x 0.142 x 1.3^0.6; permanent 0.02 / 13 x 0.314 x 100^0.267 x 1.3^0.891
    const temporary = 0.02 * 0.142 * 1.170_504;
    const permanent = (0.02 / 13) * 0.314 * 3.419_794 * 1.263_38;
    expect(almgrenImpact(facts).share(100_000)).toBeCloseTo(temporary + permanent / 2, 6);
  });

  it('is paid by who takes shares: by all that the order has filled, rounded against it, never beyond its limit', () => {
    expectScenario(
      `
      0.000 book bid 5.00x100000 | ask 5.02x10000 5.03x10000
      0.100 buy 10000 @5.04
      -> #1 accepted ahead 0
      -> #1 bought 10000 @5.0301 taker walked_depth of 10000
      0.200 buy 10000 @5.03 ioc
      -> #2 accepted ahead 0
      -> #2 cancelled no_liquidity
      0.250 buy 10000 @5.03 fok
      -> #3 accepted ahead 0
      -> #3 cancelled not_enough_liquidity
      0.300 sell 2500 market
      -> #4 accepted ahead 0
      -> #4 sold 2500 @4.995 taker walked_depth of 100000
    `,
      { instrument: share(), impact: squareRootImpact(facts), cash: '1000000' },
    );
  });

  it('is none for other instruments', () => {
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 50 market
      -> #1 accepted ahead 0
      -> #1 bought 50 @0.54 taker walked_depth of 50
    `,
      { instrument: contract(), impact: squareRootImpact(facts) },
    );
  });
});
