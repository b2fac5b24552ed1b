/**
 * A config as files: `extends: base.yaml` takes over what another file says. Objects are merged setting by setting, lists
 * and all else are replaced; so are an object that names another `model`, whose settings would not fit, and the reference
 * of a secret.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';

export interface ConfigLayer {
  readonly file: string;
  /** Without `extends`. */
  readonly settings: unknown;
}

type Settings = Readonly<Record<string, unknown>>;

/** The file and all that it extends, base first. */
export async function readLayers(file: string, overlays: readonly string[] = []): Promise<ConfigLayer[]> {
  const chain = [...overlays, file];
  if (overlays.some((overlay) => resolve(overlay) === resolve(file))) {
    throw new Error(`${chain[0]}: extends itself: ${chain.join(' -> ')}; take one extends away`);
  }
  const given = await readYaml(file, overlays.at(-1));
  if (!isSettings(given) || !('extends' in given)) return [{ file, settings: given }];
  const { extends: base, ...settings } = given;
  if (typeof base !== 'string' || base === '') {
    throw new Error(`${file}: extends: must be the name of a file, relative to this one`);
  }
  const below = await readLayers(resolve(base) === base ? base : join(dirname(file), base), chain);
  return [...below, { file, settings }];
}

export function mergeLayers(layers: readonly ConfigLayer[]): unknown {
  return layers.map(({ settings }) => settings).reduce(merge);
}

/** The file that says what is at `path`; the last one where none does: there it is missing. */
export function ownerOf(layers: readonly ConfigLayer[], path: readonly PropertyKey[]): string {
  const owner = path.length === 0 ? undefined : layers.findLast(({ settings }) => has(settings, path));
  return (owner ?? layers[layers.length - 1]).file;
}

async function readYaml(file: string, overlay: string | undefined): Promise<unknown> {
  try {
    return parse(await readFile(file, 'utf8')) ?? {};
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const missing = code === 'ENOENT';
    if (code === 'EISDIR') throw new Error(`${file}: is a folder; name a YAML file`);
    if (missing && overlay !== undefined) throw new Error(`${overlay}: extends: ${file}: no such file`);
    throw new Error(`${file}: ${missing ? 'no such file' : (error as Error).message.split('\n', 1)[0]}`);
  }
}

function merge(base: unknown, over: unknown): unknown {
  if (!isSettings(base) || !isSettings(over)) return over;
  if (over.model !== undefined && over.model !== base.model) return over;
  if (isReference(base) && isReference(over)) return over;
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(over)) merged[name] = name in base ? merge(base[name], value) : value;
  return merged;
}

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Where a secret is kept: `{file: ..}`, `{exec: ..}` or `{env: ..}`. */
function isReference(settings: Settings): boolean {
  const names = Object.keys(settings);
  return names.length === 1 && ['file', 'exec', 'env'].includes(names[0]);
}

function has(settings: unknown, path: readonly PropertyKey[]): boolean {
  let at = settings;
  for (const part of path) {
    if (typeof at !== 'object' || at === null || !(part in at)) return false;
    at = (at as Readonly<Record<PropertyKey, unknown>>)[part];
  }
  return true;
}
