import { describe, it } from 'vitest';
import { expectScenario } from './scenario.ts';

describe('an order that would trade with our own', () => {
  const book = '0.000 book bid 0.50x100 | ask 0.53x20 0.56x50';

  it('taker: takes what is better than ours, then ends; ours stays', () => {
    expectScenario(`
      ${book}
      0.100 sell 10 @0.54
      -> #1 accepted ahead 0
      0.200 buy 50 @0.56
      -> #2 accepted ahead 0
      -> #2 bought 20 @0.53 taker walked_depth of 20
      -> #2 cancelled self_trade
      0.300 trade buy 4 @0.54
      -> #1 sold 4 @0.54 maker printed_at_price ahead 0 then 0 of 4
    `);
  });

  it('maker: ours ends, and it goes on', () => {
    expectScenario(`
      ${book}
      0.100 sell 10 @0.54
      -> #1 accepted ahead 0
      0.200 buy 50 @0.56 self maker
      -> #2 accepted ahead 0
      -> #2 bought 20 @0.53 taker walked_depth of 20
      -> #1 cancelled self_trade
      -> #2 bought 30 @0.56 taker walked_depth of 50
    `);
  });

  it('both: both end', () => {
    expectScenario(`
      ${book}
      0.100 sell 10 @0.54
      -> #1 accepted ahead 0
      0.200 buy 50 @0.56 self both
      -> #2 accepted ahead 0
      -> #2 bought 20 @0.53 taker walked_depth of 20
      -> #1 cancelled self_trade
      -> #2 cancelled self_trade
    `);
  });

  it('decrement: both lose the smaller size, and the larger one goes on', () => {
    expectScenario(
      `
      ${book}
      0.100 sell 10 @0.54
      -> #1 accepted ahead 0
      0.200 buy 50 @0.55 self decrement
      -> #2 accepted ahead 50
      -> #2 bought 20 @0.53 taker walked_depth of 20
      -> #2 amended to 40 @0.55 ahead 50
      -> #1 cancelled self_trade
    `.replaceAll('ahead 50', 'ahead 0'),
    );
  });

  it('fill or kill: what lies behind our own order does not count', () => {
    expectScenario(`
      ${book}
      0.100 sell 10 @0.54
      -> #1 accepted ahead 0
      0.200 buy 30 @0.56 fok
      -> #2 accepted ahead 0
      -> #2 cancelled not_enough_liquidity
    `);
  });

  it('is refused when it asks for what the venue does not do', () => {
    expectScenario(
      `
      ${book}
      0.100 buy 10 @0.50 self both
      -> #1 rejected not_supported
    `,
      { rules: { selfTrade: ['taker', 'maker'] } },
    );
  });

  it('decrement: a larger one of ours goes on with what is left of it, and keeps its place', () => {
    expectScenario(`
      ${book}
      0.100 sell 40 @0.54
      -> #1 accepted ahead 0
      0.200 buy 30 @0.55 self decrement
      -> #2 accepted ahead 0
      -> #2 bought 20 @0.53 taker walked_depth of 20
      -> #1 amended to 30 @0.54 ahead 0
      -> #2 cancelled self_trade
      0.300 trade buy 40 @0.54
      -> #1 sold 30 @0.54 maker printed_at_price ahead 0 then 0 of 40
    `);
  });

  it('decrement: of equal sizes both end; twice as large, it goes on with the half', () => {
    expectScenario(`
      ${book}
      0.100 sell 10 @0.52
      -> #1 accepted ahead 0
      0.200 buy 10 @0.52 self decrement
      -> #2 accepted ahead 0
      -> #1 cancelled self_trade
      -> #2 cancelled self_trade
      0.300 sell 10 @0.52
      -> #3 accepted ahead 0
      0.400 buy 20 @0.52 self decrement
      -> #4 accepted ahead 0
      -> #4 amended to 10 @0.52 ahead 0
      -> #3 cancelled self_trade
      0.500 trade sell 10 @0.52
      -> #4 bought 10 @0.52 maker printed_at_price ahead 0 then 0 of 10
    `);
  });

  it('at the price of a level meets ours first, whatever is displayed there', () => {
    expectScenario(`
      ${book}
      0.100 sell 10 @0.53
      -> #1 accepted ahead 20
      0.200 buy 5 @0.53
      -> #2 accepted ahead 0
      -> #2 cancelled self_trade
    `);
  });

  it('by an amendment is prevented in the same way', () => {
    expectScenario(`
      ${book}
      0.100 sell 10 @0.52
      -> #1 accepted ahead 0
      0.200 buy 5 @0.51
      -> #2 accepted ahead 0
      0.300 amend #2 to 5 @0.52
      -> #2 amended to 5 @0.52 ahead 0
      -> #2 cancelled self_trade
    `);
  });
});
