/** A run's tables as JSON lines, for people and tools that follow a session: the fields are the columns of the Parquet files. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { formatTime } from '../market/units.ts';

export const jsonLinesName = (table: string): string => `${table}.jsonl`;

/** Each line is in the file when `append` returns: somebody may be reading along. */
export class JsonLineFile {
  readonly #file: number;
  readonly #times: ReadonlySet<string>;

  /** `times` are the fields that hold microseconds; lines have them as texts. */
  constructor(folder: string, table: string, times: readonly string[]) {
    this.#file = openSync(join(folder, jsonLinesName(table)), 'w');
    this.#times = new Set(times);
  }

  /** Decimals stay texts, which is exact; an empty text is null, as in Parquet. */
  append(row: Readonly<Record<string, unknown>>): void {
    const line: Record<string, unknown> = {};
    for (const name in row) {
      const value = row[name];
      if (value === '' || value === undefined) line[name] = null;
      else line[name] = typeof value === 'number' && this.#times.has(name) ? formatTime(value) : value;
    }
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    for (let from = 0; from < bytes.length; ) from += writeSync(this.#file, bytes, from);
  }

  close(): void {
    closeSync(this.#file);
  }
}
