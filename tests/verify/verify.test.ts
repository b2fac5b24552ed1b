/** Every way in which a run may not be what is expected is made here, and has to be told with its cause. */
import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { replayRun } from '../../src/run/replay-run.ts';
import { readRun } from '../../src/tape/run-file.ts';
import { caseOfRun, packCases } from '../../src/verify/bundle.ts';
import { readSuite } from '../../src/verify/suite.ts';
import type { Verdict } from '../../src/verify/verdict.ts';
import { type Verification, verify } from '../../src/verify/verify.ts';
import { fixtures } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();
const to = '2026-05-13T18:10:00Z';

/** Two orders a minute; what it imports decides how large they are. */
const strategy = `import { defineStrategy, sizeFrom, z } from 'truetape';
import { contracts } from './size.ts';
export default defineStrategy({
  name: 'every_so_often', description: '', parameters: z.object({ extra: z.number().default(0) }),
  create(desk, { extra }) {
    let books = 0;
    return {
      onBook({ instrument, book }) {
        if (++books % 800 !== 0 || !(book.askPrice < 10_000)) return;
        const size = sizeFrom(instrument, contracts(books) + extra);
        desk.place({ instrument: instrument.id, side: 'buy', price: book.askPrice, size, timeInForce: 'ioc' });
      },
    };
  },
});
`;
const usual = 'export const contracts = (books: number) => 2;\n';

function put(name: string, text: string): string {
  const path = join(folder(), name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** A suite with one case, `one`, beside the strategy. */
function suiteOf(one: Record<string, unknown> = {}): string {
  put('strategy.ts', strategy);
  put('size.ts', usual);
  const usualCase = one.run === undefined ? { tapes: [fixtures.kalshi], strategy: 'strategy.ts', to } : {};
  return put('suite.yaml', stringify({ cases: { one: { ...usualCase, ...one } } }));
}

async function only(verified: Promise<Verification>): Promise<Verdict> {
  const { suites } = await verified;
  expect(suites.map(({ cases }) => cases.length)).toEqual([1]);
  return suites[0].cases[0];
}

/** A suite whose expectation has been written. */
async function accepted(one: Record<string, unknown> = {}): Promise<string> {
  const suite = suiteOf(one);
  expect(await only(verify({ files: [suite], update: true }))).toMatchObject({ status: 'updated', problems: [] });
  return suite;
}

describe('a case', () => {
  it('of which nothing is expected is not good; once it was accepted it is, and costs nothing', async () => {
    const suite = suiteOf();
    const first = await verify({ files: [suite] });
    expect(first.good).toBe(false);
    expect(first.suites[0].cases[0]).toMatchObject({ status: 'new', digest: { expected: null } });
    await accepted();
    const written = statSync(join(folder(), 'suite.expected/one/expected.json')).mtimeMs;
    expect(await verify({ files: [suite] })).toMatchObject({ good: true });
    const again = await only(verify({ files: [suite], update: true }));
    expect(again).toMatchObject({ status: 'same', cached: true, problems: [], causes: [] });
    expect(statSync(join(folder(), 'suite.expected/one/expected.json')).mtimeMs).toBe(written);
    expect(await only(verify({ files: [suite], cache: false }))).toMatchObject({ status: 'same', cached: false });
  });

  it('whose code decides otherwise, in a file that it imports, drifts: first difference, figures, code', async () => {
    const suite = await accepted();
    put('size.ts', 'export const contracts = (books: number) => (books > 2000 ? 3 : 2);\n');
    const verdict = await only(verify({ files: [suite] }));
    expect(verdict).toMatchObject({ status: 'drift', cached: false });
    expect(verdict.difference).toMatchObject({ table: 'orders', about: { orderId: '3', step: 'placed' } });
    expect(verdict.difference?.fields).toEqual([{ name: 'size', one: '2.00000000', other: '3.00000000' }]);
    expect(verdict.changes.find(({ key }) => key === 'fees.total')).toMatchObject({ within: false });
    expect(verdict.causes.map(({ kind }) => kind)).toEqual(['code']);
    expect(await only(verify({ files: [suite] }))).toMatchObject({
      ...verdict,
      cached: true,
      seconds: expect.anything(),
    });
    const updated = await only(verify({ files: [suite], update: true }));
    expect(updated).toMatchObject({ status: 'updated', problems: [], difference: verdict.difference });
    expect(await only(verify({ files: [suite] }))).toMatchObject({ status: 'same' });
  });

  it('with other settings, another part of the tape or other outcomes drifts for that reason', async () => {
    const causes = async (one: Record<string, unknown>) => {
      await verify({ files: [suiteOf()], update: true });
      const { causes } = await only(verify({ files: [suiteOf(one)] }));
      return causes.map(({ kind, text }) => `${kind}: ${text}`);
    };
    expect(await causes({ parameters: { extra: 1 } })).toEqual(['config: parameters.extra: 0 -> 1']);
    expect(await causes({ settings: { latency: { entryMs: 400 } } })).toEqual([
      'config: settings.latency.entryMs: 50 -> 400',
    ]);
    expect((await causes({ from: '2026-05-13T18:09:00Z' })).join()).toMatch(/^data: traded from: 2026-05-13T18:08:18/);
    const outcomes = put(
      'outcomes.csv',
      'market_ticker,result,settled_at\nKXBTC15M-26MAY131415-15,yes,2026-05-13T18:09:30Z\n',
    );
    expect((await causes({ settlements: outcomes })).join()).toMatch(/^data: settlements: none -> \w{12}$/);
  });

  it('that is another run for no reason that shows says so; an older engine is a reason', async () => {
    const suite = await accepted();
    const expected = join(folder(), 'suite.expected/one');
    await replayRun({
      tapes: [fixtures.kalshi],
      strategy: join(folder(), 'strategy.ts'),
      output: join(folder(), 'other'),
      parameters: { extra: 1 },
      to: Date.parse(to) * 1000,
    });
    const { parameters, settings, createdBy } = await readRun(expected);
    cpSync(join(folder(), 'other'), expected, { recursive: true });
    const edit = (change: object) => {
      const file = join(expected, 'run.json');
      writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...change }));
    };
    edit({ parameters, settings });
    expect((await only(verify({ files: [suite] }))).causes.map(({ kind }) => kind)).toEqual(['unknown']);
    edit({ createdBy: 'truetape 0.0.1' });
    expect((await only(verify({ files: [suite] }))).causes).toEqual([
      { kind: 'engine', text: `truetape 0.0.1 -> ${createdBy}` },
    ]);
  });

  it('may move as far as its tolerances say, and no further', async () => {
    const loose = { digest: false, metrics: { 'fees.total': { relative: 0.8 }, 'fill.rateOrder': {} } };
    await accepted(loose);
    const within = await only(verify({ files: [suiteOf({ ...loose, parameters: { extra: 1 } })] }));
    expect(within).toMatchObject({ status: 'same', problems: [], changes: [{ key: 'fees.total', within: true }] });
    const beyond = await only(verify({ files: [suiteOf({ ...loose, parameters: { extra: 20 } })] }));
    expect(beyond.status).toBe('drift');
    expect(beyond.problems).toEqual(['moved further than it may: fees.total']);
  });

  it('that is as expected still has its budgets, after an update as well', async () => {
    const budgets = { 'fees.total': { max: 0.01 }, 'fill.rateOrder': { min: 0.1 }, 'winRate.market': { min: 0.5 } };
    const suite = suiteOf({ budgets });
    const updated = await only(verify({ files: [suite], update: true }));
    expect(updated.problems).toEqual([
      expect.stringMatching(/^budget fees\.total is 0\.\d+, allowed: at most 0\.01$/),
      'budget winRate.market is n/a, allowed: at least 0.5',
    ]);
    expect(await only(verify({ files: [suite] }))).toMatchObject({ status: 'limit', cached: true });
  });

  it('is held to budgets of how far it diverges from what is expected, and where', async () => {
    const budgets = { 'divergence.gap': { max: 0.05 }, 'divergence.loss.decision.changed': { min: -0.01, max: 0.01 } };
    const suite = await accepted({ digest: false, metrics: {}, budgets });
    put('size.ts', 'export const contracts = (books: number) => (books > 2000 ? 3 : 2);\n');
    for (const cached of [false, true]) {
      const { problems, ...verdict } = await only(verify({ files: [suite] }));
      expect(verdict).toMatchObject({ status: 'limit', cached });
      expect(problems).toEqual([
        expect.stringMatching(
          /^budget divergence\.loss\.decision\.changed is -?\d\S+, allowed: at least -0\.01, at most 0\.01$/,
        ),
      ]);
    }
    const known = suiteOf({ digest: false, metrics: {}, budgets: { 'divergence.score': { min: 90 } } });
    put('size.ts', 'export const contracts = (books: number) => (books > 2000 ? 3 : 2);\n');
    expect((await only(verify({ files: [known] }))).problems).toEqual([
      'budget divergence.score is n/a, allowed: at least 90',
    ]);
  });

  it('has negative controls that can fail', async () => {
    expect(await only(verify({ files: [await accepted({ controls: 1 })] }))).toMatchObject({ problems: [] });
    const suite = suiteOf({ controls: 1 });
    put(
      'size.ts',
      'const all = Array as never as { runs?: number };\nall.runs = (all.runs ?? 0) + 1;\nconst runs = all.runs;\nexport const contracts = (books: number) => runs;\n',
    );
    const { problems } = await only(verify({ files: [suite] }));
    expect(problems.join()).toMatch(/control: the digest depends on the size of batches/);
  });

  it('that cannot be run is told in a line, and the others are judged', async () => {
    suiteOf();
    put('strategy.ts', 'export default 5;\n');
    const suite = put(
      'suite.yaml',
      stringify({
        cases: {
          bad: { tapes: [fixtures.kalshi], strategy: 'strategy.ts' },
          hold: { tapes: [fixtures.kalshi], strategy: 'hold', to },
        },
      }),
    );
    const { suites } = await verify({ files: [suite], update: true });
    expect(suites[0].cases.map(({ name, status }) => [name, status])).toEqual([
      ['bad', 'failed'],
      ['hold', 'updated'],
    ]);
    expect(suites[0].cases[0].problems.join()).toMatch(/strategy\.ts: its default export is not a strategy/);
  });
});

it('a strategy that brings its process down fails its own case', async () => {
  suiteOf();
  put('size.ts', "export const contracts = (books: number) => Function('return process')().exit(3);\n");
  const tapes = [fixtures.kalshi];
  const cases = { falls: { tapes, strategy: 'strategy.ts', to }, hold: { tapes, strategy: 'hold', to } };
  const suite = put('suite.yaml', stringify({ cases }));
  const { suites } = await verify({ files: [suite], update: true, jobs: 1 });
  expect(suites[0].cases.map(({ status }) => status)).toEqual(['failed', 'updated']);
  expect(suites[0].cases[0].problems).toEqual(['its process ended by code 3']);
});

describe('a run that must be repeated', () => {
  async function recorded(): Promise<string> {
    suiteOf();
    const output = join(folder(), 'runs/paper');
    await replayRun({
      tapes: [fixtures.kalshi],
      strategy: join(folder(), 'strategy.ts'),
      parameters: { extra: 1 },
      output,
    });
    return output;
  }

  it('says itself with which parameters; it is never written to', async () => {
    const run = await recorded();
    const suite = suiteOf({ tapes: [fixtures.kalshi], run: 'runs/paper', strategy: 'strategy.ts' });
    expect(await only(verify({ files: [suite] }))).toMatchObject({ status: 'same', problems: [] });
    put('size.ts', 'export const contracts = (books: number) => (books > 2000 ? 3 : 2);\n');
    const before = readFileSync(join(run, 'run.json'), 'utf8');
    expect(await only(verify({ files: [suite], update: true }))).toMatchObject({
      status: 'drift',
      difference: { table: 'orders' },
    });
    expect(readFileSync(join(run, 'run.json'), 'utf8')).toBe(before);
  });

  it('becomes a bundle that ends where its replay parts from it, and stays so wherever it lies', async () => {
    const run = await recorded();
    const strategyFile = join(folder(), 'strategy.ts');
    const told = { run, tapes: [fixtures.kalshi], strategy: strategyFile };
    await expect(caseOfRun(told)).rejects.toThrow(/its replay is identical, so there is no divergence/);
    put('size.ts', 'export const contracts = (books: number) => (books > 2000 ? 3 : 2);\n');
    const found = await caseOfRun(told);
    const bundle = join(folder(), 'elsewhere/bad.zip');
    mkdirSync(join(folder(), 'elsewhere'));
    await packCases([found], bundle);
    const verdict = await only(verify({ files: [bundle] }));
    expect(verdict).toMatchObject({ status: 'drift', difference: { at: found.until, about: { orderId: '3' } } });
    expect(verdict.causes.map(({ kind }) => kind)).toEqual(['code']);
    // The same code is told as the same one, whichever way it comes.
    const given = await only(verify({ files: [bundle], strategy: strategyFile }));
    expect(given).toMatchObject({ status: 'drift', causes: verdict.causes });
    // What comes after that does not count, and today's code may be tried on it.
    put('size.ts', 'export const contracts = (books: number) => (books > 5000 ? 3 : 2);\n');
    expect(await only(verify({ files: [bundle], strategy: strategyFile }))).toMatchObject({
      status: 'same',
      problems: [],
    });
  });
});

describe('a bundle', () => {
  it('of cases needs nothing else, is the same twice, and is refused when a byte is another one', async () => {
    const suite = await accepted();
    const { cases } = await readSuite(suite);
    const [one, other] = [join(folder(), 'one.zip'), join(folder(), 'other.zip')];
    await packCases(cases, one);
    await packCases(cases, other);
    expect(readFileSync(one).equals(readFileSync(other))).toBe(true);
    put('size.ts', 'this is no code');
    expect(statSync(one).size).toBeLessThan(400_000);
    expect(await only(verify({ files: [one] }))).toMatchObject({ status: 'same', cached: false, problems: [] });
    expect(await only(verify({ files: [one] }))).toMatchObject({ status: 'same', cached: true });
    await expect(verify({ files: [one], update: true })).rejects.toThrow(/a bundle is what it is/);
    const bytes = readFileSync(one);
    bytes[bytes.indexOf('PAR1') + 40] ^= 1;
    writeFileSync(one, bytes);
    await expect(verify({ files: [one] })).rejects.toThrow(/one\.zip: .*parquet is not as it was packed/);
  });

  it('of a case of which nothing is expected is not made', async () => {
    const { cases } = await readSuite(suiteOf());
    await expect(packCases(cases, join(folder(), 'x.zip'))).rejects.toThrow(/nothing is expected of it yet/);
    await expect(packCases(cases, join(folder(), 'x.tar'))).rejects.toThrow(/a bundle is a \.zip file/);
  });
});

describe('a suite', () => {
  it.each([
    [{ strategy: undefined }, /cases\.one\.strategy: name a strategy, or a run to be repeated/],
    [{ run: 'runs/1', tapes: ['a'], parameters: {} }, /cases\.one\.parameters: the run says it: leave it out/],
    [{ until: to }, /cases\.one\.until: is for a case with a run/],
    [{ to: 'noon' }, /cases\.one\.to: must be a time/],
    [{ budgets: { 'dd.maxPct': {} } }, /needs min or max/],
    [{ budgets: { 'dd.maxPercent': { min: 0 } } }, /no figure is called dd\.maxPercent; there are .*dd\.maxPct/],
    [{ metrics: { 'divergence.score': {} } }, /no figure is called divergence\.score; there are pnl, /],
    [{ budgets: { 'divergence.loss.luck': { max: 1 } } }, /there are divergence\.score, divergence\.gap, .*loss\.fees/],
  ])('is refused with file and setting: %j', async (one, message) => {
    await expect(verify({ files: [suiteOf({ strategy: 'hold', ...one })] })).rejects.toThrow(message);
  });
});
