import { type DuckDBConnection, type DuckDBPreparedStatement, type DuckDBValue, StatementType } from '@duckdb/node-api';
import { connectDuckDb } from './duckdb.ts';

export type Row = Record<string, unknown>;

/**
 * Rows of a query as plain values: integers beyond 2^53 and decimals as text, exact. `prepare` makes the views that the
 * query reads, on the same connection. A query only reads: whatever is no SELECT is refused before it runs.
 */
export async function queryRows(
  sql: string,
  prepare?: (connection: DuckDBConnection) => Promise<void>,
): Promise<Row[]> {
  const connection = await connectDuckDb();
  try {
    await prepare?.(connection);
    const reader = await (await prepareSelect(connection, sql)).runAndReadAll();
    return reader.getRowObjects().map((row) => {
      const plain: Row = {};
      for (const [name, value] of Object.entries(row)) plain[name] = plainValue(value);
      return plain;
    });
  } finally {
    connection.closeSync();
  }
}

async function prepareSelect(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  const statements = await connection.extractStatements(sql);
  const statement = statements.count === 1 ? await statements.prepare(0) : undefined;
  if (statement?.statementType !== StatementType.SELECT) {
    throw new Error('a query must be one SELECT (or DESCRIBE, SUMMARIZE): nothing is written');
  }
  return statement;
}

function plainValue(value: DuckDBValue): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  return value !== null && typeof value === 'object' ? String(value) : value;
}
