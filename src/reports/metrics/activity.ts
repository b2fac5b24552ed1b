/** What trading cost, and how much of what was wanted came about. */
import { estimate, exact, type Metric, missing } from './metric.ts';
import { wilsonInterval } from './uncertainty.ts';

/** Fees for each contract, share or coin that was traded, either way. */
export function feesPerUnit(fees: number, traded: number, fills: number): Metric {
  return traded > 0 ? exact(fees / traded, fills) : missing('no_trades');
}

/** Part of the P&L before fees that went into fees. */
export function feesOfGrossProfit(fees: number, grossPnl: number, fills: number): Metric {
  if (fills === 0) return missing('no_trades');
  return grossPnl > 0 ? exact(fees / grossPnl, fills) : missing('nonpositive_denominator', fills);
}

/** Part of the traded size that provided liquidity. */
export function makerShare(maker: number, traded: number, fills: number): Metric {
  return traded > 0 ? exact(maker / traded, fills) : missing('no_trades');
}

export interface OrderCounts {
  readonly sent: number;
  readonly accepted: number;
  /** With any fill. */
  readonly filled: number;
  readonly submittedSize: number;
  readonly rejectedSize: number;
  readonly filledSize: number;
}

/** Filled over submitted size, rejected orders left out. */
export function fillRateBySize({ sent, submittedSize, rejectedSize, filledSize }: OrderCounts): Metric {
  const wanted = submittedSize - rejectedSize;
  return wanted > 0 ? estimate(filledSize / wanted, sent) : missing(sent > 0 ? 'not_applicable' : 'no_data', sent);
}

/** Orders with any fill over accepted orders. */
export function fillRateByOrder({ sent, accepted, filled }: OrderCounts): Metric {
  if (accepted === 0) return missing(sent > 0 ? 'not_applicable' : 'no_data', sent);
  return estimate(filled / accepted, accepted, wilsonInterval(filled, accepted));
}
