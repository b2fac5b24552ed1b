import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { RequestKind } from '../market/venue.ts';
import type { RoundTrip } from '../sim/models/round-trip.ts';
import { quoted } from '../tape/duckdb.ts';
import { RunTables } from '../tape/journal-read.ts';
import { queryRows, type Row } from '../tape/query.ts';
import { readRun } from '../tape/run-file.ts';

export interface MeasuredFile {
  readonly name: string;
  /** Over the file; of a run, its digest. */
  readonly sha256: string;
  /** In the order of sending. */
  readonly trips: readonly RoundTrip[];
}

/**
 * Measured requests. From a CSV file with a header: `request`, `venue` and `response` in microseconds, `venue` 0 where the venue was
 * overloaded, and optionally `kind` (place, amend or cancel). Or from the folder of a run: what its journal tells of its own.
 */
export async function readRoundTrips(path: string): Promise<MeasuredFile> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new Error(`${path}: no such file of measured requests`);
  const measured = found.isDirectory() ? await readJournalTrips(path) : await readCsvTrips(path);
  const trips = [...measured.trips].sort((a, b) => a.requestAt - b.requestAt);
  if (trips.filter(({ venueAt }) => venueAt > 0).length < 2) {
    throw new Error(`${path}: a latency model needs at least two requests that the venue took in`);
  }
  return { name: basename(resolve(path)), sha256: measured.sha256, trips };
}

type Measured = Pick<MeasuredFile, 'sha256' | 'trips'>;

async function readCsvTrips(file: string): Promise<Measured> {
  const rows = await queryRows(`select * from read_csv(${quoted(file)}, header = true, all_varchar = true)`);
  const trips = rows.map((row, i) => {
    const trip = toRoundTrip(row);
    if (trip) return trip;
    throw new Error(
      `${file}: line ${i + 2}: needs request <= venue <= response in microseconds, on one clock (venue 0: overloaded)`,
    );
  });
  return {
    sha256: createHash('sha256')
      .update(await readFile(file))
      .digest('hex'),
    trips,
  };
}

function toRoundTrip({ kind, request, venue, response }: Row): RoundTrip | undefined {
  const [requestAt, venueAt, responseAt] = [request, venue, response].map(wholeNumber);
  const isOrdered = venueAt <= 0 ? requestAt <= responseAt : requestAt <= venueAt && venueAt <= responseAt;
  if (!isOrdered || !isKind(kind ?? 'place')) return undefined;
  return { kind: (kind ?? 'place') as RequestKind, requestAt, venueAt, responseAt };
}

function wholeNumber(text: unknown): number {
  return typeof text === 'string' && /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
}

function isKind(kind: unknown): boolean {
  return kind === 'place' || kind === 'amend' || kind === 'cancel';
}

/** Orders and cancellations whose answer tells the venue's time; amendments leave several steps and are passed over. */
async function readJournalTrips(folder: string): Promise<Measured> {
  const { digest } = await readRun(folder);
  const tables = await RunTables.open(folder);
  try {
    const trips = await tables.rows<RoundTrip>(
      `select 'place' as kind, sent.time as "requestAt",
          case when answer.reason = 'overloaded' then make_timestamp(0) else answer."venueTime" end as "venueAt", answer.time as "responseAt"
        from orders sent join orders answer using ("orderId")
        where sent.step = 'placed' and (answer.step = 'accepted' or answer.state = 'rejected') and answer."venueTime" is not null
      union all
      select 'cancel', min(sent.time), any_value(answer."venueTime"), any_value(answer.time)
        from orders sent join orders answer using ("orderId")
        where sent.step = 'cancel_sent' and answer.step = 'ended' and answer.reason = 'requested'
          and answer."venueTime" is not null
        group by "orderId"
      order by "requestAt"`,
    );
    return { sha256: digest, trips };
  } finally {
    tables.close();
  }
}
