/** The table `sessions`: one row, out of a run's manifest, so that runs can be compared in SQL. */
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { connectDuckDb, quoted } from './duckdb.ts';
import { temporaryName } from './header.ts';
import { JsonLineFile } from './json-lines.ts';
import type { RunManifest } from './run-file.ts';

export const SESSIONS = 'sessions';

/** In the order of the row's keys. */
const columns = {
  mode: 'varchar',
  strategy: 'varchar',
  codeSha256: 'varchar',
  parameters: 'json',
  config: 'json',
  seed: 'varchar',
  tapes: 'json',
  fromTime: 'timestamp',
  toTime: 'timestamp',
  events: 'bigint',
  decisions: 'bigint',
  orders: 'bigint',
  fills: 'bigint',
  digest: 'varchar',
};

/** Rows of decisions, orders and fills are counted; tapes go by their names. */
function sessionRow(manifest: RunManifest): Readonly<Record<keyof typeof columns, unknown>> {
  const { mode, strategy, parameters, config, seed, tapes, from, to, events, rows, digest } = manifest;
  return {
    mode,
    strategy: strategy.name,
    codeSha256: strategy.codeSha256 ?? null,
    parameters,
    config,
    seed,
    tapes: tapes.map(({ name }) => name),
    fromTime: from,
    toTime: to,
    events,
    decisions: rows.decisions ?? 0,
    orders: rows.orders ?? 0,
    fills: rows.fills ?? 0,
    digest,
  };
}

/** As Parquet, and as a line of JSON where the run has such lines. */
export async function writeSession(folder: string, manifest: RunManifest): Promise<void> {
  const row = sessionRow(manifest);
  const file = join(folder, `${SESSIONS}.parquet`);
  const temporary = temporaryName(file);
  const select = Object.entries(columns).map(([name, type], i) => {
    const value = type === 'timestamp' ? `make_timestamp($${i + 1}::bigint)` : `$${i + 1}::${type}`;
    return `${value} as "${name}"`;
  });
  const values = Object.values(row).map((value) =>
    value !== null && typeof value === 'object' ? JSON.stringify(value) : (value as string | number | null),
  );
  const connection = await connectDuckDb();
  try {
    // A COPY takes no values of its own.
    await connection.run(`create temp table session as select ${select.join(', ')}`, values);
    await connection.run(`copy session to ${quoted(temporary)} (format parquet, compression zstd)`);
  } finally {
    connection.closeSync();
  }
  await rename(temporary, file);
  if (!manifest.jsonl) return;
  const times = Object.entries(columns).flatMap(([name, type]) => (type === 'timestamp' ? [name] : []));
  const lines = new JsonLineFile(folder, SESSIONS, times);
  lines.append(row);
  lines.close();
}
