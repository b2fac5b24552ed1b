import { type Micros, parseDecimalBytes } from '../../market/units.ts';
import { PRICE_DECIMALS, SIZE_DECIMALS } from './instruments.ts';

/**
 * Reads an `orderbook_delta` straight from its bytes, without text and without objects: 99 of 100 frames of a Kalshi
 * recording are of this one shape, and `JSON.parse` with its strings costs about three times as much.
 *
 * It takes only what it fully understands (compact JSON, decimal texts, no escapes). For anything else `scan` returns
 * false and the plain decoder takes over; a test holds the two together.
 */
export class DeltaScanner {
  sid = 0;
  seq = 0;
  tickerStart = 0;
  tickerEnd = 0;
  isYes = false;
  /** Ten-thousandths of a dollar. */
  price = 0;
  /** Signed, hundredths of a contract. */
  delta = 0;
  exchangeAt: Micros = 0;
  #bytes!: Uint8Array;
  #at = 0;
  #end = 0;

  scan(bytes: Uint8Array, start: number, end: number): boolean {
    if (!matches(bytes, start, OPENING)) return false;
    this.#bytes = bytes;
    this.#at = start + OPENING.length;
    this.#end = end;
    this.sid = Number.NaN;
    this.seq = Number.NaN;
    let sawBody = false;
    while (bytes[this.#at] === COMMA) {
      this.#at++;
      const key = this.#at;
      const keyEnd = this.#skipText();
      if (keyEnd < 0 || bytes[this.#at++] !== COLON) return false;
      if (matches(bytes, key, SID) && keyEnd === key + SID.length) this.sid = this.#integer();
      else if (matches(bytes, key, SEQ) && keyEnd === key + SEQ.length) this.seq = this.#integer();
      else if (matches(bytes, key, MSG) && keyEnd === key + MSG.length) {
        if (sawBody || !this.#body()) return false;
        sawBody = true;
      } else if (!this.#skipScalar()) return false;
    }
    return sawBody && this.#at === end - 1 && bytes[this.#at] === CLOSE && this.sid >= 0 && this.seq >= 0;
  }

  #body(): boolean {
    const bytes = this.#bytes;
    if (bytes[this.#at] !== OPEN) return false;
    this.tickerEnd = 0;
    this.price = Number.NaN;
    this.delta = Number.NaN;
    this.exchangeAt = 0;
    let side = '';
    let millis = 0;
    do {
      this.#at++;
      const key = this.#at;
      const keyEnd = this.#skipText();
      if (keyEnd < 0 || bytes[this.#at++] !== COLON) return false;
      const length = keyEnd - key;
      const value = this.#at + 1;
      if (length === TICKER.length && matches(bytes, key, TICKER)) {
        this.tickerStart = value;
        this.tickerEnd = this.#skipText() - 1;
      } else if (length === PRICE.length && matches(bytes, key, PRICE)) {
        this.price = parseDecimalBytes(bytes, value, this.#skipText() - 1, PRICE_DECIMALS);
      } else if (length === DELTA.length && matches(bytes, key, DELTA)) {
        this.delta = parseDecimalBytes(bytes, value, this.#skipText() - 1, SIZE_DECIMALS);
      } else if (length === SIDE.length && matches(bytes, key, SIDE)) {
        side = matches(bytes, value - 1, YES) ? 'yes' : matches(bytes, value - 1, NO) ? 'no' : '';
        if (this.#skipText() < 0) return false;
      } else if (length === TS.length && matches(bytes, key, TS)) {
        this.exchangeAt = parseUtcBytes(bytes, value, this.#skipText() - 1);
        if (Number.isNaN(this.exchangeAt)) return false;
      } else if (length === TS_MS.length && matches(bytes, key, TS_MS)) {
        millis = this.#integer();
        if (Number.isNaN(millis)) return false;
      } else if (!this.#skipScalar()) return false;
    } while (bytes[this.#at] === COMMA);
    if (bytes[this.#at++] !== CLOSE || side === '') return false;
    this.isYes = side === 'yes';
    if (this.exchangeAt === 0) this.exchangeAt = millis * 1000;
    // Without a time of its own the envelope's counts, which may stand behind.
    if (this.exchangeAt === 0) return false;
    return this.tickerEnd > this.tickerStart && !Number.isNaN(this.price) && !Number.isNaN(this.delta);
  }

  /** Moves past a text that starts here; returns the position after its closing quote, -1 if it is not a plain text. */
  #skipText(): number {
    const bytes = this.#bytes;
    if (bytes[this.#at] !== QUOTE) return -1;
    let at = this.#at + 1;
    const end = this.#end;
    while (at < end) {
      const byte = bytes[at++];
      if (byte > BACKSLASH) continue;
      if (byte === QUOTE) {
        this.#at = at;
        return at;
      }
      if (byte === BACKSLASH || byte < BLANK) return -1;
    }
    return -1;
  }

  /** Moves past a text or an integer; false for anything else. */
  #skipScalar(): boolean {
    return this.#bytes[this.#at] === QUOTE ? this.#skipText() >= 0 : !Number.isNaN(this.#integer());
  }

  /** A non-negative integer of up to 15 digits; NaN for anything else, with the position after its digits. */
  #integer(): number {
    const bytes = this.#bytes;
    const start = this.#at;
    let value = 0;
    let digit = bytes[this.#at] - 48;
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      digit = bytes[++this.#at] - 48;
    }
    const digits = this.#at - start;
    return digits === 0 || digits > 15 || (digits > 1 && bytes[start] === ZERO) ? Number.NaN : value;
  }
}

/** "2026-05-13T18:08:19.111384Z" to microseconds; NaN for any other shape. */
export function parseUtcBytes(bytes: Uint8Array, start: number, end: number): Micros {
  if (end - start < 20 || !isUtcShape(bytes, start) || bytes[end - 1] !== 90) return Number.NaN;
  const month = pair(bytes, start + 5);
  const day = pair(bytes, start + 8);
  const hours = pair(bytes, start + 11);
  const minutes = pair(bytes, start + 14);
  const seconds = pair(bytes, start + 17);
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31 && hours < 24 && minutes < 60 && seconds < 60)) {
    return Number.NaN;
  }
  let fraction = 0;
  let scale = 100_000;
  if (end - start > 20) {
    if (bytes[start + 19] !== 46 || end - start === 21) return Number.NaN;
    for (let i = start + 20; i < end - 1; i++) {
      const digit = bytes[i] - 48;
      if (digit < 0 || digit > 9) return Number.NaN;
      if (scale >= 1) fraction += digit * scale;
      scale /= 10;
    }
  }
  const date = daysSince1970(pair(bytes, start) * 100 + pair(bytes, start + 2), month, day);
  return (date * 86_400 + hours * 3600 + minutes * 60 + seconds) * 1_000_000 + fraction;
}

/** ....-..-..T..:..:.. */
function isUtcShape(bytes: Uint8Array, start: number): boolean {
  return (
    bytes[start + 4] === 45 &&
    bytes[start + 7] === 45 &&
    bytes[start + 10] === 84 &&
    bytes[start + 13] === 58 &&
    bytes[start + 16] === 58
  );
}

/** Two digits as a number; NaN if they are not. */
function pair(bytes: Uint8Array, at: number): number {
  const tens = bytes[at] - 48;
  const ones = bytes[at + 1] - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil. */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function matches(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let i = 0; i < expected.length; i++) if (bytes[at + i] !== expected[i]) return false;
  return true;
}

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const OPENING = ascii('{"type":"orderbook_delta"');
const SID = ascii('"sid"');
const SEQ = ascii('"seq"');
const MSG = ascii('"msg"');
const TICKER = ascii('"market_ticker"');
const PRICE = ascii('"price_dollars"');
const DELTA = ascii('"delta_fp"');
const SIDE = ascii('"side"');
const TS = ascii('"ts"');
const TS_MS = ascii('"ts_ms"');
const [QUOTE, COMMA, COLON, OPEN, CLOSE, BACKSLASH, BLANK, ZERO] = ascii('",:{}\\ 0');
const YES = ascii('"yes"');
const NO = ascii('"no"');

/** Finds what belongs to a ticker by its bytes, without making a text of them. Open addressing, FNV-1a. */
export class TickerTable<T> {
  #slots: ({ readonly key: Uint8Array; readonly value: T } | undefined)[] = new Array(256);
  #count = 0;

  get(bytes: Uint8Array, start: number, end: number): T | undefined {
    const mask = this.#slots.length - 1;
    let slot = hash(bytes, start, end) & mask;
    for (;;) {
      const entry = this.#slots[slot];
      if (entry === undefined) return undefined;
      if (entry.key.length === end - start && matches(bytes, start, entry.key)) return entry.value;
      slot = (slot + 1) & mask;
    }
  }

  set(ticker: string, value: T): void {
    if (this.#count * 2 >= this.#slots.length) {
      const entries = this.#slots;
      this.#slots = new Array(entries.length * 2);
      for (const entry of entries) if (entry) this.#insert(entry);
    }
    this.#insert({ key: ascii(ticker), value });
    this.#count++;
  }

  #insert(entry: { readonly key: Uint8Array; readonly value: T }): void {
    const mask = this.#slots.length - 1;
    let slot = hash(entry.key, 0, entry.key.length) & mask;
    while (this.#slots[slot] !== undefined) slot = (slot + 1) & mask;
    this.#slots[slot] = entry;
  }
}

function hash(bytes: Uint8Array, start: number, end: number): number {
  let value = 0x811c9dc5;
  for (let i = start; i < end; i++) value = Math.imul(value ^ bytes[i], 0x01000193);
  return value >>> 0;
}
