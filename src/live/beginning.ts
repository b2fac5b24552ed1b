/** What a paper session was begun with, on its tape: it goes on with the same, or what has happened would be rewritten. */
import { isDeepStrictEqual } from 'node:util';
import { Direction, FrameView, type Note } from '../market/frame.ts';
import type { RunSettings } from '../run/assemble.ts';
import { type RunConfig, runConfigSchema } from '../run/config.ts';
import type { Tape } from '../tape/tape.ts';

export interface Beginning {
  readonly strategy: string;
  /** Null for a shipped strategy. */
  readonly codeSha256: string | null;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly settings: RunConfig;
  /** Of the file of measured latencies, if there is one. */
  readonly latencySha256: string | null;
}

/** As it comes back from a tape. */
export function beginningWith({ strategy, parameters, config, latency }: RunSettings): Beginning {
  const beginning: Beginning = {
    strategy: strategy.definition.name,
    codeSha256: strategy.codeSha256 ?? null,
    parameters: parameters as Record<string, unknown>,
    settings: config,
    latencySha256: latency.file?.sha256 ?? null,
  };
  return JSON.parse(JSON.stringify(beginning)) as Beginning;
}

/** It comes before all data. Throws where the tape has none. */
export async function readBeginning(tape: Tape): Promise<Beginning> {
  const view = new FrameView();
  for await (const batch of tape.read()) {
    for (let i = 0; i < batch.count; i++) {
      const frame = view.at(batch, i);
      if (frame.direction !== Direction.note) break;
      const note = JSON.parse(frame.text()) as Note;
      if (note.note !== 'control' || note.control.kind !== 'begin') continue;
      const run = note.control.run as unknown as Beginning;
      return { ...run, settings: runConfigSchema.parse(run.settings) };
    }
    break;
  }
  throw new Error(`${tape.path}: was not begun by truetape paper; choose another folder for the tape`);
}

/**
 * Settings for a session that goes on: as it was begun. Limits may have changed since, and their changes are on the tape;
 * throws for everything else that is not as it was.
 */
export function goOn(given: RunSettings, was: Beginning, tape: string): RunSettings {
  const is = beginningWith(given);
  const changed: string[] = (['strategy', 'codeSha256', 'parameters', 'latencySha256'] as const).filter(
    (name) => !isDeepStrictEqual(is[name], was[name]),
  );
  const { risk } = was.settings;
  const names = Object.keys(runConfigSchema.shape) as (keyof RunConfig)[];
  for (const name of names) {
    if (name !== 'risk' && !isDeepStrictEqual(is.settings[name], was.settings[name])) changed.push(`settings.${name}`);
  }
  if (changed.length > 0) {
    const what = changed
      .join(', ')
      .replace('codeSha256', "code of the strategy's files")
      .replace('latencySha256', 'file of latencies');
    throw new Error(`${tape}: its session was begun with another ${what}; go on with that, or begin on another tape`);
  }
  return { ...given, config: { ...given.config, risk } };
}
