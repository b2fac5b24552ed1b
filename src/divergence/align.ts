/** Which order of one side is which of the other. */
import type { Micros } from '../market/units.ts';
import type { SideDecision, SideOrder } from './side.ts';

/** trigger: decided at the very same place of the tape · nearest: by time, side, price and size. */
export type MatchMethod = 'trigger' | 'nearest';

export interface OrderPair {
  readonly one: SideOrder | undefined;
  readonly other: SideOrder | undefined;
  /** Undefined: one side alone. */
  readonly method: MatchMethod | undefined;
}

/** Orders further apart than this are not each other's. */
const MATCH_WINDOW: Micros = 2_000_000;
/** What leaving an order alone costs, so that two are paired if that costs less than leaving both alone. */
const ALONE = 0.5;
/** Relative difference of limits that costs as much as leaving both alone: 5 cents of a dollar. */
const FAR_PRICE = 0.05;

/** In order of decision. Frames say where only if both sides read the same tapes; times always do. */
export function alignOrders(
  one: readonly SideOrder[],
  other: readonly SideOrder[],
  sameTapes: boolean,
): readonly OrderPair[] {
  const pairs: OrderPair[] = [];
  const waiting = new Map<string, SideOrder>();
  const keyOf = orderKeys(sameTapes);
  for (const order of other) waiting.set(keyOf(order), order);
  const keyOfOne = orderKeys(sameTapes);
  const left: SideOrder[] = [];
  for (const order of one) {
    const key = keyOfOne(order);
    const twin = waiting.get(key);
    if (twin === undefined) left.push(order);
    else {
      pairs.push({ one: order, other: twin, method: 'trigger' });
      waiting.delete(key);
    }
  }
  const groups = new Map<string, [SideOrder[], SideOrder[]]>();
  const groupOf = ({ instrument, direction }: SideOrder): [SideOrder[], SideOrder[]] => {
    const name = `${direction} ${instrument}`;
    const group = groups.get(name) ?? [[], []];
    groups.set(name, group);
    return group;
  };
  for (const order of left) groupOf(order)[0].push(order);
  for (const order of waiting.values()) groupOf(order)[1].push(order);
  for (const [ours, theirs] of groups.values()) pairs.push(...nearest(ours, theirs));
  return pairs.sort((a, b) => decidedAt(a) - decidedAt(b) || orderOf(a).id - orderOf(b).id);
}

/** Decisions without an order that both sides took. */
export function matchedDecisions(one: readonly SideDecision[], other: readonly SideDecision[]): number {
  const counts = new Map<string, number>();
  for (const { key } of other) counts.set(key, (counts.get(key) ?? 0) + 1);
  let matched = 0;
  for (const { key } of one) {
    const left = counts.get(key) ?? 0;
    if (left === 0) continue;
    counts.set(key, left - 1);
    matched++;
  }
  return matched;
}

/** The order of a pair, of the first side if it has one. */
export function orderOf({ one, other }: OrderPair): SideOrder {
  const order = one ?? other;
  if (!order) throw new Error('a pair without an order');
  return order;
}

export function decidedAt({ one, other }: OrderPair): Micros {
  return Math.min(one?.decidedAt ?? Number.POSITIVE_INFINITY, other?.decidedAt ?? Number.POSITIVE_INFINITY);
}

/** Time and place of the decision, instrument, side, and which of several such orders it is. */
function orderKeys(sameTapes: boolean): (order: SideOrder) => string {
  const ordinals = new Map<string, number>();
  return ({ trigger, decidedAt: at, instrument, direction }) => {
    const place = sameTapes && trigger ? `${trigger.tape} ${trigger.frame}` : '';
    const key = `${at} ${place} ${direction} ${instrument}`;
    const ordinal = ordinals.get(key) ?? 0;
    ordinals.set(key, ordinal + 1);
    return `${key} ${ordinal}`;
  };
}

/**
 * Pairs orders of one instrument and side without crossing, at least cost (Needleman and Wunsch 1970), inside a band of
 * `MATCH_WINDOW` around each order.
 */
function nearest(one: readonly SideOrder[], other: readonly SideOrder[]): readonly OrderPair[] {
  const rows: { readonly from: number; readonly costs: Float64Array }[] = [
    { from: 0, costs: Float64Array.from({ length: other.length + 1 }, (_, j) => j * ALONE) },
  ];
  let [low, high] = [0, 0];
  for (const order of one) {
    while (low < other.length && other[low].decidedAt < order.decidedAt - MATCH_WINDOW) low++;
    while (high < other.length && other[high].decidedAt <= order.decidedAt + MATCH_WINDOW) high++;
    const above = rows[rows.length - 1];
    const costs = new Float64Array(high - low + 1);
    costs[0] = costAt(above, low) + ALONE;
    for (let j = low; j < high; j++) {
      const paired = costAt(above, j) + matchCost(order, other[j]);
      costs[j - low + 1] = Math.min(costs[j - low] + ALONE, costAt(above, j + 1) + ALONE, paired);
    }
    rows.push({ from: low, costs });
  }
  const pairs: OrderPair[] = [];
  let [i, j] = [one.length, other.length];
  while (i > 0 || j > 0) {
    const here = costAt(rows[i], j);
    if (i > 0 && j > 0 && here === costAt(rows[i - 1], j - 1) + matchCost(one[i - 1], other[j - 1])) {
      pairs.push({ one: one[--i], other: other[--j], method: 'nearest' });
    } else if (i > 0 && (j === 0 || j <= rows[i].from || here === costAt(rows[i - 1], j) + ALONE)) {
      pairs.push({ one: one[--i], other: undefined, method: undefined });
    } else pairs.push({ one: undefined, other: other[--j], method: undefined });
  }
  return pairs;
}

/** Beyond the band nothing is paired: each further order is left alone. */
function costAt({ from, costs }: { readonly from: number; readonly costs: Float64Array }, j: number): number {
  const last = costs.length - 1;
  return j - from <= last ? costs[Math.max(0, j - from)] : costs[last] + (j - from - last) * ALONE;
}

/** From 0, the same, up to infinity, not each other's: a sum of differences, each in parts of what is too far. */
function matchCost(a: SideOrder, b: SideOrder): number {
  const apart = Math.abs(a.decidedAt - b.decidedAt) / MATCH_WINDOW;
  const price =
    a.limit === null || b.limit === null ? Number(a.limit !== b.limit) / 2 : relative(a.limit, b.limit) / FAR_PRICE;
  const cost = apart / 2 + price / 2 + relative(a.size, b.size) / 2;
  return apart <= 1 && cost < 2 * ALONE ? cost : Number.POSITIVE_INFINITY;
}

function relative(a: bigint, b: bigint): number {
  if (a === b) return 0;
  const [x, y] = [Math.abs(Number(a)), Math.abs(Number(b))];
  return Math.abs(x - y) / Math.max(x, y);
}
