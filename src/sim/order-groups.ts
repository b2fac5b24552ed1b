import type { Micros, Size } from '../market/units.ts';

interface Group {
  readonly limit: Size;
  /** Fills of the last window. */
  readonly matched: { readonly at: Micros; readonly size: Size }[];
  reached: boolean;
}

/** Groups of orders that may match so many contracts within a window of time; then all of them are cancelled. */
export class OrderGroups {
  readonly #groups = new Map<string, Group>();

  /** Makes a group, or opens it anew. */
  set(name: string, limit: Size): void {
    this.#groups.set(name, { limit, matched: [], reached: false });
  }

  /** No orders are taken for it: its limit was reached, or nobody made it. */
  isShut(name: string): boolean {
    return this.#groups.get(name)?.reached ?? true;
  }

  /** Counts a fill; true if it reaches the limit. */
  count(name: string, size: Size, now: Micros, window: Micros): boolean {
    const group = this.#groups.get(name);
    if (!group || group.reached) return false;
    const { matched, limit } = group;
    matched.push({ at: now, size });
    while (matched[0].at <= now - window) matched.shift();
    group.reached = matched.reduce((sum, fill) => sum + fill.size, 0) >= limit;
    return group.reached;
  }
}
