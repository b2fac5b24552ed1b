/** What a result would have been, had trading been a little worse. */
import type { Money } from '../market/units.ts';
import type { Analysis } from './analysis.ts';
import type { Metric } from './metrics/metric.ts';
import { tickSizes } from './tick-size.ts';

export interface Sensitivity {
  readonly change: string;
  /** Of net P&L. */
  readonly amount: Money;
}

/** The same tapes again, with one setting changed: the strategy did what it then did. */
export interface WorseReplay {
  readonly change: string;
  readonly net: Money;
  readonly trips: number;
  /** By trip, and by order. */
  readonly winRate: Metric;
  readonly fillRate: Metric;
}

/** Made for a report by `probe/worse.ts`. */
export interface WorseReplays {
  /** With nothing changed. What the others changed is held against it. */
  readonly unchanged: WorseReplay;
  /** That one has the digest of the run. */
  readonly reproduced: boolean;
  readonly changed: readonly WorseReplay[];
}

export const FEES_HIGHER = 'fees half as high again';

/** By arithmetic on the fills. Each change by itself; what the strategy would have done then is not asked. */
export function sensitivities({ data, fees, evidence, currency }: Analysis): Sensitivity[] {
  const trades = data.fills.filter(({ settlement }) => !settlement);
  if (trades.length === 0 || currency === undefined) return [];
  const facts = new Map(data.manifest.instruments.map((instrument) => [instrument.id, instrument]));
  const tickOf = tickSizes(data.manifest);
  const oneTick = (fills: typeof trades) =>
    fills.reduce((sum, { instrument, price, size }) => {
      const { multiplier = 1 } = facts.get(instrument) ?? {};
      return sum - size * BigInt(tickOf(instrument, Number(price)) * multiplier);
    }, 0n);
  const takers = trades.filter(({ liquidity }) => liquidity === 'taker');
  const weak = evidence.filter(({ grade }) => grade === 'inferred_print' || grade === 'modelled');
  const makers = trades.length - takers.length;
  return [
    ...(takers.length > 0 ? [{ change: 'every taking fill one tick worse', amount: oneTick(takers) }] : []),
    ...(makers > 0 ? [{ change: 'every fill one tick worse', amount: oneTick(trades) }] : []),
    ...(fees > 0n ? [{ change: FEES_HIGHER, amount: -fees / 2n }] : []),
    ...weak.map(({ grade, net }) => ({
      change: `without what rests on ${grade === 'modelled' ? 'a model alone' : 'inferred prints'}`,
      amount: -net,
    })),
  ];
}
