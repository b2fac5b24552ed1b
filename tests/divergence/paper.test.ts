/** A paper session over real sockets: against its own replay nothing differs, against a hopeful backtest it is told why. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareFolders } from '../../src/divergence/compare.ts';
import { summarise } from '../../src/divergence/summary.ts';
import { replayRun } from '../../src/run/replay-run.ts';
import { temporaryFolder } from '../support/folder.ts';
import { kalshiVenue, paperConfig, playPaper } from '../support/paper.ts';

const folder = temporaryFolder();
const SPEED = 120;

describe('a paper session', () => {
  it('is its own replay; of a backtest without latency that fills by touch, latency and fills are the whole gap', async () => {
    const venue = await kalshiVenue(SPEED);
    const config = paperConfig(folder(), venue.url, SPEED, {
      strategy: 'spread_capture',
      parameters: { requoteMs: 250 },
    });
    await playPaper(config, ({ feed }) => feed.frames > 12_000).finally(() => venue.close());
    const tapes = [config.record.tape];
    const files = { strategies: [], settlements: [] };

    const same = summarise(await compareFolders({ ...files, one: config.run, tapes }));
    expect(same.identical).toBe(true);
    expect(same.score.value).toBe(100);
    expect(same.ladder?.reproduced).toEqual({ one: true, other: true });
    expect(same.warnings.join()).toContain('paper and replay share one simulator');

    const hopeful = join(folder(), 'hopeful');
    await replayRun({
      tapes,
      strategy: 'spread_capture',
      parameters: { requoteMs: 250 },
      config: { fills: 'touch', latency: { entryMs: 0, responseMs: 0 } },
      output: hopeful,
    });
    const told = summarise(await compareFolders({ ...files, one: config.run, other: hopeful, tapes }));
    expect(told.identical).toBe(false);
    expect(told.ladder?.steps.map(({ cause }) => cause)).toEqual(['latency', 'fills']);
    expect(told.ladder?.rest).toBe('0.00');
    expect(told.ladder?.reproduced).toEqual({ one: true, other: true });
    expect(told.roots.map((root) => root.class)).not.toContain('determinism');
    expect(told.orders.paired).toBeGreaterThan(0);
  }, 120_000);
});
