/** A folder as one file, a zip that says with a hash what is in it; and a folder again. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { openPromise } from 'yauzl';
import { ZipFile } from 'yazl';
import { z } from 'zod';
import { temporaryName } from '../tape/header.ts';
import { VERSION } from '../tape/version.ts';

const MANIFEST = 'bundle.json';
const FORMAT = 1;

const manifestSchema = z.object({
  format: z.literal(FORMAT),
  createdBy: z.string(),
  /** sha256 by path. */
  files: z.record(z.string(), z.string()),
});

/** The same folder gives the same bytes: files by name, no times. */
export async function packFolder(folder: string, file: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files: Record<string, string> = {};
  const zip = new ZipFile();
  const mtime = new Date(1980, 0, 1);
  for (const path of paths.sort()) {
    const name = relative(folder, path).replaceAll('\\', '/');
    const contents = await readFile(path);
    files[name] = sha256(contents);
    // Parquet is packed already.
    zip.addBuffer(contents, name, { mtime, forceDosTimestamp: true, compress: !name.endsWith('.parquet') });
  }
  const manifest: z.infer<typeof manifestSchema> = { format: FORMAT, createdBy: `truetape ${VERSION}`, files };
  zip.addBuffer(Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`), MANIFEST, { mtime, forceDosTimestamp: true });
  zip.end();
  const temporary = temporaryName(file);
  try {
    await pipeline(zip.outputStream, createWriteStream(temporary));
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Refuses what is not as it was packed. */
export async function unpackFolder(file: string, folder: string): Promise<void> {
  const zip = await openPromise(file).catch((error: NodeJS.ErrnoException) => {
    const problem = error.code === 'ENOENT' ? 'no such bundle' : `not a bundle: ${error.message}`;
    throw new Error(`${file}: ${problem}; truetape bundle makes one`);
  });
  const contents = new Map<string, Buffer>();
  try {
    for await (const entry of zip.eachEntry())
      contents.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
  } finally {
    zip.close();
  }
  const manifest = manifestSchema.safeParse(JSON.parse(String(contents.get(MANIFEST) ?? null)));
  contents.delete(MANIFEST);
  if (!manifest.success) throw new Error(`${file}: not a bundle of this truetape: it has no good ${MANIFEST}`);
  const { files } = manifest.data;
  const names = new Set([...Object.keys(files), ...contents.keys()]);
  for (const name of names) {
    const content = contents.get(name);
    if (content && sha256(content) === files[name]) continue;
    throw new Error(`${file}: ${name} is not as it was packed; take a good copy of the bundle`);
  }
  for (const [name, content] of contents) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}

const sha256 = (contents: Buffer): string => createHash('sha256').update(contents).digest('hex');
