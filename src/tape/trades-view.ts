/** The view `trades`: round trips of runs, with what the journal knows about them. */
import { type DuckDBConnection, DuckDBDecimalValue, DuckDBTimestampValue } from '@duckdb/node-api';
import type { Micros, Money } from '../market/units.ts';

/** What one fill put into, or took out of, the position of a trade. */
export interface TradePart {
  /** Place in the table of fills, from 0. */
  readonly fill: number;
  /** In units of 10^-8. */
  readonly size: bigint;
  readonly isEntry: boolean;
}

/** What fills alone tell of a trade. */
export interface TradeRecord {
  readonly instrument: string;
  readonly side: 'long' | 'short';
  readonly multiplier: number;
  readonly openedAt: Micros;
  /** Null while something is held. */
  readonly closedAt: Micros | null;
  /** In units of 10^-8. */
  readonly maxSize: bigint;
  readonly entryPrice: number;
  readonly exitPrice: number | null;
  readonly gross: Money;
  readonly fees: Money;
  readonly net: Money;
  readonly exit: 'trade' | 'settlement' | null;
  /** Of the weakest fill. */
  readonly evidence: string | null;
  readonly parts: readonly TradePart[];
}

/** Needs the views of the runs' journals. */
export async function createTradesView(
  connection: DuckDBConnection,
  runs: readonly { readonly run: string; readonly trades: readonly TradeRecord[] }[],
): Promise<void> {
  for (const [i, { run }] of runs.entries()) {
    if (runs.findIndex((other) => other.run === run) < i) {
      throw new Error(`two runs are called ${run}, and trades are told apart by that name; ask for one of them`);
    }
  }
  await connection.run(
    `create or replace temp table round_trips (run varchar, "tradeId" integer, instrument varchar, side varchar,
      multiplier double, size decimal(24,8), "entryTime" timestamp, "exitTime" timestamp, "entryPrice" double,
      "exitPrice" double, exit varchar, grade varchar, gross decimal(38,16), fees decimal(38,16), pnl decimal(38,16))`,
  );
  await connection.run(
    `create or replace temp table trade_parts (run varchar, "tradeId" integer, "fillId" bigint, size decimal(24,8), entry boolean)`,
  );
  const trips = await connection.createAppender('round_trips');
  const parts = await connection.createAppender('trade_parts');
  for (const { run, trades } of runs) {
    for (const [i, trade] of trades.entries()) {
      const text = (value: string | null) => (value === null ? trips.appendNull() : trips.appendVarchar(value));
      const time = (value: Micros | null) =>
        value === null ? trips.appendNull() : trips.appendTimestamp(new DuckDBTimestampValue(BigInt(value)));
      const money = (value: Money) => trips.appendDecimal(new DuckDBDecimalValue(value, 38, 16));
      trips.appendVarchar(run);
      trips.appendInteger(i + 1);
      trips.appendVarchar(trade.instrument);
      trips.appendVarchar(trade.side);
      trips.appendDouble(trade.multiplier);
      trips.appendDecimal(new DuckDBDecimalValue(trade.maxSize, 24, 8));
      time(trade.openedAt);
      time(trade.closedAt);
      trips.appendDouble(trade.entryPrice);
      if (trade.exitPrice === null) trips.appendNull();
      else trips.appendDouble(trade.exitPrice);
      text(trade.exit);
      text(trade.evidence);
      money(trade.gross);
      money(trade.fees);
      money(trade.net);
      trips.endRow();
      for (const { fill, size, isEntry } of trade.parts) {
        parts.appendVarchar(run);
        parts.appendInteger(i + 1);
        // The desk numbers its fills from 1, in the order of the table.
        parts.appendBigInt(BigInt(fill + 1));
        parts.appendDecimal(new DuckDBDecimalValue(size, 24, 8));
        parts.appendBoolean(isEntry);
        parts.endRow();
      }
    }
  }
  trips.closeSync();
  parts.closeSync();
  await connection.run(`create or replace temp view trades as ${tradesQuery}`);
}

/**
 * Why: the reason of the decision behind the order, else its tag, else what triggered it.
 *
 * Slippage: what was paid beyond the middle of bid and ask, in money; above 0 it cost. That is half of the "average
 * effective spread" of 17 CFR 242.600(b), with the quote at the fill in place of the one at the order's receipt.
 *
 * Excursions (J. Sweeney, "Maximum Adverse Excursion", 1997): how far, per unit, the price at which it could have been
 * closed, or was, went against the entry and in its favour. An instrument has one trade at a time, so that each
 * quote belongs to the last one that was opened.
 */
const tradesQuery = `
  with placed as (
    select run, "orderId", any_value("decisionId") as "decisionId", any_value(tag) as tag, any_value(trigger) as trigger
    from orders group by all
  ), part as (
    select p.run, p."tradeId", p.entry, p.size, f."fillId", f.time, f.kind, f.price, f.bid, f.ask, f."orderId",
      case f.side when 'buy' then 1 else -1 end as sign
    from trade_parts p join fills f using (run, "fillId")
  ), priced as (
    select run, "tradeId", min("fillId") as "entryFill", max("fillId") filter (not entry) as "exitFill",
      sum(sign * (price - (bid + ask) / 2) * size) filter (kind = 'trade') as slippage,
      min(price) filter (not entry) as "lowestExit", max(price) filter (not entry) as "highestExit"
    from part group by all
  ), why as (
    select f.run, f."fillId", coalesce(d.reason, o.tag, o.trigger, if(f.kind = 'settlement', f.kind, null)) as reason,
      d.confidence, d.features->>'$.regime' as regime
    from fills f left join placed o using (run, "orderId")
      left join decisions d on d.run = o.run and d."decisionId" = o."decisionId"
  ), seen as (
    select run, instrument, time, bid, ask from quotes union all select run, instrument, time, bid, ask from fills
  ), held as (
    select t.run, t."tradeId", if(t.side = 'long', 1, -1) * (if(t.side = 'long', s.bid, s.ask) - t."entryPrice") as gain
    from seen s asof join round_trips t
      on s.run = t.run and s.instrument = t.instrument and s.time >= t."entryTime"
    where t."exitTime" is null or s.time <= t."exitTime"
  ), excursions as (
    select run, "tradeId", min(gain) as lowest, max(gain) as highest from held group by all
  )
  select t.run, t."tradeId", t.instrument, t.side, t.size, t."entryTime", t."exitTime", t."entryPrice", t."exitPrice",
    i.reason as "entryReason", o.reason as "exitReason", i.confidence, i.regime, t.exit, t.grade, t.gross, t.fees, t.pnl,
    round(p.slippage * t.multiplier, 10) as slippage,
    round(greatest(0, -e.lowest, if(t.side = 'long', t."entryPrice" - p."lowestExit", p."highestExit" - t."entryPrice")), 10) as mae,
    round(greatest(0, e.highest, if(t.side = 'long', p."highestExit" - t."entryPrice", t."entryPrice" - p."lowestExit")), 10) as mfe
  from round_trips t join priced p using (run, "tradeId")
    left join why i on i.run = t.run and i."fillId" = p."entryFill"
    left join why o on o.run = t.run and o."fillId" = p."exitFill" and t."exitTime" is not null
    left join excursions e on e.run = t.run and e."tradeId" = t."tradeId"
  order by t.run, t."tradeId"`;
