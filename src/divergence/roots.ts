/**
 * What each difference goes back to. A decision that differs because an earlier difference had changed positions, orders or
 * the strategy's memory is a consequence; its money goes to the class of its root as well as to its own.
 */
import type { Micros } from '../market/units.ts';
import { decidedAt, type OrderPair, orderOf } from './align.ts';
import {
  arrivalsDiffer,
  type DivergenceClass,
  isChanged,
  isOwnDoing,
  type LedgerRules,
  type Part,
  quantityClass,
  refusedOf,
} from './ledger.ts';
import { type LifeDifference, lifeDifference } from './life.ts';
import { filledOf, type SideOrder } from './side.ts';

/** Where what one side read differs from what the other read. */
export interface InputDifference {
  readonly class: 'data.gap' | 'data.payload' | 'data.order';
  readonly at: Micros;
}

export interface RootRules extends LedgerRules {
  /** What makes decisions differ that nothing before them explains; undefined: nothing does, so they must not. */
  readonly origin: 'config' | 'opening' | 'data.gap' | undefined;
  /** In order of time. */
  readonly inputs: readonly InputDifference[];
  /** Fees are charged by the same rules on both sides: where they differ, price or quantity did. */
  readonly sameFees: boolean;
}

export interface Root {
  readonly class: DivergenceClass;
  /** The pair that began it; undefined if it is this one. */
  readonly of: number | undefined;
}

/** Inputs that differ so long before a decision may be why it differs. */
const LOOK_BACK: Micros = 2_000_000;

/** A pair whose two sides part, in the order in which that shows. */
interface Divergence {
  readonly pair: number;
  readonly at: Micros;
  /** What differs first. */
  readonly class: DivergenceClass;
}

/** By pair; undefined where both sides are the same. */
export function rootsOf(pairs: readonly OrderPair[], rules: RootRules): readonly (Root | undefined)[] {
  const roots: (Root | undefined)[] = pairs.map(() => undefined);
  const divergences = pairs
    .flatMap((pair, i) => divergenceIn(pair, i, rules))
    .sort((a, b) => a.at - b.at || a.pair - b.pair);
  const states = new Map<string, InstrumentState>();
  const startOf = new Map(divergences.map(({ pair, at }) => [pair, at]));
  for (const [i, pair] of pairs.entries()) {
    const { instrument } = orderOf(pair);
    const state = states.get(instrument) ?? new InstrumentState();
    states.set(instrument, state.add(pair, startOf.get(i)));
  }
  let last: number | undefined;
  for (const { pair: i, at, class: name } of divergences) {
    const { instrument } = orderOf(pairs[i]);
    const state = states.get(instrument);
    const input = inputBefore(at, rules.inputs);
    const earlier = state?.episodeAt(at) ?? state?.last ?? last;
    const isOurs = name.startsWith('decision.');
    if (input) roots[i] = { class: input, of: undefined };
    else if ((isOurs || refusedByOwnDoing(pairs[i], name)) && earlier !== undefined)
      roots[i] = { class: roots[earlier]?.class ?? name, of: roots[earlier]?.of ?? earlier };
    else roots[i] = { class: isOurs ? (rules.origin ?? 'determinism') : name, of: undefined };
    state?.begin(i, at);
    last = i;
  }
  return roots;
}

/** The root of a part of the ledger. */
export function rootOf(part: Part, roots: readonly (Root | undefined)[], { sameFees }: RootRules): Root {
  const own = { class: part.class, of: undefined };
  if (part.pair === undefined) return own;
  const root = roots[part.pair];
  if (part.class === 'fees') return (sameFees ? root : undefined) ?? own;
  // Of a pair that was the same order each part has its own class, unless the data differed or an earlier one led there.
  if (!root || part.class.startsWith('decision.') || root.class.startsWith('data.') || root.of !== undefined)
    return root ?? own;
  return own;
}

function divergenceIn(pair: OrderPair, i: number, rules: RootRules): readonly Divergence[] {
  const { one, other, method } = pair;
  const at = decidedAt(pair);
  if (!one) return [{ pair: i, at, class: 'decision.missing' }];
  if (!other) return [{ pair: i, at, class: 'decision.extra' }];
  if (isChanged(one, other, method)) return [{ pair: i, at, class: 'decision.changed' }];
  const life = lifeDifference(one, other, rules.arrivalNoise);
  if (!life) return [];
  if (life.step === 'cancelled') return [{ pair: i, at: life.at, class: 'decision.changed' }];
  return [{ pair: i, at: life.at, class: firstClass(one, other, life, rules) }];
}

/** Of a pair that was the same order: a fill that came earlier on one side is an extra one for that while. */
function firstClass(
  one: SideOrder,
  other: SideOrder,
  { step, isOnes }: LifeDifference,
  rules: RootRules,
): DivergenceClass {
  if (filledOf(one) !== filledOf(other) || refusedOf(one, other)) return quantityClass(one, other, rules).class;
  if (step !== 'filled' || arrivalsDiffer(one, other, rules.arrivalNoise)) return 'timing';
  return isOnes ? 'fill.extra' : 'fill.missed';
}

function refusedByOwnDoing({ one, other }: OrderPair, name: DivergenceClass): boolean {
  return (
    (name === 'reject' || name === 'risk') && [one, other].some((order) => order !== undefined && isOwnDoing(order))
  );
}

/** Of the last input that differs at or before `at`, if it is not too long ago. */
function inputBefore(at: Micros, inputs: readonly InputDifference[]): InputDifference['class'] | undefined {
  let [low, high] = [0, inputs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (inputs[middle].at <= at) low = middle + 1;
    else high = middle;
  }
  const last = inputs[low - 1];
  return last !== undefined && last.at >= at - LOOK_BACK ? last.class : undefined;
}

/** Whether the two sides agree on positions and open orders of one instrument, over time. */
class InstrumentState {
  /** The pair that diverged last. */
  last: number | undefined;
  readonly #changes: { readonly at: Micros; readonly open: number; readonly held: bigint }[] = [];
  #next = 0;
  #open = 0;
  #held = 0n;
  #episode: number | undefined;

  /** What the pair changes about the agreement, when the desks knew. */
  add({ one, other }: OrderPair, divergesAt: Micros | undefined): this {
    for (const [order, sign] of [
      [one, 1n],
      [other, -1n],
    ] as const) {
      for (const { knownAt, size } of order?.fills ?? []) {
        this.#changes.push({ at: knownAt, open: 0, held: sign * BigInt(order?.direction ?? 1) * size });
      }
    }
    if (divergesAt === undefined) return this;
    const until = Math.max(...[one, other].map((order) => (order ? (order.endedAt ?? Number.POSITIVE_INFINITY) : 0)));
    this.#changes.push({ at: divergesAt, open: 1, held: 0n }, { at: until, open: -1, held: 0n });
    return this;
  }

  /** The pair with which the disagreement began that holds just before `at`; undefined while both sides agree. Asked in order of time. */
  episodeAt(at: Micros): number | undefined {
    if (this.#next === 0) this.#changes.sort((a, b) => a.at - b.at);
    while (this.#next < this.#changes.length && this.#changes[this.#next].at < at) {
      const { open, held } = this.#changes[this.#next++];
      this.#open += open;
      this.#held += held;
      if (this.#open === 0 && this.#held === 0n) this.#episode = undefined;
    }
    return this.#episode;
  }

  begin(i: number, at: Micros): void {
    this.#episode = this.episodeAt(at) ?? i;
    this.last = i;
  }
}
