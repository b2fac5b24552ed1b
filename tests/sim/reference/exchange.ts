/**
 * The exchange a second time: docs/fill-rules.md as plainly as it can be said, with no thought for speed. Whatever can be
 * worked out anew is: lists are filtered and sorted wherever they are needed, money is added up from all fills. It shares
 * the vocabulary of `src/market` and the fee models with the real one, and no line of its matching.
 *
 * Its queue is that of `prints-only`, for changes that each have a later venue time than the row before, and prints that do
 * or bear the time of that row. Several changes of one time, older prints and changes, feeds without times and the other
 * models are left to `tests/sim/queue.property.test.ts`; bars, options, impact, hours and changed ticks or fees to their tables.
 */
import { type EventBatch, EventFlag, EventKind, LifecycleCode } from '../../../src/market/event.ts';
import type { Evidence, EvidenceGrade } from '../../../src/market/fill.ts';
import type { Instrument } from '../../../src/market/instrument.ts';
import type { Order, OrderReason, SelfTrade, VenueRequest, VenueResponse } from '../../../src/market/order.ts';
import { isOnTick, tickAbove, tickBelow } from '../../../src/market/ticks.ts';
import type { Micros, Money, Price, Size } from '../../../src/market/units.ts';
import { type FillRule, newFeeMemory, type Venue, type VenueRules } from '../../../src/market/venue.ts';
import { isBetter, ReferenceMarket } from './market.ts';
import { ReferenceMoney, sum } from './money.ts';
import { type ReferenceOrder, wouldTradeAt } from './order.ts';

export interface ReferenceOptions {
  readonly instruments: readonly Instrument[];
  readonly cash: Money;
  readonly rules: (instrument: Instrument) => VenueRules;
  readonly fillRule: FillRule;
  /** How long orders and changes, cancellations, and answers travel. */
  readonly entry: Micros;
  readonly cancel: Micros;
  readonly response: Micros;
}

interface Message<T> {
  readonly at: Micros;
  readonly what: T;
}

export class ReferenceExchange implements Venue {
  readonly markets: readonly ReferenceMarket[];
  readonly money: ReferenceMoney;
  /** In no order. */
  own: ReferenceOrder[] = [];
  readonly #options: ReferenceOptions;
  readonly #groups = new Map<string, { limit: Size; fills: { at: Micros; size: Size }[]; isShut: boolean }>();
  /** Groups whose limit was just reached. */
  readonly #full: string[] = [];
  /** Markets with fills whose cash has not been looked at yet. */
  readonly #paid = new Set<ReferenceMarket>();
  readonly #inbox: Message<VenueRequest>[] = [];
  readonly #outbox: Message<VenueResponse>[] = [];
  #now: Micros = 0;
  #frame = 0;
  #turns = 0;

  constructor(options: ReferenceOptions) {
    this.#options = options;
    this.markets = options.instruments.map((each) => new ReferenceMarket(each, options.rules(each)));
    this.money = new ReferenceMoney(options.cash);
  }

  // --- messages --------------------------------------------------------------------------------------------------

  send(request: VenueRequest, now: Micros): void {
    const first = request.kind === 'batch' ? request.requests[0] : request;
    const travels = first.kind === 'cancel' ? this.#options.cancel : this.#options.entry;
    this.#inbox.push({ at: Math.max(now + travels, this.#inbox.at(-1)?.at ?? 0), what: request });
  }

  #say(what: VenueResponse): void {
    const at = Math.max(this.#now + this.#options.response, this.#outbox.at(-1)?.at ?? 0);
    this.#outbox.push({ at, what });
  }

  get arrivalAt(): Micros {
    const ends = this.own.map(({ asked, market }) => Math.min(asked.expiresAt, market.closesAt));
    return Math.min(...ends, ...this.#inbox.map(({ at }) => at));
  }

  get responseAt(): Micros {
    return Math.min(...this.#outbox.map(({ at }) => at));
  }

  respond(): VenueResponse {
    return this.#outbox.splice(0, 1)[0].what;
  }

  arrive(): void {
    this.#now = Math.max(this.#now, this.arrivalAt);
    if (this.#endWhatIsOver()) return;
    for (const request of flat(this.#inbox.splice(0, 1))) {
      this.#handle(request);
      this.#tidy();
    }
  }

  finish(now: Micros): void {
    this.#now = now;
    for (const request of flat(this.#inbox.splice(0))) {
      if (request.kind === 'place') this.#reject(request.order.id, 'session_ended');
    }
    for (const market of this.markets) {
      for (const order of this.resting(market)) this.#end(order, 'session_ended');
      this.#payOut(market);
    }
  }

  // --- what the tape tells ---------------------------------------------------------------------------------------

  onFrame(batch: EventBatch, from: number, to: number): void {
    this.#now = batch.receivedAt[from];
    this.#frame = batch.frame[from];
    this.#endWhatIsOver();
    for (let i = from; i < to; i++) {
      const market = this.markets[batch.instrument[i]];
      market.hear(batch, i);
      if (batch.kind[i] === EventKind.bookLevel || batch.kind[i] === EventKind.quote) {
        this.#followLevels(market, (order) => order.asked.side === batch.side[i] && order.price === batch.price[i]);
      }
      if (batch.kind[i] === EventKind.trade) this.#print(market, batch, i);
      if (batch.kind[i] === EventKind.lifecycle) this.#live(market, batch.code[i]);
      this.#tidy();
    }
    for (const market of this.markets) {
      market.giveBack();
      this.#followLevels(market);
      const isTold = batch.instrument.slice(from, to).includes(this.markets.indexOf(market));
      if (isTold && this.#options.fillRule !== 'prints') this.#cross(market);
      this.#tidy();
    }
  }

  /** Orders that have expired, and orders in markets whose time is over; true if there were any. */
  #endWhatIsOver(): boolean {
    const before = this.own.length;
    for (const order of this.all) {
      if (order.market.closesAt <= this.#now) this.#end(order, 'market_closed');
      else if (order.asked.expiresAt <= this.#now) this.#end(order, 'expired');
    }
    return this.own.length < before;
  }

  #live(market: ReferenceMarket, code: number): void {
    for (const order of this.resting(market)) {
      if (market.hasEnded) this.#end(order, 'market_closed');
      else if (code === LifecycleCode.paused && order.asked.cancelOnPause) this.#end(order, 'market_paused');
      else if (code === LifecycleCode.resumed && market.rules.resumeCancels) this.#end(order, 'market_resumed');
    }
    const isPaid = code === LifecycleCode.determined && market.rules.paysWhen === 'determined';
    if (isPaid || code === LifecycleCode.settled) this.#payOut(market);
  }

  #payOut(market: ReferenceMarket): void {
    const { instrument, payout, rules, isPaid } = market;
    if (payout === undefined || isPaid) return;
    const at = this.#now;
    const size = this.money.position(market);
    const fee = rules.fees.settle?.({ instrument, size, payout, at }) ?? 0n;
    if (size !== 0) this.money.book(market, -size, payout, fee);
    this.#say({ kind: 'settled', at, instrument: instrument.id, payout, fee });
    market.isPaid = true;
  }

  /** A print is shared among the orders that it reaches, none before an older one of its price. */
  #print(market: ReferenceMarket, batch: EventBatch, i: number): void {
    const [side, price, size, flags] = [batch.side[i], batch.price[i], batch.size[i], batch.flags[i]];
    if (flags & EventFlag.offBook || !market.isTrading(this.#now)) return;
    const isInferred = (flags & EventFlag.inferred) !== 0;
    const rule = this.#options.fillRule;
    let left = size;
    let anOlderOneWaits = false;
    for (const order of this.resting(market)) {
      if (order.asked.side === side || !wouldTradeAt(order, price)) continue;
      const wasBefore = isInferred ? order.joinedAt > market.volumeAt : batch.exchangeAt[i] <= order.sawUntil;
      if (wasBefore) continue;
      const { ahead } = order;
      const isBeyond = order.price !== price;
      const late = order.gains.filter(({ at }) => isInferred || at >= batch.exchangeAt[i]);
      const gained = sum(late.map((gain) => gain.size));
      const takenBack = Math.min(gained, left);
      const queue = isBeyond ? 0 : ahead + takenBack;
      const reachesUs = Math.max(0, left - queue);
      order.ahead = Math.max(0, queue - left);
      const mayBeTakenBack = !isInferred && !isBeyond && gained > takenBack;
      order.gains = mayBeTakenBack ? [{ at: batch.exchangeAt[i], size: gained - takenBack }] : [];
      if (rule === 'touch') this.#make(order, this.#wanted(order), 'modelled', ahead, size);
      else if (!anOlderOneWaits) {
        const { lot } = market.instrument;
        const fills = Math.min(reachesUs - (reachesUs % lot), this.#wanted(order));
        const grade = isInferred ? 'inferred_print' : isBeyond ? 'printed_through' : 'printed_at_price';
        this.#make(order, fills, grade, ahead, left);
        left -= fills;
        anOlderOneWaits = !isBeyond && this.#wanted(order) > 0;
      }
    }
  }

  /** No queue is longer than what its level displays; what a better quote hides displays nothing that one could know. */
  #followLevels(market: ReferenceMarket, isMeant: (order: ReferenceOrder) => boolean = () => true): void {
    if (!market.isKnown(this.#now)) return;
    for (const order of this.resting(market).filter(isMeant)) {
      const ahead = Math.min(order.ahead, market.queueAt(order.asked.side, order.price));
      if (ahead < order.ahead) order.gains.push({ at: market.displayedAt, size: order.ahead - ahead });
      order.ahead = ahead;
    }
  }

  /** What is displayed on the other side at our price or beyond it, and is not taken, fills us whole. */
  #cross(market: ReferenceMarket): void {
    if (!market.isTrading(this.#now)) return;
    for (const order of this.resting(market)) {
      const [best] = market.left(-order.asked.side);
      if (best && wouldTradeAt(order, best.price)) {
        this.#make(order, this.#wanted(order), 'book_crossed', order.ahead, best.size);
      }
    }
  }

  // --- what we ask -----------------------------------------------------------------------------------------------

  #handle(request: VenueRequest): void {
    if (request.kind === 'place') this.#place(request.order);
    if (request.kind === 'group') this.#groups.set(request.group, { limit: request.limit, fills: [], isShut: false });
    if (request.kind === 'place' || request.kind === 'group') return;
    const order = request.kind !== 'batch' && this.own.find(({ asked }) => asked.id === request.orderId);
    if (!order) return;
    if (request.kind === 'amend')
      this.#amend(order, request.price ?? order.price, request.size ?? order.filled + order.rest);
    else if (request.kind === 'decrease' && request.by < order.rest) this.#shrink(order, request.by);
    else this.#end(order, 'requested');
  }

  #place(asked: Order): void {
    const market = this.markets.find(({ instrument }) => instrument.id === asked.instrument) as ReferenceMarket;
    const price = Number.isNaN(asked.price) ? asked.side * Number.POSITIVE_INFINITY : asked.price;
    const order: ReferenceOrder = {
      asked,
      market,
      fees: newFeeMemory(),
      price,
      rest: asked.size,
      filled: 0,
      ...{ ahead: 0, aheadAtArrival: 0, gains: [], joinedAt: 0, sawUntil: 0, turn: 0 },
    };
    const problem = this.#badTerms(order) ?? this.#refusal(this.#join(order));
    if (problem) {
      this.#reject(asked.id, problem);
      return;
    }
    this.#say({ kind: 'accepted', at: this.#now, orderId: asked.id, queueAhead: order.ahead });
    if (order.price !== price) this.#sayAmended(order);
    if (asked.timeInForce === 'fok' && !this.#fillsWhole(order)) this.#end(order, 'not_enough_liquidity');
    else this.#takeAndRest(order);
  }

  /** Refused, an amendment leaves everything as it was. */
  #amend(order: ReferenceOrder, price: Price, size: Size): void {
    const changed = { ...order, price, rest: size - order.filled };
    const keepsPlace = price === order.price && changed.rest <= order.rest;
    this.own = this.own.filter((own) => own !== order);
    const problem = this.#badTerms(changed) ?? this.#refusal(keepsPlace ? changed : this.#join(changed));
    if (problem) {
      this.own.push(order);
      this.#say({ kind: 'refused', at: this.#now, orderId: order.asked.id, request: 'amend', reason: problem });
      return;
    }
    this.#sayAmended(changed);
    if (keepsPlace) this.own.push(changed);
    else this.#takeAndRest(changed);
  }

  #badTerms({ market, price, rest }: ReferenceOrder): OrderReason | undefined {
    const { bounds, lot, ticks } = market.instrument;
    if (rest <= 0 || rest % lot !== 0) return 'bad_size';
    if (!Number.isFinite(price)) return undefined;
    if (bounds && (price <= bounds.low || price >= bounds.high)) return 'bad_price';
    return isOnTick(ticks, price) ? undefined : 'bad_price';
  }

  /** Puts it at the end of its level; one that would take though it may not, at a level where it does not, if the venue slides. */
  #join(order: ReferenceOrder): ReferenceOrder {
    const { asked, market } = order;
    if (market.rules.postOnly === 'slide' && this.#mayNotTake(order)) {
      const next = asked.side > 0 ? tickBelow : tickAbove;
      order.price = next(market.instrument.ticks, market.best(-asked.side));
    }
    order.ahead = market.queueAt(asked.side, order.price);
    order.aheadAtArrival = order.ahead;
    order.gains = [];
    order.joinedAt = this.#now;
    order.sawUntil = market.displayedAt;
    order.turn = ++this.#turns;
    return order;
  }

  /** Why the venue does not take an order that is not, or no more, among ours. */
  #refusal(order: ReferenceOrder): OrderReason | undefined {
    const { asked, market } = order;
    const { selfTrade } = market.rules;
    const others = this.resting(market);
    if (this.#badTerms(order)) return 'bad_price';
    if (market.isPaused && !market.hasEnded) return 'market_paused';
    if (market.hasEnded || this.#now >= market.closesAt) return 'market_closed';
    if (asked.expiresAt <= this.#now) return 'expired';
    if (!market.isKnown(this.#now)) return 'book_incomplete';
    if (!selfTrade.includes(this.#selfTrade(order))) return 'not_supported';
    if (this.#mayNotTake(order)) return 'would_cross';
    if (asked.group !== '' && this.#groups.get(asked.group)?.isShut !== false) return 'group_limit';
    if (this.#wanted(order) === 0) return 'reduce_only';
    if (market.instrument.kind === 'spot' && asked.side < 0) {
      const sales = [...others, order].filter((own) => own.asked.side < 0);
      if (sum(sales.map((own) => this.#wanted(own))) > this.money.position(market)) return 'insufficient_position';
    }
    return this.money.held([...this.all, order], this.#now) > this.money.cash ? 'insufficient_cash' : undefined;
  }

  #mayNotTake(order: ReferenceOrder): boolean {
    return order.asked.postOnly && wouldTradeAt(order, order.market.best(-order.asked.side));
  }

  /** Of a reduce-only order, no more than there is to reduce. */
  #wanted({ asked, market, rest }: ReferenceOrder): Size {
    return asked.reduceOnly ? Math.max(0, Math.min(rest, -asked.side * this.money.position(market))) : rest;
  }

  // --- taking ----------------------------------------------------------------------------------------------------

  #takeAndRest(order: ReferenceOrder): void {
    const reason = this.#take(order);
    if (order.rest === 0) return;
    if (reason) this.#end(order, reason);
    else if (this.#wanted(order) === 0) this.#end(order, 'reduce_only');
    else if (order.asked.timeInForce === 'ioc' || order.asked.timeInForce === 'fok') this.#end(order, 'no_liquidity');
    else this.own.push(order);
  }

  /** Takes what it meets, best first, an order of ours before a level of the same price. */
  #take(order: ReferenceOrder): OrderReason | undefined {
    const { market, asked } = order;
    while (this.#wanted(order) > 0) {
      const [level] = market.left(-asked.side).filter(({ price }) => wouldTradeAt(order, price));
      const mine = this.#ownAcross(order);
      if (mine && !(level && isBetter(-asked.side, level.price, mine.price))) {
        const reason = this.#meetOurselves(order, mine);
        if (reason) return reason;
      } else if (level) {
        const size = Math.min(level.size, this.#wanted(order));
        const part = { ...order, price: level.price, rest: size };
        if (this.money.held([...this.all, part], this.#now) > this.money.cash) return 'insufficient_cash';
        market.take(-asked.side, level.price, size);
        const available = level.size;
        const evidence = {
          grade: 'walked_depth',
          frame: this.#frame,
          queueAtArrival: 0,
          queueAtFill: 0,
          available,
        } as const;
        this.#fill(order, size, level.price, 'taker', evidence);
      } else return undefined;
    }
    return undefined;
  }

  #meetOurselves(order: ReferenceOrder, mine: ReferenceOrder): OrderReason | undefined {
    const mode = this.#selfTrade(order);
    if (mode === 'taker') return 'self_trade';
    if (mode === 'decrement') {
      const less = Math.min(order.rest, mine.rest);
      const ends = order.rest === less;
      if (!ends) this.#shrink(order, less);
      if (mine.rest > less) this.#shrink(mine, less);
      else this.#end(mine, 'self_trade');
      return ends ? 'self_trade' : undefined;
    }
    this.#end(mine, 'self_trade');
    return mode === 'both' ? 'self_trade' : undefined;
  }

  /** All of a fill-or-kill order, without meeting an order of ours that would end or shrink it. */
  #fillsWhole(order: ReferenceOrder): boolean {
    const side = -order.asked.side;
    const mine = this.#selfTrade(order) === 'maker' ? undefined : this.#ownAcross(order);
    const levels = order.market
      .left(side)
      .filter(({ price }) => wouldTradeAt(order, price) && !(mine && !isBetter(side, price, mine.price)));
    return Math.min(this.#wanted(order), sum(levels.map(({ size }) => size))) >= order.rest;
  }

  #ownAcross(order: ReferenceOrder): ReferenceOrder | undefined {
    return this.resting(order.market).find(
      (own) => own.asked.side !== order.asked.side && wouldTradeAt(order, own.price),
    );
  }

  #selfTrade({ asked, market }: ReferenceOrder): SelfTrade {
    return asked.selfTrade ?? market.rules.selfTrade[0];
  }

  // --- our orders and our money ----------------------------------------------------------------------------------

  get all(): ReferenceOrder[] {
    return this.markets.flatMap((market) => this.resting(market));
  }

  /** Cash that no open order has reserved. */
  get available(): Money {
    return this.money.cash - this.money.held(this.all, this.#now);
  }

  /** Those that rest in a market: bids, then asks, each best price first, then oldest first. */
  resting(market: ReferenceMarket): ReferenceOrder[] {
    const of = (side: number) =>
      this.own
        .filter((own) => own.market === market && own.asked.side === side)
        .sort((a, b) => (b.price - a.price) * side || a.turn - b.turn);
    return [...of(1), ...of(-1)];
  }

  #make(order: ReferenceOrder, size: Size, grade: EvidenceGrade, ahead: Size, available: Size): void {
    const { aheadAtArrival: queueAtArrival } = order;
    const evidence = { grade, frame: this.#frame, queueAtArrival, queueAtFill: ahead, available };
    this.#fill(order, size, order.price, 'maker', evidence);
  }

  #fill(order: ReferenceOrder, size: Size, price: Price, liquidity: 'maker' | 'taker', evidence: Evidence): void {
    if (size === 0) return;
    const { asked, market, fees } = order;
    const { instrument } = market;
    const at = this.#now;
    const fee = market.rules.fees.charge({ instrument, liquidity, side: asked.side, price, size, at }, fees);
    const signed = asked.side * size;
    this.money.book(market, signed, price, fee);
    this.#paid.add(market);
    order.rest -= size;
    order.filled += size;
    this.#countForGroup(order, size);
    const fill = { orderId: asked.id, instrument: instrument.id, size: signed, price, liquidity, fee, evidence, at };
    this.#say({ kind: 'filled', at, orderId: asked.id, fill });
  }

  #shrink(order: ReferenceOrder, by: Size): void {
    order.rest -= by;
    this.#sayAmended(order);
  }

  #sayAmended({ asked, price: limit, filled, rest, ahead }: ReferenceOrder): void {
    const price = Number.isFinite(limit) ? limit : Number.NaN;
    this.#say({ kind: 'amended', at: this.#now, orderId: asked.id, price, size: filled + rest, queueAhead: ahead });
  }

  #reject(orderId: number, reason: OrderReason): void {
    this.#say({ kind: 'rejected', at: this.#now, orderId, reason });
  }

  #end(order: ReferenceOrder, reason: OrderReason): void {
    this.own = this.own.filter((own) => own !== order);
    this.#say({ kind: 'cancelled', at: this.#now, orderId: order.asked.id, reason });
  }

  /** After everything that happens: what is filled is gone, and so are orders with nothing to reduce, or of a full group. */
  #tidy(): void {
    this.own = this.own.filter(({ rest }) => rest > 0);
    this.#endAll('reduce_only', (order) => this.#wanted(order) === 0);
    for (const market of this.#paid) this.#endUnpaid(market);
    this.#paid.clear();
    for (const group of this.#full.splice(0)) this.#endAll('group_limit', ({ asked }) => asked.group === group);
  }

  /** Fees of many small fills may come to more than was held: then the newest order goes. */
  #endUnpaid(market: ReferenceMarket): void {
    for (;;) {
      const newest = this.resting(market).sort((a, b) => b.asked.id - a.asked.id)[0];
      if (!newest || this.available >= 0n) return;
      this.#end(newest, 'insufficient_cash');
    }
  }

  #endAll(reason: OrderReason, isMeant: (order: ReferenceOrder) => boolean): void {
    if (this.own.some(isMeant)) for (const order of this.all.filter(isMeant)) this.#end(order, reason);
  }

  #countForGroup({ asked, market }: ReferenceOrder, size: Size): void {
    const group = this.#groups.get(asked.group);
    if (!group || group.isShut) return;
    group.fills.push({ at: this.#now, size });
    const recent = group.fills.filter(({ at }) => at > this.#now - market.rules.groupWindow);
    group.isShut = sum(recent.map((fill) => fill.size)) >= group.limit;
    if (group.isShut) this.#full.push(asked.group);
  }
}

function flat(messages: readonly Message<VenueRequest>[]): VenueRequest[] {
  return messages.flatMap(({ what }) => (what.kind === 'batch' ? what.requests : [what]));
}
