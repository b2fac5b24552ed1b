/** How much of the time in which a market was traded its book could be relied on. */
import type { Micros } from '../market/units.ts';
import type { RunData } from './load.ts';

export interface MarketCoverage {
  readonly instrument: string;
  /** From the first order to the last sign of life: an order's step, a fill or a change of the best prices. */
  readonly from: Micros;
  readonly to: Micros;
  /** Inside that span; the last one may end with it. */
  readonly gaps: readonly { readonly from: Micros; readonly to: Micros; readonly reason: string }[];
  readonly unusable: Micros;
  /** Since when the book was not usable again; null if it was at the end. */
  readonly lostAt: Micros | null;
}

/** Of the markets with orders, in the order in which they were first traded. */
export function coverageOf({ manifest, orders, fills, lastQuotes, notes }: RunData): MarketCoverage[] {
  const lastAt = new Map(orders.map((order) => [order.instrument, order.lastAt]));
  for (const { instrument, at } of [...lastQuotes, ...fills]) {
    lastAt.set(instrument, Math.max(at, lastAt.get(instrument) ?? 0));
  }
  const gaps = gapsOf(notes);
  return orders
    .map(({ instrument, firstAt: from }) => {
      const to = lastAt.get(instrument) ?? from;
      const all = gaps.get(instrument) ?? [];
      const inside = all
        .map((gap) => ({ ...gap, from: Math.max(gap.from, from), to: Math.min(gap.to, to) }))
        .filter((gap) => gap.from < gap.to);
      const last = all.at(-1);
      return {
        instrument,
        from,
        to,
        gaps: inside,
        unusable: inside.reduce((sum, gap) => sum + gap.to - gap.from, 0),
        // Everything ends with the tape: that is no loss.
        lostAt: last?.to === Number.POSITIVE_INFINITY && last.from < manifest.to ? last.from : null,
      };
    })
    .sort((a, b) => a.from - b.from);
}

interface Gap {
  from: Micros;
  /** Infinity if the book never became usable again. */
  to: Micros;
  reason: string;
}

function gapsOf(notes: RunData['notes']): Map<string, Gap[]> {
  const gaps = new Map<string, Gap[]>();
  for (const { kind, instrument, at, text } of notes) {
    const list = gaps.get(instrument) ?? [];
    gaps.set(instrument, list);
    const last = list.at(-1);
    if (kind === 'gap') list.push({ from: at, to: Number.POSITIVE_INFINITY, reason: text });
    else if (kind === 'recovered' && last) last.to = Math.min(last.to, at);
  }
  return gaps;
}
