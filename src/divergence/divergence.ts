/** Two sides, compared: what differs, why, and what each difference is worth. */
import { isDeepStrictEqual } from 'node:util';
import { MICROS_PER_MILLISECOND, type Micros, type Money } from '../market/units.ts';
import { ownOrdersText } from '../reports/warnings.ts';
import type { BrokerFile } from '../run/broker-file.ts';
import type { RunManifest } from '../tape/run-file.ts';
import { alignOrders, type OrderPair } from './align.ts';
import { unknownMarkets } from './broker.ts';
import { type Ledger, ledgerOf, type Part } from './ledger.ts';
import type { RunSide } from './load-side.ts';
import { type InputDifference, type Root, type RootRules, rootOf, rootsOf } from './roots.ts';
import { type Score, scoreOf } from './score.ts';
import type { Side } from './side.ts';

export const preconditionNames = [
  'code',
  'parameters',
  'config',
  'opening',
  'contracts',
  'fees',
  'engine',
  'tapes',
  'balance',
] as const;

/** What must be the same for a score to mean something. */
export interface Precondition {
  readonly name: (typeof preconditionNames)[number];
  readonly passed: boolean;
  /** What is not the same; empty if it passed. */
  readonly detail: string;
}

export interface RootedPart extends Part {
  readonly root: Root;
}

export interface Divergence {
  readonly one: Side;
  readonly other: Side;
  readonly pairs: readonly OrderPair[];
  /** By pair; undefined where both sides are the same. */
  readonly roots: readonly (Root | undefined)[];
  readonly ledger: Ledger;
  readonly parts: readonly RootedPart[];
  readonly score: Score;
  readonly preconditions: readonly Precondition[];
  readonly warnings: readonly string[];
}

/** Imported orders have clocks of their own: two ways to the venue are the same if they are this near to each other. */
const IMPORTED_NOISE: Micros = 100 * MICROS_PER_MILLISECOND;

/** Two runs. */
export function compareRuns(one: RunSide, other: RunSide, inputs: readonly InputDifference[] = []): Divergence {
  checkCurrencies(one.side, other.side);
  const preconditions = preconditionsOf(one, other);
  const failed = new Set(preconditions.filter(({ passed }) => !passed).map(({ name }) => name));
  const isConfigured = ['code', 'parameters', 'config', 'contracts', 'engine'].some((name) =>
    failed.has(name as Precondition['name']),
  );
  const rules: RootRules = {
    arrivalNoise: 0,
    origin: isConfigured ? 'config' : failed.has('opening') ? 'opening' : failed.has('tapes') ? 'data.gap' : undefined,
    inputs,
    sameFees: !failed.has('fees'),
  };
  const manifests = [one.manifest, other.manifest];
  const warnings = manifests.flatMap((manifest) => warningsOf(manifest, manifests));
  return compare(one.side, other.side, rules, { sameTapes: !failed.has('tapes'), preconditions, warnings });
}

/** Dollars less tethers is no gap. Undefined where a run has several, or none. */
function checkCurrencies(one: Side, other: Side): void {
  if (one.currency === undefined || other.currency === undefined || one.currency === other.currency) return;
  const [ours, theirs] = [one, other].map(({ name, currency }) => `${name} in ${currency}`);
  throw new Error(`${ours}, ${theirs}: results of two currencies have no gap`);
}

/** What a broker tells against a run. */
export function compareImported(one: Side, other: RunSide, broker: BrokerFile): Divergence {
  const { name, sha256 } = broker;
  const rules: RootRules = { arrivalNoise: IMPORTED_NOISE, origin: 'config', inputs: [], sameFees: false };
  const preconditions = [balanceOf([other.side])];
  const warnings = [
    `what decided on the orders of ${one.name} is not known: a decision that differs counts as config, and no determinism can be proved`,
    ...unknownMarkets(broker, other).map(
      (market) => `${market} of ${name} is no market of ${other.side.name}: its orders have nothing to be held against`,
    ),
    ...(other.manifest.ownOrders?.sha256 === sha256
      ? []
      : [
          `the orders of ${name} were part of the recorded market, and were not taken out of it: the replay may fill against them; replay with --own-orders ${name}, or name the tape here with --auto`,
        ]),
    ...warningsOf(other.manifest),
  ];
  return compare(one, other.side, rules, { sameTapes: false, preconditions, warnings });
}

function compare(
  one: Side,
  other: Side,
  rules: RootRules,
  context: Pick<Divergence, 'preconditions' | 'warnings'> & { readonly sameTapes: boolean },
): Divergence {
  const pairs = alignOrders(one.orders, other.orders, context.sameTapes);
  const ledger = ledgerOf(pairs, one, other, rules);
  const roots = rootsOf(pairs, rules);
  const parts = ledger.parts.map((part) => ({ ...part, root: rootOf(part, roots, rules) }));
  const isComparable = context.preconditions.every(({ passed }) => passed);
  const score = scoreOf(pairs, one, other, ledger, isComparable);
  return {
    one,
    other,
    pairs,
    roots,
    ledger,
    parts,
    score,
    preconditions: context.preconditions,
    warnings: context.warnings,
  };
}

/** Money of each class, largest first; of `by` root, with all that it led to. */
export function totalsOf(
  parts: readonly RootedPart[],
  by: 'class' | 'root',
): readonly { readonly class: Part['class']; readonly money: Money; readonly parts: number }[] {
  const totals = new Map<Part['class'], { money: Money; parts: number }>();
  for (const part of parts) {
    const name = by === 'class' ? part.class : part.root.class;
    const total = totals.get(name) ?? { money: 0n, parts: 0 };
    totals.set(name, { money: total.money + part.money, parts: total.parts + 1 });
  }
  return [...totals]
    .map(([name, total]) => ({ class: name, ...total }))
    .sort((a, b) => compareSize(b.money, a.money) || (a.class < b.class ? -1 : 1));
}

export function compareSize(a: Money, b: Money): number {
  const [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  return x < y ? -1 : x > y ? 1 : 0;
}

function preconditionsOf(one: RunSide, other: RunSide): readonly Precondition[] {
  const [a, b] = [one.manifest, other.manifest];
  const same = (name: Precondition['name'], read: (run: RunManifest) => unknown): Precondition => {
    const [x, y] = [read(a), read(b)];
    const passed = isDeepStrictEqual(x, y);
    return { name, passed, detail: passed ? '' : differing(x, y) };
  };
  return [
    same('code', ({ strategy: { name, codeSha256 } }) => ({ name, codeSha256 })),
    same('parameters', ({ parameters }) => parameters),
    same('config', ({ config: { fees, cash, mark, ...config } }) => config),
    same('opening', ({ config: { cash } }) => ({ cash })),
    same('contracts', contractsOf(a, b)),
    same('fees', ({ config: { fees } }) => fees),
    same('engine', ({ createdBy }) => createdBy),
    same('tapes', ({ tapes, settlements, ownOrders }) => ({
      tapes: tapes.map(({ sha256 }) => sha256.slice(0, 12)),
      settlements: settlements?.sha256,
      ownOrders: ownOrders?.sha256.slice(0, 12),
    })),
    balanceOf([one.side, other.side]),
  ];
}

/** Of the instruments that both traded. */
function contractsOf(a: RunManifest, b: RunManifest): (run: RunManifest) => unknown {
  const [inA, inB] = [a, b].map(({ instruments }) => new Set(instruments.map(({ id }) => id)));
  return ({ instruments }) =>
    Object.fromEntries(
      instruments
        .filter(({ id }) => inA.has(id) && inB.has(id))
        .sort((x, y) => (x.id < y.id ? -1 : 1))
        .map((each) => [each.id, each]),
    );
}

/** Trades and marks account for all of the money. */
function balanceOf(sides: readonly Side[]): Precondition {
  const wrong = sides.filter(({ closing }) => closing !== undefined && closing.unbooked !== 0n);
  return {
    name: 'balance',
    passed: wrong.length === 0,
    detail: wrong.map(({ name }) => `${name}: money moved without a trade`).join('; '),
  };
}

/** Settings inside others by their path, so that only what differs is told. */
function differing(a: unknown, b: unknown, path = ''): string {
  const isPlain = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isPlain(a) || !isPlain(b)) {
    const values = `${JSON.stringify(a) ?? 'none'} and ${JSON.stringify(b) ?? 'none'}`;
    return path === '' ? values : `${path}: ${values}`;
  }
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((name) => !isDeepStrictEqual(a[name], b[name]))
    .map((name) => differing(a[name], b[name], path === '' ? name : `${path}.${name}`))
    .join('; ');
}

function warningsOf({ mode, tapes, ownOrders }: RunManifest, compared: readonly RunManifest[] = []): readonly string[] {
  const gaps = tapes.reduce((count, tape) => count + tape.gaps.length, 0);
  return [
    ...(mode === 'live' && !compared.some((run) => run.ownOrders)
      ? [
          'our own live orders were part of the recorded market, and were not taken out of it: the replay may fill against them',
        ]
      : []),
    ...(ownOrders ? [ownOrdersText(ownOrders)] : []),
    ...(mode === 'paper'
      ? [
          'paper and replay share one simulator: this shows differences of data, timing and determinism, not errors of the queue or of market impact',
        ]
      : []),
    ...(gaps > 0
      ? [
          `the tapes of the ${mode === 'replay' ? 'replay' : `${mode} session`} have ${gaps} ${gaps === 1 ? 'gap' : 'gaps'}`,
        ]
      : []),
  ];
}
