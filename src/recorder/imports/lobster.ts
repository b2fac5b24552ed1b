import { basename } from 'node:path';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { type MessageFile, messageFile } from '../../feeds/lobster/files.ts';
import { Direction, type Frame, noteFrame, textFrame } from '../../market/frame.ts';
import { quoted } from '../../tape/duckdb.ts';
import { linesOf, readColumn, readLines } from '../../tape/lines.ts';
import { expandFolders, type Importer, mergeFacts, Tally } from './import.ts';

/** One trading day of one share. */
interface Recording extends MessageFile {
  /** Name of the message file, alone or inside a zip. */
  readonly name: string;
  /** Each message's CSV line, and after a line feed that of the book where there is one. */
  payloads(): AsyncGenerator<string>;
}

/**
 * LOBSTER's order messages: a zip with message and order book CSV, or a message file alone (.csv, .csv.gz, .parquet).
 * A frame is a message's CSV line as delivered and, with a book, that row of the book as a second line.
 *
 * Times are seconds after midnight in New York. Each recording is a connection of its own, whose first note names the
 * message file and thereby the share; several are merged by time.
 */
export const importLobster: Importer = async (paths, { facts }) => {
  const files = await expandFolders(paths, /\.zip$|_message_\d+\.(csv|csv\.gz|parquet)$/);
  const recordings = await Promise.all(files.map(open));
  const days = recordings.map(({ symbol, date }) => `${symbol} of ${date}`);
  const twice = days.find((day, i) => days.indexOf(day) !== i);
  if (twice) throw new Error(`${twice} is there twice; import the files as tapes of their own`);
  const other = recordings.find(({ symbol, depth }) =>
    recordings.some((recording) => recording.symbol === symbol && recording.depth !== depth),
  );
  if (other) throw new Error(`${other.symbol} is there with different depths; import the files as tapes of their own`);
  const tally = new Tally();
  return {
    feed: 'lobster',
    files,
    instruments: mergeFacts(
      recordings.map(({ symbol }) => ({ symbol })),
      facts,
    ),
    tally,
    frames: () => merge(recordings.map((recording, i) => toFrames(recording, i + 1, tally))),
  };
};

async function open(file: string): Promise<Recording> {
  const isZip = file.endsWith('.zip');
  const name = isZip ? await messageNameIn(file) : basename(file);
  const day = messageFile(name);
  if (!day) {
    throw new Error(
      `${file}: the name does not say ticker and day as LOBSTER's message files do, for example AAPL_2012-06-21_34200000_57600000_message_10.csv`,
    );
  }
  return { ...day, name, payloads: () => (isZip ? zipPayloads(file) : filePayloads(file)) };
}

function filePayloads(file: string): AsyncGenerator<string> {
  if (!file.endsWith('.parquet')) return readLines(file);
  // The columns in their order, as they stand in the CSV; the shortest text of a double is what LOBSTER wrote.
  return readColumn(`select concat_ws(',', *columns(*)) from read_parquet(${quoted(file)})`, file);
}

async function messageNameIn(file: string): Promise<string> {
  const { zip, messages } = await openZip(file);
  zip.close();
  return messages.fileName;
}

async function* zipPayloads(file: string): AsyncGenerator<string> {
  const { zip, messages, book } = await openZip(file);
  try {
    const lines = linesOf(await zip.openReadStreamPromise(messages), `${file}: ${messages.fileName}`);
    if (book) yield* inStep(file, lines, linesOf(await zip.openReadStreamPromise(book), `${file}: ${book.fileName}`));
    else yield* lines;
  } finally {
    zip.close();
  }
}

async function openZip(file: string): Promise<{ zip: ZipFile; messages: Entry; book?: Entry }> {
  const zip = await openPromise(file, { autoClose: false }).catch((error: unknown) => {
    throw noZip(file, error);
  });
  const entries: Entry[] = [];
  try {
    for await (const entry of zip.eachEntry()) entries.push(entry);
  } catch (error) {
    zip.close();
    throw noZip(file, error);
  }
  const messages = entries.find(({ fileName }) => fileName.includes('_message_'));
  const book = entries.find(({ fileName }) => fileName.includes('_orderbook_'));
  if (messages) return { zip, messages, book };
  zip.close();
  throw new Error(`${file}: holds no LOBSTER message file`);
}

const noZip = (file: string, error: unknown): Error =>
  new Error(`${file}: not a whole zip (${(error as Error).message}); fetch the file again`);

/** Row i of the book is the book after message i, so there must be as many of both. */
async function* inStep(
  file: string,
  messages: AsyncGenerator<string>,
  rows: AsyncGenerator<string>,
): AsyncGenerator<string> {
  let messageCount = 0;
  let rowCount = 0;
  try {
    for await (const message of messages) {
      messageCount++;
      const row = await rows.next();
      if (row.done) continue;
      rowCount++;
      yield `${message}\n${row.value}`;
    }
    while (!(await rows.next()).done) rowCount++;
  } finally {
    await rows.return(undefined);
  }
  if (messageCount !== rowCount) {
    throw new Error(
      `${file}: ${messageCount} messages and ${rowCount} rows of the book; there must be one row a message`,
    );
  }
}

/** All frames by time; at the same time, those of the earlier file first. */
async function* merge(sources: readonly AsyncGenerator<Frame>[]): AsyncGenerator<Frame> {
  const heads = await Promise.all(sources.map(async (source) => ({ source, next: await source.next() })));
  try {
    for (;;) {
      const left = heads.filter(({ next }) => !next.done);
      if (left.length === 0) return;
      const first = left.reduce((a, b) => (b.next.value.receivedAt < a.next.value.receivedAt ? b : a));
      yield first.next.value;
      first.next = await first.source.next();
    }
  } finally {
    for (const { source } of heads) await source.return(undefined);
  }
}

async function* toFrames(recording: Recording, connection: number, tally: Tally): AsyncGenerator<Frame> {
  const midnight = newYorkMidnight(recording.date);
  let receivedAt = 0n;
  for await (const payload of recording.payloads()) {
    tally.read++;
    const time = nanoseconds(payload);
    if (time === undefined) {
      tally.reject('no time');
      continue;
    }
    const before = receivedAt;
    receivedAt = midnight + time;
    if (before === 0n) yield noteFrame(receivedAt, connection, { note: 'connected', url: recording.name });
    tally.kept++;
    yield textFrame(receivedAt, connection, Direction.in, payload);
  }
  if (receivedAt > 0n) yield noteFrame(receivedAt, connection, { note: 'disconnected', reason: 'the recording ends' });
}

/** A row's seconds, rounded: LOBSTER wrote them as doubles, and a few show it (43002.632812672004). */
function nanoseconds(row: string): bigint | undefined {
  const match = /^(\d+)(?:\.(\d+))?,/.exec(row);
  if (!match) return undefined;
  const digits = (match[2] ?? '').padEnd(10, '0');
  return BigInt(match[1] + digits.slice(0, 9)) + (digits[9] >= '5' ? 1n : 0n);
}

/** Nanoseconds since 1970. */
function newYorkMidnight(date: string): bigint {
  // Clocks change at 2:00 there, so 05:00 UTC, which is midnight or one o'clock, has the offset that midnight has.
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: 'America/New_York',
    timeZoneName: 'longOffset',
  }).formatToParts(new Date(`${date}T05:00:00Z`));
  const offset = parts.find(({ type }) => type === 'timeZoneName')?.value.slice('GMT'.length);
  return BigInt(Date.parse(`${date}T00:00:00${offset}`)) * 1_000_000n;
}
