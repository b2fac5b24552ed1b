import type { EventBatch } from '../market/event.ts';
import type { Market } from '../market/market.ts';
import { MICROS_PER_SECOND, type Micros } from '../market/units.ts';
import { type Check, type Measurement, type Place, placeOf } from './check.ts';
import { Distribution } from './distribution.ts';
import { PerMarket } from './per-market.ts';
import type { CheckSettings } from './settings.ts';

const WINDOW: Micros = 10 * MICROS_PER_SECOND;
/** Fewer say nothing about the least lag of a window, or the median of a market. */
const LEAST_FRAMES_OF_WINDOW = 10;
const LEAST_FRAMES_OF_MARKET = 100;

const NAMES = ['clockSkew', 'earlyArrival', 'clockJump', 'lagSpread', 'lagOutliers'] as const;

/** Arrival less exchange time: how far apart the clocks are, whether that changes, and whether markets agree on it. */
export class Lag implements Check {
  readonly #settings: CheckSettings['lagOutliers'];
  readonly #all = new Distribution();
  readonly #byMarket = new PerMarket(() => new Distribution());
  #frame = -1;
  #early = 0;
  #firstEarly: Place | undefined;
  #earliest: Place | undefined;
  #jump = 0;
  #jumpAt: Place | undefined;
  #window = { start: Number.NEGATIVE_INFINITY, frames: 0, least: Number.POSITIVE_INFINITY };
  #leastBefore = Number.NaN;

  constructor({ lagOutliers }: CheckSettings) {
    this.#settings = lagOutliers;
  }

  row(batch: EventBatch, i: number, market: Market | undefined): void {
    if (batch.frame[i] === this.#frame || batch.exchangeAt[i] === 0 || market === undefined) return;
    this.#frame = batch.frame[i];
    const at = batch.receivedAt[i];
    const lag = at - batch.exchangeAt[i];
    if (lag < 0) {
      this.#early++;
      this.#firstEarly ??= placeOf(batch, i, market);
    }
    if (lag < this.#all.least) this.#earliest = placeOf(batch, i, market);
    this.#all.add(lag);
    this.#byMarket.of(market).add(lag);
    if (at >= this.#window.start + WINDOW) this.#nextWindow(at);
    this.#window.frames++;
    if (lag < this.#window.least) this.#window.least = lag;
  }

  /** Queues only ever add to a lag, so the least of each window moves when a clock does, not when the line is busy. */
  #nextWindow(at: Micros): void {
    const { start, frames, least } = this.#window;
    if (frames >= LEAST_FRAMES_OF_WINDOW) {
      const jump = Math.abs(least - this.#leastBefore);
      if (jump > this.#jump) {
        this.#jump = jump;
        this.#jumpAt = { at: start };
      }
      this.#leastBefore = least;
    }
    this.#window = { start: at, frames: 0, least: Number.POSITIVE_INFINITY };
  }

  measure(): readonly Measurement[] {
    const all = this.#all;
    if (all.count === 0) return skipped(NAMES, 'the venue tells no time');
    if (all.least === 0 && all.most === 0)
      return skipped(NAMES, 'there is one clock only: every arrival is the exchange time');
    this.#nextWindow(Number.POSITIVE_INFINITY);
    const quantiles = Object.fromEntries([0.01, 0.5, 0.99].map((q) => [`p${100 * q}`, seconds(all.quantile(q))]));
    const far = this.#settings.seconds * MICROS_PER_SECOND;
    const outliers = all.above(all.median + far) + all.count - all.above(all.median - far);
    return [
      {
        name: 'clockSkew',
        value: Math.abs(seconds(all.median)),
        unit: 'seconds',
        detail: `arrival less exchange time: ${Object.entries(quantiles)
          .map(([name, lag]) => `${name} ${lag.toFixed(3)} s`)
          .join(', ')}`,
        facts: { least: seconds(all.least), ...quantiles, most: seconds(all.most), frames: all.count },
      },
      {
        name: 'earlyArrival',
        value: this.#early / all.count,
        unit: 'share',
        where: this.#early > 0 ? this.#earliest : undefined,
        detail: `${this.#early} of ${all.count} frames, by up to ${Math.max(0, -seconds(all.least)).toFixed(3)} s`,
        facts: { first: this.#firstEarly ?? null },
      },
      {
        name: 'clockJump',
        value: seconds(this.#jump),
        unit: 'seconds',
        where: this.#jumpAt,
        detail: 'greatest change of the least lag from one 10 s to the next',
      },
      this.#spread(),
      {
        name: 'lagOutliers',
        value: outliers / all.count,
        unit: 'share',
        detail: `${outliers} of ${all.count} frames more than ${this.#settings.seconds} s from the median lag`,
      },
    ];
  }

  #spread(): Measurement {
    const medians = this.#byMarket
      .all()
      .filter(({ state }) => state.count >= LEAST_FRAMES_OF_MARKET)
      .map(({ market, state }) => ({ market: market.instrument.id, lag: seconds(state.median) }))
      .sort((a, b) => a.lag - b.lag);
    const [low, high] = [medians[0], medians[medians.length - 1]];
    if (medians.length < 2) {
      return {
        name: 'lagSpread',
        value: null,
        detail: `fewer than two markets with ${LEAST_FRAMES_OF_MARKET} timed frames`,
      };
    }
    return {
      name: 'lagSpread',
      value: high.lag - low.lag,
      unit: 'seconds',
      where: { market: high.market },
      detail: `median lag ${low.lag.toFixed(3)} s of ${low.market}, ${high.lag.toFixed(3)} s of ${high.market}`,
      facts: { medians },
    };
  }
}

const seconds = (time: Micros): number => time / MICROS_PER_SECOND;

function skipped(names: typeof NAMES, detail: string): Measurement[] {
  return names.map((name) => ({ name, value: null, detail }));
}
