/** Several runs as if they had been one account. */
import type { Micros } from '../market/units.ts';

export interface Changes {
  readonly at: readonly Micros[];
  /** Of equity since the start; between two entries the last one holds. */
  readonly change: readonly number[];
}

/** At every moment the sum of what each had come to by then: nothing before its start, its end after it. */
export function combinedEquity(runs: readonly Changes[]): Changes {
  const steps = runs
    .flatMap(({ at, change }) => at.map((time, i) => ({ time, by: change[i] - (i > 0 ? change[i - 1] : 0) })))
    .sort((a, b) => a.time - b.time);
  const at: Micros[] = [];
  const change: number[] = [];
  let sum = 0;
  for (const [i, { time, by }] of steps.entries()) {
    sum += by;
    if (steps[i + 1]?.time === time) continue;
    at.push(time);
    change.push(sum);
  }
  return { at, change };
}
