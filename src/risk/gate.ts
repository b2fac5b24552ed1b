import type { Fill } from '../market/fill.ts';
import type { Order, OrderRequest, RiskRule } from '../market/order.ts';
import { formatTime, MICROS_PER_SECOND, type Micros, type Money, type Size } from '../market/units.ts';
import { growing } from './exposure.ts';
import { describeChange, type RiskLimits, readLimits } from './limits.ts';
import { isShare, Losses } from './losses.ts';
import { RiskMemory } from './memory.ts';
import { Proposal, type Surroundings } from './proposal.ts';
import { rules } from './rules.ts';
import { type LocalDay, Zone } from './zone.ts';

/** What the gate needs of the desk that it stands at. */
export interface RiskHost extends Surroundings {
  openOrders(instrument?: string): readonly Order[];
  placeAll(requests: readonly OrderRequest[]): readonly Order[];
  cancel(order: Order): void;
  cancelAll(): void;
  /** Writes a note of kind `risk`; `instrument` empty: it concerns none. */
  noteRisk(instrument: string, text: string): void;
  /** Writes down what was decided outside. */
  noteSession(kind: 'halted' | 'resumed' | 'limits', text: string): void;
}

interface Halt {
  /** What orders are refused by. */
  readonly rule: RiskRule;
  readonly reason: string;
  readonly until: Micros;
  readonly flattens: boolean;
}

/** The tag of the orders with which the gate closes positions. */
const FLATTEN_TAG = 'risk_flatten';
/** Pause before another attempt at closing a position: its market may refuse the order, or be empty. */
const FLATTEN_AGAIN: Micros = 10 * MICROS_PER_SECOND;

/**
 * Stands between strategy and venue: refuses orders that go beyond the limits, and stops trading after losses. The same in
 * replay, on paper and live: it knows tape time and what the desk knows, nothing else.
 */
export class RiskGate {
  /** Nothing is limited and trading goes on: no order needs a question. */
  idle = true;
  /** Asked for each frame. */
  flattens = false;
  /** When to look for markets that have gone silent; Infinity if there is nothing to look at. */
  nextAt: Micros = Number.POSITIVE_INFINITY;
  readonly #host: RiskHost;
  readonly #memory = new RiskMemory();
  readonly #losses = new Losses();
  readonly #closing = new Map<string, Order>();
  #limits: RiskLimits = {};
  #zone = new Zone('UTC');
  #judges: ReturnType<typeof judgesOf> = [];
  #day: LocalDay | undefined;
  #halt: Halt | undefined;
  /** After a soft drawdown. */
  #onlyReduces = false;
  /** The gate itself is placing orders. */
  #isPlacing = false;

  constructor(limits: RiskLimits, host: RiskHost) {
    this.#host = host;
    this.#apply(limits);
  }

  /** Takes other limits from now on, as a config has them; bad ones change nothing. What has been lost and counted stays. */
  setLimits(given: unknown): void {
    const limits = readLimits(given);
    if (typeof limits === 'string') {
      this.#host.noteSession('limits', `refused: ${limits}`);
      return;
    }
    this.#host.noteSession('limits', describeChange(this.#limits, limits));
    this.#apply(limits);
    if (this.#day) this.#day = this.#zone.dayAt(this.#host.now);
    this.#watchLosses();
    this.cancelSilent();
  }

  /** Cancels all orders and takes no more until `resume`; closes all positions, if asked to. */
  halt(reason: string, flattens = false): void {
    this.#host.noteSession('halted', flattens ? `${reason}; positions are closed` : reason);
    this.#stop({ rule: 'halted', reason, until: Number.POSITIVE_INFINITY, flattens });
  }

  /** Ends a halt of any kind. Losses count from here on. */
  resume(): void {
    this.#host.noteSession('resumed', this.#halt ? `${this.#halt.rule} is over` : '');
    this.#halt = undefined;
    this.#onlyReduces = false;
    this.#losses.restart();
    this.#settle();
  }

  /**
   * The rule that refuses an order; nothing if it may go. `open` are the orders at the venue that may fill besides it,
   * `replaced` is what it is now where it is an amendment.
   */
  check(order: Order, open: readonly Order[], replaced?: Order): RiskRule | undefined {
    if (this.#isPlacing) return undefined;
    this.#startDay();
    const proposal = new Proposal(order, open, replaced === undefined || order.size > replaced.size, this.#host);
    const refusal = this.#refusal(proposal);
    if (refusal === undefined) {
      this.nextAt = Math.min(this.nextAt, this.#silentAt(order.instrument));
      return undefined;
    }
    const [rule, figures] = refusal;
    const what = replaced ? 'amendment of order' : 'order';
    this.#host.noteRisk(order.instrument, `${rule}: ${what} ${order.id} refused, ${figures}`);
    return rule;
  }

  /** The rule that refuses an order which is to wait at the desk: others are asked when it is sent. */
  checkHeld({ id, instrument }: Order): RiskRule | undefined {
    this.#startDay();
    if (this.#halt) this.#host.noteRisk(instrument, `${this.#halt.rule}: order ${id} refused, ${this.#halt.reason}`);
    return this.#halt?.rule;
  }

  /** A fill that took the position away from `before`. */
  filled(order: Order, fill: Fill, before: Size): void {
    this.#startDay();
    this.#memory.filled(order, fill, before, this.#host.now);
  }

  decided(decision: number, confidence: number | undefined): void {
    this.#memory.decided(decision, confidence);
  }

  startGroup(group: string): void {
    this.#memory.startGroup(group);
  }

  /** Sees the equity after fills and from time to time; acts on losses. Telling the same once more changes nothing. */
  watch(equity: Money): void {
    if (equity === this.#losses.equity) return;
    this.#startDay();
    this.#losses.take(equity);
    this.#watchLosses();
  }

  /** The book of a market has a gap: orders in it are cancelled, unless it is allowed. */
  lost(instrument: string): void {
    if (this.#limits.gap) this.#cancelIn(instrument, 'gap: orders are cancelled, the book has a gap');
  }

  /** Cancels the orders in markets that have gone silent; to be called at `nextAt`. */
  cancelSilent(): void {
    this.nextAt = Number.POSITIVE_INFINITY;
    for (const instrument of new Set(this.#atVenue().map((order) => order.instrument))) {
      const silentAt = this.#silentAt(instrument);
      if (silentAt > this.#host.now) this.nextAt = Math.min(this.nextAt, silentAt);
      else this.#cancelIn(instrument, `stale: orders are cancelled, silent for ${this.#limits.staleSeconds} s`);
    }
  }

  /** Sends what closes the positions that are left, where the market is there to take it. */
  flatten(): void {
    this.#startDay();
    if (!this.flattens) return;
    const { account, now } = this.#host;
    const requests: OrderRequest[] = [];
    for (const { instrument, size } of account.positions) {
      const last = this.#closing.get(instrument.id);
      if (size === 0 || (last && now < last.placedAt + FLATTEN_AGAIN) || !this.#canClose(instrument.id, size)) continue;
      const side = size > 0 ? 'sell' : 'buy';
      requests.push({ instrument: instrument.id, side, size: Math.abs(size), reduceOnly: true, tag: FLATTEN_TAG });
    }
    if (requests.length === 0) return;
    this.#isPlacing = true;
    for (const order of this.#host.placeAll(requests)) this.#closing.set(order.instrument, order);
    this.#isPlacing = false;
  }

  #apply(limits: RiskLimits): void {
    this.#limits = limits;
    this.#judges = judgesOf(limits);
    this.#zone = new Zone(limits.zone ?? 'UTC');
    this.#settle();
  }

  #settle(): void {
    this.idle = this.#judges.length === 0 && this.#halt === undefined && !this.#onlyReduces;
    this.flattens = this.#halt?.flattens ?? false;
  }

  /** Does what a new day brings, once it is there. */
  #startDay(): void {
    const { now } = this.#host;
    if (this.#day && now < this.#day.until) return;
    this.#day = this.#zone.dayAt(now);
    this.#losses.startDay();
    this.#memory.startDay();
    if (this.#halt && now >= this.#halt.until) this.#halt = undefined;
    this.#settle();
  }

  #refusal(proposal: Proposal): readonly [RiskRule, string] | undefined {
    if (this.#halt) return [this.#halt.rule, this.#halt.reason];
    const { isReducing } = proposal;
    if (this.#onlyReduces && !isReducing) return ['drawdown', 'only orders that reduce a position are taken'];
    for (const { name, ofReducing, ofLarger, judge } of this.#judges) {
      if ((isReducing && !ofReducing) || (ofLarger && !proposal.isLarger)) continue;
      const figures = judge(proposal, this.#memory);
      if (figures !== undefined) return [name, figures];
    }
    return undefined;
  }

  #watchLosses(): void {
    const { softDrawdownPercent, hardDrawdownPercent, onDailyLoss } = this.#limits;
    const { fromHighest, highest } = this.#losses;
    const isForGood = this.#halt?.until === Number.POSITIVE_INFINITY;
    if (isShare(fromHighest, highest, hardDrawdownPercent) && !(isForGood && this.flattens)) {
      const reason = `${this.#losses.describeFall()}, limit ${hardDrawdownPercent}%`;
      this.#stopFor({ rule: 'drawdown', reason, until: Number.POSITIVE_INFINITY, flattens: true });
    }
    const flattens = onDailyLoss === 'flatten';
    if (this.#losses.isDayLost(this.#limits) && (!this.#halt || (flattens && !this.flattens))) {
      const until = this.#day?.until ?? Number.POSITIVE_INFINITY;
      const reason = `${this.#losses.describeDay(this.#limits)}, until ${formatTime(until)}`;
      this.#stopFor({ rule: 'daily_loss', reason, until, flattens });
    }
    const onlyReduces = isShare(fromHighest, highest, softDrawdownPercent);
    if (onlyReduces !== this.#onlyReduces) this.#reduce(onlyReduces);
  }

  /** After losses. */
  #stopFor(halt: Halt): void {
    const what = halt.flattens || this.flattens ? 'positions are closed' : 'halted';
    this.#host.noteRisk('', `${halt.rule}: ${what}, ${halt.reason}`);
    this.#stop(halt);
  }

  #stop(halt: Halt): void {
    const before = this.#halt;
    // A halt for good is not made shorter by the day's, and what is being closed is closed.
    const isKept = before !== undefined && before.until > halt.until;
    this.#halt = { ...(isKept ? before : halt), flattens: halt.flattens || (before?.flattens ?? false) };
    this.#settle();
    this.#host.cancelAll();
    this.#closing.clear();
    this.flatten();
  }

  #reduce(onlyReduces: boolean): void {
    this.#onlyReduces = onlyReduces;
    this.#settle();
    const what = onlyReduces ? 'only orders that reduce are taken' : 'orders of all kinds are taken again';
    this.#host.noteRisk(
      '',
      `drawdown: ${what}, ${this.#losses.describeFall()}, limit ${this.#limits.softDrawdownPercent ?? 'none'}%`,
    );
    if (!onlyReduces) return;
    const { account } = this.#host;
    const atVenue = this.#atVenue();
    for (const instrument of new Set(atVenue.map((order) => order.instrument))) {
      const orders = atVenue.filter((order) => order.instrument === instrument);
      for (const order of growing(account.sizeOf(instrument), orders)) this.#host.cancel(order);
    }
  }

  #atVenue(instrument?: string): readonly Order[] {
    return this.#host.openOrders(instrument).filter(({ state }) => state !== 'held');
  }

  #cancelIn(instrument: string, why: string): void {
    const orders = this.#atVenue(instrument);
    if (orders.length > 0) this.#host.noteRisk(instrument, why);
    for (const order of orders) this.#host.cancel(order);
  }

  /** From when on a market has been silent for too long, unless it says something. */
  #silentAt(instrument: string): Micros {
    const { staleSeconds = Number.POSITIVE_INFINITY } = this.#limits;
    return this.#host.market(instrument).updatedAt + Math.floor(staleSeconds * MICROS_PER_SECOND) + 1;
  }

  /** A market that trades, with somebody on the other side. */
  #canClose(id: string, size: Size): boolean {
    const market = this.#host.market(id);
    const { bidPrice, askPrice } = market.hasBook ? market.book : market.quote;
    const isUsable = !market.hasBook || market.bookComplete;
    return market.status === 'open' && isUsable && Number.isFinite(size > 0 ? bidPrice : askPrice);
  }
}

/** The rules that the limits set, each with its judge. */
function judgesOf(limits: RiskLimits) {
  return rules.flatMap(({ judge, ...rule }) => {
    const made = judge(limits);
    return made ? [{ ...rule, judge: made }] : [];
  });
}
