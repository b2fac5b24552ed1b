import { z } from 'zod';
import { TapeError } from '../tape/errors.ts';
import type { TapeHeader } from '../tape/header.ts';
import { verifySegment } from '../tape/segment.ts';
import type { Tape } from '../tape/tape.ts';
import type { Measurement } from './check.ts';

const decimals = z.int().min(0).max(16);
const time = z.int().positive();

/** Facts that decoders take as they stand, so that what is wrong here would be wrong in every price. */
const factsSchema = z.looseObject({
  priceDecimals: decimals.optional(),
  sizeDecimals: decimals.optional(),
  lot: z.int().positive().optional(),
  multiplier: z.number().positive().optional(),
  ticks: z
    .array(
      z
        .object({ from: z.int(), to: z.int(), step: z.int().positive() })
        .refine(({ from, to }) => from < to, 'a band must end above its begin'),
    )
    .min(1)
    .optional(),
  bounds: z
    .object({ low: z.int(), high: z.int() })
    .refine(({ low, high }) => low < high, 'low must be below high')
    .optional(),
  opensAt: time.optional(),
  closesAt: time.optional(),
  expiresAt: time.optional(),
});

/** Every segment against the size and hash that the header gives. */
export async function measureSegments(path: string, { segments }: TapeHeader): Promise<Measurement> {
  const damage: string[] = [];
  for (const segment of segments) {
    try {
      await verifySegment(path, segment, true);
    } catch (error) {
      if (!(error instanceof TapeError)) throw error;
      damage.push(error.message);
    }
  }
  return {
    name: 'segments',
    value: damage.length,
    unit: 'count',
    detail: damage[0] ?? `all ${segments.length} are as they were written`,
    facts: { damage },
  };
}

export function measureFacts({ instruments }: TapeHeader): Measurement {
  if (instruments.length === 0) return { name: 'headerFacts', value: null, detail: 'the header has no facts' };
  const wrong = instruments.flatMap((facts) => {
    const { error } = factsSchema.safeParse(facts);
    return error ? [`${facts.symbol}: ${error.issues[0].path.join('.')}: ${error.issues[0].message}`] : [];
  });
  return {
    name: 'headerFacts',
    value: wrong.length,
    unit: 'count',
    detail: wrong[0] ?? `of ${instruments.length} instruments`,
    facts: { wrong },
  };
}

export function measureTail({ tornBytes, log }: Tape): Measurement {
  return {
    name: 'tornTail',
    value: tornBytes,
    unit: 'bytes',
    detail: log.length === 0 ? 'no open log' : `${log.length} whole frames are in the open log`,
  };
}
