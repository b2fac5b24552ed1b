import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { queueSchema } from './queue.ts';

const amount = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((text) => /^\d+(\.\d{1,16})?$/.test(text), 'must be an amount of money such as 10000 or 12.50');

/** Settings of a run that are not the strategy's. Everything has a default; the resolved values go into the manifest. */
export const runConfigSchema = z.strictObject({
  cash: amount.default('10000').describe('cash at the start, dollars'),
  seed: z.coerce.string().default('1').describe('seed of all random numbers of the run'),
  latency: z
    .strictObject({
      entryMs: z.number().nonnegative().default(50).describe('from desk to venue, milliseconds'),
      responseMs: z.number().nonnegative().default(50).describe('from venue to desk, milliseconds'),
    })
    .prefault({}),
  queue: queueSchema,
  fills: z
    .enum(['prints', 'crossed', 'touch'])
    .default('prints')
    .describe('what fills resting orders; all but prints are optimistic, for comparison'),
  kalshiAccount: z.enum(['direct', 'intermediary']).default('direct').describe('how Kalshi rounds balances'),
  equityEverySeconds: z.number().positive().default(1).describe('grid on which equity is sampled, besides every fill'),
});

export type RunConfig = z.infer<typeof runConfigSchema>;
export type RunConfigInput = z.input<typeof runConfigSchema>;

/** A run's settings from a YAML file. */
export async function readRunConfig(file: string): Promise<RunConfigInput> {
  return readConfig(file, runConfigSchema) as Promise<RunConfigInput>;
}

/** Reads and checks a YAML file; an error names the file and the setting. */
export async function readConfig<T extends z.ZodType>(file: string, schema: T): Promise<z.infer<T>> {
  let raw: unknown;
  try {
    raw = parse(await readFile(file, 'utf8')) ?? {};
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new Error(`${file}: ${missing ? 'no such file' : (error as Error).message.split('\n', 1)[0]}`);
  }
  const parsed = schema.safeParse(raw);
  if (!parsed.success) throw new Error(`${file}: ${firstIssue(parsed.error, schema)}`);
  return parsed.data;
}

/** The first thing wrong, in one line; with the known names when a name is not known. */
export function firstIssue(error: z.ZodError, schema: z.ZodType): string {
  const [issue] = error.issues;
  const path = issue.path.join('.');
  const where = path === '' ? '' : `${path}: `;
  if (issue.code !== 'unrecognized_keys') return `${where}${issue.message}`;
  return `${where}unknown ${issue.keys.join(', ')}; there are ${keysAt(schema, issue.path).join(', ') || 'none'}`;
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}

/** Names that an object inside the schema may have. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: JsonSchema | undefined = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  for (const part of path) at = typeof part === 'number' ? at?.items : at?.properties?.[String(part)];
  return Object.keys(at?.properties ?? {});
}
