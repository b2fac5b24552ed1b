/** A tape that is not what it should be: which file, what was expected, what was found, what to do. */
export class TapeError extends Error {
  constructor(file: string, problem: { readonly expected: string; readonly found: string; readonly advice: string }) {
    super(`${file}: expected ${problem.expected}, found ${problem.found}; ${problem.advice}`);
    this.name = 'TapeError';
  }
}

/** A file that could not be written. The tape stays whole; what came after the last flush is not on it. */
export function writeError(file: string, error: unknown): TapeError {
  if (error instanceof TapeError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  // DuckDB hands on the system's words without its code.
  const full = code === 'ENOSPC' || code === 'EDQUOT' || /no space left|quota exceeded/i.test(message);
  return new TapeError(file, {
    expected: 'to be written',
    found: message.split('\n', 1)[0],
    advice: `${full ? 'free some space' : 'see to the disk'} and start again: the tape is whole up to the last flush and will be continued`,
  });
}

/** A port that could not be opened; `setting` is what names it. */
export function portError(error: unknown, host: string, port: number, setting: string): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  const problems: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${port} is taken on ${host}; choose another with ${setting}, or end the program that has it`,
    EACCES: `port ${port} is not for this user; choose one from 1024 on with ${setting}`,
    EADDRNOTAVAIL: `${host} is no address of this machine; leave the host out, or name one that is`,
    ENOTFOUND: `${host} is no address of this machine; leave the host out, or name one that is`,
  };
  return new Error(problems[code ?? ''] ?? `port ${port} on ${host} cannot be opened: ${message}`, { cause: error });
}
