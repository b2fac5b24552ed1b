/** The drawing libraries as scripts that can stand in a page. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Vega first: Vega-Lite builds on it. */
export async function drawingLibraries(): Promise<string[]> {
  return Promise.all(['vega', 'vega-lite'].map(libraryScript));
}

/** The browser build lies beside the module that the package exports; its licence goes with it. */
async function libraryScript(name: string): Promise<string> {
  const build = dirname(createRequire(import.meta.url).resolve(name));
  const [script, licence] = await Promise.all([
    readFile(join(build, `${name}.min.js`), 'utf8'),
    readFile(join(build, '..', 'LICENSE'), 'utf8'),
  ]);
  // The map of the source would be one more file to ask for.
  const code = script.replace(/^\/\/# sourceMappingURL=.*$/m, '').trim();
  return `/*\n${name}\n${licence.trim().replaceAll('*/', '* /')}\n*/\n${asInlineScript(code)}`;
}

/** A text of a script that could end its element is written so that it means the same and does not. */
function asInlineScript(code: string): string {
  return code.replaceAll(/<\/(?=script)/gi, '<\\/').replaceAll('<!--', '<\\!--');
}
