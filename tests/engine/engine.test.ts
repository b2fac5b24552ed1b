import { describe, expect, it } from 'vitest';
import { EventFlag, GapCode, LifecycleCode } from '../../src/market/event.ts';
import type { MarketView } from '../../src/market/market.ts';
import type { Desk, Strategy } from '../../src/market/strategy.ts';
import { constantLatency } from '../../src/sim/models/latency.ts';
import { walk } from '../market/plain-book.ts';
import { TestEngine } from '../support/engine.ts';
import { EventScript, gap, level, lifecycle, listed, print, quote, seriesValue, snapshot } from '../support/events.ts';
import { contract } from '../support/instruments.ts';

const SECOND = 1_000_000;
const rain = contract({ symbol: 'KXRAIN', id: 'kalshi:KXRAIN' });
const snow = contract({ symbol: 'KXSNOW', id: 'kalshi:KXSNOW' });
const index = contract({ symbol: 'BRTI', id: 'kalshi:BRTI', kind: 'series', bounds: undefined });

/** Runs a strategy that writes down what it is told. */
function told(script: EventScript, make: (log: string[], desk: Desk) => Strategy, options = {}) {
  const log: string[] = [];
  const run = new TestEngine((desk) => make(log, desk), { instruments: [rain, snow, index], ...options });
  run.play(script.batch);
  return { log, run };
}

const bids = Array.from({ length: 40 }, (_, i) => [4900 - i * 100, 100 + i] as const);
const asks = Array.from({ length: 40 }, (_, i) => [5100 + i * 100, 200 + i] as const);

describe('a frame is seen whole', () => {
  it('a snapshot of 80 levels calls onBook once, with every level in the book', () => {
    const seen: unknown[] = [];
    told(new EventScript().frame(SECOND, listed(), ...snapshot(bids, asks)), () => ({
      onBook: ({ book, bookComplete }) => {
        seen.push([bookComplete, walk(book, 1), walk(book, -1)]);
      },
    }));
    expect(seen).toEqual([[true, bids, asks]]);
  });

  it('a frame about two markets calls onBook once for each, in the order in which they are first told', () => {
    const script = new EventScript()
      .frame(SECOND, listed(0), listed(1), ...snapshot(bids, asks, 0), ...snapshot(bids, asks, 1))
      .frame(2 * SECOND, level(1, 4800, 5, 1), level(1, 4800, 5, 0), level(1, 4700, 5, 1), level(1, 4700, 5, 0));
    const { log } = told(script, (list) => ({ onBook: ({ instrument }) => list.push(instrument.symbol) }));
    expect(log).toEqual(['KXRAIN', 'KXSNOW', 'KXSNOW', 'KXRAIN']);
  });

  it('a handler sees the rows behind its own already applied', () => {
    const script = new EventScript()
      .frame(SECOND, listed(), ...snapshot([[4900, 500]], [[5100, 500]]))
      .frame(2 * SECOND, print(-1, 4900, 300), level(1, 4900, 200));
    const { log } = told(script, (list) => ({
      onTrade: ({ book }, event) => list.push(`trade of ${event.size}, ${book.bidSize} left`),
    }));
    expect(log).toEqual(['trade of 300, 200 left']);
  });

  it('onBook comes after all other handlers of the frame', () => {
    const script = new EventScript()
      .frame(SECOND, listed(), ...snapshot(bids, asks))
      .frame(2 * SECOND, level(1, 4900, 5), print(-1, 4900, 100), ...quote([4900, 5], [5100, 7]));
    const { log } = told(script, (list) => ({
      onBook: () => list.push('book'),
      onTrade: () => list.push('trade'),
      onQuote: ({ quote: q }) => list.push(`quote ${q.bidPrice}x${q.bidSize} ${q.askPrice}x${q.askSize}`),
    }));
    expect(log).toEqual(['book', 'trade', 'quote 4900x5 5100x7', 'book']);
  });

  it('a frame that changes no book does not call onBook', () => {
    const script = new EventScript()
      .frame(SECOND, listed(), ...snapshot(bids, asks))
      .frame(2 * SECOND, print(-1, 4900, 100));
    const { log } = told(script, (list) => ({ onBook: () => list.push('book') }));
    expect(log).toEqual(['book']);
  });

  it('a series has its value when onSeries is called', () => {
    const script = new EventScript().frame(SECOND, listed(2)).frame(2 * SECOND, seriesValue(64_123.45, 2));
    const { log } = told(script, (list) => ({ onSeries: ({ value }) => list.push(String(value)) }));
    expect(log).toEqual(['64123.45']);
  });
});

describe('instruments', () => {
  it('are told to the strategy when listed, before anything else about them, once', () => {
    const script = new EventScript()
      .frame(SECOND, listed(0), ...snapshot(bids, asks, 0))
      .frame(2 * SECOND, listed(1), ...snapshot(bids, asks, 1))
      .frame(3 * SECOND, level(1, 4900, 5, 0));
    const { log } = told(script, (list) => ({
      onInstrument: ({ symbol }) => list.push(`new ${symbol}`),
      onBook: ({ instrument }) => list.push(`book ${instrument.symbol}`),
    }));
    expect(log).toEqual(['new KXRAIN', 'book KXRAIN', 'new KXSNOW', 'book KXSNOW', 'book KXRAIN']);
  });

  it('that are not listed yet cannot be asked for', () => {
    const script = new EventScript().frame(SECOND, listed(0), ...snapshot(bids, asks, 0));
    expect(() => told(script, (_log, desk) => ({ onBook: () => void desk.market(snow.id) }))).toThrow(
      /kalshi:KXSNOW is not listed/,
    );
  });

  it('change their lives: pause, resume, determination are told with the event', () => {
    const script = new EventScript()
      .frame(SECOND, listed(0))
      .frame(2 * SECOND, lifecycle(LifecycleCode.paused))
      .frame(3 * SECOND, lifecycle(LifecycleCode.resumed))
      .frame(4 * SECOND, lifecycle(LifecycleCode.determined, { price: 10_000, text: '{"result":"yes"}' }));
    const { log } = told(script, (list) => ({
      onLifecycle: (market, event) => list.push(`${market.status} ${event.code} ${event.text}`),
    }));
    expect(log).toEqual([
      `paused ${LifecycleCode.paused} `,
      `open ${LifecycleCode.resumed} `,
      `closed ${LifecycleCode.determined} {"result":"yes"}`,
    ]);
  });
});

describe('startAt', () => {
  const script = () =>
    new EventScript()
      .frame(SECOND, listed(0), ...snapshot(bids, asks, 0))
      .frame(2 * SECOND, level(1, 4900, 7, 0), print(1, 5100, 5))
      .frame(4 * SECOND, listed(1), ...snapshot(bids, asks, 1))
      .frame(5 * SECOND, level(1, 4900, 9, 0));

  it('starts the strategy at the first frame at or after it; markets are up to date by then', () => {
    const { log, run } = told(
      script(),
      (list, desk) => {
        const say = (text: string) => list.push(`${desk.now / SECOND}s ${text}`);
        return {
          onStart: () => say(`start, ${desk.instruments.length} listed, bid size ${desk.market(rain.id).book.bidSize}`),
          onInstrument: ({ symbol }) => say(`new ${symbol}`),
          onTrade: () => say('trade'),
          onBook: ({ instrument, book }) => say(`book ${instrument.symbol} ${book.bidSize}`),
        };
      },
      { startAt: 3 * SECOND },
    );
    expect(log).toEqual([
      '4s start, 1 listed, bid size 7',
      '4s new KXRAIN',
      '4s new KXSNOW',
      '4s book KXSNOW 100',
      '5s book KXRAIN 9',
    ]);
    expect(run.journal.rows('equity').map(({ time }) => time)).toEqual([4 * SECOND]);
  });

  it('includes a frame exactly at it', () => {
    const { log } = told(script(), (list, desk) => ({ onStart: () => list.push(String(desk.now)) }), {
      startAt: 2 * SECOND,
    });
    expect(log).toEqual([String(2 * SECOND)]);
  });

  it('after the end of the tape: the strategy never starts, and the run still finishes', () => {
    const { log, run } = told(
      script(),
      (list) => ({ onStart: () => list.push('start'), onEnd: () => list.push('end') }),
      {
        startAt: 9 * SECOND,
      },
    );
    run.engine.finish(6 * SECOND);
    expect(log).toEqual([]);
  });
});

describe('continuity', () => {
  const bookGap = gap(EventFlag.book, { code: GapCode.disconnected });

  it('a book that has to be given up, and its recovery, are noted once each', () => {
    const script = new EventScript()
      .frame(SECOND, listed(0), ...snapshot(bids, asks))
      .frame(2 * SECOND, bookGap)
      .frame(3 * SECOND, bookGap)
      .frame(4 * SECOND, ...snapshot(bids, asks))
      .frame(5 * SECOND, ...snapshot(bids, asks));
    const { run } = told(script, () => ({}));
    expect(
      run.journal.rows('notes').map(({ time, kind, instrument, text }) => [time / SECOND, kind, instrument, text]),
    ).toEqual([
      [2, 'gap', rain.id, 'disconnected'],
      [4, 'recovered', rain.id, 'snapshot'],
    ]);
  });

  it('a book that the venue clears is empty, not lost: its next snapshot recovers nothing', () => {
    const cleared = { ...snapshot([], [])[0], flags: 0 };
    const script = new EventScript()
      .frame(SECOND, listed(0), ...snapshot(bids, asks))
      .frame(2 * SECOND, bookGap)
      .frame(3 * SECOND, ...snapshot(bids, asks))
      .frame(4 * SECOND, cleared)
      .frame(5 * SECOND, ...snapshot(bids, asks));
    const { run } = told(script, () => ({}));
    expect(run.journal.rows('notes').map(({ kind }) => kind)).toEqual(['gap', 'recovered']);
  });

  it('the first snapshot recovers nothing', () => {
    const { run } = told(new EventScript().frame(SECOND, listed(0), ...snapshot(bids, asks)), () => ({}));
    expect(run.journal.rows('notes')).toEqual([]);
  });

  it('the strategy is told of every gap, and that the book means nothing until its snapshot', () => {
    const script = new EventScript()
      .frame(SECOND, listed(0), ...snapshot(bids, asks))
      .frame(2 * SECOND, bookGap, gap(EventFlag.trades), gap(0, { instrument: -1 }))
      .frame(3 * SECOND, ...snapshot(bids, asks));
    const { log } = told(script, (list) => ({
      onGap: (market) => list.push(market ? `gap ${market.instrument.symbol} ${market.bookComplete}` : 'gap somewhere'),
      onBook: ({ bookComplete }) => list.push(`book ${bookComplete}`),
    }));
    expect(log).toEqual(['book true', 'gap KXRAIN false', 'gap KXRAIN false', 'gap somewhere', 'book true']);
  });
});

describe('finish', () => {
  const script = () => new EventScript().frame(SECOND, listed(), ...snapshot([[5000, 10_000]], [[5200, 10_000]]));

  it('delivers answers that are still under way, and ends open orders', () => {
    const run = new TestEngine(
      (desk) => ({
        onBook() {
          desk.place({ instrument: contract().id, side: 'buy', price: 5200, size: 100 });
          desk.place({ instrument: contract().id, side: 'buy', price: 5000, size: 200 });
        },
      }),
      { latency: constantLatency(100_000, 5 * SECOND) },
    );
    run.play(script().batch, 2 * SECOND);
    const steps = run.journal
      .rows('orders')
      .map(({ time, orderId, step, state, reason }) => [time, orderId, step, state, reason]);
    const told = 1_100_000 + 5 * SECOND;
    expect(steps.slice(2)).toEqual([
      [told, 1, 'accepted', 'open', ''],
      [told, 1, 'filled', 'filled', ''],
      [told, 2, 'accepted', 'open', ''],
      [2 * SECOND + 5 * SECOND, 2, 'ended', 'cancelled', 'session_ended'],
    ]);
    expect(run.journal.rows('fills')).toHaveLength(1);
    expect(run.engine.desk.openOrders()).toEqual([]);
    expect(run.engine.desk.cash).toBe(run.exchange.account.cash);
  });

  it('lets timers, arrivals and answers up to the end happen', () => {
    const log: string[] = [];
    const run = new TestEngine((desk) => ({
      onStart: () => desk.wakeAt(3 * SECOND),
      onTimer: () => {
        log.push(`timer ${desk.now / SECOND}`);
        desk.place({ instrument: contract().id, side: 'buy', price: 5200, size: 100 });
      },
      onFill: () => log.push(`fill ${desk.now / SECOND}`),
      onEnd: () => log.push('end'),
    }));
    run.play(script().batch, 4 * SECOND);
    expect(log).toEqual(['timer 3', 'fill 3', 'end']);
  });

  it('leaves timers after the end alone', () => {
    const log: string[] = [];
    const run = new TestEngine((desk) => ({
      onStart: () => desk.wakeAt(9 * SECOND),
      onTimer: () => log.push('timer'),
    }));
    run.play(script().batch, 4 * SECOND);
    expect(log).toEqual([]);
  });

  it('calls onEnd last, and what it places is rejected without reaching the venue', () => {
    const log: string[] = [];
    const run = new TestEngine((desk) => ({
      onBook: () => desk.place({ instrument: contract().id, side: 'buy', price: 5000, size: 100 }),
      onOrder: ({ id, state }) => log.push(`${id} ${state}`),
      onEnd() {
        const order = desk.place({ instrument: contract().id, side: 'buy', price: 5200, size: 100 });
        log.push(`end: ${order.state} ${order.reason}`);
      },
    }));
    run.play(script().batch, 2 * SECOND);
    expect(log).toEqual(['1 open', 'end: rejected session_ended']);
    expect(run.exchange.account.sizeOf(contract().id)).toBe(0);
  });

  it('pays out what is determined, at the end of the tape', () => {
    const run = new TestEngine((desk) => ({
      onBook: () => desk.place({ instrument: contract().id, side: 'buy', price: 5200, size: 100 }),
    }));
    const batch = script().frame(2 * SECOND, lifecycle(LifecycleCode.determined, { price: 10_000 })).batch;
    run.play(batch, 3 * SECOND);
    expect(run.journal.rows('fills')).toMatchObject([
      { time: SECOND, kind: 'trade', side: 'buy', size: '1.00', price: '0.5200', position: '1.00' },
      { time: 3 * SECOND, kind: 'settlement', side: 'sell', size: '1.00', price: '1.0000', position: '0.00' },
    ]);
    expect(run.journal.rows('equity').at(-1)).toMatchObject({
      cash: '1000.48',
      positionValue: '0.00',
      equity: '1000.48',
    });
  });
});

describe('a strategy that fails', () => {
  const script = () =>
    new EventScript().frame(SECOND, listed(), ...snapshot(bids, asks)).frame(1_778_695_699_111_384, level(1, 4900, 7));

  const failing: [string, (fail: () => never, desk: Desk) => Strategy][] = [
    ['in onBook', (fail, desk) => ({ onBook: () => (desk.now > SECOND ? fail() : undefined) })],
    ['in a timer', (fail, desk) => ({ onStart: () => desk.wakeAt(1_778_695_699_111_384), onTimer: () => fail() })],
  ];

  it.each(failing)('%s stops the run, and the message names time and frame', (where, make) => {
    const cause = new Error('no such thing');
    const fail = (): never => {
      throw cause;
    };
    const run = new TestEngine((desk) => make(fail, desk));
    let stopped: unknown;
    try {
      run.play(script().batch);
    } catch (error) {
      stopped = error;
    }
    const frame = where === 'in a timer' ? 0 : 1;
    expect((stopped as Error).message).toBe(
      `the run stopped at 2026-05-13T18:08:19.111384Z, frame ${frame}: no such thing`,
    );
    expect((stopped as Error).cause).toBe(cause);
  });

  it('in onEnd stops the run too', () => {
    const run = new TestEngine(() => ({
      onEnd() {
        throw new Error('at the end');
      },
    }));
    run.play(script().batch);
    expect(() => run.engine.finish(1_778_695_699_111_384)).toThrow(
      'the run stopped at 2026-05-13T18:08:19.111384Z, frame 1: at the end',
    );
  });

  it('by answering itself for ever at one instant is stopped rather than left to hang', () => {
    const run = new TestEngine((desk) => ({
      onStart: () => desk.wakeAt(2 * SECOND),
      onTimer: () => desk.wakeAt(desk.now),
    }));
    expect(() => run.play(script().batch)).toThrow(/the run stopped at 1970-01-01T00:00:02.000000Z.*at one instant/);
  });
});

it('a frame stamped before the one before it stops the run: order is the order of the tape', () => {
  const run = new TestEngine(() => ({}));
  const script = new EventScript().frame(2 * SECOND, listed()).frame(SECOND, listed());
  expect(() => run.play(script.batch)).toThrow(/frame 1 is stamped 1970-01-01T00:00:01.000000Z, before/);
});

it('a timer set for the past fires at the next step', () => {
  const log: string[] = [];
  const run = new TestEngine((desk) => ({
    onBook: () => (log.length === 0 ? desk.wakeAt(0, 'past') : undefined),
    onTimer: (tag) => log.push(`${tag} ${desk.now / SECOND}`),
  }));
  const script = new EventScript()
    .frame(SECOND, listed(), ...snapshot(bids, asks))
    .frame(3 * SECOND, level(1, 4900, 1));
  run.play(script.batch);
  expect(log).toEqual(['past 1']);
});

it('equal timers fire in the order in which they were set', () => {
  const log: string[] = [];
  const run = new TestEngine((desk) => ({
    onStart() {
      for (const tag of ['a', 'b', 'c']) desk.wakeAt(2 * SECOND, tag);
    },
    onTimer: (tag) => log.push(tag),
  }));
  run.play(new EventScript().frame(SECOND, listed()).frame(3 * SECOND, level(1, 4900, 1)).batch);
  expect(log).toEqual(['a', 'b', 'c']);
});

it('a series is a market without a usable book', () => {
  const views: MarketView[] = [];
  const script = new EventScript().frame(SECOND, listed(2), seriesValue(1, 2));
  told(script, () => ({ onSeries: (market) => views.push(market) }));
  expect(views.map(({ instrument, bookComplete }) => [instrument.kind, bookComplete])).toEqual([['series', false]]);
});
