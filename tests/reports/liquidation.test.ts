import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readRunReport } from '../../src/reports/run-report.ts';
import { replayRun } from '../../src/run/replay-run.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();
const fixtures = join(import.meta.dirname, '../../fixtures');

/** The engine's own marks at the side that would close, taken so often that none is missed. */
const config = { mark: 'conservative' as const, equityEverySeconds: 0.01 };
const runs = [
  { tapes: [join(fixtures, 'binance-btcusdt')], parameters: { size: 0.001, maxInventory: 0.01 } },
  { tapes: [join(fixtures, 'kalshi-btc15m')], settlements: join(fixtures, 'kalshi-btc15m-settlements.csv') },
];

it('the drawdown if closed is the one that the engine has with conservative marks, and that with others knows it too', async () => {
  for (const [i, run] of runs.entries()) {
    const at = (name: string) => join(folder(), `${i}-${name}`);
    await replayRun({ ...run, strategy: 'spread_capture', config, output: at('closed') });
    await replayRun({ ...run, strategy: 'spread_capture', output: at('middle') });
    const { figures } = await readRunReport(at('closed'));
    expect(figures['dd.maxMoney'].value).toBeLessThan(0);
    expect(figures['dd.liquidationMoney'].value).toBe(figures['dd.maxMoney'].value);
    expect(figures['dd.liquidationPct'].value).toBeCloseTo(figures['dd.maxPct'].value ?? 0, 12);
    const middle = (await readRunReport(at('middle'))).figures;
    expect(middle['dd.liquidationMoney'].value).toBeLessThan(middle['dd.maxMoney'].value ?? 0);
  }
}, 60_000);
