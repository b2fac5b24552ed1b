import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { replayRun } from '../../src/run/replay-run.ts';
import { namedRuns, registeredRuns, runResults } from '../../src/tape/run-registry.ts';
import { settingDifferences } from '../../src/tape/run-settings.ts';
import { fixtures } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();
const to = 1_778_695_740_000_000;

async function runs(): Promise<string> {
  const root = join(folder(), 'runs');
  const one = { tapes: [fixtures.kalshi], to };
  await replayRun({ ...one, strategy: 'yes_80_90', output: join(root, 'b') });
  await replayRun({
    ...one,
    strategy: 'yes_80_90',
    parameters: { size: 3 },
    config: { latency: { model: 'lognormal', entry: { medianMs: 60, sigma: 0.4 } } },
    output: join(root, 'deeper/a'),
  });
  return root;
}

describe('the registry of runs', () => {
  it('finds every run below a folder, says which cannot be read, and passes over what is no run yet', async () => {
    const root = await runs();
    cpSync(join(root, 'b'), join(root, 'b.12-1.new'), { recursive: true });
    cpSync(join(root, 'b'), join(root, '.hidden'), { recursive: true });
    mkdirSync(join(root, 'broken'));
    writeFileSync(join(root, 'broken/run.json'), '{');
    const { runs: found, unreadable } = await registeredRuns(root);
    expect(found.map(({ folder }) => folder)).toEqual([join(root, 'b'), join(root, 'deeper/a')]);
    expect(unreadable).toEqual([expect.stringMatching(/broken\/run\.json: expected a run/)]);
    await expect(registeredRuns(join(root, 'nowhere'))).rejects.toThrow(/nowhere: no such folder/);
  });

  it('names a run by its path from the folder that was named', async () => {
    const root = await runs();
    const names = async (...folders: string[]) => (await namedRuns(folders)).map(({ name }) => name);
    expect(await names(root)).toEqual(['b', 'deeper/a']);
    expect(await names(join(root, 'deeper/a'))).toEqual(['a']);
    await expect(names(fixtures.kalshi)).rejects.toThrow(/expected a run/);
  });

  it('tells net result and fills of each, and in which settings two differ', async () => {
    const { runs: found } = await registeredRuns(await runs());
    const results = await runResults(found.map(({ folder }) => folder));
    expect([...results.values()]).toEqual(
      found.map(() => ({ net: expect.stringMatching(/^-?\d+\.\d+$/), fills: expect.any(Number) })),
    );
    rmSync(join(found[0].folder, 'equity.parquet'));
    expect((await runResults(found.map(({ folder }) => folder))).get(found[0].folder)?.net).toBeUndefined();
    const differences = settingDifferences(found[0].manifest, found[1].manifest);
    expect(differences).toContainEqual({ name: 'parameters.size', one: 10, other: 3 });
    expect(differences).toContainEqual({ name: 'settings.latency.model', one: undefined, other: 'lognormal' });
    expect(settingDifferences(found[0].manifest, found[0].manifest)).toEqual([]);
  });
});
