/** How alike two runs are, from 0 to 100, with the five parts that it is made of. */
import { MICROS_PER_MILLISECOND, type Money } from '../market/units.ts';
import { matchedDecisions, type OrderPair, orderOf } from './align.ts';
import { contractsOf } from './contracts.ts';
import type { Ledger } from './ledger.ts';
import { filledOf, type Side } from './side.ts';

/** Each from 0 to 1; null where there is nothing to measure. */
export interface ScoreParts {
  /** F1 of the decisions that both took. */
  readonly decisions: number | null;
  /** Contracts that both got, of those that either got. */
  readonly quantity: number | null;
  /** 1 / (1 + mean difference in ticks) on contracts that both got. */
  readonly price: number | null;
  /** Orders that arrived within `ARRIVAL_TOLERANCE` of each other. */
  readonly timing: number | null;
  /** 1 less all parts of the gap without their signs, over what the other side's orders contributed without signs. */
  readonly money: number | null;
}

export interface Score {
  /** Null: the two cannot be compared, see the preconditions. */
  readonly value: number | null;
  readonly parts: ScoreParts;
}

const ARRIVAL_TOLERANCE = 100 * MICROS_PER_MILLISECOND;

export function scoreOf(
  pairs: readonly OrderPair[],
  one: Side,
  other: Side,
  ledger: Ledger,
  isComparable: boolean,
): Score {
  const parts: ScoreParts = {
    decisions: decisionScore(pairs, one, other),
    quantity: quantityScore(pairs),
    price: priceScore(pairs, one, other),
    timing: timingScore(pairs),
    money: moneyScore(ledger),
  };
  const measured = Object.values(parts).filter((part) => part !== null);
  const product = measured.reduce((value, part) => value * part, 1);
  const value = measured.length === 0 ? 100 : 100 * product ** (1 / measured.length);
  return { value: isComparable ? value : null, parts };
}

function decisionScore(pairs: readonly OrderPair[], one: Side, other: Side): number | null {
  const all = one.orders.length + one.decisions.length + other.orders.length + other.decisions.length;
  if (all === 0) return null;
  const paired = pairs.filter((pair) => pair.one && pair.other).length;
  return (2 * (paired + matchedDecisions(one.decisions, other.decisions))) / all;
}

function quantityScore(pairs: readonly OrderPair[]): number | null {
  let [least, most] = [0n, 0n];
  for (const pair of pairs) {
    const [a, b] = [filledOf(pair.one), filledOf(pair.other)];
    least += a < b ? a : b;
    most += a < b ? b : a;
  }
  return most === 0n ? null : Number(least) / Number(most);
}

function priceScore(pairs: readonly OrderPair[], one: Side, other: Side): number | null {
  let [ticks, contracts] = [0, 0];
  for (const pair of pairs) {
    const { instrument } = orderOf(pair);
    const tick = other.ticks.get(instrument) ?? one.ticks.get(instrument) ?? 1n;
    for (const { size, one: mine, other: its } of contractsOf(pair.one, pair.other).common) {
      ticks += (Math.abs(Number(mine.price - its.price)) / Number(tick)) * Number(size);
      contracts += Number(size);
    }
  }
  return contracts === 0 ? null : 1 / (1 + ticks / contracts);
}

function timingScore(pairs: readonly OrderPair[]): number | null {
  const both = pairs.flatMap(({ one, other }) =>
    one && other && one.arrivedAt !== null && other.arrivedAt !== null
      ? [Math.abs(one.arrivedAt - other.arrivedAt)]
      : [],
  );
  return both.length === 0 ? null : both.filter((apart) => apart <= ARRIVAL_TOLERANCE).length / both.length;
}

function moneyScore({ parts, turnover }: Ledger): number | null {
  if (turnover === 0n) return null;
  return Math.max(0, 1 - Number(grossOf(parts)) / Number(turnover));
}

/** All parts without their signs. */
export function grossOf(parts: readonly { readonly money: Money }[]): Money {
  return parts.reduce((gross, { money }) => gross + (money < 0n ? -money : money), 0n);
}
