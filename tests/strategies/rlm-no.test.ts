import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EventFlag, LifecycleCode, type Side } from '../../src/market/event.ts';
import { replayRun } from '../../src/run/replay-run.ts';
import { constantLatency } from '../../src/sim/models/latency.ts';
import { rlmNo } from '../../src/strategies/rlm-no.ts';
import { readJournal } from '../../src/tape/journal-read.ts';
import type { TestEngineOptions } from '../support/engine.ts';
import { EventScript, gap, lifecycle, listed, print, quote, type Row, snapshot } from '../support/events.ts';
import { fixtures } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/folder.ts';
import { contract } from '../support/instruments.ts';
import { played } from './played.ts';

const SECOND = 1_000_000;
const folder = temporaryFolder();
const markets = ['A', 'B', 'C'].map((symbol) => contract({ symbol, id: `kalshi:${symbol}` }));

interface Flow {
  /** Trades of takers of YES, and of NO. */
  readonly yes?: number;
  readonly no?: number;
  /** YES prices of the first trade and of the last one, cents. */
  readonly first?: number;
  readonly last?: number;
  readonly spread?: number;
  readonly instrument?: number;
}

/** Tells a market's trades one by one, all of the same size, after its book; NO trades come before YES trades. */
class Tape {
  readonly script = new EventScript();
  #now = 0;

  constructor(count = 1) {
    this.frame(...markets.slice(0, count).map((_, i) => listed(i)));
  }

  frame(...rows: readonly Row[]): this {
    this.#now += SECOND / 1000;
    this.script.frame(this.#now, ...rows);
    return this;
  }

  wait(seconds: number): this {
    this.#now += seconds * SECOND;
    return this;
  }

  /** Bid at the price of the last trade. */
  book({ last = 50, spread = 1, instrument = 0 }: Flow = {}): this {
    const bid = last * 100;
    return this.frame(...snapshot([[bid, 100_000]], [[bid + spread * 100, 100_000]], instrument));
  }

  trade(side: Side, cents: number, rest: Partial<Row> = {}): this {
    return this.frame(print(side, cents * 100, 100, rest));
  }

  flow({ yes = 25, no = 0, first = 60, last = 55, instrument = 0 }: Flow = {}, rest: Partial<Row> = {}): this {
    const total = yes + no;
    for (let i = 0; i < total; i++) {
      this.trade(i < no ? -1 : 1, i === total - 1 ? last : first, { instrument, ...rest });
    }
    return this;
  }
}

const signal = (flow: Flow = {}) => new Tape().book({ last: 55, ...flow }).flow(flow);
const play = (tape: Tape, parameters: Parameters<typeof played<never>>[1] = {}, options: TestEngineOptions = {}) =>
  played(rlmNo, parameters as never, tape.script, { instruments: markets, ...options });

const BUYS = ['buy_no: reverse line movement'];

describe('rlm_no', () => {
  it('buys NO at its best price with the defaults of the production system', () => {
    const { decisions, features, orders, placed, fills } = play(signal().book({ last: 55 }));
    expect(decisions).toEqual(BUYS);
    expect(features).toEqual([{ yesShare: 1, trades: 25, drop: '0.0500', spread: '0.0100' }]);
    expect(orders).toEqual(['sell no 50.00 @0.5500 ioc']);
    expect(placed).toMatchObject([{ tag: 'entry', decisionId: 1 }]);
    expect(fills).toMatchObject([{ outcome: 'no', size: '50.00', price: '0.5500' }]);
  });

  it.each<[string, Flow, object, boolean]>([
    ['a share of YES of 0.70', { yes: 28, no: 12 }, {}, false],
    ['a share of YES just above 0.70', { yes: 29, no: 12 }, {}, true],
    ['a share of YES of 0.65', { yes: 26, no: 14 }, { yesThreshold: 0.65 }, false],
    ['a share of YES just above the threshold of the study', { yes: 27, no: 14 }, { yesThreshold: 0.65 }, true],
    ['24 trades', { yes: 24 }, {}, false],
    ['25 trades', { yes: 25 }, {}, true],
    ['2 trades where 3 are asked for', { yes: 2 }, { minTrades: 3 }, false],
    ['3 trades where 3 are asked for', { yes: 3 }, { minTrades: 3 }, true],
    ['a fall of 4 cents', { first: 59 }, {}, false],
    ['a fall of 5 cents', { first: 60 }, {}, true],
    ['a fall of 6 cents where 7 are asked for', { first: 61 }, { minDrop: 0.07 }, false],
    ['a fall of 7 cents where 7 are asked for', { first: 62 }, { minDrop: 0.07 }, true],
    ['a rise', { first: 50 }, {}, false],
  ])('%s', (_name, flow, parameters, buys) => {
    expect(play(signal(flow), parameters).decisions).toEqual(buys ? BUYS : []);
  });

  it.each<[string, Flow, object, string]>([
    ['below 10 cents', { first: 64 }, {}, '50.00'],
    ['from 10 cents', { first: 65 }, {}, '75.00'],
    ['below 15 cents', { first: 69 }, {}, '75.00'],
    ['from 15 cents', { first: 70 }, {}, '100.00'],
    ['with a size of its own', { first: 65 }, { size: 11 }, '16.50'],
    ['below a medium fall of its own', { first: 62 }, { mediumDrop: 0.08, mediumFactor: 3 }, '50.00'],
    ['from a medium fall of its own', { first: 63 }, { mediumDrop: 0.08, mediumFactor: 3 }, '150.00'],
    ['below a large fall of its own', { first: 66 }, { largeDrop: 0.12, largeFactor: 4 }, '75.00'],
    ['from a large fall of its own', { first: 67 }, { largeDrop: 0.12, largeFactor: 4 }, '200.00'],
  ])('size by the fall: %s', (_name, flow, parameters, size) => {
    expect(play(signal(flow), parameters).placed).toMatchObject([{ size }]);
  });

  it.each<[string, Flow, object, string[]]>([
    ['of 10 cents', { spread: 10 }, {}, BUYS],
    ['of 11 cents', { spread: 11 }, {}, ['skip: spread']],
    ['of 3 cents where 2 are allowed', { spread: 3 }, { maxSpread: 0.02 }, ['skip: spread']],
    ['of 3 cents where 3 are allowed', { spread: 3 }, { maxSpread: 0.03 }, BUYS],
  ])('a spread %s', (_name, flow, parameters, decisions) => {
    expect(play(signal(flow), parameters).decisions).toEqual(decisions);
  });

  it('counts trades, whatever their size', () => {
    const tape = new Tape().book({ last: 55 }).flow({ yes: 12, no: 13 });
    tape.trade(1, 55, { size: 1_000_000 });
    expect(play(tape).decisions).toEqual([]);
  });

  it.each<[string, Partial<Row>]>([
    ['off the book', { flags: EventFlag.offBook }],
    ['inferred', { flags: EventFlag.inferred }],
    ['of nobody`s side', { side: 0 }],
  ])('does not count trades that are %s', (_name, rest) => {
    expect(play(new Tape().book({ last: 55 }).flow({}, rest)).decisions).toEqual([]);
  });

  it('counts inferred trades if asked to', () => {
    const tape = new Tape().book({ last: 55 }).flow({}, { flags: EventFlag.inferred });
    expect(play(tape, { inferredTrades: true }).decisions).toEqual(BUYS);
  });

  it('a reason to skip is said once until it changes, and the next trade is another chance', () => {
    const tape = signal({ spread: 20 }).trade(1, 55).trade(1, 55).book({ last: 55 }).trade(1, 55);
    expect(play(tape).decisions).toEqual(['skip: spread', ...BUYS]);
  });

  it('never twice in a market', () => {
    expect(play(signal().flow().flow()).orders).toHaveLength(1);
  });

  it('an order that got nothing was no trade in the market', () => {
    const tape = signal()
      .frame(...snapshot([[5000, 100]], [[5100, 100]]))
      .book({ last: 55 })
      .trade(1, 55);
    const { orders, fills } = play(tape, {}, { latency: constantLatency(1500, 0) });
    expect(orders).toHaveLength(2);
    expect(fills).toHaveLength(0);
  });

  describe('without a whole book', () => {
    it('uses the quote where the feed tells of no book', () => {
      const tape = new Tape().frame(...quote([5500, 100_000], [5600, 100_000])).flow();
      expect(play(tape).orders).toEqual(['sell no 50.00 @0.5500 ioc']);
    });

    it.each<[string, Tape, string]>([
      ['a gap', new Tape().book({ last: 55 }).frame(gap(EventFlag.book)).flow(), 'book_incomplete'],
      ['no quote at all', new Tape().flow(), 'no_quote'],
      [
        'an old quote',
        new Tape()
          .frame(...quote([5500, 100], [5600, 100]))
          .wait(31)
          .flow(),
        'no_quote',
      ],
      ['no bid', new Tape().frame(...snapshot([], [[5600, 100]])).flow(), 'no_quote'],
      ['a pause', new Tape().book().frame(lifecycle(LifecycleCode.paused)).flow(), 'market_paused'],
    ])('skips on %s', (_name, tape, why) => {
      expect(play(tape).decisions).toEqual([`skip: ${why}`]);
    });
  });

  describe('several markets', () => {
    /** All three signal within few milliseconds. */
    const three = () => {
      const tape = new Tape(3);
      for (const instrument of [0, 1, 2]) tape.book({ last: 55, instrument }).flow({ yes: 24, last: 60, instrument });
      for (const instrument of [0, 1, 2]) tape.trade(1, 55, { instrument });
      return tape.wait(2).book({ instrument: 0 }).wait(2).book({ instrument: 0 });
    };

    it('never run two signals at once: the others wait for the answer, in their order', () => {
      const { decisions, placed } = play(three(), {}, { latency: constantLatency(200_000, 300_000) });
      expect(decisions).toEqual([
        ...BUYS,
        'wait: another signal is running',
        'wait: another signal is running',
        ...BUYS,
        ...BUYS,
      ]);
      expect(placed.map(({ instrument }) => instrument)).toEqual(['kalshi:A', 'kalshi:B', 'kalshi:C']);
      const [first, second, third] = placed.map(({ time }) => time);
      expect([second - first, third - second]).toEqual([500_000, 500_000]);
    });

    it('a signal that is gone when its turn comes does not run', () => {
      const tape = new Tape(2);
      for (const instrument of [0, 1]) tape.book({ last: 55, instrument }).flow({ yes: 24, last: 60, instrument });
      for (const instrument of [0, 1]) tape.trade(1, 55, { instrument });
      tape.trade(1, 60, { instrument: 1 }).wait(2).book();
      expect(play(tape, {}, { latency: constantLatency(200_000, 0) }).orders).toHaveLength(1);
    });

    it.each([
      [2, 2, ['skip: rate_limit']],
      [3, 3, []],
    ])('%i orders a minute let %i through', (tradesPerMinute, count, skipped) => {
      const { orders, decisions } = play(three(), { tradesPerMinute });
      expect(orders).toHaveLength(count);
      expect(decisions.filter((each) => each.startsWith('skip'))).toEqual(skipped);
    });

    it.each([
      [29, 2],
      [30, 3],
    ])('a third of two a minute comes after 30 seconds, not %i', (seconds, count) => {
      const tape = three()
        .wait(seconds - 4)
        .book({ last: 55, instrument: 2 })
        .trade(1, 55, { instrument: 2 });
      expect(play(tape, { tradesPerMinute: 2 }).orders).toHaveLength(count);
    });

    it.each([
      [2, ['kalshi:A', 'kalshi:B']],
      [3, ['kalshi:A', 'kalshi:B', 'kalshi:C']],
    ])('at most %i open markets are followed', (maxMarkets, expected) => {
      const { placed, decisions } = play(three(), { maxMarkets });
      expect(placed.map(({ instrument }) => instrument)).toEqual(expected);
      expect(decisions.filter((each) => each === 'skip: max_markets')).toHaveLength(3 - expected.length);
    });

    it('one that has closed makes room for another', () => {
      const tape = new Tape(2)
        .book()
        .trade(1, 50)
        .frame(lifecycle(LifecycleCode.determined, { price: 0 }));
      tape.book({ last: 55, instrument: 1 }).flow({ instrument: 1 });
      expect(play(tape, { maxMarkets: 1 }).decisions).toEqual(BUYS);
    });
  });

  it('has a fixed result on a real session', async () => {
    const output = join(folder(), 'run');
    // No trade channel was recorded, and nothing there comes near the defaults.
    const parameters = { inferredTrades: true, yesThreshold: 0.4 };
    const runs = [];
    for (const batchRows of [7, 65_536]) {
      runs.push(
        await replayRun({ tapes: [fixtures.kalshi], strategy: 'rlm_no', parameters, output, batchRows, force: true }),
      );
    }
    expect(runs[0].digest).toBe(runs[1].digest);
    const decisions = await readJournal(output, 'decisions');
    expect(decisions.map(({ action, reason }) => `${action}: ${reason}`)).toEqual(BUYS);
  });

  it('does nothing with its defaults where a tape has no trade channel', async () => {
    const { rows } = await replayRun({ tapes: [fixtures.kalshi], strategy: 'rlm_no', output: join(folder(), 'none') });
    expect(rows.decisions).toBe(0);
  });
});
