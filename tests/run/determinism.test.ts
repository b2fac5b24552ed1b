import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ReplayRunOptions, replayRun } from '../../src/run/replay-run.ts';
import { fixtures } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();

async function digestOf(name: string, options: Partial<ReplayRunOptions> = {}): Promise<string> {
  const run = await replayRun({
    tapes: [fixtures.kalshi],
    strategy: 'spread_capture',
    settlements: fixtures.kalshiSettlements,
    output: join(folder(), name),
    ...options,
  });
  return run.digest;
}

describe('the digest of a run', () => {
  it('is the same twice, from frames or from the cache, and with every batch size', async () => {
    const first = await digestOf('first', { cache: false });
    expect(await digestOf('decoding-and-caching')).toBe(first);
    expect(await digestOf('from-the-cache')).toBe(first);
    for (const batchRows of [1, 7, 2048, 65_536]) {
      expect(await digestOf(`cache-${batchRows}`, { batchRows }), `batches of ${batchRows} from the cache`).toBe(first);
      const raw = { batchRows, cache: false };
      expect(await digestOf(`frames-${batchRows}`, raw), `batches of ${batchRows} from frames`).toBe(first);
    }
  });

  it('is the same for two tapes merged, with every batch size', async () => {
    const tapes = [fixtures.kalshi, fixtures.binance];
    const first = await digestOf('two', { tapes });
    for (const batchRows of [1, 7, 2048]) expect(await digestOf(`two-${batchRows}`, { tapes, batchRows })).toBe(first);
  });

  it('changes with parameters, settings, seed where it is used, and outcomes', async () => {
    const digests = [
      await digestOf('plain'),
      await digestOf('parameter', { parameters: { size: 5 } }),
      await digestOf('cash', { config: { cash: 500 } }),
      await digestOf('latency', { config: { latency: { entryMs: 200 } } }),
      await digestOf('unsettled', { settlements: undefined }),
      await digestOf('part', { to: 1_778_696_000_000_000 }),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });
});
