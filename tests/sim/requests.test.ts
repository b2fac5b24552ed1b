import { describe, it } from 'vitest';
import type { Micros } from '../../src/market/units.ts';
import type { LatencyModel } from '../../src/market/venue.ts';
import { constantLatency } from '../../src/sim/models/latency.ts';
import { contract, namedLadder, share } from '../support/instruments.ts';
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
});

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
});

describe('latency', () => {
  it('an order is matched when it arrives, against the book of that time; the answer takes its own time back', () => {
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.54
      0.120 level ask 0.54x0 0.55x7
      -> 0.170 #1 accepted ahead 0 (venue 0.150)
      0.200 level ask 0.54x30
      0.220 trade sell 4 @0.54
      -> 0.240 #1 bought 4 @0.54 maker printed_at_price ahead 0 then 0 of 4 (venue 0.220)
      0.300 wait
    `,
      { latency: constantLatency(50_000, 20_000) },
    );
  });

  it('an order that arrives together with a print comes after it: we lose every tie', () => {
    expectScenario(
      `
      0.000 book bid 0.51x100 | ask 0.54x50
      0.100 buy 10 @0.52
      0.150 trade sell 100 @0.52
      -> #1 accepted ahead 0
      0.200 trade sell 1 @0.52
      -> #1 bought 1 @0.52 maker printed_at_price ahead 0 then 0 of 1
    `,
      { latency: constantLatency(50_000, 0) },
    );
  });

  it('a cancel under way does not save the order', () => {
    expectScenario(
      `
      0.000 book bid 0.51x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> 0.150 #1 accepted ahead 0
      0.200 cancel #1
      0.240 trade sell 4 @0.52
      -> #1 bought 4 @0.52 maker printed_at_price ahead 0 then 0 of 4
      0.250 trade sell 4 @0.52
      -> #1 bought 4 @0.52 maker printed_at_price ahead 0 then 0 of 4
      -> #1 cancelled requested
    `,
      { latency: constantLatency(50_000, 0) },
    );
  });

  /** Slow until half a second, then fast. */
  const speedsUp = (slow: Micros, fast: Micros) => (now: Micros) => (now % 86_400_000_000 < 500_000 ? slow : fast);

  it('requests never overtake each other on a connection that speeds up', () => {
    const latency: LatencyModel = { name: 'speeds up', entry: speedsUp(400_000, 1000), response: () => 0 };
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.450 buy 10 @0.52
      0.500 cancel #1
      -> 0.850 #1 accepted ahead 100
      -> 0.850 #1 cancelled requested
      1.000 wait
    `,
      { latency },
    );
  });

  it('responses never overtake each other either', () => {
    const latency: LatencyModel = { name: 'speeds up', entry: () => 0, response: speedsUp(400_000, 1000) };
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.450 buy 10 @0.52
      0.550 buy 10 @0.51
      -> 0.850 #1 accepted ahead 100 (venue 0.450)
      -> 0.850 #2 accepted ahead 0 (venue 0.550)
      0.900 buy 10 @0.50
      -> 0.901 #3 accepted ahead 0 (venue 0.900)
      1.000 wait
    `,
      { latency },
    );
  });

  it('every answer tells the time at the venue besides the time at which the desk learns of it', () => {
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.54
      -> 0.650 #1 accepted ahead 0 (venue 0.150)
      -> 0.650 #1 bought 10 @0.54 taker walked_depth of 50 (venue 0.150)
      1.000 wait
    `,
      { latency: constantLatency(50_000, 500_000) },
    );
  });
});
