import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LineFile } from '../../src/tape/line-file.ts';

function written(columns: readonly string[], rows: readonly Record<string, unknown>[]): { text: string; sha: string } {
  const path = join(mkdtempSync(join(tmpdir(), 'truetape-lines-')), 'rows.csv');
  const file = new LineFile(path, columns);
  for (const row of rows) file.append(row);
  file.close();
  return { text: readFileSync(path, 'utf8'), sha: file.sha256.digest('hex') };
}

describe('a file of lines', () => {
  test.each<[string, unknown, string]>([
    ['zero', 0, '0'],
    ['one digit', 7, '7'],
    ['ten', 10, '10'],
    ['below the halves', 999_999_999, '999999999'],
    ['at the halves', 1_000_000_000, '1000000000'],
    ['zeros between the halves', 5_000_000_042, '5000000042'],
    ['a time', 1_747_159_699_111_384, '1747159699111384'],
    ['the largest', Number.MAX_SAFE_INTEGER, '9007199254740991'],
    ['below zero', -1_000_000_007, '-1000000007'],
    ['a fraction', 0.625, '0.625'],
    ['a small fraction', 1.5e-7, '1.5e-7'],
    ['no number', Number.NaN, 'NaN'],
    ['true', true, 'true'],
    ['false', false, 'false'],
    ['nothing', null, ''],
    ['what is missing', undefined, ''],
    ['an empty text', '', ''],
    ['a comma', 'a,b', '"a,b"'],
    ['quotes', 'say "so"', '"say ""so"""'],
    ['a line break', 'a\nb', '"a\nb"'],
    ['other scripts', 'Zürich ≥ 30 °C', 'Zürich ≥ 30 °C'],
    ['other scripts and a comma', 'Zürich, 30 °C', '"Zürich, 30 °C"'],
    ['an object', { edge: 0.1 }, '"{""edge"":0.1}"'],
  ])('writes %s', (_, value, cell) => {
    expect(written(['a', 'b'], [{ a: 1, b: value }]).text).toBe(`a,b\n1,${cell}\n`);
  });

  test('writes texts at and beyond the size of its buffer as they are', () => {
    const rows = [0, 1, 2, 3, 64, 300_000].map((more) => ({ text: 'x'.repeat((1 << 18) - 2 + more) }));
    rows.push({ text: 'é'.repeat(200_000) }, { text: `${'y'.repeat(1 << 18)},` });
    const expected = rows.map(({ text }) => (text.includes(',') ? `"${text}"` : text)).join('\n');
    expect(written(['text'], rows).text === `text\n${expected}\n`).toBe(true);
  });

  test('its hash is that of the file', () => {
    const rows = Array.from({ length: 30_000 }, (_, i) => ({ a: i * 7_919_000_003, b: i % 3 ? 'plain' : 'a,b' }));
    const { text, sha } = written(['a', 'b'], rows);
    expect(sha).toBe(createHash('sha256').update(text).digest('hex'));
    expect(text.split('\n')).toHaveLength(30_002);
  });

  test('refuses a row whose keys are not its columns in their order', () => {
    expect(() => written(['a', 'b'], [{ b: 1, a: 2 }])).toThrow('a row has b in place of column a');
    expect(() => written(['a', 'b'], [{ a: 1 }])).toThrow('a row has no b');
    expect(() => written(['a'], [{ a: 1, b: 2 }])).toThrow('a row has b in place of column none');
  });
});
