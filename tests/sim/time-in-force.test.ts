import { describe, it } from 'vitest';
import { expectScenario } from './scenario.ts';

describe('time in force', () => {
  const book = '0.000 book bid 0.52x100 | ask 0.54x50 0.55x200';

  it('gtc: what is left rests', () => {
    expectScenario(`
      ${book}
      0.100 buy 10 @0.53
      -> #1 accepted ahead 0
      0.200 cancel #1
      -> #1 cancelled requested
    `);
  });

  it('ioc: what is left is cancelled at once', () => {
    expectScenario(`
      ${book}
      0.100 buy 60 @0.54 ioc
      -> #1 accepted ahead 0
      -> #1 bought 50 @0.54 taker walked_depth of 50
      -> #1 cancelled no_liquidity
      0.200 buy 10 @0.53 ioc
      -> #2 accepted ahead 0
      -> #2 cancelled no_liquidity
    `);
  });

  it('fok: all of it at once', () => {
    expectScenario(`
      ${book}
      0.100 buy 250 @0.55 fok
      -> #1 accepted ahead 0
      -> #1 bought 50 @0.54 taker walked_depth of 50
      -> #1 bought 200 @0.55 taker walked_depth of 200
    `);
  });

  it('fok: or nothing, and nothing is taken', () => {
    expectScenario(`
      ${book}
      0.100 buy 251 @0.55 fok
      -> #1 accepted ahead 0
      -> #1 cancelled not_enough_liquidity
      0.200 buy 250 @0.55 fok
      -> #2 accepted ahead 0
      -> #2 bought 50 @0.54 taker walked_depth of 50
      -> #2 bought 200 @0.55 taker walked_depth of 200
    `);
  });

  it('fok counts what we have taken before as gone', () => {
    expectScenario(`
      ${book}
      0.100 buy 10 @0.54 ioc
      -> #1 accepted ahead 0
      -> #1 bought 10 @0.54 taker walked_depth of 50
      0.200 buy 50 @0.54 fok
      -> #2 accepted ahead 0
      -> #2 cancelled not_enough_liquidity
    `);
  });

  it('market: walks as far as it must, and never rests', () => {
    expectScenario(`
      ${book}
      0.100 buy 300 market
      -> #1 accepted ahead 0
      -> #1 bought 50 @0.54 taker walked_depth of 50
      -> #1 bought 200 @0.55 taker walked_depth of 200
      -> #1 cancelled no_liquidity
      0.200 sell 10 market
      -> #2 accepted ahead 0
      -> #2 sold 10 @0.52 taker walked_depth of 100
    `);
  });

  it.each(['buy', 'sell'])('market: %s finds no liquidity in an empty book, however little cash there is', (side) => {
    expectScenario(
      `
      0.000 book bid | ask
      0.100 ${side} 10 market
      -> #1 accepted ahead 0
      -> #1 cancelled no_liquidity
    `,
      { cash: '0' },
    );
  });

  it('market, all or nothing', () => {
    expectScenario(`
      ${book}
      0.100 buy 300 market fok
      -> #1 accepted ahead 0
      -> #1 cancelled not_enough_liquidity
    `);
  });
});

describe('an order that is good till a date', () => {
  it('rests until then and is cancelled by the venue, to the moment', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52 until 2.000
      -> #1 accepted ahead 100
      1.999 wait
      -> 2.000 #1 cancelled expired
      2.500 wait
    `);
  });

  it('is refused when it has expired before it arrives', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52 until 0.050
      -> #1 rejected expired
    `);
  });

  it('expires each at its own time, and fills until then', () => {
    expectScenario(`
      0.000 book bid 0.50x100 | ask 0.54x50
      0.100 buy 10 @0.52 until 1.000
      -> #1 accepted ahead 0
      0.200 buy 10 @0.51 until 3.000
      -> #2 accepted ahead 0
      0.900 trade sell 4 @0.52
      -> #1 bought 4 @0.52 maker printed_at_price ahead 0 then 0 of 4
      -> 1.000 #1 cancelled expired
      2.000 trade sell 4 @0.51
      -> #2 bought 4 @0.51 maker printed_at_price ahead 0 then 0 of 4
      -> 3.000 #2 cancelled expired
      4.000 wait
    `);
  });

  it('does not fill by a print of the very moment: we lose every tie', () => {
    expectScenario(`
      0.000 book bid 0.50x100 | ask 0.54x50
      0.100 buy 10 @0.52 until 1.000
      -> #1 accepted ahead 0
      1.000 trade sell 4 @0.52
      -> #1 cancelled expired
    `);
  });
});
