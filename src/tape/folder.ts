import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { TapeError } from './errors.ts';
import { HEADER_FILE } from './header.ts';

/** A folder for a tape that is to be written: it must be new or empty, so that all in it is the tape's. */
export class NewFolder {
  readonly path: string;
  readonly #existed: boolean;

  /** Names that begin like one of `leftovers` may be there: what a start that was cut off has left. */
  constructor(path: string, leftovers: readonly string[] = []) {
    this.path = path;
    const found = statSync(path, { throwIfNoEntry: false });
    this.#existed = found !== undefined;
    if (!found) return;
    const problem = whatIsWrong(path, found.isDirectory(), leftovers);
    if (problem) {
      throw new TapeError(path, {
        expected: 'a new or empty folder',
        found: problem,
        advice: 'choose another folder, or delete this one if it is not needed any more',
      });
    }
  }

  /** Takes away what has been written since; the folder itself stays if it was there before. */
  remove(): void {
    const written = this.#existed ? readdirSync(this.path).map((name) => join(this.path, name)) : [resolve(this.path)];
    for (const path of written) rmSync(path, { recursive: true, force: true });
  }
}

function whatIsWrong(path: string, isFolder: boolean, leftovers: readonly string[]): string | undefined {
  if (!isFolder) return 'a file';
  if (existsSync(join(path, HEADER_FILE))) return 'a tape';
  const names = readdirSync(path).filter((name) => !leftovers.some((start) => name.startsWith(start)));
  return names.length > 0 ? `other files (${names[0]})` : undefined;
}
