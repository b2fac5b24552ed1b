/** The fills of a pair of orders, contract by contract: the first of one side against the first of the other, and so on. */
import type { Money } from '../market/units.ts';
import type { SideFill, SideOrder } from './side.ts';

/** Contracts that both sides have. */
export interface Common {
  readonly size: bigint;
  readonly one: SideFill;
  readonly other: SideFill;
  readonly oneFee: Money;
  readonly otherFee: Money;
}

/** Contracts that one side alone has. */
export interface Excess {
  readonly size: bigint;
  readonly fill: SideFill;
  readonly fee: Money;
}

export interface Contracts {
  readonly common: readonly Common[];
  readonly one: readonly Excess[];
  readonly other: readonly Excess[];
}

export function contractsOf(one: SideOrder | undefined, other: SideOrder | undefined): Contracts {
  const [ours, theirs] = [new Taking(one?.fills ?? []), new Taking(other?.fills ?? [])];
  const common: Common[] = [];
  while (ours.left > 0n && theirs.left > 0n) {
    const size = ours.left < theirs.left ? ours.left : theirs.left;
    const [mine, its] = [ours.take(size), theirs.take(size)];
    common.push({ size, one: mine.fill, other: its.fill, oneFee: mine.fee, otherFee: its.fee });
  }
  return { common, one: ours.rest(), other: theirs.rest() };
}

/** Takes contracts off fills, first in, first out; each takes its part of the fee along, and the parts add up to the fee. */
class Taking {
  readonly #fills: readonly SideFill[];
  #at = 0;
  #taken = 0n;

  constructor(fills: readonly SideFill[]) {
    this.#fills = fills;
  }

  /** In the fill at hand; 0 after the last. */
  get left(): bigint {
    return this.#at < this.#fills.length ? this.#fills[this.#at].size - this.#taken : 0n;
  }

  take(size: bigint): Excess {
    const fill = this.#fills[this.#at];
    const upTo = (taken: bigint): Money => (fill.fee * taken) / fill.size;
    const fee = upTo(this.#taken + size) - upTo(this.#taken);
    this.#taken += size;
    if (this.#taken === fill.size) {
      this.#at++;
      this.#taken = 0n;
    }
    return { size, fill, fee };
  }

  rest(): readonly Excess[] {
    const rest: Excess[] = [];
    while (this.left > 0n) rest.push(this.take(this.left));
    return rest;
  }
}
