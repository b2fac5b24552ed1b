/** Figures as text, the same on every machine: no locale is asked. */
import { formatMoney, formatTime, type Micros, type Money, ONE_DOLLAR } from '../market/units.ts';
import { catalogue, type MetricKey, type MetricUnit } from './metrics/catalogue.ts';
import type { Metric, ReasonCode } from './metrics/metric.ts';

const MINUS = '\u2212';
const NONE = 'n/a';

const signs: Readonly<Record<string, string>> = { USD: '$', EUR: '€', GBP: '£' };

/** 1234.5 -> "1,234.50"; never "-0.00". Halves go away from zero, as one would do it with the digits of `value` by hand. */
export function decimal(value: number, places: number): string {
  // toFixed sees 1.76499... in 1.765, and would write 1.76 for it but 8.03 for 8.025.
  const shifted = Math.round(Number(`${Math.abs(value)}e${places}`));
  const rounded = Number.isSafeInteger(shifted) ? Math.sign(value) * Number(`${shifted}e-${places}`) : value;
  return grouped(rounded.toFixed(places));
}

export function count(value: number): string {
  return grouped(String(value));
}

/** "$1,234.50" */
export function money(value: Money | number, currency: string | undefined, places = 2): string {
  const amount = typeof value === 'bigint' ? Number(formatMoney(value)) : value;
  const text = decimal(Math.abs(amount), places);
  const sign = currency === undefined ? '' : signs[currency];
  const full = sign === undefined ? `${text} ${currency}` : `${sign}${text}`;
  return amount < 0 && /[1-9]/.test(text) ? MINUS + full : full;
}

/** With a plus for gains. */
export function signedMoney(value: Money | number, currency: string | undefined, places = 2): string {
  return value > 0 ? `+${money(value, currency, places)}` : money(value, currency, places);
}

/** Places for a column of amounts: those of cents if that is what they are. */
export function placesOf(amounts: readonly Money[]): number {
  return amounts.every((amount) => amount % (ONE_DOLLAR / 100n) === 0n) ? 2 : 4;
}

/** 0.0123 -> "1.23%"; small ones with up to four places. What is nearly all of something is not said to be all. */
export function percent(fraction: number): string {
  const size = Math.abs(fraction);
  if (size > 0.9995 && size < 1) return fraction > 0 ? '>99.9%' : `<${MINUS}99.9%`;
  if (size >= 10) return `${decimal(fraction * 100, 0)}%`;
  const places = size >= 0.1 ? 1 : size >= 0.001 || size === 0 ? 2 : 4;
  return `${decimal(fraction * 100, places)}%`;
}

export function time(at: Micros): string {
  return formatTime(at).slice(0, 19).replace('T', ' ');
}

/** The two largest units. */
export function duration(micros: Micros): string {
  const seconds = micros / 1_000_000;
  // Not a hair below the next unit: that would be written as 60.0 s.
  if (seconds < 0.9995) return `${decimal(seconds * 1000, 0)} ms`;
  if (seconds < 59.95) return `${decimal(seconds, 1)} s`;
  const whole = Math.round(seconds);
  const [days, hours, minutes] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3600) % 24,
    Math.floor(whole / 60) % 60,
  ];
  if (days > 0) return `${count(days)} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${whole % 60} s`;
}

/** A price or size of a journal, in units of 10^-8, without needless zeros: "0.53", "10". */
export function exactDecimal(value: bigint): string {
  const digits = String(value < 0n ? -value : value).padStart(9, '0');
  const text = `${digits.slice(0, -8)}.${digits.slice(-8)}`.replace(/\.?0+$/, '');
  return grouped(value < 0n ? `-${text}` : text);
}

const writers: Readonly<Record<MetricUnit, (value: number, currency: string | undefined) => string>> = {
  money: (value, currency) => money(value, currency, Math.abs(value) < 1 && value !== 0 ? 4 : 2),
  fraction: percent,
  ratio: (value) => decimal(value, 2),
  count: (value) => count(Math.ceil(value)),
  time,
  duration,
  size,
};

/** 0.00904 -> "0.00904", 12345.678 -> "12,346": a whole number from 1,000 on, else five digits without needless zeros. */
function size(value: number): string {
  return Math.abs(value) >= 1000 ? decimal(value, 0) : grouped(decimalDigits(Number(value.toPrecision(5))));
}

/** Never as 9e-8; a size has at most eight decimals. */
const decimalDigits = (value: number): string => value.toFixed(8).replace(/\.?0+$/, '');

/** Value of a figure as its unit asks, or "n/a". */
export function figure(key: MetricKey, metric: Metric, currency: string | undefined): string {
  return metric.value === null ? NONE : writers[catalogue[key].unit](metric.value, currency);
}

/** Why there is no value. */
export const reasons: Readonly<Record<ReasonCode, string>> = {
  no_data: 'no data',
  insufficient_data: 'too few observations',
  zero_variance: 'all observations are equal',
  no_trades: 'no closed trades',
  no_losses: 'no losses',
  no_wins: 'no wins',
  no_drawdown: 'no drawdown',
  not_recovered: 'not recovered',
  nonpositive_equity: 'equity is not above zero',
  nonpositive_denominator: 'nothing positive to divide by',
  not_applicable: 'does not apply',
  unresolved: 'no market is resolved',
  mixed_currency: 'several currencies',
};

/** Thousands in groups of three, and a minus that is as wide as a digit. */
function grouped(text: string): string {
  const [whole, rest] = text.replace('-', '').split('.');
  const spaced = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  const number = rest === undefined ? spaced : `${spaced}.${rest}`;
  return text.startsWith('-') && /[1-9]/.test(number) ? MINUS + number : number;
}
