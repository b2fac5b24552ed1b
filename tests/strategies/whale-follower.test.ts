import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EventFlag } from '../../src/market/event.ts';
import { replayRun } from '../../src/run/replay-run.ts';
import { constantLatency } from '../../src/sim/models/latency.ts';
import { whaleFollower } from '../../src/strategies/whale-follower.ts';
import type { TestEngineOptions } from '../support/engine.ts';
import { EventScript, gap, listed, print, quote, type Row, snapshot } from '../support/events.ts';
import { fixtures } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/folder.ts';
import { played } from './played.ts';

const SECOND = 1_000_000;
const folder = temporaryFolder();
const book = (spread = 1) => snapshot([[7000, 100_000]], [[7000 + spread * 100, 100_000]]);

/** A book, then the trades that are given, by second. */
function trades(...list: readonly (readonly [second: number, ...rows: Row[]])[]): EventScript {
  const script = new EventScript().frame(1, listed(), ...book());
  for (const [second, ...rows] of list) script.frame(second * SECOND, ...rows);
  return script;
}

/** 800 YES at 0.70: 560 dollars to win 240. */
const whale = (second: number, price = 7000, contracts = 800, rest: Partial<Row> = {}) =>
  [second, print(1, price, contracts * 100, rest)] as const;

const play = (script: EventScript, parameters: object = {}, options: TestEngineOptions = {}) =>
  played(whaleFollower, parameters as never, script, options);

const FADES = ['buy_no: whale of low leverage'];

describe('whale_follower', () => {
  it('buys NO against a large trade of low leverage', () => {
    const { decisions, features, orders, placed, fills } = play(trades(whale(1), [2, ...book()]));
    expect(decisions).toEqual(FADES);
    expect(features).toEqual([{ price: '0.7000', size: '800.00', leverage: 0.4286, spread: '0.0100' }]);
    expect(orders).toEqual(['sell no 10.00 @0.7000 ioc']);
    expect(placed).toMatchObject([{ tag: 'fade', decisionId: 1 }]);
    expect(fills).toMatchObject([{ outcome: 'no', size: '10.00' }]);
  });

  it.each<[string, number, number, object, boolean]>([
    ['499 contracts', 9900, 499, { minNotional: 0 }, false],
    ['500 contracts', 9900, 500, { minNotional: 0 }, true],
    ['fewer than asked for', 9900, 899, { minSize: 900 }, false],
    ['as many as asked for', 9900, 900, { minSize: 900 }, true],
    ['499.80 dollars', 7000, 714, {}, false],
    ['500.50 dollars', 7000, 715, {}, true],
    ['less than the dollars asked for', 5000, 1999, { minNotional: 1000 }, false],
    ['as many dollars as asked for', 5000, 2000, { minNotional: 1000 }, true],
    ['leverage above 2', 3300, 5000, {}, false],
    ['leverage of 2 at most', 3400, 5000, {}, true],
    ['leverage just above 1', 4900, 5000, { maxLeverage: 1 }, false],
    ['leverage of 1', 5000, 5000, { maxLeverage: 1 }, true],
  ])('%s', (_name, price, contracts, parameters, fades) => {
    expect(play(trades(whale(1, price, contracts)), parameters).decisions).toEqual(fades ? FADES : []);
  });

  it.each<[string, Partial<Row>]>([
    ['of takers of NO', { side: -1 }],
    ['of nobody`s side', { side: 0 }],
    ['off the book', { flags: EventFlag.offBook }],
    ['that are inferred', { flags: EventFlag.inferred }],
  ])('leaves trades %s alone', (_name, rest) => {
    expect(play(trades(whale(1, 7000, 800, rest))).decisions).toEqual([]);
  });

  it('looks at inferred trades if asked to', () => {
    const script = trades(whale(1, 7000, 800, { flags: EventFlag.inferred }));
    expect(play(script, { inferredTrades: true }).decisions).toEqual(FADES);
  });

  it.each<[string, number, object, string[]]>([
    ['of 10 cents', 10, {}, FADES],
    ['of 11 cents', 11, {}, ['skip: spread']],
    ['of 3 cents where 2 are allowed', 3, { maxSpread: 0.02 }, ['skip: spread']],
    ['of 3 cents where 3 are allowed', 3, { maxSpread: 0.03 }, FADES],
  ])('a spread %s', (_name, spread, parameters, decisions) => {
    expect(play(trades([1, ...book(spread)], whale(2)), parameters).decisions).toEqual(decisions);
  });

  it.each([
    [60, 60, ['skip: cooldown']],
    [60, 61, FADES],
    [5, 5, ['skip: cooldown']],
    [5, 6, FADES],
  ])('with %i seconds of cool-down, a second whale at second %i', (cooldownSeconds, second, decisions) => {
    expect(play(trades(whale(1), whale(second)), { cooldownSeconds }).decisions).toEqual([...FADES, ...decisions]);
  });

  it.each([
    [20, 2],
    [19, 1],
  ])('holds at most %i contracts', (maxPosition, count) => {
    const { orders, decisions } = play(trades(whale(1), whale(100), whale(200)), { maxPosition });
    expect(orders).toHaveLength(count);
    expect(decisions.at(-1)).toBe('skip: max_position');
  });

  it('has one order of a market on its way at a time', () => {
    const latency = constantLatency(5 * SECOND, 0);
    const { decisions } = play(trades(whale(1), whale(3), whale(7)), { cooldownSeconds: 0 }, { latency });
    expect(decisions).toEqual([...FADES, 'skip: order_open', ...FADES]);
  });

  it('takes the size that is asked for', () => {
    expect(play(trades(whale(1)), { size: 2.5 }).orders).toEqual(['sell no 2.50 @0.7000 ioc']);
  });

  it('uses the quote where the feed tells of no book, and skips an incomplete book', () => {
    const quoted = new EventScript().frame(1, listed(), ...quote([7000, 100_000], [7100, 100_000]));
    quoted.frame(2, print(1, 7000, 80_000));
    expect(play(quoted).orders).toEqual(['sell no 10.00 @0.7000 ioc']);
    expect(play(trades([1, gap(EventFlag.book)], whale(2))).decisions).toEqual(['skip: book_incomplete']);
  });

  it('has a fixed result on a real session', async () => {
    const output = join(folder(), 'run');
    // No trade channel was recorded; 25 inferred trades are whales by the defaults.
    const parameters = { inferredTrades: true };
    const runs = [];
    for (const batchRows of [7, 65_536]) {
      const tapes = [fixtures.kalshi];
      runs.push(await replayRun({ tapes, strategy: 'whale_follower', parameters, output, batchRows, force: true }));
    }
    expect(runs[0].digest).toBe(runs[1].digest);
    expect(runs[0].rows).toMatchObject({ decisions: 25, fills: 7 });
  });
});
