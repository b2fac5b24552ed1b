import { Direction, type Frame, noteFrame, textFrame } from '../../market/frame.ts';
import { readLines } from '../../tape/lines.ts';
import { expandFolders, type Importer, mergeFacts, Tally } from './import.ts';

type Json = Record<string, unknown>;

/**
 * Raw frames with their receive times, one a line, in one of three shapes:
 *
 * - `1723161253937085768 {"stream":...}`: nanoseconds, a space, the payload (hftbacktest's recordings)
 * - {"t":"recv","conn":...,"ts":1633998511.13,"data":"..."} with header, http, connect and send lines (cryptofeed's)
 * - {"receivedAt":"1723161253937085768","payload":"...","connection":1,"direction":"in"}: our own
 */
export const importJsonl: Importer = async (paths, { feed, facts }) => {
  const files = await expandFolders(paths, /^[^.]/);
  const tally = new Tally();
  const first = await firstLine(files);
  const reader = readerFor(first);
  if (!reader) {
    throw new Error(
      `${files[0]}: no known shape of raw frames; a line must be "<nanoseconds> <payload>", a cryptofeed session's or {"receivedAt","payload"}`,
    );
  }
  const name = feed ?? feedOf(first);
  if (name === undefined)
    throw new Error(`${files[0]}: the lines do not say whose frames they are; add --feed, for example --feed binance`);
  return {
    feed: name,
    files,
    instruments: mergeFacts([], facts),
    tally,
    frames: () => reader(files, tally),
  };
};

type Reader = (files: readonly string[], tally: Tally) => AsyncGenerator<Frame>;

async function firstLine(files: readonly string[]): Promise<string> {
  for await (const line of readLines(files[0])) return line;
  return '';
}

function readerFor(line: string): Reader | undefined {
  if (/^\d{16,19} /.test(line)) return stampedLines;
  const row = parse(line);
  if (row?.t === 'header') return sessionLines;
  if (row && 'receivedAt' in row && 'payload' in row) return ownLines;
  return undefined;
}

function feedOf(line: string): string | undefined {
  const exchange = parse(line)?.exchange;
  return typeof exchange === 'string' ? exchange.toLowerCase().replaceAll('_', '-') : undefined;
}

function parse(line: string): Json | undefined {
  try {
    return JSON.parse(line) as Json;
  } catch {
    return undefined;
  }
}

async function* stampedLines(files: readonly string[], tally: Tally): AsyncGenerator<Frame> {
  let receivedAt = 0n;
  for (const file of files) {
    for await (const line of readLines(file)) {
      tally.read++;
      const space = line.indexOf(' ');
      if (!/^\d{16,19}$/.test(line.slice(0, space))) {
        tally.reject('no receive time');
        continue;
      }
      const before = receivedAt;
      receivedAt = BigInt(line.slice(0, space));
      if (before === 0n) yield noteFrame(receivedAt, 1, { note: 'connected', url: 'not recorded' });
      tally.kept++;
      yield textFrame(receivedAt, 1, Direction.in, line.slice(space + 1));
    }
  }
  if (receivedAt > 0n) yield noteFrame(receivedAt, 1, { note: 'disconnected', reason: 'the recording ends' });
}

/**
 * An HTTP exchange becomes two frames: `GET <url>` out, the body in, on a connection of its own. A session's file has its
 * HTTP part first, whenever it came; those lines wait until the sockets have reached their time.
 */
async function* sessionLines(files: readonly string[], tally: Tally): AsyncGenerator<Frame> {
  const connections = new Map<string, number>();
  const numberOf = (name: string): number => {
    const number = connections.get(name) ?? connections.size + 1;
    connections.set(name, number);
    return number;
  };
  let receivedAt = 0n;
  const waiting: Frame[] = [];
  function* due(time: bigint): Generator<Frame> {
    while (waiting.length > 0 && waiting[0].receivedAt <= time) yield waiting.shift() as Frame;
  }
  for (const file of files) {
    for await (const line of readLines(file)) {
      tally.read++;
      const row = parse(line);
      if (row?.t === 'header') {
        tally.reject('header of the session, not a frame');
        continue;
      }
      const stamp = /"ts":(\d+)(?:\.(\d+))?/.exec(line);
      if (!row || !stamp) {
        tally.reject(row ? 'no receive time' : 'not JSON');
        continue;
      }
      const at = BigInt(stamp[1] + (stamp[2] ?? '').padEnd(9, '0').slice(0, 9));
      const connection = numberOf(String(row.conn));
      const frames = sessionFrames(row, at, connection);
      if (frames.length === 0) tally.reject(`kind of line not known: ${String(row.t)}`);
      else tally.kept++;
      if (row.t === 'http') waiting.push(...frames);
      else {
        yield* due(at);
        yield* frames;
      }
      if (at > receivedAt) receivedAt = at;
    }
    yield* due(receivedAt);
  }
  for (const connection of connections.values()) {
    yield noteFrame(receivedAt, connection, { note: 'disconnected', reason: 'the recording ends' });
  }
}

function sessionFrames(row: Json, receivedAt: bigint, connection: number): Frame[] {
  switch (row.t) {
    case 'http':
      return [
        textFrame(receivedAt, connection, Direction.out, `GET ${String(row.url)}`),
        textFrame(receivedAt, connection, Direction.in, String(row.data)),
      ];
    case 'connect':
      return [noteFrame(receivedAt, connection, { note: 'connected', url: String(row.addr) })];
    case 'send':
      return [textFrame(receivedAt, connection, Direction.out, String(row.data))];
    case 'recv':
      return [textFrame(receivedAt, connection, Direction.in, String(row.data))];
    default:
      return [];
  }
}

const directions: Record<string, Direction> = { in: Direction.in, out: Direction.out, note: Direction.note };

async function* ownLines(files: readonly string[], tally: Tally): AsyncGenerator<Frame> {
  for (const file of files) {
    for await (const line of readLines(file)) {
      tally.read++;
      const row = parse(line);
      const direction = directions[String(row?.direction ?? 'in')];
      if (!row || direction === undefined || !/^\d+$/.test(String(row.receivedAt)) || typeof row.payload !== 'string') {
        tally.reject('not {"receivedAt":"<nanoseconds>","payload":"<text>"}');
        continue;
      }
      tally.kept++;
      yield textFrame(BigInt(String(row.receivedAt)), Number(row.connection ?? 1), direction, row.payload);
    }
  }
}
