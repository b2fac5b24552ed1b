import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

const settings = {
  // Reading is bound by one decompressing thread beside our own.
  threads: '2',
  memory_limit: '1GB',
  // Extensions are never fetched; what we need is built in.
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
};

let instance: Promise<DuckDBInstance> | undefined;

/** One DuckDB in memory for the process. */
export async function connectDuckDb(): Promise<DuckDBConnection> {
  instance ??= DuckDBInstance.create(':memory:', settings);
  return (await instance).connect();
}

/** A DuckDB of its own for `work` that must stay small beside everything else: one thread buffers least. */
export async function withSmallDuckDb<T>(
  memoryLimit: '128MB' | '512MB',
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const small = await DuckDBInstance.create(':memory:', { ...settings, threads: '1', memory_limit: memoryLimit });
  const connection = await small.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
    small.closeSync();
  }
}

/** A text as SQL literal. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
