import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import {
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampValue,
} from '@duckdb/node-api';
import { type EventBatch, EventFlag, EventKind, eventKindNames } from '../market/event.ts';
import { decodeUtf8, directionNames, type EventSource, type Frame } from '../market/frame.ts';
import { quoted } from './duckdb.ts';
import { journalTables } from './journal-file.ts';
import type { NamedRun } from './run-registry.ts';
import { framesFolder, verifySegment } from './segment.ts';
import { SESSIONS } from './session-file.ts';
import type { Tape } from './tape.ts';

/**
 * `frames` over tapes: Parquet segments as they are, once their hash is found good, and frames that are only in the log.
 */
export async function createFramesView(connection: DuckDBConnection, tapes: readonly Tape[]): Promise<void> {
  await connection.run(
    `create or replace temp table log_frames (tape varchar, time timestamp_ns, sequence bigint, "receivedAt" bigint,
      connection integer, direction varchar, payload varchar, bytes blob)`,
  );
  const appender = await connection.createAppender('log_frames');
  const parts: string[] = [];
  for (const { path, header, log, logSequence } of tapes) {
    const name = tapeName(path);
    for (const segment of header.segments) {
      await verifySegment(path, segment, true);
      const file = quoted(join(framesFolder(path), segment.file));
      parts.push(`select ${quoted(name)} as tape, make_timestamp_ns("receivedAt") as time, * from ${file}`);
    }
    for (const [i, frame] of log.entries()) appendFrame(appender, name, logSequence + i, frame);
  }
  appender.closeSync();
  parts.push('from log_frames');
  await connection.run(`create or replace temp view frames as ${parts.join(' union all ')}`);
}

/** What the column `tape` says: the last part of the path. */
const tapeName = (path: string): string => basename(resolve(path));

function appendFrame(appender: DuckDBAppender, tape: string, sequence: number, frame: Frame): void {
  const { receivedAt, connection, direction, payload } = frame;
  appender.appendVarchar(tape);
  appender.appendTimestampNanoseconds(new DuckDBTimestampNanosecondsValue(receivedAt));
  appender.appendBigInt(BigInt(sequence));
  appender.appendBigInt(receivedAt);
  appender.appendInteger(connection);
  appender.appendVarchar(directionNames[direction]);
  if (frame.binary) {
    appender.appendNull();
    appender.appendBlob(payload);
  } else {
    appender.appendVarchar(decodeUtf8(payload, 0, payload.length));
    appender.appendNull();
  }
  appender.endRow();
}

/** What there is of a run, besides `trades`. */
export const runTables: readonly string[] = [SESSIONS, ...journalTables];

/** One view per table of runs. Runs of older versions may lack columns: there they are null. */
export async function createJournalViews(connection: DuckDBConnection, runs: readonly NamedRun[]): Promise<void> {
  for (const table of runTables) {
    const files = runs
      .map(({ name, folder }) => ({ name, file: join(folder, `${table}.parquet`) }))
      .filter(({ file }) => existsSync(file));
    if (files.length === 0) continue;
    const paths = files.map(({ file }) => quoted(file)).join(', ');
    const names = files.map(({ name }) => quoted(name)).join(', ');
    await connection.run(
      `create or replace temp view ${table} as select map([${paths}], [${names}])[filename] as run, * exclude (filename)
       from read_parquet([${paths}], union_by_name = true, filename = true)`,
    );
  }
}

/** `events` as a table: decoded events are no Parquet, so they are copied in. Prices and sizes are in units of people. */
export async function createEventsTable(
  connection: DuckDBConnection,
  sources: readonly { readonly path: string; readonly events: EventSource }[],
): Promise<void> {
  await connection.run(
    `create or replace temp table events (tape varchar, frame bigint, time timestamp, "exchangeTime" timestamp,
      instrument varchar, kind varchar, side varchar, code utinyint, inferred boolean, price double, size double, text varchar)`,
  );
  const appender = await connection.createAppender('events');
  for (const { path, events } of sources) {
    const name = tapeName(path);
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
