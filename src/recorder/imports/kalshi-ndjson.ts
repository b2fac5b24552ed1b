import { basename } from 'node:path';
import { Direction, type Frame, noteFrame, textFrame } from '../../market/frame.ts';
import type { InstrumentFacts } from '../../market/instrument.ts';
import { parseTime } from '../../market/units.ts';
import { readLines, readObjects } from '../../tape/lines.ts';
import { expandFolders, type Importer, type ImportPlan, mergeFacts, Tally } from './import.ts';

type Json = Record<string, unknown>;

/**
 * Recordings of Kalshi's socket as lines of JSON, in one of two shapes, re-expressed as the exchange's own frames:
 *
 * - recorder rows {event_type, local_recv_ns, sequence_number, payload_json, ...}, split by type over files of one
 *   folder (kalshi-btc15m-ws in the shared data)
 * - plain messages {ts, type, market_ticker, ...} in whole cents (kalshi-inxd-l2)
 *
 * A frame is put together again from the exchange's fields alone, in the exchange's order; what the other recorder
 * added (`price_cents`, its own NO quotes) is left out, and what it did not keep (our subscribe commands) stays missing.
 */
export const importKalshiNdjson: Importer = async (paths, { facts }) => {
  const files = await expandFolders(paths, /\.ndjson(\.gz)?$/);
  const tally = new Tally();
  const first = await firstLine(files);
  if (first === undefined || !('event_type' in first || 'type' in first)) {
    throw new Error(`${files[0] ?? paths[0]}: not a Kalshi recording: its lines have neither "event_type" nor "type"`);
  }
  if ('event_type' in first) return recorderRows(files, tally, facts);
  return plainMessages(files, tally, facts);
};

async function firstLine(files: readonly string[]): Promise<Json | undefined> {
  for (const file of files) for await (const row of readObjects(file)) return row;
  return undefined;
}

// --- rows of a recorder that keeps one file per type -------------------------------------------------------------

/** Files of the folder that hold something other than frames of the exchange. */
const otherFiles: readonly (readonly [RegExp, string])[] = [
  [/^book_checkpoints\./, "a view of the book that the recorder computed, not the exchange's"],
  [/^coinbase_spot_trades\./, 'another exchange; import it as a tape of its own'],
];

interface Row {
  readonly receivedAt: bigint;
  /** Order within one instant: connection, acknowledgements, then messages by `seq`, then those without. */
  readonly rank: number;
  readonly row: Json;
}

const ranks: Record<string, number> = { market_rotated: -4, watch_market: -3, ws_connected: -2, ws_subscribed: -1 };

async function recorderRows(
  files: readonly string[],
  tally: Tally,
  given?: readonly InstrumentFacts[],
): Promise<ImportPlan> {
  const used: string[] = [];
  for (const file of files) {
    const other = otherFiles.find(([pattern]) => pattern.test(basename(file)));
    if (other) tally.reject(`file ${basename(file)}: ${other[1]}`);
    else used.push(file);
  }
  const found: InstrumentFacts[] = [];
  for (const file of used) {
    if (!basename(file).startsWith('watch_market')) continue;
    for await (const row of readObjects(file)) found.push(watchedMarket(row));
  }
  return {
    feed: 'kalshi',
    files: used,
    instruments: mergeFacts(found, given),
    tally,
    frames: () => toFrames(mergeRows(used.map((file) => readRows(file, tally))), tally),
  };
}

function watchedMarket(row: Json): InstrumentFacts {
  const payload = row.payload_json as Json;
  return { symbol: String(payload.market_ticker), closesAt: parseTime(String(payload.close_time)) };
}

async function* readRows(file: string, tally: Tally): AsyncGenerator<Row> {
  for await (const line of readLines(file)) {
    tally.read++;
    let row: Json;
    try {
      row = JSON.parse(line) as Json;
    } catch {
      tally.reject('not JSON');
      continue;
    }
    // The nanoseconds are beyond what a JavaScript number holds, so they are taken from the text.
    const stamp = /"local_recv_ns":(\d+)/.exec(line);
    if (!stamp) {
      tally.reject('no receive time');
      continue;
    }
    const sequence = row.sequence_number;
    const rank = ranks[String(row.event_type)] ?? (typeof sequence === 'number' ? sequence : Number.MAX_SAFE_INTEGER);
    yield { receivedAt: BigInt(stamp[1]), rank, row };
  }
}

/** Merges files that are each in order: by time, then rank, then position in the list of files. */
async function* mergeRows(sources: readonly AsyncGenerator<Row>[]): AsyncGenerator<Row> {
  const heads = await Promise.all(
    sources.map(async (source) => ({ source, row: (await source.next()).value as Row | undefined })),
  );
  for (;;) {
    let least: (typeof heads)[number] | undefined;
    for (const head of heads) {
      if (head.row && (!least?.row || comesBefore(head.row, least.row))) least = head;
    }
    if (!least?.row) return;
    yield least.row;
    least.row = (await least.source.next()).value as Row | undefined;
  }
}

function comesBefore(a: Row, b: Row): boolean {
  return a.receivedAt < b.receivedAt || (a.receivedAt === b.receivedAt && a.rank < b.rank);
}

async function* toFrames(rows: AsyncGenerator<Row>, tally: Tally): AsyncGenerator<Frame> {
  let connection = 0;
  let lastReceivedAt = 0n;
  const sids = new Map<string, number>();
  for await (const { receivedAt, row } of rows) {
    const type = String(row.event_type);
    const payload = (row.payload_json ?? {}) as Json;
    lastReceivedAt = receivedAt;
    tally.kept++;
    if (type === 'ws_connected') {
      if (connection > 0)
        yield noteFrame(receivedAt, connection, { note: 'disconnected', reason: 'the recorder connected anew' });
      yield noteFrame(receivedAt, ++connection, { note: 'connected', url: 'not recorded' });
    } else if (type === 'ws_subscribed') {
      const { channel, sid } = payload.msg as Json;
      sids.set(String(channel), Number(sid));
      yield textFrame(
        receivedAt,
        connection,
        Direction.in,
        JSON.stringify({ type: 'subscribed', id: payload.id, msg: { channel, sid } }),
      );
    } else if (type === 'watch_market' || type === 'market_rotated') {
      yield noteFrame(receivedAt, connection, { note: 'remark', text: `${type} ${JSON.stringify(payload)}` });
    } else {
      const message = venueMessage(type, row.sequence_number, sids, payload);
      if (message) yield textFrame(receivedAt, connection, Direction.in, JSON.stringify(message));
      else {
        tally.kept--;
        tally.reject(`event_type ${type}: not known`);
      }
    }
  }
  if (connection > 0)
    yield noteFrame(lastReceivedAt, connection, { note: 'disconnected', reason: 'the recording ends' });
}

/** Fields of the exchange's messages in its own order (captured frames of 2026). */
const fields = {
  orderbook_snapshot: ['market_ticker', 'market_id', 'yes_dollars_fp', 'no_dollars_fp'],
  orderbook_delta: ['market_ticker', 'market_id', 'price_dollars', 'delta_fp', 'side', 'ts', 'ts_ms'],
  ticker: [
    'market_ticker',
    'market_id',
    'price_dollars',
    'yes_bid_dollars',
    'yes_ask_dollars',
    'volume_fp',
    'open_interest_fp',
    'dollar_volume',
    'dollar_open_interest',
    'yes_bid_size_fp',
    'yes_ask_size_fp',
    'last_trade_size_fp',
    'ts',
    'ts_ms',
    'time',
  ],
} as const;

function venueMessage(
  type: string,
  sequence: unknown,
  sids: ReadonlyMap<string, number>,
  payload: Json,
): Json | undefined {
  const names = fields[type as keyof typeof fields];
  if (!names) return undefined;
  const channel = type === 'ticker' ? 'ticker' : 'orderbook_delta';
  const msg = Object.fromEntries(names.filter((name) => name in payload).map((name) => [name, payload[name]]));
  const sid = sids.get(channel);
  return type === 'ticker' ? { type, sid, msg } : { type, sid, seq: sequence, msg };
}

// --- plain messages in whole cents -------------------------------------------------------------------------------

async function plainMessages(
  files: readonly string[],
  tally: Tally,
  given?: readonly InstrumentFacts[],
): Promise<ImportPlan> {
  const first = await firstLine(files);
  const found = [{ symbol: String(first?.market_ticker) }];
  return {
    feed: 'kalshi',
    files,
    instruments: mergeFacts(found, given),
    tally,
    frames: () => plainFrames(files, tally),
  };
}

/**
 * `sid` and `seq` were not kept by the source: all frames bear sid 1, and none a seq. Every 5,000 messages its storage
 * wrote a snapshot of its own (`chunk_boundary`) in place of the change that had just come; that change is put back.
 */
async function* plainFrames(files: readonly string[], tally: Tally): AsyncGenerator<Frame> {
  const levels = new Map<string, number>();
  let receivedAt = 0n;
  for (const file of files) {
    for await (const row of readObjects(file)) {
      tally.read++;
      const { ts, type, chunk_boundary: isChunk, ...rest } = row;
      const time = parseTime(String(ts));
      const msg = isChunk ? missingChange(levels, rest) : rest;
      if (Number.isNaN(time) || !msg) {
        tally.reject(
          msg ? 'no time' : "a snapshot of the recorder's storage that differs from the book by more than one change",
        );
        continue;
      }
      const before = receivedAt;
      receivedAt = BigInt(time) * 1000n;
      if (before === 0n) yield noteFrame(receivedAt, 1, { note: 'connected', url: 'not recorded' });
      tally.kept++;
      follow(levels, msg);
      yield textFrame(
        receivedAt,
        1,
        Direction.in,
        JSON.stringify({ type: isChunk ? 'orderbook_delta' : type, sid: 1, msg }),
      );
    }
  }
  if (receivedAt > 0n) yield noteFrame(receivedAt, 1, { note: 'disconnected', reason: 'the recording ends' });
}

function* snapshotLevels(msg: Json): Generator<[key: string, count: number]> {
  for (const side of ['yes', 'no'])
    for (const [price, count] of (msg[side] ?? []) as [number, number][]) yield [`${side} ${price}`, count];
}

/** Keeps the book that the messages so far make. */
function follow(levels: Map<string, number>, msg: Json): void {
  if ('delta' in msg) {
    const key = `${msg.side} ${msg.price}`;
    levels.set(key, (levels.get(key) ?? 0) + Number(msg.delta));
    return;
  }
  levels.clear();
  for (const [key, count] of snapshotLevels(msg)) levels.set(key, count);
}

/** The one change that leads from `levels` to the snapshot; undefined if it takes none or several. */
function missingChange(levels: ReadonlyMap<string, number>, snapshot: Json): Json | undefined {
  const after = new Map(snapshotLevels(snapshot));
  const changes = [...new Set([...levels.keys(), ...after.keys()])]
    .map((key) => ({ key, delta: (after.get(key) ?? 0) - (levels.get(key) ?? 0) }))
    .filter(({ delta }) => delta !== 0);
  if (changes.length !== 1) return undefined;
  const [side, price] = changes[0].key.split(' ');
  return { market_ticker: snapshot.market_ticker, price: Number(price), delta: changes[0].delta, side };
}
