import { collateral, type Instrument, notional } from './instrument.ts';
import type { Money, Price, Size } from './units.ts';

/** A signed holding of one instrument: above 0 long (YES), below 0 short (for a binary contract: NO). */
export interface Position {
  readonly instrument: Instrument;
  readonly size: Size;
  /** Money paid for what is held; below 0 for a short position. Average cost. */
  readonly cost: Money;
  /** From closed parts of the position, before fees. */
  readonly realised: Money;
  readonly fees: Money;
  /** Price that it is valued at: the last trade of ours until somebody marks it. */
  readonly mark: Price;
}

type PositionRecord = { -readonly [K in keyof Position]: Position[K] };

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
  /** Cash if every position were closed for nothing: proceeds of short sales are in it, collateral is not taken out. */
  #balance: Money;
  #collateral: Money = 0n;
  readonly #positions = new Map<string, PositionRecord>();

  constructor(start: Money) {
    this.start = start;
    this.#balance = start;
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

  /** Books a trade of `size` (signed) at `price`. */
  trade(instrument: Instrument, size: Size, price: Price, fee: Money): void {
    const position = this.#record(instrument);
    const paid = notional(instrument, price, size);
    const before = collateral(instrument, position.size);
    if (position.size === 0 || position.size > 0 === size > 0) {
      position.cost += paid;
      position.size += size;
    } else if (Math.abs(size) <= Math.abs(position.size)) {
      this.#close(position, size, paid);
    } else {
      // Through zero: the first part closes what is held, the rest opens the other side.
      const closing = -position.size;
      const closingPaid = notional(instrument, price, closing);
      this.#close(position, closing, closingPaid);
      position.cost = paid - closingPaid;
      position.size = size - closing;
    }
    position.mark = price;
    position.fees += fee;
    this.fees += fee;
    this.#balance -= paid + fee;
    this.#collateral += collateral(instrument, position.size) - before;
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
    for (const position of this.#positions.values()) value += marked(position) - position.cost;
    return value;
  }

  get equity(): Money {
    return this.cash + this.positionValue;
  }

  #close(position: PositionRecord, size: Size, paid: Money): void {
    // Cost leaves in proportion to size, rounded towards zero; what rounding leaves stays with the position.
    const released = (position.cost * BigInt(-size)) / BigInt(position.size);
    const gain = -paid - released;
    position.cost -= released;
    position.size += size;
    position.realised += gain;
    this.realised += gain;
  }

  #record(instrument: Instrument): PositionRecord {
    let position = this.#positions.get(instrument.id);
    if (!position) {
      position = { instrument, size: 0, cost: 0n, realised: 0n, fees: 0n, mark: 0 };
      this.#positions.set(instrument.id, position);
    }
    return position;
  }
}

function marked(position: Position): Money {
  return position.size === 0 ? 0n : notional(position.instrument, position.mark, position.size);
}
