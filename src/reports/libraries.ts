/** The drawing library as a script that can stand in a page. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Vega; its browser build lies beside the module that the package exports, and its licence goes with it. */
export async function drawingLibrary(): Promise<string> {
  const build = dirname(createRequire(import.meta.url).resolve('vega'));
  const [script, licence] = await Promise.all([
    readFile(join(build, 'vega.min.js'), 'utf8'),
    readFile(join(build, '..', 'LICENSE'), 'utf8'),
  ]);
  // The map of the source would be one more file to ask for.
  const code = script.replace(/^\/\/# sourceMappingURL=.*$/m, '').trim();
  return `/*\nvega\n${licence.trim().replaceAll('*/', '* /')}\n*/\n${asInlineScript(code)}`;
}

/** A text of a script that could end its element is written so that it means the same and does not. */
function asInlineScript(code: string): string {
  return code.replaceAll(/<\/(?=script)/gi, '<\\/').replaceAll('<!--', '<\\!--');
}
