import type { Fill } from '../market/fill.ts';
import type { Order } from '../market/order.ts';
import type { Micros, Size } from '../market/units.ts';
import { TokenBucket } from './token-bucket.ts';

/** Decisions whose confidence is remembered; what an order carries out is one of the last. */
const DECISIONS_MAX = 10_000;

/** What the rules have to know of the past. */
export class RiskMemory {
  readonly tokens = new TokenBucket();
  readonly #filledAt = new Map<string, Micros>();
  readonly #entries = new Map<string, Set<number>>();
  readonly #matched = new Map<string, Size>();
  readonly #confidence = new Map<number, number>();

  /** A fill that took the position away from `before`. */
  filled(order: Order, { size, instrument }: Fill, before: Size, now: Micros): void {
    this.#filledAt.set(instrument, now);
    if (Math.abs(before + size) > Math.abs(before) || before * (before + size) < 0) this.#enter(instrument, order.id);
    if (order.group !== '') this.#matched.set(order.group, this.matched(order.group) + Math.abs(size));
  }

  /** Decisions are numbered from 1. */
  decided(decision: number, confidence: number | undefined): void {
    if (confidence !== undefined) this.#confidence.set(decision, confidence);
    this.#confidence.delete(decision - DECISIONS_MAX);
  }

  startGroup(group: string): void {
    this.#matched.delete(group);
  }

  startDay(): void {
    this.#entries.clear();
  }

  /** -Infinity before the first fill. */
  filledAt(instrument: string): Micros {
    return this.#filledAt.get(instrument) ?? Number.NEGATIVE_INFINITY;
  }

  /** Orders of the day that have enlarged a position in the instrument. */
  entries(instrument: string): ReadonlySet<number> {
    return this.#entries.get(instrument) ?? new Set();
  }

  /** What an order group has filled since it was made. */
  matched(group: string): Size {
    return this.#matched.get(group) ?? 0;
  }

  /** NaN if the decision had none. */
  confidence(decision: number): number {
    return this.#confidence.get(decision) ?? Number.NaN;
  }

  #enter(instrument: string, orderId: number): void {
    const entries = this.#entries.get(instrument) ?? new Set();
    this.#entries.set(instrument, entries.add(orderId));
  }
}
