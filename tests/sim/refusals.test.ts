import { describe, it } from 'vitest';
import { contract, namedLadder } from '../support/instruments.ts';
import { expectScenario } from './scenario.ts';

describe('an order that the venue cannot take', () => {
  it.each(['0', '1'])('costs %s: a binary contract trades between its payouts', (price) => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @${price}
      -> #1 rejected bad_price
    `);
  });

  it('lies between the ticks', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.525
      -> #1 rejected bad_price
    `);
  });

  it('lies between the ticks of the middle, though the edges have finer ones', () => {
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.525
      -> #1 rejected bad_price
      0.200 buy 10 @0.095
      -> #2 accepted ahead 0
    `,
      { instrument: contract({ ticks: namedLadder('tapered_deci_cent') }) },
    );
  });

  it('has no size, or not a whole number of lots', () => {
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 0 @0.52
      -> #1 rejected bad_size
      0.200 buy 0.5 @0.52
      -> #2 rejected bad_size
      0.300 buy 2 @0.52
      -> #3 accepted ahead 100
    `,
      { instrument: contract({ lot: 100 }) },
    );
  });

  it('is refused for the first reason that holds', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 gap
      0.200 pause
      0.300 buy 0 @0.525 reduce-only
      -> #1 rejected bad_size
      0.400 buy 5 @0.525 reduce-only
      -> #2 rejected bad_price
      0.500 buy 5 @0.52 until 0.450 reduce-only
      -> #3 rejected market_paused
      0.600 resume
      0.700 buy 5 @0.52 until 0.450 reduce-only
      -> #4 rejected expired
      0.800 buy 5 @0.54 post-only in g
      -> #5 rejected book_incomplete
      0.900 book bid 0.52x100 | ask 0.54x50
      1.000 buy 5 @0.54 post-only in g
      -> #6 rejected would_cross
      1.100 buy 5 @0.53 reduce-only in g
      -> #7 rejected group_limit
      1.200 buy 5000 @0.53 reduce-only
      -> #8 rejected reduce_only
      1.300 buy 5000 @0.53
      -> #9 rejected insufficient_cash
    `);
  });
});
