import { z } from 'zod';
import type { QueueModel } from '../market/venue.ts';
import { fifo } from '../sim/models/fifo.ts';
import { proRata } from '../sim/models/pro-rata.ts';
import { logarithmQueue, powerQueue, printsOnly } from '../sim/models/queue.ts';

/** What hftbacktest's examples use. */
const USUAL_EXPONENT = 3;

const models: Readonly<Record<string, (exponent: number) => QueueModel>> = {
  'prints-only': () => printsOnly,
  'power-1': (exponent) => powerQueue('power-1', exponent),
  'power-2': (exponent) => powerQueue('power-2', exponent),
  'power-3': (exponent) => powerQueue('power-3', exponent),
  'log-1': () => logarithmQueue('log-1'),
  'log-2': () => logarithmQueue('log-2'),
  'pro-rata': () => proRata,
  fifo: () => fifo,
};

const names = Object.keys(models) as [string, ...string[]];

/** A model by its name, or a power with its exponent. */
export const queueSchema = z
  .union(
    [
      z.enum(names),
      z.strictObject({ model: z.enum(['power-1', 'power-2', 'power-3']), exponent: z.number().positive().finite() }),
    ],
    { error: `must be ${names.join(', ')}, or a power with its exponent: {model: power-2, exponent: 3}` },
  )
  .default('prints-only')
  .describe('how the queue ahead of a resting order moves');

export function queueModel(setting: z.infer<typeof queueSchema>): QueueModel {
  const { model, exponent } = typeof setting === 'string' ? { model: setting, exponent: USUAL_EXPONENT } : setting;
  return models[model](exponent);
}
