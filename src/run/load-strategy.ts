import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { resolve } from 'node:path';
import { compileFunction } from 'node:vm';
import { rolldown } from 'rolldown';
import * as zod from 'zod';
import * as vocabulary from '../market/index.ts';
import type { StrategyDefinition } from '../market/strategy.ts';
import { shippedStrategies } from '../strategies/index.ts';
import { createAmbient } from './ambient.ts';

export interface LoadedStrategy {
  readonly definition: StrategyDefinition;
  /** Over the file and all that it imports; undefined for a shipped strategy. */
  readonly codeSha256?: string;
}

/** A shipped strategy by name, or a TypeScript or JavaScript file by path. */
export async function loadStrategy(nameOrPath: string): Promise<LoadedStrategy> {
  const shipped = shippedStrategies.find(({ name }) => name === nameOrPath);
  if (shipped) return { definition: shipped };
  if (!/\.[cm]?[jt]s$/.test(nameOrPath)) {
    const names = shippedStrategies.map(({ name }) => name).join(', ');
    throw new Error(`no strategy "${nameOrPath}": it is one of ${names}, or the path of a .ts file`);
  }
  const file = resolve(nameOrPath);
  if (!existsSync(file)) throw new Error(`${nameOrPath}: no such strategy file`);
  const code = await bundle(file, nameOrPath);
  return { definition: evaluate(code, file, nameOrPath), codeSha256: createHash('sha256').update(code).digest('hex') };
}

/** What a strategy may import besides its own files; everything else is put into the bundle. */
const provided = ['truetape', 'zod'];

/**
 * One piece of code of the file and all that it imports: so its hash covers everything that decides, and the ambient
 * names hold in its dependencies too.
 */
async function bundle(file: string, name: string): Promise<string> {
  const build = await rolldown({
    input: file,
    platform: 'neutral',
    external: (id) => provided.includes(id),
    logLevel: 'silent',
    plugins: [
      {
        name: 'no-surroundings',
        resolveId(id) {
          if (isBuiltin(id)) throw new Error(`imports ${id}, but a strategy sees markets only through its desk`);
          return null;
        },
      },
    ],
  }).catch((error: unknown) => {
    throw cannotLoad(name, error);
  });
  try {
    const { output } = await build.generate({ format: 'cjs', exports: 'named', sourcemap: 'inline' });
    return output[0].code;
  } catch (error) {
    throw cannotLoad(name, error);
  } finally {
    await build.close();
  }
}

function evaluate(code: string, file: string, name: string): StrategyDefinition {
  const ambient = createAmbient();
  const module = { exports: {} as Record<string, unknown> };
  const require = (id: string): unknown => {
    if (id === 'zod') return zod;
    return vocabulary;
  };
  const names = { module, exports: module.exports, require, ...ambient.names };
  try {
    compileFunction(code, Object.keys(names), { filename: file })(...Object.values(names));
  } catch (error) {
    throw cannotLoad(name, error);
  }
  const definition = (module.exports.default ?? module.exports.strategy) as Partial<StrategyDefinition> | undefined;
  if (typeof definition?.create !== 'function' || typeof definition.name !== 'string') {
    throw new Error(`${name}: its default export is not a strategy; write "export default defineStrategy({ ... })"`);
  }
  const { create } = definition as StrategyDefinition;
  return {
    ...(definition as StrategyDefinition),
    create(desk, parameters) {
      ambient.bind(desk);
      return create(desk, parameters);
    },
  };
}

function cannotLoad(name: string, error: unknown): Error {
  return new Error(`${name}: does not load: ${cause(error)}`, { cause: error });
}

/** The first telling line of a bundler's or the engine's message. */
function cause(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const lines = message
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^Build failed/.test(line));
  return lines.slice(0, 3).join(' ');
}
