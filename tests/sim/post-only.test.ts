import { describe, it } from 'vitest';
import { contract, namedLadder } from '../support/instruments.ts';
import { expectScenario } from './scenario.ts';

describe('a post-only order that would take', () => {
  const book = '0.000 book bid 0.52x100 | ask 0.54x50 0.55x200';

  it('is rejected instead of taking, at the touch already', () => {
    expectScenario(`
      ${book}
      0.100 buy 10 @0.54 post-only
      -> #1 rejected would_cross
      0.200 buy 10 @0.53 post-only
      -> #2 accepted ahead 0
      0.300 sell 10 @0.52 post-only
      -> #3 rejected would_cross
    `);
  });

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

  it('is moved up when it sells, by the tick that holds there', () => {
    expectScenario(
      `
      0.000 book bid 0.09x100 | ask 0.50x50
      0.100 sell 10 @0.05 post-only
      -> #1 accepted ahead 0
      -> #1 amended to 10 @0.091 ahead 0
    `,
      { rules: { postOnly: 'slide' }, instrument: contract({ ticks: namedLadder('tapered_deci_cent') }) },
    );
  });

  it('must ask for a good price even where it is moved', () => {
    expectScenario(
      `
      ${book}
      0.100 buy 10 @0.555 post-only
      -> #1 rejected bad_price
      0.200 buy 10 @0.50 post-only
      -> #2 accepted ahead 0
      0.300 amend #2 to 10 @0.555
      -> #2 amend refused bad_price
    `,
      { rules: { postOnly: 'slide' } },
    );
  });

  it('meets the level that is displayed, though we have taken all of it', () => {
    expectScenario(`
      ${book}
      0.100 buy 50 @0.54
      -> #1 accepted ahead 0
      -> #1 bought 50 @0.54 taker walked_depth of 50
      0.200 buy 10 @0.54 post-only
      -> #2 rejected would_cross
    `);
  });
});
