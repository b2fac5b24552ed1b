import type { Check, Measurement, SeenTape } from './check.ts';

/** Reasons of decoders for messages that are sound and come too early, too late or after a loss. */
const lacksContext = /without a (snapshot|subscription)|older than|from before the recording/;

/** What the decoder could not use. */
export class Decoding implements Check {
  measure({ tape, problems }: SeenTape): readonly Measurement[] {
    const reasons = [...problems].sort(([, a], [, b]) => b - a);
    return [
      shareOf(
        'undecodable',
        tape.frames,
        reasons.filter(([reason]) => !lacksContext.test(reason)),
      ),
      shareOf(
        'unapplied',
        tape.frames,
        reasons.filter(([reason]) => lacksContext.test(reason)),
      ),
    ];
  }
}

function shareOf(
  name: 'undecodable' | 'unapplied',
  frames: number,
  reasons: readonly (readonly [string, number])[],
): Measurement {
  const total = reasons.reduce((sum, [, count]) => sum + count, 0);
  return {
    name,
    value: frames === 0 ? 0 : total / frames,
    unit: 'share',
    detail:
      total === 0 ? 'none' : `${total} of ${frames}: ${reasons.map(([reason, n]) => `${reason} (${n})`).join(', ')}`,
    facts: { reasons: Object.fromEntries(reasons) },
  };
}
