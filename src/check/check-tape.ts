import { decoderFor } from '../feeds/index.ts';
import type { Micros } from '../market/units.ts';
import { TapeEvents } from '../tape/events.ts';
import { readHeader } from '../tape/header.ts';
import { openTape, type Tape } from '../tape/tape.ts';
import type { Measurement } from './check.ts';
import { measureFacts, measureSegments, measureTail } from './integrity.ts';
import { type CheckResult, judge, type Verdict, worstOf } from './judge.ts';
import { type CheckSettings, type CheckSettingsInput, checkSettingsSchema } from './settings.ts';
import { Watch } from './watch.ts';

export interface TapeCheck {
  readonly tape: string;
  readonly verdict: Verdict;
  readonly results: readonly CheckResult[];
}

export interface CheckOptions {
  /** Limits other than the defaults. */
  readonly settings?: CheckSettingsInput;
  /** From 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** Reads a tape once, start to end, and judges it. Throws for what is not a tape, or has no frames. */
export async function checkTape(
  path: string,
  { settings: given = {}, onProgress }: CheckOptions = {},
): Promise<TapeCheck> {
  const settings = checkSettingsSchema.parse(given);
  const header = await readHeader(path);
  const ahead = [await measureSegments(path, header), measureFacts(header)].map((found) => judge(found, settings));
  if (ahead.some(({ status }) => status === 'fail')) return verdictOn(path, [...ahead, ...skipRest(ahead, settings)]);
  const tape = await openTape(path);
  if (tape.frames === 0) throw new Error(`${path}: the tape has no frames`);
  const measured = [measureTail(tape), ...(await watch(tape, settings, onProgress))];
  return verdictOn(path, [...ahead, ...measured.map((found) => judge(found, settings))]);
}

async function watch(
  tape: Tape,
  settings: CheckSettings,
  onProgress: CheckOptions['onProgress'],
): Promise<Measurement[]> {
  const source = new TapeEvents(tape, decoderFor(tape.header));
  const watching = new Watch(settings);
  for await (const batch of source.batches()) {
    watching.see(batch, source.instruments);
    onProgress?.(shareOf(tape, batch.receivedAt[batch.count - 1]));
  }
  return watching.measure({ tape, problems: source.problems });
}

function shareOf({ span = { from: 0, to: 0 } }: Tape, at: Micros): number {
  return (at - span.from) / (span.to - span.from || 1);
}

function skipRest(done: readonly CheckResult[], settings: CheckSettings): CheckResult[] {
  const names = Object.keys(settings) as (keyof CheckSettings)[];
  return names
    .filter((name) => done.every(({ check }) => check !== name))
    .map((name) => judge({ name, value: null, detail: 'the tape cannot be read safely, see above' }, settings));
}

function verdictOn(tape: string, results: readonly CheckResult[]): TapeCheck {
  return { tape, verdict: worstOf(results.map(({ status }) => status)), results };
}
