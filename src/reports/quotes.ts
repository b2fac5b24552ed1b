/** Best prices of the markets of a run by time. The journal has a row where they changed; between rows the last one holds. */
import type { Micros } from '../market/units.ts';
import { quoted } from '../tape/duckdb.ts';
import type { RunTables } from '../tape/journal-read.ts';

/** By instrument. */
export type Quotes = ReadonlyMap<string, MarketQuotes>;

/** All prices of a report are looked up in these columns: as-of joins in SQL take several times as long. */
export async function readQuotes(tables: RunTables): Promise<Quotes> {
  const names = await tables.rows<{ instrument: string; rows: number }>(
    'select instrument, count(*) as rows from quotes group by instrument order by instrument',
  );
  if (names.length === 0) return new Map();
  const markets = names.map(({ rows }) => new MarketQuotes(rows));
  // Joining names with their numbers would not promise to keep the order of the rows.
  const { number, at, bid, ask, last } = await tables.numbers<'number' | 'at' | 'bid' | 'ask' | 'last'>(
    `select enum_code(instrument::enum(${names.map(({ instrument }) => quoted(instrument)).join(', ')}))::double as number,
      epoch_us(time)::double as at, ${['bid', 'ask', 'last'].map((price) => `round(${price}::double * 1e8) as ${price}`).join(', ')} from quotes`,
  );
  for (let i = 0; i < at.length; i++) markets[number[i]].add(at[i], bid[i], ask[i], last[i]);
  return new Map(names.map(({ instrument }, i) => [instrument, markets[i]]));
}

/** Of one market, by column. Prices are whole numbers in units of 10^-8; NaN where a side was empty, and before the first print. */
export class MarketQuotes {
  readonly at: Float64Array;
  readonly bid: Float64Array;
  readonly ask: Float64Array;
  /** Price of the last print. */
  readonly last: Float64Array;
  /** The last row up to each that has two sides; -1 before the first. */
  readonly #twoSided: Int32Array;
  #rows = 0;

  constructor(rows: number) {
    this.at = new Float64Array(rows);
    this.bid = new Float64Array(rows);
    this.ask = new Float64Array(rows);
    this.last = new Float64Array(rows);
    this.#twoSided = new Int32Array(rows);
  }

  /** Rows come as they were written; a time before that of the last row counts as that. */
  add(at: Micros, bid: number, ask: number, last: number): void {
    const row = this.#rows++;
    this.at[row] = row > 0 ? Math.max(at, this.at[row - 1]) : at;
    this.bid[row] = bid;
    this.ask[row] = ask;
    this.last[row] = last;
    this.#twoSided[row] = !Number.isNaN(bid + ask) ? row : row > 0 ? this.#twoSided[row - 1] : -1;
  }

  /** The row that holds at a time: of several at one instant the last. -1 before the first, and where no time is known. */
  rowAt(time: Micros): number {
    let [low, high] = [0, this.#rows];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at[middle] <= time) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** The last row with two sides that came by then, or -1. */
  twoSidedRowAt(time: Micros): number {
    const row = this.rowAt(time);
    return row < 0 ? -1 : this.#twoSided[row];
  }

  /** Of bid and ask, as a price. NaN without a row, and where a side is empty. */
  middle(row: number): number {
    return row < 0 ? Number.NaN : (this.bid[row] + this.ask[row]) / 2 / 1e8;
  }
}

/** Of an instrument that has none. */
export const noQuotes = new MarketQuotes(0);

/** The last of a market, for what is still held in it. In units of 10^-8; null where a side was empty. */
export interface LastQuote {
  readonly at: Micros;
  readonly instrument: string;
  readonly bid: bigint | null;
  readonly ask: bigint | null;
  readonly last: bigint | null;
}

export function lastQuotesOf(quotes: Quotes): LastQuote[] {
  const exact = (price: number) => (Number.isNaN(price) ? null : BigInt(price));
  return [...quotes].map(([instrument, { at, bid, ask, last }]) => {
    const row = at.length - 1;
    return { at: at[row], instrument, bid: exact(bid[row]), ask: exact(ask[row]), last: exact(last[row]) };
  });
}
