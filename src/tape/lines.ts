import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { DuckDBVarCharVector } from '@duckdb/node-api';
import { connectDuckDb, quoted } from './duckdb.ts';

/** Lines of a text file: plain, gzip (`.gz`) or zstd (`.zst`), streamed. */
export async function* readLines(path: string): AsyncGenerator<string> {
  if (path.endsWith('.zst')) {
    // Node 20 has no zstd; DuckDB has. Left alone it takes a buffer of 16 lines of the greatest size, which is a gigabyte.
    yield* readColumn(
      `select line from read_csv(${quoted(path)}, compression = 'zstd', columns = {'line': 'varchar'}, header = false,
        auto_detect = false, delim = '\\0', quote = '', escape = '', max_line_size = 67108864, buffer_size = 67108864,
        parallel = false)`,
    );
    return;
  }
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  yield* linesOf(path.endsWith('.gz') ? file.pipe(createGunzip()) : file, file);
}

/** Lines of a stream of bytes. `source` is closed with it, and its errors are ours. */
export async function* linesOf(stream: Readable, source: Readable = stream): AsyncGenerator<string> {
  source.on('error', (error) => stream.destroy(error));
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line !== '') yield line;
    }
  } finally {
    source.destroy();
  }
}

/** The first column of a query, as text. */
export async function* readColumn(sql: string): AsyncGenerator<string> {
  const connection = await connectDuckDb();
  try {
    const result = await connection.stream(sql);
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      const column = chunk.getColumnVector(0) as DuckDBVarCharVector;
      const lines = Array.from({ length: chunk.rowCount }, (_, i) => column.getItem(i) ?? '');
      chunk.reset();
      yield* lines;
    }
  } finally {
    connection.closeSync();
  }
}
