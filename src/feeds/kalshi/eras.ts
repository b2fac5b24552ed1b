/**
 * How Kalshi wrote prices and counts, by date. All values come out as integers: prices in ten-thousandths of a dollar,
 * counts in hundredths of a contract, money in millionths of a dollar; NaN when a field is not there or not valid.
 */
import { type Micros, parseDecimal, parseTime } from '../../market/units.ts';
import type { Json } from '../json.ts';
import { PRICE_DECIMALS, SIZE_DECIMALS } from './instruments.ts';

type RawLevel = readonly [unknown, unknown];

/** Stands for what is not a pair; neither of its parts will parse. */
const noLevel: RawLevel = [undefined, undefined];

export interface Era {
  readonly from: Micros;
  /** Price levels of a side, `yes` or `no`, of a snapshot; an empty side may be absent or null. */
  levels(msg: Json, side: 'yes' | 'no'): readonly (readonly [price: number, size: number])[];
  /** A price field by its bare name: `yes_price`, `yes_bid`, `price`. */
  price(msg: Json, name: string): number;
  /** A count field by its bare name: `count`, `delta`, `volume`. */
  count(msg: Json, name: string): number;
  /** A money field by its bare name: `position_cost`, `realized_pnl`. */
  money(msg: Json, name: string): number;
}

const decimal = (value: unknown, decimals: number): number =>
  typeof value === 'string' ? parseDecimal(value, decimals) : Number.NaN;

const integer = (value: unknown, scale: number): number =>
  typeof value === 'number' && Number.isInteger(value) ? value * scale : Number.NaN;

function levelsOf(
  raw: unknown,
  read: (level: RawLevel) => readonly [number, number],
): readonly (readonly [number, number])[] {
  return Array.isArray(raw)
    ? raw.map((level) => read(Array.isArray(level) ? (level as unknown as RawLevel) : noLevel))
    : [];
}

/** Whole cents and whole contracts as integers; money in hundredths of a cent. */
const integerCents: Era = {
  from: 0,
  levels: (msg, side) => levelsOf(msg[side], ([price, count]) => [integer(price, 100), integer(count, 100)]),
  price: (msg, name) => integer(msg[name], 100),
  count: (msg, name) => integer(msg[name], 100),
  money: (msg, name) => integer(msg[name], 100),
};

/** Decimal texts: `*_dollars` and `*_fp`; their names do not always extend the bare one. */
const decimalTexts: Era = {
  // Counts as text came on 2026-01-22, beside the integers; those went away on 2026-03-12. The first sub-cent market
  // opened on 2026-03-09, so the texts are read from the day on which they are complete.
  from: parseTime('2026-01-22T00:00:00Z'),
  levels: (msg, side) =>
    levelsOf(msg[`${side}_dollars_fp`], ([price, count]) => [
      decimal(price, PRICE_DECIMALS),
      decimal(count, SIZE_DECIMALS),
    ]),
  price: (msg, name) => decimal(msg[`${name}_dollars`], PRICE_DECIMALS),
  count: (msg, name) => decimal(msg[`${name}_fp`], SIZE_DECIMALS),
  // Positions kept their integers, of hundredths of a cent, until 2026-04-02.
  money: (msg, name) => (`${name}_dollars` in msg ? decimal(msg[`${name}_dollars`], 6) : integer(msg[name], 100)),
};

export function eraAt(time: Micros): Era {
  return time < decimalTexts.from ? integerCents : decimalTexts;
}

/** The venue's time of a message: `ts_ms`, or `ts` as RFC 3339 text or in seconds; 0 when it gives none. */
export function exchangeTime(msg: Json, envelope: Json = {}): Micros {
  if (typeof msg.ts === 'string') {
    const time = parseTime(msg.ts);
    if (!Number.isNaN(time)) return time;
  }
  if (typeof msg.ts_ms === 'number') return msg.ts_ms * 1000;
  if (typeof msg.ts === 'number') return msg.ts * 1_000_000;
  return typeof envelope.sending_ts_ms === 'number' ? envelope.sending_ts_ms * 1000 : 0;
}
