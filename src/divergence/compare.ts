/** From folders, files and tapes to a comparison. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProbedRun } from '../probe/variants.ts';
import type { RunConfigInput } from '../run/config.ts';
import { replayRun } from '../run/replay-run.ts';
import { describeTape, openTapes, spanOf } from '../run/tapes.ts';
import type { RunManifest } from '../tape/run-file.ts';
import type { Tape } from '../tape/tape.ts';
import { loadBroker } from './broker.ts';
import { compareImported, compareRuns, type Divergence } from './divergence.ts';
import { firstDivergence } from './first.ts';
import { inputDifferences } from './inputs.ts';
import { climb } from './ladder.ts';
import { loadSide, type RunSide } from './load-side.ts';
import type { InputDifference } from './roots.ts';
import type { Comparison } from './summary.ts';
import { withTouches } from './touches.ts';

export interface CompareOptions {
  /** Folder of a run, or file of a broker's orders and fills. */
  readonly one: string;
  /** Folder of a run; left out: a replay of the tapes as `one` was made. */
  readonly other?: string;
  /** To be replayed; none: no ladder. */
  readonly tapes: readonly string[];
  /** Where a strategy is a file: of one, then of other, which is as one's if left out. */
  readonly strategies: readonly string[];
  /** Outcomes that the replays had, in the same way. */
  readonly settlements: readonly string[];
  readonly onRun?: (run: number, of: number) => void;
}

export async function compareFolders(options: CompareOptions): Promise<Comparison> {
  const { one, other, tapes: paths } = options;
  if ((await stat(one).catch(() => undefined))?.isFile()) return compareWithBroker(options);
  const run = await loadSide(one);
  const tapes = paths.length === 0 ? [] : await openTapes(paths);
  if (other !== undefined) return compareTwo(run, await loadSide(other), tapes, options);
  if (tapes.length === 0) throw new Error(`${one}: name the run that it is held against, or its tape with --auto`);
  const folder = await mkdtemp(join(tmpdir(), 'truetape-compare-'));
  try {
    const output = join(folder, 'replay');
    await replayRun({ ...requestOf(run, tapes, options, 0), output });
    return await compareTwo(run, await loadSide(output), tapes, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compareWithBroker({ one, other, tapes }: CompareOptions): Promise<Comparison> {
  if (other === undefined || tapes.length > 0) {
    throw new Error(
      `${one}: orders of a broker are held against one run, without --auto: what decided on them cannot be replayed`,
    );
  }
  const run = await loadSide(other);
  return { divergence: compareImported(await loadBroker(one, run), run), first: undefined, ladder: undefined };
}

async function compareTwo(
  one: RunSide,
  other: RunSide,
  tapes: readonly Tape[],
  options: CompareOptions,
): Promise<Comparison> {
  const ladder =
    tapes.length === 0
      ? undefined
      : await climb(
          [one, other],
          [requestOf(one, tapes, options, 0), requestOf(other, tapes, options, 1)],
          options.onRun,
        );
  return {
    divergence: await compareOnTapes(one, other, tapes),
    first: one.manifest.digest === other.manifest.digest ? undefined : await firstDivergence(one.side, other.side),
    ladder,
  };
}

/** Tapes tell where two of them differ, and what the touch was when an order arrived. */
async function compareOnTapes(one: RunSide, other: RunSide, tapes: readonly Tape[]): Promise<Divergence> {
  if (tapes.length === 0) return compareRuns(one, other);
  const [ours, theirs] = [one, other].map(({ manifest, side }) => tapesOf(manifest, tapes, side.name));
  return compareRuns(await withTouches(one, ours), await withTouches(other, theirs), await inputsOf(one, other, tapes));
}

/** What made a run, so that it can be made again. */
export function requestOf(
  { manifest, side }: Pick<RunSide, 'manifest'> & { readonly side: { readonly name: string } },
  tapes: readonly Tape[],
  options: Pick<CompareOptions, 'strategies' | 'settlements'>,
  position: 0 | 1,
): ProbedRun {
  const { strategy, parameters, settings, mode, from, to } = manifest;
  if (settings === undefined) throw new Error(`${side.name}: was made by an older truetape and lacks its settings`);
  const { strategies, settlements } = options;
  const file = strategies[position] ?? strategies[0];
  if (strategy.codeSha256 !== undefined && file === undefined) {
    throw new Error(
      `${side.name}: its strategy ${strategy.name} is a file, and a run does not say where; name it with -s`,
    );
  }
  if (manifest.settlements && settlements.length === 0) {
    throw new Error(
      `${side.name}: had the outcomes of ${manifest.settlements.name}; name that file with --settlements`,
    );
  }
  const own = tapesOf(manifest, tapes, side.name);
  const span = spanOf(own);
  return {
    tapes: own.map(({ path }) => path),
    strategy: strategy.codeSha256 === undefined ? strategy.name : file,
    parameters,
    config: settings as RunConfigInput,
    from: mode === 'replay' && from > span.from ? from : undefined,
    to: mode === 'replay' && to < span.to ? to : undefined,
    settlements: manifest.settlements && (settlements[position] ?? settlements[0]),
    strategyErrors: mode === 'replay' ? 'throw' : 'stop',
  };
}

/** Those of the tapes that the run was made of, by their hashes; as many as there are, if one of them has changed since. */
function tapesOf({ tapes }: RunManifest, given: readonly Tape[], name: string): readonly Tape[] {
  const hashes = new Map(given.map((tape) => [describeTape(tape, new Map(), undefined).sha256, tape]));
  const own = tapes.map(({ sha256 }) => hashes.get(sha256));
  if (own.every((tape) => tape !== undefined)) return own;
  if (given.length === tapes.length) return given;
  const missing = tapes.filter(({ sha256 }) => !hashes.has(sha256)).map((tape) => tape.name);
  throw new Error(`${name}: its tape ${missing.join(', ')} is not among those of --auto; name it too`);
}

async function inputsOf(one: RunSide, other: RunSide, tapes: readonly Tape[]): Promise<readonly InputDifference[]> {
  const [ours, theirs] = [one, other].map(({ manifest, side }) => tapesOf(manifest, tapes, side.name));
  const found: InputDifference[] = [];
  for (const [i, tape] of ours.entries()) {
    if (theirs[i] && theirs[i] !== tape) found.push(...(await inputDifferences(tape, theirs[i])));
  }
  return found.sort((a, b) => a.at - b.at);
}
