import { z } from 'zod';
import { recordConfigSchema } from '../recorder/config.ts';
import { runConfigSchema } from '../run/config.ts';

/** Settings of a paper session: what is recorded, what trades on it, and who is told. */
export const paperConfigSchema = z.strictObject({
  record: recordConfigSchema
    .omit({ http: true, alerts: true, secrets: true, retention: true })
    .describe('the sockets and the tape, as for `truetape record`'),
  run: z.string().min(1).describe('folder for the run'),
  strategy: z.string().min(1).describe('name, or path of a .ts file'),
  parameters: z.record(z.string(), z.unknown()).default({}).describe("the strategy's own"),
  settings: runConfigSchema
    .refine(
      ({ venueSees, feedMs }) => venueSees === 'receipt' && feedMs === 0,
      'on paper the venue sees what we receive, when we receive it: leave venueSees and feedMs out',
    )
    .prefault({})
    .describe('cash, seed, latency, queue, ... as for `truetape replay --config`'),
  sources: z
    .record(
      z.string().regex(/^\w+$/),
      z.strictObject({
        url: z.url({ protocol: /^https?$/ }).describe('gets the request as JSON by POST; may name secrets'),
        headers: z.record(z.string(), z.string()).default({}).describe('may name secrets'),
        timeoutSeconds: z.number().positive().default(10),
      }),
    )
    .default({})
    .describe('what `desk.ask` can reach, by name'),
  budgetMs: z.number().positive().default(20).describe('a strategy that takes longer for one frame is reported'),
  killFile: z.string().min(1).optional().describe('while this file is there, trading is halted'),
  jsonl: z.boolean().default(false).describe('decisions, orders and fills as JSON lines too'),
  secrets: recordConfigSchema.shape.secrets,
  http: recordConfigSchema.shape.http.describe('a page, /health, /status, /metrics, and with a token the kill switch'),
  alerts: recordConfigSchema.shape.alerts.describe('entries, exits, refusals, errors and halts are told too'),
});

export type PaperConfig = z.infer<typeof paperConfigSchema>;
