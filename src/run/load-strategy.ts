import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { compileFunction } from 'node:vm';
import * as zod from 'zod';
import * as vocabulary from '../market/index.ts';
import type { StrategyDefinition } from '../market/strategy.ts';
import { shippedStrategies } from '../strategies/index.ts';
import { createAmbient } from './ambient.ts';
import { type Bundle, bundleStrategy } from './bundle-strategy.ts';

export interface LoadedStrategy {
  readonly definition: StrategyDefinition;
  /** Over the file and all that it imports; undefined for a shipped strategy. */
  readonly codeSha256?: string;
  /** The error with the line of the strategy's own files where it arose, as far as that is known. */
  located(error: Error): Error;
}

/** A shipped strategy by name, or a TypeScript or JavaScript file by path. */
export async function loadStrategy(nameOrPath: string): Promise<LoadedStrategy> {
  const shipped = shippedStrategies.find(({ name }) => name === nameOrPath);
  if (shipped) return { definition: shipped, located: (error) => error };
  if (!/\.[cm]?[jt]s$/.test(nameOrPath)) {
    const names = shippedStrategies.map(({ name }) => name).join(', ');
    throw new Error(`no strategy "${nameOrPath}": it is one of ${names}, or the path of a .ts file`);
  }
  const file = resolve(nameOrPath);
  if (!existsSync(file)) throw new Error(`${nameOrPath}: no such strategy file`);
  const bundle = await bundleStrategy(file).catch((error: Error) => {
    throw new Error(`${nameOrPath}: does not load: ${error.message}`, { cause: error });
  });
  const located = (error: Error) => locate(error, file, bundle);
  const exported = evaluate(bundle, file, (error) =>
    located(new Error(`${nameOrPath}: does not load: ${messageOf(error)}`, { cause: error })),
  );
  return {
    definition: checked(exported, nameOrPath),
    codeSha256: createHash('sha256').update(bundle.code).digest('hex'),
    located,
  };
}

/** Runs the code; returns what it exports, with a `create` that lets tape time and chance in. */
function evaluate({ code }: Bundle, file: string, failed: (error: unknown) => Error): unknown {
  const ambient = createAmbient();
  const module = { exports: {} as Record<string, unknown> };
  const require = (id: string): unknown => (id === 'zod' ? zod : vocabulary);
  const names = { module, exports: module.exports, require, ...ambient.names };
  try {
    // Strict, as modules are: else `this` of a plain function would be the true surroundings.
    compileFunction(`'use strict';${code}`, Object.keys(names), { filename: file })(...Object.values(names));
  } catch (error) {
    throw failed(error);
  }
  const definition = (module.exports.default ?? module.exports.strategy) as Partial<StrategyDefinition> | undefined;
  const { create } = definition ?? {};
  if (typeof create !== 'function') return definition;
  return {
    ...definition,
    create(...[desk, parameters]: Parameters<typeof create>) {
      ambient.bind(desk);
      return create(desk, parameters);
    },
  };
}

function checked(exported: unknown, name: string): StrategyDefinition {
  const definition = exported as Partial<StrategyDefinition> | undefined;
  if (typeof definition?.create !== 'function' || typeof definition.name !== 'string') {
    throw new Error(`${name}: its default export is not a strategy; write "export default defineStrategy({ ... })"`);
  }
  if (typeof definition.parameters?.safeParse !== 'function') {
    throw new Error(`${name}: the strategy has no parameters; write "parameters: z.object({ ... })", or z.object({})`);
  }
  return definition as StrategyDefinition;
}

/** The innermost line of the strategy on the stack of the error, or of what caused it. */
function locate(error: Error, file: string, { map }: Bundle): Error {
  const { stack = '' } = error.cause instanceof Error ? error.cause : error;
  const at = stack.indexOf(`${file}:`);
  if (at < 0) return error;
  const [line, column] = stack
    .slice(at + file.length + 1)
    .split(/\D/)
    .map(Number);
  const entry = map.findEntry(line - 1, column - 1);
  if (!('originalSource' in entry)) return error;
  return new Error(`${error.message} (${basename(entry.originalSource)}:${entry.originalLine + 1})`, { cause: error });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
