import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame } from '../../market/frame.ts';
import type { InstrumentFacts } from '../../market/instrument.ts';

/** What an import has read, and what became of it. */
export class Tally {
  read = 0;
  kept = 0;
  readonly rejected = new Map<string, number>();
  /** Stamps that stepped back; filled in by whoever writes the tape. */
  heldStamps = 0;

  reject(reason: string): void {
    this.rejected.set(reason, (this.rejected.get(reason) ?? 0) + 1);
  }
}

export interface ImportOptions {
  /** Feed whose frames these are, where the format does not say. */
  readonly feed?: string;
  /** Facts of instruments (ticks, lots, closing times) to put into the header. */
  readonly facts?: readonly InstrumentFacts[];
}

/** Foreign recordings, ready to be written to a tape. */
export interface ImportPlan {
  readonly feed: string;
  readonly files: readonly string[];
  readonly instruments: readonly InstrumentFacts[];
  readonly tally: Tally;
  frames(): AsyncGenerator<Frame>;
}

/** Looks at the files and says how to read them. */
export type Importer = (files: readonly string[], options: ImportOptions) => Promise<ImportPlan>;

/** Facts given by the user come before what the files say. */
export function mergeFacts(
  found: readonly InstrumentFacts[],
  given: readonly InstrumentFacts[] = [],
): InstrumentFacts[] {
  const bySymbol = new Map(found.map((facts) => [facts.symbol, facts]));
  for (const facts of given) bySymbol.set(facts.symbol, { ...bySymbol.get(facts.symbol), ...facts });
  return [...bySymbol.values()];
}

/** Files as they are, there or not; a folder gives those of its files that `pattern` fits, by name. */
export async function expandFolders(paths: readonly string[], pattern: RegExp): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (!found?.isDirectory()) {
      files.push(path);
      continue;
    }
    const entries = await readdir(path, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile() && pattern.test(entry.name)).map(({ name }) => name);
    if (names.length === 0) throw new Error(`${path}: the folder has no file of this format`);
    files.push(...names.sort().map((name) => join(path, name)));
  }
  return files;
}
