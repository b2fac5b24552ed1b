/** Small invented tapes for the checks, without a file: events go straight to them. */
import type { CheckResult } from '../../src/check/judge.ts';
import { judge } from '../../src/check/judge.ts';
import { type CheckName, type CheckSettingsInput, checkSettingsSchema } from '../../src/check/settings.ts';
import { Watch } from '../../src/check/watch.ts';
import type { Instrument } from '../../src/market/instrument.ts';
import type { Tape } from '../../src/tape/tape.ts';
import { EventScript, type Row } from './events.ts';
import { contract } from './instruments.ts';

export const SECOND = 1_000_000;
/** When the invented tapes begin. */
export const START = 1_778_695_680 * SECOND;

/** Events of an invented tape; times are seconds from its start. */
export class InventedTape {
  readonly #script = new EventScript();
  readonly #instruments: readonly Instrument[];
  readonly #problems: Record<string, number>;
  #frames = 0;
  #first = Number.NaN;
  #last = Number.NaN;

  constructor(instruments: readonly Instrument[] = [contract()], problems: Record<string, number> = {}) {
    this.#instruments = instruments;
    this.#problems = problems;
  }

  /** A frame that arrives after `at` seconds; `lag` is how many seconds before that the venue says it sent it. */
  frame(at: number, rows: readonly Row[], lag?: number): this {
    const { batch } = this.#script;
    const from = batch.count;
    const time = START + Math.round(at * SECOND);
    this.#script.frame(time, ...rows);
    if (lag !== undefined) batch.exchangeAt.fill(time - Math.round(lag * SECOND), from, batch.count);
    this.#frames++;
    if (Number.isNaN(this.#first)) this.#first = time;
    this.#last = time;
    return this;
  }

  /** What one check says of the tape. */
  result(name: CheckName, settings: CheckSettingsInput = {}): CheckResult {
    const resolved = checkSettingsSchema.parse(settings);
    const watch = new Watch(resolved);
    watch.see(this.#script.batch, this.#instruments);
    const found = watch.measure({ tape: this.#tape(), problems: new Map(Object.entries(this.#problems)) });
    const measurement = found.find((candidate) => candidate.name === name);
    if (!measurement) throw new Error(`no check is called ${name}`);
    return judge(measurement, resolved);
  }

  #tape(): Tape {
    return {
      path: 'invented',
      header: {
        format: 1,
        createdBy: 'a test',
        feed: 'kalshi',
        source: {},
        instruments: [],
        segments: [],
        connections: [],
        stalls: { count: 0, milliseconds: 0, longest: 0 },
        gaps: [],
        lastConnection: 0,
      },
      tornBytes: 0,
      frames: this.#frames,
      span: { from: this.#first, to: this.#last },
      log: [],
      logSequence: this.#frames,
      async *read() {},
    };
  }
}
