/** Many comparisons, a session each: is the gap small enough, and which class is it? */
import { readFile } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import type { z } from 'zod';
import { bootstrapInterval } from '../reports/metrics/bootstrap.ts';
import { average } from '../reports/metrics/moments.ts';
import { type PairedCounts, pairedInterval } from '../reports/metrics/uncertainty.ts';
import { type Signals, signalsOf } from './control.ts';
import { type SharpeDifference, sharpeDifference } from './sharpe.ts';
import {
  benjaminiHochberg,
  type GapStatistics,
  gapStatistics,
  mcNemar,
  SESSIONS_MIN,
  studentTest,
} from './statistics.ts';
import { comparisonSchema } from './summary-schema.ts';
import { andersonDarling, compareSamples, kolmogorovSmirnovChance, type TwoSamples } from './two-samples.ts';

/** What `truetape compare --json` wrote, as far as it is read here: an older truetape may have told less of the rest. */
const sessionSchema = comparisonSchema
  .pick({ format: true, one: true, other: true, results: true, score: true, filledOnly: true, classes: true })
  .extend({ likeness: comparisonSchema.shape.likeness.optional() })
  .strip();

/** `name` is that of its file: runs of many days may all be called `paper`. */
type Session = z.infer<typeof sessionSchema> & { readonly name: string };

export interface SessionRow {
  readonly name: string;
  readonly one: number;
  readonly other: number;
  readonly gap: number;
  readonly score: number | null;
  /** Money of each class that any session has. */
  readonly classes: Readonly<Record<string, number>>;
}

export interface AcrossSessions {
  readonly format: 1;
  readonly sessions: readonly SessionRow[];
  /** Null below two sessions, or where all gaps are equal. Probabilities are null below `SESSIONS_MIN` sessions. */
  readonly gap: Measured | null;
  readonly classes: readonly (Measured & { readonly class: string })[];
  /** Orders filled on one side only; the probability that chance alone makes one side have so many more. */
  readonly filledOnly: { readonly one: number; readonly other: number; readonly p: number | null };
  /** Of the orders that both sides placed. */
  readonly fillRates: FillRates | null;
  /** Of the means of sessions: milliseconds from decision to arrival, and what was paid beyond the middle. */
  readonly latency: SessionSamples | null;
  readonly price: SessionSamples | null;
  readonly waits: SessionWaits | null;
  readonly sharpe: SessionSharpe | null;
}

type Measured = Pick<GapStatistics, 'mean' | 'interval' | 'limits'> & {
  /** 95 % of the mean, by the stationary bootstrap. */
  readonly bootstrap: readonly [number, number] | null;
  readonly equivalence: {
    readonly budget: number;
    readonly holds: boolean;
    readonly p: readonly [number, number] | null;
  };
  readonly tTest: number | null;
  readonly wilcoxon: number | null;
  /** Number of the first session, from 1, that is beyond its limits, or at which a sum or a moving mean signals. */
  readonly signals: Readonly<Record<keyof Signals, number | null>> | null;
};

interface FillRates extends PairedCounts {
  readonly difference: number;
  readonly interval: readonly [number, number];
}

type SessionSamples = TwoSamples & { readonly ksP: number | null; readonly andersonDarlingP: number | null };

type SessionSharpe = Omit<SharpeDifference, 'p' | 'bootstrapP'> & {
  readonly p: number | null;
  readonly bootstrapP: number | null;
};

interface SessionWaits {
  /** Fills of `one`, and what they would be if orders of both sides waited alike. */
  readonly observed: number;
  readonly expected: number;
  /** That the mean difference of sessions is zero. */
  readonly p: number | null;
}

export async function readSessions(files: readonly string[]): Promise<readonly Session[]> {
  const sessions: Session[] = [];
  const twice = files.find((file, i) => files.findIndex((each) => resolve(each) === resolve(file)) < i);
  if (twice !== undefined) throw new Error(`${twice}: is named twice; a session counts once`);
  for (const file of files) {
    const parsed = sessionSchema.safeParse(await readJson(file));
    if (!parsed.success)
      throw new Error(`${file}: is not what truetape compare --json writes (${parsed.error.issues[0].path.join('.')})`);
    sessions.push({ ...parsed.data, name: basename(file, extname(file)) });
  }
  return sessions;
}

/** `budget` is how far from zero the mean may be, in units of money. */
export function acrossSessions(sessions: readonly Session[], budget: number): AcrossSessions {
  const names = [...new Set(sessions.flatMap(({ classes }) => classes.map((each) => each.class)))].sort();
  const rows = sessions.map((session) => rowOf(session, names));
  const measured = names.flatMap((name) => {
    const money = rows.map(({ classes }) => classes[name]);
    const statistics = gapStatistics(money, budget);
    return statistics ? [{ class: name, money, statistics }] : [];
  });
  const [tTests, wilcoxons] = (['tTest', 'wilcoxon'] as const).map((test) =>
    benjaminiHochberg(measured.map(({ statistics }) => statistics[test])),
  );
  const [one, other] = (['one', 'other'] as const).map((side) =>
    sessions.reduce((sum, { filledOnly }) => sum + filledOnly[side], 0),
  );
  const gaps = rows.map(({ gap }) => gap);
  const whole = gapStatistics(gaps, budget);
  const sharpe = sharpeDifference(
    rows.map((row) => row.one),
    rows.map((row) => row.other),
  );
  return {
    format: 1,
    sessions: rows,
    gap: whole ? told(gaps, whole, 'gap') : null,
    classes: [
      ...measured.map(({ class: name, money, statistics }, i) => ({
        class: name,
        ...told(money, { ...statistics, tTest: tTests[i], wilcoxon: wilcoxons[i] }, name),
      })),
      ...names.flatMap((name) => constant(name, rows, budget) ?? []),
    ],
    filledOnly: { one, other, p: chance(sessions.length, () => mcNemar(one, other)) },
    fillRates: fillRatesOf(sessions),
    latency: sessionSamples(sessions.map(({ likeness }) => likeness?.latency)),
    price: sessionSamples(sessions.map(({ likeness }) => likeness?.price)),
    waits: sessionWaits(sessions),
    sharpe: sharpe
      ? {
          ...sharpe,
          p: chance(sessions.length, () => sharpe.p),
          bootstrapP: chance(sessions.length, () => sharpe.bootstrapP),
        }
      : null,
  };
}

/** Whether the mean gap is shown to lie within the budget. Where all gaps are one, so is their mean. */
export function isWithinBudget({ sessions, gap }: AcrossSessions, budget: number): boolean {
  if (gap) return gap.equivalence.holds;
  return sessions.length > 1 && sessions.every((session) => Math.abs(session.gap) < budget);
}

function rowOf({ name, results, score, classes }: Session, names: readonly string[]): SessionRow {
  const money = new Map<string, number>(classes.map((each) => [each.class, Number(each.money)]));
  return {
    name,
    one: Number(results.one),
    other: Number(results.other),
    gap: Number(results.gap),
    score: score.value,
    classes: Object.fromEntries(names.map((each) => [each, money.get(each) ?? 0])),
  };
}

/** A class that is worth the same in every session has no deviation to test, and still is a part of the gap. */
function constant(name: string, rows: readonly SessionRow[], budget: number) {
  const mean = rows[0].classes[name];
  if (rows.length < 2 || mean === 0 || rows.some(({ classes }) => classes[name] !== mean)) return undefined;
  const ends = [mean, mean] as const;
  const equivalence = { budget, p: null, holds: Math.abs(mean) < budget };
  const untested = { bootstrap: null, tTest: null, wilcoxon: null, signals: null };
  return { class: name, mean, interval: ends, limits: ends, equivalence, ...untested };
}

function told(
  values: readonly number[],
  { n, mean, interval, limits, equivalence, tTest, wilcoxon }: GapStatistics,
  name: string,
): Measured {
  const number = (position: number | undefined) => (position === undefined ? null : position + 1);
  const signals = n < SESSIONS_MIN ? undefined : signalsOf(values);
  return {
    mean,
    interval,
    bootstrap: bootstrapInterval(values, average, `sessions/${name}`)?.interval ?? null,
    limits,
    equivalence: { ...equivalence, p: chance(n, () => equivalence.p) },
    tTest: chance(n, () => tTest),
    wilcoxon: chance(n, () => wilcoxon),
    signals: signals
      ? { limits: number(signals.limits), cusum: number(signals.cusum), ewma: number(signals.ewma) }
      : null,
  };
}

function fillRatesOf(sessions: readonly Session[]): FillRates | null {
  const counts = { both: 0, one: 0, other: 0, neither: 0 };
  for (const { likeness } of sessions) {
    if (!likeness) return null;
    for (const each of ['both', 'one', 'other', 'neither'] as const) counts[each] += likeness.fills[each];
  }
  const interval = pairedInterval(counts);
  const n = counts.both + counts.one + counts.other + counts.neither;
  return interval ? { ...counts, difference: (counts.one - counts.other) / n, interval } : null;
}

/** Of the sessions that have both sides. */
function sessionSamples(sessions: readonly (TwoSamples | null | undefined)[]): SessionSamples | null {
  const known = sessions.flatMap((session) => session ?? []);
  const [one, other] = [known.map((session) => session.one.mean), known.map((session) => session.other.mean)];
  const compared = compareSamples(one, other);
  if (!compared) return null;
  return {
    ...compared,
    ksP: chance(known.length, () => kolmogorovSmirnovChance(one, other)),
    andersonDarlingP: chance(known.length, () => andersonDarling([one, other]).p),
  };
}

/** Log-rank in each session; whether their differences are zero on average is asked of the sessions, not of the orders. */
function sessionWaits(sessions: readonly Session[]): SessionWaits | null {
  const known = sessions.flatMap(({ likeness }) => likeness?.waits ?? []);
  if (known.length === 0) return null;
  const test = studentTest(known.map(({ observed, expected }) => observed - expected));
  return {
    observed: known.reduce((sum, { observed }) => sum + observed, 0),
    expected: known.reduce((sum, { expected }) => sum + expected, 0),
    p: test ? chance(known.length, () => test.p) : null,
  };
}

/** Few sessions have no probabilities. */
function chance<T>(sessions: number, p: () => T): T | null {
  return sessions < SESSIONS_MIN ? null : p();
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
