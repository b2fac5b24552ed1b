/**
 * Units of time, price, size and money, and the only place where they become text or come from it.
 *
 * Prices and sizes are integers in an instrument's own decimals (a Kalshi price of 5300 is $0.53, a size of 1000 is
 * 10.00 contracts). They live in JavaScript numbers, which are exact to 2^53.
 */

/** Integer microseconds since 1970-01-01 UTC. Exact in a number until the year 2255. */
export type Micros = number;

/** Integer in the instrument's price decimals. */
export type Price = number;

/** Integer in the instrument's size decimals. */
export type Size = number;

/**
 * Cash and everything that is added to it: an integer of 10^-16 of the currency.
 * Sixteen decimals, because a price of 8 decimals times a size of 8 decimals (crypto venues) is then still exact;
 * Kalshi's price times size needs six.
 */
export type Money = bigint;

export const MONEY_DECIMALS = 16;

export const MICROS_PER_SECOND = 1_000_000;
export const MICROS_PER_MILLISECOND = 1_000;

/** Money of one whole currency unit, for example one dollar. */
export const ONE_DOLLAR: Money = 10n ** BigInt(MONEY_DECIMALS);

const scratch = new Uint8Array(40);

/**
 * Parses a decimal text such as "-12.50" into an integer of `decimals` places, without passing through floating point.
 * Returns NaN for anything that is not a plain decimal, that has more significant places than `decimals`, or that does
 * not fit an exact integer: a price that cannot be held exactly must not be held at all.
 */
export function parseDecimal(text: string, decimals: number): number {
  const length = text.length;
  if (length > scratch.length) return Number.NaN;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    scratch[i] = code < 128 ? code : 0;
  }
  return parseDecimalBytes(scratch, 0, length, decimals);
}

/** The same for ASCII bytes `[start, end)`: what the hot decoders use. */
export function parseDecimalBytes(bytes: Uint8Array, start: number, end: number, decimals: number): number {
  let i = start;
  const negative = bytes[i] === 45; // "-"
  if (negative) i++;
  let value = 0;
  let digits = 0;
  for (; i < end; i++) {
    const digit = bytes[i] - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
    digits++;
  }
  let places = 0;
  if (i < end) {
    if (bytes[i] !== 46) return Number.NaN; // "."
    i++;
    for (; i < end; i++) {
      const digit = bytes[i] - 48;
      if (digit < 0 || digit > 9) return Number.NaN;
      digits++;
      if (places < decimals) {
        value = value * 10 + digit;
        places++;
      } else if (digit !== 0) return Number.NaN;
    }
  }
  if (digits === 0) return Number.NaN;
  for (; places < decimals; places++) value *= 10;
  if (value > Number.MAX_SAFE_INTEGER) return Number.NaN;
  return negative && value !== 0 ? -value : value;
}

/** The shortest text of a number, without an exponent where it is small: 1.5e-7 is "0.00000015". */
export function decimalText(value: number): string {
  const [digits, exponent] = String(value).split('e-');
  if (exponent === undefined) return digits;
  const [sign, places] = digits.startsWith('-') ? ['-', digits.slice(1)] : ['', digits];
  return `${sign}0.${'0'.repeat(Number(exponent) - 1)}${places.replace('.', '')}`;
}

/** 5300 with 4 decimals -> "0.5300". Infinite prices (no bid, no ask) become "none". */
export function formatDecimal(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return 'none';
  return placePoint(String(Math.abs(value)), decimals, value < 0);
}

/** Money as a plain decimal; trailing zeros beyond `places` are dropped: 125000000000000000n -> "12.50". */
export function formatMoney(value: Money, places = 2): string {
  const text = placePoint(String(value < 0n ? -value : value), MONEY_DECIMALS, value < 0n);
  const cut = text.indexOf('.') + 1 + places;
  let end = text.length;
  while (end > cut && text[end - 1] === '0') end--;
  if (text[end - 1] === '.') end--;
  return text.slice(0, end);
}

/** A decimal text as money. Throws on text that is not a decimal of at most 16 places. */
export function parseMoney(text: string): Money {
  const match = /^(-?)(\d+)(?:\.(\d{1,16}))?$/.exec(text.trim());
  if (!match) throw new Error(`"${text}" is not an amount of money; write a decimal such as 1000 or 12.50`);
  const value = BigInt(match[2] + (match[3] ?? '').padEnd(MONEY_DECIMALS, '0'));
  return match[1] ? -value : value;
}

/** Money as a floating-point number of currency units: for ratios and charts, never for sums that must add up. */
export function moneyToNumber(value: Money): number {
  return Number(value) / 1e16;
}

function placePoint(integer: string, decimals: number, negative: boolean): string {
  if (decimals === 0) return negative ? `-${integer}` : integer;
  const digits = integer.length > decimals ? integer : integer.padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  return `${negative ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** 2026-05-13T18:08:19.111384Z; always six places, so that texts sort as times do. */
export function formatTime(time: Micros): string {
  const millis = Math.floor(time / 1000);
  const rest = String(time - millis * 1000).padStart(3, '0');
  return `${new Date(millis).toISOString().slice(0, -1)}${rest}Z`;
}

/** RFC 3339 with any number of second places (cut to microseconds) to microseconds; NaN if it is not one. */
export function parseTime(text: string): Micros {
  const match = /^(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:?\d\d)$/.exec(text.trim());
  if (!match) return Number.NaN;
  const millis = Date.parse(`${match[1].replace(/[t ]/, 'T')}${match[3].toUpperCase()}`);
  return millis * 1000 + Number((match[2] ?? '').padEnd(6, '0').slice(0, 6));
}
