import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeSyntheticRun } from '../../benchmarks/synthetic-run.ts';
import { readRunReport } from '../../src/reports/run-report.ts';
import { trialsOf } from '../../src/reports/trials.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();

/** A run of 30 days of its own luck. */
async function run(name: string, seed: string, more: object): Promise<number> {
  const path = join(folder(), name);
  await writeSyntheticRun(path, { fills: 300, days: 30, seed });
  const file = join(path, 'run.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...more }));
  return (await readRunReport(path)).figures['ratio.sharpePeriod'].value ?? Number.NaN;
}

it('the trials before a choice are the runs of the strategy that do not do the same, and spread as their Sharpe ratios do', async () => {
  const one = await run('one', 'a', { parameters: { size: 1 } });
  await run('the-same-again', 'a', { parameters: { size: 1 } });
  const strategy = { name: 'another', description: '' };
  await run('of-another', 'c', { parameters: { size: 3 }, strategy });
  const { name } = (await readRunReport(join(folder(), 'one'))).analysis.data.manifest.strategy;
  expect(await trialsOf(folder(), name)).toBeUndefined();
  const two = await run('two', 'b', { parameters: { size: 2 } });
  expect(await trialsOf(folder(), name)).toMatchObject({
    count: 2,
    variance: expect.closeTo((one - two) ** 2 / 2, 12),
  });
  const trials = await trialsOf(folder(), name);
  const { figures } = await readRunReport(join(folder(), 'one'), { trials });
  expect(figures['sharpe.dsr'].value).toBeLessThan(figures['sharpe.psr0'].value ?? 0);
  expect(figures.pbo).toMatchObject({ n: 30 });
  expect(figures.pbo.value).toBeGreaterThanOrEqual(0);
  expect((await readRunReport(join(folder(), 'one'))).figures.pbo).toMatchObject({
    value: null,
    reason: 'not_applicable',
  });
});
