import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type DuckDBAppender, type DuckDBConnection, DuckDBTimestampValue } from '@duckdb/node-api';
import { type EventBatch, EventFlag, EventKind, eventKindNames } from '../market/event.ts';
import type { EventSource } from '../market/frame.ts';
import { quoted } from './duckdb.ts';
import { journalTables } from './journal-file.ts';
import { framesFolder } from './segment.ts';
import type { Tape } from './tape.ts';

/** `frames` over the segments of tapes: what is in Parquet already. */
export async function createFramesView(connection: DuckDBConnection, tapes: readonly Tape[]): Promise<void> {
  const parts = tapes.flatMap(({ path, header }) =>
    header.segments.map(({ file }) => {
      const name = quoted(basename(resolve(path)));
      return `select ${name} as tape, make_timestamp_ns("receivedAt") as time, * from ${quoted(join(framesFolder(path), file))}`;
    }),
  );
  if (parts.length > 0) await connection.run(`create or replace temp view frames as ${parts.join(' union all ')}`);
}

/** One view per table of the journals of runs. */
export async function createJournalViews(connection: DuckDBConnection, runs: readonly string[]): Promise<void> {
  for (const table of journalTables) {
    const parts = runs
      .map((run) => ({ run, file: join(run, `${table}.parquet`) }))
      .filter(({ file }) => existsSync(file))
      .map(({ run, file }) => {
        const name = quoted(basename(resolve(run)));
        return `select ${name} as run, * from ${quoted(file)}`;
      });
    if (parts.length > 0) await connection.run(`create or replace temp view ${table} as ${parts.join(' union all ')}`);
  }
}

/** `events` as a table: decoded events are no Parquet, so they are copied in. Prices and sizes are in units of people. */
export async function createEventsTable(
  connection: DuckDBConnection,
  sources: readonly { readonly name: string; readonly events: EventSource }[],
): Promise<void> {
  await connection.run(
    `create or replace temp table events (tape varchar, frame bigint, time timestamp, "exchangeTime" timestamp,
      instrument varchar, kind varchar, side varchar, code utinyint, inferred boolean, price double, size double, text varchar)`,
  );
  const appender = await connection.createAppender('events');
  for (const { name, events } of sources) {
    for await (const batch of events.batches()) {
      for (let i = 0; i < batch.count; i++) appendEvent(appender, name, events, batch, i);
      appender.flushSync();
    }
  }
  appender.closeSync();
}

const sideNames: Readonly<Record<number, string>> = { 1: 'buy', [-1]: 'sell' };

function appendEvent(
  appender: DuckDBAppender,
  tape: string,
  { instruments }: EventSource,
  batch: EventBatch,
  i: number,
): void {
  const instrument = instruments[batch.instrument[i]];
  const isSeries = batch.kind[i] === EventKind.series;
  const optional = (value: string | undefined) =>
    value === undefined ? appender.appendNull() : appender.appendVarchar(value);
  appender.appendVarchar(tape);
  appender.appendBigInt(BigInt(batch.frame[i]));
  appendTime(appender, batch.receivedAt[i]);
  if (batch.exchangeAt[i] === 0) appender.appendNull();
  else appendTime(appender, batch.exchangeAt[i]);
  optional(instrument?.id);
  appender.appendVarchar(eventKindNames[batch.kind[i]]);
  optional(sideNames[batch.side[i]]);
  appender.appendUTinyInt(batch.code[i]);
  appender.appendBoolean((batch.flags[i] & EventFlag.inferred) !== 0);
  appender.appendDouble(isSeries ? batch.price[i] : batch.price[i] / 10 ** (instrument?.priceDecimals ?? 0));
  appender.appendDouble(batch.size[i] / 10 ** (instrument?.sizeDecimals ?? 0));
  optional(batch.text.get(i));
  appender.endRow();
}

function appendTime(appender: DuckDBAppender, micros: number): void {
  appender.appendTimestamp(new DuckDBTimestampValue(BigInt(micros)));
}
