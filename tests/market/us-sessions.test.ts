import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatTime, parseTime } from '../../src/market/units.ts';
import { tradingDayBefore, usDayAt, usDayOf } from '../../src/market/us-sessions.ts';

const text = (time: number) => (Number.isNaN(time) ? 'none' : formatTime(time).slice(0, 16));

describe('the regular session', () => {
  it.each([
    ['2026-01-15', '2026-01-15T14:30', '2026-01-15T21:00'],
    ['2026-07-15', '2026-07-15T13:30', '2026-07-15T20:00'],
    // Fridays and Mondays around the nights in which clocks change.
    ['2026-03-06', '2026-03-06T14:30', '2026-03-06T21:00'],
    ['2026-03-09', '2026-03-09T13:30', '2026-03-09T20:00'],
    ['2026-10-30', '2026-10-30T13:30', '2026-10-30T20:00'],
    ['2026-11-02', '2026-11-02T14:30', '2026-11-02T21:00'],
    // The day after Thanksgiving, Christmas Eve.
    ['2026-11-27', '2026-11-27T14:30', '2026-11-27T18:00'],
    ['2025-12-24', '2025-12-24T14:30', '2025-12-24T18:00'],
    // Weekend, Good Friday, Independence Day (observed), Christmas (observed).
    ['2026-03-08', 'none', 'none'],
    ['2026-04-03', 'none', 'none'],
    ['2026-07-03', 'none', 'none'],
    ['2027-12-24', 'none', 'none'],
  ])('of %s goes from %s to %s UTC', (date, opens, closes) => {
    const day = usDayOf(date);
    expect([text(day.opens), text(day.closes)]).toEqual([opens, closes]);
  });

  it('has as many days a year as the exchange counts', () => {
    const sessions = (year: number) => {
      let count = 0;
      for (let day = usDayOf(`${year}-01-01`); day.date < `${year + 1}`; day = usDayAt(day.until)) {
        if (!Number.isNaN(day.opens)) count++;
      }
      return count;
    };
    expect([sessions(2025), sessions(2026), sessions(2027)]).toEqual([250, 251, 251]);
  });
});

describe('days in New York', () => {
  it('begin at midnight there', () => {
    expect(usDayAt(parseTime('2026-07-15T03:59:59Z')).date).toBe('2026-07-14');
    expect(usDayAt(parseTime('2026-07-15T04:00:00Z')).date).toBe('2026-07-15');
    expect(usDayAt(parseTime('2026-01-15T04:59:59Z')).date).toBe('2026-01-14');
  });

  it('follow each other without a hole, 23 and 25 hours long when clocks change', () => {
    const hours = ({ from, until }: { from: number; until: number }) => (until - from) / 3_600_000_000;
    expect(hours(usDayOf('2026-03-08'))).toBe(23);
    expect(hours(usDayOf('2026-11-01'))).toBe(25);
    fc.assert(
      fc.property(
        fc.integer({ min: parseTime('2010-01-01T00:00:00Z'), max: parseTime('2035-01-01T00:00:00Z') }),
        (at) => {
          const day = usDayAt(at);
          expect(day.from <= at && at < day.until).toBe(true);
          expect(usDayAt(day.until).from).toBe(day.until);
          expect(usDayOf(day.date)).toEqual(day);
        },
      ),
    );
  });

  it('agree with the time zone data of the machine', () => {
    const there = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York', dateStyle: 'short' });
    fc.assert(
      fc.property(
        fc.integer({ min: parseTime('2010-01-01T00:00:00Z'), max: parseTime('2027-12-31T00:00:00Z') }),
        (at) => {
          expect(usDayAt(at).date).toBe(there.format(new Date(at / 1000)));
        },
      ),
    );
  });

  it('with a session before a Monday after a holiday is the Thursday', () => {
    expect(tradingDayBefore(usDayOf('2026-04-06')).date).toBe('2026-04-02');
  });
});
