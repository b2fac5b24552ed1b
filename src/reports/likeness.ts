import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** What `truetape compare --json` wrote, as far as a report shows it. */
const likenessSchema = z.object({
  format: z.literal(1),
  one: z.string(),
  other: z.string(),
  results: z.object({ gap: z.string() }),
  score: z.object({ value: z.number().nullable() }),
});

/** How alike a run and another were. */
export type Likeness = z.infer<typeof likenessSchema>;

/** `run`: the name of its folder, which must be one of the two. */
export async function readLikeness(file: string, run: string): Promise<Likeness> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${file}: ${error.code === 'ENOENT' ? 'no such file' : error.message}`);
  });
  const parsed = likenessSchema.safeParse(parsedJson(text));
  if (!parsed.success) throw new Error(`${file}: is not what truetape compare --json writes; save that output`);
  const { one, other } = parsed.data;
  if (run !== one && run !== other)
    throw new Error(`${file}: compares ${one} and ${other}, neither of which is ${run}`);
  return parsed.data;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
