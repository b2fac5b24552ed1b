/** What a desk saw of one order, step by step, against what the other desk saw. */
import type { Micros } from '../market/units.ts';
import type { SideOrder } from './side.ts';

interface LifeStep {
  readonly at: Micros;
  readonly step: 'accepted' | 'filled' | 'cancelled' | 'ended';
  readonly what: string;
}

export interface LifeDifference extends LifeStep {
  /** One had it first, or alone. */
  readonly isOnes: boolean;
}

/** The first step that differs, or came at another time, on the side that had it first; undefined: none does. */
export function lifeDifference(one: SideOrder, other: SideOrder, noise: Micros): LifeDifference | undefined {
  const [ours, theirs] = [lifeOf(one), lifeOf(other)];
  const steps = Math.max(ours.length, theirs.length);
  for (let i = 0; i < steps; i++) {
    const [a, b] = [ours[i], theirs[i]];
    if (a?.step === b?.step && a?.what === b?.what && Math.abs(a.at - b.at) <= noise) continue;
    const isOnes = b === undefined || (a !== undefined && a.at <= b.at);
    return { ...(isOnes ? a : b), isOnes };
  }
  return undefined;
}

/** In order of time; what the desk asks for comes after what it was told at that time. */
function lifeOf({ acceptedAt, cancelledAt, endedAt, fills, isRejected, reason }: SideOrder): readonly LifeStep[] {
  const life: LifeStep[] = [];
  const add = (at: Micros | null, step: LifeStep['step'], what = '') => {
    if (at !== null) life.push({ at, step, what });
  };
  add(acceptedAt, 'accepted');
  for (const { knownAt, size, price } of fills) add(knownAt, 'filled', `${size} at ${price}`);
  add(cancelledAt, 'cancelled');
  add(endedAt, 'ended', `${isRejected} ${reason}`);
  return life.sort((a, b) => a.at - b.at);
}
