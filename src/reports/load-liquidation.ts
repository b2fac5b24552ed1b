/** How far equity fell at the prices at which everything could have been closed: what is long at the bid, short at the ask. */
import { formatMoney, type Money } from '../market/units.ts';
import { RunTables } from '../tape/journal-read.ts';
import type { RunManifest } from '../tape/run-file.ts';
import type { RunData } from './load.ts';
import { exact, type Metric, missing, type ReasonCode } from './metrics/metric.ts';
import { exactAmount } from './numbers.ts';

/** As `maxFraction` and `maxMoney` of `Drawdown`. */
export interface LiquidationDrawdown {
  readonly maxFraction: Metric;
  readonly maxMoney: Metric;
}

/** At every fill and every quote of what was held. */
export async function readLiquidation(
  folder: string,
  { manifest: { instruments }, equity }: RunData,
): Promise<LiquidationDrawdown> {
  const [start] = equity.equity;
  if (start === undefined) return nothing('no_data');
  if (instruments.length === 0) return nothing('no_trades');
  // The worth of an inverse contract is no product of price and size.
  if (instruments.some(({ inverse }) => inverse)) return nothing('not_applicable');
  const tables = await RunTables.open(folder);
  try {
    const [{ points, unquoted, fraction, money }] = await tables.rows<{
      points: number;
      unquoted: number;
      fraction: number;
      money: Money;
    }>(fallQuery(instruments, start));
    if (points === 0) return nothing('no_trades');
    if (unquoted > 0) return nothing('no_data', points);
    return {
      maxFraction: start > 0n ? exact(fraction, points) : missing('nonpositive_equity', points),
      maxMoney: exact(exactAmount(money), points),
    };
  } finally {
    tables.close();
  }
}

export const noQuotes = nothing('no_data');

function nothing(reason: ReasonCode, n = 0): LiquidationDrawdown {
  return { maxFraction: missing(reason, n), maxMoney: missing(reason, n) };
}

/**
 * As the engine marks with `conservative` (`src/engine/marks.ts`): where nobody quotes the side that would close it, a binary
 * contract is worth the worst payout, anything else its last print. `unquoted`: instruments that were held and never quoted.
 */
function fallQuery(instruments: RunManifest['instruments'], start: Money): string {
  const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
  const facts = instruments.map(
    ({ id, kind, multiplier }) => `(${text(id)}, ${multiplier}::decimal(9,0), ${kind === 'binary'})`,
  );
  const begin = `${formatMoney(start)}::decimal(38,16)`;
  return `with fact as (select * from (values ${facts.join(', ')}) as t(instrument, multiplier, "binary")),
    held as (
      select f.instrument, time, multiplier, "binary", position, price as paid,
        sum(if(side = 'buy', -1, 1) * multiplier * (price * size) - fee)
          over (partition by f.instrument order by "fillId")::decimal(38,16) as cash
      from fills f join fact using (instrument)
      qualify row_number() over (partition by f.instrument, time order by "fillId" desc) = 1
    ), seen as (
      select instrument, time, bid, ask, last
      from (select instrument, time, bid, ask, last, row_number() over () as n from quotes)
      where instrument in (select instrument from held)
      qualify row_number() over (partition by instrument, time order by n desc) = 1
    ), moment as (
      select h.*, s.time as quoted, bid, ask, last
        from held h asof left join seen s on s.instrument = h.instrument and s.time <= h.time
      union all
      select h.* replace (s.time as time), s.time, bid, ask, last
        from seen s asof join held h on h.instrument = s.instrument and h.time <= s.time
        where h.position <> 0 and h.time <> s.time
    ), worth as (
      select instrument, time, cash + multiplier * (position * coalesce(
        if(position > 0, bid, ask), if(quoted is null, null, if("binary", if(position > 0, 0, 1), last)), paid)) as value
      from moment
    ), moved as (
      select time, value - lag(value, 1, 0) over (partition by instrument order by time) as change from worth
    ), level as (
      select time, ${begin} + sum(sum(change)) over (order by time) as equity from moved group by time
    ), fall as (
      select equity, greatest(${begin}, max(equity) over (order by time)) as peak from level
    )
    select count(*)::double as points, least(0, min(equity::double / peak::double) - 1) as fraction,
      least(0, min(equity - peak))::decimal(38,16) as money,
      (select count(distinct instrument)::double from held where position <> 0 and instrument not in (select instrument from seen)) as unquoted
    from fall`;
}
