import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunConfigInput } from '../../src/run/config.ts';
import { replayRun } from '../../src/run/replay-run.ts';
import { readJournal } from '../../src/tape/journal-read.ts';
import { fixtures } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();

async function equityOf(config: RunConfigInput) {
  const output = join(folder(), 'run');
  const { config: settings } = await replayRun({
    tapes: [fixtures.kalshi],
    strategy: 'spread_capture',
    config,
    output,
    force: true,
  });
  const rows = (await readJournal(output, 'equity')) as unknown as Record<'cash' | 'realised' | 'equity', string>[];
  return { settings, rows, column: (name: 'cash' | 'realised' | 'equity') => rows.map((row) => Number(row[name])) };
}

describe('settings of the account', () => {
  it('the cost basis changes what is realised, and neither cash nor equity at the same times', async () => {
    const [average, fifo] = [await equityOf({}), await equityOf({ costBasis: 'fifo' })];
    expect([average.settings.costBasis, fifo.settings.costBasis]).toEqual(['average', 'fifo']);
    expect(fifo.column('realised')).not.toEqual(average.column('realised'));
    expect(fifo.column('equity')).toEqual(average.column('equity'));
    expect(fifo.column('cash')).toEqual(average.column('cash'));
  });

  it('conservative marks never value what is held higher than the mid does', async () => {
    const [mid, conservative] = [await equityOf({}), await equityOf({ mark: 'conservative' })];
    expect(conservative.settings.mark).toBe('conservative');
    const lowest = (values: readonly number[]) => Math.min(...values);
    expect(lowest(conservative.column('equity'))).toBeLessThan(lowest(mid.column('equity')));
  });
});
