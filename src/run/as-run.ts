import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstDifference, type RunDifference } from '../tape/run-difference.ts';
import { type RunManifest, readRun } from '../tape/run-file.ts';
import type { RunConfigInput } from './config.ts';
import { ownOrdersOf } from './own-orders.ts';
import { type ReplayRunOptions, replayRun } from './replay-run.ts';

export interface AsRunOptions extends Pick<ReplayRunOptions, 'tapes' | 'cache' | 'onProgress' | 'signal' | 'force'> {
  /** Folder of the run that is to come out again. */
  readonly run: string;
  /** Path of the strategy, where it is a file. */
  readonly strategy?: string;
  /** The file of own orders that the run had. */
  readonly ownOrders?: string;
  /** Keeps the new run there. */
  readonly output?: string;
}

export interface AsRunResult {
  readonly was: RunManifest;
  readonly is: RunManifest;
  /** Undefined: the digests are the same. */
  readonly difference: RunDifference | undefined;
}

/** Replays tapes with the settings of a run, and says where the two part, if they do. */
export async function replayAsRun({ run, strategy, ownOrders, output, ...rest }: AsRunOptions): Promise<AsRunResult> {
  const was = await readRun(run);
  const { name, codeSha256 } = was.strategy;
  if (codeSha256 !== undefined && strategy === undefined) {
    throw new Error(`${run}: its strategy ${name} is a file, and a run does not say where; name it with -s`);
  }
  if (was.settings === undefined) throw new Error(`${run}: was made by an older truetape and lacks its settings`);
  const own = await ownOrdersOf(was, run, ownOrders === undefined ? [] : [ownOrders]);
  const folder = output ?? (await mkdtemp(join(tmpdir(), 'truetape-as-run-')));
  try {
    const is = await replayRun({
      ...rest,
      strategy: strategy ?? name,
      parameters: was.parameters,
      config: was.settings as RunConfigInput,
      output: folder,
      ownOrders: own,
      strategyErrors: was.mode === 'replay' ? 'throw' : 'stop',
    });
    return { was, is, difference: was.digest === is.digest ? undefined : await firstDifference(run, folder) };
  } finally {
    if (output === undefined) await rm(folder, { recursive: true, force: true });
  }
}
