/** How long messages travel between desk and venue: the setting, and the model that it asks for. */
import { z } from 'zod';
import { Rng } from '../market/rng.ts';
import { MICROS_PER_MILLISECOND } from '../market/units.ts';
import type { LatencyModel } from '../market/venue.ts';
import { constantLatency } from '../sim/models/latency.ts';
import { fitLognormal, type Lognormal, lognormalLatency } from '../sim/models/lognormal-latency.ts';
import { empiricalLatency, recordedLatency } from '../sim/models/measured-latency.ts';
import type { RoundTrip } from '../sim/models/round-trip.ts';
import { type MeasuredFile, readRoundTrips } from './round-trips.ts';

const file = z.string().describe('measured requests: a CSV file, or the folder of a run');

const waySchema = z.strictObject({
  medianMs: z.number().positive().describe('half of the messages take less, milliseconds'),
  sigma: z.number().nonnegative().describe('deviation of the logarithm'),
  rho: z.number().min(0).max(0.95).default(0).describe('correlation of one message with the next'),
});

export const latencySchema = z
  .discriminatedUnion(
    'model',
    [
      z.strictObject({
        entryMs: z.number().nonnegative().default(50).describe('from desk to venue, milliseconds'),
        responseMs: z.number().nonnegative().default(50).describe('from venue to desk, milliseconds'),
        cancelMs: z.number().nonnegative().optional().describe('the same as entryMs for cancellations'),
        model: z.literal('constant').optional(),
      }),
      z
        .strictObject({
          model: z.literal('lognormal'),
          entry: waySchema.optional(),
          response: waySchema.optional(),
          cancel: waySchema.optional(),
          file: file.optional(),
        })
        .refine(
          ({ entry, response, cancel, file }) => (file === undefined ? entry : !(entry || response || cancel)),
          'lognormal needs entry (response and cancel are as entry if left out), or file alone',
        ),
      z.strictObject({ model: z.literal('empirical'), file }),
      z.strictObject({ model: z.literal('recorded'), file }),
    ],
    'must be constant, lognormal, empirical or recorded',
  )
  .prefault({})
  .describe('how long messages travel between desk and venue');

export type LatencySettings = z.infer<typeof latencySchema>;

export interface RunLatency {
  readonly model: LatencyModel;
  /** For the manifest: as resolved, without the place of the file, and with what the model came to. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What it was measured by, if it was. */
  readonly file?: MeasuredFile;
}

/** The model of the settings; its chance is the run's. */
export async function latencyOf(settings: LatencySettings, seed: string): Promise<RunLatency> {
  const path = 'file' in settings ? settings.file : undefined;
  const file = path === undefined ? undefined : await readRoundTrips(path);
  const model = modelOf(settings, file?.trips ?? [], new Rng(seed).split('latency'));
  return { model, settings: { ...settings, ...(file && { file: file.name }), name: model.name }, file };
}

function modelOf(settings: LatencySettings, trips: readonly RoundTrip[], rng: Rng): LatencyModel {
  switch (settings.model) {
    case 'recorded':
      return recordedLatency(trips);
    case 'empirical':
      return empiricalLatency(trips, rng);
    case 'lognormal': {
      const { entry, response = entry, cancel = entry } = settings;
      if (!entry || !response || !cancel) return lognormalLatency(fitLognormal(trips), rng);
      return lognormalLatency({ entry: way(entry), response: way(response), cancel: way(cancel) }, rng);
    }
    default: {
      const { entryMs, responseMs, cancelMs = entryMs } = settings;
      return constantLatency(micros(entryMs), micros(responseMs), micros(cancelMs));
    }
  }
}

function way({ medianMs, sigma, rho }: z.infer<typeof waySchema>): Lognormal {
  return { median: medianMs * MICROS_PER_MILLISECOND, sigma, rho };
}

function micros(milliseconds: number): number {
  return Math.round(milliseconds * MICROS_PER_MILLISECOND);
}
