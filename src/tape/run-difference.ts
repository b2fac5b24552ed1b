import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { JournalTable } from '../market/journal.ts';
import type { Micros } from '../market/units.ts';
import { connectDuckDb, quoted } from './duckdb.ts';
import { digestedTables } from './journal-file.ts';

/** The first rows in which the journals of two runs part; null where a run has no such row any more. */
export interface RunDifference {
  readonly table: JournalTable;
  /** From 0 on. */
  readonly row: number;
  readonly at: Micros;
  /** What the rows are on either side, by column; only columns that differ, unless a row is missing. */
  readonly fields: readonly { readonly name: string; readonly one: string | null; readonly other: string | null }[];
  readonly missing: 'one' | 'other' | undefined;
  /** Columns that say which event it is. */
  readonly about: Readonly<Record<string, string | null>>;
}

const told = ['time', 'frame', 'instrument', 'orderId', 'decisionId', 'step', 'action'];

/**
 * Looks at the tables that the digest is taken over; of several that differ, at the one that does so first in time. What
 * comes after `until` does not count.
 */
export async function firstDifference(one: string, other: string, until?: Micros): Promise<RunDifference | undefined> {
  const connection = await connectDuckDb();
  try {
    let first: RunDifference | undefined;
    for (const table of digestedTables) {
      const found = await differenceIn(connection, table, one, other);
      if (found && found.at <= (until ?? found.at) && (first === undefined || found.at < first.at)) first = found;
    }
    return first;
  } finally {
    connection.closeSync();
  }
}

async function differenceIn(
  connection: DuckDBConnection,
  table: JournalTable,
  one: string,
  other: string,
): Promise<RunDifference | undefined> {
  const rowsOf = (run: string) =>
    `(select file_row_number as n, columns(* exclude (file_row_number))::varchar
      from read_parquet(${quoted(join(run, `${table}.parquet`))}, file_row_number = true))`;
  const [first] = (
    await connection.runAndReadAll(
      `select coalesce(a.n, b.n) as n from ${rowsOf(one)} a full join ${rowsOf(other)} b on a.n = b.n
       where a is distinct from b order by 1 limit 1`,
    )
  ).getRowObjects();
  if (!first) return undefined;
  const row = Number(first.n);
  const read = async (run: string): Promise<Record<string, string | null> | undefined> => {
    const reader = await connection.runAndReadAll(
      `select columns(* exclude (file_row_number))::varchar, epoch_us(time)::varchar as "__at"
       from read_parquet(${quoted(join(run, `${table}.parquet`))}, file_row_number = true) where file_row_number = ${row}`,
    );
    return reader.getRowObjects()[0] as Record<string, string | null> | undefined;
  };
  const [a, b] = [await read(one), await read(other)];
  const whole = a ?? b ?? {};
  const names = Object.keys(whole).filter((name) => name !== '__at');
  const at = Math.min(...[a, b].flatMap((side) => (side ? [Number(side.__at)] : [])));
  return {
    table,
    row,
    at,
    fields: names
      .map((name) => ({ name, one: a?.[name] ?? null, other: b?.[name] ?? null }))
      .filter((field) => field.one !== field.other),
    missing: a ? (b ? undefined : 'other') : 'one',
    about: Object.fromEntries(told.filter((name) => names.includes(name)).map((name) => [name, whole[name]])),
  };
}
