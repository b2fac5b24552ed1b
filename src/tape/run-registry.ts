/** The runs that there are: every folder with a manifest, wherever it lies. */

import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { formatMoney, parseMoney } from '../market/units.ts';
import { quoted } from './duckdb.ts';
import { queryRows } from './query.ts';
import { RUN_FILE, type RunManifest, readRun } from './run-file.ts';

export interface RegisteredRun {
  readonly folder: string;
  readonly manifest: RunManifest;
}

/** A run as queries know it. */
export interface NamedRun {
  /** The last part of the path; of a run below a folder that was named, the path from there. */
  readonly name: string;
  readonly folder: string;
}

/** The runs of the folders that somebody named, each a run or a folder above runs. */
export async function namedRuns(folders: readonly string[]): Promise<NamedRun[]> {
  const named = folders.map(async (folder) => {
    const found = await runFolders(folder);
    // Says in its own words what a run is.
    if (found.length === 0) await readRun(folder);
    return found.map((run) => ({ name: relative(folder, run) || basename(resolve(folder)), folder: run }));
  });
  return (await Promise.all(named)).flat();
}

/** Folders of runs at and below a folder, by name. Hidden folders, packages and runs that are being made are passed over. */
async function runFolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${folder}: ${error.code === 'ENOENT' ? 'no such folder' : (error.code ?? error.message)}`);
  });
  if (entries.some(({ name }) => name === RUN_FILE)) return [folder];
  const below = entries
    .filter((entry) => entry.isDirectory() && !/^\.|^node_modules$|\.new$/.test(entry.name))
    .map(({ name }) => join(folder, name))
    .sort();
  return (await Promise.all(below.map(runFolders))).flat();
}

/** Runs that cannot be read are named with the reason, so that they are not missed without a word. */
export async function registeredRuns(
  folder: string,
): Promise<{ readonly runs: readonly RegisteredRun[]; readonly unreadable: readonly string[] }> {
  const runs: RegisteredRun[] = [];
  const unreadable: string[] = [];
  for (const found of await runFolders(folder)) {
    await readRun(found).then(
      (manifest) => runs.push({ folder: found, manifest }),
      (error: Error) => unreadable.push(error.message),
    );
  }
  return { runs, unreadable };
}

export interface RunResult {
  /** Exact, as text of money; undefined for a run without equity. */
  readonly net: string | undefined;
  /** Trades; payouts are rows of the same table, and no fills. */
  readonly fills: number;
}

/** By folder. */
export async function runResults(folders: readonly string[]): Promise<ReadonlyMap<string, RunResult>> {
  const nets = await byFolder(
    folders,
    'equity.parquet',
    'arg_max(realised + unrealised - fees, file_row_number)::varchar',
  );
  const fills = await byFolder(folders, 'fills.parquet', `count(*) filter (kind <> 'settlement')`);
  return new Map(
    folders.map((folder) => [folder, { net: moneyText(nets.get(folder)), fills: Number(fills.get(folder) ?? 0) }]),
  );
}

/** One value of a table of each run that has it. */
async function byFolder(
  folders: readonly string[],
  file: string,
  value: string,
): Promise<ReadonlyMap<string, unknown>> {
  const there = folders.filter((folder) => existsSync(join(folder, file)));
  if (there.length === 0) return new Map();
  const files = there.map((folder) => quoted(join(folder, file))).join(', ');
  const rows = await queryRows(
    `select filename, ${value} as value from read_parquet([${files}], filename = true, file_row_number = true) group by 1`,
  );
  const values = new Map(rows.map((row) => [String(row.filename), row.value]));
  return new Map(there.map((folder) => [folder, values.get(join(folder, file))]));
}

const moneyText = (value: unknown): string | undefined =>
  typeof value === 'string' ? formatMoney(parseMoney(value)) : undefined;
