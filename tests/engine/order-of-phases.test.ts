/**
 * One test for each tie: what comes first of two things that are due at one time. A venue that only says what reached
 * it, and when, stands in for the exchange.
 */
import { describe, expect, it } from 'vitest';
import type { VenueResponse } from '../../src/market/order.ts';
import type { Strategy } from '../../src/market/strategy.ts';
import type { Micros } from '../../src/market/units.ts';
import type { Venue } from '../../src/market/venue.ts';
import { TestEngine } from '../support/engine.ts';
import { EventScript, level, listed, print, snapshot } from '../support/events.ts';
import { contract } from '../support/instruments.ts';

const { id } = contract();
const SECOND = 1_000_000;

/** Arrivals and responses due at given times; everything is written to the log with the desk's time. */
class LoggingVenue implements Venue {
  readonly #arrivals: Micros[];
  readonly #responses: Micros[];
  readonly #log: (text: string) => void;

  constructor(log: (text: string) => void, due: { arrivals?: Micros[]; responses?: Micros[] }) {
    this.#log = log;
    this.#arrivals = due.arrivals ?? [];
    this.#responses = due.responses ?? [];
  }

  get arrivalAt(): Micros {
    return this.#arrivals[0] ?? Number.POSITIVE_INFINITY;
  }

  get responseAt(): Micros {
    return this.#responses[0] ?? Number.POSITIVE_INFINITY;
  }

  send(): void {}

  onFrame(): void {
    this.#log('venue data');
  }

  arrive(): void {
    this.#arrivals.shift();
    this.#log('arrival');
  }

  respond(): VenueResponse {
    const at = this.#responses.shift() as Micros;
    this.#log('response');
    // Of no consequence: nothing is held.
    return { kind: 'settled', at, instrument: id, fee: 0n, payout: 0 };
  }

  finish(): void {}
}

/** Frames at 0, 10 and 20 seconds, told with what happens between them. */
function phases(due: { timers?: Micros[]; arrivals?: Micros[]; responses?: Micros[] }): string[] {
  const log: string[] = [];
  const say = (text: string) => log.push(`${run.engine.desk.now / SECOND}s ${text}`);
  const run = new TestEngine(
    (desk): Strategy => ({
      onStart() {
        for (const at of due.timers ?? []) desk.wakeAt(at * SECOND);
      },
      onTimer: () => say('timer'),
      onBook: () => say('desk data'),
    }),
    {
      venue: new LoggingVenue(say, {
        arrivals: due.arrivals?.map((at) => at * SECOND),
        responses: due.responses?.map((at) => at * SECOND),
      }),
    },
  );
  const script = new EventScript()
    .frame(0, listed(), ...snapshot([[5000, 100]], [[5200, 100]]))
    .frame(10 * SECOND, level(1, 5000, 200))
    .frame(20 * SECOND, level(1, 5000, 300));
  run.play(script.batch);
  return log.filter((line) => !line.startsWith('0s'));
}

describe('in a step at time T', () => {
  it('market data reach the venue before the desk', () => {
    expect(phases({})).toEqual(['10s venue data', '10s desk data', '20s venue data', '20s desk data']);
  });

  it('a timer due before T fires before, and the clock shows its time', () => {
    expect(phases({ timers: [9] }).slice(0, 3)).toEqual(['9s timer', '10s venue data', '10s desk data']);
  });

  it('a timer due exactly at T fires before the data of T', () => {
    expect(phases({ timers: [10] }).slice(0, 3)).toEqual(['10s timer', '10s venue data', '10s desk data']);
  });

  it('an order that arrives before T arrives before the data of T, at its own time', () => {
    expect(phases({ arrivals: [9] }).slice(0, 3)).toEqual(['9s arrival', '10s venue data', '10s desk data']);
  });

  it('an order that arrives exactly at T comes after the data of T: we lose the tie', () => {
    expect(phases({ arrivals: [10] }).slice(0, 3)).toEqual(['10s venue data', '10s arrival', '10s desk data']);
  });

  it('a response due before T reaches the desk before the data of T', () => {
    expect(phases({ responses: [9] }).slice(0, 3)).toEqual(['9s response', '10s venue data', '10s desk data']);
  });

  it('a response due exactly at T reaches the desk after the venue has seen T, and before the desk has', () => {
    expect(phases({ responses: [10] }).slice(0, 3)).toEqual(['10s venue data', '10s response', '10s desk data']);
  });

  it('arrivals at T come before responses at T', () => {
    expect(phases({ arrivals: [10], responses: [10] }).slice(0, 4)).toEqual([
      '10s venue data',
      '10s arrival',
      '10s response',
      '10s desk data',
    ]);
  });

  it('a timer at T comes before all of them', () => {
    expect(phases({ timers: [10], arrivals: [10], responses: [10] }).slice(0, 5)).toEqual([
      '10s timer',
      '10s venue data',
      '10s arrival',
      '10s response',
      '10s desk data',
    ]);
  });

  it('at one instant before T: timer, then arrival, then response', () => {
    expect(phases({ timers: [9], arrivals: [9], responses: [9] }).slice(0, 4)).toEqual([
      '9s timer',
      '9s arrival',
      '9s response',
      '10s venue data',
    ]);
  });

  it('between two frames everything comes by its own time', () => {
    expect(phases({ timers: [18, 12], arrivals: [11, 16], responses: [13, 17] }).slice(2, 8)).toEqual([
      '11s arrival',
      '12s timer',
      '13s response',
      '16s arrival',
      '17s response',
      '18s timer',
    ]);
  });
});

describe('where the venue sees frames before the desk', () => {
  /** The venue sees frames at 10 and 20 seconds, the desk sees the first of them at 20. */
  function apart(due: { timers?: Micros[]; arrivals?: Micros[]; responses?: Micros[] }): string[] {
    const log: string[] = [];
    const say = (text: string) => log.push(`${run.engine.desk.now / SECOND}s ${text}`);
    const times = (seconds: Micros[] = []) => seconds.map((at) => at * SECOND);
    const run = new TestEngine(
      (desk) => ({
        onStart: () => times(due.timers).forEach((at) => void desk.wakeAt(at)),
        onTimer: () => say('timer'),
        onBook: () => say('desk data'),
      }),
      { venue: new LoggingVenue(say, { arrivals: times(due.arrivals), responses: times(due.responses) }) },
    );
    const whole = snapshot([[5000, 100]], [[5200, 100]]);
    const frame = (at: Micros) => new EventScript().frame(at * SECOND, level(1, 5000, 200)).batch;
    run.play(new EventScript().frame(0, listed(), ...whole).batch);
    run.engine.advance(frame(10), 0, 1, 'venue');
    run.engine.advance(frame(20), 0, 1, 'venue');
    run.engine.advance(frame(20), 0, 1, 'desk');
    return log.filter((line) => !line.startsWith('0s'));
  }

  it('each sees them at its own time; at one time the venue is first', () => {
    expect(apart({})).toEqual(['10s venue data', '20s venue data', '20s desk data']);
  });

  it('an order that arrives as the venue sees a frame comes after it: we lose the tie', () => {
    expect(apart({ arrivals: [10] }).slice(0, 2)).toEqual(['10s venue data', '10s arrival']);
    expect(apart({ arrivals: [20] })).toEqual(['10s venue data', '20s venue data', '20s arrival', '20s desk data']);
  });

  it('a response that is due as the desk sees a frame comes before it', () => {
    expect(apart({ responses: [20] })).toEqual(['10s venue data', '20s venue data', '20s response', '20s desk data']);
  });

  it('what is due between two steps comes by its own time, and the clock shows it', () => {
    expect(apart({ timers: [11, 20], arrivals: [9, 15], responses: [10, 16] })).toEqual([
      '9s arrival',
      '10s venue data',
      '10s response',
      '11s timer',
      '15s arrival',
      '16s response',
      '20s timer',
      '20s venue data',
      '20s desk data',
    ]);
  });
});

describe('an order without latency', () => {
  const whole = () => snapshot([[5000, 10_000]], [[5200, 10_000]]);

  /** The strategy buys at 0.51 on the first book it sees; the frames that follow are given. */
  function filledBy(...frames: [Micros, ReturnType<typeof print>][]): string[] {
    let placed = false;
    const run = new TestEngine((desk) => ({
      onBook() {
        if (placed) return;
        placed = true;
        desk.place({ instrument: id, side: 'buy', price: 5100, size: 100 });
      },
    }));
    const script = new EventScript().frame(SECOND, listed(), ...whole());
    for (const [at, row] of frames) script.frame(at, row);
    run.play(script.batch);
    return run.journal.rows('fills').map((fill) => `${fill.time / SECOND}s ${fill.size}`);
  }

  it('sent on the data of a frame misses the next frame of the same time: it arrives after it', () => {
    expect(filledBy([SECOND, print(-1, 5100, 500)])).toEqual([]);
  });

  it('is there for the next frame of a later time', () => {
    expect(filledBy([SECOND + 1, print(-1, 5100, 500)])).toEqual(['1.000001s 1.00']);
  });

  it('is there for the frame after next of the same time', () => {
    expect(filledBy([SECOND, print(-1, 5100, 500)], [SECOND, print(-1, 5100, 500)])).toEqual(['1s 1.00']);
  });

  it('sent by a timer due exactly at T misses the data of T', () => {
    const run = new TestEngine((desk) => ({
      onStart: () => desk.wakeAt(2 * SECOND),
      onTimer: () => desk.place({ instrument: id, side: 'buy', price: 5100, size: 100 }),
    }));
    const script = new EventScript()
      .frame(SECOND, listed(), ...whole())
      .frame(2 * SECOND, print(-1, 5100, 500))
      .frame(3 * SECOND, print(-1, 5100, 300));
    run.play(script.batch);
    expect(run.journal.rows('fills').map(({ time, available }) => [time, available])).toEqual([[3 * SECOND, '3.00']]);
  });

  it('sent by a timer before T is there for the data of T', () => {
    const run = new TestEngine((desk) => ({
      onStart: () => desk.wakeAt(2 * SECOND - 1),
      onTimer: () => desk.place({ instrument: id, side: 'buy', price: 5100, size: 100 }),
    }));
    const script = new EventScript().frame(SECOND, listed(), ...whole()).frame(2 * SECOND, print(-1, 5100, 500));
    run.play(script.batch);
    expect(run.journal.rows('fills')).toHaveLength(1);
  });
});

describe('equity', () => {
  it('on the grid is written before what a timer of that instant decides', () => {
    const run = new TestEngine((desk) => ({
      onStart() {
        desk.wakeAt(SECOND + 1, 'buy');
        desk.wakeAt(3 * SECOND, 'decide');
      },
      onTimer: (tag) => {
        if (tag === 'decide') desk.decide({ action: 'hold', reason: 'on the grid' });
        else desk.place({ instrument: id, side: 'buy', size: 100 });
      },
    }));
    const script = new EventScript()
      .frame(SECOND, listed(), ...snapshot([[5000, 10_000]], [[5200, 10_000]]))
      .frame(2 * SECOND + 1, ...snapshot([[4000, 10_000]], [[4200, 10_000]]))
      .frame(4 * SECOND, level(1, 4000, 100));
    run.play(script.batch);
    const tables = run.journal.lines
      .filter((line) => line.includes(`"time":${3 * SECOND}`))
      .map((line) => line.split(' ', 1)[0]);
    expect(tables).toEqual(['equity', 'quotes', 'decisions']);
  });

  it('is sampled at an instant before the timers of that instant', () => {
    // Long 1 from 0.52; the mid falls between two seconds, and a timer on the grid closes the position.
    const run = new TestEngine((desk) => ({
      onStart: () => desk.wakeAt(3 * SECOND),
      onInstrument: () => desk.wakeAt(SECOND + 1, 'buy'),
      onTimer: (tag) => desk.place({ instrument: id, side: tag === 'buy' ? 'buy' : 'sell', size: 100 }),
    }));
    const script = new EventScript()
      .frame(SECOND, listed(), ...snapshot([[5000, 10_000]], [[5200, 10_000]]))
      .frame(2 * SECOND + 1, ...snapshot([[4000, 10_000]], [[4200, 10_000]]))
      .frame(4 * SECOND, level(1, 4000, 100));
    run.play(script.batch, 4 * SECOND);
    expect(run.journal.rows('equity').map(({ time, positionValue, equity }) => [time, positionValue, equity])).toEqual([
      [SECOND, '0.00', '1000.00'],
      [SECOND + 1, '0.51', '999.99'],
      [3 * SECOND, '0.41', '999.89'],
      [3 * SECOND, '0.00', '999.88'],
    ]);
  });
});
