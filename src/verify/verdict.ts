/** The judgement of a case: what came out, against what was expected and against its budgets. */
import type { Figures } from '../reports/figures.ts';
import type { MetricKey } from '../reports/metrics/catalogue.ts';
import type { RunDifference } from '../tape/run-difference.ts';
import { type Cause, causesOf } from './causes.ts';
import { divergenceKeys, noDivergence } from './divergence-figures.ts';
import type { EngineCode } from './engine-code.ts';
import type { Expectation } from './expectation.ts';
import type { Outcome } from './outcome.ts';
import type { Case, Tolerance } from './suite.ts';

/**
 * same: as expected · drift: not so · limit: as expected, but a budget or a control does not hold · updated: expected from
 * now on · new: nothing was expected · failed: could not be run.
 */
export type Status = 'same' | 'drift' | 'limit' | 'updated' | 'new' | 'failed';

/** A figure that is not what was expected. */
export interface Change {
  readonly key: string;
  /** Null: n/a. */
  readonly old: number | null;
  readonly new: number | null;
  /** Null where one of the two is. */
  readonly change: number | null;
  /** The case bears it. */
  readonly within: boolean;
}

export interface BudgetVerdict {
  readonly key: string;
  readonly min?: number;
  readonly max?: number;
  readonly value: number | null;
  readonly met: boolean;
}

export interface Verdict {
  readonly name: string;
  readonly status: Status;
  /** Nothing had to be run. */
  readonly cached: boolean;
  readonly seconds: number;
  readonly digest: { readonly expected: string | null; readonly found: string | null };
  /** Of the journals; `one` is what was expected. */
  readonly difference: RunDifference | null;
  readonly changes: readonly Change[];
  readonly causes: readonly Cause[];
  readonly budgets: readonly BudgetVerdict[];
  /** What is wrong, one line each; none: the case is good. */
  readonly problems: readonly string[];
}

type Judged = Omit<Verdict, 'name' | 'cached' | 'seconds'>;

/** As good as exact: what another compiler or library may do to the last bits. */
const EXACT: Tolerance = { absolute: 0, relative: 1e-9 };

export function judge(one: Case, outcome: Outcome, expectation: Expectation | undefined, engine: EngineCode): Judged {
  const budgets = judgeBudgets(one, outcome);
  const limits = [
    ...budgets.filter(({ met }) => !met).map((budget) => `budget ${budgetText(budget)}`),
    ...outcome.failures.map((failure) => `control: ${failure}`),
  ];
  const found = outcome.manifest.digest;
  if (!expectation) {
    const problems = ['nothing is expected of it yet: --update writes what came out', ...limits];
    const digest = { expected: null, found };
    return { status: 'new', digest, difference: null, changes: [], causes: [], budgets, problems };
  }
  const expected = expectation.manifest.digest;
  const difference = outcome.against?.difference ?? null;
  const was = expectation.figures ?? outcome.against?.figures ?? outcome.figures;
  const changes = one.until === undefined ? compare(was, outcome.figures, one) : [];
  const isOther = one.until === undefined ? expected !== found : difference !== null;
  const drifts = [...(one.digest && isOther ? ['the journal is not the expected one'] : []), ...beyond(changes)];
  const causes = isOther || changes.length > 0 ? causesOf(expectation, outcome.manifest, engine) : [];
  return {
    status: drifts.length > 0 ? 'drift' : limits.length > 0 ? 'limit' : 'same',
    digest: { expected, found },
    difference,
    changes,
    causes,
    budgets,
    problems: [...drifts, ...limits],
  };
}

export function failed(message: string): Judged {
  const digest = { expected: null, found: null };
  return { status: 'failed', digest, difference: null, changes: [], causes: [], budgets: [], problems: [message] };
}

/** Figures that are new in this version are no drift; those that are gone are. */
function compare(was: Partial<Figures>, is: Partial<Figures>, { metrics, digest }: Case): Change[] {
  const keys = metrics ? Object.keys(metrics) : digest ? Object.keys(was) : [];
  return keys.flatMap((key) => {
    const old = figureOf(was, key);
    const now = figureOf(is, key);
    if (old === now) return [];
    const change = old === null || now === null ? null : now - old;
    const { absolute, relative } = metrics?.[key] ?? EXACT;
    const within = change !== null && old !== null && Math.abs(change) <= Math.max(absolute, relative * Math.abs(old));
    return within && !metrics ? [] : [{ key, old, new: now, change, within }];
  });
}

function beyond(changes: readonly Change[]): string[] {
  const keys = changes.filter(({ within }) => !within).map(({ key }) => key);
  if (keys.length === 0) return [];
  const more = keys.length > 3 ? `, and ${keys.length - 3} more` : '';
  return [`moved further than it may: ${keys.slice(0, 3).join(', ')}${more}`];
}

function judgeBudgets({ budgets }: Case, { figures, against }: Outcome): BudgetVerdict[] {
  const divergence = against ? against.divergence : noDivergence;
  return Object.entries(budgets).map(([key, { min, max }]) => {
    const value = divergenceKeys.includes(key) ? (divergence?.[key] ?? null) : figureOf(figures, key);
    const met = value !== null && value >= (min ?? value) && value <= (max ?? value);
    return { key, min, max, value, met };
  });
}

function figureOf(figures: Partial<Figures>, key: string): number | null {
  return figures[key as MetricKey]?.value ?? null;
}

const text = (value: number | null): string => (value === null ? 'n/a' : String(Number(value.toPrecision(10))));

export function changeText({ old, new: now, change }: Change): string {
  const by = change === null ? '' : ` (${change > 0 ? '+' : ''}${text(change)})`;
  return `${text(old)} -> ${text(now)}${by}`;
}

export function budgetText({ key, min, max, value }: BudgetVerdict): string {
  const limits = [min === undefined ? '' : `at least ${min}`, max === undefined ? '' : `at most ${max}`];
  return `${key} is ${text(value)}, allowed: ${limits.filter((limit) => limit !== '').join(', ')}`;
}
