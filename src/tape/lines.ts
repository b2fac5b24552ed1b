import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { DuckDBVarCharVector } from '@duckdb/node-api';
import { connectDuckDb, quoted } from './duckdb.ts';

/** A line of a file that is not what it should be, or the file after that line. */
class LineError extends Error {
  constructor(file: string, line: number, problem: string) {
    super(`${file}: line ${line}: ${problem}`);
  }
}

/** Lines of a text file that are not empty: plain, gzip (`.gz`) or zstd (`.zst`), streamed. */
export async function* readLines(path: string): AsyncGenerator<string> {
  for await (const block of blocksOf(path)) for (const line of block) if (line !== '') yield line;
}

/** Lines of a stream of bytes that are not empty. `file` is whose they are, for errors. */
export async function* linesOf(stream: Readable, file: string): AsyncGenerator<string> {
  for await (const block of lineBlocks(stream, file)) for (const line of block) if (line !== '') yield line;
}

/** Lines that are JSON objects; any other is an error. */
export async function* readObjects(path: string): AsyncGenerator<Record<string, unknown>> {
  let number = 0;
  for await (const block of blocksOf(path)) {
    for (const text of block) {
      number++;
      if (text !== '') yield parseObject(text, path, number);
    }
  }
}

function parseObject(text: string, file: string, line: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new LineError(file, line, `not JSON (${(error as Error).message})`);
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new LineError(file, line, 'not a JSON object');
  }
  return value as Record<string, unknown>;
}

function blocksOf(path: string): AsyncGenerator<string[]> {
  // Node 20 has no zstd; DuckDB has. Left alone it takes a buffer of 16 lines of the greatest size, which is a gigabyte.
  if (path.endsWith('.zst')) {
    return columnBlocks(
      `select line from read_csv(${quoted(path)}, compression = 'zstd', columns = {'line': 'varchar'}, header = false,
        auto_detect = false, delim = '\\0', quote = '', escape = '', max_line_size = 67108864, buffer_size = 67108864,
        parallel = false)`,
      path,
    );
  }
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  if (!path.endsWith('.gz')) return lineBlocks(file, path);
  const unpacked = createGunzip({ chunkSize: 1 << 20 });
  file.on('error', (error) => unpacked.destroy(error));
  unpacked.on('close', () => file.destroy());
  return lineBlocks(file.pipe(unpacked), path);
}

/** As many lines at a time as a piece of the stream has. */
async function* lineBlocks(stream: Readable, file: string): AsyncGenerator<string[]> {
  stream.setEncoding('utf8');
  let done = 0;
  let rest = '';
  try {
    for await (const piece of stream) {
      const lines = (rest + piece).split('\n');
      rest = lines.pop() as string;
      yield lines.map(withoutReturn);
      done += lines.length;
    }
  } catch (error) {
    throw unreadable(file, done, error);
  }
  if (rest !== '') yield [withoutReturn(rest)];
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

function unreadable(file: string, lines: number, error: unknown): LineError {
  const problem = (error as Error).message.split('\n', 1)[0];
  return new LineError(file, lines + 1, `cannot be read (${problem}); is the file whole, and what its name says?`);
}

/** The first column of a query over `file`, as text. */
export async function* readColumn(sql: string, file: string): AsyncGenerator<string> {
  for await (const block of columnBlocks(sql, file)) yield* block;
}

async function* columnBlocks(sql: string, file: string): AsyncGenerator<string[]> {
  const connection = await connectDuckDb();
  let done = 0;
  try {
    const result = await connection.stream(sql);
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      const column = chunk.getColumnVector(0) as DuckDBVarCharVector;
      const lines = Array.from({ length: chunk.rowCount }, (_, i) => column.getItem(i) ?? '');
      chunk.reset();
      yield lines;
      done += lines.length;
    }
  } catch (error) {
    throw unreadable(file, done, error);
  } finally {
    connection.closeSync();
  }
}
