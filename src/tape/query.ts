import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { connectDuckDb } from './duckdb.ts';

export type Row = Record<string, unknown>;

/**
 * Rows of a query as plain values: integers beyond 2^53 and decimals as text, exact. `prepare` makes the views that the
 * query reads, on the same connection.
 */
export async function queryRows(
  sql: string,
  prepare?: (connection: DuckDBConnection) => Promise<void>,
): Promise<Row[]> {
  const connection = await connectDuckDb();
  try {
    await prepare?.(connection);
    const reader = await connection.runAndReadAll(sql);
    return reader.getRowObjects().map((row) => {
      const plain: Row = {};
      for (const [name, value] of Object.entries(row)) plain[name] = plainValue(value);
      return plain;
    });
  } finally {
    connection.closeSync();
  }
}

function plainValue(value: DuckDBValue): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  return value !== null && typeof value === 'object' ? String(value) : value;
}
