import { describe, expect, it } from 'vitest';
import { EventFlag, LifecycleCode, Side } from '../../src/market/event.ts';
import { InventedTape, SECOND, START } from '../support/checking.ts';
import { gap, level, lifecycle, quote, snapshot } from '../support/events.ts';
import { contract } from '../support/instruments.ts';

const sound = snapshot([[5000, 10]], [[5200, 10]]);
const cross = [level(Side.buy, 5300, 1)];
const uncross = [level(Side.buy, 5300, 0)];

describe('crossed books', () => {
  /** Crossed for `seconds` of 1,000. */
  const crossedFor = (seconds: number) =>
    new InventedTape()
      .frame(0, sound)
      .frame(100, cross)
      .frame(100 + seconds, uncross)
      .frame(1000, uncross);

  it('are judged by their share of the time and by the longest stretch', () => {
    expect(crossedFor(0.05).result('crossedTime')).toMatchObject({ status: 'pass', value: 0.00005 });
    expect(crossedFor(5).result('crossedTime')).toMatchObject({ status: 'warn', value: 0.005 });
    expect(crossedFor(20).result('crossedTime')).toMatchObject({ status: 'fail', value: 0.02 });
    expect(crossedFor(0.5).result('crossedLongest')).toMatchObject({ status: 'pass', value: 0.5 });
    expect(crossedFor(61).result('crossedLongest')).toMatchObject({
      status: 'fail',
      value: 61,
      where: { market: 'kalshi:KXRAIN-26JUN01-T1', at: START + 100 * SECOND, frame: 1 },
    });
  });

  it('include locked ones', () => {
    const locked = new InventedTape()
      .frame(0, sound)
      .frame(10, [level(Side.buy, 5200, 1)])
      .frame(110, uncross);
    expect(locked.result('crossedLongest')).toMatchObject({ status: 'fail', value: 100 });
    expect(locked.result('crossedTime').facts).toMatchObject({ times: 1, locked: 1 });
  });

  it('count from the end of the tape when they stay so, and not beyond the close', () => {
    const open = new InventedTape().frame(0, sound).frame(10, cross).frame(100, cross);
    expect(open.result('crossedLongest').value).toBe(90);
    const closing = new InventedTape([contract({ closesAt: START + 40 * SECOND })]);
    closing.frame(0, sound).frame(10, cross).frame(100, cross);
    expect(closing.result('crossedLongest').value).toBe(30);
  });

  it('do not count while the book is not complete', () => {
    const doubtful = new InventedTape()
      .frame(0, sound)
      .frame(10, [gap(EventFlag.book)])
      .frame(20, cross)
      .frame(200, uncross);
    expect(doubtful.result('crossedLongest')).toMatchObject({ status: 'pass', value: 0 });
  });

  it('are skipped where there is no book', () => {
    const quotes = new InventedTape().frame(0, quote([5300, 1], [5200, 1])).frame(1, quote([5300, 1], [5200, 1]));
    expect(quotes.result('crossedTime')).toMatchObject({
      status: 'skipped',
      detail: expect.stringMatching(/no complete book/),
    });
  });
});

describe('a stale book', () => {
  const two = [contract({ symbol: 'KXA-1', id: 'kalshi:KXA-1' }), contract({ symbol: 'KXA-2', id: 'kalshi:KXA-2' })];

  /** The first market's book rests for `seconds` while the second one's moves every second. */
  function resting(seconds: number, instruments = two): InventedTape {
    const tape = new InventedTape(instruments);
    tape.frame(0, [...sound, ...snapshot([[4000, 1]], [[4200, 1]], 1)]);
    for (let i = 1; i < seconds; i++) tape.frame(i, [level(Side.buy, 4000, 1 + (i % 2), 1)]);
    return tape.frame(seconds, [level(Side.buy, 5000, 20)]);
  }

  it('stands still while others move', () => {
    expect(resting(200).result('staleBook')).toMatchObject({ status: 'pass', value: 200 });
    expect(resting(400).result('staleBook').status).toBe('warn');
    expect(resting(3700).result('staleBook')).toMatchObject({
      status: 'fail',
      value: 3700,
      where: { market: 'kalshi:KXA-1', at: START },
    });
  });

  it('is none the fresher for quotes and trades beside it', () => {
    const tape = new InventedTape().frame(0, sound);
    for (let i = 1; i <= 400; i++) tape.frame(i, quote([5000, i], [5200, 1]));
    expect(tape.result('staleBook')).toMatchObject({ status: 'warn', value: 400 });
  });

  it('is not one whose market has closed or is paused', () => {
    const closing = [contract({ ...two[0], closesAt: START + 100 * SECOND }), two[1]];
    expect(resting(3700, closing).result('staleBook')).toMatchObject({ status: 'pass', value: 100 });
    const paused = new InventedTape(two).frame(0, [...sound, ...snapshot([[4000, 1]], [[4200, 1]], 1)]);
    paused.frame(1, [lifecycle(LifecycleCode.paused)]);
    for (let i = 2; i < 3700; i++) paused.frame(i, [level(Side.buy, 4000, 1 + (i % 2), 1)]);
    expect(paused.result('staleBook').value).toBeLessThan(5);
  });

  it('is not one that rests with the whole tape', () => {
    const quiet = new InventedTape().frame(0, sound).frame(5000, [level(Side.buy, 5000, 20)]);
    expect(quiet.result('staleBook')).toMatchObject({ status: 'pass', value: 5 });
  });
});

describe('price jumps', () => {
  /** A bid that goes one tick up and down 600 times, and `jumps` times by `far`. */
  function moving(jumps: number, far: number): InventedTape {
    const tape = new InventedTape().frame(0, snapshot([[1000, 10]], [[9000, 10]]));
    const up = (i: number) => (i >= 600 - 2 * jumps ? 1000 + far : 1100);
    for (let i = 0; i < 600; i++) tape.frame(i + 1, [level(Side.buy, up(i - (i % 2)), i % 2 === 0 ? 10 : 0)]);
    return tape;
  }

  it('are moves far beyond what the market usually makes', () => {
    expect(moving(1, 400).result('priceJumps')).toMatchObject({ status: 'pass', value: 0 });
    const jumped = moving(1, 700).result('priceJumps');
    expect(jumped).toMatchObject({ status: 'fail', value: 2 / 600, where: { frame: 599, at: START + 599 * SECOND } });
    expect(jumped.detail).toMatch(/^2 of 600 moves; largest 0\.0350, 7\.0 times/);
    expect(moving(1, 700).result('priceJumps', { priceJumps: { times: 10 } }).status).toBe('pass');
  });

  it('are not made by a new snapshot', () => {
    const restarted = moving(0, 0).frame(700, snapshot([[8000, 10]], [[9000, 10]]));
    expect(restarted.result('priceJumps')).toMatchObject({ status: 'pass', value: 0 });
  });

  it('are not looked for in a few moves', () => {
    const few = new InventedTape().frame(0, quote([1000, 1], [2000, 1])).frame(1, quote([8000, 1], [9000, 1]));
    expect(few.result('priceJumps').status).toBe('skipped');
  });
});
