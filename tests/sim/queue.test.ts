import { describe, expect, it } from 'vitest';
import type { QueueModel } from '../../src/market/venue.ts';
import { logarithmQueue, powerQueue, printsOnly } from '../../src/sim/models/queue.ts';
import { contract } from '../support/instruments.ts';
import { expectScenario } from './scenario.ts';

describe('a print and the change of its level are one trade', () => {
  it('the print first: the change that follows does not count again', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 trade sell 60 @0.52
      0.201 level bid 0.52x40 stamped 0.200
      0.300 trade sell 45 @0.52
      -> #1 bought 5 @0.52 maker printed_at_price ahead 100 then 40 of 45
    `);
  });

  it('the change first: the print that follows does not count again', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 level bid 0.52x40
      0.201 trade sell 60 @0.52 stamped 0.200
      0.300 trade sell 45 @0.52
      -> #1 bought 5 @0.52 maker printed_at_price ahead 100 then 40 of 45
    `);
  });

  it('stamped by the microsecond on one side, by the millisecond on the other', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.201 level bid 0.52x40 stamped 0.200443
      0.202 trade sell 60 @0.52 stamped 0.200
      0.300 trade sell 45 @0.52
      -> #1 bought 5 @0.52 maker printed_at_price ahead 100 then 40 of 45
    `);
  });

  it('that took the whole level, the change first: there is nothing left for us', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 level bid 0.52x0
      0.201 trade sell 100 @0.52 stamped 0.200
      0.300 trade sell 4 @0.52
      -> #1 bought 4 @0.52 maker printed_at_price ahead 100 then 0 of 4
    `);
  });

  it('that met several orders: three changes, then three prints', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 level bid 0.52x90
      0.200 level bid 0.52x70
      0.200 level bid 0.52x40
      0.201 trade sell 10 @0.52 stamped 0.200
      0.201 trade sell 20 @0.52 stamped 0.200
      0.201 trade sell 30 @0.52 stamped 0.200
      0.300 trade sell 45 @0.52
      -> #1 bought 5 @0.52 maker printed_at_price ahead 100 then 40 of 45
    `);
  });

  it('with other changes of the level in between: the late print still does not count again', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 level bid 0.52x40
      0.210 level bid 0.52x70
      0.220 level bid 0.52x65
      0.230 trade sell 60 @0.52 stamped 0.200
      0.300 trade sell 45 @0.52
      -> #1 bought 5 @0.52 maker printed_at_price ahead 100 then 40 of 45
    `);
  });

  it('with an older cancellation that is told after the print', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 trade sell 30 @0.52
      0.201 level bid 0.52x50 stamped 0.190
      0.202 level bid 0.52x20 stamped 0.200
      0.300 trade sell 25 @0.52
      -> #1 bought 5 @0.52 maker printed_at_price ahead 100 then 20 of 25
    `);
  });

  it('with an older cancellation that leaves less than there was ahead of us', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 trade sell 10 @0.52
      0.201 level bid 0.52x30 stamped 0.190
      0.210 amend #1 to 9 @0.52
      -> #1 amended to 9 @0.52 ahead 30
      0.220 level bid 0.52x20 stamped 0.200
      0.230 amend #1 to 8 @0.52
      -> #1 amended to 8 @0.52 ahead 20
    `);
  });

  it('a change with a later time is another thing: what left before the print was cancelled', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 level bid 0.52x40
      0.300 trade sell 45 @0.52
      -> #1 bought 5 @0.52 maker printed_at_price ahead 100 then 40 of 45
    `);
  });

  it('without venue times prints and changes never add up: the larger of the two counts', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 level bid 0.52x40 stamped -
      0.300 trade sell 60 @0.52 stamped -
      0.400 trade sell 30 @0.52 stamped -
      0.500 trade sell 15 @0.52 stamped -
      -> #1 bought 5 @0.52 maker printed_at_price ahead 100 then 10 of 15
    `);
  });

  it('an inferred print is a trade that made the level shrink before', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.010 volume 5000
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      1.000 volume 5000
      1.500 level bid 0.52x40
      1.600 level bid 0.52x45
      2.000 trade sell 60 @0.52 inferred
      2.000 volume 5120
      2.500 level bid 0.52x0
      3.000 trade sell 45 @0.52 inferred
      -> #1 bought 5 @0.52 maker inferred_print ahead 100 then 0 of 45
    `);
  });

  it('an inferred print does not draw on what shrank before the one before it', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.010 volume 5000
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.500 volume 5000
      1.000 level bid 0.52x40
      2.000 trade sell 20 @0.52 inferred
      2.500 level bid 0.52x30
      3.000 trade sell 30 @0.52 inferred
      4.000 trade sell 12 @0.52 inferred
      -> #1 bought 2 @0.52 maker inferred_print ahead 100 then 10 of 12
    `);
  });

  it('a level that nearly went and grew again within one venue time: those who came are behind us', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 level bid 0.52x3
      0.200 level bid 0.52x50
      0.300 trade sell 5 @0.52
      -> #1 bought 2 @0.52 maker printed_at_price ahead 100 then 3 of 5
    `);
  });
});

describe('a print from before an order joined', () => {
  it('does not bring it on: the book that it joined had it', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.200 level bid 0.52x40
      0.201 buy 10 @0.52
      -> #1 accepted ahead 40
      0.202 trade sell 60 @0.52 stamped 0.200
      0.300 trade sell 45 @0.52
      -> #1 bought 5 @0.52 maker printed_at_price ahead 40 then 40 of 45
    `);
  });

  it('nor when the book came in a snapshot that bears no time', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.200 level bid 0.52x40
      0.201 book bid 0.52x40 | ask 0.54x50 stamped -
      0.202 buy 10 @0.52
      -> #1 accepted ahead 40
      0.203 trade sell 60 @0.52 stamped 0.200
      0.300 trade sell 45 @0.52
      -> #1 bought 5 @0.52 maker printed_at_price ahead 40 then 40 of 45
    `);
  });

  it('does not fill it, though it was beyond its price', () => {
    expectScenario(`
      0.000 book bid 0.52x100 0.51x100 | ask 0.54x50
      0.200 level bid 0.52x0
      0.200 level bid 0.51x90
      0.201 buy 10 @0.52
      -> #1 accepted ahead 0
      0.202 trade sell 100 @0.52 stamped 0.200
      0.202 trade sell 10 @0.51 stamped 0.200
      0.300 trade sell 4 @0.52
      -> #1 bought 4 @0.52 maker printed_at_price ahead 0 then 0 of 4
    `);
  });

  it('counts all the same when only a quote was newer than the book', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.190 quote bid 0.52x60 ask 0.54x50
      0.200 buy 10 @0.52
      -> #1 accepted ahead 100
      0.210 trade sell 105 @0.52 stamped 0.150
      -> #1 bought 5 @0.52 maker printed_at_price ahead 100 then 100 of 105
    `);
  });
});

describe('a level that goes without a word of its own', () => {
  it('in a snapshot, leaves nobody ahead of us', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 book bid 0.51x100 | ask 0.54x50
      0.300 trade sell 5 @0.52
      -> #1 bought 5 @0.52 maker printed_at_price ahead 100 then 0 of 5
    `);
  });

  it('behind a quote that moved away, too', () => {
    expectScenario(`
      0.000 quote bid 0.52x100 ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 quote bid 0.51x100 ask 0.54x50
      0.300 trade sell 5 @0.52
      -> #1 bought 5 @0.52 maker printed_at_price ahead 100 then 0 of 5
    `);
  });

  it('but not before what is displayed is known again', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 gap
      0.210 level bid 0.52x5
      0.220 book bid 0.52x80 | ask 0.54x50
      0.300 trade sell 85 @0.52
      -> #1 bought 5 @0.52 maker printed_at_price ahead 100 then 80 of 85
    `);
  });
});

describe('a queue that nobody knows', () => {
  it('is what is displayed, once it comes into view', () => {
    expectScenario(`
      0.000 quote bid 0.53x20 ask 0.55x10
      0.100 buy 10 @0.52
      -> #1 accepted ahead unknown
      0.200 trade sell 500 @0.52
      0.300 quote bid 0.52x30 ask 0.55x10
      0.400 trade sell 35 @0.52
      -> #1 bought 5 @0.52 maker printed_at_price ahead unknown then 30 of 35
    `);
  });

  it.each(['power-1', 'power-2', 'power-3'] as const)('so in %s', (form) => {
    const table = `
      0.000 quote bid 0.53x20 ask 0.55x10
      0.100 buy 10 @0.52
      -> #1 accepted ahead unknown
      0.300 quote bid 0.52x30 ask 0.55x10
      0.310 quote bid 0.52x20 ask 0.55x10
      0.400 trade sell 25 @0.52
      -> #1 bought 5 @0.52 maker printed_at_price ahead unknown then 20 of 25
    `;
    expectScenario(table, { queue: powerQueue(form, 3) });
  });
});

describe('models that share a cancellation between both ends of the queue', () => {
  /** 100 ahead and 100 behind; 40 go without a trade. What is then ahead: */
  const halfWay = (queue: QueueModel, ahead: string) =>
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 level bid 0.52x200
      0.300 level bid 0.52x160
      0.400 amend #1 to 9 @0.52
      -> #1 amended to 9 @0.52 ahead ${ahead}
    `,
      { queue },
    );

  it('power-1 halves it in the middle, whatever the exponent', () => {
    halfWay(powerQueue('power-1', 1), '80');
    halfWay(powerQueue('power-1', 3), '80');
  });

  it('power-2, exponent 2, puts a quarter behind us', () => halfWay(powerQueue('power-2', 2), '70'));
  it('power-3, exponent 2, puts three quarters behind us', () => halfWay(powerQueue('power-3', 2), '90'));
  it('log-1 halves it in the middle', () => halfWay(logarithmQueue('log-1'), '80'));
  // 100 - 40 x (1 - ln 101 / ln 201)
  it('log-2 puts 87 of 100 behind us', () => halfWay(logarithmQueue('log-2'), '94.81'));
  it('prints-only puts it all behind us', () => halfWay(printsOnly, '100'));

  it('a print still takes all from the front', () => {
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 level bid 0.52x200
      0.300 level bid 0.52x160
      0.400 trade sell 75 @0.52
      0.401 level bid 0.52x85 stamped 0.400
      0.500 trade sell 9 @0.52
      -> #1 bought 4 @0.52 maker printed_at_price ahead 100 then 5 of 9
    `,
      { queue: powerQueue('power-1', 1) },
    );
  });

  it('the change of a trade first: nothing is shared that was traded', () => {
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 level bid 0.52x200
      0.400 level bid 0.52x160
      0.401 trade sell 40 @0.52 stamped 0.400
      0.500 amend #1 to 9 @0.52
      -> #1 amended to 9 @0.52 ahead 60
    `,
      { queue: powerQueue('power-1', 1) },
    );
  });

  it('nor with one change for each maker, by the microsecond, after prints by the millisecond', () => {
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 level bid 0.52x200
      0.401 trade sell 10 @0.52 stamped 0.400
      0.401 trade sell 20 @0.52 stamped 0.400
      0.402 level bid 0.52x190 stamped 0.400100
      0.402 level bid 0.52x170 stamped 0.400443
      0.500 amend #1 to 9 @0.52
      -> #1 amended to 9 @0.52 ahead 70
    `,
      { queue: powerQueue('power-1', 1) },
    );
  });

  it('nor by a print that comes after later changes: older cancellations stay what they were', () => {
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 level bid 0.52x200
      0.300 level bid 0.52x160
      0.350 trade sell 10 @0.52
      0.351 level bid 0.52x150 stamped 0.350
      0.400 level bid 0.52x120
      0.410 level bid 0.52x125
      0.420 trade sell 30 @0.52 stamped 0.400
      0.500 amend #1 to 9 @0.52
      -> #1 amended to 9 @0.52 ahead 40
    `,
      { queue: powerQueue('power-1', 1) },
    );
  });

  it('nor by an inferred print', () => {
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.010 volume 5000
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.110 volume 5000
      0.200 level bid 0.52x200
      0.300 level bid 0.52x205
      0.400 level bid 0.52x175
      1.000 trade sell 30 @0.52 inferred
      1.500 amend #1 to 9 @0.52
      -> #1 amended to 9 @0.52 ahead 70
    `,
      { queue: powerQueue('power-1', 1) },
    );
  });

  it('fills whole lots alone, and both orders of ours no more than the print', () => {
    expectScenario(
      `
      0.000 book bid 0.52x2 | ask 0.54x50
      0.100 buy 3 @0.52
      -> #1 accepted ahead 2
      0.150 buy 9 @0.52
      -> #2 accepted ahead 2
      0.200 level bid 0.52x3
      0.300 level bid 0.52x2
      0.400 trade sell 4 @0.52
      -> #1 bought 2 @0.52 maker printed_at_price ahead 2 then 1.33 of 4
      0.500 trade sell 5 @0.52
      -> #1 bought 1 @0.52 maker printed_at_price ahead 2 then 0 of 5
      -> #2 bought 4 @0.52 maker printed_at_price ahead 2 then 0 of 4
    `,
      { queue: powerQueue('power-1', 1), instrument: contract({ lot: 100 }) },
    );
  });
});

describe('a model', () => {
  it('has a name that says all of it', () => {
    expect([printsOnly, powerQueue('power-2', 2.5), logarithmQueue('log-1')].map(({ name }) => name)).toEqual([
      'prints-only',
      'power-2, exponent 2.5',
      'log-1',
    ]);
  });
});
