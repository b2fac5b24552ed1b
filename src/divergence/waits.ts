/** How long resting orders waited for their first fill, on both sides. */
import type { Wait } from '../reports/metrics/survival.ts';
import type { Side, SideOrder } from './side.ts';

/** Fills of the one side against what they would be if both waited alike. */
export interface LogRank {
  readonly observed: number;
  readonly expected: number;
  readonly variance: number;
}

export interface WaitDifference extends LogRank {
  readonly one: { readonly n: number; readonly filled: number };
  readonly other: { readonly n: number; readonly filled: number };
}

/** Undefined where a side has no resting order or nothing was filled while orders of both stood. */
export function compareWaits(one: Side, other: Side): WaitDifference | undefined {
  const [ours, theirs] = [waitsOf(one), waitsOf(other)];
  const rank = logRank(ours, theirs);
  if (rank.variance === 0) return undefined;
  const told = (waits: readonly Wait[]) => ({ n: waits.length, filled: waits.filter(({ filled }) => filled).length });
  return { one: told(ours), other: told(theirs), ...rank };
}

/** Mantel 1966; with ties the hypergeometric variance. Orders without a fill count for as long as they stood. */
export function logRank(one: readonly Wait[], other: readonly Wait[]): LogRank {
  const all = [...one.map((wait) => ({ ...wait, isOnes: true })), ...other.map((wait) => ({ ...wait, isOnes: false }))];
  all.sort((a, b) => a.time - b.time);
  let [observed, expected, variance] = [0, 0, 0];
  let [standing, ours] = [all.length, one.length];
  for (let i = 0; i < all.length; ) {
    let [gone, gonesOurs, fills, fillsOurs] = [0, 0, 0, 0];
    for (const { time } = all[i]; i < all.length && all[i].time === time; i++) {
      const { filled, isOnes } = all[i];
      gone++;
      if (isOnes) gonesOurs++;
      if (filled) fills++;
      if (filled && isOnes) fillsOurs++;
    }
    const share = ours / standing;
    observed += fillsOurs;
    expected += fills * share;
    if (standing > 1) variance += (fills * share * (1 - share) * (standing - fills)) / (standing - 1);
    standing -= gone;
    ours -= gonesOurs;
  }
  return { observed, expected, variance };
}

/** Microseconds. Orders that took did not wait; one that still stood counts until the end. */
function waitsOf({ orders, equity }: Side): readonly Wait[] {
  const end = equity.at(-1)?.at ?? 0;
  return orders.flatMap((order) => {
    const { arrivedAt, fills, leftAt } = order;
    if (!isResting(order) || arrivedAt === null) return [];
    const until = fills[0]?.at ?? leftAt ?? Math.max(end, arrivedAt);
    return [{ time: Math.max(0, until - arrivedAt), filled: fills.length > 0 }];
  });
}

/** With a limit, taken in by the venue, and neither filled nor gone as it came: a fill of which nobody says counts as taken. */
export function isResting({ limit, isRejected, fills, arrivedAt, leftAt }: SideOrder): boolean {
  if (limit === null || isRejected || arrivedAt === null) return false;
  return fills.length > 0 ? fills[0].liquidity === 'maker' : leftAt !== arrivedAt;
}
