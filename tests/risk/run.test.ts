import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildReport } from '../../src/reports/report.ts';
import type { RunConfigInput } from '../../src/run/config.ts';
import { type ReplayRunOptions, replayRun } from '../../src/run/replay-run.ts';
import { readJournal } from '../../src/tape/journal-read.ts';
import { fixtures } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();

async function runWith(risk: RunConfigInput['risk'], options: Partial<ReplayRunOptions> = {}) {
  const output = join(folder(), `run-${JSON.stringify([risk, options.batchRows]).replaceAll(/\W+/g, '-')}`);
  const { digest } = await replayRun({
    tapes: [fixtures.kalshi],
    strategy: 'spread_capture',
    config: { risk },
    output,
    ...options,
  });
  return { digest, output };
}

describe('a run on a recorded tape', () => {
  it('has the same digest with limits that are far away as with none', async () => {
    const none = await runWith(undefined);
    const far = await runWith({ position: 1e6, orderRate: { perMinute: 1e6, burst: 1e6 }, hardDrawdownPercent: 100 });
    expect(far.digest).toBe(none.digest);
  });

  it('is held to its limits, alike with every batch size, and its report says so', async () => {
    const risk = { position: 15, hardDrawdownPercent: 0.001 };
    const first = await runWith(risk);
    expect((await runWith(risk, { batchRows: 1 })).digest).toBe(first.digest);
    const orders = (await readJournal(first.output, 'orders')) as unknown as { reason: string; tag: string }[];
    const reasons = new Set(orders.map(({ reason }) => reason));
    expect(reasons).toContain('risk_position');
    expect(reasons).toContain('risk_drawdown');
    expect(orders.some(({ tag }) => tag === 'risk_flatten')).toBe(true);
    const { html } = await buildReport([first.output]);
    expect(html).toContain('Risk gate and halts');
    expect(html).toMatch(/drawdown: positions are closed, equity fell from [\d.]+ to [\d.]+, limit 0\.001%/);
  });
});

it('docs/risk.md names every setting', async () => {
  const { riskSchema } = await import('../../src/risk/limits.ts');
  const page = await readFile(new URL('../../docs/risk.md', import.meta.url), 'utf8');
  expect(
    Object.keys(riskSchema.shape).filter((name) => !page.includes(`\`${name}`) && !page.includes(`${name}:`)),
  ).toEqual([]);
});
