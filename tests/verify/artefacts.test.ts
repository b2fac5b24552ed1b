import { describe, expect, it } from 'vitest';
import { junit, markdown, page } from '../../src/verify/artefacts.ts';
import type { Verdict } from '../../src/verify/verdict.ts';
import type { Verification } from '../../src/verify/verify.ts';

const good: Verdict = {
  name: 'good',
  status: 'same',
  cached: true,
  seconds: 0.01,
  digest: { expected: 'a', found: 'a' },
  difference: null,
  changes: [],
  causes: [],
  budgets: [],
  problems: [],
};
const hostile = '<script>alert(1)</script> | `x` \u0001 ]]>';
const drift: Verdict = {
  ...good,
  name: 'drift',
  status: 'drift',
  difference: {
    table: 'orders',
    row: 2,
    at: 1_778_695_800_000_000,
    fields: [{ name: 'tag', one: hostile, other: null }],
    missing: undefined,
    about: { orderId: '3' },
  },
  changes: [{ key: 'pnl.net', old: 1, new: 0.5, change: -0.5, within: false }],
  causes: [{ kind: 'code', text: hostile }],
  problems: ['the journal is not the expected one'],
};
const failed: Verdict = { ...good, name: 'failed', status: 'failed', problems: ['no such tape'] };
const verification: Verification = {
  format: 1,
  engine: { version: '0.1.0', sha256: 'f'.repeat(64) },
  good: false,
  suites: [{ suite: 'suite.yaml', cases: [good, drift, failed] }],
};

describe('JUnit XML', () => {
  it('counts what failed and what could not be run, and says why', () => {
    const xml = junit(verification);
    expect(xml).toContain('<testsuite name="suite.yaml" tests="3" failures="1" errors="1" time="0.030">');
    expect(xml).toContain('<testcase classname="suite.yaml" name="good" time="0.010"/>');
    expect(xml).toContain('<failure type="drift" message="the journal is not the expected one">');
    expect(xml).toContain('<error type="failed" message="no such tape">');
    expect(xml).toContain('pnl.net: 1 -&gt; 0.5 (-0.5)');
  });

  it('is well formed whatever a strategy writes', () => {
    const xml = junit(verification);
    expect(xml).not.toContain('<script>');
    expect(xml).not.toContain(']]>');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what XML must not have.
    expect(xml).not.toMatch(/[\u0000-\u0008]/);
  });
});

describe('Markdown', () => {
  it('shows the difference with both sides, the figures and the cause', () => {
    const text = markdown(verification);
    expect(text).toMatch(/^## truetape verify: not as expected\n/);
    expect(text).toContain('| good | same | good |  |');
    expect(text).toContain('First difference: row 3 of orders at 2026-05-13T18:10:00.000000Z, orderId 3');
    expect(text).toContain('| pnl.net | 1 | 0.5 | -0.5 | beyond |');
    expect(text).not.toContain('#### good');
  });

  it('lets no text out of its cell', () => {
    const text = markdown(verification);
    expect(text).not.toMatch(/<script/);
    expect(text).toContain('&#124; &#96;x&#96;');
  });
});

describe('the page', () => {
  it('holds hostile text as text and asks nobody for anything', () => {
    const html = page(verification);
    expect(html).toContain('&lt;script&gt;alert(1)');
    expect(html).not.toMatch(/<script|<link|<img|https?:/);
  });
});
