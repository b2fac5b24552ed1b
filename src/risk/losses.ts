import type { Money } from '../market/units.ts';

/** What has been lost since the day began, and from the highest equity. */
export class Losses {
  /** As last told; undefined before. */
  equity: Money | undefined;
  atDayStart: Money = 0n;
  highest: Money = 0n;

  take(equity: Money): void {
    const isFirst = this.equity === undefined;
    this.equity = equity;
    if (isFirst) this.restart();
    else if (equity > this.highest) this.highest = equity;
  }

  startDay(): void {
    this.atDayStart = this.equity ?? 0n;
  }

  /** From here on nothing has been lost. */
  restart(): void {
    this.startDay();
    this.highest = this.atDayStart;
  }

  get ofDay(): Money {
    return this.atDayStart - (this.equity ?? 0n);
  }

  get fromHighest(): Money {
    return this.highest - (this.equity ?? 0n);
  }
}

/** Whether a loss is that share of what there was, or more. Of nothing any loss is. */
export function isShare(loss: Money, of: Money, percent: number | undefined): boolean {
  if (percent === undefined || loss <= 0n) return false;
  return loss * 100_000_000n >= of * BigInt(Math.round(percent * 1_000_000));
}
