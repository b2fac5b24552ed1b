import { describe, expect, it } from 'vitest';
import { formatTime, parseTime } from '../../src/market/units.ts';
import { riskSchema } from '../../src/risk/limits.ts';
import { TokenBucket } from '../../src/risk/token-bucket.ts';
import { Hours, Zone } from '../../src/risk/zone.ts';

const MINUTE = 60_000_000;

describe('days of a zone', () => {
  it.each([
    ['UTC', '2026-03-08T12:00:00Z', '2026-03-08T00:00', '2026-03-09T00:00'],
    ['America/New_York, winter', '2026-01-15T04:59:59Z', '2026-01-14T05:00', '2026-01-15T05:00'],
    ['America/New_York, winter', '2026-01-15T05:00:00Z', '2026-01-15T05:00', '2026-01-16T05:00'],
    ['America/New_York, 23 hours', '2026-03-08T12:00:00Z', '2026-03-08T05:00', '2026-03-09T04:00'],
    ['America/New_York, 25 hours', '2026-11-01T12:00:00Z', '2026-11-01T04:00', '2026-11-02T05:00'],
    ['Asia/Kolkata', '2026-05-13T18:30:00Z', '2026-05-13T18:30', '2026-05-14T18:30'],
    // Clocks went from 23:59:59 to 01:00, so the day began at one.
    ['America/Sao_Paulo, no midnight', '2018-11-04T12:00:00Z', '2018-11-04T03:00', '2018-11-05T02:00'],
  ])('%s, %s', (name, at, from, until) => {
    const day = new Zone(name.split(',')[0]).dayAt(parseTime(at));
    expect([day.from, day.until].map((time) => formatTime(time).slice(0, 16))).toEqual([from, until]);
  });
});

describe('hours of a zone', () => {
  const newYork = new Zone('America/New_York');
  const isIn = (window: string, at: string) => new Hours([window]).has(newYork.timeOfDay(parseTime(at)));

  it.each([
    ['winter, before', '2026-03-06T14:29:59Z', false],
    ['winter, the first moment', '2026-03-06T14:30:00Z', true],
    ['winter, the last', '2026-03-06T19:59:59.999999Z', true],
    ['winter, after', '2026-03-06T20:00:00Z', false],
    ['summer, before', '2026-03-09T13:29:59Z', false],
    ['summer, the first moment', '2026-03-09T13:30:00Z', true],
    ['summer, after', '2026-03-09T19:00:00Z', false],
  ])('09:30-15:00 in %s', (_when, at, expected) => {
    expect(isIn('09:30-15:00', at)).toBe(expected);
  });

  it('an hour that clocks show twice is in its window twice, one that they skip never', () => {
    const minutes = (from: string, count: number) =>
      Array.from({ length: count }, (_, i) => newYork.timeOfDay(parseTime(from) + i * MINUTE));
    const window = new Hours(['01:00-03:00']);
    expect(minutes('2026-11-01T04:00:00Z', 300).filter((at) => window.has(at))).toHaveLength(180);
    expect(minutes('2026-03-08T04:00:00Z', 300).filter((at) => window.has(at))).toHaveLength(60);
  });

  it('a window may go over midnight', () => {
    const night = new Hours(['22:00-02:00']);
    expect([21.99, 22, 0, 1.99, 2].map((hour) => night.has(hour * 60 * MINUTE))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });
});

describe('settings of the risk gate', () => {
  it.each([
    [{ zone: 'America/Gotham' }, 'must be a time zone such as America/New_York'],
    [{ hours: ['9-16'] }, 'must be a time of day such as 09:30-16:00'],
    [{ dailyLoss: 'much' }, 'must be an amount of money such as 10000 or 12.50'],
    [{ dailyLos: 5 }, 'Unrecognized key: "dailyLos"'],
  ])('%j is refused: %s', (limits, message) => {
    expect(riskSchema.safeParse(limits).error?.issues[0].message).toBe(message);
  });
});

describe('token bucket', () => {
  it('fills with time, to its burst and no further', () => {
    const bucket = new TokenBucket();
    const taken = (at: number) => bucket.take(at, 60, 3);
    expect([0, 0, 0, 0].map(taken)).toEqual([true, true, true, false]);
    expect([999_999, 1_000_000, 1_000_000].map(taken)).toEqual([false, true, false]);
    expect([100_000_000, 100_000_000, 100_000_000, 100_000_000].map(taken)).toEqual([true, true, true, false]);
  });

  it('loses nothing to rounding: 7 a minute are 7 in every minute', () => {
    const bucket = new TokenBucket();
    let taken = 0;
    for (let at = 0; at < 600 * 1_000_000; at += 100_000) if (bucket.take(at, 7, 1)) taken++;
    expect(taken).toBe(70);
  });
});
