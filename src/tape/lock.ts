import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { TapeError } from './errors.ts';
import { temporaryName } from './header.ts';

export const LOCK_FILE = 'tape.lock';

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
  /** Which process of that number: boot and start time. Absent where the system does not tell. */
  readonly process?: string;
}

/**
 * Who may write to a tape: one process. The lock of a process that is gone, by kill -9 or power cut, is taken over
 * without help; on another machine we cannot look, so there it counts. Readers need none.
 */
export class TapeLock {
  readonly #file: string;

  private constructor(file: string) {
    this.#file = file;
  }

  static take(tape: string): TapeLock {
    const file = join(tape, LOCK_FILE);
    const mine: Holder = {
      pid: process.pid,
      host: hostname(),
      since: new Date().toISOString(),
      process: processIdentity(process.pid),
    };
    const temporary = temporaryName(file);
    try {
      writeFileSync(temporary, `${JSON.stringify(mine)}\n`);
      // A link, unlike a file that is created and then written, is there with its contents or not at all.
      while (!tryLink(temporary, file)) removeIfDead(file);
    } finally {
      rmSync(temporary, { force: true });
    }
    return new TapeLock(file);
  }

  release(): void {
    rmSync(this.#file, { force: true });
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function removeIfDead(file: string): void {
  const holder = readHolder(file);
  if (!holder) return;
  if (isAlive(holder)) throw refusal(file, holder);
  // Two may find the same dead lock. Each moves away what lies there and looks again, so that the slower one does not
  // remove the lock that the faster one has taken meanwhile.
  const moved = temporaryName(file);
  try {
    renameSync(file, moved);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const found = readHolder(moved);
  if (found && isAlive(found)) tryLink(moved, file);
  rmSync(moved);
}

/** Undefined: no longer there. */
function readHolder(file: string): Holder | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as Holder;
  } catch {
    throw new TapeError(file, {
      expected: 'to say who writes this tape',
      found: JSON.stringify(text.slice(0, 40)),
      advice: 'delete the file if no recorder is running',
    });
  }
}

function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it runs, as another user.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  // The number may have been given to another process since.
  return holder.process === processIdentity(holder.pid);
}

/** Boot and start time of a process, on Linux; a dead one that nobody has waited for yet has none. */
function processIdentity(pid: number): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold spaces and brackets; behind it: state, then from field 4 on numbers.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return 'ended';
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`;
  } catch {
    return undefined;
  }
}

function refusal(file: string, { pid, host, since }: Holder): TapeError {
  const elsewhere = host !== hostname();
  return new TapeError(file, {
    expected: 'a tape that nobody else writes',
    found: `process ${pid} on ${host}, writing since ${since}`,
    advice: elsewhere
      ? 'stop that recorder, or delete the file if it is not running any more'
      : 'stop that recorder or choose another tape',
  });
}
