import { mkdir, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { temporaryName } from '../tape/header.ts';
import { journalTables } from '../tape/journal-file.ts';
import { jsonLinesName } from '../tape/json-lines.ts';
import { RUN_FILE } from '../tape/run-file.ts';
import { SESSIONS } from '../tape/session-file.ts';

interface Claim {
  /** Real path of the folder, which may not be there yet. */
  readonly place: string;
  /** What an older run leaves behind when its tables are replaced; everything else in the folder is the user's. */
  readonly stale: readonly string[];
}

/**
 * Makes a run in a temporary folder beside `output`, and puts it in its place once it is whole: until then an older run
 * stays as it is, and files that are not a run's are never touched.
 */
export async function writeRunFolder<T>(
  output: string,
  force: boolean,
  write: (folder: string) => Promise<T>,
): Promise<T> {
  const claimed = await claim(output, force);
  const building = temporaryName(claimed.place);
  await mkdir(building, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${output}: cannot be made (${error.code}); choose another folder for the run`);
  });
  try {
    const result = await write(building);
    await publish(building, claimed);
    return result;
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

/** Deletes what runs into `output` left beside it when they were killed. Only for one who knows that nobody else writes there. */
export async function removeUnfinished(output: string): Promise<void> {
  const place = resolve(output);
  for (const name of await readdir(dirname(place)).catch(() => [])) {
    const isUnfinished =
      name.startsWith(`${basename(place)}.`) && /^\d+-\d+\.new$/.test(name.slice(basename(place).length + 1));
    if (isUnfinished) await rm(join(dirname(place), name), { recursive: true, force: true });
  }
}

async function claim(output: string, force: boolean): Promise<Claim> {
  const found = await stat(output).catch(() => undefined);
  if (!found) return { place: resolve(output), stale: [] };
  if (!found.isDirectory()) throw new Error(`${output}: is a file, not a folder; choose another name for the run`);
  const place = await realpath(output);
  if ((await stat(dirname(place))).dev !== found.dev) {
    throw new Error(`${output}: is the root of a file system; choose a folder inside it`);
  }
  const files = await readdir(output);
  if (files.length === 0) return { place, stale: [] };
  const stale = await filesOfRun(output, files);
  if (!stale) throw new Error(`${output}: holds something other than a run; choose another folder`);
  if (!force) throw new Error(`${output}: holds a run already; choose another folder, or add --force to replace it`);
  return { place, stale };
}

const jsonLines = [...journalTables, SESSIONS].map(jsonLinesName);

/**
 * The manifest, and the JSON lines that it tells of; or the lines of every table, of a run that did not come to its
 * manifest. Undefined: not a run.
 */
async function filesOfRun(folder: string, files: readonly string[]): Promise<readonly string[] | undefined> {
  if (files.includes(RUN_FILE)) {
    const manifest = await readAnyManifest(join(folder, RUN_FILE));
    if (!manifest) return undefined;
    return [RUN_FILE, ...(manifest.jsonl ? jsonLines.filter((file) => files.includes(file)) : [])];
  }
  const lines = journalTables.map((table) => `${table}.csv`).filter((file) => files.includes(file));
  const packed = journalTables.filter((table) => files.includes(`${table}.parquet`));
  if (lines.length + packed.length < journalTables.length) return undefined;
  const hasJsonLines = journalTables.every((table) => files.includes(jsonLinesName(table)));
  return [...lines, ...(hasJsonLines ? jsonLines.filter((file) => files.includes(file)) : [])];
}

/** Of any version of truetape. */
async function readAnyManifest(file: string): Promise<{ readonly jsonl?: unknown } | undefined> {
  try {
    const manifest = JSON.parse(await readFile(file, 'utf8'));
    return typeof manifest.format === 'number' && typeof manifest.digest === 'string' ? manifest : undefined;
  } catch {
    return undefined;
  }
}

/** The manifest goes first and comes last: what lies between is not taken for a run. */
async function publish(building: string, { place, stale }: Claim): Promise<void> {
  await mkdir(place, { recursive: true });
  for (const file of stale) await rm(join(place, file));
  const tables = (await readdir(building)).filter((file) => file !== RUN_FILE);
  for (const file of [...tables, RUN_FILE]) await rename(join(building, file), join(place, file));
}
