import { describe, expect, it } from 'vitest';
import { Side } from '../../src/market/event.ts';
import { InventedTape, SECOND, START } from '../support/checking.ts';
import { level, print } from '../support/events.ts';
import { contract } from '../support/instruments.ts';

const change = (size: number, instrument = 0) => level(Side.buy, 5000, size, instrument);
const two = [contract({ symbol: 'KXA-1', id: 'kalshi:KXA-1' }), contract({ symbol: 'KXA-2', id: 'kalshi:KXA-2' })];

/** `count` frames, a second apart, with the lag that `lagOf` says. */
function timed(count: number, lagOf: (second: number) => number): InventedTape {
  const tape = new InventedTape();
  for (let i = 0; i < count; i++) tape.frame(i, [change(i + 1)], lagOf(i));
  return tape;
}

describe('arrival', () => {
  it('passes when it never steps back', () => {
    expect(timed(5, () => 0.01).result('arrivalOrder')).toMatchObject({ status: 'pass', value: 0 });
  });

  it('fails when it steps back, and says where first', () => {
    const tape = new InventedTape()
      .frame(0, [change(1)])
      .frame(2, [change(2)])
      .frame(1, [change(3)]);
    expect(tape.result('arrivalOrder')).toMatchObject({
      status: 'fail',
      value: 1,
      where: { market: 'kalshi:KXRAIN-26JUN01-T1', at: START + SECOND, frame: 2 },
    });
  });

  it('that stands still while the venue goes on was held by the recorder', () => {
    const held = (seconds: number) =>
      new InventedTape()
        .frame(0, [change(1)], 0.1)
        .frame(1, [change(2)], 0.1)
        .frame(1, [change(3)], 0.1 - seconds);
    expect(held(0.5).result('heldArrival')).toMatchObject({ status: 'pass', value: 0.5 });
    expect(held(5).result('heldArrival')).toMatchObject({ status: 'warn', value: 5 });
    expect(held(11).result('heldArrival')).toMatchObject({ status: 'fail', value: 11, where: { frame: 2 } });
  });

  it('of a tape that is silent for long fails', () => {
    const silent = (seconds: number) => new InventedTape().frame(0, [change(1)]).frame(seconds, [change(2)]);
    expect(silent(59).result('silence')).toMatchObject({ status: 'pass', value: 59 });
    expect(silent(61).result('silence').status).toBe('warn');
    expect(silent(3601).result('silence')).toMatchObject({ status: 'fail', where: { at: START } });
  });
});

describe('the clocks', () => {
  it('are skewed by the median of arrival less exchange time, either way', () => {
    expect(timed(20, () => 0.05).result('clockSkew').status).toBe('pass');
    expect(timed(20, () => 0.5).result('clockSkew').status).toBe('warn');
    const behind = timed(20, () => -6).result('clockSkew');
    expect(behind.status).toBe('fail');
    expect(behind.value).toBeCloseTo(6, 1);
  });

  it('are not judged where the venue tells no time, or where there is one clock only', () => {
    const untimed = new InventedTape().frame(0, [change(1)]).frame(1, [change(2)]);
    for (const check of ['clockSkew', 'earlyArrival', 'clockJump', 'lagSpread', 'lagOutliers'] as const) {
      expect(untimed.result(check)).toMatchObject({
        status: 'skipped',
        value: null,
        detail: 'the venue tells no time',
      });
      expect(timed(5, () => 0).result(check).detail).toMatch(/one clock only/);
    }
  });

  it('show when frames arrive before they were sent', () => {
    expect(timed(10, () => 0.01).result('earlyArrival')).toMatchObject({ status: 'pass', value: 0, where: null });
    const early = timed(10, (second) => (second === 4 ? -0.2 : 0.01)).result('earlyArrival');
    expect(early).toMatchObject({ status: 'warn', value: 0.1, where: { frame: 4 } });
  });

  it('jump when the least lag changes, not when some frames are slow', () => {
    const busy = timed(60, (second) => (second % 10 === 0 ? 0.01 : second / 10));
    expect(busy.result('clockJump')).toMatchObject({ status: 'pass', value: 0 });
    const jumped = timed(60, (second) => (second < 30 ? 0.01 : 3.01)).result('clockJump');
    expect(jumped).toMatchObject({ status: 'fail', value: 3, where: { at: START + 30 * SECOND } });
  });
});

describe('markets', () => {
  function lags(first: number, second: number, count = 100): InventedTape {
    const tape = new InventedTape(two);
    for (let i = 0; i < count; i++) {
      tape.frame(i, [change(i + 1, 0)], first).frame(i + 0.5, [change(i + 1, 1)], second);
    }
    return tape;
  }

  it('must agree on the lag', () => {
    expect(lags(0.01, 0.02).result('lagSpread').status).toBe('pass');
    expect(lags(0.01, 2.5).result('lagSpread')).toMatchObject({ status: 'fail', where: { market: 'kalshi:KXA-2' } });
    expect(lags(0.01, 2.5, 99).result('lagSpread').status).toBe('skipped');
  });

  it('must not send many frames far from the median lag', () => {
    const slow = (share: number) => timed(100, (second) => (second < 100 * share ? 2 : 0.01));
    expect(slow(0.01).result('lagOutliers')).toMatchObject({ status: 'pass', value: 0.01 });
    expect(slow(0.05).result('lagOutliers')).toMatchObject({ status: 'warn', value: 0.05 });
    expect(slow(0.2).result('lagOutliers')).toMatchObject({ status: 'fail', value: 0.2 });
    expect(slow(0.2).result('lagOutliers', { lagOutliers: { seconds: 3 } }).value).toBe(0);
  });
});

it('a frame counts once, whatever its rows', () => {
  const tape = new InventedTape().frame(0, [change(1), change(2), print(Side.buy, 5000, 1)], -0.1);
  expect(tape.result('earlyArrival').detail).toMatch(/^1 of 1 frames/);
});
