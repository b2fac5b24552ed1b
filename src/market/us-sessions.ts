/**
 * The trading day of the American exchanges: New York time, holidays and sessions, as functions of a time. Written out
 * rather than asked of the machine, whose time zone data may differ.
 */
import type { Micros } from './units.ts';

const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;

/**
 * Days without trading, and days that close at 13:00. Source: NYSE Group, "2025, 2026 and 2027 Holiday and Early Closings
 * Calendar", 2024-11-08. Besides it 2025-01-09, a day of mourning, announced later; no source at hand. Other years are
 * taken to have none: their holidays show no prints anyway.
 */
const holidays = new Set([
  ...['2025-01-01', '2025-01-09', '2025-01-20', '2025-02-17', '2025-04-18', '2025-05-26', '2025-06-19', '2025-07-04'],
  ...['2025-09-01', '2025-11-27', '2025-12-25'],
  ...['2026-01-01', '2026-01-19', '2026-02-16', '2026-04-03', '2026-05-25', '2026-06-19', '2026-07-03', '2026-09-07'],
  ...['2026-11-26', '2026-12-25'],
  ...['2027-01-01', '2027-01-18', '2027-02-15', '2027-03-26', '2027-05-31', '2027-06-18', '2027-07-05', '2027-09-06'],
  ...['2027-11-25', '2027-12-24'],
]);
const earlyCloses = new Set(['2025-07-03', '2025-11-28', '2025-12-24', '2026-11-27', '2026-12-24', '2027-11-26']);

/** A day in New York, in UTC. */
export interface UsDay {
  /** Such as 2026-11-27. */
  readonly date: string;
  readonly from: Micros;
  readonly until: Micros;
  /** The regular session, 9:30 to 16:00 or 13:00; NaN on a day without trading. */
  readonly opens: Micros;
  readonly closes: Micros;
}

export function usDayAt(at: Micros): UsDay {
  return usDay(Math.floor((at + newYorkOffset(at)) / DAY));
}

/** 2026-02-31 is the third of March. */
export function usDayOf(date: string): UsDay {
  const [year, month, day] = date.split('-').map(Number);
  return usDay(Date.UTC(year, month - 1, day) / 86_400_000);
}

/** The last day with a regular session before another. */
export function tradingDayBefore({ from }: UsDay): UsDay {
  const before = usDayAt(from - 1);
  return Number.isNaN(before.opens) ? tradingDayBefore(before) : before;
}

/** By its number, counted from 1970. */
function usDay(number: number): UsDay {
  const date = new Date(number * 86_400_000).toISOString().slice(0, 10);
  const at = (hours: number) => newYorkTime(number * DAY + hours * HOUR);
  // 1970-01-01 was a Thursday.
  const isWeekend = (number + 4) % 7 === 0 || (number + 4) % 7 === 6;
  const isOpen = !isWeekend && !holidays.has(date);
  return {
    date,
    from: at(0),
    until: at(24),
    opens: isOpen ? at(9.5) : Number.NaN,
    closes: isOpen ? at(earlyCloses.has(date) ? 13 : 16) : Number.NaN,
  };
}

/** From what clocks in New York show; of an hour that they show twice, the first. */
function newYorkTime(shown: Micros): Micros {
  const summer = shown + 4 * HOUR;
  return newYorkOffset(summer) === -4 * HOUR ? summer : summer + HOUR;
}

/** Summer time goes from the second Sunday in March, 2:00, to the first in November, 2:00 (Energy Policy Act of 2005, since 2007). */
function newYorkOffset(at: Micros): Micros {
  const year = new Date(at / 1000).getUTCFullYear();
  const isSummer = at >= sunday(year, 2, 2) + 7 * HOUR && at < sunday(year, 10, 1) + 6 * HOUR;
  return (isSummer ? -4 : -5) * HOUR;
}

/** Midnight UTC of the `count`th Sunday of a month, months counted from 0. */
function sunday(year: number, month: number, count: number): Micros {
  const first = Date.UTC(year, month, 1) / 86_400_000;
  const untilSunday = (7 - ((first + 4) % 7)) % 7;
  return (first + untilSunday + 7 * (count - 1)) * DAY;
}
