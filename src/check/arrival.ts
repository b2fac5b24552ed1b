import type { EventBatch } from '../market/event.ts';
import type { Market } from '../market/market.ts';
import { MICROS_PER_SECOND, type Micros } from '../market/units.ts';
import { type Check, type Measurement, type Place, placeOf } from './check.ts';

/**
 * The order of arrival. A recorder holds a stamp that would step back, so on most tapes a clock that was set back shows
 * as an arrival that stands still while the venue's time goes on.
 */
export class Arrival implements Check {
  #frame = -1;
  #at: Micros = Number.NEGATIVE_INFINITY;
  #backward = 0;
  #firstBackward: Place | undefined;
  #heldFrom: Micros = 0;
  #held: Micros = 0;
  #longestHeld: Place | undefined;
  #hasExchangeTime = false;
  #silence: Micros = 0;
  #longestSilence: Place | undefined;

  row(batch: EventBatch, i: number, market: Market | undefined): void {
    if (batch.frame[i] === this.#frame) return;
    this.#frame = batch.frame[i];
    const at = batch.receivedAt[i];
    const exchangeAt = batch.exchangeAt[i];
    if (at < this.#at) {
      this.#backward++;
      this.#firstBackward ??= placeOf(batch, i, market);
    } else if (at - this.#at > this.#silence && Number.isFinite(this.#at)) {
      this.#silence = at - this.#at;
      this.#longestSilence = { at: this.#at, frame: batch.frame[i] };
    }
    if (at !== this.#at) this.#heldFrom = 0;
    this.#at = at;
    if (exchangeAt > 0) this.#hold(exchangeAt, batch, i, market);
  }

  #hold(exchangeAt: Micros, batch: EventBatch, i: number, market: Market | undefined): void {
    this.#hasExchangeTime = true;
    if (this.#heldFrom === 0) this.#heldFrom = exchangeAt;
    if (exchangeAt - this.#heldFrom <= this.#held) return;
    this.#held = exchangeAt - this.#heldFrom;
    this.#longestHeld = placeOf(batch, i, market);
  }

  measure(): readonly Measurement[] {
    if (this.#frame < 0) {
      const names = ['arrivalOrder', 'heldArrival', 'silence'] as const;
      return names.map((name) => ({ name, value: null, detail: 'no events on the tape' }));
    }
    const order: Measurement = {
      name: 'arrivalOrder',
      value: this.#backward,
      unit: 'count',
      where: this.#firstBackward,
      detail: this.#backward === 0 ? 'arrival never steps back' : `${this.#backward} frames step back`,
    };
    const silence: Measurement = {
      name: 'silence',
      value: this.#silence / MICROS_PER_SECOND,
      unit: 'seconds',
      where: this.#longestSilence,
      detail: 'longest time without any event',
    };
    if (!this.#hasExchangeTime) {
      return [order, { name: 'heldArrival', value: null, detail: 'the venue tells no time' }, silence];
    }
    const held: Measurement = {
      name: 'heldArrival',
      value: this.#held / MICROS_PER_SECOND,
      unit: 'seconds',
      where: this.#longestHeld,
      detail: "the most of the venue's time within one arrival stamp",
    };
    return [order, held, silence];
  }
}
