import type { EventBatch } from '../market/event.ts';
import type { Instrument } from '../market/instrument.ts';
import { type Market, usableQuote } from '../market/market.ts';
import { isFinal, type Order, type OrderReason, type OrderRequest, type OrderSide } from '../market/order.ts';
import type { Strategy } from '../market/strategy.ts';
import { tickAtOrAbove, tickAtOrBelow } from '../market/ticks.ts';
import { formatDecimal, MICROS_PER_SECOND, type Micros, type Price, type Size } from '../market/units.ts';
import type { Work, WorkRequest, WorkState } from '../market/work.ts';
import { inYes } from './new-order.ts';
import { RecentVolume } from './recent-volume.ts';

/** After a cancellation that an overloaded venue did not take. */
const CANCEL_AGAIN: Micros = MICROS_PER_SECOND;

/** What working orders need of their desk. */
export interface WorkHost {
  readonly now: Micros;
  readonly strategy: Strategy | undefined;
  market(instrument: string): Market;
  place(request: OrderRequest): Order;
  cancel(order: Order): void;
  /** Calls `act` at that time; the strategy does not hear of it. */
  wake(at: Micros, act: () => void): void;
  noteWork(instrument: string, text: string): void;
}

/**
 * Maker to taker: each work rests, and what is left of it after its time-out (`WorkRequest`) crosses with one
 * immediate-or-cancel order at its limit.
 *
 * The crossing order is sent when the resting one has ended, never before: whatever fills on the way comes off it, so that
 * the two together cannot fill more than was asked for. While nobody trades at the limit or better the resting order stays
 * where it is. What the crossing does not get ends the work.
 */
export class WorkingOrders {
  readonly #host: WorkHost;
  readonly #active = new Map<number, WorkRecord>();
  readonly #byOrder = new Map<number, WorkRecord>();
  readonly #volumes: RecentVolume[] = [];
  #count = 0;

  constructor(host: WorkHost) {
    this.#host = host;
  }

  work(request: WorkRequest): Work {
    const market = this.#host.market(request.instrument);
    checkRequest(request, market.instrument);
    const work = new WorkRecord(++this.#count, request, market, this.#host.now);
    this.#active.set(work.id, work);
    this.#note(
      work,
      `${request.side}s ${work.sizeText(request.size)} at ${work.limitText} or better; ${this.#why(work)}`,
    );
    this.#look(work);
    return work;
  }

  cancel({ id }: Work): void {
    const work = this.#active.get(id);
    if (!work) return;
    const { state, order } = work;
    this.#stop(work);
    if (order && state === 'resting') this.#host.cancel(order);
  }

  /** Their orders are being cancelled: nothing of them crosses any more. */
  stopAll(instrument?: string): void {
    for (const work of this.#active.values())
      if (instrument === undefined || work.request.instrument === instrument) this.#stop(work);
  }

  /** Counts a trade or a statistic of the market number `index`. */
  countVolume(index: number, batch: EventBatch, i: number): void {
    this.#volumes[index] ??= new RecentVolume();
    this.#volumes[index].take(batch, i);
  }

  /** A frame is in. */
  onFrame(): void {
    if (this.#active.size === 0) return;
    for (const work of this.#active.values()) if (work.market.updatedAt === this.#host.now) this.#look(work);
  }

  onOrder(order: Order): void {
    const work = this.#byOrder.get(order.id);
    if (work && isFinal(order.state)) this.#orderEnded(work, order);
  }

  onCancelRefused(order: Order): void {
    const work = this.#byOrder.get(order.id);
    if (work?.state !== 'switching' && work?.state !== 'stopping') return;
    this.#host.wake(this.#host.now + CANCEL_AGAIN, () => this.#host.cancel(order));
  }

  /** The tape has ended. */
  close(): void {
    for (const work of this.#active.values()) {
      work.state = 'ended';
      work.reason = 'session_ended';
    }
    this.#active.clear();
    this.#byOrder.clear();
  }

  /** Does what is due of a work that rests. */
  #look(work: WorkRecord): void {
    if (work.state !== 'resting') return;
    const { now } = this.#host;
    const { status } = work.market;
    if (!work.order && (status === 'closed' || status === 'settled')) {
      this.#end(work, 'ended', 'market_closed');
      return;
    }
    const due = work.askedAt + timeoutOf(work.request, this.#volume(work).size);
    if (now >= due && this.#isMarketable(work)) {
      this.#switch(work);
      return;
    }
    if (now >= due && !work.isLate) {
      work.isLate = true;
      this.#note(work, `stays: it is past its time-out, and there is nobody at ${work.limitText} or better`);
    }
    if (now < due && (due < work.wakesAt || work.wakesAt <= now)) {
      work.wakesAt = due;
      this.#host.wake(due, () => this.#look(work));
    }
    if (!work.order) this.#rest(work);
  }

  #rest(work: WorkRecord): void {
    const price = work.restingPrice(this.#host.now);
    if (Number.isFinite(price)) this.#send(work, price, { postOnly: true });
  }

  #switch(work: WorkRecord): void {
    const waited = formatDecimal(this.#host.now - work.askedAt, 6);
    this.#note(work, `crosses what is left at ${work.limitText} or better, after ${waited} s; ${this.#why(work)}`);
    if (!work.order) {
      this.#cross(work);
      return;
    }
    this.#enter(work, 'switching');
    this.#host.cancel(work.order);
  }

  #cross(work: WorkRecord): void {
    this.#enter(work, 'crossing');
    // The strategy may have cancelled it just now.
    if (work.state === 'crossing') this.#send(work, work.toTick(work.limit), { timeInForce: 'ioc' });
  }

  #send(work: WorkRecord, price: Price, terms: Pick<OrderRequest, 'postOnly' | 'timeInForce'>): void {
    const { limit, restAt, timeout, minTimeout, referenceVolume, aggressiveness, ...common } = work.request;
    const order = this.#host.place({
      ...common,
      ...terms,
      price: inYes(work.market.instrument, common.outcome ?? 'yes', price),
      size: work.request.size - work.filled,
    });
    work.order = order;
    this.#byOrder.set(order.id, work);
    // Refused before it was sent.
    this.onOrder(order);
  }

  #orderEnded(work: WorkRecord, order: Order): void {
    this.#byOrder.delete(order.id);
    work.keep(order);
    const { reason } = order;
    if (work.filled >= work.request.size) this.#end(work, 'filled', '');
    else if (work.state === 'stopping') this.#end(work, 'ended', 'requested');
    else if (work.state === 'switching' && (reason === 'requested' || reason === 'would_cross')) this.#free(work);
    // The market moved onto our price while the order was on its way: the next frame shows where to rest.
    else if (work.state !== 'resting' || reason !== 'would_cross') this.#end(work, 'ended', reason);
  }

  /** Its resting order is gone, so that the rest may cross; unless the market has left meanwhile. */
  #free(work: WorkRecord): void {
    if (this.#isMarketable(work)) this.#cross(work);
    else {
      this.#enter(work, 'resting');
      this.#look(work);
    }
  }

  #stop(work: WorkRecord): void {
    if (work.order) this.#enter(work, 'stopping');
    else this.#end(work, 'ended', 'requested');
  }

  #end(work: WorkRecord, state: 'filled' | 'ended', reason: OrderReason | ''): void {
    this.#active.delete(work.id);
    work.reason = reason;
    const why = reason === '' ? '' : `, ${reason}`;
    this.#note(work, `${state}: ${work.sizeText(work.filled)} of ${work.sizeText(work.request.size)}${why}`);
    this.#enter(work, state);
  }

  #enter(work: WorkRecord, state: WorkState): void {
    work.state = state;
    this.#host.strategy?.onWork?.(work);
  }

  #isMarketable({ market, side, limit }: WorkRecord): boolean {
    const quote = usableQuote(market, this.#host.now);
    if (market.status !== 'open' || quote === undefined) return false;
    return side > 0 ? quote.askPrice <= limit : quote.bidPrice >= limit;
  }

  #volume({ market }: WorkRecord): ReturnType<RecentVolume['at']> {
    this.#volumes[market.index] ??= new RecentVolume();
    return this.#volumes[market.index].at(this.#host.now);
  }

  /** The time-out of now, and what it comes from. */
  #why(work: WorkRecord): string {
    const { request } = work;
    const { size, source } = this.#volume(work);
    const seconds = (time: Micros) => formatDecimal(time, 6);
    return (
      `time-out ${seconds(timeoutOf(request, size))} s = max(${seconds(request.timeout)} / (1 + ${work.sizeText(size)} / ` +
      `${work.sizeText(request.referenceVolume)}), ${seconds(request.minTimeout ?? 0)}) x (1 - ${request.aggressiveness ?? 0}), ` +
      `volume of the last minute by ${source}`
    );
  }

  #note(work: WorkRecord, text: string): void {
    this.#host.noteWork(work.request.instrument, `work ${work.id} ${text}`);
  }
}

/** Prices and side are in YES terms. */
class WorkRecord implements Work {
  readonly id: number;
  readonly request: WorkRequest;
  readonly market: Market;
  readonly askedAt: Micros;
  state: WorkState = 'resting';
  reason: OrderReason | '' = '';
  order: Order | undefined;
  /** The next timer; Infinity before the first. */
  wakesAt: Micros = Number.POSITIVE_INFINITY;
  /** Its time-out is over, and it could not cross. */
  isLate = false;
  readonly side: OrderSide;
  readonly limit: Price;
  readonly #restAt: Price | undefined;
  /** By orders that have ended. */
  #kept: Size = 0;

  constructor(id: number, request: WorkRequest, market: Market, askedAt: Micros) {
    this.id = id;
    this.request = request;
    this.market = market;
    this.askedAt = askedAt;
    const { side, outcome = 'yes', limit, restAt } = request;
    const { instrument } = market;
    this.side = (side === 'buy') === (outcome === 'yes') ? 1 : -1;
    this.limit = inYes(instrument, outcome, limit);
    this.#restAt = restAt === undefined ? undefined : inYes(instrument, outcome, restAt);
  }

  get filled(): Size {
    return this.#kept + (this.order?.filled ?? 0);
  }

  keep(order: Order): void {
    this.order = undefined;
    this.#kept += order.filled;
  }

  /** No better than the limit, and outside the other side's best price; not finite while there is no such price. */
  restingPrice(now: Micros): Price {
    const quote = usableQuote(this.market, now);
    if (this.market.status !== 'open' || quote === undefined) return Number.NaN;
    const { bidPrice, askPrice } = quote;
    return this.toTick(
      this.side > 0
        ? Math.min(this.#restAt ?? bidPrice, this.limit, askPrice - 1)
        : Math.max(this.#restAt ?? askPrice, this.limit, bidPrice + 1),
    );
  }

  /** The next price that the venue takes, not beyond `price`. */
  toTick(price: Price): Price {
    return this.side > 0 ? tickAtOrBelow(this.market.ticks, price) : tickAtOrAbove(this.market.ticks, price);
  }

  /** As it was asked for, in the terms of its outcome. */
  get limitText(): string {
    return formatDecimal(this.request.limit, this.market.instrument.priceDecimals);
  }

  sizeText(size: Size): string {
    return formatDecimal(size, this.market.instrument.sizeDecimals);
  }
}

/** See `WorkRequest`; whole microseconds. */
export function timeoutOf(request: WorkRequest, volume: Size): Micros {
  const { timeout, minTimeout = 0, referenceVolume, aggressiveness = 0 } = request;
  return Math.round(Math.max(timeout / (1 + volume / referenceVolume), minTimeout) * (1 - aggressiveness));
}

function checkRequest(request: WorkRequest, { id }: Instrument): void {
  const { size, limit, restAt = limit, timeout, minTimeout = 0, referenceVolume, aggressiveness = 0 } = request;
  const isWhole = [size, limit, restAt].every(Number.isSafeInteger) && size > 0;
  if (!isWhole)
    throw new TypeError(`size, limit and restAt of work on ${id} must be integers: use sizeFrom and priceFrom`);
  if (!(minTimeout >= 0 && timeout >= minTimeout && timeout < Number.POSITIVE_INFINITY))
    throw new RangeError(
      `the time-out ${timeout} of work on ${id} must be finite and at least minTimeout, ${minTimeout}`,
    );
  if (!(referenceVolume > 0)) throw new RangeError(`referenceVolume of work on ${id} must be above 0`);
  if (!(aggressiveness >= 0 && aggressiveness <= 1))
    throw new RangeError(`aggressiveness ${aggressiveness} of work on ${id} must be from 0 to 1`);
}
