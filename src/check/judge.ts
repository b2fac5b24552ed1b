import type { Measurement, Place, Unit } from './check.ts';
import type { CheckName, CheckSettings } from './settings.ts';

export type Status = 'pass' | 'warn' | 'fail' | 'skipped';

export type Verdict = Exclude<Status, 'skipped'>;

export interface CheckResult {
  readonly check: CheckName;
  readonly status: Status;
  /** 0 is perfect, more is worse; null when skipped. */
  readonly value: number | null;
  readonly unit: Unit | null;
  /** Above it the check warns, or fails; null = never. */
  readonly warn: number | null;
  readonly fail: number | null;
  readonly where: Place | null;
  /** What was found; of a skipped check, why it does not apply. */
  readonly detail: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** A damaged segment is the one thing that no setting forgives. */
const damaged = { warn: 0, fail: 0 };

export function judge(found: Measurement, settings: CheckSettings): CheckResult {
  const { name, value, detail } = found;
  const { warn, fail } = name === 'segments' ? damaged : settings[name];
  if (value === null) {
    return { check: name, status: 'skipped', value, unit: null, warn, fail, where: null, detail, facts: {} };
  }
  const { unit, where = null, facts = {} } = found;
  const status = exceeds(value, fail) ? 'fail' : exceeds(value, warn) ? 'warn' : 'pass';
  return { check: name, status, value, unit, warn, fail, where, detail, facts };
}

/** Not a number is no measure, and no tape passes by it. */
function exceeds(value: number, limit: number | null): boolean {
  return limit !== null && !(value <= limit);
}

/** A check that does not apply says nothing for or against. */
export function worstOf(statuses: readonly Status[]): Verdict {
  if (statuses.includes('fail')) return 'fail';
  return statuses.includes('warn') ? 'warn' : 'pass';
}
