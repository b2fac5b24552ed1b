import { collateral, type Instrument, paid } from './instrument.ts';
import type { Money, Price, Size } from './units.ts';

/** What is closed first: average = a part of all that is held, at its average cost · fifo = what was opened first. */
export type CostBasis = 'average' | 'fifo';

/** What was opened at once and is still held; signed as the position. */
export interface Lot {
  readonly size: Size;
  /** Below 0 where opening it brought cash in. */
  readonly cost: Money;
}

/** A signed holding of one instrument: above 0 long (YES), below 0 short (for a binary contract: NO). */
export interface Position {
  readonly instrument: Instrument;
  readonly size: Size;
  /** Money paid for what is held; below 0 for a short position. */
  readonly cost: Money;
  /** Oldest first; with average cost there is one. */
  readonly lots: readonly Lot[];
  /** From closed parts of the position, before fees. */
  readonly realised: Money;
  readonly fees: Money;
  /** Price that it is valued at: the last trade of ours until somebody marks it. */
  readonly mark: Price;
}

type LotRecord = { -readonly [K in keyof Lot]: Lot[K] };
type PositionRecord = { -readonly [K in keyof Omit<Position, 'lots'>]: Position[K] } & { readonly lots: LotRecord[] };

/**
 * Cash and positions, exact to the unit. At every moment, and whatever the marks,
 * `cash + position value = start + realised + unrealised - fees`.
 *
 * The venue keeps one (what is), the desk keeps one (what it has been told).
 */
export class Account {
  readonly start: Money;
  realised: Money = 0n;
  fees: Money = 0n;
  readonly #costBasis: CostBasis;
  /** Cash if every position were closed for nothing: proceeds of short sales are in it, collateral is not taken out. */
  #balance: Money;
  #collateral: Money = 0n;
  readonly #positions = new Map<string, PositionRecord>();

  constructor(start: Money, costBasis: CostBasis = 'average') {
    this.start = start;
    this.#balance = start;
    this.#costBasis = costBasis;
  }

  /** Free cash: what a venue would let us spend. */
  get cash(): Money {
    return this.#balance - this.#collateral;
  }

  get positions(): Iterable<Position> {
    return this.#positions.values();
  }

  position(instrument: Instrument): Position {
    return this.#record(instrument);
  }

  sizeOf(instrumentId: string): Size {
    return this.#positions.get(instrumentId)?.size ?? 0;
  }

  /** Books a trade of `size` (signed) at `price`: what it closes of the position first, the rest opens. */
  trade(instrument: Instrument, size: Size, price: Price, fee: Money): void {
    const position = this.#record(instrument);
    const total = paid(instrument, price, size);
    const before = collateral(instrument, position.size, position.cost);
    const isAgainst = position.size > 0 !== size > 0;
    const closing = isAgainst ? Math.sign(size) * Math.min(Math.abs(size), Math.abs(position.size)) : 0;
    const closed = closing === 0 ? 0n : paid(instrument, price, closing);
    if (closing !== 0) this.#close(position, closing, closed);
    if (closing !== size) this.#open(position, size - closing, total - closed);
    position.mark = price;
    position.fees += fee;
    this.fees += fee;
    this.#balance -= total + fee;
    this.#collateral += collateral(instrument, position.size, position.cost) - before;
  }

  /** Pays out the whole position at `payout` a unit. Returns the size that was held. */
  settle(instrument: Instrument, payout: Price, fee: Money = 0n): Size {
    const position = this.#record(instrument);
    const held = position.size;
    position.mark = payout;
    if (held !== 0) this.trade(instrument, -held, payout, fee);
    return held;
  }

  mark(instrument: Instrument, price: Price): void {
    this.#record(instrument).mark = price;
  }

  /** Value of all positions at their marks, collateral included: a short binary is worth what its NO side is. */
  get positionValue(): Money {
    let value = this.#collateral;
    for (const position of this.#positions.values()) value += marked(position);
    return value;
  }

  get unrealised(): Money {
    let value = 0n;
    for (const position of this.#positions.values()) value += unrealisedOf(position);
    return value;
  }

  get equity(): Money {
    return this.cash + this.positionValue;
  }

  #open(position: PositionRecord, size: Size, cost: Money): void {
    const [held] = position.lots;
    if (this.#costBasis === 'average' && held) {
      held.size += size;
      held.cost += cost;
    } else position.lots.push({ size, cost });
    position.size += size;
    position.cost += cost;
  }

  #close(position: PositionRecord, size: Size, cost: Money): void {
    let released = 0n;
    for (let left = -size; left !== 0; ) {
      const [lot] = position.lots;
      const part = Math.abs(left) < Math.abs(lot.size) ? left : lot.size;
      released += release(lot, part);
      left -= part;
      if (lot.size === 0) position.lots.shift();
    }
    const gain = -cost - released;
    position.cost -= released;
    position.size += size;
    position.realised += gain;
    this.realised += gain;
  }

  #record(instrument: Instrument): PositionRecord {
    let position = this.#positions.get(instrument.id);
    if (!position) {
      position = { instrument, size: 0, cost: 0n, lots: [], realised: 0n, fees: 0n, mark: 0 };
      this.#positions.set(instrument.id, position);
    }
    return position;
  }
}

/** What is not realised yet of one position, before fees. */
export function unrealisedOf(position: Position): Money {
  return marked(position) - position.cost;
}

/** Takes `size` out of a lot and returns its cost: in proportion, rounded towards zero; what rounding leaves stays with the lot. */
function release(lot: LotRecord, size: Size): Money {
  const cost = (lot.cost * BigInt(size)) / BigInt(lot.size);
  lot.size -= size;
  lot.cost -= cost;
  return cost;
}

function marked(position: Position): Money {
  return position.size === 0 ? 0n : paid(position.instrument, position.mark, position.size);
}
