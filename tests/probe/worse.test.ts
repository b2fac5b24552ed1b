import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseMoney } from '../../src/market/units.ts';
import { worseReplays } from '../../src/probe/worse.ts';
import { buildSummary } from '../../src/reports/report.ts';
import { replayRun } from '../../src/run/replay-run.ts';
import { scaledLatency } from '../../src/run/scale.ts';
import { constantLatency } from '../../src/sim/models/latency.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();
const tape = join(import.meta.dirname, '../../fixtures/binance-btcusdt');

describe('a run with one thing worse each time', () => {
  it('is the run itself with nothing changed, and pays half its fees more with those', async () => {
    const request = {
      tapes: [tape],
      strategy: 'spread_capture',
      parameters: { size: 0.001, maxInventory: 0.01 },
      config: { queue: 'prints-only', fills: 'prints' as const },
    };
    const output = join(folder(), 'run');
    const { digest } = await replayRun({ ...request, output });
    const { pnl } = await buildSummary(output);
    const { unchanged, reproduced, changed } = await worseReplays(request, digest);
    const [later, behind, dearer] = changed;
    expect(reproduced).toBe(true);
    expect(unchanged.net).toBe(parseMoney(pnl.net));
    expect(later.net).not.toBe(unchanged.net);
    expect(later.fillRate.value).not.toBe(unchanged.fillRate.value);
    expect(behind).toEqual({ ...unchanged, change: behind.change });
    expect(dearer.net).toBe(unchanged.net - parseMoney(pnl.fees) / 2n);
  }, 60_000);

  it('a delay is on the way to the venue alone, and lengthens the way of a refusal', () => {
    const model = { ...constantLatency(50, 60, 70), entry: (now: number) => (now === 1 ? -5 : 50) };
    const later = scaledLatency(model, { delay: 100 });
    expect([later.entry(0, 'place'), later.entry(1, 'place'), later.response(0)]).toEqual([150, -105, 60]);
  });
});
