import { isBuiltin, SourceMap, type SourceMapPayload } from 'node:module';
import { basename, dirname } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { type RolldownBuild, type RolldownError, rolldown } from 'rolldown';
import { refuseAsync } from './refuse-async.ts';

export interface Bundle {
  readonly code: string;
  readonly map: SourceMap;
}

/** What a strategy may import besides its own files; everything else is put into the bundle. */
const provided = ['truetape', 'zod'];

/**
 * One piece of code of the file and all that it imports: so its hash covers everything that decides, and the ambient
 * names hold in its dependencies too. An error is one line. `cjs` is to be run, `es` to be a strategy file again.
 */
export async function bundleStrategy(file: string, format: 'cjs' | 'es' = 'cjs'): Promise<Bundle> {
  let build: RolldownBuild | undefined;
  try {
    build = await rolldown({
      input: file,
      // Paths in the code, and so its hash, do not depend on where we are.
      cwd: dirname(file),
      platform: 'neutral',
      resolve: { mainFields: ['module', 'main'] },
      external: (id) => provided.includes(id),
      transform: { define: { 'process.env.NODE_ENV': '"production"' } },
      logLevel: 'warn',
      onLog(_level, log) {
        // Else it would be left to be found when the code runs.
        if (log.code === 'UNRESOLVED_IMPORT') throw log;
      },
      plugins: [
        {
          name: 'no-surroundings',
          resolveId(id) {
            if (isBuiltin(id)) throw new Error(`imports ${id}, but a strategy sees markets only through its desk`);
            return null;
          },
        },
      ],
    });
    const { output } = await build.generate({ format, exports: 'named', sourcemap: 'hidden' });
    const [{ code, map }] = output;
    const bundle = { code, map: new SourceMap(map as unknown as SourceMapPayload) };
    refuseAsync(bundle.code, bundle.map);
    return bundle;
  } catch (error) {
    throw new Error(firstComplaint(error), { cause: error });
  } finally {
    await build?.close();
  }
}

/** The first thing that the bundler says, without its drawing. */
function firstComplaint(error: unknown): string {
  const [{ message, loc }] = (error as { errors?: readonly RolldownError[] }).errors ?? [error as RolldownError];
  const [line] = stripVTControlCharacters(message).trim().split('\n');
  const plain = line.replace(/^\[\w+\] |\.$/g, '').replace(/^Could not resolve '(.+)' in .*/, 'cannot find $1');
  return loc?.file === undefined ? plain : `${plain} (${basename(loc.file)}:${loc.line})`;
}
