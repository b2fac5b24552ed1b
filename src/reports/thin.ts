/** Points that a chart gets of a series drawn in at most so many. */

export const POINTS_MAX = 2000;

/**
 * Positions to keep, ascending: all if they are few; else the first, the last, those in `always`, and of each of equal
 * stretches the highest and the lowest point of every series, so that no peak and no trough is lost.
 */
export function thin(
  series: readonly ArrayLike<number>[],
  always: readonly number[] = [],
  most = POINTS_MAX,
): number[] {
  const points = series[0].length;
  if (points <= most) return Array.from({ length: points }, (_, i) => i);
  const kept = new Set([0, points - 1, ...always]);
  const stretches = Math.floor((most - kept.size) / (2 * series.length));
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = Math.floor((stretch * points) / stretches);
    const to = Math.floor(((stretch + 1) * points) / stretches);
    for (const values of series) {
      let low = from;
      let high = from;
      for (let i = from + 1; i < to; i++) {
        // A point without a value is neither; one with a value takes its place.
        if (values[i] < values[low] || Number.isNaN(values[low])) low = i;
        if (values[i] > values[high] || Number.isNaN(values[high])) high = i;
      }
      kept.add(low).add(high);
    }
  }
  return [...kept].sort((a, b) => a - b);
}
