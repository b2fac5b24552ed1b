/** Orders and fills as a broker tells of them: a CSV file with a header, or JSON. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Micros, type Money, parseMoney, parseTime } from '../market/units.ts';
import { quoted } from '../tape/duckdb.ts';
import { queryRows, type Row } from '../tape/query.ts';

/** Prices and sizes of the file are integers of so many decimals. */
export const BROKER_DECIMALS = 8;

export interface BrokerFill {
  readonly at: Micros;
  /** Above 0. */
  readonly size: bigint;
  readonly price: bigint;
  readonly fee: Money;
  /** Null where nobody says. */
  readonly liquidity: 'maker' | 'taker' | null;
}

export interface BrokerOrder {
  readonly id: string;
  /** As the file names it: with its venue or without. */
  readonly instrument: string;
  /** 1 buys, -1 sells. */
  readonly direction: 1 | -1;
  readonly placedAt: Micros;
  readonly arrivedAt: Micros | null;
  readonly endedAt: Micros | null;
  readonly limit: bigint | null;
  readonly size: bigint;
  /** Why it ended or was rejected; empty if nobody says. */
  readonly reason: string;
  readonly isRejected: boolean;
  /** In order of time. */
  readonly fills: readonly BrokerFill[];
}

export interface BrokerFile {
  readonly path: string;
  readonly name: string;
  readonly sha256: string;
  /** In order of placing. */
  readonly orders: readonly BrokerOrder[];
}

/** A row: one fill, or an order without any. */
interface BrokerRow extends Omit<BrokerOrder, 'fills' | 'isRejected'> {
  readonly fill: BrokerFill | undefined;
}

/**
 * A row per fill, and one for an order that got none: `order`, `instrument`, `side` (buy or sell, of YES), `placed`, `size`;
 * where known `limit`, `arrived`, `ended`, `reason` (rejected: why); of a fill `filled`, `price`, `time`, and where known
 * `fee` and `liquidity`. Times are RFC 3339 or microseconds.
 */
export async function readBrokerFile(path: string): Promise<BrokerFile> {
  const contents = await readFile(path).catch(({ code }: NodeJS.ErrnoException) => {
    throw new Error(
      `${path}: ${code === 'EISDIR' ? 'is a folder; name a CSV or JSON file' : 'no such file of orders'}`,
    );
  });
  const isJson = /\.json[l]?$/.test(path);
  const read = isJson ? `read_json(${quoted(path)})` : `read_csv(${quoted(path)}, header = true, all_varchar = true)`;
  const rows = await queryRows(`select columns(*)::varchar from ${read}`).catch((error: Error) => {
    throw new Error(`${path}: cannot be read as ${isJson ? 'JSON' : 'CSV'}: ${error.message.split('\n')[0]}`);
  });
  const parsed = rows.map((row, i) => {
    const strange = unreadable(row);
    if (strange) throw new Error(`${path}: row ${i + 1}: ${strange}`);
    const broker = brokerRow(row);
    if (broker) return broker;
    throw new Error(
      `${path}: row ${i + 1}: needs order, instrument, side (buy or sell), placed, size; and filled, price, time of a fill`,
    );
  });
  const sha256 = createHash('sha256').update(contents).digest('hex');
  return { path, name: basename(path), sha256, orders: ordersOf(parsed) };
}

/** What stands in a column and is not what belongs there; a number that is left out by mistake would move money. */
function unreadable(row: Row): string | undefined {
  const wrong = (names: readonly string[], read: (text: string) => unknown) =>
    names.find((name) => typeof row[name] === 'string' && row[name] !== '' && read(row[name]) === null);
  const number = wrong(['size', 'limit', 'price', 'filled'], unitsOf);
  if (number) return `${number} "${row[number]}" is no number from 0 on with at most ${BROKER_DECIMALS} decimals`;
  const time = wrong(['placed', 'arrived', 'ended', 'time'], timeOf);
  if (time) return `${time} "${row[time]}" is no time; write 2026-05-13T18:10:00Z, or microseconds`;
  return undefined;
}

function brokerRow(row: Row): BrokerRow | undefined {
  const text = (name: string): string | undefined =>
    typeof row[name] === 'string' && row[name] !== '' ? row[name] : undefined;
  const [id, instrument, side, filled] = ['order', 'instrument', 'side', 'filled'].map(text);
  const [placedAt, arrivedAt, endedAt, at] = ['placed', 'arrived', 'ended', 'time'].map((name) => timeOf(text(name)));
  const [size, limit, price, got] = ['size', 'limit', 'price', 'filled'].map((name) => unitsOf(text(name)));
  if (!id || !instrument || (side !== 'buy' && side !== 'sell') || placedAt === null || size === null) return undefined;
  if (filled !== undefined && (price === null || got === null || at === null)) return undefined;
  return {
    id,
    instrument,
    direction: side === 'buy' ? 1 : -1,
    placedAt,
    arrivedAt,
    endedAt,
    limit,
    size,
    reason: text('reason') ?? '',
    fill:
      price === null || got === null || at === null || got === 0n
        ? undefined
        : { at, size: got, price, fee: feeOf(text('fee')), liquidity: liquidityOf(text('liquidity')) },
  };
}

function ordersOf(rows: readonly BrokerRow[]): BrokerOrder[] {
  const groups = new Map<string, BrokerRow[]>();
  for (const row of rows) {
    const group = groups.get(row.id);
    if (group) group.push(row);
    else groups.set(row.id, [row]);
  }
  return [...groups.values()]
    .map((own): BrokerOrder => {
      const { fill: _, ...first } = own[0];
      const fills = own.flatMap(({ fill }) => fill ?? []).sort((a, b) => a.at - b.at);
      const isRejected = first.reason !== '' && fills.length === 0 && first.arrivedAt === null;
      return { ...first, isRejected, fills };
    })
    .sort((a, b) => a.placedAt - b.placedAt);
}

function liquidityOf(text: string | undefined): BrokerFill['liquidity'] {
  return text === 'maker' || text === 'taker' ? text : null;
}

function timeOf(text: string | undefined): Micros | null {
  if (text === undefined) return null;
  const time = /^\d{16}$/.test(text) ? Number(text) : parseTime(text);
  return Number.isNaN(time) ? null : time;
}

function unitsOf(text: string | undefined): bigint | null {
  const match = /^(\d+)(?:\.(\d{1,8}))?0*$/.exec(text ?? '');
  return match ? BigInt(match[1] + (match[2] ?? '').padEnd(BROKER_DECIMALS, '0')) : null;
}

function feeOf(text: string | undefined): Money {
  return text === undefined ? 0n : parseMoney(text);
}
