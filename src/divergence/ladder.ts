/**
 * Causes, not only places: the other run again and again, with one thing after another as one had it. What a step moves is
 * worth that thing, with every decision that it led to; the steps add up to the gap.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Money } from '../market/units.ts';
import { type ProbedRun, Variants } from '../probe/variants.ts';
import { compareRuns, totalsOf } from './divergence.ts';
import type { DivergenceClass } from './ledger.ts';
import { loadSide, type RunSide } from './load-side.ts';

/** In the order of the steps: what a run reads, what the venue does to it, what it is, how it is valued. */
export const ladderCauses = ['data', 'latency', 'fills', 'fees', 'config', 'code', 'parameters', 'mark'] as const;
export type LadderCause = (typeof ladderCauses)[number];

export interface Step {
  readonly cause: LadderCause;
  /** What the step moved, after all steps before it. */
  readonly money: Money;
  /** The mean over all orders of the steps; undefined with more than `SHAPLEY_MAX` causes. */
  readonly shapley: Money | undefined;
  /** The same money by class of the ledger, largest first. */
  readonly classes: readonly { readonly class: DivergenceClass; readonly money: Money }[];
}

export interface Ladder {
  readonly steps: readonly Step[];
  /** What is left when everything is as one had it: above or below 0, one cannot be made again from its settings. */
  readonly rest: Money;
  /** The replays with nothing and with everything replaced have the digests of the two runs. */
  readonly reproduced: { readonly one: boolean; readonly other: boolean };
  /** Replays that were made. */
  readonly runs: number;
}

/** 2^5 replays. */
const SHAPLEY_MAX = 5;

/** `requests` are what made the two runs; `onRun` is told of each replay, and of how many there will be. */
export async function climb(
  runs: readonly [one: RunSide, other: RunSide],
  requests: readonly [one: ProbedRun, other: ProbedRun],
  onRun: (run: number, of: number) => void = () => undefined,
): Promise<Ladder> {
  const [one, other] = requests;
  const sameStrategy = runs[0].manifest.strategy.name === runs[1].manifest.strategy.name;
  const causes = knobsFor(sameStrategy).filter(({ read }) => !isDeepStrictEqual(read(one), read(other)));
  const hasShapley = causes.length <= SHAPLEY_MAX;
  const all = (1 << causes.length) - 1;
  let made = 0;
  const variants = new Variants({ ...other, config: {} }, () =>
    onRun(++made, hasShapley ? all + 1 : causes.length + 1),
  );
  /** The run in which the causes of `set`, as bits, are as one had them. */
  const play = (set: number): Promise<RunSide> =>
    variants.with(
      causes.reduce((changed, { take }, i) => ((set >> i) & 1 ? take(one, changed) : changed), other),
      loadSide,
    );
  const rungs: RunSide[] = [];
  for (let i = 0; i <= causes.length; i++) rungs.push(await play((1 << i) - 1));
  const values = new Map(rungs.map((rung, i) => [(1 << i) - 1, resultOf(rung)]));
  if (hasShapley) for (let set = 0; set <= all; set++) if (!values.has(set)) values.set(set, resultOf(await play(set)));
  const shares = hasShapley ? shapley(causes.length, (set) => values.get(set) ?? 0n) : [];
  const steps = causes.map(({ cause }, i): Step => {
    const { ledger, parts } = compareRuns(rungs[i + 1], rungs[i]);
    return { cause, money: ledger.gap, shapley: shares[i], classes: totalsOf(parts, 'class') };
  });
  const [first, last] = [rungs[0], rungs[rungs.length - 1]];
  const gap = resultOf(runs[0]) - resultOf(runs[1]);
  return {
    steps,
    rest: gap - (resultOf(last) - resultOf(first)),
    reproduced: {
      one: last.manifest.digest === runs[0].manifest.digest,
      other: first.manifest.digest === runs[1].manifest.digest,
    },
    runs: made,
  };
}

/** What each of `count` causes is worth on average over all orders of replacing them; adds up to value(all) - value(none). */
export function shapley(count: number, value: (set: number) => Money): Money[] {
  const all = (1 << count) - 1;
  const orders = factorial(count);
  const shares: Money[] = [];
  for (let i = 0; i < count; i++) {
    let total = 0n;
    for (let set = 0; set <= all; set++) {
      if ((set >> i) & 1) continue;
      const before = bits(set);
      total += factorial(before) * factorial(count - before - 1) * (value(set | (1 << i)) - value(set));
    }
    shares.push(total / orders);
  }
  // What division cut off, below one unit of money for each cause, goes to the last.
  if (count > 0) shares[count - 1] += value(all) - value(0) - shares.reduce((sum, share) => sum + share, 0n);
  return shares;
}

/** What of a request belongs to a cause, and the request with that as one had it. */
interface Knob {
  readonly cause: LadderCause;
  readonly read: (request: ProbedRun) => unknown;
  readonly take: (one: ProbedRun, changed: ProbedRun) => ProbedRun;
}

type Settings = NonNullable<ProbedRun['config']>;

const named: Readonly<Record<'latency' | 'fills' | 'fees' | 'mark', readonly string[]>> = {
  latency: ['latency', 'feedMs', 'venueSees'],
  fills: ['queue', 'fills', 'barShare', 'impact'],
  fees: ['kalshiAccount'],
  mark: ['mark', 'costBasis', 'equityEverySeconds'],
};
const namedElsewhere: ReadonlySet<string> = new Set(Object.values(named).flat());

/** Parameters of another strategy fit that one alone: then they go with the code. */
function knobsFor(sameStrategy: boolean): readonly Knob[] {
  return [
    {
      cause: 'data',
      read: ({ tapes, from, to, settlements, ownOrders }) => ({ tapes, from, to, settlements, ownOrders }),
      take: ({ tapes, from, to, settlements, ownOrders }, changed) => ({
        ...changed,
        ...{ tapes, from, to, settlements, ownOrders },
      }),
    },
    scaled('latency'),
    settingsKnob('fills', (name) => named.fills.includes(name)),
    scaled('fees'),
    settingsKnob('config', (name) => !namedElsewhere.has(name)),
    {
      cause: 'code',
      read: ({ strategy }) => strategy,
      take: ({ strategy, parameters }, changed) =>
        sameStrategy ? { ...changed, strategy } : { ...changed, strategy, parameters },
    },
    {
      cause: 'parameters',
      read: ({ parameters }) => (sameStrategy ? (parameters ?? {}) : {}),
      take: ({ parameters }, changed) => ({ ...changed, parameters }),
    },
    settingsKnob('mark', (name) => named.mark.includes(name)),
  ];
}

function settingsKnob(cause: LadderCause, isOurs: (name: string) => boolean): Knob {
  const only = (config: Settings = {}, wanted: boolean) =>
    Object.fromEntries(Object.entries(config).filter(([name]) => isOurs(name) === wanted)) as Settings;
  return {
    cause,
    read: ({ config }) => only(config, true),
    take: (one, changed) => ({ ...changed, config: { ...only(changed.config, false), ...only(one.config, true) } }),
  };
}

/** Settings that can be turned up as a whole too. */
function scaled(cause: 'latency' | 'fees'): Knob {
  const settings = settingsKnob(cause, (name) => named[cause].includes(name));
  return {
    cause,
    read: (request) => [settings.read(request), request.scale?.[cause] ?? 1],
    take: (one, changed) => ({
      ...settings.take(one, changed),
      scale: { ...changed.scale, [cause]: one.scale?.[cause] },
    }),
  };
}

function resultOf({ side }: RunSide): Money {
  const { closing, openingCash } = side;
  return closing ? closing.equity - openingCash : 0n;
}

function factorial(n: number): bigint {
  return n <= 1 ? 1n : BigInt(n) * factorial(n - 1);
}

function bits(set: number): number {
  let count = 0;
  for (let rest = set; rest > 0; rest >>= 1) count += rest & 1;
  return count;
}
