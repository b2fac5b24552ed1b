/** The runs that there are: every folder with a manifest, wherever it lies. */

import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
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

/** Net result by folder, exact, as text of money; of a run without equity there is none. */
export async function netResults(folders: readonly string[]): Promise<ReadonlyMap<string, string | undefined>> {
  const fileOf = (folder: string) => join(folder, 'equity.parquet');
  const files = folders.map(fileOf).filter(existsSync);
  if (files.length === 0) return new Map();
  const rows = await queryRows(
    `select filename, arg_max(realised + unrealised - fees, file_row_number)::varchar as net
     from read_parquet([${files.map(quoted).join(', ')}], filename = true, file_row_number = true) group by 1`,
  );
  const nets = new Map(rows.map(({ filename, net }) => [String(filename), String(net)]));
  return new Map(folders.map((folder) => [folder, nets.get(fileOf(folder))]));
}
