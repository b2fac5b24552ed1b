import type { FrameBatch } from '../market/frame.ts';
import type { Tape } from '../tape/tape.ts';

/**
 * The tape's frames, for a reader who may stop half-way. Ending `tape.read()` early closes DuckDB's connection while the
 * next batch is still being fetched, which crashes or hangs the process; this one leaves it to the garbage collector.
 */
export async function* batchesOf(tape: Tape): AsyncGenerator<FrameBatch> {
  const batches = tape.read();
  for (let next = await batches.next(); !next.done; next = await batches.next()) yield next.value;
}
