import { join } from 'node:path';
import type { JournalTable } from '../market/journal.ts';
import { connectDuckDb, quoted } from './duckdb.ts';

/**
 * Rows of one table of a run, in the order in which they were written. Decimals come as text, exact; numbers that fit
 * (times, counts) as numbers; missing values as null.
 */
export async function readJournal<T>(
  run: string,
  table: JournalTable,
  columns = '*',
  condition = 'true',
): Promise<T[]> {
  const file = join(run, `${table}.parquet`);
  const connection = await connectDuckDb();
  try {
    const reader = await connection.runAndReadAll(`select ${columns} from ${quoted(file)} where ${condition}`);
    return reader.getRowObjectsJson().map((row) => {
      for (const [name, value] of Object.entries(row)) {
        const type = reader.columnTypeJson(reader.columnNames().indexOf(name));
        if (typeof value === 'string' && (type as { typeId: number }).typeId === 5) row[name] = Number(value);
      }
      return row as T;
    });
  } finally {
    connection.closeSync();
  }
}
