/** A suite: which runs are made, and what is expected of them. */
import { basename, dirname, extname, join, resolve } from 'node:path';
import { z } from 'zod';
import { type Micros, parseTime } from '../market/units.ts';
import { type RunConfigInput, readConfig, readRunConfig, runConfigSchema } from '../run/config.ts';

const time = z
  .string()
  .refine((text) => !Number.isNaN(parseTime(text)), 'must be a time such as 2026-05-13T18:10:00Z')
  .transform(parseTime);

const toleranceSchema = z.strictObject({
  absolute: z.number().nonnegative().default(0).describe('in the unit of the figure'),
  relative: z.number().nonnegative().default(1e-9).describe('share of what is expected'),
});

const limitSchema = z
  .strictObject({ min: z.number().optional(), max: z.number().optional() })
  .refine(({ min, max }) => min !== undefined || max !== undefined, 'needs min or max');

/** What may be left out where a run says it. */
const ofRun = ['strategy', 'parameters', 'config', 'settings', 'from', 'to'] as const;

const caseSchema = z
  .strictObject({
    tapes: z.array(z.string().min(1)).min(1).describe('folders of tapes'),
    strategy: z.string().min(1).optional().describe('name, or path of a .ts file'),
    parameters: z.record(z.string(), z.unknown()).optional().describe("the strategy's own"),
    config: z.string().min(1).optional().describe('file with the settings of the run'),
    settings: runConfigSchema.optional().describe('the settings of the run themselves, in place of a file'),
    from: time.optional().describe('trade from this time on (UTC)'),
    to: time.optional().describe('stop after this time'),
    settlements: z.string().min(1).optional().describe('CSV of outcomes: market_ticker, result or settlement_value'),
    ownOrders: z
      .string()
      .min(1)
      .optional()
      .describe('CSV or JSON of orders that we had in the market when it was recorded: they are taken out of it'),
    run: z
      .string()
      .min(1)
      .optional()
      .describe('a run that the replay must repeat, such as one made on paper; it says parameters and settings'),
    until: time.optional().describe('the run must be repeated up to this time; what comes after it does not count'),
    digest: z.boolean().default(true).describe('the journal must be the expected one to the bit'),
    metrics: z
      .record(z.string(), toleranceSchema)
      .optional()
      .describe('figures that are compared, and how far each may move; left out: all, as good as not at all'),
    budgets: z
      .record(z.string(), limitSchema)
      .default({})
      .describe('limits of figures, whatever they were before: {dd.maxPct: {min: -0.05}, fill.rateOrder: {min: 0.2}}'),
    controls: z
      .int()
      .positive()
      .optional()
      .describe('negative controls: decisions behind which the tape is cut, and other sizes of batches'),
  })
  .superRefine((given, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (given.run === undefined) {
      if (given.strategy === undefined) refuse('strategy', 'name a strategy, or a run to be repeated');
      if (given.until !== undefined) refuse('until', 'is for a case with a run; this one has to');
      if (given.config !== undefined && given.settings !== undefined) refuse('settings', 'is there beside config');
      return;
    }
    const said = ofRun.slice(1).find((name) => given[name] !== undefined);
    if (said) refuse(said, 'the run says it: leave it out');
    if (given.controls !== undefined) refuse('controls', 'is for a case with a strategy; this one repeats a run');
  });

export const suiteSchema = z.strictObject({
  cases: z
    .record(z.string().regex(/^\w[\w.-]*$/, 'must be a name of letters, digits, . _ -'), caseSchema)
    .refine((cases) => Object.keys(cases).length > 0, 'there is no case')
    .describe('by name; paths are relative to the suite'),
  expected: z
    .string()
    .min(1)
    .optional()
    .describe('folder of the expected runs; left out: the name of the suite with .expected'),
});

export type Tolerance = z.infer<typeof toleranceSchema>;
export type Limit = z.infer<typeof limitSchema>;

/** One run to be made and judged, with paths that hold from anywhere. */
export interface Case {
  readonly name: string;
  readonly tapes: readonly string[];
  /** Undefined: the shipped one that the run names. */
  readonly strategy?: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly config: RunConfigInput;
  readonly from?: Micros;
  readonly to?: Micros;
  readonly settlements?: string;
  readonly ownOrders?: string;
  readonly run?: string;
  readonly until?: Micros;
  readonly digest: boolean;
  readonly metrics?: Readonly<Record<string, Tolerance>>;
  readonly budgets: Readonly<Record<string, Limit>>;
  readonly controls?: number;
  /** Folder of what is expected: a run. */
  readonly expected: string;
}

export interface Suite {
  readonly file: string;
  readonly cases: readonly Case[];
}

/** Strategies are names of shipped ones, or files. */
export function isFile(strategy: string | undefined): strategy is string {
  return strategy !== undefined && /\.[cm]?[jt]s$/.test(strategy);
}

export async function readSuite(file: string): Promise<Suite> {
  const { cases, expected } = await readConfig(file, suiteSchema);
  const folder = dirname(resolve(file));
  const here = (path: string): string => resolve(folder, path);
  const found = Object.entries(cases).map(async ([name, given]): Promise<Case> => {
    const { tapes, strategy, parameters = {}, config, settings, settlements, ownOrders, run, ...rest } = given;
    return {
      ...rest,
      name,
      tapes: tapes.map(here),
      strategy: isFile(strategy) ? here(strategy) : strategy,
      parameters,
      config: settings ?? (config === undefined ? {} : await readRunConfig(here(config))),
      settlements: settlements && here(settlements),
      ownOrders: ownOrders && here(ownOrders),
      run: run && here(run),
      expected:
        run === undefined ? join(here(expected ?? `${basename(file, extname(file))}.expected`), name) : here(run),
    };
  });
  return { file, cases: await Promise.all(found) };
}
