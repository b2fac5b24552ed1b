import { describe, it } from 'vitest';
import { expectScenario } from './scenario.ts';

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
});

describe('a reduce-only order', () => {
  it('is refused without a position to reduce', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 sell 10 @0.52 reduce-only
      -> #1 rejected reduce_only
    `);
  });

  it('fills no more than the position, and ends there', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 6 @0.54
      -> #1 accepted ahead 0
      -> #1 bought 6 @0.54 taker walked_depth of 50
      0.200 sell 10 @0.52 reduce-only
      -> #2 accepted ahead 0
      -> #2 sold 6 @0.52 taker walked_depth of 100
      -> #2 cancelled reduce_only
      0.300 account
      -> cash 999.88 free 999.88 position 0
    `);
  });

  it('ends while it rests when the position is gone by another way', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 6 @0.54
      -> #1 accepted ahead 0
      -> #1 bought 6 @0.54 taker walked_depth of 50
      0.200 sell 6 @0.60 reduce-only
      -> #2 accepted ahead 0
      0.300 sell 6 @0.52
      -> #3 accepted ahead 0
      -> #3 sold 6 @0.52 taker walked_depth of 100
      -> #2 cancelled reduce_only
    `);
  });
});

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
});

describe('a post-only order that would take', () => {
  it('is refused, or moved to a tick behind the best price, as the venue does it', () => {
    const table = (answer: string) => `
      0.000 book bid 0.50x100 0.53x40 | ask 0.54x50
      0.100 buy 10 @0.55 post-only
      ${answer}`;
    expectScenario(table('-> #1 rejected would_cross'));
    expectScenario(
      table(`-> #1 accepted ahead 40
      -> #1 amended to 10 @0.53 ahead 40`),
      { rules: { postOnly: 'slide' } },
    );
  });
});

describe('an order group', () => {
  it('ends with all its orders when its limit has matched, and takes no more until it is opened again', () => {
    expectScenario(`
      0.000 book bid 0.50x100 | ask 0.54x50
      0.050 group g 10
      0.100 buy 8 @0.52 in g
      -> #1 accepted ahead 0
      0.200 buy 8 @0.51 in g
      -> #2 accepted ahead 0
      0.250 buy 8 @0.51
      -> #3 accepted ahead 0
      0.300 trade sell 12 @0.51
      -> #1 bought 8 @0.52 maker printed_through ahead 0 then 0 of 12
      -> #2 bought 4 @0.51 maker printed_at_price ahead 0 then 0 of 4
      -> #2 cancelled group_limit
      0.400 buy 1 @0.51 in g
      -> #4 rejected group_limit
      0.500 group g 10
      0.600 buy 1 @0.51 in g
      -> #5 accepted ahead 0
    `);
  });

  it('forgets fills that are older than the window', () => {
    expectScenario(`
      0.000 book bid 0.50x100 | ask 0.54x50
      0.050 group g 10
      0.100 buy 20 @0.52 in g
      -> #1 accepted ahead 0
      0.300 trade sell 9 @0.52
      -> #1 bought 9 @0.52 maker printed_at_price ahead 0 then 0 of 9
      15.301 trade sell 9 @0.52
      -> #1 bought 9 @0.52 maker printed_at_price ahead 0 then 0 of 9
      15.400 trade sell 1 @0.52
      -> #1 bought 1 @0.52 maker printed_at_price ahead 0 then 0 of 1
      -> #1 cancelled group_limit
    `);
  });

  it('that nobody made takes nothing', () => {
    expectScenario(`
      0.000 book bid 0.50x100 | ask 0.54x50
      0.100 buy 1 @0.51 in g
      -> #1 rejected group_limit
    `);
  });
});

describe('changes', () => {
  it('a decrease keeps the place in the queue and never races with fills', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 trade sell 104 @0.52
      -> #1 bought 4 @0.52 maker printed_at_price ahead 100 then 100 of 104
      0.300 decrease #1 by 5
      -> #1 amended to 5 @0.52 ahead 0
      0.400 decrease #1 by 5
      -> #1 cancelled requested
    `);
  });

  it('a batch arrives as one: its requests are handled in their order', () => {
    expectScenario(`
      0.000 book bid 0.50x100 | ask 0.54x50
      0.100 buy 10 @0.51
      -> #1 accepted ahead 0
      0.200 batch cancel #1 + buy 5 @0.52 + sell 5 @0.53
      -> #1 cancelled requested
      -> #2 accepted ahead 0
      -> #3 accepted ahead 0
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
});

describe('a venue that is overloaded', () => {
  it('takes nothing, and says so after its own delay', () => {
    const latency = { name: 'overloaded', entry: () => -300_000, response: () => 0 };
    expectScenario(
      `
      0.000 book bid 0.50x100 | ask 0.54x50
      0.100 buy 10 @0.51
      -> 0.400 #1 rejected overloaded
      1.000 wait
    `,
      { latency },
    );
  });
});

describe('where there is only a quote', () => {
  it('a taker gets what it shows, and no more', () => {
    expectScenario(`
      0.000 quote bid 0.52x100 ask 0.54x50
      0.100 buy 60 @0.56
      -> #1 accepted ahead 0
      -> #1 bought 50 @0.54 taker walked_depth of 50
      0.200 quote bid 0.52x100 ask 0.54x30
      0.300 buy 40 market
      -> #2 accepted ahead 0
      -> #2 bought 30 @0.54 taker walked_depth of 30
      -> #2 cancelled no_liquidity
    `);
  });

  it('an order at its price queues behind it; one behind it does not know its queue until the quote comes there', () => {
    expectScenario(`
      0.000 quote bid 0.52x100 ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 buy 10 @0.51
      -> #2 accepted ahead unknown
      0.300 trade sell 90 @0.51
      -> #1 bought 10 @0.52 maker printed_through ahead 100 then 100 of 90
    `);
  });

  it('a quote that is half a minute old says nothing: nothing is taken of it', () => {
    expectScenario(`
      0.000 quote bid 0.52x100 ask 0.54x50
      31.000 buy 10 @0.54
      -> #1 rejected book_incomplete
    `);
  });

  it('no quote stands in for a book that is incomplete', () => {
    expectScenario(`
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 quote bid 0.52x100 ask 0.54x50
      0.200 gap
      0.300 buy 10 @0.54
      -> #1 rejected book_incomplete
    `);
  });
});

describe('other rules for what fills, for comparison', () => {
  const table = (answers: readonly string[]) =>
    `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 trade sell 1 @0.52
      ${answers[0]}
      0.300 level bid 0.52x0
      0.400 level ask 0.52x5
      ${answers[1]}
    `;

  it('prints: neither a touch nor a crossed book', () => {
    expectScenario(table(['', '']));
  });

  it('crossed: a level of the other side at our price fills whole', () => {
    expectScenario(table(['', '-> #1 bought 10 @0.52 maker book_crossed ahead 100 then 0 of 5']), {
      fillRule: 'crossed',
    });
  });

  it('touch: so does any print at our price, whatever the queue', () => {
    expectScenario(table(['-> #1 bought 10 @0.52 maker modelled ahead 100 then 100 of 1', '']), { fillRule: 'touch' });
  });
});
