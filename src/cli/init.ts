import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CommandModule } from 'yargs';
import { VERSION } from '../tape/version.ts';
import { print, printJson } from './output.ts';

const template = fileURLToPath(new URL('../../templates/project', import.meta.url));
/** Names that npm leaves out of a package, and those that they go by in the template. */
const renamed: Readonly<Record<string, string>> = { gitignore: '.gitignore' };

interface Arguments {
  folder: string;
  json: boolean;
}

export const initVerb: CommandModule<object, Arguments> = {
  command: 'init <folder>',
  describe: 'start a project: strategy, test, configs, CI workflow',
  builder: (yargs) =>
    yargs
      .positional('folder', {
        type: 'string',
        demandOption: true,
        describe: 'a new folder, or one without these files',
      })
      .option('json', { type: 'boolean', default: false })
      .example('$0 init weather', 'then: cd weather && npm install && npm test')
      .example('$0 init .', 'in the folder where you are') as never,
  async handler({ folder, json }) {
    const files = await writeProject(folder);
    if (json) printJson({ folder, files });
    else {
      for (const file of files) print(join(folder, file));
      print(`\n${join(folder, 'README.md')} says how to go on`);
    }
  },
};

/** Writes all files or, if one is there already, none; returns their names. */
async function writeProject(folder: string): Promise<string[]> {
  const found = await stat(folder).catch(() => undefined);
  if (found && !found.isDirectory()) throw new Error(`${folder}: is a file; choose another name for the project`);
  const entries = await readdir(template, { recursive: true, withFileTypes: true });
  const sources = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(template.length + 1))
    .sort();
  const files = sources.map((source) => ({ source, file: renamed[source] ?? source }));
  for (const { file } of files) {
    if (await stat(join(folder, file)).catch(() => undefined)) {
      throw new Error(`${folder}: has a ${file} already, and nothing is overwritten; choose another folder`);
    }
  }
  const name = packageName(basename(resolve(folder)));
  for (const { source, file } of files) {
    const text = await readFile(join(template, source), 'utf8');
    const path = join(folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text.replaceAll('{{name}}', name).replaceAll('{{version}}', VERSION), { flag: 'wx' });
  }
  return files.map(({ file }) => file);
}

/** What npm takes for a name. */
function packageName(folder: string): string {
  return (
    folder
      .toLowerCase()
      .replaceAll(/[^a-z0-9._-]+/g, '-')
      .replace(/^[._-]+/, '') || 'strategy'
  );
}
