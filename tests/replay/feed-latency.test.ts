/** Venue and desk as two readers of one tape: what each sees when, and what that does to orders. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventBatch } from '../../src/market/event.ts';
import type { EventSource } from '../../src/market/frame.ts';
import { InstrumentList } from '../../src/market/instrument.ts';
import { Rng } from '../../src/market/rng.ts';
import type { Desk, Strategy } from '../../src/market/strategy.ts';
import type { LatencyModel } from '../../src/market/venue.ts';
import { atExchangeTime, delayed, measureClock } from '../../src/replay/feed-latency.ts';
import { replay } from '../../src/replay/replay.ts';
import { constantLatency } from '../../src/sim/models/latency.ts';
import { lognormalLatency } from '../../src/sim/models/lognormal-latency.ts';
import { TestEngine } from '../support/engine.ts';
import { inBatchesOf, level, listed, print, type Row, rowsOf, snapshot } from '../support/events.ts';
import { contract } from '../support/instruments.ts';

const START = 86_400_000_000;
const { id } = contract();

/** Times in milliseconds: when the venue stamped the frame (0: not at all), when it was received, and what is in it. */
type Told = readonly [venue: number, received: number, ...rows: readonly Row[]];

function batchOf(frames: readonly Told[]): EventBatch {
  const batch = new EventBatch(16);
  for (const [number, [venue, received, ...rows]] of frames.entries()) {
    const exchangeAt = venue === 0 ? 0 : START + venue * 1000;
    for (const { kind, instrument, side, price, size, code, flags } of rows) {
      batch.push(number, START + received * 1000, exchangeAt, instrument, kind, side, price, size, code, flags);
    }
  }
  return batch;
}

const whole = Number.MAX_SAFE_INTEGER;

function sourceOf(batch: EventBatch, rows = whole): EventSource {
  return {
    instruments: [contract()],
    async *batches() {
      yield* inBatchesOf(rows, batch);
    },
  };
}

interface Options {
  readonly venueSees?: 'receipt' | 'exchange';
  readonly latency?: LatencyModel;
  readonly behind?: number;
  readonly feed?: number;
  readonly rows?: number;
  readonly batchRows?: number;
}

async function play(batch: EventBatch, create: (desk: Desk) => Strategy, options: Options = {}): Promise<TestEngine> {
  const { venueSees = 'exchange', behind = 0, feed = 0, rows, batchRows } = options;
  const run = new TestEngine(create, { latency: options.latency ?? constantLatency(100_000, 20_000) });
  const instruments = new InstrumentList();
  const events = delayed(sourceOf(batch, rows), feed);
  const again = sourceOf(batch, rows);
  const atVenue = venueSees === 'exchange' ? atExchangeTime(again, { behind }) : feed > 0 ? again : undefined;
  const endsAt = batch.receivedAt[batch.count - 1] + 1_000_000;
  await replay(run.engine, [{ events, atVenue, endsAt }], instruments, { batchRows });
  return run;
}

async function stampsOf(source: EventSource): Promise<number[]> {
  const stamps: number[] = [];
  for await (const batch of source.batches()) {
    for (const { receivedAt } of rowsOf(batch)) stamps.push((receivedAt - START) / 1000);
  }
  return stamps;
}

const book = (ask: number) => snapshot([[5000, 10_000]], [[ask, 5000]]);

describe('the venue has a frame', () => {
  const stamped = (frames: readonly Told[], behind = 0, rows = whole) =>
    stampsOf(atExchangeTime(sourceOf(batchOf(frames), rows), { behind: behind * 1000 }));

  it('at its own time, by the clock of the recorder', async () => {
    const frames: Told[] = [
      [10, 40, listed()],
      [20, 60, level(1, 5000, 1)],
    ];
    expect(await stamped(frames)).toEqual([10, 20]);
    expect(await stamped(frames, 5)).toEqual([5, 15]);
  });

  it('never before the one ahead of it on the tape, and never after its receipt', async () => {
    expect(
      await stamped([
        [30, 40, listed()],
        [20, 50, level(1, 5000, 1)],
        [900, 60, level(1, 5000, 2)],
        [70, 80, level(1, 5000, 3)],
      ]),
    ).toEqual([30, 30, 60, 70]);
  });

  it('at receipt where it tells no time, and what follows it is not seen before it', async () => {
    expect(
      await stamped([
        [0, 40, listed()],
        [30, 50, level(1, 5000, 1)],
        [45, 60, level(1, 5000, 2)],
      ]),
    ).toEqual([40, 40, 45]);
  });

  it('when the last of its rows happened', async () => {
    const batch = batchOf([[10, 40, listed(), level(1, 5000, 1), level(1, 5100, 1)]]);
    batch.exchangeAt[1] = START + 25_000;
    expect(await stampsOf(atExchangeTime(sourceOf(batch), { behind: 0 }))).toEqual([25, 25, 25]);
  });

  it('at the same time whatever the batches are, and at every reading', async () => {
    const frames = Array.from({ length: 50 }, (_, i): Told => [(i * 37) % 100, 100 + i, level(1, 5000, i)]);
    const source = atExchangeTime(sourceOf(batchOf(frames), 3), { behind: 0 });
    const expected = await stamped(frames);
    expect(await stampsOf(source)).toEqual(expected);
    expect(await stampsOf(source)).toEqual(expected);
  });
});

describe('the clock of a recorder', () => {
  /** A minute each: the lags of its frames, milliseconds. */
  const clockOf = (...minutes: readonly (readonly number[])[]) =>
    measureClock(
      sourceOf(
        batchOf(
          minutes.flatMap((lags, minute) =>
            lags.map(
              (lag, i): Told => [minute * 60_000 + 1000 + i * 100 - lag, minute * 60_000 + 1000 + i * 100, listed()],
            ),
          ),
        ),
      ),
    );

  it('that got frames before the venue sent them is behind by as much', async () => {
    expect(await clockOf([-800, -790, 300])).toEqual({ behind: 800_000, untimed: 0 });
  });

  it('is not known to be wrong where all arrive later than they were sent', async () => {
    expect(await clockOf([5, 30], [7])).toEqual({ behind: 0, untimed: 0 });
  });

  it('is judged by the middle of all minutes: one stamp from the future does not count', async () => {
    expect(await clockOf([-80, -60], [-3_600_000, -75], [-79, 10])).toEqual({ behind: 80_000, untimed: 0 });
  });

  it('is taken as right where nothing tells a time; such frames are counted', async () => {
    const batch = batchOf([
      [0, 40, listed(), level(1, 5000, 1)],
      [0, 50, level(1, 5000, 2)],
    ]);
    expect(await measureClock(sourceOf(batch))).toEqual({ behind: 0, untimed: 2 });
    expect(await measureClock(sourceOf(new EventBatch()))).toEqual({ behind: 0, untimed: 0 });
  });
});

/** Buys ten on the first book that it sees. */
const buysOnce =
  (price: number) =>
  (desk: Desk): Strategy => {
    let placed = false;
    return {
      onBook() {
        if (!placed) desk.place({ instrument: id, side: 'buy', price, size: 1000 });
        placed = true;
      },
    };
  };

const milliseconds = (time: number | null) => ((time ?? Number.NaN) - START) / 1000;

describe('with exchange time at the venue', () => {
  // The desk sees the book at 100 and orders; the order arrives at 200.
  it('an order meets the book that the venue had then, not the one that the desk saw', async () => {
    const batch = batchOf([
      [1, 100, listed(), ...book(5400)],
      [150, 300, ...book(5600)],
    ]);
    const price = async (venueSees: 'receipt' | 'exchange') =>
      (await play(batch, buysOnce(5600), { venueSees })).journal.rows('fills').map((fill) => fill.price);
    expect(await price('receipt')).toEqual(['0.5400']);
    expect(await price('exchange')).toEqual(['0.5600']);
  });

  it('a print that the venue had before the order arrived does not fill it; one after that does', async () => {
    const printed = (venue: number) =>
      batchOf([
        [1, 100, listed(), ...book(5400)],
        [venue, 300, print(-1, 5200, 400)],
      ]);
    const fills = async (venue: number, venueSees: 'receipt' | 'exchange') =>
      (await play(printed(venue), buysOnce(5200), { venueSees })).journal.rows('fills').length;
    expect(await fills(150, 'receipt')).toBe(1);
    expect(await fills(150, 'exchange')).toBe(0);
    expect(await fills(201, 'exchange')).toBe(1);
  });

  it('an order that arrives together with a print comes after it: we lose every tie', async () => {
    const batch = batchOf([
      [1, 100, listed(), ...book(5400)],
      [200, 300, print(-1, 5200, 400)],
      [200, 301, print(-1, 5200, 400)],
      [201, 302, print(-1, 5200, 100)],
    ]);
    const run = await play(batch, buysOnce(5200));
    expect(run.journal.rows('fills').map(({ evidenceFrame }) => evidenceFrame)).toEqual([3]);
  });

  it('the desk hears of a fill before it sees the print, and its row names both frames', async () => {
    const batch = batchOf([
      [1, 100, listed(), ...book(5400)],
      [250, 310, level(1, 4900, 100)],
      [300, 400, print(-1, 5200, 400)],
    ]);
    const [fill] = (await play(batch, buysOnce(5200))).journal.rows('fills');
    expect([milliseconds(fill.time), milliseconds(fill.venueTime)]).toEqual([320, 300]);
    expect([fill.frame, fill.evidenceFrame]).toEqual([1, 2]);
  });

  it('a strategy sees frames at receipt, in the same order and number', async () => {
    const batch = batchOf([
      [1, 100, listed(), ...book(5400)],
      [150, 300, ...book(5600)],
      [160, 310, level(1, 4900, 100)],
    ]);
    const seen = async (venueSees: 'receipt' | 'exchange') => {
      const log: string[] = [];
      await play(batch, (desk) => ({ onBook: ({ book }) => log.push(`${milliseconds(desk.now)} ${book.askPrice}`) }), {
        venueSees,
      });
      return log;
    };
    expect(await seen('exchange')).toEqual(['100 5400', '300 5600', '310 5600']);
    expect(await seen('exchange')).toEqual(await seen('receipt'));
  });
});

it('a feed that takes longer brings the desk the frames later, and the venue at receipt', async () => {
  const batch = batchOf([
    [0, 100, listed(), ...book(5400)],
    [0, 250, ...book(5600)],
  ]);
  // Seen at 180, there at 280: the venue has moved on at 250.
  const run = await play(batch, buysOnce(5600), { venueSees: 'receipt', feed: 80_000 });
  expect(run.journal.rows('orders').map(({ step, time }) => `${step} ${milliseconds(time)}`)).toEqual([
    'placed 180',
    'accepted 300',
    'filled 300',
  ]);
  expect(run.journal.rows('fills').map(({ price }) => price)).toEqual(['0.5600']);
});

/** Two thousand frames, each received up to half a second after the venue had it. */
function busySession(seed: string): EventBatch {
  const rng = new Rng(seed);
  let received = 1000;
  const frames: Told[] = [[1, received, listed(), ...book(5400)]];
  for (let i = 0; i < 2000; i++) {
    received += rng.below(40);
    const venue = rng.below(10) === 0 ? 0 : received - rng.below(500);
    const side = rng.below(2) === 0 ? 1 : -1;
    const rows =
      rng.below(3) === 0
        ? [print(side, 4800 + 100 * rng.below(10), 100 * (1 + rng.below(40)))]
        : [level(side, (side > 0 ? 4500 : 5100) + 100 * rng.below(6), 100 * rng.below(30)), level(1, 4400, 100 * i)];
    frames.push([venue, received, ...rows]);
  }
  return batchOf(frames);
}

/** Places and cancels by the run's own random numbers. */
function restless(desk: Desk): Strategy {
  return {
    onBook() {
      const { rng } = desk;
      const [open] = desk.openOrders();
      if (rng.below(10) > 0) return;
      if (open && rng.below(2) === 0) desk.cancel(open);
      else
        desk.place({
          instrument: id,
          side: rng.below(2) ? 'buy' : 'sell',
          price: 4700 + 100 * rng.below(9),
          size: 500,
        });
    },
    onOrder: (order) => desk.note(`${order.id} ${order.state}`),
  };
}

describe('a run', () => {
  const way = { median: 40_000, sigma: 0.7, rho: 0.5 };
  const bursts = () => lognormalLatency({ entry: way, cancel: way, response: way }, new Rng('run').split('latency'));

  it.each(['receipt', 'exchange'] as const)(
    'is the same in batches of every size, with the venue at %s',
    async (venueSees) => {
      const batch = busySession('batches');
      const lines = async (rows: number, batchRows?: number) =>
        (await play(batch, restless, { venueSees, latency: bursts(), rows, batchRows })).journal.lines;
      const expected = await lines(whole);
      expect(expected.filter((line) => line.startsWith('fills')).length).toBeGreaterThan(20);
      for (const rows of [1, 7, 2048]) {
        expect(await lines(rows)).toEqual(expected);
        expect(await lines(whole, rows)).toEqual(expected);
      }
    },
  );

  it('is another one when the venue sees exchange time', async () => {
    const batch = busySession('modes');
    const [receipt, exchange] = await Promise.all(
      (['receipt', 'exchange'] as const).map((venueSees) => play(batch, restless, { venueSees, latency: bursts() })),
    );
    expect(exchange.journal.lines).not.toEqual(receipt.journal.lines);
  });

  it('is the same where each frame is received as it happens, at a time of its own', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (seed) => {
        const batch = busySession(seed);
        // A frame is one or two rows: no two frames share a time then.
        for (let i = 0; i < batch.count; i++) batch.receivedAt[i] += batch.frame[i];
        batch.exchangeAt.set(batch.receivedAt);
        const [receipt, exchange] = await Promise.all(
          (['receipt', 'exchange'] as const).map((venueSees) =>
            play(batch, restless, { venueSees, latency: bursts() }),
          ),
        );
        expect(exchange.journal.lines).toEqual(receipt.journal.lines);
      }),
      { numRuns: 10 },
    );
  });
});
