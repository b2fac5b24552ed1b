/** What came of a case, and the key that says when nothing could have come out otherwise. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Figures } from '../reports/figures.ts';
import { settingsOf } from '../run/assemble.ts';
import type { RunConfigInput } from '../run/config.ts';
import { replaceFile } from '../tape/header.ts';
import type { RunDifference } from '../tape/run-difference.ts';
import { type RunManifest, readRun } from '../tape/run-file.ts';
import { openTape } from '../tape/tape.ts';
import type { DivergenceFigures } from './divergence-figures.ts';
import type { EngineCode } from './engine-code.ts';
import type { Case } from './suite.ts';

/** Raised when outcomes of an older layout would be misread. */
const OUTCOME_FORMAT = 1;

export interface Outcome {
  readonly manifest: RunManifest;
  readonly figures: Partial<Figures>;
  /** Of negative controls, one line each. */
  readonly failures: readonly string[];
  /** Against the expected run; where there is one, and the journals are not the same. */
  readonly against?: {
    readonly digest: string;
    /** Undefined: alike as far as they are compared. */
    readonly difference?: RunDifference;
    /** Of the expected run by today's definitions. */
    readonly figures: Partial<Figures>;
    /** Where a budget limits it. */
    readonly divergence?: DivergenceFigures;
  };
}

/** Outcomes by key, in `.truetape` beside the suite: derived, may be deleted at any time. */
export class OutcomeCache {
  readonly #folder: string;

  constructor(besides: string) {
    this.#folder = join(besides, '.truetape');
  }

  async read(key: string): Promise<Outcome | undefined> {
    try {
      return JSON.parse(await readFile(this.#file(key), 'utf8')) as Outcome;
    } catch {
      return undefined;
    }
  }

  /** Where nothing can be written, nothing but time is lost. */
  async write(key: string, outcome: Outcome): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeFile(join(this.#folder, '.gitignore'), '*\n');
      await replaceFile(this.#file(key), `${JSON.stringify(outcome)}\n`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    }
  }

  #file(key: string): string {
    return join(this.#folder, `verify-${key.slice(0, 32)}.json`);
  }
}

/** Hash over all that the outcome depends on: tapes, strategy with its imports, settings, the engine's own code. */
export async function keyOf(one: Case, engine: EngineCode): Promise<string> {
  const {
    name: _,
    expected: _expected,
    tapes,
    strategy,
    settlements,
    ownOrders,
    run,
    metrics: _metrics,
    budgets: _budgets,
    ...rest
  } = one;
  const repeated = run === undefined ? undefined : await readRun(run);
  const { strategy: loaded, latency } = await settingsOf({
    strategy: strategy ?? repeated?.strategy.name ?? '',
    parameters: repeated?.parameters ?? one.parameters,
    config: (repeated?.settings as RunConfigInput | undefined) ?? one.config,
  });
  const hash = createHash('sha256');
  hash.update(
    JSON.stringify([
      OUTCOME_FORMAT,
      engine,
      rest,
      loaded.definition.name,
      loaded.codeSha256,
      latency.file?.sha256,
      repeated && [repeated.digest, repeated.mode, repeated.parameters, repeated.settings],
    ]),
  );
  for (const path of tapes) {
    const { header, log } = await openTape(path);
    hash.update(`\ntape ${JSON.stringify(header)}\n`);
    for (const { receivedAt, connection, direction, payload } of log)
      hash.update(`${receivedAt} ${connection} ${direction}\n`).update(payload);
  }
  if (settlements !== undefined) hash.update('\nsettlements ').update(await readFile(settlements));
  if (ownOrders !== undefined) hash.update('\nown orders ').update(await readFile(ownOrders));
  return hash.digest('hex');
}
