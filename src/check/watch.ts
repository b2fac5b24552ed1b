import type { EventBatch } from '../market/event.ts';
import type { Instrument } from '../market/instrument.ts';
import { Market } from '../market/market.ts';
import { Arrival } from './arrival.ts';
import { Bars } from './bars.ts';
import type { Check, CheckFactory, Measurement, SeenTape } from './check.ts';
import { Continuity } from './continuity.ts';
import { Crossed } from './crossed.ts';
import { Decoding } from './decoding.ts';
import { Jumps } from './jumps.ts';
import { Lag } from './lag.ts';
import { Sequence } from './sequence.ts';
import type { CheckSettings } from './settings.ts';
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

/** Shows a tape's events to all checks: keeps the markets up to date, and tells each check what it asks for. */
export class Watch {
  readonly #markets: Market[] = [];
  readonly #checks: readonly Check[];
  readonly #ofRows: readonly Check[];
  readonly #ofSteps: readonly Check[];
  /** Markets of the current frame. */
  readonly #touched: Market[] = [];

  constructor(settings: CheckSettings) {
    this.#checks = families.map((create) => create(settings));
    this.#ofRows = this.#checks.filter((check) => check.row);
    this.#ofSteps = this.#checks.filter((check) => check.step);
  }

  /** Takes a batch of whole frames; `instruments` are those met so far. */
  see(batch: EventBatch, instruments: readonly Instrument[]): void {
    for (let i = this.#markets.length; i < instruments.length; i++) this.#markets.push(new Market(instruments[i], i));
    for (let from = 0; from < batch.count; ) {
      const to = batch.frameEnd(from, batch.count);
      for (let i = from; i < to; i++) this.#row(batch, i);
      for (const market of this.#touched) for (const check of this.#ofSteps) check.step?.(batch, to - 1, market);
      this.#touched.length = 0;
      from = to;
    }
  }

  #row(batch: EventBatch, i: number): void {
    const market: Market | undefined = this.#markets[batch.instrument[i]];
    for (const check of this.#ofRows) check.row?.(batch, i, market);
    if (!market) return;
    market.apply(batch, i);
    if (!this.#touched.includes(market)) this.#touched.push(market);
  }

  /** What all checks found, once the last event has been seen. */
  measure(seen: SeenTape): Measurement[] {
    return this.#checks.flatMap((check) => check.measure(seen));
  }
}
