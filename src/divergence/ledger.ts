/**
 * Where the money of a gap is: every difference between two sides in exact integers, in classes. With one mark M per
 * instrument a side's result is the sum over its fills of size x (M - price) - fee, so the gap is a sum over pairs of
 * orders, and nothing is lost by working pair by pair.
 */
import { formatMoney, type Micros, type Money } from '../market/units.ts';
import { decidedAt, type OrderPair, orderOf } from './align.ts';
import { type Common, contractsOf, type Excess } from './contracts.ts';
import { lifeDifference } from './life.ts';
import { filledOf, type Side, type SideFill, type SideOrder } from './side.ts';

/** In order of precedence. The first six name roots: what a difference goes back to. */
export const divergenceClasses = [
  'config',
  'opening',
  'data.gap',
  'data.payload',
  'data.order',
  'determinism',
  'decision.missing',
  'decision.extra',
  'decision.changed',
  'timing',
  'reject',
  'throttle',
  'risk',
  'fill.missed',
  'fill.extra',
  'fill.partial',
  'price.latency',
  'price.depth',
  'liquidity',
  'fees',
  'mark',
  'settlement',
  'cash',
] as const;
export type DivergenceClass = (typeof divergenceClasses)[number];

/** Why a quantity differs. */
export const fillCauses = ['queue', 'cancelRace', 'depth', 'unknown'] as const;
export type FillCause = (typeof fillCauses)[number];

/** Money of one class in one pair of orders; without a pair, of the whole account. */
export interface Part {
  readonly class: DivergenceClass;
  readonly cause?: FillCause;
  readonly money: Money;
  /** Position in the list of pairs. */
  readonly pair: number | undefined;
  readonly instrument: string;
  readonly at: Micros;
}

export interface Ledger {
  /** Result of one less result of other. */
  readonly gap: Money;
  readonly results: readonly [one: Money, other: Money];
  readonly parts: readonly Part[];
  /** What each order of the other side contributed, without its sign, added up. */
  readonly turnover: Money;
}

export interface LedgerRules {
  /** How far apart two ways from decision to arrival may be and still count as the same, microseconds. */
  readonly arrivalNoise: Micros;
}

/** Throws if the parts do not add up to the gap: then there is a mistake in this file. */
export function ledgerOf(pairs: readonly OrderPair[], one: Side, other: Side, rules: LedgerRules): Ledger {
  const marks = commonMarks(one, other);
  const parts: Part[] = [];
  let turnover = 0n;
  for (const [i, pair] of pairs.entries()) {
    const { instrument } = orderOf(pair);
    const valuation = { mark: marks.get(instrument) ?? 0n, multiplier: multiplierOf(instrument, one, other) };
    for (const { class: name, cause, money } of pairParts(pair, valuation, rules)) {
      if (money !== 0n) parts.push({ class: name, cause, money, pair: i, instrument, at: decidedAt(pair) });
    }
    const contributed = pair.other ? contributionOf(pair.other, valuation) : 0n;
    turnover += contributed < 0n ? -contributed : contributed;
  }
  const accounts = [accountOf(one, other, marks), accountOf(other, one, marks)] as const;
  const endsAt = Math.max(endOf(one), endOf(other));
  for (const name of ['settlement', 'mark', 'cash'] as const) {
    const money = accounts[0][name] - accounts[1][name];
    if (money !== 0n) parts.push({ class: name, money, pair: undefined, instrument: '', at: endsAt });
  }
  const gap = accounts[0].result - accounts[1].result;
  assertAddsUp(parts, gap);
  return { gap, results: [accounts[0].result, accounts[1].result], parts, turnover };
}

interface Valuation {
  readonly mark: bigint;
  readonly multiplier: bigint;
}

type Share = Pick<Part, 'class' | 'cause' | 'money'>;

/** The same order, but its end was asked for at another time. */
const changed = { class: 'decision.changed' } as const;

function pairParts({ one, other, method }: OrderPair, value: Valuation, rules: LedgerRules): readonly Share[] {
  if (!one && other) return [{ class: 'decision.missing', money: -contributionOf(other, value) }];
  if (one && !other) return [{ class: 'decision.extra', money: contributionOf(one, value) }];
  if (!one || !other) return [];
  if (isChanged(one, other, method)) {
    return [{ class: 'decision.changed', money: contributionOf(one, value) - contributionOf(other, value) }];
  }
  const { common, one: extra, other: missed } = contractsOf(one, other);
  const quantity =
    sum(extra, (part) => excessValue(one, part, value)) - sum(missed, (part) => excessValue(other, part, value));
  const part =
    lifeDifference(one, other, rules.arrivalNoise)?.step === 'cancelled' ? changed : quantityClass(one, other, rules);
  return [
    { ...part, money: quantity },
    ...priceParts(one, other, common, value),
    { class: 'fees', money: sum(common, ({ oneFee, otherFee }) => otherFee - oneFee) },
  ];
}

/** Something else was asked for, or at another moment. */
export function isChanged(one: SideOrder, other: SideOrder, method: OrderPair['method']): boolean {
  const sameMoment = method === 'trigger' || one.trigger === undefined || other.trigger === undefined;
  return !sameMoment || one.limit !== other.limit || one.size !== other.size || !sameTerms(one, other);
}

/** What is not said on one side is taken to be as on the other. */
function sameTerms(one: SideOrder, other: SideOrder): boolean {
  return one.terms === '' || other.terms === '' || one.terms === other.terms;
}

/** Why an order that was the same got another quantity. */
export function quantityClass(one: SideOrder, other: SideOrder, { arrivalNoise }: LedgerRules): Omit<Share, 'money'> {
  if (arrivalsDiffer(one, other, arrivalNoise)) return { class: 'timing' };
  const [fewer, more] = filledOf(one) < filledOf(other) ? [one, other] : [other, one];
  const refused = refusedOf(one, other);
  if (refused) return { class: refusalClass(refused) };
  const cause = fillCause(fewer, more);
  const isPartial = filledOf(fewer) > 0n && filledOf(more) < more.size;
  if (isPartial) return { class: 'fill.partial', cause };
  return { class: fewer === one ? 'fill.missed' : 'fill.extra', cause };
}

/** From decision to arrival it took a different time. */
export function arrivalsDiffer(one: SideOrder, other: SideOrder, noise: Micros): boolean {
  if (one.arrivedAt === null || other.arrivedAt === null) return false;
  return Math.abs(one.arrivedAt - one.decidedAt - (other.arrivedAt - other.decidedAt)) > noise;
}

/** The one that a rule of the venue or of our own kept out or took off, where it did not do the same to the other. */
export function refusedOf(one: SideOrder, other: SideOrder): SideOrder | undefined {
  const [mine, its] = [one, other].map(({ isRejected, reason }) => (isRejected || ownRules.has(reason) ? reason : ''));
  if (mine === its) return undefined;
  return one.isRejected || its === '' ? one : other;
}

/** Reasons that lie in what else we hold, have open or may do: what differs there goes back to that. */
export function isOwnDoing({ reason }: SideOrder): boolean {
  return ownRules.has(reason) || reason.startsWith('risk_');
}

const ownRules: ReadonlySet<string> = new Set([
  'self_trade',
  'reduce_only',
  'group_limit',
  'insufficient_cash',
  'insufficient_position',
]);

function refusalClass({ reason }: SideOrder): DivergenceClass {
  if (reason.startsWith('risk_')) return 'risk';
  return reason === 'overloaded' ? 'throttle' : 'reject';
}

/** What the fuller side got at a time when the other one had left already was lost to the cancellation. */
function fillCause(fewer: SideOrder, more: SideOrder): FillCause {
  const missed = more.fills.at(-1);
  if (!missed) return 'unknown';
  const { leftAt } = fewer;
  if (leftAt !== null && missed.at >= leftAt && filledOf(fewer) < fewer.size) return 'cancelRace';
  if (missed.liquidity === null) return 'unknown';
  return missed.liquidity === 'maker' ? 'queue' : 'depth';
}

/** Of the contracts that both have. */
function priceParts(one: SideOrder, other: SideOrder, common: readonly Common[], value: Valuation): readonly Share[] {
  let [latency, depth, liquidity, limit] = [0n, 0n, 0n, 0n];
  for (const { size, one: mine, other: its } of common) {
    const worth = (price: bigint): Money => -BigInt(one.direction) * size * price * value.multiplier;
    const whole = worth(mine.price) - worth(its.price);
    if (isTaken(mine) && isTaken(its)) {
      // Where no touch is known, the first price that was paid stands for it.
      const moved = worth(touchOf(one)) - worth(touchOf(other));
      latency += moved;
      depth += whole - moved;
    } else if (mine.liquidity === its.liquidity) limit += whole;
    else liquidity += whole;
  }
  return [
    { class: 'price.latency', money: latency },
    { class: 'price.depth', money: depth },
    { class: 'liquidity', money: liquidity },
    { ...changed, money: limit },
  ];
}

/** A broker who does not say is taken to have filled at a price that was there. */
const isTaken = ({ liquidity }: SideFill): boolean => liquidity !== 'maker';

const touchOf = ({ touch, fills }: SideOrder): bigint => touch ?? fills[0]?.price ?? 0n;

function excessValue({ direction }: SideOrder, { size, fill, fee }: Excess, { mark, multiplier }: Valuation): Money {
  return BigInt(direction) * size * (mark - fill.price) * multiplier - fee;
}

function contributionOf(order: SideOrder, value: Valuation): Money {
  return sum(order.fills, (fill) => excessValue(order, { size: fill.size, fill, fee: fill.fee }, value));
}

/** The result of a side, and what of it does not come from orders. */
interface AccountParts {
  readonly result: Money;
  /** Payouts and deliveries, valued at the common mark, and what a market that only the other side saw settled is off it. */
  readonly settlement: Money;
  /** The rest of the valuation of what is held, less what it is at the common mark. */
  readonly mark: Money;
  /** What neither trades nor marks account for. */
  readonly cash: Money;
}

function accountOf(side: Side, twin: Side, marks: ReadonlyMap<string, bigint>): AccountParts {
  const positions = new Map<string, bigint>();
  const markOf = (instrument: string): bigint => marks.get(instrument) ?? 0n;
  let [flow, settlement] = [0n, 0n];
  const book = (instrument: string, size: bigint, price: bigint, fee: Money): void => {
    positions.set(instrument, (positions.get(instrument) ?? 0n) + size);
    flow -= size * price * multiplierOf(instrument, side, twin) + fee;
  };
  for (const { instrument, direction, fills } of side.orders) {
    for (const { size, price, fee } of fills) book(instrument, BigInt(direction) * size, price, fee);
  }
  for (const { instrument, size, price, fee } of side.settlements) {
    book(instrument, size, price, fee);
    settlement += size * (markOf(instrument) - price) * multiplierOf(instrument, side, twin) - fee;
  }
  const settledByTwin = new Set(twin.settlements.map(({ instrument }) => instrument));
  let [atMarks, unsettled] = [0n, 0n];
  for (const [instrument, size] of positions) {
    const worth = (mark: bigint): Money => size * mark * multiplierOf(instrument, side, twin);
    atMarks += worth(markOf(instrument));
    if (!settledByTwin.has(instrument)) continue;
    unsettled += worth(side.marks.get(instrument) ?? markOf(instrument)) - worth(markOf(instrument));
  }
  const { equity, unbooked } = side.closing ?? { equity: side.openingCash + flow + atMarks, unbooked: 0n };
  const result = equity - side.openingCash;
  return {
    result,
    settlement: settlement + unsettled,
    mark: result - unbooked - flow - atMarks - unsettled,
    cash: unbooked,
  };
}

/** What both sides are valued at: a payout where there was one, else the other side's mark, else one's. */
function commonMarks(one: Side, other: Side): ReadonlyMap<string, bigint> {
  const marks = new Map([...one.marks, ...other.marks]);
  for (const { instrument, price } of [...one.settlements, ...other.settlements]) marks.set(instrument, price);
  return marks;
}

function multiplierOf(instrument: string, one: Side, other: Side): bigint {
  return one.multipliers.get(instrument) ?? other.multipliers.get(instrument) ?? 1n;
}

function endOf({ equity, orders }: Side): Micros {
  return equity.at(-1)?.at ?? orders.at(-1)?.decidedAt ?? 0;
}

function assertAddsUp(parts: readonly Part[], gap: Money): void {
  const total = sum(parts, ({ money }) => money);
  if (total !== gap) {
    throw new Error(
      `the parts add up to ${formatMoney(total)} and not to the gap of ${formatMoney(gap)}: a bug, please report it`,
    );
  }
}

function sum<T>(list: readonly T[], value: (item: T) => Money): Money {
  let total = 0n;
  for (const item of list) total += value(item);
  return total;
}
