/** What two runs were made with, setting by setting. */
import type { RunManifest } from './run-file.ts';

export interface SettingDifference {
  /** `parameters.size`, `settings.latency.entryMs` */
  readonly name: string;
  /** Undefined: not there. */
  readonly one: unknown;
  readonly other: unknown;
}

export function settingDifferences(one: RunManifest, other: RunManifest): SettingDifference[] {
  const [a, b] = [one, other].map(({ parameters, settings, config }) =>
    flat({ parameters, settings: settings ?? config }),
  );
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((name) => JSON.stringify(a.get(name)) !== JSON.stringify(b.get(name)))
    .map((name) => ({ name, one: a.get(name), other: b.get(name) }));
}

/** Lists are one value. */
function flat(value: unknown, name = '', into = new Map<string, unknown>()): Map<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return into.set(name, value);
  for (const [key, inner] of Object.entries(value)) flat(inner, name === '' ? key : `${name}.${key}`, into);
  return into;
}
