/** Days and hours as clocks show them in a named zone. The rules of the zones are those that Node carries. */
import { MICROS_PER_SECOND, type Micros } from '../market/units.ts';

const MINUTE = 60 * MICROS_PER_SECOND;
const DAY = 24 * 60 * MINUTE;
/** Since 1972 no zone has changed its clocks but at a full quarter of an hour of UTC. */
const QUARTER = 15 * MINUTE;

/** Whether Node knows the zone, such as America/New_York. */
export function isZone(name: string): boolean {
  try {
    return formatOf(name) !== undefined;
  } catch {
    return false;
  }
}

/** From midnight to midnight; 23 or 25 hours when the clocks change. */
export interface LocalDay {
  readonly from: Micros;
  readonly until: Micros;
}

export class Zone {
  readonly #format: Intl.DateTimeFormat;
  #quarter = Number.NaN;
  #offset: Micros = 0;

  constructor(name: string) {
    this.#format = formatOf(name);
  }

  dayAt(at: Micros): LocalDay {
    const midnight = Math.floor((at + this.offsetAt(at)) / DAY) * DAY;
    return { from: this.#instantOf(midnight), until: this.#instantOf(midnight + DAY) };
  }

  /** What clocks show, as time since their midnight. */
  timeOfDay(at: Micros): Micros {
    const shown = at + this.offsetAt(at);
    return shown - Math.floor(shown / DAY) * DAY;
  }

  /** What clocks show, less UTC. */
  offsetAt(at: Micros): Micros {
    const quarter = Math.floor(at / QUARTER);
    if (quarter !== this.#quarter) {
      this.#quarter = quarter;
      this.#offset = this.#shownAt(quarter * QUARTER) - quarter * QUARTER;
    }
    return this.#offset;
  }

  /** When clocks show it first; where they skip it, when they go on. */
  #instantOf(shown: Micros): Micros {
    const before = this.offsetAt(shown - DAY);
    const after = this.offsetAt(shown + DAY);
    const isAfter = this.offsetAt(shown - before) !== before && this.offsetAt(shown - after) === after;
    return shown - (isAfter ? after : before);
  }

  #shownAt(at: Micros): Micros {
    const parts: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(at / 1000)) parts[type] = Number(value);
    const { year, month, day, hour, minute, second } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) * 1000;
  }
}

/** Times of the day from its first minute on, until its last, which is not in it: 09:30-16:00; 22:00-02:00 goes over midnight. */
export class Hours {
  readonly #windows: readonly { readonly from: Micros; readonly until: Micros }[];

  constructor(windows: readonly string[]) {
    this.#windows = windows.map((window) => {
      const [from, until] = window.split('-').map(minutesOf);
      return { from: from * MINUTE, until: until * MINUTE };
    });
  }

  has(timeOfDay: Micros): boolean {
    return this.#windows.some(({ from, until }) =>
      from < until ? timeOfDay >= from && timeOfDay < until : timeOfDay >= from || timeOfDay < until,
    );
  }
}

/** 09:30 */
function minutesOf(clock: string): number {
  const [hours, minutes] = clock.split(':').map(Number);
  return hours * 60 + minutes;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const two = '2-digit';
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: two,
    day: two,
    hour: two,
    minute: two,
    second: two,
  });
}
