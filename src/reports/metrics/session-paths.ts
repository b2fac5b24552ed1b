/** Equity inside sessions, so that sessions in another order still have their drawdowns. */
import type { Session } from '../sessions.ts';

/** Of a session, against the level that it began with. */
export interface SessionPath {
  readonly high: number;
  readonly low: number;
  readonly end: number;
  /** Deepest below a peak of its own, at most 0. */
  readonly fall: number;
}

/** One for each session. `levels` of equity are differences in money; of their logarithms, in parts of equity. */
export function sessionPaths(
  times: ArrayLike<number>,
  levels: ArrayLike<number>,
  sessions: readonly Session[],
): SessionPath[] {
  let i = 0;
  return sessions.map(({ endsAt }) => {
    const begin = levels[i];
    let [high, low, fall] = [0, 0, 0];
    while (i + 1 < times.length && times[i + 1] <= endsAt) {
      const level = levels[++i] - begin;
      high = Math.max(high, level);
      low = Math.min(low, level);
      fall = Math.min(fall, level - high);
    }
    return { high, low, end: levels[i] - begin, fall };
  });
}

/** Deepest fall below a running peak, sessions one after the other; at most 0. */
export function deepestFall(paths: readonly SessionPath[]): number {
  let [level, peak, deepest] = [0, 0, 0];
  for (const { high, low, end, fall } of paths) {
    deepest = Math.min(deepest, fall, level + low - peak);
    peak = Math.max(peak, level + high);
    level += end;
  }
  return deepest;
}
