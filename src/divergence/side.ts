/** One side of a comparison: what a run, or a broker's account, ordered and got, in exact integers. */
import type { Micros, Money } from '../market/units.ts';

/** Prices and sizes in units of 10^-8, so that their product is in units of money. */
export interface SideFill {
  /** The venue's time. */
  readonly at: Micros;
  /** When we knew. */
  readonly knownAt: Micros;
  /** Above 0. */
  readonly size: bigint;
  readonly price: bigint;
  readonly fee: Money;
  /** Null where nobody says. */
  readonly liquidity: 'maker' | 'taker' | null;
}

export interface SideOrder {
  readonly id: number;
  readonly instrument: string;
  /** 1 buys, -1 sells. */
  readonly direction: 1 | -1;
  /** The frame that was being processed; undefined for what did not come off a tape. */
  readonly trigger: { readonly tape: number; readonly frame: number } | undefined;
  readonly decidedAt: Micros;
  /** Null for a market order. */
  readonly limit: bigint | null;
  readonly size: bigint;
  /** All else that was asked for, as text to compare. */
  readonly terms: string;
  /** At the venue; null where it is not known, or never was there. */
  readonly arrivedAt: Micros | null;
  /** When the desk learnt that the venue took it in. */
  readonly acceptedAt: Micros | null;
  /** Best price of the other side of the book when it arrived; null where nothing tells. */
  readonly touch: bigint | null;
  /** When the desk sent it, which is later than its decision for one that it held; absent where nobody says. */
  readonly sentAt?: Micros;
  /** Middle of the book as the desk knew it then; absent where a side was empty or nobody says. */
  readonly middle?: bigint;
  /** Size that stood before it at its price when the venue took it in; absent where nobody says. */
  readonly queueAhead?: bigint;
  readonly fills: readonly SideFill[];
  /** When the desk first asked for its end; null: never. */
  readonly cancelledAt: Micros | null;
  /** When the desk learnt of its end; null while it was open. */
  readonly endedAt: Micros | null;
  /** The venue's time of its end. */
  readonly leftAt: Micros | null;
  readonly isRejected: boolean;
  /** Why it ended: a word of the journal; empty if it was filled or nobody says. */
  readonly reason: string;
}

/** A decision that no order carried out. */
export interface SideDecision {
  readonly at: Micros;
  readonly key: string;
}

/** Money and position that moved without an order: a payout, a delivery. */
export interface SideSettlement {
  readonly instrument: string;
  readonly at: Micros;
  /** Signed. */
  readonly size: bigint;
  readonly price: bigint;
  readonly fee: Money;
}

export interface Closing {
  readonly equity: Money;
  /** Part of it that neither trades nor marks account for: interest, adjustments. */
  readonly unbooked: Money;
}

export interface Side {
  readonly name: string;
  /** Of all that it traded; undefined where there are several. */
  readonly currency: string | undefined;
  /** In order of placing. */
  readonly orders: readonly SideOrder[];
  readonly decisions: readonly SideDecision[];
  readonly settlements: readonly SideSettlement[];
  readonly openingCash: Money;
  /** Undefined where nobody valued the account: then it is valued as the other side is. */
  readonly closing: Closing | undefined;
  /** What a unit was valued at in the end, by instrument. */
  readonly marks: ReadonlyMap<string, bigint>;
  /** Units of the underlying in one contract, by instrument. */
  readonly multipliers: ReadonlyMap<string, bigint>;
  /** Smallest step of price, by instrument. */
  readonly ticks: ReadonlyMap<string, bigint>;
  /** Equity over time, for the charts. */
  readonly equity: readonly { readonly at: Micros; readonly equity: Money }[];
}

export function filledOf(order: SideOrder | undefined): bigint {
  let filled = 0n;
  for (const { size } of order?.fills ?? []) filled += size;
  return filled;
}
