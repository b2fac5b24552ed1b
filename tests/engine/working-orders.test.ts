/** Maker to taker: `Desk.work`. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeoutOf } from '../../src/engine/working-orders.ts';
import { type EventBatch, EventFlag, LifecycleCode } from '../../src/market/event.ts';
import type { OrderRow } from '../../src/market/journal.ts';
import type { Desk, Strategy } from '../../src/market/strategy.ts';
import type { LatencyModel } from '../../src/market/venue.ts';
import type { Work, WorkRequest } from '../../src/market/work.ts';
import { constantLatency } from '../../src/sim/models/latency.ts';
import { TestEngine, type TestEngineOptions } from '../support/engine.ts';
import {
  EventScript,
  gap,
  inBatchesOf,
  level,
  lifecycle,
  listed,
  print,
  quote,
  type Row,
  snapshot,
  volume,
} from '../support/events.ts';
import { contract } from '../support/instruments.ts';

const SECOND = 1_000_000;
const { id } = contract();

/** 10.00 contracts of YES, at most at 0.53; rests for a minute where nothing trades. */
const request: WorkRequest = {
  instrument: id,
  side: 'buy',
  size: 1000,
  limit: 5300,
  timeout: 60 * SECOND,
  referenceVolume: 10_000,
  tag: 'work',
};

/** Bid 0.50 x 100, ask 0.52 x 100 at second 1, then the frames that are given, by second. */
function market(...frames: readonly (readonly [second: number, ...rows: Row[]])[]): EventScript {
  const script = new EventScript().frame(SECOND, listed(), ...snapshot([[5000, 10_000]], [[5200, 10_000]]));
  for (const [second, ...rows] of frames) script.frame(second * SECOND, ...rows);
  return script;
}

/** A frame of no consequence. */
const quiet = (second: number) => [second, level(1, 3000, second)] as const;

interface Played {
  readonly run: TestEngine;
  readonly work: Work;
  /** What became of it, in words: seconds, the order's step, what it is. */
  readonly story: string[];
  readonly states: string[];
}

/** Asks for the work with the first frame; `more` may do other things. */
function worked(
  script: EventScript,
  change: Partial<WorkRequest> = {},
  options: TestEngineOptions & { readonly more?: (desk: Desk, work: Work) => Strategy } = {},
): Played {
  let work: Work | undefined;
  const states: string[] = [];
  const run = new TestEngine((desk) => {
    let more: Strategy = {};
    return {
      onWork: ({ state, reason }) => states.push(`${desk.now / SECOND} ${state}${reason && ` ${reason}`}`),
      onTimer: (tag) => states.push(`timer ${tag}`),
      onBook(view) {
        if (work === undefined) {
          work = desk.work({ ...request, ...change });
          more = options.more?.(desk, work) ?? {};
        } else more.onBook?.(view);
      },
      onFill: (fill, order) => more.onFill?.(fill, order),
    };
  }, options).play(script.batch);
  if (!work) throw new Error('nothing was asked for');
  const story = run.journal
    .rows('orders')
    .filter(({ step }) => step !== 'accepted')
    .map((row) => `${row.time / SECOND} #${row.orderId} ${row.step} ${toldOf(row)}`.trim());
  return { run, work, story, states };
}

function toldOf({ step, size, price, timeInForce, filled, reason }: OrderRow): string {
  if (step === 'placed') return `${size} @${price} ${timeInForce}`;
  if (step === 'filled') return `${filled}`;
  return String(reason);
}

describe('a working order', () => {
  it('rests at the best price of its side, and is filled there', () => {
    const { work, story, states, run } = worked(market([2, print(-1, 4900, 20_000)], quiet(100)));
    expect(story).toEqual(['1 #1 placed 10.00 @0.5000 gtc', '2 #1 filled 10.00']);
    expect(run.journal.rows('orders')[0]).toMatchObject({ postOnly: true, tag: 'work' });
    expect(work).toMatchObject({ state: 'filled', reason: '', filled: 1000, order: undefined });
    expect(states).toEqual(['2 filled']);
  });

  it('crosses after the time-out with what is left', () => {
    const { work, story, run, states } = worked(market([2, print(-1, 4900, 400)], quiet(100)), { decision: 7 });
    expect(story).toEqual([
      '1 #1 placed 10.00 @0.5000 gtc',
      '2 #1 filled 4.00',
      // 60 s / (1 + 4.00 / 100.00) after the request.
      '58.692308 #1 cancel_sent',
      '58.692308 #1 ended requested',
      '58.692308 #2 placed 6.00 @0.5300 ioc',
      '58.692308 #2 filled 6.00',
    ]);
    expect(work).toMatchObject({ state: 'filled', filled: 1000 });
    expect(states.map((state) => state.split(' ')[1])).toEqual(['switching', 'crossing', 'filled']);
    expect(run.journal.rows('fills').map(({ price, liquidity }) => [price, liquidity])).toEqual([
      ['0.5000', 'maker'],
      ['0.5200', 'taker'],
    ]);
    for (const row of run.journal.rows('orders')) expect(row).toMatchObject({ tag: 'work', decisionId: 7 });
  });

  it('sells NO as it buys YES: the limit is in the terms of the outcome', () => {
    const { story } = worked(market(quiet(100)), { side: 'sell', outcome: 'no', limit: 4700 });
    expect(story).toEqual([
      '1 #1 placed 10.00 @0.5000 gtc',
      '61 #1 cancel_sent',
      '61 #1 ended requested',
      '61 #2 placed 10.00 @0.5300 ioc',
      '61 #2 filled 10.00',
    ]);
  });

  it('sells at the best ask, then down to its limit', () => {
    const { story } = worked(market(quiet(100)), { side: 'sell', limit: 4900 });
    expect(story[0]).toBe('1 #1 placed 10.00 @0.5200 gtc');
    expect(story.at(-1)).toBe('61 #2 filled 10.00');
  });
});

describe('where it rests', () => {
  const bidAt = (second: number, price: number) => [second, level(1, price, 100)] as const;
  it.each<[string, EventScript, Partial<WorkRequest>, string[]]>([
    ['at the price that is given', market(), { restAt: 5100 }, ['1 #1 placed 10.00 @0.5100 gtc']],
    ['never above its limit', market(), { limit: 4800 }, ['1 #1 placed 10.00 @0.4800 gtc']],
    ['below the ask', market(), { restAt: 5300 }, ['1 #1 placed 10.00 @0.5100 gtc']],
    ['on a tick', market(), { limit: 4850 }, ['1 #1 placed 10.00 @0.4800 gtc']],
    ['where it was, when the bid moves', market(bidAt(2, 5100)), {}, ['1 #1 placed 10.00 @0.5000 gtc']],
  ])('%s', (_name, script, change, expected) => {
    expect(worked(script, change).story).toEqual(expected);
  });

  it('where a bid is, once there is one', () => {
    const script = new EventScript()
      .frame(SECOND, listed(), ...snapshot([], [[5200, 10_000]]))
      .frame(2 * SECOND, level(1, 4900, 100));
    expect(worked(script).story).toEqual(['2 #1 placed 10.00 @0.4900 gtc']);
  });

  it('at the next bid, when the market came to its price first', () => {
    const script = market(
      [1.01, level(-1, 5000, 5000)],
      [3, level(-1, 5000, 0), level(1, 5000, 0), level(1, 4900, 100)],
    );
    const { story } = worked(script, {}, { latency: constantLatency(20_000, 0) });
    expect(story).toEqual([
      '1 #1 placed 10.00 @0.5000 gtc',
      '1.02 #1 ended would_cross',
      '3 #2 placed 10.00 @0.4900 gtc',
    ]);
  });

  it('nowhere while the book is incomplete', () => {
    const script = market([2, gap(EventFlag.book)], [3, print(-1, 4900, 100)], quiet(100));
    const { story } = worked(script, { aggressiveness: 0.5 });
    expect(story).toEqual(['1 #1 placed 10.00 @0.5000 gtc']);
  });

  it.each([
    ['by the quote where the feed tells of no book', 50, 61],
    ['not by an old quote: it waits for the next one', 30, 70],
  ])('%s', (_name, second, crossesAt) => {
    const prices = quote([5000, 10_000], [5200, 10_000]);
    const script = new EventScript().frame(SECOND, listed(), ...prices);
    for (const next of [second, 70]) script.frame(next * SECOND, ...prices);
    let work: Work | undefined;
    const run = new TestEngine((desk) => ({
      onQuote() {
        work ??= desk.work(request);
      },
    })).play(script.batch, 80 * SECOND);
    expect(work).toMatchObject({ state: 'filled', reason: '' });
    expect(run.journal.rows('fills')[0]).toMatchObject({ time: crossesAt * SECOND, price: '0.5200' });
  });
});

describe('the time-out', () => {
  it.each<[string, Partial<WorkRequest>, number, number]>([
    ['is the whole one without volume', {}, 0, 60],
    ['is half of it at the reference volume', {}, 10_000, 30],
    ['is a third of it at twice that', {}, 20_000, 20],
    ['is not shorter than the shortest', { minTimeout: 25 * SECOND }, 20_000, 25],
    ['shrinks with aggressiveness', { aggressiveness: 0.75 }, 0, 15],
    ['... whatever the shortest is', { aggressiveness: 0.75, minTimeout: 20 * SECOND }, 90_000, 5],
    ['is nothing at full aggressiveness', { aggressiveness: 1, minTimeout: 20 * SECOND }, 0, 0],
  ])('%s', (_name, change, traded, seconds) => {
    expect(timeoutOf({ ...request, ...change }, traded)).toBe(seconds * SECOND);
  });

  /** When it crosses, and whose volume the note names. */
  const crossing = (script: EventScript, change: Partial<WorkRequest> = {}) => {
    const { run } = worked(script, change);
    const note = run.journal.rows('notes').find(({ text }) => text.includes('crosses'));
    return [note && note.time / SECOND, note && /by (.*)/.exec(note.text)?.[1]];
  };

  it.each<[string, EventScript, unknown]>([
    ['by prints', market([20, print(1, 5200, 10_000)], quiet(200)), [31, 'prints']],
    ['at once when they are enough', market([40, print(1, 5200, 10_000)], quiet(200)), [40, 'prints']],
    [
      'by the growth of the venue`s count where nothing is printed',
      market([10, volume(50_000)], [20, volume(60_000)], quiet(200)),
      [31, 'volume statistic'],
    ],
    [
      'by prints alone where there are some',
      market([10, volume(50_000)], [20, print(1, 5200, 10_000), volume(90_000)], quiet(200)),
      [31, 'prints'],
    ],
    [
      'not by prints that are inferred or off the book',
      market(
        [20, print(1, 5200, 10_000, { flags: EventFlag.inferred })],
        [21, print(1, 5200, 10_000, { flags: EventFlag.offBook })],
        quiet(200),
      ),
      [61, 'volume statistic'],
    ],
    ['not by a first count', market([20, volume(90_000)], quiet(200)), [61, 'volume statistic']],
  ])('shrinks %s', (_name, script, expected) => {
    expect(crossing(script)).toEqual(expected);
  });

  it('is that of the last minute: volume from before the request counts, older volume does not', () => {
    const asking = (second: number) => {
      const script = new EventScript().frame(SECOND, listed(), print(1, 5200, 10_000));
      script.frame(second * SECOND, ...snapshot([[5000, 10_000]], [[5200, 10_000]]));
      script.frame(500 * SECOND, level(1, 3000, 1));
      return crossing(script)[0];
    };
    expect(asking(20)).toBe(50);
    expect(asking(60)).toBe(60 + 60);
    expect(asking(61)).toBe(61 + 60);
  });

  it('stands in the journal with all that it comes from', () => {
    const { run } = worked(market([20, print(1, 5200, 10_000)], quiet(200)), { aggressiveness: 0.5 });
    expect(run.journal.rows('notes').map(({ kind, instrument, text }) => [kind, instrument, text])).toEqual([
      [
        'work',
        id,
        'work 1 buys 10.00 at 0.5300 or better; time-out 30.000000 s = max(60.000000 / (1 + 0.00 / 100.00), 0.000000) x (1 - 0.5), volume of the last minute by volume statistic',
      ],
      [
        'work',
        id,
        'work 1 crosses what is left at 0.5300 or better, after 19.000000 s; time-out 15.000000 s = max(60.000000 / (1 + 100.00 / 100.00), 0.000000) x (1 - 0.5), volume of the last minute by prints',
      ],
      ['work', id, 'work 1 filled: 10.00 of 10.00'],
    ]);
  });

  it('is none at full aggressiveness: it crosses without resting', () => {
    expect(worked(market(quiet(2)), { aggressiveness: 1 }).story).toEqual([
      '1 #1 placed 10.00 @0.5300 ioc',
      '1 #1 filled 10.00',
    ]);
  });

  it('is no timer of the strategy`s', () => {
    const { states } = worked(
      market(quiet(100)),
      {},
      {
        more: (desk) => {
          desk.wakeAt(30 * SECOND, 'mine');
          return {};
        },
      },
    );
    expect(states.filter((state) => state.startsWith('timer'))).toEqual(['timer mine']);
  });
});

describe('the limit', () => {
  it('keeps it resting until somebody trades there', () => {
    const script = market(quiet(70), [80, level(-1, 5100, 10_000)], quiet(90));
    const { story, run } = worked(script, { limit: 5100 });
    expect(story).toEqual([
      '1 #1 placed 10.00 @0.5000 gtc',
      '80 #1 cancel_sent',
      '80 #1 ended requested',
      '80 #2 placed 10.00 @0.5100 ioc',
      '80 #2 filled 10.00',
    ]);
    expect(run.journal.rows('notes')[1].text).toBe(
      'work 1 stays: it is past its time-out, and there is nobody at 0.5100 or better',
    );
    expect(run.journal.rows('notes')[2].time).toBe(80 * SECOND);
  });

  it('is met exactly by an ask at it', () => {
    expect(worked(market(quiet(100)), { limit: 5200 }).work.state).toBe('filled');
    expect(worked(market(quiet(100)), { limit: 5199 }).work.state).toBe('resting');
  });

  it('ends it where depth within the limit is not enough: what has filled stays', () => {
    const script = market([2, level(-1, 5200, 300), level(-1, 5300, 200), level(-1, 5400, 9000)], quiet(100));
    const { work, states } = worked(script);
    expect(work).toMatchObject({ state: 'ended', filled: 500, reason: 'no_liquidity' });
    expect(states.at(-1)).toBe('61 ended no_liquidity');
  });

  it('sends it back to resting when the market leaves during the cancellation', () => {
    const script = market([61.005, level(-1, 5200, 0), level(-1, 5400, 100)], [70, level(1, 4900, 1)]);
    const { story, work } = worked(script, {}, { latency: constantLatency(10_000, 0) });
    expect(story).toEqual([
      '1 #1 placed 10.00 @0.5000 gtc',
      '61 #1 cancel_sent',
      '61.01 #1 ended requested',
      '61.01 #2 placed 10.00 @0.5000 gtc',
    ]);
    expect(work.state).toBe('resting');
  });
});

describe('a fill during the cancellation', () => {
  const latency = constantLatency(20_000, 20_000);
  it('comes off what crosses', () => {
    const { story, work } = worked(
      market([61.01, print(-1, 4900, 300)], quiet(100)),
      { timeout: 60 * SECOND },
      { latency },
    );
    expect(story.map((line) => line.replace(/^\S+ /, ''))).toEqual([
      '#1 placed 10.00 @0.5000 gtc',
      '#1 cancel_sent',
      '#1 filled 3.00',
      '#1 ended requested',
      '#2 placed 7.00 @0.5300 ioc',
      '#2 filled 7.00',
    ]);
    expect(work).toMatchObject({ state: 'filled', filled: 1000 });
  });

  it('that fills all leaves nothing to cross', () => {
    const { story, work } = worked(market([61.01, print(-1, 4900, 20_000)], quiet(100)), {}, { latency });
    expect(story.map((line) => line.replace(/^\S+ /, ''))).toEqual([
      '#1 placed 10.00 @0.5000 gtc',
      '#1 cancel_sent',
      '#1 filled 10.00',
    ]);
    expect(work).toMatchObject({ state: 'filled', filled: 1000 });
  });

  it('a cancellation that the venue does not take is sent again', () => {
    let cancels = 0;
    const overloaded: LatencyModel = {
      name: 'overloaded for one cancellation',
      entry: (_now, kind) => (kind === 'cancel' && cancels++ === 0 ? -1000 : 0),
      response: () => 0,
    };
    const { story } = worked(market(quiet(100)), {}, { latency: overloaded });
    expect(story).toEqual([
      '1 #1 placed 10.00 @0.5000 gtc',
      '61 #1 cancel_sent',
      '61.001 #1 refused overloaded',
      '62.001 #1 cancel_sent',
      '62.001 #1 ended requested',
      '62.001 #2 placed 10.00 @0.5300 ioc',
      '62.001 #2 filled 10.00',
    ]);
  });
});

describe('it ends', () => {
  it('when the strategy cancels it, without crossing', () => {
    const { work, story } = worked(
      market([2, print(-1, 4900, 300)], quiet(3), quiet(100)),
      {},
      { more: (desk, own) => ({ onFill: () => desk.cancelWork(own) }) },
    );
    expect(story.at(-1)).toMatch(/#1 ended requested$/);
    expect(work).toMatchObject({ state: 'ended', reason: 'requested', filled: 300 });
  });

  it.each<[string, (desk: Desk, work: Work) => void]>([
    ['cancelWork', (desk, work) => desk.cancelWork(work)],
    ['cancelAll', (desk) => desk.cancelAll()],
    ['cancelAll of its market', (desk, { request: { instrument } }) => desk.cancelAll(instrument)],
  ])('with %s even while its cancellation is on the way', (_name, act) => {
    const { work, run } = worked(
      market([61.005, level(1, 3000, 1)], quiet(100)),
      {},
      {
        latency: constantLatency(10_000, 0),
        more: (desk, own) => ({ onBook: () => own.state === 'switching' && act(desk, own) }) as Strategy,
      },
    );
    expect(work).toMatchObject({ state: 'ended', reason: 'requested', filled: 0 });
    expect(run.journal.rows('fills')).toEqual([]);
  });

  it('when its own resting order is cancelled', () => {
    const { work } = worked(
      market(quiet(2), quiet(3), quiet(100)),
      {},
      { more: (desk, own) => ({ onBook: () => own.order && desk.cancel(own.order) }) as Strategy },
    );
    expect(work).toMatchObject({ state: 'ended', reason: 'requested', filled: 0 });
  });

  it('when the market closes', () => {
    const script = market([30, lifecycle(LifecycleCode.determined, { price: 0 })], quiet(100));
    expect(worked(script).work).toMatchObject({ state: 'ended', reason: 'market_closed', filled: 0 });
  });

  it('when the market closes before it has found a price to rest at', () => {
    const script = new EventScript()
      .frame(SECOND, listed(), ...snapshot([], []))
      .frame(2 * SECOND, lifecycle(LifecycleCode.determined, { price: 0 }));
    expect(worked(script)).toMatchObject({ story: [], work: { state: 'ended', reason: 'market_closed' } });
  });

  it('not in a pause: it waits for its end', () => {
    const script = market(
      [30, lifecycle(LifecycleCode.paused)],
      [80, lifecycle(LifecycleCode.resumed)],
      quiet(81),
      quiet(90),
    );
    const { states } = worked(script, {}, { instruments: [{ ...contract(), venue: 'other' }] });
    expect(states).toEqual(['80 switching', '80 crossing', '80 filled']);
  });

  it('when its order is rejected', () => {
    expect(worked(market(quiet(2)), {}, { cash: '1' }).work).toMatchObject({
      state: 'ended',
      reason: 'insufficient_cash',
    });
  });

  it('with the tape', () => {
    const { work, run } = worked(market(quiet(2)));
    run.engine.finish(3 * SECOND);
    expect(work).toMatchObject({ state: 'ended', reason: 'session_ended', filled: 0 });
  });
});

it.each<[Partial<WorkRequest>, RegExp]>([
  [{ size: 0 }, /must be integers/],
  [{ limit: 0.53 }, /must be integers/],
  [{ restAt: 0.5 }, /must be integers/],
  [{ timeout: -1 }, /time-out -1/],
  [{ timeout: Number.POSITIVE_INFINITY }, /must be finite/],
  [{ minTimeout: 61 * SECOND }, /at least minTimeout/],
  [{ referenceVolume: 0 }, /referenceVolume .* above 0/],
  [{ aggressiveness: 1.01 }, /from 0 to 1/],
  [{ aggressiveness: Number.NaN }, /from 0 to 1/],
])('%j is refused', (change, message) => {
  expect(() => worked(market(), change)).toThrow(message);
});

// --- whatever happens ----------------------------------------------------------------------------------------------

const cents = fc.integer({ min: 46, max: 56 }).map((price) => price * 100);
const size = fc.integer({ min: 1, max: 30 }).map((contracts) => contracts * 100);
const rows: fc.Arbitrary<readonly Row[]> = fc.oneof(
  fc.tuple(fc.constantFrom<1 | -1>(1, -1), cents, size).map(([side, price, of]) => [print(side, price, of)]),
  // Bids stay below asks.
  fc.tuple(cents, fc.oneof(fc.constant(0), size)).map(([price, of]) => [level(price < 5100 ? 1 : -1, price, of)]),
  fc.constantFrom([lifecycle(LifecycleCode.paused)], [lifecycle(LifecycleCode.resumed)], [gap(EventFlag.book)]),
  fc.constant(snapshot([[5000, 2000]], [[5200, 2000]])),
);
const session = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 * SECOND }), rows), { minLength: 20, maxLength: 120 });
const asked = fc.record({
  side: fc.constantFrom<'buy' | 'sell'>('buy', 'sell'),
  outcome: fc.constantFrom<'yes' | 'no'>('yes', 'no'),
  size,
  limit: cents,
  timeout: fc.integer({ min: 0, max: 20 * SECOND }),
  referenceVolume: size,
  aggressiveness: fc.constantFrom(0, 0.5, 1),
});
const travel = fc.integer({ min: -2, max: 40 }).map((tenths) => tenths * 100_000);

describe('whatever the market does and however long messages travel', () => {
  const playing = (
    [frames, requests, times]: [[number, readonly Row[]][], Omit<WorkRequest, 'instrument'>[], number[]],
    { batchRows = 1000, wakes = [] }: { readonly batchRows?: number; readonly wakes?: readonly number[] } = {},
  ) => {
    const script = market();
    let now = SECOND;
    for (const [after, list] of frames) {
      now += after;
      script.frame(now, ...list);
    }
    let messages = 0;
    const latency: LatencyModel = {
      name: 'drawn',
      entry: () => times[messages++ % times.length],
      response: () => Math.abs(times[messages++ % times.length]),
    };
    const works: Work[] = [];
    const run = new TestEngine(
      (desk) => ({
        onBook() {
          const next = requests[works.length];
          if (next && desk.now > works.length * 5 * SECOND) works.push(desk.work({ ...next, instrument: id }));
        },
      }),
      { latency },
    );
    function* woken(batches: Iterable<EventBatch>): Generator<EventBatch> {
      for (const batch of batches) {
        const from = run.engine.desk.now;
        // Nobody is woken at the stamp of the next frame, or later.
        for (const share of wakes) run.engine.wake(Math.floor(from + share * (batch.receivedAt[0] - 1 - from)));
        yield batch;
      }
    }
    run.play(woken(inBatchesOf(batchRows, script.batch)), now + 100 * SECOND);
    return { run, works };
  };
  const cases = fc.tuple(session, fc.array(asked, { minLength: 1, maxLength: 3 }), fc.array(travel, { minLength: 1 }));

  it('a work never fills more than was asked for, never beyond its limit, and ends', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const { run, works } = playing(given);
        let filled = 0;
        for (const work of works) {
          expect(work.filled).toBeLessThanOrEqual(work.request.size);
          expect(work.state).toMatch(/^(filled|ended)$/);
          expect(work.state === 'filled').toBe(work.filled === work.request.size);
          filled += work.filled;
        }
        const orders = run.journal.rows('orders').filter(({ step }) => step === 'placed');
        const fills = run.journal.rows('fills');
        expect(fills.reduce((sum, fill) => sum + Math.round(Math.abs(Number(fill.size)) * 100), 0)).toBe(filled);
        const limits = works.map(({ request: { limit, outcome } }) => (outcome === 'no' ? 10_000 - limit : limit));
        for (const { price, side } of orders) {
          const reached = limits.some((limit) => (Number(price) * 10_000 - limit) * (side === 'buy' ? 1 : -1) <= 1e-6);
          expect(reached).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('the journal is the same in batches of any size', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 50 }), (given, batchRows) => {
        expect(playing(given, { batchRows }).run.journal.lines).toEqual(playing(given).run.journal.lines);
      }),
      { numRuns: 50 },
    );
  });

  it('the journal is the same however often the engine is woken in quiet times, as in a live session', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const shares = fc.array(share, { minLength: 1, maxLength: 5 }).map((list) => list.sort((a, b) => a - b));
    fc.assert(
      fc.property(cases, shares, (given, wakes) => {
        const live = playing(given, { batchRows: 1, wakes });
        expect(live.run.journal.lines).toEqual(playing(given).run.journal.lines);
      }),
      { numRuns: 100 },
    );
  });
});
