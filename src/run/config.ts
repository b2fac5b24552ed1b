import { z } from 'zod';
import { amountSchema } from '../market/amount.ts';
import { riskSchema } from '../risk/limits.ts';
import { USUAL_BAR_SHARE } from '../sim/bars.ts';
import { type ConfigLayer, mergeLayers, ownerOf, readLayers } from './config-layers.ts';
import { latencySchema } from './latency.ts';
import { queueSchema } from './queue.ts';

/** Settings of a run that are not the strategy's. Everything has a default; the resolved values go into the manifest. */
export const runConfigSchema = z.strictObject({
  cash: amountSchema.default('10000').describe('cash at the start, dollars'),
  seed: z.coerce.string().default('1').describe('seed of all random numbers of the run'),
  latency: latencySchema,
  feedMs: z.number().nonnegative().default(0).describe('from the receipt of a frame to the desk, milliseconds'),
  venueSees: z
    .enum(['receipt', 'exchange'])
    .default('receipt')
    .describe("when the venue sees a frame: as the desk received it, or at the venue's own time"),
  kalshiAccount: z.enum(['direct', 'intermediary']).default('direct').describe('how Kalshi rounds balances'),
  barShare: z
    .number()
    .positive()
    .max(1)
    .default(USUAL_BAR_SHARE)
    .describe('part of a bar that our orders may have, where the tape has nothing but bars'),
  impact: z
    .strictObject({
      model: z
        .enum(['none', 'square_root', 'almgren'])
        .default('none')
        .describe('how our orders move the price of shares'),
      dailyVolatility: z.number().positive().default(0.02).describe("standard deviation of a day's return"),
      dailyVolume: z.number().positive().default(1_000_000).describe('shares traded on a day'),
      outstanding: z.number().positive().default(100_000_000).describe('shares that there are (almgren)'),
    })
    .prefault({})
    .describe('of our own orders, on prices'),
  usHours: z
    .enum(['regular', 'extended'])
    .default('regular')
    .describe(
      'when US shares trade: 9:30 to 16:00 in New York, or 4:00 to 20:00 with limit orders outside of the session',
    ),
  costBasis: z.enum(['average', 'fifo']).default('average').describe('what a trade closes first, for realised profit'),
  mark: z
    .enum(['mid', 'last', 'conservative', 'settlement'])
    .default('mid')
    .describe('what open positions are valued at'),
  queue: queueSchema,
  fills: z
    .enum(['prints', 'crossed', 'touch'])
    .default('prints')
    .describe('what fills resting orders; all but prints are optimistic, for comparison'),
  equityEverySeconds: z.number().positive().default(1).describe('grid on which equity is sampled, besides every fill'),
  risk: riskSchema.prefault({}).describe('limits that orders are held to; none if left out'),
});

export type RunConfig = z.infer<typeof runConfigSchema>;
export type RunConfigInput = z.input<typeof runConfigSchema>;

/** A run's settings from a YAML file. */
export async function readRunConfig(file: string): Promise<RunConfigInput> {
  return readConfig(file, runConfigSchema) as Promise<RunConfigInput>;
}

/** Reads and checks a YAML file with all that it extends; an error names the file and the setting. */
export async function readConfig<T extends z.ZodType>(file: string, schema: T): Promise<z.infer<T>> {
  return checkLayers(await readLayers(file), schema);
}

/** What the layers of a config, base first, come to. */
export function checkLayers<T extends z.ZodType>(layers: readonly ConfigLayer[], schema: T): z.infer<T> {
  const merged = mergeLayers(layers);
  const parsed = schema.safeParse(merged);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]] : issue.path;
  throw new Error(`${ownerOf(layers, path)}: ${firstIssue(parsed.error, schema, merged)}`);
}

/** The first thing wrong with `given`, in one line; with the known names when a name is not known. */
export function firstIssue(error: z.ZodError, schema: z.ZodType, given: unknown): string {
  const [issue] = error.issues;
  const path = issue.path.join('.');
  const where = path === '' ? '' : `${path}: `;
  if (issue.code !== 'unrecognized_keys') return `${where}${issue.message}`;
  return `${where}unknown ${issue.keys.join(', ')}; there are ${keysAt(schema, issue.path, given).join(', ') || 'none'}`;
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  /** Alternatives that are told apart by `model`. */
  readonly oneOf?: readonly JsonSchema[];
  readonly const?: unknown;
}

/** Names that an object inside the schema may have. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[], given: unknown): string[] {
  let at = alternative(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema, given);
  let value = given;
  for (const part of path) {
    value = (value as Record<PropertyKey, unknown>)[part];
    at = alternative(typeof part === 'number' ? at?.items : at?.properties?.[String(part)], value);
  }
  return Object.keys(at?.properties ?? {});
}

/** Of several the one that the value means; the first is the one without a name. */
function alternative(schema: JsonSchema | undefined, value: unknown): JsonSchema | undefined {
  if (!schema?.oneOf) return schema;
  const { model } = value as { model?: unknown };
  return schema.oneOf.find(({ properties }) => properties?.model?.const === model) ?? schema.oneOf[0];
}
