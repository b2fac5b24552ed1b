/**
 * A run's journal on disk. While the run goes on, each row is a line appended to its table's CSV file. The digest is the
 * sha256 over the sha256 of each table's lines. At the end DuckDB turns the lines into one Parquet file per table. If asked
 * for, JSON lines are written beside and stay.
 */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Journal, JournalRows, JournalTable } from '../market/journal.ts';
import { quoted, withSmallDuckDb } from './duckdb.ts';
import { temporaryName } from './header.ts';
import { JsonLineFile } from './json-lines.ts';
import { LineFile } from './line-file.ts';

const price = 'decimal(24,8)';
const size = price;
const money = 'decimal(38,16)';
/** Microseconds in the lines, a timestamp in Parquet. */
const time = 'timestamp';
const cause = { time, tape: 'integer', frame: 'bigint' };

/** Columns and SQL types of the tables, in the order of the rows' keys. */
const journalColumns: Readonly<Record<JournalTable, Readonly<Record<string, string>>>> = {
  decisions: {
    ...cause,
    decisionId: 'bigint',
    instrument: 'varchar',
    action: 'varchar',
    reason: 'varchar',
    confidence: 'double',
    features: 'json',
  },
  orders: {
    ...cause,
    orderId: 'bigint',
    step: 'varchar',
    state: 'varchar',
    reason: 'varchar',
    instrument: 'varchar',
    side: 'varchar',
    outcome: 'varchar',
    price,
    size,
    filled: size,
    timeInForce: 'varchar',
    expiresAt: time,
    postOnly: 'boolean',
    reduceOnly: 'boolean',
    cancelOnPause: 'boolean',
    orderGroup: 'varchar',
    trigger: 'varchar',
    tag: 'varchar',
    decisionId: 'bigint',
    venueTime: time,
    queueAhead: size,
  },
  fills: {
    ...cause,
    fillId: 'bigint',
    orderId: 'bigint',
    kind: 'varchar',
    venueTime: time,
    instrument: 'varchar',
    side: 'varchar',
    outcome: 'varchar',
    size,
    price,
    fee: money,
    liquidity: 'varchar',
    grade: 'varchar',
    evidenceFrame: 'bigint',
    queueAtArrival: size,
    queueAtFill: size,
    available: size,
    bid: price,
    ask: price,
    position: size,
    tag: 'varchar',
  },
  equity: {
    ...cause,
    cash: money,
    positionValue: money,
    realised: money,
    unrealised: money,
    fees: money,
    equity: money,
  },
  quotes: { ...cause, instrument: 'varchar', bid: price, ask: price, last: price },
  notes: { ...cause, kind: 'varchar', instrument: 'varchar', text: 'varchar' },
};

export const journalTables = Object.keys(journalColumns) as readonly JournalTable[];

/** What the digest of a run is taken over, in this order. */
export const digestedTables: readonly JournalTable[] = ['decisions', 'orders', 'fills', 'equity'];

/** What DuckDB has to hold at once when it writes the table. */
const ROW_GROUP_ROWS = 16_384;

interface JournalOptions {
  /** Also write each row as a line of JSON, at once. Default false. */
  readonly jsonl?: boolean;
}

export class JournalWriter implements Journal {
  readonly rows: Record<JournalTable, number> = { decisions: 0, orders: 0, fills: 0, equity: 0, quotes: 0, notes: 0 };
  readonly #folder: string;
  readonly #files: Record<JournalTable, LineFile>;
  readonly #jsonLines: ReadonlyMap<JournalTable, JsonLineFile>;

  constructor(folder: string, { jsonl = false }: JournalOptions = {}) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    const open = (table: JournalTable) =>
      new LineFile(join(folder, `${table}.csv`), Object.keys(journalColumns[table]));
    this.#files = {
      decisions: open('decisions'),
      orders: open('orders'),
      fills: open('fills'),
      equity: open('equity'),
      quotes: open('quotes'),
      notes: open('notes'),
    };
    this.#jsonLines = new Map(
      jsonl ? journalTables.map((table) => [table, new JsonLineFile(folder, table, timesOf(table))]) : [],
    );
  }

  write<T extends JournalTable>(table: T, row: JournalRows[T]): void {
    this.rows[table]++;
    this.#files[table].append(row as unknown as Record<string, unknown>);
    this.#jsonLines.get(table)?.append(row as unknown as Record<string, unknown>);
  }

  /** Turns the lines into Parquet; returns the digest. */
  async finish(): Promise<string> {
    for (const table of journalTables) this.#files[table].close();
    for (const file of this.#jsonLines.values()) file.close();
    const digest = createHash('sha256');
    for (const table of digestedTables) digest.update(`${table} ${this.#files[table].sha256.digest('hex')}\n`);
    await withSmallDuckDb('128MB', async (connection) => {
      for (const table of journalTables) {
        const lines = join(this.#folder, `${table}.csv`);
        const parquet = join(this.#folder, `${table}.parquet`);
        const temporary = temporaryName(parquet);
        await connection.run(
          `copy (${selectLines(table, lines, !this.#files[table].hasLineBreaks)}) to ${quoted(temporary)}
           (format parquet, compression zstd, row_group_size ${ROW_GROUP_ROWS})`,
        );
        await rename(temporary, parquet);
        await rm(lines);
      }
    });
    return digest.digest('hex');
  }
}

function timesOf(table: JournalTable): string[] {
  return Object.entries(journalColumns[table]).flatMap(([name, type]) => (type === time ? [name] : []));
}

/**
 * The lines of a table with its types; times are read as the integers that they are. Several threads cannot tell a row's
 * end from a line break inside a text.
 */
function selectLines(table: JournalTable, lines: string, parallel: boolean): string {
  const columns = Object.entries(journalColumns[table]);
  const read = columns.map(([name, type]) => `${quoted(name)}: ${quoted(readAs[type] ?? type)}`);
  const select = columns.map(([name, type]) => `${converted(name, type)} as "${name}"`);
  const form = `auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', parallel = ${parallel}`;
  return `select ${select.join(', ')} from read_csv(${quoted(lines)}, ${form}, columns = {${read.join(', ')}})`;
}

/** SQL types that are read as another one, then converted. */
const readAs: Readonly<Record<string, string>> = { [time]: 'bigint', [price]: 'varchar', [money]: 'varchar' };

/**
 * DuckDB casts a text to a decimal of more than 18 digits 100 times slower than to one of fewer, so whole part and
 * fraction are cast alone; their sum is exact.
 */
function converted(name: string, type: string): string {
  if (type === time) return `make_timestamp("${name}")`;
  if (type !== price && type !== money) return `"${name}"`;
  const fraction = `if(starts_with("${name}", '-'), '-0.', '0.') || split_part("${name}", '.', 2) || '0'`;
  const places = type === price ? 'decimal(9, 8)' : 'decimal(17, 16)';
  return `(split_part("${name}", '.', 1)::bigint::${type} + (${fraction})::${places})::${type}`;
}
