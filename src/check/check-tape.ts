import { decoderFor } from '../feeds/index.ts';
import type { EventBatch } from '../market/event.ts';
import { Market } from '../market/market.ts';
import type { Micros } from '../market/units.ts';
import { TapeEvents } from '../tape/events.ts';
import { readHeader } from '../tape/header.ts';
import { openTape, type Tape } from '../tape/tape.ts';
import { Arrival } from './arrival.ts';
import { Bars } from './bars.ts';
import type { Check, CheckFactory, Measurement, Place, SeenTape, Unit } from './check.ts';
import { Continuity } from './continuity.ts';
import { Crossed } from './crossed.ts';
import { Decoding } from './decoding.ts';
import { measureFacts, measureSegments, measureTail } from './integrity.ts';
import { Jumps } from './jumps.ts';
import { Lag } from './lag.ts';
import { Sequence } from './sequence.ts';
import { type CheckName, type CheckSettings, type CheckSettingsInput, checkSettingsSchema } from './settings.ts';
import { Stale } from './stale.ts';
import { Volume } from './volume.ts';

/** In the order in which results are shown. A new check is a line here, and its limits in settings.ts. */
const families: readonly CheckFactory[] = [
  () => new Decoding(),
  () => new Continuity(),
  () => new Sequence(),
  () => new Arrival(),
  (settings) => new Lag(settings),
  () => new Crossed(),
  () => new Stale(),
  (settings) => new Jumps(settings),
  () => new Volume(),
  () => new Bars(),
];

export type Status = 'pass' | 'warn' | 'fail' | 'skipped';

export interface CheckResult {
  readonly check: CheckName;
  readonly status: Status;
  /** 0 is perfect, more is worse; null when skipped. */
  readonly value: number | null;
  readonly unit: Unit | null;
  /** Above it the check warns, or fails; null = never. */
  readonly warn: number | null;
  readonly fail: number | null;
  readonly where: Place | null;
  /** What was found; of a skipped check, why it does not apply. */
  readonly detail: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface TapeCheck {
  readonly tape: string;
  readonly verdict: 'pass' | 'warn' | 'fail';
  readonly results: readonly CheckResult[];
}

export interface CheckOptions {
  /** Limits other than the defaults. */
  readonly settings?: CheckSettingsInput;
  /** From 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** Reads a tape once, start to end, and judges it. Throws for what is not a tape, or has no frames. */
export async function checkTape(path: string, options: CheckOptions = {}): Promise<TapeCheck> {
  const settings = checkSettingsSchema.parse(options.settings ?? {});
  const header = await readHeader(path);
  const ahead = [await measureSegments(path, header), measureFacts(header)].map((found) => judge(found, settings));
  if (ahead.some(({ status }) => status === 'fail')) return verdictOn(path, [...ahead, ...skipRest(ahead, settings)]);
  const tape = await openTape(path);
  if (tape.frames === 0) throw new Error(`${path}: the tape has no frames`);
  const checks = families.map((create) => create(settings));
  const seen = await watch(tape, checks, options.onProgress);
  const measured = [measureTail(tape), ...checks.flatMap((check) => check.measure(seen))];
  return verdictOn(path, [...ahead, ...measured.map((found) => judge(found, settings))]);
}

async function watch(tape: Tape, checks: readonly Check[], onProgress?: (share: number) => void): Promise<SeenTape> {
  const source = new TapeEvents(tape, decoderFor(tape.header.feed));
  const events = new Watch(checks);
  const { from, to } = tape.span ?? { from: 0, to: 0 };
  for await (const batch of source.batches()) {
    for (let i = events.markets.length; i < source.instruments.length; i++) {
      events.markets.push(new Market(source.instruments[i], i));
    }
    events.see(batch);
    onProgress?.(share(batch.receivedAt[batch.count - 1], from, to));
  }
  return { tape, markets: events.markets, problems: source.problems };
}

const share = (at: Micros, from: Micros, to: Micros): number => (at - from) / (to - from || 1);

/** Keeps the markets up to date and tells the checks what they ask for. */
class Watch {
  readonly markets: Market[] = [];
  readonly #ofRows: readonly Check[];
  readonly #ofSteps: readonly Check[];
  /** Markets of the current frame. */
  readonly #touched: Market[] = [];

  constructor(checks: readonly Check[]) {
    this.#ofRows = checks.filter((check) => check.row);
    this.#ofSteps = checks.filter((check) => check.step);
  }

  see(batch: EventBatch): void {
    for (let from = 0; from < batch.count; ) {
      const to = batch.frameEnd(from, batch.count);
      for (let i = from; i < to; i++) this.#row(batch, i);
      for (const market of this.#touched) for (const check of this.#ofSteps) check.step?.(batch, to - 1, market);
      this.#touched.length = 0;
      from = to;
    }
  }

  #row(batch: EventBatch, i: number): void {
    const market: Market | undefined = this.markets[batch.instrument[i]];
    for (const check of this.#ofRows) check.row?.(batch, i, market);
    if (!market) return;
    market.apply(batch, i);
    if (!this.#touched.includes(market)) this.#touched.push(market);
  }
}

/** A damaged segment is the one thing that no setting forgives. */
const damaged = { warn: 0, fail: 0 };

function judge(found: Measurement, settings: CheckSettings): CheckResult {
  const { name, value, detail } = found;
  const { warn, fail } = name === 'segments' ? damaged : settings[name];
  if (value === null) {
    return { check: name, status: 'skipped', value, unit: null, warn, fail, where: null, detail, facts: {} };
  }
  const { unit, where = null, facts = {} } = found;
  const status = exceeds(value, fail) ? 'fail' : exceeds(value, warn) ? 'warn' : 'pass';
  return { check: name, status, value, unit, warn, fail, where, detail, facts };
}

/** Not a number is no measure, and no tape passes by it. */
function exceeds(value: number, limit: number | null): boolean {
  return limit !== null && !(value <= limit);
}

function skipRest(done: readonly CheckResult[], settings: CheckSettings): CheckResult[] {
  const names = Object.keys(settings) as (keyof CheckSettings)[];
  return names
    .filter((name) => done.every(({ check }) => check !== name))
    .map((name) => judge({ name, value: null, detail: 'the tape cannot be read safely, see above' }, settings));
}

function verdictOn(tape: string, results: readonly CheckResult[]): TapeCheck {
  const has = (status: Status): boolean => results.some((result) => result.status === status);
  return { tape, verdict: has('fail') ? 'fail' : has('warn') ? 'warn' : 'pass', results };
}
