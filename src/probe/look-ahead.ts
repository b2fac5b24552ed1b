import type { DecisionRow, OrderRow } from '../market/journal.ts';
import type { Micros } from '../market/units.ts';
import { readJournal } from '../tape/journal-read.ts';
import type { Variants } from './variants.ts';

/** One thing that the strategy did, as text to compare. */
interface Act {
  readonly at: Micros;
  readonly text: string;
}

export interface Cut {
  readonly at: Micros;
  /** Acts up to there with the whole tape. */
  readonly acts: number;
  readonly same: boolean;
  /** The first act that differs, of the whole tape and of the cut one; null where one has no more. */
  readonly difference?: { readonly whole: string | null; readonly cut: string | null };
}

/**
 * Cuts the tape behind `cuts` of the strategy's acts, and asks whether it did the same up to there: a strategy that knows
 * what comes next decides otherwise when nothing does.
 */
export async function lookAhead(variants: Variants, cuts: number): Promise<readonly Cut[]> {
  const whole = await variants.with({}, actsOf);
  const times = spread([...new Set(whole.map(({ at }) => at))], cuts);
  const results: Cut[] = [];
  // An act that answers a fill or a timer comes between two frames: a run that ends at that very time no longer has it.
  for (const at of times) results.push(compare(at, whole, await variants.with({ to: at + 1 }, actsOf)));
  return results;
}

function compare(at: Micros, whole: readonly Act[], cut: readonly Act[]): Cut {
  const before = (acts: readonly Act[]) => acts.filter((act) => act.at <= at).map(({ text }) => text);
  const [expected, found] = [before(whole), before(cut)];
  const length = Math.max(expected.length, found.length);
  for (let i = 0; i < length; i++) {
    if (expected[i] === found[i]) continue;
    return {
      at,
      acts: expected.length,
      same: false,
      difference: { whole: expected[i] ?? null, cut: found[i] ?? null },
    };
  }
  return { at, acts: expected.length, same: true };
}

/** What the strategy decided and asked for; not what the venue answered, nor what the end of the tape did. */
async function actsOf(run: string): Promise<readonly Act[]> {
  const decisions = await readJournal<DecisionRow>(run, 'decisions');
  const orders = await readJournal<OrderRow>(run, 'orders');
  const asked = orders.filter(({ step }) => sentByUs.has(step));
  return [
    ...decisions.map((row) => ({ at: row.time, text: `decision ${JSON.stringify(row)}` })),
    ...asked.map((row) => ({ at: row.time, text: `order ${JSON.stringify(row)}` })),
  ].sort((a, b) => a.at - b.at);
}

const sentByUs: ReadonlySet<OrderRow['step']> = new Set(['held', 'placed', 'cancel_sent', 'amend_sent']);

/** At most `count` of them, evenly spread, the last one among them. */
function spread(times: readonly Micros[], count: number): readonly Micros[] {
  const ordered = times.toSorted((a, b) => a - b);
  if (ordered.length <= count) return ordered;
  return Array.from({ length: count }, (_, i) => ordered[Math.floor(((i + 1) * ordered.length) / count) - 1]);
}
