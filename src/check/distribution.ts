/** Bins grow by two percent, so a quantile is right to one. */
const GROWTH = Math.log(1.02);

/**
 * How values are spread, in memory that does not grow with their number: a count for each bin, bins of equal width in
 * the logarithm. Values may be negative; those nearer to 0 than 1 count as 0.
 */
export class Distribution {
  count = 0;
  least = Number.POSITIVE_INFINITY;
  most = Number.NEGATIVE_INFINITY;
  readonly #bins = new Map<number, number>();

  add(value: number): void {
    this.count++;
    if (value < this.least) this.least = value;
    if (value > this.most) this.most = value;
    const bin = binOf(value);
    this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + 1);
  }

  /** The value that a share of `q` lies below; NaN without values. */
  quantile(q: number): number {
    if (this.count === 0) return Number.NaN;
    const bins = [...this.#bins].sort(([a], [b]) => a - b);
    const rank = q * (this.count - 1);
    let seen = 0;
    for (const [bin, count] of bins) {
      seen += count;
      if (seen > rank) return Math.min(this.most, Math.max(this.least, middleOf(bin)));
    }
    return this.most;
  }

  get median(): number {
    return this.quantile(0.5);
  }

  /** How many values lie above `limit`, to the width of a bin. */
  above(limit: number): number {
    const bin = binOf(limit);
    let count = 0;
    for (const [other, values] of this.#bins) if (other > bin) count += values;
    return count;
  }
}

function binOf(value: number): number {
  const size = Math.abs(value);
  const bin = size < 1 ? 0 : 1 + Math.floor(Math.log(size) / GROWTH);
  return value < 0 ? -bin : bin;
}

function middleOf(bin: number): number {
  const middle = bin === 0 ? 0 : Math.exp((Math.abs(bin) - 0.5) * GROWTH);
  return bin < 0 ? -middle : middle;
}
