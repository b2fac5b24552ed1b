import { describe, it } from 'vitest';
import { constantLatency } from '../../src/sim/models/latency.ts';
import { contract } from '../support/instruments.ts';
import { expectScenario } from './scenario.ts';

describe('a pause', () => {
  it('rejects new orders and fills nothing; resuming cancels what rested through it', () => {
    expectScenario(`
      0.000 book bid 0.51x300 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 0
      0.200 pause
      0.300 trade sell 100 @0.40
      0.400 buy 10 @0.54
      -> #2 rejected market_paused
      0.500 resume
      -> #1 cancelled market_resumed
      0.600 buy 10 @0.54
      -> #3 accepted ahead 0
      -> #3 bought 10 @0.54 taker walked_depth of 50
    `);
  });

  it('lets orders be cancelled', () => {
    expectScenario(`
      0.000 book bid 0.51x300 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 0
      0.200 pause
      0.300 cancel #1
      -> #1 cancelled requested
      0.400 resume
    `);
  });

  it('an order asked to end with a pause does, the others rest through it', () => {
    expectScenario(`
      0.000 book bid 0.50x100 | ask 0.54x50
      0.100 buy 10 @0.51 cancel-on-pause
      -> #1 accepted ahead 0
      0.200 buy 10 @0.51
      -> #2 accepted ahead 0
      0.300 pause
      -> #1 cancelled market_paused
      0.400 resume
      -> #2 cancelled market_resumed
    `);
  });

  it('leaves what rested where the venue has no such rule', () => {
    expectScenario(
      `
      0.000 book bid 0.51x300 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 0
      0.200 pause
      0.300 resume
      0.400 trade sell 4 @0.52
      -> #1 bought 4 @0.52 maker printed_at_price ahead 0 then 0 of 4
    `,
      { rules: { resumeCancels: false } },
    );
  });

  it('that we have not heard of is ended all the same: resuming cancels', () => {
    expectScenario(`
      0.000 book bid 0.51x300 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 0
      0.200 resume
      -> #1 cancelled market_resumed
    `);
  });
});

describe('the begin of trading', () => {
  it('is a time: before it no order is taken, without any message of the venue', () => {
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      1.999999 buy 10 @0.52
      -> #1 rejected market_closed
      2.000 buy 10 @0.52
      -> #2 accepted ahead 100
    `,
      { instrument: contract({ opensAt: 86_402_000_000 }) },
    );
  });
});

describe('the end of trading', () => {
  it('cancels what rests, at the very time, without any message of the venue', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 close at 2.000
      0.200 buy 10 @0.52
      -> #1 accepted ahead 100
      -> 2.000 #1 cancelled market_closed
      3.000 buy 10 @0.54
      -> #2 rejected market_closed
    `);
  });

  it('comes before a print and an order of the same time', () => {
    expectScenario(`
      0.000 book bid 0.51x100 | ask 0.54x50
      0.100 close at 2.000
      0.200 buy 10 @0.52
      -> #1 accepted ahead 0
      2.000 trade sell 100 @0.40
      -> #1 cancelled market_closed
      2.000 buy 10 @0.54
      -> #2 rejected market_closed
    `);
  });

  it('a microsecond before it, all goes on', () => {
    expectScenario(`
      0.000 book bid 0.51x100 | ask 0.54x50
      0.100 close at 2.000
      0.200 buy 10 @0.52
      -> #1 accepted ahead 0
      1.999999 trade sell 5 @0.40
      -> #1 bought 5 @0.52 maker printed_through ahead 0 then 0 of 5
      1.999999 buy 10 @0.54
      -> #2 accepted ahead 0
      -> #2 bought 10 @0.54 taker walked_depth of 50
    `);
  });

  it('can move later: the old time passes, the new one counts', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 close at 2.000
      0.200 buy 10 @0.51
      -> #1 accepted ahead 0
      1.000 close at 4.000
      3.000 trade sell 3 @0.51
      -> #1 bought 3 @0.51 maker printed_at_price ahead 0 then 0 of 3
      -> 4.000 #1 cancelled market_closed
      5.000 wait
    `);
  });

  it('can move earlier, into the past even: then it is now', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 close at 9.000
      0.200 buy 10 @0.52
      -> #1 accepted ahead 100
      3.000 close at 2.500
      -> #1 cancelled market_closed
    `);
  });

  it('holds for orders that came before the time was known', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.200 buy 10 @0.52
      -> #1 accepted ahead 100
      0.300 close at 2.000
      -> 2.000 #1 cancelled market_closed
      3.000 wait
    `);
  });

  it('an order under way when trading ends arrives too late', () => {
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 close at 2.000
      1.990 buy 10 @0.54
      -> 2.040 #1 rejected market_closed
      3.000 wait
    `,
      { latency: constantLatency(50_000, 0) },
    );
  });
});

describe('determination and settlement', () => {
  it('the determined outcome ends trading; settlement pays a dollar for each YES that was right', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.54
      -> #1 accepted ahead 0
      -> #1 bought 10 @0.54 taker walked_depth of 50
      0.200 buy 10 @0.50
      -> #2 accepted ahead 0
      0.300 determined 1
      -> #2 cancelled market_closed
      0.400 trade sell 100 @0.40
      0.500 buy 1 @0.54
      -> #3 rejected market_closed
      0.600 account
      -> cash 994.60 free 994.60 position 10
      0.700 settled
      -> settled at 1.00
      0.800 account
      -> cash 1004.60 free 1004.60 position 0
    `);
  });

  it.each([
    ['0', '0.00', '994.60'],
    ['1', '1.00', '1004.60'],
    ['0.3060', '0.306', '997.66'],
  ])('10 YES settle at %s', (payout, shown, cash) => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.54
      -> #1 accepted ahead 0
      -> #1 bought 10 @0.54 taker walked_depth of 50
      0.300 determined ${payout}
      0.700 settled
      -> settled at ${shown}
      0.800 account
      -> cash ${cash} free ${cash} position 0
    `);
  });

  it.each([
    ['0', '0.00', '1005.20'],
    ['1', '1.00', '995.20'],
    ['0.3060', '0.306', '1002.14'],
  ])('10 NO settle at a YES payout of %s', (payout, shown, cash) => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 sell 10 @0.52
      -> #1 accepted ahead 0
      -> #1 sold 10 @0.52 taker walked_depth of 100
      0.300 determined ${payout}
      0.700 settled
      -> settled at ${shown}
      0.800 account
      -> cash ${cash} free ${cash} position 0
    `);
  });

  it('an outcome that is disputed is not paid, nor at the end of the tape', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.54
      -> #1 accepted ahead 0
      -> #1 bought 10 @0.54 taker walked_depth of 50
      0.300 determined 1
      0.400 disputed
      0.500 buy 1 @0.54
      -> #2 rejected market_closed
      0.600 finish
      0.700 account
      -> cash 994.60 free 994.60 position 10
    `);
  });

  it('an outcome that is amended before it is settled pays what it was last, and once', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.54
      -> #1 accepted ahead 0
      -> #1 bought 10 @0.54 taker walked_depth of 50
      0.300 determined 1
      0.400 disputed
      0.500 determined 0
      0.600 settled
      -> settled at 0.00
      0.700 determined 1
      0.800 settled
      0.900 finish
      1.000 account
      -> cash 994.60 free 994.60 position 0
    `);
  });

  it('where a determination is final it pays at once', () => {
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.54
      -> #1 accepted ahead 0
      -> #1 bought 10 @0.54 taker walked_depth of 50
      0.300 determined 0.5
      -> settled at 0.50
    `,
      { rules: { paysWhen: 'determined' } },
    );
  });

  it('nothing that a venue says of pauses opens a market again whose outcome is known', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.300 determined 1
      0.400 pause
      0.500 resume
      0.600 buy 1 @0.54
      -> #1 rejected market_closed
    `);
  });

  it('reaches a position whose market we have left otherwise: no orders, and nothing that we took is displayed', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.54
      -> #1 accepted ahead 0
      -> #1 bought 10 @0.54 taker walked_depth of 50
      0.200 level ask 0.54x0
      0.300 determined 1
      0.400 settled
      -> settled at 1.00
    `);
  });

  it('a tape that ends between determination and settlement pays at its end, once', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.54
      -> #1 accepted ahead 0
      -> #1 bought 10 @0.54 taker walked_depth of 50
      0.300 determined 1
      0.400 finish
      -> settled at 1.00
      0.500 account
      -> cash 1004.60 free 1004.60 position 0
    `);
  });

  it('a tape that ends after settlement pays nothing more', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.54
      -> #1 accepted ahead 0
      -> #1 bought 10 @0.54 taker walked_depth of 50
      0.300 determined 1
      0.400 settled
      -> settled at 1.00
      0.500 settled
      0.600 finish
      0.700 account
      -> cash 1004.60 free 1004.60 position 0
    `);
  });

  it('without an outcome nothing is paid: the position stays', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.54
      -> #1 accepted ahead 0
      -> #1 bought 10 @0.54 taker walked_depth of 50
      0.400 settled
      0.500 finish
      0.700 account
      -> cash 994.60 free 994.60 position 10
    `);
  });

  it('ends trading for good: neither a pause nor its end says otherwise', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 determined 1
      0.200 pause
      0.300 buy 1 @0.54
      -> #1 rejected market_closed
      0.400 resume
      0.500 buy 1 @0.54
      -> #2 rejected market_closed
    `);
  });
});

describe('the end of the tape', () => {
  it('ends what is open, and rejects what is still under way', () => {
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> 0.170 #1 accepted ahead 100 (venue 0.150)
      0.980 buy 10 @0.52
      0.990 cancel #1
      1.000 finish
      -> #2 rejected session_ended
      -> #1 cancelled session_ended
    `,
      { latency: constantLatency(50_000, 20_000) },
    );
  });
});
