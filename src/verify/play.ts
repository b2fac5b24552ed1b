import { join } from 'node:path';
import { controlled } from '../probe/probe.ts';
import { Variants } from '../probe/variants.ts';
import { buildSummary } from '../reports/report.ts';
import { replayAsRun } from '../run/as-run.ts';
import { replayRun } from '../run/replay-run.ts';
import { firstDifference } from '../tape/run-difference.ts';
import type { RunManifest } from '../tape/run-file.ts';
import { divergenceFigures, wantsDivergence } from './divergence-figures.ts';
import type { Outcome } from './outcome.ts';
import type { Case } from './suite.ts';

export interface Job {
  readonly one: Case;
  /** Digest of the expected run; undefined: there is none. */
  readonly digest?: string;
  /** Folder for the run. */
  readonly output: string;
}

/** Makes the run of a case, and compares it with the one that is expected. */
export async function play({ one, digest, output }: Job): Promise<Outcome> {
  const manifest = await replayed(one, output);
  const { metrics: figures } = await buildSummary(output);
  const failures = one.controls === undefined ? [] : await controls(one, manifest.digest, one.controls);
  if (digest === undefined || digest === manifest.digest) return { manifest, figures, failures };
  const difference = await firstDifference(one.expected, output, one.until);
  const { metrics: expected } = await buildSummary(one.expected);
  const divergence = wantsDivergence(one) ? await divergenceFigures(one.expected, output) : undefined;
  return { manifest, figures, failures, against: { digest, difference, figures: expected, divergence } };
}

async function replayed(one: Case, output: string): Promise<RunManifest> {
  if (one.run === undefined) return replayRun(options(one, output));
  const { tapes, run, strategy, settlements, ownOrders } = one;
  return (await replayAsRun({ tapes, run, strategy, settlements, ownOrders, output })).is;
}

async function controls(one: Case, digest: string, cuts: number): Promise<readonly string[]> {
  const { output: _, ...base } = options(one, join('never', 'used'));
  return (await controlled(new Variants(base, () => undefined), digest, cuts)).failures;
}

function options({ tapes, strategy = '', parameters, config, from, to, settlements, ownOrders }: Case, output: string) {
  return { tapes, strategy, parameters, config, from, to, settlements, ownOrders, output };
}
