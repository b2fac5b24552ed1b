import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** A tape as kill -9 would leave it now, in a folder of its own; its lock is that of a process that is gone. */
export function crashed(tape: string, to: string): string {
  const copy = join(to, 'tape');
  cpSync(tape, copy, { recursive: true });
  rmSync(join(copy, 'tape.lock'), { force: true });
  return copy;
}
