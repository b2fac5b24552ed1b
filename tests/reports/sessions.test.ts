import { describe, expect, it } from 'vitest';
import { atSessionEnds, calendarOf, sessionsOf } from '../../src/reports/sessions.ts';

const micros = (text: string): number => Date.parse(text) * 1000;
const kalshi = calendarOf([{ id: 'kalshi:A', kind: 'binary' }]);
const equities = calendarOf([{ id: 'xnas:ACME', kind: 'equity' }]);
const crypto = calendarOf([{ id: 'binance:BTCUSDT', kind: 'perpetual' }]);

describe('calendars', () => {
  it('by venue and kind', () => {
    expect(kalshi).toMatchObject({ timeZone: 'America/New_York', periodsPerYear: 365, weekdaysOnly: false });
    expect(equities).toMatchObject({ timeZone: 'America/New_York', periodsPerYear: 252, weekdaysOnly: true });
    expect(crypto).toMatchObject({ timeZone: 'UTC', periodsPerYear: 365, weekdaysOnly: false });
  });
  it('mixed: calendar days', () => {
    const mixed = (...ids: [string, string][]) => calendarOf(ids.map(([id, kind]) => ({ id, kind })));
    expect(mixed(['kalshi:A', 'binary'], ['xnas:ACME', 'equity'])).toEqual(kalshi);
    expect(mixed(['kalshi:A', 'binary'], ['binance:BTCUSDT', 'spot'])).toEqual(crypto);
    expect(mixed()).toEqual(crypto);
  });
});

describe('sessions', () => {
  it('a few minutes are one session, which ends where the run does', () => {
    const to = micros('2026-05-14T04:53:00Z');
    expect(sessionsOf(kalshi, micros('2026-05-14T04:38:00Z'), to)).toEqual([{ day: '2026-05-14', endsAt: to }]);
  });
  it('days in New York last 23 and 25 hours when clocks change', () => {
    const spring = sessionsOf(kalshi, micros('2026-03-07T12:00:00Z'), micros('2026-03-09T12:00:00Z'));
    expect(spring.map(({ day }) => day)).toEqual(['2026-03-07', '2026-03-08', '2026-03-09']);
    expect(spring[0].endsAt).toBe(micros('2026-03-08T05:00:00Z'));
    expect(spring[1].endsAt).toBe(micros('2026-03-09T04:00:00Z'));
    const autumn = sessionsOf(kalshi, micros('2026-11-01T12:00:00Z'), micros('2026-11-02T12:00:00Z'));
    expect(autumn[0].endsAt).toBe(micros('2026-11-02T05:00:00Z'));
  });
  it('late evening in New York is still the same day', () => {
    const [first] = sessionsOf(kalshi, micros('2026-05-14T03:00:00Z'), micros('2026-05-14T12:00:00Z'));
    expect(first.day).toBe('2026-05-13');
  });
  it('untraded days are sessions, weekends only where markets are always open', () => {
    const span = [micros('2026-05-14T15:00:00Z'), micros('2026-05-19T15:00:00Z')] as const;
    expect(sessionsOf(crypto, ...span)).toHaveLength(6);
    expect(sessionsOf(equities, ...span).map(({ day }) => day)).toEqual([
      '2026-05-14',
      '2026-05-15',
      '2026-05-18',
      '2026-05-19',
    ]);
  });
  it('what happens after the last open day belongs to it', () => {
    const to = micros('2026-05-16T15:00:00Z');
    const days = sessionsOf(equities, micros('2026-05-15T15:00:00Z'), to);
    expect(days).toEqual([{ day: '2026-05-15', endsAt: to }]);
  });
});

describe('values at session ends', () => {
  const sessions = [10, 20, 30].map((endsAt) => ({ day: '', endsAt }));
  it('are the last ones known by then, after the start', () => {
    expect(atSessionEnds([1, 5, 10, 11, 28], ['a', 'b', 'c', 'd', 'e'], sessions)).toEqual(['a', 'c', 'd', 'e']);
  });
  it('a quiet session keeps its value', () => {
    expect(atSessionEnds([1, 25], [100, 110], sessions)).toEqual([100, 100, 100, 110]);
  });
  it('of nothing there are none', () => expect(atSessionEnds([], [], sessions)).toEqual([]));
});
