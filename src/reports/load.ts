/** Reads what a report needs of a run: whole columns of fills and equity, and orders as sums. */
import type { EvidenceGrade } from '../market/fill.ts';
import type { NoteRow } from '../market/journal.ts';
import type { Micros, Money } from '../market/units.ts';
import { quoted } from '../tape/duckdb.ts';
import { RunTables } from '../tape/journal-read.ts';
import { type RunManifest, readRun } from '../tape/run-file.ts';
import { type FillMids, readFillMids } from './fill-mids.ts';
import { type LiquidationDrawdown, liquidationOf } from './liquidation.ts';
import { type ForecastFill, type ForecastRow, readForecastFills, readForecasts } from './load-forecasts.ts';
import type { TradeFill } from './metrics/lots.ts';
import { type OrderLives, readOrderLives } from './order-lives.ts';
import { type LastQuote, lastQuotesOf, type MarketQuotes, noQuotes, type Quotes, readQuotes } from './quotes.ts';
import { calendarOf, sessionsOf } from './sessions.ts';
import { type TripPath, tripPathsOf } from './trip-paths.ts';

export interface JournalFill extends TradeFill {
  /** Of settlements 0. */
  readonly orderId: number;
  readonly liquidity: 'maker' | 'taker' | null;
  readonly grade: EvidenceGrade | null;
  /** Signed, after this fill. */
  readonly position: bigint;
  readonly tag: string;
}

/** One entry per change; between them the last one holds. */
interface EquitySeries {
  readonly at: readonly Micros[];
  readonly equity: readonly Money[];
  readonly fees: readonly Money[];
}

/** Of one instrument, in sizes of 10^-8. */
export interface OrderTotals {
  readonly instrument: string;
  /** Those that went to the venue. */
  readonly sent: number;
  readonly accepted: number;
  /** By the venue. */
  readonly rejected: number;
  /** By the risk gate. */
  readonly blocked: number;
  /** Those that waited at the desk to the end, such as the exits of an entry that never filled. */
  readonly unsent: number;
  /** With any fill. */
  readonly filled: number;
  /** Of those that were sent. */
  readonly submittedSize: bigint;
  readonly rejectedSize: bigint;
  readonly filledSize: bigint;
  readonly firstAt: Micros;
  readonly lastAt: Micros;
}

interface OrderEnd {
  readonly state: string;
  readonly reason: string;
  readonly orders: number;
}

/** The market with most fills. */
interface Busiest {
  readonly instrument: string;
  readonly quotes: MarketQuotes;
  /** At most so many, at equal distances. */
  readonly decisions: readonly DecisionMade[];
  readonly decisionCount: number;
}

export interface DecisionMade {
  readonly at: Micros;
  readonly action: string;
  readonly reason: string;
  /** JSON. */
  readonly features: string;
}

interface Note {
  readonly at: Micros;
  readonly kind: NoteRow['kind'];
  readonly instrument: string;
  readonly text: string;
}

export interface RunData {
  readonly manifest: RunManifest;
  readonly fills: readonly JournalFill[];
  readonly equity: EquitySeries;
  readonly orders: readonly OrderTotals[];
  readonly orderEnds: readonly OrderEnd[];
  readonly lastQuotes: readonly LastQuote[];
  readonly notes: readonly Note[];
  readonly orderLives: OrderLives;
  readonly fillMids: FillMids;
  readonly tripPaths: readonly TripPath[];
  readonly liquidation: LiquidationDrawdown;
  readonly forecasts: readonly ForecastRow[];
  readonly forecastFills: readonly ForecastFill[];
  /** Of each market whose close is known and was reached: the middle of bid and ask five minutes before it. */
  readonly closingMids: ReadonlyMap<string, number>;
  /** Undefined without fills. */
  readonly busiest: Busiest | undefined;
}

/** At the very end a market's price is its outcome, which nobody can have known better. */
const BEFORE_CLOSE: Micros = 300_000_000;

/** Remarks of a strategy can be as many as it likes; the report shows the first ones. */
const REMARKS_MAX = 100;
const DECISIONS_MAX = 400;

export async function loadRun(folder: string): Promise<RunData> {
  const manifest = await readRun(folder);
  const tables = await RunTables.open(folder);
  try {
    // Together: one table is made rows of while DuckDB reads the next.
    const [fills, quotes, equity, orders, orderEnds, notes] = await Promise.all([
      readFills(tables),
      readQuotes(tables),
      readEquity(tables),
      readOrderTotals(tables),
      readOrderEnds(tables),
      readNotes(tables),
    ]);
    const sessions = sessionsOf(calendarOf(manifest.instruments), manifest.from, manifest.to);
    const ends = sessions.map(({ endsAt }) => endsAt);
    const [orderLives, fillMids, forecasts, forecastFills, busiest] = await Promise.all([
      readOrderLives(tables, fills, quotes, manifest.to),
      readFillMids(tables, fills, quotes, ends),
      readForecasts(tables, quotes),
      readForecastFills(tables),
      readBusiest(tables, fills, quotes),
    ]);
    return {
      ...{ manifest, fills, equity, orders, orderEnds, notes, orderLives, fillMids, forecasts, forecastFills, busiest },
      lastQuotes: lastQuotesOf(quotes),
      tripPaths: tripPathsOf(fills, quotes),
      liquidation: liquidationOf({ manifest, fills, equity }, quotes),
      closingMids: closingMidsOf(manifest, quotes),
    };
  } finally {
    tables.close();
  }
}

async function readFills(tables: RunTables): Promise<JournalFill[]> {
  return tables.rows(
    `select time as at, "orderId", ${await tables.few('fills', ['instrument', 'liquidity', 'grade'])},
      if(side = 'buy', 1, -1) as side, size, price, fee, kind = 'settlement' as settlement, position, coalesce(tag, '') as tag from fills`,
  );
}

async function readEquity(tables: RunTables): Promise<EquitySeries> {
  const rows = await tables.rows<{ at: Micros; equity: Money; fees: Money }>(
    'select time as at, equity, fees from equity',
  );
  return {
    at: rows.map(({ at }) => at),
    equity: rows.map(({ equity }) => equity),
    fees: rows.map(({ fees }) => fees),
  };
}

function readOrderTotals(tables: RunTables): Promise<OrderTotals[]> {
  return tables.rows(
    `with each_order as (
      select any_value(instrument) as instrument, max(size) as size, max(filled) as filled,
        bool_or(step = 'placed') as sent, bool_or(step = 'accepted') as accepted, bool_or(state = 'rejected') as refused,
        bool_or(state = 'rejected' and starts_with(coalesce(reason, ''), 'risk_')) as blocked, min(time) as first_at,
        max(time) as last_at
      from orders group by "orderId")
    select instrument, count(*) filter (sent) as sent, count(*) filter (accepted) as accepted,
      count(*) filter (sent and refused and not blocked) as rejected, count(*) filter (blocked) as blocked,
      count(*) filter (not sent and not blocked) as unsent, count(*) filter (filled > 0) as filled,
      coalesce(sum(size) filter (sent), 0) as "submittedSize",
      coalesce(sum(size) filter (sent and refused), 0) as "rejectedSize", sum(filled) as "filledSize",
      min(first_at) as "firstAt", max(last_at) as "lastAt"
    from each_order group by instrument order by instrument`,
  );
}

function readOrderEnds(tables: RunTables): Promise<OrderEnd[]> {
  return tables.rows(
    `select state, coalesce(reason, '') as reason, count(*) as orders from orders
      where step = 'ended' group by all order by orders desc, state, reason`,
  );
}

/** Gaps and their ends as they were written; of every other kind the first ones, of one instant in the order of their texts. */
async function readNotes(tables: RunTables): Promise<Note[]> {
  const columns = `time as at, kind, coalesce(instrument, '') as instrument, coalesce(text, '') as text`;
  const inOrder = 'time, kind, instrument, text';
  const gaps = await tables.rows<Note>(`select ${columns} from notes where kind in ('gap', 'recovered')`);
  const remarks = await tables.rows<Note>(
    `select ${columns} from notes where kind not in ('gap', 'recovered', 'ask')
      qualify row_number() over (partition by kind order by ${inOrder}) <= ${REMARKS_MAX} order by ${inOrder}`,
  );
  return [...gaps, ...remarks];
}

async function readBusiest(
  tables: RunTables,
  fills: readonly JournalFill[],
  quotes: Quotes,
): Promise<Busiest | undefined> {
  const instrument = busiestOf(fills);
  if (instrument === undefined) return undefined;
  const where = `where instrument = ${quoted(instrument)}`;
  const [{ decisionCount }] = await tables.rows<{ decisionCount: number }>(
    `select count(*) as "decisionCount" from decisions ${where}`,
  );
  const every = Math.max(1, Math.ceil(decisionCount / DECISIONS_MAX));
  return {
    instrument,
    quotes: quotes.get(instrument) ?? noQuotes,
    decisions: await tables.rows(
      `select time as at, action, coalesce(reason, '') as reason, coalesce(features::varchar, '{}') as features from decisions ${where}
        qualify (row_number() over (order by "decisionId") - 1) % ${every} = 0 order by "decisionId"`,
    ),
    decisionCount,
  };
}

function closingMidsOf(manifest: RunManifest, quotes: Quotes): Map<string, number> {
  const mids = new Map<string, number>();
  for (const { id, closesAt } of manifest.instruments) {
    const market = quotes.get(id);
    if (market === undefined || closesAt === undefined || closesAt - BEFORE_CLOSE > manifest.to) continue;
    const row = market.twoSidedRowAt(closesAt - BEFORE_CLOSE);
    if (row >= 0) mids.set(id, market.middle(row));
  }
  return mids;
}

/** Of equals the first in the alphabet. */
function busiestOf(fills: readonly JournalFill[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { instrument, settlement } of fills) {
    if (!settlement) counts.set(instrument, (counts.get(instrument) ?? 0) + 1);
  }
  const [busiest] = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return busiest?.[0];
}
