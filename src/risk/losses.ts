import { formatMoney, type Money, parseMoney } from '../market/units.ts';
import type { RiskLimits } from './limits.ts';

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

  isDayLost({ dailyLoss, dailyLossPercent }: RiskLimits): boolean {
    if (dailyLoss !== undefined && this.ofDay > 0n && this.ofDay >= parseMoney(dailyLoss)) return true;
    return isShare(this.ofDay, this.atDayStart, dailyLossPercent);
  }

  describeDay({ dailyLoss, dailyLossPercent }: RiskLimits): string {
    const limits = [dailyLoss, dailyLossPercent === undefined ? undefined : `${dailyLossPercent}%`];
    const limit = limits.filter((one) => one !== undefined).join(' or ');
    return `lost ${formatMoney(this.ofDay)} of ${formatMoney(this.atDayStart)} today, limit ${limit}`;
  }

  describeFall(): string {
    return `equity fell from ${formatMoney(this.highest)} to ${formatMoney(this.equity ?? 0n)}`;
  }
}

/** Whether a loss is that share of what there was, or more. Of nothing any loss is. */
export function isShare(loss: Money, of: Money, percent: number | undefined): boolean {
  if (percent === undefined || loss <= 0n) return false;
  return loss * 100_000_000n >= of * BigInt(Math.round(percent * 1_000_000));
}
