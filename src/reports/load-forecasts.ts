/** Probabilities that decisions told, and what the market thought. */
import type { Micros } from '../market/units.ts';
import type { RunTables } from '../tape/journal-read.ts';
import { noQuotes, type Quotes } from './quotes.ts';

/** A probability of YES that a decision told, and the market's at that moment. */
export interface ForecastRow {
  readonly at: Micros;
  readonly decisionId: number;
  readonly instrument: string;
  readonly probability: number;
  readonly market: number | null;
  /** Of the orders that came of it. */
  readonly filled: bigint;
}

/** A fill whose order came of such a decision: its place in the list of fills. */
export interface ForecastFill {
  readonly fill: number;
  readonly probability: number;
}

const isNumber = (features: string): string =>
  `json_type(${features}, '$.probability') in ('DOUBLE', 'BIGINT', 'UBIGINT')`;

export async function readForecasts(tables: RunTables, quotes: Quotes): Promise<ForecastRow[]> {
  const told = await tables.rows<Omit<ForecastRow, 'market'>>(
    `with told as (
      select time, "decisionId", instrument, try_cast(features->>'$.probability' as double) as probability from decisions
      where ${isNumber('features')} and instrument <> ''
    ), got as (
      select "decisionId", sum(filled) as filled from (
        select "decisionId", max(filled) as filled from orders group by "orderId", "decisionId") group by all
    )
    select t.time as at, t."decisionId", t.instrument, t.probability, coalesce(g.filled, 0)::decimal(38,8) as filled
    from told t left join got g using ("decisionId")
    where t.probability between 0 and 1 order by t."decisionId"`,
  );
  return told.map((row) => {
    const market = quotes.get(row.instrument) ?? noQuotes;
    const middle = market.middle(market.rowAt(row.at));
    return { ...row, market: Number.isNaN(middle) ? null : middle };
  });
}

export function readForecastFills(tables: RunTables): Promise<ForecastFill[]> {
  return tables.rows(
    `select f."fillId"::integer - 1 as fill, try_cast(d.features->>'$.probability' as double) as probability
      from fills f join (select distinct "orderId", "decisionId" from orders) o using ("orderId")
        join decisions d using ("decisionId")
      where ${isNumber('d.features')} order by f."fillId"`,
  );
}
