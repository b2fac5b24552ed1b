import { describe, expect, it } from 'vitest';
import { parseMoney } from '../../src/market/units.ts';
import {
  count,
  decimal,
  duration,
  exactDecimal,
  figure,
  money,
  percent,
  placesOf,
  signedMoney,
  time,
} from '../../src/reports/format.ts';
import { html, scriptJson, table } from '../../src/reports/markup.ts';

describe('figures as text', () => {
  it('numbers in groups of three, with a proper minus, never minus nothing', () => {
    expect(decimal(1_234_567.891, 2)).toBe('1,234,567.89');
    expect(decimal(-1234.5, 1)).toBe('\u22121,234.5');
    expect(decimal(-0.001, 2)).toBe('0.00');
    expect([1.765, 8.025, -1.005, 0.285].map((value) => decimal(value, 2))).toEqual([
      '1.77',
      '8.03',
      '\u22121.01',
      '0.29',
    ]);
    expect([1e21, 1e-7].map((value) => decimal(value, 0))).toEqual(['1e+21', '0']);
    expect(count(100)).toBe('100');
    expect(count(100_000)).toBe('100,000');
  });
  it('money', () => {
    expect(money(parseMoney('-1234.567'), 'USD')).toBe('\u2212$1,234.57');
    expect(money(0.00292, 'USD', 4)).toBe('$0.0029');
    expect(money(-0.001, 'USD')).toBe('$0.00');
    expect(money(12, 'USDT')).toBe('12.00 USDT');
    expect(money(12, undefined)).toBe('12.00');
    expect(signedMoney(parseMoney('5'), 'USD')).toBe('+$5.00');
    expect(placesOf(['1.25', '-3', '0'].map(parseMoney))).toBe(2);
    expect(placesOf(['1.25', '0.0029'].map(parseMoney))).toBe(4);
  });
  it('sizes with the decimals that they have', () => {
    const written = (value: number) => figure('turnover.contracts', { value, n: 1 }, 'USD');
    expect([0.00904, 12.5, 100, 123.456789, 12_345.6, 2 / 3, 0.0000001].map(written)).toEqual([
      '0.00904',
      '12.5',
      '100',
      '123.46',
      '12,346',
      '0.66667',
      '0.0000001',
    ]);
  });
  it('percent', () => {
    expect([0, 0.5, 0.0123, -0.00004, 780.79].map(percent)).toEqual([
      '0.00%',
      '50.0%',
      '1.23%',
      '\u22120.0040%',
      '78,079%',
    ]);
    expect([1, 0.99996, -0.99996].map(percent)).toEqual(['100.0%', '>99.9%', '<\u221299.9%']);
  });
  it('times and durations', () => {
    expect(time(1_778_733_491_639_213)).toBe('2026-05-14 04:38:11');
    expect([0, 67_000, 44_100_000, 93_000_000, 7_200_000_000, 90_000_000_000].map(duration)).toEqual([
      '0 ms',
      '67 ms',
      '44.1 s',
      '1 min 33 s',
      '2 h 0 min',
      '1 d 1 h',
    ]);
    expect(duration(59_970_000)).toBe('1 min 0 s');
  });
  it('sizes without needless zeros', () => {
    expect([1_000_000_000n, 374_000_000n, -1n, 0n, 123_456_700_000_000n].map(exactDecimal)).toEqual([
      '10',
      '3.74',
      '\u22120.00000001',
      '0',
      '1,234,567',
    ]);
  });
  it('figures by their unit, n/a where there is none', () => {
    expect(figure('ratio.sharpe', { value: 2.0985, n: 10 }, 'USD')).toBe('2.10');
    expect(figure('pnl.expectancy', { value: 0.3089, n: 3 }, 'USD')).toBe('$0.3089');
    expect(figure('ratio.sharpe', { value: null, reason: 'zero_variance', n: 3 }, 'USD')).toBe('n/a');
  });
});

describe('markup', () => {
  it('escapes what is put in, but not markup', () => {
    const inner = html`<b>${'<i> & "it\'s"'}</b>`;
    expect(html`<p title="${'"'}">${inner}${[1, html`<br>`]}${undefined}</p>`.text).toBe(
      '<p title="&quot;"><b>&lt;i&gt; &amp; &quot;it&#39;s&quot;</b>1<br></p>',
    );
  });
  it('JSON in a script cannot end it', () => {
    const { text } = scriptJson({ title: '</script><!--' });
    expect(text).not.toContain('<');
    expect(JSON.parse(text)).toEqual({ title: '</script><!--' });
  });
  it('tables have a caption and scoped heads', () => {
    const { text } = table('Things', [{ title: 'Name' }, { title: 'Size', kind: 'figures' }], [['<a>', 1]]);
    expect(text).toContain('<caption><span>Things</span></caption>');
    expect(text).toContain('<th scope="col" class="figures">Size</th>');
    expect(text).toContain('<tr><td>&lt;a&gt;</td><td class="figures">1</td></tr>');
  });
});
