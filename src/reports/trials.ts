import { sampleVariance } from 'simple-statistics';
import { registeredRuns } from '../tape/run-registry.ts';
import { analyse } from './analysis.ts';
import { loadRun } from './load.ts';
import { overfitting, type Trials } from './metrics/overfitting.ts';
import { sharpePerSession } from './metrics/ratios.ts';
import { sessionReturns } from './metrics/returns.ts';
import { type SessionResult, sessionsByDay } from './portfolio.ts';

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
  const sessions: ReadonlyMap<string, SessionResult>[] = [];
  for (const run of trials.values()) {
    const analysis = analyse(await loadRun(run));
    const { value } = sharpePerSession(sessionReturns(analysis.closes));
    if (value !== null) ratios.push(value);
    sessions.push(sessionsByDay(analysis));
  }
  if (ratios.length < 2) return undefined;
  const days = [...sessions[0].keys()].filter((day) => sessions.every((trial) => trial.has(day)));
  return {
    count: trials.size,
    variance: sampleVariance(ratios),
    overfitting: overfitting(days.map((day) => sessions.map((trial) => trial.get(day)?.result ?? 0))),
  };
}
