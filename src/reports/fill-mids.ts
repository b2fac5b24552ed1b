/** Middles of bid and ask after fills. */
import type { Micros } from '../market/units.ts';
import type { RunTables } from '../tape/journal-read.ts';
import type { JournalFill } from './load.ts';
import { noQuotes, type Quotes } from './quotes.ts';

const horizons = { second: 1_000_000, tenSeconds: 10_000_000, minute: 60_000_000 } as const;

/** A row for each fill, by column; NaN where a side was empty. */
export interface FillMids extends Readonly<Record<'mid' | keyof typeof horizons, Float64Array>> {
  /** The last one of the session. */
  readonly close: Float64Array;
  /** Microseconds until the session's end; horizons beyond it are cut off there. */
  readonly untilClose: Float64Array;
}

/** `ends`: when the sessions end, ascending. */
export async function readFillMids(
  tables: RunTables,
  fills: readonly JournalFill[],
  quotes: Quotes,
  ends: readonly Micros[],
): Promise<FillMids> {
  const { mid } = await tables.numbers<'mid'>('select ((bid + ask) / 2)::double as mid from fills');
  const column = () => new Float64Array(fills.length);
  const mids = { mid, second: column(), tenSeconds: column(), minute: column(), close: column(), untilClose: column() };
  let session = 0;
  for (const [i, { at, instrument }] of fills.entries()) {
    while (session + 1 < ends.length && at > ends[session]) session++;
    const until = ends[session];
    const market = quotes.get(instrument) ?? noQuotes;
    for (const name of ['second', 'tenSeconds', 'minute'] as const)
      mids[name][i] = market.middle(market.rowAt(Math.min(until, at + horizons[name])));
    mids.close[i] = market.middle(market.twoSidedRowAt(until));
    mids.untilClose[i] = until - at;
  }
  return mids;
}
