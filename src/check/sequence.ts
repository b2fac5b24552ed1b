import { type EventBatch, EventKind, GapCode, gapNames } from '../market/event.ts';
import type { Market } from '../market/market.ts';
import { type Check, type Measurement, type Place, placeOf, type SeenTape } from './check.ts';

/** Messages that the venue numbered and the tape lacks, and changes that contradict the book they are made to. */
export class Sequence implements Check {
  readonly #reasons = new Map<string, number>();
  #hasEvents = false;
  #frame = -1;
  #holes = 0;
  #missing = 0;
  #first: Place | undefined;

  row(batch: EventBatch, i: number, market: Market | undefined): void {
    this.#hasEvents = true;
    if (batch.kind[i] !== EventKind.gap) return;
    const code = batch.code[i];
    if (code !== GapCode.sequence && code !== GapCode.contradiction) return;
    // One hole puts every market of its subscription in doubt, a row each.
    if (batch.frame[i] === this.#frame) return;
    this.#frame = batch.frame[i];
    this.#holes++;
    this.#missing += batch.size[i];
    this.#first ??= placeOf(batch, i, market);
    this.#reasons.set(gapNames[code], (this.#reasons.get(gapNames[code]) ?? 0) + 1);
  }

  measure({ tape }: SeenTape): readonly Measurement[] {
    if (!this.#hasEvents) return [{ name: 'sequenceHoles', value: null, detail: 'no events on the tape' }];
    const reasons = [...this.#reasons].map(([reason, count]) => `${count} ${reason}`).join(', ') || 'none';
    return [
      {
        name: 'sequenceHoles',
        value: this.#holes / tape.frames,
        unit: 'share',
        where: this.#first,
        detail: `${reasons}${this.#missing > 0 ? `, ${this.#missing} messages missing` : ''}`,
        facts: { holes: this.#holes, missing: this.#missing, reasons: Object.fromEntries(this.#reasons) },
      },
    ];
  }
}
