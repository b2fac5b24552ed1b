import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VERSION } from '../tape/version.ts';

/** What runs the strategies: shipped ones are part of it. */
export interface EngineCode {
  readonly version: string;
  /** Over all our code: a version under development changes without a new number. */
  readonly sha256: string;
}

const root = fileURLToPath(new URL('..', import.meta.url));

export async function engineCode(): Promise<EngineCode> {
  const files = (await readdir(root, { recursive: true })).filter((file) => /(?<!\.d)\.[jt]s$/.test(file)).sort();
  const hash = createHash('sha256');
  const contents = await Promise.all(files.map((file) => readFile(join(root, file))));
  for (const [i, file] of files.entries()) hash.update(`${file.replaceAll('\\', '/')}\n`).update(contents[i]);
  return { version: VERSION, sha256: hash.digest('hex') };
}
