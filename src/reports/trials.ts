import { sampleVariance } from 'simple-statistics';
import { registeredRuns } from '../tape/run-registry.ts';
import type { Trials } from './metrics/overfitting.ts';
import { readRunReport } from './run-report.ts';

/**
 * What was tried below a folder before a strategy was chosen: its runs that differ in code, parameters or settings, each
 * counted once. Undefined while fewer than two of them have a Sharpe ratio, for then nothing is known of their spread.
 */
export async function trialsOf(folder: string, strategy: string): Promise<Trials | undefined> {
  const { runs } = await registeredRuns(folder);
  const trials = new Map<string, string>();
  for (const { folder: run, manifest } of runs) {
    if (manifest.strategy.name !== strategy) continue;
    const { parameters, config, strategy: code } = manifest;
    trials.set(JSON.stringify([code.codeSha256, parameters, config]), run);
  }
  const ratios: number[] = [];
  for (const run of trials.values()) {
    const { value } = (await readRunReport(run)).figures['ratio.sharpePeriod'];
    if (value !== null) ratios.push(value);
  }
  return ratios.length < 2 ? undefined : { count: trials.size, variance: sampleVariance(ratios) };
}
