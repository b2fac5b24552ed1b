/** Sessions: the calendar days by which returns are counted. */
import { MICROS_PER_MILLISECOND, type Micros } from '../market/units.ts';

const DAY_MS = 86_400_000;

export interface Calendar {
  readonly name: string;
  readonly timeZone: 'America/New_York' | 'UTC';
  /** Sessions of a year, for annualising. */
  readonly periodsPerYear: 365 | 252;
  readonly weekdaysOnly: boolean;
}

const kalshi: Calendar = {
  name: 'calendar days in New York',
  timeZone: 'America/New_York',
  periodsPerYear: 365,
  weekdaysOnly: false,
};
/** Without a table of holidays: a holiday counts as a flat session, which lowers ratios a little, never raises them. */
const equities: Calendar = {
  name: 'weekdays in New York',
  timeZone: 'America/New_York',
  periodsPerYear: 252,
  weekdaysOnly: true,
};
const always: Calendar = { name: 'calendar days in UTC', timeZone: 'UTC', periodsPerYear: 365, weekdaysOnly: false };

/** Markets of different calendars are put on calendar days; closed days of one are flat for it. */
export function calendarOf(instruments: readonly { readonly id: string; readonly kind: string }[]): Calendar {
  const calendars = new Set(
    instruments.map(({ id, kind }) => {
      if (id.startsWith('kalshi:')) return kalshi;
      return kind === 'equity' || kind === 'option' ? equities : always;
    }),
  );
  const [first = always] = calendars;
  if (calendars.size <= 1) return first;
  return calendars.has(always) ? always : kalshi;
}

export interface Session {
  /** 2026-05-14, in the calendar's time zone. */
  readonly day: string;
  readonly endsAt: Micros;
}

/** Every session that the span from `from` to `to` touches, traded in or not; the last ends where the span does. */
export function sessionsOf(calendar: Calendar, from: Micros, to: Micros): Session[] {
  const localDay = new Intl.DateTimeFormat('sv-SE', { timeZone: calendar.timeZone, dateStyle: 'short' });
  const days: Session[] = [];
  // Noon is the same calendar day in UTC and in New York, so stepping from noon to noon meets every day once.
  const first = Date.parse(`${localDay.format(from / MICROS_PER_MILLISECOND)}T12:00:00Z`);
  for (let noon = first; ; noon += DAY_MS) {
    const nextDay = new Date(noon + DAY_MS).toISOString().slice(0, 10);
    const end = midnight(nextDay, calendar.timeZone) * MICROS_PER_MILLISECOND;
    const weekday = new Date(noon).getUTCDay();
    if (!calendar.weekdaysOnly || (weekday !== 0 && weekday !== 6)) {
      days.push({ day: new Date(noon).toISOString().slice(0, 10), endsAt: Math.min(end, to) });
    }
    if (end > to) break;
  }
  // What happens on closed days after the last session belongs to it.
  return days.map((session, i) => (i === days.length - 1 ? { ...session, endsAt: to } : session));
}

/** When a day begins in a time zone, milliseconds since 1970 UTC. */
function midnight(day: string, timeZone: string): number {
  const utc = Date.parse(`${day}T00:00:00Z`);
  if (timeZone === 'UTC') return utc;
  // New York is behind UTC, and its clocks change at 2 in the morning: at this instant the day's offset already holds.
  const clock = new Intl.DateTimeFormat('en-US', { timeZone, hour: 'numeric', hourCycle: 'h23' });
  const hour = Number(clock.format(utc));
  return utc + (24 - hour) * 3_600_000;
}

/** Values of a step function at the start and at every session's end: the last one that was known by then. */
export function atSessionEnds<T>(times: ArrayLike<Micros>, values: ArrayLike<T>, sessions: readonly Session[]): T[] {
  if (times.length === 0) return [];
  const closes = [values[0]];
  let i = 0;
  for (const { endsAt } of sessions) {
    while (i + 1 < times.length && times[i + 1] <= endsAt) i++;
    closes.push(values[i]);
  }
  return closes;
}
