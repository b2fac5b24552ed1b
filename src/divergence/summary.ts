/** A comparison as plain JSON: what scripts and continuous integration read. */
import { basename } from 'node:path';
import { formatMoney, formatTime, type Money } from '../market/units.ts';
import { exactDecimal } from '../reports/format.ts';
import { orderOf } from './align.ts';
import { compareSize, type Divergence, type RootedPart, totalsOf } from './divergence.ts';
import type { FirstDivergence, SideState } from './first.ts';
import type { Ladder } from './ladder.ts';
import { likenessOf } from './likeness.ts';
import { grossOf } from './score.ts';
import { filledOf, type SideOrder } from './side.ts';

export interface Comparison {
  readonly divergence: Divergence;
  /** Undefined: identical, or not a run on both sides. */
  readonly first: FirstDivergence | undefined;
  /** Undefined without tapes to replay. */
  readonly ladder: Ladder | undefined;
}

/** Differences that are told one by one; the sums are over all. */
const TOLD_MAX = 500;

export type ComparisonSummary = ReturnType<typeof summarise>;

export function summarise({ divergence, first, ladder }: Comparison) {
  const { one, other, ledger, parts, score, preconditions, warnings, pairs } = divergence;
  const totals = (by: 'class' | 'root') =>
    totalsOf(parts, by).map(({ class: name, money, parts: count }) => ({
      class: name,
      money: text(money),
      parts: count,
    }));
  return {
    format: 1 as const,
    one: basename(one.name),
    other: basename(other.name),
    identical: isIdentical({ divergence, first }),
    results: {
      one: text(ledger.results[0]),
      other: text(ledger.results[1]),
      gap: text(ledger.gap),
      gross: text(grossOf(parts)),
    },
    score,
    preconditions,
    warnings,
    orders: {
      one: one.orders.length,
      other: other.orders.length,
      paired: pairs.filter((pair) => pair.one && pair.other).length,
      byTrigger: pairs.filter(({ method }) => method === 'trigger').length,
    },
    /** Orders that were filled, in whole or in part, on one side and not at all on the other. */
    filledOnly: {
      one: pairs.filter((pair) => filledOf(pair.one) > 0n && filledOf(pair.other) === 0n).length,
      other: pairs.filter((pair) => filledOf(pair.other) > 0n && filledOf(pair.one) === 0n).length,
    },
    likeness: likenessOf(divergence),
    classes: totals('class'),
    roots: totals('root'),
    first: first && {
      at: formatTime(first.event.at),
      table: first.event.table,
      row: first.event.row,
      about: first.event.about,
      missing: first.event.missing ?? null,
      fields: first.event.fields,
      before: { one: stateText(first.before[0]), other: stateText(first.before[1]) },
    },
    ladder: ladder && {
      steps: ladder.steps.map(({ cause, money, shapley, classes }) => ({
        cause,
        money: text(money),
        shapley: shapley === undefined ? null : text(shapley),
        classes: classes.map((each) => ({ class: each.class, money: text(each.money) })),
      })),
      rest: text(ladder.rest),
      reproduced: ladder.reproduced,
      replays: ladder.runs,
    },
    differences: costliest(divergence, TOLD_MAX).map((part) => differenceText(divergence, part)),
  };
}

/** The same orders, fills and money. */
export function isIdentical({ divergence, first }: Pick<Comparison, 'divergence' | 'first'>): boolean {
  const { ledger, parts, roots } = divergence;
  return first === undefined && ledger.gap === 0n && parts.length === 0 && roots.every((root) => root === undefined);
}

/** Largest first, whatever the sign. */
export function costliest({ parts }: Divergence, most: number): readonly RootedPart[] {
  return [...parts].sort((a, b) => compareSize(b.money, a.money) || a.at - b.at).slice(0, most);
}

function differenceText({ pairs }: Divergence, part: RootedPart) {
  const pair = part.pair === undefined ? undefined : pairs[part.pair];
  const began = part.root.of === undefined ? undefined : orderOf(pairs[part.root.of]);
  return {
    at: formatTime(part.at),
    instrument: part.instrument,
    class: part.class,
    cause: part.cause ?? null,
    money: text(part.money),
    root: part.root.class,
    consequenceOf: began === undefined ? null : began.id,
    match: pair?.method ?? null,
    one: orderText(pair?.one),
    other: orderText(pair?.other),
  };
}

function orderText(order: SideOrder | undefined) {
  if (!order) return null;
  return {
    order: order.id,
    frame: order.trigger?.frame ?? null,
    side: order.direction > 0 ? 'buy' : 'sell',
    size: exactDecimal(order.size),
    limit: order.limit === null ? null : exactDecimal(order.limit),
    arrivedAt: order.arrivedAt === null ? null : formatTime(order.arrivedAt),
    fills: order.fills.map(({ size, price }) => `${exactDecimal(size)} at ${exactDecimal(price)}`),
    end: order.reason,
  };
}

function stateText({ equity, positions, open }: SideState) {
  return {
    equity: text(equity),
    positions: Object.fromEntries([...positions].map(([instrument, size]) => [instrument, exactDecimal(size)])),
    openOrders: open,
  };
}

/** Up to 16 places: sums of these texts still add up. */
const text = (money: Money): string => formatMoney(money);
