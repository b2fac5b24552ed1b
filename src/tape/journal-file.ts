/**
 * A run's journal on disk. While the run goes on, each row is a line of JSON, appended; the digest is taken over these
 * very lines, in the order in which they were written. At the end DuckDB turns them into one Parquet file per table.
 */
import { createHash, type Hash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Journal, JournalRows, JournalTable } from '../market/journal.ts';
import { connectDuckDb, quoted } from './duckdb.ts';
import { temporaryName } from './header.ts';

const price = 'decimal(24,8)';
const size = 'decimal(24,8)';
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
    postOnly: 'boolean',
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

/** What the digest of a run is taken over. */
const digested: ReadonlySet<JournalTable> = new Set(['decisions', 'orders', 'fills', 'equity']);

const FLUSH_BYTES = 1 << 18;

export class JournalWriter implements Journal {
  readonly rows: Record<JournalTable, number> = { decisions: 0, orders: 0, fills: 0, equity: 0, quotes: 0, notes: 0 };
  readonly #folder: string;
  readonly #digest: Hash = createHash('sha256');
  readonly #files: Record<JournalTable, LineFile>;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    const open = (table: JournalTable) =>
      new LineFile(join(folder, `${table}.jsonl`), Object.keys(journalColumns[table]));
    this.#files = {
      decisions: open('decisions'),
      orders: open('orders'),
      fills: open('fills'),
      equity: open('equity'),
      quotes: open('quotes'),
      notes: open('notes'),
    };
  }

  write<T extends JournalTable>(table: T, row: JournalRows[T]): void {
    const line = lineOf(this.#files[table].columns, row as unknown as Record<string, unknown>);
    this.rows[table]++;
    this.#files[table].append(line);
    if (digested.has(table)) this.#digest.update(`${table} ${line}`);
  }

  /** Turns the lines into Parquet; returns the digest. */
  async finish(): Promise<string> {
    for (const table of journalTables) this.#files[table].close();
    const connection = await connectDuckDb();
    try {
      for (const table of journalTables) {
        const lines = join(this.#folder, `${table}.jsonl`);
        const parquet = join(this.#folder, `${table}.parquet`);
        const temporary = temporaryName(parquet);
        await connection.run(
          `copy (${selectLines(table, lines)}) to ${quoted(temporary)} (format parquet, compression zstd)`,
        );
        await rename(temporary, parquet);
        await rm(lines);
      }
    } finally {
      connection.closeSync();
    }
    return this.#digest.digest('hex');
  }
}

/** One row as a line of JSON: keys in the order of the columns, however the row was put together; '' is null. */
function lineOf(columns: readonly string[], row: Readonly<Record<string, unknown>>): string {
  let line = '';
  for (const column of columns) {
    const value = row[column];
    const text = typeof value === 'number' ? String(value) : value === '' ? 'null' : JSON.stringify(value);
    line += `${line === '' ? '{' : ','}"${column}":${text}`;
  }
  return `${line}}\n`;
}

/** The lines of a table with its types; times are read as the integers that they are. */
function selectLines(table: JournalTable, lines: string): string {
  const columns = Object.entries(journalColumns[table]);
  const read = columns.map(([name, type]) => `${quoted(name)}: ${quoted(type === time ? 'bigint' : type)}`);
  const select = columns.map(([name, type]) =>
    type === time ? `make_timestamp("${name}") as "${name}"` : `"${name}"`,
  );
  return `select ${select.join(', ')} from read_json(${quoted(lines)}, format = 'newline_delimited', columns = {${read.join(', ')}})`;
}

class LineFile {
  readonly columns: readonly string[];
  readonly #file: number;
  #lines = '';

  constructor(path: string, columns: readonly string[]) {
    this.columns = columns;
    this.#file = openSync(path, 'w');
  }

  append(line: string): void {
    this.#lines += line;
    if (this.#lines.length > FLUSH_BYTES) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    if (this.#lines !== '') writeSync(this.#file, this.#lines);
    this.#lines = '';
  }
}
