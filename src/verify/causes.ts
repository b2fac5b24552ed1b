/** What else is not as it was when the expectation was written, and so may be why the run is another one. */
import { formatTime } from '../market/units.ts';
import type { RunManifest } from '../tape/run-file.ts';
import { settingDifferences } from '../tape/run-settings.ts';
import type { EngineCode } from './engine-code.ts';
import type { Expectation } from './expectation.ts';

export interface Cause {
  readonly kind: 'code' | 'config' | 'data' | 'engine' | 'unknown';
  readonly text: string;
}

/** The likeliest first; one that says so if nothing else differs. */
export function causesOf({ manifest: was, engine: then }: Expectation, is: RunManifest, now: EngineCode): Cause[] {
  const causes = [...code(was, is), ...config(was, is), ...data(was, is), ...engine(was, then, is, now)];
  if (causes.length > 0) return causes;
  const text = 'code, config, data and engine are what they were: the run does not repeat; truetape probe says more';
  return [{ kind: 'unknown', text }];
}

function code({ strategy: was }: RunManifest, { strategy: is }: RunManifest): Cause[] {
  if (was.name !== is.name) return [{ kind: 'code', text: `the strategy was ${was.name} and is ${is.name}` }];
  if (was.codeSha256 === is.codeSha256) return [];
  const hash = (sha256: string | undefined) => sha256?.slice(0, 12) ?? 'a shipped one';
  return [{ kind: 'code', text: `code of ${is.name}: ${hash(was.codeSha256)} -> ${hash(is.codeSha256)}` }];
}

function config(was: RunManifest, is: RunManifest): Cause[] {
  return settingDifferences(was, is).map(({ name, one, other }) => ({
    kind: 'config',
    text: `${name}: ${value(one)} -> ${value(other)}`,
  }));
}

function data(was: RunManifest, is: RunManifest): Cause[] {
  const causes: Cause[] = [];
  const add = (what: string, before: string | undefined, after: string | undefined) => {
    if (before !== after) causes.push({ kind: 'data', text: `${what}: ${before ?? 'none'} -> ${after ?? 'none'}` });
  };
  const hash = (file: { readonly sha256: string } | undefined) => file?.sha256.slice(0, 12);
  for (let i = 0; i < Math.max(was.tapes.length, is.tapes.length); i++)
    add(`tape ${(is.tapes[i] ?? was.tapes[i]).name}`, hash(was.tapes[i]), hash(is.tapes[i]));
  add('settlements', hash(was.settlements), hash(is.settlements));
  add('own orders', hash(was.ownOrders), hash(is.ownOrders));
  add('measured latency', hash(was.latency), hash(is.latency));
  add('traded from', formatTime(was.from), formatTime(is.from));
  return causes;
}

function engine(was: RunManifest, then: EngineCode | undefined, is: RunManifest, now: EngineCode): Cause[] {
  if (was.createdBy !== is.createdBy) return [{ kind: 'engine', text: `${was.createdBy} -> ${is.createdBy}` }];
  if (!then || then.sha256 === now.sha256) return [];
  const text = `code of ${is.createdBy}: ${then.sha256.slice(0, 12)} -> ${now.sha256.slice(0, 12)}`;
  return [{ kind: 'engine', text }];
}

const value = (of: unknown): string => (of === undefined ? 'none' : JSON.stringify(of));
