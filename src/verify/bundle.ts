/** A test in one file: tapes up to where it ends, strategies with all that they import, settings, expected runs. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { formatTime, type Micros } from '../market/units.ts';
import { replayAsRun } from '../run/as-run.ts';
import { bundleStrategy } from '../run/bundle-strategy.ts';
import type { RunConfigInput } from '../run/config.ts';
import { loadStrategy } from '../run/load-strategy.ts';
import { describeTape } from '../run/tapes.ts';
import { type RunManifest, readRun, writeRun } from '../tape/run-file.ts';
import { writeSlice } from '../tape/slice.ts';
import { openTape } from '../tape/tape.ts';
import { packFolder, unpackFolder } from './archive.ts';
import { type Case, isFile, readSuite, type Suite } from './suite.ts';

export const BUNDLE_ENDING = '.zip';
const SUITE = 'suite.yaml';
const EXPECTED = 'expected';

/** Packs cases with what is expected of them. */
export async function packCases(cases: readonly Case[], file: string): Promise<void> {
  if (!file.endsWith(BUNDLE_ENDING)) throw new Error(`${file}: a bundle is a ${BUNDLE_ENDING} file; name it so`);
  const folder = await mkdtemp(join(tmpdir(), 'truetape-bundle-'));
  try {
    const packed: Record<string, unknown> = {};
    for (const one of cases) packed[one.name] = await packCase(one, folder);
    await writeFile(join(folder, SUITE), stringify({ expected: EXPECTED, cases: packed }));
    await packFolder(folder, resolve(file));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export interface RunToPack {
  readonly run: string;
  readonly tapes: readonly string[];
  /** Path of the strategy, where it is a file. */
  readonly strategy?: string;
  /** The outcomes that the run had, and the own orders that were taken out of its tapes. */
  readonly settlements?: string;
  readonly ownOrders?: string;
  /** The run must be repeated up to this time; undefined: up to where its replay parts from it. */
  readonly until?: Micros;
}

/** A run as a case: its replay must be the same up to some time. */
export async function caseOfRun({ until, ...files }: RunToPack): Promise<Case> {
  const { run, tapes, strategy, settlements, ownOrders } = files;
  const { from, to } = await readRun(run);
  if (until !== undefined && (until < from || until > to))
    throw new Error(`${run}: ${formatTime(until)} is not within it: ${formatTime(from)} to ${formatTime(to)}`);
  const at = until ?? (await replayAsRun(files)).difference?.at;
  if (at === undefined) {
    throw new Error(`${run}: its replay is identical, so there is no divergence; name a time with --around`);
  }
  const name = basename(resolve(run)).replaceAll(/^\W|[^\w.-]/g, '_');
  return {
    name,
    tapes,
    strategy,
    parameters: {},
    config: {},
    settlements,
    ownOrders,
    run,
    until: at,
    digest: true,
    budgets: {},
    expected: run,
  };
}

/** The suite of a bundle, unpacked; with another one, packed alike, in place of the strategies that are files. */
export async function openBundle(file: string, folder: string, strategy?: string): Promise<Suite> {
  await unpackFolder(file, folder);
  const { cases } = await readSuite(join(folder, SUITE));
  for (const { strategy: packed } of cases)
    if (strategy !== undefined && isFile(packed)) await writeStrategy(strategy, packed);
  return { file, cases };
}

/** Copies what a case needs into the folder; returns how the suite tells of it. */
async function packCase(one: Case, folder: string): Promise<Record<string, unknown>> {
  const { name, from, to, until, digest, metrics, budgets, controls } = one;
  const manifest = await readRun(one.expected).catch((error: Error) => {
    if (one.run !== undefined) throw error;
    throw new Error(`${name}: nothing is expected of it yet; run truetape verify with --update first`);
  });
  const config = one.run === undefined ? one.config : ((manifest.settings ?? {}) as RunConfigInput);
  if (config.latency && 'file' in config.latency)
    throw new Error(`${name}: its latency is measured by a file, and a bundle has no place for it; name another model`);
  // The distance of the clocks is measured over the whole tape, and own orders are looked for on all of it.
  const isWhole = config.venueSees === 'exchange' || one.ownOrders !== undefined;
  const end = isWhole ? undefined : (until ?? to);
  const tapes: string[] = [];
  const sha256s: string[] = [];
  for (const [i, path] of one.tapes.entries()) {
    const target = `tapes/${name}/${i + 1}/${basename(path)}`;
    await mkdir(join(folder, target, '..'), { recursive: true });
    await writeSlice(await openTape(path), join(folder, target), end);
    tapes.push(target);
    sha256s.push(describeTape(await openTape(join(folder, target)), new Map(), undefined).sha256);
  }
  const strategy = await packStrategy(one, manifest, folder);
  const settlements = one.settlements && `settlements/${name}/${basename(one.settlements)}`;
  if (one.settlements && settlements) await cp(one.settlements, join(folder, settlements));
  const ownOrders = one.ownOrders && `own-orders/${name}/${basename(one.ownOrders)}`;
  if (one.ownOrders && ownOrders) await cp(one.ownOrders, join(folder, ownOrders));
  await packExpected(one, join(folder, EXPECTED, name), {
    ...manifest,
    strategy: { ...manifest.strategy, codeSha256: strategy.codeSha256 },
    tapes: manifest.tapes.map((tape, i) => ({ ...tape, sha256: sha256s[i] ?? tape.sha256 })),
  });
  const common = { tapes, strategy: strategy.path, settlements, ownOrders, digest, metrics, budgets, controls };
  if (one.run !== undefined)
    return { ...common, run: `${EXPECTED}/${name}`, until: until === undefined ? undefined : formatTime(until) };
  const time = (at: Micros | undefined) => (at === undefined ? undefined : formatTime(at));
  return { ...common, parameters: one.parameters, settings: config, from: time(from), to: time(to) };
}

/** In the bundle a strategy is one piece of code, which has a hash of its own. */
async function packStrategy(
  { name, strategy }: Case,
  { strategy: was }: RunManifest,
  folder: string,
): Promise<{ readonly path?: string; readonly codeSha256?: string }> {
  if (!isFile(strategy)) return { path: strategy, codeSha256: was.codeSha256 };
  const path = `strategies/${name}.js`;
  await mkdir(join(folder, 'strategies'), { recursive: true });
  await writeStrategy(strategy, join(folder, path));
  const isOfRun = (await loadStrategy(strategy)).codeSha256 === was.codeSha256;
  const packed = await loadStrategy(join(folder, path));
  return { path, codeSha256: isOfRun ? packed.codeSha256 : was.codeSha256 };
}

async function writeStrategy(strategy: string, to: string): Promise<void> {
  const { code } = await bundleStrategy(resolve(strategy), 'es').catch((error: Error) => {
    throw new Error(`${strategy}: does not load: ${error.message}`, { cause: error });
  });
  await writeFile(to, code);
}

async function packExpected({ expected }: Case, to: string, manifest: RunManifest): Promise<void> {
  await cp(expected, to, { recursive: true });
  await writeRun(to, manifest);
}
