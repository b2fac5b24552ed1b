/** What a check is: something that watches a tape's events go by and then says how bad it was. */
import type { EventBatch } from '../market/event.ts';
import type { Market } from '../market/market.ts';
import type { Micros } from '../market/units.ts';
import type { Tape } from '../tape/tape.ts';
import type { CheckName, CheckSettings } from './settings.ts';

/** The first or the worst place of what was found. */
export interface Place {
  /** Id of the instrument. */
  readonly market?: string;
  readonly at?: Micros;
  /** The frame's position on the tape. */
  readonly frame?: number;
}

/** Everything is measured so that 0 is perfect and more is worse: one comparison judges all. */
export type Measurement = { readonly name: CheckName; readonly detail: string } & (
  | {
      readonly value: number;
      readonly unit: Unit;
      readonly where?: Place;
      /** What else is worth knowing, for programs. */
      readonly facts?: Readonly<Record<string, unknown>>;
    }
  /** The tape has nothing that this could be measured on; `detail` says what is missing. */
  | { readonly value: null }
);

export type Unit = 'count' | 'bytes' | 'seconds' | 'share';

/** The whole tape, once its events have gone by. */
export interface SeenTape {
  readonly tape: Tape;
  /** What the decoder could not use, by reason. */
  readonly problems: ReadonlyMap<string, number>;
}

/** One family of checks. It sees each event once and may keep no more than a few numbers for each market. */
export interface Check {
  /** Row `i`, not yet applied to its market; `market` is undefined for what concerns no market. */
  row?(batch: EventBatch, i: number, market: Market | undefined): void;
  /** A frame has been applied; `i` is its last row, and `market` a market that it was about. */
  step?(batch: EventBatch, i: number, market: Market): void;
  measure(seen: SeenTape): readonly Measurement[];
}

/** Makes a fresh check for one tape. */
export type CheckFactory = (settings: CheckSettings) => Check;

export const placeOf = (batch: EventBatch, i: number, market: Market | undefined): Place => ({
  ...(market && { market: market.instrument.id }),
  at: batch.receivedAt[i],
  frame: batch.frame[i],
});

/** A market's end as far as the tape knows: it closes, or the tape ends. */
export const endOf = (market: Market, { span }: Tape): Micros => Math.min(market.closesAt, span?.to ?? 0);

export const isOpen = (market: Market, at: Micros): boolean => market.status === 'open' && at < market.closesAt;
