/** From folders, files and tapes to a comparison. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProbedRun } from '../probe/variants.ts';
import { readBrokerFile } from '../run/broker-file.ts';
import { remake } from '../run/remake.ts';
import { replayRun } from '../run/replay-run.ts';
import { describeTape, openTapes } from '../run/tapes.ts';
import type { RunManifest } from '../tape/run-file.ts';
import type { Tape } from '../tape/tape.ts';
import { brokerSide } from './broker.ts';
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
  /** Files of orders that replays were made without; which is whose, their hashes tell. */
  readonly ownOrders?: readonly string[];
  readonly onRun?: (run: number, of: number) => void;
}

export async function compareFolders(options: CompareOptions): Promise<Comparison> {
  const { one, other, tapes: paths } = options;
  if ((await stat(one).catch(() => undefined))?.isFile()) return compareWithBroker(options);
  const run = await loadSide(one);
  const tapes = paths.length === 0 ? [] : await openTapes(paths);
  if (other !== undefined) return compareTwo(run, await loadSide(other), tapes, options);
  if (tapes.length === 0) throw new Error(`${one}: name the run that it is held against, or its tape with --auto`);
  return replayed(await requestOf(run, tapes, options, 0), (replay) => compareTwo(run, replay, tapes, options));
}

/** With tapes the replay is made here, without the broker's orders in the book: with the settings of `other`, if there is one. */
async function compareWithBroker(options: CompareOptions): Promise<Comparison> {
  const { one, other, tapes: paths, strategies, settlements, ownOrders = [] } = options;
  const broker = await readBrokerFile(one);
  if (broker.orders.length === 0)
    throw new Error(`${one}: has no orders; write a header, and a row for each fill and for each order without one`);
  const compareTo = (run: RunSide): Comparison => ({
    divergence: compareImported(brokerSide(broker, run), run, broker),
    first: undefined,
    ladder: undefined,
  });
  const run = other === undefined ? undefined : await loadSide(other);
  if (run && paths.length === 0) return compareTo(run);
  const [strategy] = strategies;
  if (paths.length === 0) throw new Error(`${one}: name the run that it is held against, or its tape with --auto`);
  if (!run && strategy === undefined)
    throw new Error(`${one}: what decided on these orders is not known; name a strategy with -s, or a run`);
  const request = run
    ? await requestOf(run, await openTapes(paths), { ...options, ownOrders: [...ownOrders, one] }, 0)
    : { tapes: paths, strategy, settlements: settlements[0] };
  return replayed({ ...request, ownOrders: one }, async (replay) => compareTo(replay));
}

async function replayed(request: ProbedRun, look: (replay: RunSide) => Promise<Comparison>): Promise<Comparison> {
  const folder = await mkdtemp(join(tmpdir(), 'truetape-compare-'));
  try {
    const output = join(folder, 'replay');
    await replayRun({ ...request, output });
    return await look(await loadSide(output));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
          [await requestOf(one, tapes, options, 0), await requestOf(other, tapes, options, 1)],
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
async function requestOf(
  { manifest, side }: RunSide,
  tapes: readonly Tape[],
  options: CompareOptions,
  position: 0 | 1,
): Promise<ProbedRun> {
  const { strategies, settlements, ownOrders } = options;
  return remake(manifest, side.name, tapesOf(manifest, tapes, side.name), {
    strategy: manifest.strategy.codeSha256 === undefined ? undefined : (strategies[position] ?? strategies[0]),
    settlements: settlements[position] ?? settlements[0],
    ownOrders,
  });
}

/** Those of the tapes that the run was made of, by their hashes; as many as there are, if one of them has changed since. */
export function tapesOf({ tapes }: RunManifest, given: readonly Tape[], name: string): readonly Tape[] {
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
