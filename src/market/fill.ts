import type { Micros, Money, Price, Size } from './units.ts';

/**
 * What makes us believe a fill, strongest first.
 * printed_through: the market traded beyond our price · printed_at_price: it traded at our price, after the queue ahead
 * of us was used up · inferred_print: the same, but the trade itself is derived, not reported · book_crossed: a quote
 * passed our price without a print · walked_depth: we took what was displayed · modelled: a statistical model only.
 */
export const evidenceGrades = [
  'printed_through',
  'printed_at_price',
  'walked_depth',
  'book_crossed',
  'inferred_print',
  'modelled',
] as const;
export type EvidenceGrade = (typeof evidenceGrades)[number];

export interface Evidence {
  readonly grade: EvidenceGrade;
  /** Frame of the tape that shows it. */
  readonly frame: number;
  /** Displayed size ahead of us when we joined the level, and just before this fill. 0 for takers. */
  readonly queueAtArrival: Size;
  readonly queueAtFill: Size;
  /** Size of the print, or what the level displayed (less what we took before), that the fill drew on. */
  readonly available: Size;
}

export interface Fill {
  readonly orderId: number;
  readonly instrument: string;
  /** Signed: bought above 0, sold below, in YES terms. */
  readonly size: Size;
  readonly price: Price;
  readonly liquidity: 'maker' | 'taker';
  /** What the venue charged; negative = a rebate. */
  readonly fee: Money;
  readonly evidence: Evidence;
  /** The venue's time. */
  readonly at: Micros;
}
