import type { Check, Measurement, SeenTape } from './check.ts';

type Name = 'undecodable' | 'unknownTypes' | 'unapplied';

/** Decoders give their reasons as texts; these two groups lose nothing that was sound. */
function nameOf(reason: string): Name {
  if (reason.startsWith('unknown ')) return 'unknownTypes';
  return /without a (snapshot|subscription)|older than|from before the recording/.test(reason)
    ? 'unapplied'
    : 'undecodable';
}

/** What the decoder could not use. */
export class Decoding implements Check {
  measure({ tape, problems }: SeenTape): readonly Measurement[] {
    const reasons = [...problems].sort(([, a], [, b]) => b - a);
    const names: readonly Name[] = ['undecodable', 'unknownTypes', 'unapplied'];
    return names.map((name) => {
      const own = reasons.filter(([reason]) => nameOf(reason) === name);
      return shareOf(name, tape.frames, own);
    });
  }
}

function shareOf(name: Name, frames: number, reasons: readonly (readonly [string, number])[]): Measurement {
  const total = reasons.reduce((sum, [, count]) => sum + count, 0);
  return {
    name,
    value: total / frames,
    unit: 'share',
    detail:
      total === 0 ? 'none' : `${total} of ${frames}: ${reasons.map(([reason, n]) => `${reason} (${n})`).join(', ')}`,
    facts: { reasons: Object.fromEntries(reasons) },
  };
}
