import type { Journal } from '../market/journal.ts';
import { formatMoney, type Micros, type Money } from '../market/units.ts';
import type { EngineDesk } from './desk.ts';

/**
 * Equity over time: after every fill and settlement, and on a grid of tape time. A row is written only when it differs
 * from the one before; between rows the last one holds.
 */
export class EquityLog {
  /** Next point of the grid; Infinity before the start. */
  nextAt: Micros = Number.POSITIVE_INFINITY;
  readonly #desk: EngineDesk;
  readonly #journal: Journal;
  readonly #every: Micros;
  /** Of the last row; what is left out follows from these. */
  #last: { cash: Money; positionValue: Money; realised: Money; fees: Money } = {
    cash: -1n,
    positionValue: 0n,
    realised: 0n,
    fees: 0n,
  };

  constructor(desk: EngineDesk, journal: Journal, every: Micros) {
    this.#desk = desk;
    this.#journal = journal;
    this.#every = every;
  }

  start(now: Micros): Money {
    this.nextAt = this.#gridAfter(now);
    return this.sample(now);
  }

  /** Samples at `nextAt`, then skips to the first point that is not before `quietUntil`: nothing changes in between. */
  sampleOnGrid(quietUntil: Micros): Money {
    const equity = this.sample(this.nextAt);
    this.#desk.writeQuotes(this.nextAt);
    this.nextAt = Math.max(this.#gridAfter(this.nextAt), Math.ceil(quietUntil / this.#every) * this.#every);
    return equity;
  }

  /** The last row, and the last quotes: what is held is valued by them. */
  close(at: Micros): void {
    this.sample(at);
    this.#desk.writeQuotes(at);
  }

  /** Returns the equity. */
  sample(at: Micros): Money {
    this.#desk.markPositions();
    const { cash, positionValue, realised, unrealised, fees, equity } = this.#desk.account;
    const last = this.#last;
    if (cash === last.cash && positionValue === last.positionValue && realised === last.realised && fees === last.fees)
      return equity;
    this.#last = { cash, positionValue, realised, fees };
    this.#journal.write('equity', {
      time: at,
      tape: this.#desk.tape,
      frame: this.#desk.frame,
      cash: formatMoney(cash),
      positionValue: formatMoney(positionValue),
      realised: formatMoney(realised),
      unrealised: formatMoney(unrealised),
      fees: formatMoney(fees),
      equity: formatMoney(equity),
    });
    return equity;
  }

  #gridAfter(time: Micros): Micros {
    return (Math.floor(time / this.#every) + 1) * this.#every;
  }
}
