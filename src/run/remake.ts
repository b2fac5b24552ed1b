/** How a run is made again: by its manifest, and by the files that a manifest names and does not hold. */
import type { RunManifest } from '../tape/run-file.ts';
import type { Tape } from '../tape/tape.ts';
import type { RunConfigInput } from './config.ts';
import { ownOrdersOf } from './own-orders.ts';
import type { ReplayRunOptions } from './replay-run.ts';
import { readSettlements } from './settlements.ts';
import { spanOf } from './tapes.ts';

export interface RunFiles {
  /** Path of the strategy, where it is a file. */
  readonly strategy?: string;
  /** The outcomes that it had. */
  readonly settlements?: string;
  /** Of orders that were taken out of its tapes; the run's own is found by its hash. */
  readonly ownOrders?: string | readonly string[];
}

/** `folder` names the run in errors: a file that it had and is not given, or is another one now. */
export async function remake(
  manifest: RunManifest,
  folder: string,
  tapes: readonly Tape[],
  files: RunFiles,
): Promise<Omit<ReplayRunOptions, 'output'>> {
  const { strategy, parameters, settings, mode, from, to } = manifest;
  if (settings === undefined) throw new Error(`${folder}: was made by an older truetape and lacks its settings`);
  if (strategy.codeSha256 !== undefined && files.strategy === undefined) {
    throw new Error(
      `${folder}: its strategy ${strategy.name} is a file, and a run does not say where; name it with -s`,
    );
  }
  const span = spanOf(tapes);
  return {
    tapes: tapes.map(({ path }) => path),
    strategy: files.strategy ?? strategy.name,
    parameters,
    config: settings as RunConfigInput,
    from: mode === 'replay' && from > span.from ? from : undefined,
    to: mode === 'replay' && to < span.to ? to : undefined,
    settlements: await settlementsOf(manifest, folder, files.settlements),
    ownOrders: await ownOrdersOf(manifest, folder, [files.ownOrders ?? []].flat()),
    strategyErrors: mode === 'replay' ? 'throw' : 'stop',
  };
}

async function settlementsOf(
  { settlements: had }: RunManifest,
  folder: string,
  file: string | undefined,
): Promise<string | undefined> {
  if (!had) return undefined;
  const which = `${folder}: had the outcomes of ${had.name}`;
  if (file === undefined) throw new Error(`${which}; name that file with --settlements`);
  if ((await readSettlements(file)).sha256 !== had.sha256)
    throw new Error(
      `${which} (sha256 ${had.sha256.slice(0, 12)}), and ${file} is not that file; name it with --settlements`,
    );
  return file;
}
