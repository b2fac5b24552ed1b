import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstDifference, type RunDifference } from '../tape/run-difference.ts';
import { type RunManifest, readRun } from '../tape/run-file.ts';
import { type RunFiles, remake } from './remake.ts';
import { type ReplayRunOptions, replayRun } from './replay-run.ts';
import { openTapes } from './tapes.ts';

export interface AsRunOptions
  extends RunFiles,
    Pick<ReplayRunOptions, 'tapes' | 'cache' | 'onProgress' | 'signal' | 'force'> {
  /** Folder of the run that is to come out again. */
  readonly run: string;
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
export async function replayAsRun(options: AsRunOptions): Promise<AsRunResult> {
  const { run, output, cache, onProgress, signal, force } = options;
  const was = await readRun(run);
  const again = await remake(was, run, await openTapes(options.tapes), options);
  const folder = output ?? (await mkdtemp(join(tmpdir(), 'truetape-as-run-')));
  try {
    const is = await replayRun({ ...again, cache, onProgress, signal, force, output: folder });
    return { was, is, difference: was.digest === is.digest ? undefined : await firstDifference(run, folder) };
  } finally {
    if (output === undefined) await rm(folder, { recursive: true, force: true });
  }
}
