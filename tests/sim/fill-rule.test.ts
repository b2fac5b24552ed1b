import { describe, it } from 'vitest';
import { expectScenario } from './scenario.ts';

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

  it('crossed: what we took ourselves does not fill the rest of us', () => {
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 60 @0.54
      -> #1 accepted ahead 0
      -> #1 bought 50 @0.54 taker walked_depth of 50
      0.200 level bid 0.52x90
      0.300 level ask 0.54x51
      -> #1 bought 10 @0.54 maker book_crossed ahead 0 then 0 of 51
    `,
      { fillRule: 'crossed' },
    );
  });

  it('touch: a print beyond our price fills whole as well, and a crossed book does', () => {
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.52
      -> #1 accepted ahead 100
      0.200 trade sell 1 @0.51
      -> #1 bought 10 @0.52 maker modelled ahead 100 then 100 of 1
      0.300 buy 10 @0.51
      -> #2 accepted ahead 0
      0.400 book bid 0.48x10 | ask 0.50x5
      -> #2 bought 10 @0.51 maker book_crossed ahead 0 then 0 of 5
    `,
      { fillRule: 'touch' },
    );
  });

  it.each(['crossed', 'touch'] as const)('%s: nothing fills in a pause or after a gap', (fillRule) => {
    expectScenario(
      `
      0.000 book bid 0.52x100 | ask 0.54x50
      0.100 buy 10 @0.53
      -> #1 accepted ahead 0
      0.200 gap
      0.300 level ask 0.53x5
      0.400 trade sell 1 @0.53
      0.500 book bid 0.52x100 | ask 0.54x50
      0.600 pause
      0.700 level ask 0.53x5
      0.800 trade sell 1 @0.53
    `,
      { fillRule },
    );
  });
});
