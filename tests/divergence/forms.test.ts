/** A comparison as a text for a pull request, as JSON that its schema describes, and as a picture of one chart. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareFolders } from '../../src/divergence/compare.ts';
import { comparisonMarkdown, sessionsMarkdown } from '../../src/divergence/markdown.ts';
import { renderComparisonChart } from '../../src/divergence/page.ts';
import { acrossSessions } from '../../src/divergence/sessions.ts';
import { renderSessionsChart } from '../../src/divergence/sessions-page.ts';
import { type Comparison, type ComparisonSummary, summarise } from '../../src/divergence/summary.ts';
import { acrossSchema, comparisonSchema } from '../../src/divergence/summary-schema.ts';
import { fixtures } from '../support/fixtures.ts';
import { Laboratory } from './laboratory.ts';

const HOSTILE = '<img src=x onerror=alert(1)> | [a](b)';

const laboratory = new Laboratory();
let differing: Comparison;
let same: Comparison;
let summary: ComparisonSummary;

beforeAll(async () => {
  const [one, other] = [await laboratory.run({ config: { fills: 'touch' } }), await laboratory.run()];
  const options = {
    strategies: [laboratory.strategy],
    settlements: [fixtures.kalshiSettlements],
    tapes: [fixtures.kalshi],
  };
  differing = await compareFolders({ ...options, one: one.side.name, other: other.side.name });
  same = await compareFolders({ ...options, tapes: [], one: other.side.name, other: other.side.name });
  summary = summarise(differing);
}, 60_000);
afterAll(() => laboratory.close());

/** Gaps that vary, as sessions have them. */
const sessions = (): (ComparisonSummary & { readonly name: string })[] =>
  [0, 1, 2].map((i) => ({ ...summary, name: `day-${i}`, results: { ...summary.results, gap: `${i}.5` } }));

/** As a program reads it. */
const read = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('the Markdown of a comparison', () => {
  it('has gap, score and its parts, classes, roots, causes, first divergence and the ten costliest differences', () => {
    const text = comparisonMarkdown(differing);
    expect(text).toMatch(/^## truetape compare: `run-\d` against `run-\d`\n/);
    expect(text).toContain('- ⚠️ Not the same on both sides: config. fills: "touch" and "prints"');
    for (const name of ['Gap', 'Score', 'money that is where it was']) expect(text).toContain(`\n| ${name} | `);
    expect(text.match(/^### .*/gm)).toEqual([
      '### By class: what differs',
      '### By root: what it goes back to',
      expect.stringMatching(/^### What each cause is worth/),
      '### First divergence',
      '### What differs in the row',
      '### What each side knew just before',
      `### 10 of ${differing.divergence.parts.length} differences, costliest first`,
    ]);
    const costliest = text.slice(text.indexOf('### 10 of')).split('\n').slice(4, -1);
    expect(costliest).toHaveLength(10);
    for (const line of costliest) expect(line.match(/\|/g), line).toHaveLength(8);
  });

  it('says of two that are the same that they are, and no more', () => {
    const text = comparisonMarkdown(same);
    expect(text).toContain('Identical: the same orders, fills and money.');
    expect(text).not.toContain('###');
  });

  it('takes no text from outside for Markdown or HTML', () => {
    const { divergence } = differing;
    const parts = divergence.parts.map((part) => ({ ...part, instrument: HOSTILE }));
    const one = { ...divergence.one, name: `runs/${HOSTILE}` };
    const text = comparisonMarkdown({ ...differing, divergence: { ...divergence, one, parts, warnings: [HOSTILE] } });
    const inCode = text.replaceAll(/`[^`]*`/g, '');
    expect(inCode).not.toMatch(/<img|\[a\]/);
    expect(text).toContain('- ⚠️ &#60;img src=x onerror=alert(1)&#62; &#124; &#91;a&#93;(b)');
  });

  it('of sessions has their mean against the budget, the classes, and each session', () => {
    const text = sessionsMarkdown(acrossSessions(sessions(), 5));
    expect(text).toContain('| Mean gap | 1.5000 |');
    expect(text).toContain('| Within 5 either way at 5 % | yes |');
    expect(text).toMatch(/\n\| 3 \| day-\d \| \S+ \| \S+ \| 2\.5000 \| n\/a \|\n/);
    expect(text).toContain('### Means of sessions, one against other');
    expect(sessionsMarkdown(acrossSessions(sessions().slice(0, 1), 5))).toContain('n/a: needs two sessions');
  });
});

describe('the JSON of a comparison', () => {
  it('is what its schema says, with and without differences, causes and settings that are the same', () => {
    expect(summary.first).toBeDefined();
    expect(summary.ladder?.steps).toHaveLength(1);
    for (const each of [summary, summarise(same)]) {
      expect(comparisonSchema.safeParse(read(each)).error?.issues).toBeUndefined();
    }
  });

  it('is refused by its schema with a field that it does not describe', () => {
    expect(comparisonSchema.safeParse({ ...summary, more: 1 }).success).toBe(false);
  });

  it('across sessions is what its schema says, few or many', () => {
    const many = Array.from({ length: 12 }, (_, i) => sessions()[i % 3]);
    for (const each of [sessions(), sessions().slice(0, 1), many]) {
      expect(acrossSchema.safeParse(read(acrossSessions(each, 1))).error?.issues).toBeUndefined();
    }
    expect(acrossSessions(many, 1).gap?.tTest).not.toBeNull();
  });
});

describe('a chart of a comparison alone', () => {
  it('is a page as large as the chart, of one comparison and of sessions', async () => {
    for (const chart of [
      await renderComparisonChart(differing, 'waterfall'),
      await renderSessionsChart(acrossSessions(sessions(), 5), 'trend'),
    ]) {
      expect(chart.html).toContain('<svg');
      expect(Math.min(chart.width, chart.height)).toBeGreaterThan(100);
    }
  });

  it('that is not there is named, with those that are', async () => {
    await expect(renderComparisonChart(differing, 'wheel')).rejects.toThrow(
      /^run-\d against run-\d: no chart of it is called wheel; there are waterfall, .*matrix$/,
    );
    await expect(renderComparisonChart(same, 'waterfall')).rejects.toThrow('no chart of it is called waterfall');
  });
});
