/** Reads what a report needs of a run: whole columns of fills and equity, and orders as sums. */
import type { EvidenceGrade } from '../market/fill.ts';
import type { NoteRow } from '../market/journal.ts';
import type { Micros, Money } from '../market/units.ts';
import { RunTables } from '../tape/journal-read.ts';
import { type RunManifest, readRun } from '../tape/run-file.ts';
import {
  type FillMids,
  type ForecastFill,
  type ForecastRow,
  type OrderLife,
  prepareQuotes,
  readFillMids,
  readForecastFills,
  readForecasts,
  readMidsAt,
  readOrderLives,
  readTripPaths,
  type TripPath,
} from './load-orders.ts';
import type { TradeFill } from './metrics/lots.ts';
import { calendarOf, sessionsOf } from './sessions.ts';

export interface JournalFill extends TradeFill {
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

/** The market with most fills. Of its best prices and last prints there can be millions: by column, NaN where there was none. */
interface Busiest {
  readonly instrument: string;
  readonly quotes: Readonly<Record<'at' | 'bid' | 'ask' | 'last', readonly number[]>>;
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

/** The last of a market, for what is still held in it. In units of 10^-8; null where a side was empty. */
export interface LastQuote {
  readonly at: Micros;
  readonly instrument: string;
  readonly bid: bigint | null;
  readonly ask: bigint | null;
  readonly last: bigint | null;
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
  readonly orderLives: readonly OrderLife[];
  /** As many as fills. */
  readonly fillMids: readonly FillMids[];
  readonly tripPaths: readonly TripPath[];
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
    const fills = await readFills(tables);
    const instrument = busiestOf(fills);
    const sessions = sessionsOf(calendarOf(manifest.instruments), manifest.from, manifest.to);
    await prepareQuotes(tables);
    return {
      manifest,
      fills,
      equity: await readEquity(tables),
      orders: await readOrderTotals(tables),
      orderEnds: await tables.rows<OrderEnd>(
        `select state, coalesce(reason, '') as reason, count(*) as orders from orders
          where step = 'ended' group by all order by orders desc, state, reason`,
      ),
      lastQuotes: await tables.rows<LastQuote>(
        `select time as at, instrument, bid, ask, last from quotes
          qualify row_number() over (partition by instrument order by time desc) = 1 order by instrument`,
      ),
      notes: await tables.rows<Note>(
        `select time as at, kind, coalesce(instrument, '') as instrument, coalesce(text, '') as text from notes
          where kind in ('gap', 'recovered') union all (select time, kind, coalesce(instrument, ''), coalesce(text, '') from notes
          where kind not in ('gap', 'recovered', 'ask') qualify row_number() over (partition by kind order by time) <= ${REMARKS_MAX})`,
      ),
      orderLives: await readOrderLives(tables, manifest.to),
      fillMids: await readFillMids(
        tables,
        sessions.map(({ endsAt }) => endsAt),
      ),
      tripPaths: await readTripPaths(tables),
      forecasts: await readForecasts(tables),
      forecastFills: await readForecastFills(tables),
      closingMids: await readClosingMids(tables, manifest),
      busiest: instrument === undefined ? undefined : await readBusiest(tables, instrument),
    };
  } finally {
    tables.close();
  }
}

function readFills(tables: RunTables): Promise<JournalFill[]> {
  return tables.rows(
    `select time as at, instrument, case side when 'buy' then 1 else -1 end as side, size, price, fee,
      kind = 'settlement' as settlement, liquidity, grade, position, coalesce(tag, '') as tag from fills`,
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

async function readBusiest(tables: RunTables, instrument: string): Promise<Busiest> {
  const where = `where instrument = '${instrument.replaceAll("'", "''")}'`;
  const [{ decisionCount }] = await tables.rows<{ decisionCount: number }>(
    `select count(*) as "decisionCount" from decisions ${where}`,
  );
  const every = Math.max(1, Math.ceil(decisionCount / DECISIONS_MAX));
  return {
    instrument,
    quotes: await tables.numbers(
      `select epoch_us(time)::double as at, bid::double as bid, ask::double as ask, last::double as last from quotes ${where}`,
    ),
    decisions: await tables.rows(
      `select time as at, action, coalesce(reason, '') as reason, coalesce(features::varchar, '{}') as features from decisions ${where}
        qualify (row_number() over (order by "decisionId") - 1) % ${every} = 0 order by "decisionId"`,
    ),
    decisionCount,
  };
}

async function readClosingMids(tables: RunTables, manifest: RunManifest): Promise<Map<string, number>> {
  const times = new Map<string, Micros>();
  for (const { id, closesAt } of manifest.instruments) {
    if (closesAt !== undefined && closesAt - BEFORE_CLOSE <= manifest.to) times.set(id, closesAt - BEFORE_CLOSE);
  }
  const mids = await readMidsAt(tables, times);
  return new Map(mids.map(({ instrument, mid }) => [instrument, mid]));
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
