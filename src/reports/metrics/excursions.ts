/** How far a trip went against us and in our favour before it ended (Sweeney). */

export interface Excursion {
  /** At most 0. */
  readonly adverse: number;
  /** At least 0. */
  readonly favourable: number;
  /** Part of the best result on the way that was kept; null if there was none. */
  readonly efficiency: number | null;
  /** What was left of the best result at the end, given back. */
  readonly giveBack: number;
}

/** `path`: what the trip would have come to before fees, closed at each moment of its life; `result`: what it came to. */
export function excursionOf(path: readonly number[], result: number): Excursion {
  let adverse = Math.min(0, result);
  let favourable = Math.max(0, result);
  for (const value of path) {
    adverse = Math.min(adverse, value);
    favourable = Math.max(favourable, value);
  }
  return {
    adverse,
    favourable,
    efficiency: favourable > 0 ? result / favourable : null,
    giveBack: favourable - result,
  };
}
