import { describe, it } from 'vitest';
import { fifo } from '../../src/sim/models/fifo.ts';
import { contract } from '../support/instruments.ts';
import { expectScenario, type ScenarioOptions } from './scenario.ts';

const expectFifo = (table: string, options: ScenarioOptions = {}) => expectScenario(table, { queue: fifo, ...options });

describe('the queue of a feed that tells of each order', () => {
  it('is used up by executions and cancellations ahead, not by those behind', () => {
    expectFifo(`
      0.000 book bid 0.51x300 | ask 0.54x50
      0.010 join A bid 0.52x60
      0.020 join B bid 0.52x40
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.110 join C bid 0.52x30
      0.200 leave C
      0.210 join D bid 0.52x30
      0.300 reduce B by 30
      0.310 leave A
      0.320 execute B 10
      0.400 execute D 4
      -> #1 bought 4 @0.52 maker printed_at_price ahead 100 then 0 of 4
      0.410 execute D 26
      -> #1 bought 6 @0.52 maker printed_at_price ahead 100 then 0 of 26
    `);
  });

  it('an execution of an order ahead fills nothing, however large', () => {
    expectFifo(`
      0.000 book bid 0.51x300 | ask 0.54x50
      0.010 join A bid 0.52x60
      0.100 buy 10 @0.52
      -> #1 accepted ahead 60
      0.200 execute A 60
      0.300 join B bid 0.52x60
      0.400 execute B 7
      -> #1 bought 7 @0.52 maker printed_at_price ahead 60 then 0 of 7
    `);
  });

  it('an order behind that is executed means that none is ahead any more, whatever was', () => {
    expectFifo(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.110 join A bid 0.52x30
      0.200 execute A 4
      -> #1 bought 4 @0.52 maker printed_at_price ahead 100 then 100 of 4
      0.300 execute A 20
      -> #1 bought 6 @0.52 maker printed_at_price ahead 100 then 0 of 20
    `);
  });

  it('works for asks as for bids', () => {
    expectFifo(`
      0.000 book bid 0.50x100 | ask 0.54x50
      0.010 join A ask 0.53x20
      0.100 sell 10 @0.53
      -> #1 accepted ahead 20
      0.110 join B ask 0.53x20
      0.200 leave A
      0.300 execute B 20
      -> #1 sold 10 @0.53 maker printed_at_price ahead 20 then 0 of 20
    `);
  });

  it('a print beyond our price fills, and a hidden execution moves nothing', () => {
    expectFifo(`
      0.000 book bid 0.51x300 | ask 0.54x50
      0.010 join A bid 0.52x60
      0.020 join B bid 0.51x60
      0.100 buy 10 @0.52
      -> #1 accepted ahead 60
      0.200 trade sell 500 @0.52 off-book
      0.300 execute B 3
      -> #1 bought 3 @0.52 maker printed_through ahead 60 then 60 of 3
    `);
  });

  it('two orders of ours share what an order behind both of them gets, the older one first', () => {
    expectFifo(`
      0.000 book bid 0.51x300 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 0
      0.110 join A bid 0.52x30
      0.120 buy 10 @0.52
      -> #2 accepted ahead 30
      0.130 join B bid 0.52x30
      0.200 execute A 10
      -> #1 bought 10 @0.52 maker printed_at_price ahead 0 then 0 of 10
      0.210 execute A 20
      0.300 execute B 5
      -> #2 bought 5 @0.52 maker printed_at_price ahead 30 then 0 of 5
    `);
  });

  it('an amendment that keeps its place keeps it, another one joins behind', () => {
    expectFifo(`
      0.000 book bid 0.51x300 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 0
      0.110 join A bid 0.52x30
      0.200 amend #1 to 8 @0.52
      -> #1 amended to 8 @0.52 ahead 0
      0.210 execute A 1
      -> #1 bought 1 @0.52 maker printed_at_price ahead 0 then 0 of 1
      0.300 amend #1 to 20 @0.52
      -> #1 amended to 20 @0.52 ahead 29
      0.310 execute A 29
      0.320 join B bid 0.52x30
      0.330 execute B 2
      -> #1 bought 2 @0.52 maker printed_at_price ahead 29 then 0 of 2
    `);
  });

  it('an older order that comes into view late is ahead', () => {
    expectFifo(`
      0.000 book bid 0.51x300 | ask 0.54x50
      0.010 join A bid 0.52x10
      0.100 buy 10 @0.52
      -> #1 accepted ahead 10
      0.110 show B bid 0.52x30
      0.200 leave A
      0.300 execute B 30
      0.310 join C bid 0.52x5
      0.400 execute C 5
      -> #1 bought 5 @0.52 maker printed_at_price ahead 10 then 0 of 5
    `);
  });

  it('is what prints use up where the feed tells of no orders, and never more than is displayed', () => {
    expectFifo(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 trade sell 20 @0.52
      0.300 level bid 0.52x30
      0.400 trade sell 34 @0.52
      -> #1 bought 4 @0.52 maker printed_at_price ahead 100 then 30 of 34
    `);
  });
});

describe('a feed that shows two levels a side', () => {
  const instrument = contract({ depth: 2 });

  it('does not tell the queue behind them; it is known once the level comes into view', () => {
    expectFifo(
      `
      0.000 book bid 0.52x100 0.51x50 | ask 0.54x50 0.55x50
      0.100 buy 10 @0.50
      -> #1 accepted ahead unknown
      0.200 trade sell 500 @0.50
      0.300 level bid 0.52x0
      0.310 level bid 0.50x40
      0.400 trade sell 45 @0.50
      -> #1 bought 5 @0.50 maker printed_at_price ahead unknown then 40 of 45
    `,
      { instrument },
    );
  });

  it('a level that falls out of view keeps its queue', () => {
    expectFifo(
      `
      0.000 book bid 0.52x100 0.51x50 | ask 0.54x50 0.55x50
      0.100 buy 10 @0.51
      -> #1 accepted ahead 50
      0.200 level bid 0.53x10
      0.210 level bid 0.51x0
      0.300 level bid 0.53x0
      0.310 level bid 0.51x70
      0.400 trade sell 52 @0.51
      -> #1 bought 2 @0.51 maker printed_at_price ahead 50 then 50 of 52
    `,
      { instrument },
    );
  });

  it('a level that goes while in view is gone', () => {
    expectFifo(
      `
      0.000 book bid 0.52x100 0.51x50 | ask 0.54x50 0.55x50
      0.100 buy 10 @0.51
      -> #1 accepted ahead 50
      0.200 level bid 0.51x0
      0.300 trade sell 2 @0.51
      -> #1 bought 2 @0.51 maker printed_at_price ahead 50 then 0 of 2
    `,
      { instrument },
    );
  });

  it('an order that the feed never told of may be ahead or behind once the level has been out of view', () => {
    expectFifo(
      `
      0.000 book bid 0.52x100 0.51x50 | ask 0.54x50 0.55x50
      0.100 buy 10 @0.51
      -> #1 accepted ahead 50
      0.200 level bid 0.53x10
      0.210 level bid 0.51x0
      0.300 level bid 0.53x0
      0.310 level bid 0.51x40
      0.320 show A bid 0.51x30
      0.400 execute A 30
      0.410 execute A 15
      -> #1 bought 5 @0.51 maker printed_at_price ahead 50 then 10 of 15
    `,
      { instrument },
    );
  });

  it('does not take an empty view for a full one', () => {
    expectFifo(
      `
      0.000 book bid 0.52x100 | ask 0.54x50 0.55x50
      0.100 buy 10 @0.50
      -> #1 accepted ahead 0
      0.110 sell 10 @0.57
      -> #2 accepted ahead unknown
    `,
      { instrument },
    );
  });
});

it('behind a quote the queue is known once the quote comes to our price', () => {
  expectFifo(`
    0.000 quote bid 0.52x100 ask 0.54x50
    0.100 buy 10 @0.51
    -> #1 accepted ahead unknown
    0.200 quote bid 0.51x30 ask 0.54x50
    0.300 trade sell 32 @0.51
    -> #1 bought 2 @0.51 maker printed_at_price ahead unknown then 30 of 32
  `);
});
