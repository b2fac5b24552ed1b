/** What is expected of a case: a run, kept with its figures and with the engine that made it. */
import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Figures } from '../reports/figures.ts';
import { replaceFile, temporaryName } from '../tape/header.ts';
import { RUN_FILE, type RunManifest, readRun } from '../tape/run-file.ts';
import type { EngineCode } from './engine-code.ts';
import type { Case } from './suite.ts';

const FILE = 'expected.json';

export interface Expectation {
  readonly manifest: RunManifest;
  /** As they were accepted; undefined for a run that verify did not write, whose figures are worked out anew. */
  readonly figures?: Partial<Figures>;
  readonly engine?: EngineCode;
}

/** Undefined: nothing is expected yet. */
export async function readExpectation({ expected, run }: Case): Promise<Expectation | undefined> {
  const kept = await readFile(join(expected, FILE), 'utf8').catch(() => undefined);
  if (kept !== undefined) return { manifest: await readRun(expected), ...JSON.parse(kept) };
  const isRun = await readFile(join(expected, RUN_FILE)).catch(() => undefined);
  return run !== undefined || isRun ? { manifest: await readRun(expected) } : undefined;
}

/** Puts a run where the case expects it; what was there before is gone once the new one is whole. */
export async function writeExpectation(
  { expected }: Case,
  run: string,
  accepted: Required<Pick<Expectation, 'figures' | 'engine'>>,
): Promise<void> {
  const building = temporaryName(expected);
  await mkdir(dirname(expected), { recursive: true });
  try {
    await cp(run, building, { recursive: true });
    await replaceFile(join(building, FILE), `${JSON.stringify(accepted, null, 2)}\n`);
    await rm(expected, { recursive: true, force: true });
    await rename(building, expected);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}
