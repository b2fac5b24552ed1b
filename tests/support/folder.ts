import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';

/** A function that gives a new empty folder; all of them are gone after each test. */
export function temporaryFolders(): () => string {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'truetape-test-'));
    folders.push(folder);
    return folder;
  };
}

/** A function that gives the test's own folder, the same at every call. */
export function temporaryFolder(): () => string {
  const create = temporaryFolders();
  let folder: string | undefined;
  afterEach(() => {
    folder = undefined;
  });
  return () => {
    folder ??= create();
    return folder;
  };
}
