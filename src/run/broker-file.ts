/** Orders and fills as a broker tells of them: a CSV file with a header, or JSON. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { groupBy } from '../market/group.ts';
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

const columns = [
  ...(['order', 'instrument', 'side', 'placed', 'size', 'limit', 'arrived', 'ended', 'reason'] as const),
  ...(['filled', 'price', 'time', 'fee', 'liquidity'] as const),
];
type Column = (typeof columns)[number];

const directions: ReadonlyMap<string, 1 | -1> = new Map([
  ['buy', 1],
  ['sell', -1],
]);
const liquidities: ReadonlyMap<string, 'maker' | 'taker'> = new Map([
  ['maker', 'maker'],
  ['taker', 'taker'],
]);

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
  const rows = await queryRows(`select * from ${textsOf(path)}`).catch((error: Error) => {
    throw new Error(`${path}: cannot be read as ${isJson(path) ? 'JSON' : 'CSV'}: ${error.message.split('\n')[0]}`);
  });
  const parsed = rows.map((row, i) => brokerRow(cellsOf(row, `${path}: row ${i + 1}`)));
  const sha256 = createHash('sha256').update(contents).digest('hex');
  return { path, name: basename(path), sha256, orders: ordersOf(parsed) };
}

/** A name without its venue means one market: an order was in one alone. */
export function twoMarkets({ path }: BrokerFile, order: BrokerOrder, [one, other]: readonly [string, string]): Error {
  return new Error(`${path}: order ${order.id}: ${order.instrument} is ${one} and ${other}; name it with its venue`);
}

const isJson = (path: string): boolean => /\.jsonl?$/.test(path);

/** Every value as the text that the file has: DuckDB's guesses drop the zone of a time, and the digits of a small price. */
function textsOf(path: string): string {
  if (!isJson(path)) return `read_csv(${quoted(path)}, header = true, all_varchar = true)`;
  return `read_json(${quoted(path)}, columns = {${columns.map((name) => `${quoted(name)}: 'VARCHAR'`).join(', ')}})`;
}

interface Cells {
  readonly where: string;
  readonly text: (name: Column) => string | undefined;
  /** Null where there is none. What is there and cannot be read is told: without its end, for one, an order would rest for ever. */
  readonly read: <T>(name: Column, parse: (text: string) => T | undefined, what: string) => T | null;
  readonly time: (name: Column) => Micros | null;
  readonly units: (name: Column) => bigint | null;
}

function cellsOf(row: Row, where: string): Cells {
  const text: Cells['text'] = (name) => {
    const value = row[name];
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  };
  const read: Cells['read'] = (name, parse, what) => {
    const told = text(name);
    if (told === undefined) return null;
    const value = parse(told);
    if (value === undefined) throw new Error(`${where}: ${name} is "${told}"; write ${what}`);
    return value;
  };
  return {
    where,
    text,
    read,
    time: (name) => read(name, timeOf, 'RFC 3339 with a zone, or microseconds'),
    units: (name) => read(name, unitsOf, 'a decimal of up to eight places, such as 0.53'),
  };
}

function brokerRow(cells: Cells): BrokerRow {
  const { text, read, time, units, where } = cells;
  const [id, instrument] = [text('order'), text('instrument')];
  const direction = read('side', (side) => directions.get(side), 'buy or sell');
  const [placedAt, size] = [time('placed'), units('size')];
  if (!id || !instrument || direction === null || placedAt === null || size === null)
    throw new Error(`${where}: needs order, instrument, side (buy or sell), placed, size`);
  return {
    ...{ id, instrument, direction, placedAt, size },
    arrivedAt: time('arrived'),
    endedAt: time('ended'),
    limit: units('limit'),
    reason: text('reason') ?? '',
    fill: fillOf(cells),
  };
}

function fillOf({ read, time, units, where }: Cells): BrokerFill | undefined {
  const size = units('filled');
  if (!size) return undefined;
  const [price, at] = [units('price'), time('time')];
  if (price === null || at === null) throw new Error(`${where}: a fill needs filled, price, time`);
  const fee = read('fee', feeOf, 'an amount such as 0.07') ?? 0n;
  return { at, size, price, fee, liquidity: read('liquidity', (told) => liquidities.get(told), 'maker or taker') };
}

/** Two markets may number their orders alike. */
function ordersOf(rows: readonly BrokerRow[]): BrokerOrder[] {
  return [...groupBy(rows, ({ instrument, id }) => JSON.stringify([instrument, id])).values()]
    .map((own): BrokerOrder => {
      const { fill: _, ...first } = own[0];
      const fills = own.flatMap(({ fill }) => fill ?? []).sort((a, b) => a.at - b.at);
      const isRejected = first.reason !== '' && fills.length === 0 && first.arrivedAt === null;
      return { ...first, isRejected, fills };
    })
    .sort((a, b) => a.placedAt - b.placedAt);
}

function timeOf(text: string): Micros | undefined {
  const time = /^\d{16}$/.test(text) ? Number(text) : parseTime(text);
  return Number.isNaN(time) ? undefined : time;
}

function unitsOf(text: string): bigint | undefined {
  const match = /^(\d+)(?:\.(\d{1,8})0*)?$/.exec(text);
  return match ? BigInt(match[1] + (match[2] ?? '').padEnd(BROKER_DECIMALS, '0')) : undefined;
}

function feeOf(text: string): Money | undefined {
  return /^-?\d+(\.\d{1,16})?$/.test(text) ? parseMoney(text) : undefined;
}
