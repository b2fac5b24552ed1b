/** Fill rates of markets, from the sums of their orders. */
import type { Analysis } from './analysis.ts';
import type { OrderTotals } from './load.ts';
import { fillRateByOrder, fillRateBySize, type OrderCounts } from './metrics/activity.ts';
import type { Metric } from './metrics/metric.ts';
import { decimalToNumber } from './numbers.ts';

export function orderCounts({
  submittedSize,
  rejectedSize,
  filledSize,
  ...counts
}: Omit<OrderTotals, 'instrument' | 'firstAt' | 'lastAt'>): OrderCounts {
  return {
    ...counts,
    submittedSize: decimalToNumber(submittedSize),
    rejectedSize: decimalToNumber(rejectedSize),
    filledSize: decimalToNumber(filledSize),
  };
}

export interface FillRates {
  readonly byOrder: Metric;
  readonly bySize: Metric;
}

/** Of the markets that had orders. */
export function fillRatesByMarket({ data }: Analysis): ReadonlyMap<string, FillRates> {
  return new Map(
    data.orders.map((totals) => {
      const counts = orderCounts(totals);
      return [totals.instrument, { byOrder: fillRateByOrder(counts), bySize: fillRateBySize(counts) }];
    }),
  );
}
