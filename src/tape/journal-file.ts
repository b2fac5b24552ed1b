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
const cause = { at: 'bigint', tape: 'integer', frame: 'bigint' };

/** Columns and SQL types of the tables, in the order of the rows' keys. */
export const journalColumns: Readonly<Record<JournalTable, Readonly<Record<string, string>>>> = {
  decisions: {
    ...cause,
    decision: 'bigint',
    instrument: 'varchar',
    action: 'varchar',
    reason: 'varchar',
    confidence: 'double',
    features: 'json',
  },
  orders: {
    ...cause,
    order: 'bigint',
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
    decision: 'bigint',
    venueAt: 'bigint',
    queueAhead: size,
  },
  fills: {
    ...cause,
    fill: 'bigint',
    order: 'bigint',
    kind: 'varchar',
    venueAt: 'bigint',
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
    const open = (table: JournalTable) => new LineFile(join(folder, `${table}.jsonl`));
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
    // Keys in the order of the columns, whatever order the row was put together in.
    const record: Record<string, unknown> = {};
    for (const column of Object.keys(journalColumns[table])) {
      const value = row[column as keyof typeof row] as unknown;
      record[column] = value === '' ? null : value;
    }
    const line = `${JSON.stringify(record)}\n`;
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
        const columns = Object.entries(journalColumns[table]).map(([name, type]) => `${quoted(name)}: ${quoted(type)}`);
        await connection.run(
          `copy (select * from read_json(${quoted(lines)}, format = 'newline_delimited', columns = {${columns.join(', ')}}))
            to ${quoted(temporary)} (format parquet, compression zstd)`,
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

class LineFile {
  readonly #file: number;
  #lines = '';

  constructor(path: string) {
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
