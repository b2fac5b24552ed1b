/** How often values of each size came up. */
export interface HistogramBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

const BINS = 24;

/** About two dozen bins of equal, round width; 0 is an edge, so that no bin holds gains and losses. */
export function histogram(values: readonly number[]): HistogramBin[] {
  if (values.length === 0) return [];
  let low = values[0];
  let high = values[0];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const width = roundWidth(high > low ? (high - low) / BINS : Math.abs(low) / BINS || 1);
  const first = Math.floor(low / width);
  const counts = new Array<number>(Math.floor(high / width) - first + 1).fill(0);
  for (const value of values) counts[Math.floor(value / width) - first]++;
  // Edges are multiples, not sums: they stay round.
  const edge = (i: number) => Number(((first + i) * width).toPrecision(12));
  return counts.map((count, i) => ({ from: edge(i), to: edge(i + 1), count }));
}

/** The smallest of 1, 2 and 5 times a power of ten that is not below. */
function roundWidth(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10);
}
