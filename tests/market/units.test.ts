import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatDecimal,
  formatMoney,
  formatTime,
  moneyToNumber,
  ONE_DOLLAR,
  parseDecimal,
  parseDecimalBytes,
  parseMoney,
  parseTime,
} from '../../src/market/units.ts';

describe('parseDecimal', () => {
  it.each([
    ['0.5300', 4, 5300],
    ['0.53', 4, 5300],
    ['-12.50', 2, -1250],
    ['7', 2, 700],
    ['0', 0, 0],
    ['007.10', 2, 710],
    ['0.530000', 4, 5300],
    ['9007199254740991', 0, Number.MAX_SAFE_INTEGER],
    ['90071992547409.91', 2, Number.MAX_SAFE_INTEGER],
  ])('reads "%s" with %i decimals as %i', (text, decimals, expected) => {
    expect(parseDecimal(text, decimals)).toBe(expected);
  });

  it('reads a negative zero as zero', () => {
    expect(Object.is(parseDecimal('-0.00', 2), 0)).toBe(true);
  });

  it.each(['', '-', '.', '-.', ' 1', '1 ', '+1', '1,5', '1e3', '0x1', '1.2.3', '--1', 'NaN', 'Infinity', '٣', '1_000'])(
    'gives NaN for "%s", which is not a plain decimal',
    (text) => {
      expect(parseDecimal(text, 4)).toBeNaN();
    },
  );

  it('gives NaN rather than round what the decimals cannot hold', () => {
    expect(parseDecimal('0.12345', 4)).toBeNaN();
    expect(parseDecimal('0.00001', 4)).toBeNaN();
  });

  it('gives NaN for what an exact integer cannot hold', () => {
    expect(parseDecimal('9007199254740992', 0)).toBeNaN();
    expect(parseDecimal('-9007199254740992', 0)).toBeNaN();
    expect(parseDecimal('90071992547409.92', 2)).toBeNaN();
    expect(parseDecimal('9'.repeat(39), 0)).toBeNaN();
  });

  const digits = fc.stringMatching(/^[0-9]{1,18}$/);
  const decimalText = fc
    .record({ minus: fc.boolean(), whole: digits, places: fc.option(fc.stringMatching(/^[0-9]{1,12}$/)) })
    .map(({ minus, whole, places }) => `${minus ? '-' : ''}${whole}${places === null ? '' : `.${places}`}`);

  it('agrees with exact arithmetic on any decimal', () => {
    fc.assert(
      fc.property(decimalText, fc.integer({ min: 0, max: 8 }), (text, decimals) => {
        const exact = exactDecimal(text, decimals);
        expect(parseDecimal(text, decimals)).toEqual(exact === undefined ? Number.NaN : Number(exact));
      }),
    );
  });

  it('gives the same from bytes in the middle of others as from text', () => {
    const anyText = fc.oneof(decimalText, fc.stringMatching(/^[-+.0-9eE x]{0,12}$/));
    const neighbours = fc.stringMatching(/^[-.0-9"]{0,5}$/);
    fc.assert(
      fc.property(anyText, fc.integer({ min: 0, max: 8 }), neighbours, neighbours, (text, decimals, before, after) => {
        const bytes = new TextEncoder().encode(before + text + after);
        const fromBytes = parseDecimalBytes(bytes, before.length, before.length + text.length, decimals);
        expect(Object.is(fromBytes, parseDecimal(text, decimals))).toBe(true);
      }),
    );
  });
});

/** The decimal as an integer of `decimals` places; undefined if it needs more places or more than 2^53. */
function exactDecimal(text: string, decimals: number): bigint | undefined {
  const [whole, places = ''] = text.replace('-', '').split('.');
  if (/[1-9]/.test(places.slice(decimals))) return undefined;
  const value = BigInt(whole + places.slice(0, decimals).padEnd(decimals, '0'));
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  return text.startsWith('-') ? -value : value;
}

describe('formatDecimal', () => {
  it.each([
    [5300, 4, '0.5300'],
    [-1250, 2, '-12.50'],
    [-5, 2, '-0.05'],
    [7, 0, '7'],
    [0, 4, '0.0000'],
    [Number.POSITIVE_INFINITY, 4, 'none'],
    [Number.NEGATIVE_INFINITY, 4, 'none'],
  ])('writes %d with %i decimals as %s', (value, decimals, expected) => {
    expect(formatDecimal(value, decimals)).toBe(expected);
  });

  it('is undone by parseDecimal, for every exact integer', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 8 }), (value, decimals) => {
        expect(parseDecimal(formatDecimal(value, decimals), decimals)).toBe(value);
      }),
    );
  });
});

describe('money', () => {
  it('keeps at least the places asked for and no zeros beyond them', () => {
    expect(formatMoney(125n * 10n ** 15n)).toBe('12.50');
    expect(formatMoney(-ONE_DOLLAR / 1000n)).toBe('-0.001');
    expect(formatMoney(1n)).toBe('0.0000000000000001');
    expect(formatMoney(0n)).toBe('0.00');
    expect(formatMoney(3n * ONE_DOLLAR, 4)).toBe('3.0000');
  });

  it('has no bare point when no places are asked for', () => {
    expect(formatMoney(12n * ONE_DOLLAR, 0)).toBe('12');
    expect(formatMoney((25n * ONE_DOLLAR) / 2n, 0)).toBe('12.5');
  });

  it('survives text and back, to the last unit', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (value) => {
        expect(parseMoney(formatMoney(value))).toBe(value);
      }),
    );
  });

  it.each(['', 'abc', '1e3', '1.', '.5', '1,000', '0.12345678901234567', '$5'])('refuses "%s"', (text) => {
    expect(() => parseMoney(text)).toThrow(/is not an amount of money/);
  });

  it('becomes a floating-point number of dollars for charts', () => {
    expect(moneyToNumber(parseMoney('-12.25'))).toBe(-12.25);
  });
});

describe('time', () => {
  it('is written with six places, so that texts sort as times do', () => {
    expect(formatTime(1_778_695_699_111_384)).toBe('2026-05-13T18:08:19.111384Z');
    expect(formatTime(1_778_695_699_000_000)).toBe('2026-05-13T18:08:19.000000Z');
    expect(formatTime(5)).toBe('1970-01-01T00:00:00.000005Z');
  });

  it('is undone by parseTime, for every microsecond of two centuries', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6_311_433_599_999_999 }), (time) => {
        expect(parseTime(formatTime(time))).toBe(time);
      }),
    );
  });

  it.each([
    ['2026-05-13T18:08:19Z', 1_778_695_699_000_000],
    ['2026-05-13T18:08:19.5Z', 1_778_695_699_500_000],
    ['2026-05-13T18:08:19.111384999Z', 1_778_695_699_111_384],
    ['2026-05-13T18:08:19.076300+00:00', 1_778_695_699_076_300],
    ['2026-05-13T14:08:19-04:00', 1_778_695_699_000_000],
    ['2026-05-13T23:38:19+0530', 1_778_695_699_000_000],
    ['2026-05-13 18:08:19z', 1_778_695_699_000_000],
  ])('reads %s', (text, expected) => {
    expect(parseTime(text)).toBe(expected);
  });

  it.each([
    '',
    '2026-05-13',
    '2026-05-13T18:08:19',
    '18:08:19Z',
    '2026-13-13T18:08:19Z',
    '2026-05-13T18:08:19.Z',
    'now',
  ])('gives NaN for "%s", which has no place on the time line', (text) => {
    expect(parseTime(text)).toBeNaN();
  });
});
