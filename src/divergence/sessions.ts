/** Many comparisons, a session each: is the gap small enough, and which class is it? */
import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { benjaminiHochberg, type GapStatistics, gapStatistics, mcNemar, SESSIONS_MIN } from './statistics.ts';
import { comparisonSchema } from './summary-schema.ts';

/** What `truetape compare --json` wrote, as far as it is read here: an older truetape may have told less of the rest. */
const sessionSchema = comparisonSchema
  .pick({ format: true, one: true, other: true, results: true, score: true, filledOnly: true, classes: true })
  .strip();

type Session = z.infer<typeof sessionSchema>;

export interface AcrossSessions {
  readonly format: 1;
  readonly sessions: readonly { readonly name: string; readonly gap: number; readonly score: number | null }[];
  /** Null below two sessions, or where all gaps are equal. Probabilities are null below `SESSIONS_MIN` sessions. */
  readonly gap: Measured | null;
  readonly classes: readonly (Measured & { readonly class: string })[];
  /** Orders filled on one side only; the probability that chance alone makes one side have so many more. */
  readonly filledOnly: { readonly one: number; readonly other: number; readonly p: number | null };
}

type Measured = Pick<GapStatistics, 'mean' | 'interval' | 'limits'> & {
  readonly equivalence: {
    readonly budget: number;
    readonly holds: boolean;
    readonly p: readonly [number, number] | null;
  };
  readonly tTest: number | null;
  readonly wilcoxon: number | null;
};

export async function readSessions(files: readonly string[]): Promise<readonly Session[]> {
  const sessions: Session[] = [];
  for (const file of files) {
    const parsed = sessionSchema.safeParse(await readJson(file));
    if (!parsed.success)
      throw new Error(`${file}: is not what truetape compare --json writes (${parsed.error.issues[0].path.join('.')})`);
    sessions.push(parsed.data);
  }
  return sessions;
}

/** `budget` is how far from zero the mean may be, in units of money. */
export function acrossSessions(sessions: readonly Session[], budget: number): AcrossSessions {
  const gaps = sessions.map(({ results }) => Number(results.gap));
  const names = [...new Set(sessions.flatMap(({ classes }) => classes.map((each) => each.class)))].sort();
  const measured = names.flatMap((name) => {
    const money = sessions.map(({ classes }) => Number(classes.find((each) => each.class === name)?.money ?? 0));
    const statistics = gapStatistics(money, budget);
    return statistics ? [{ class: name, statistics }] : [];
  });
  const adjusted = benjaminiHochberg(measured.map(({ statistics }) => statistics.tTest));
  const [one, other] = (['one', 'other'] as const).map((side) =>
    sessions.reduce((sum, { filledOnly }) => sum + filledOnly[side], 0),
  );
  const whole = gapStatistics(gaps, budget);
  return {
    format: 1,
    sessions: sessions.map((session, i) => ({ name: session.one, gap: gaps[i], score: session.score.value })),
    gap: whole ? told(whole, whole.tTest) : null,
    classes: measured.map(({ class: name, statistics }, i) => ({ class: name, ...told(statistics, adjusted[i]) })),
    filledOnly: { one, other, p: sessions.length < SESSIONS_MIN ? null : mcNemar(one, other) },
  };
}

function told({ n, mean, interval, limits, equivalence, wilcoxon }: GapStatistics, tTest: number): Measured {
  const isEnough = n >= SESSIONS_MIN;
  return {
    mean,
    interval,
    limits,
    equivalence: { ...equivalence, p: isEnough ? equivalence.p : null },
    tTest: isEnough ? tTest : null,
    wilcoxon: isEnough ? wilcoxon : null,
  };
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new Error(
      `${file}: cannot be read as JSON (${(error as Error).message}); write it with truetape compare ... --json`,
    );
  }
}
