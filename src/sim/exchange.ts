import { Account } from '../market/account.ts';
import { type EventBatch, EventKind } from '../market/event.ts';
import type { Instrument, InstrumentList } from '../market/instrument.ts';
import type { VenueRequest, VenueResponse } from '../market/order.ts';
import type { Micros, Money, Size } from '../market/units.ts';
import type { FillRule, LatencyModel, QueueModel, RequestKind, Venue, VenueRules } from '../market/venue.ts';
import { USUAL_BAR_SHARE } from './bars.ts';
import { Lane, type LaneHost } from './lane.ts';
import type { ImpactModel } from './models/impact.ts';
import { OrderGroups } from './order-groups.ts';

export interface SimulatedExchangeOptions {
  readonly instruments: InstrumentList;
  readonly cash: Money;
  readonly latency: LatencyModel;
  readonly queue: QueueModel;
  readonly fillRule: FillRule;
  readonly rules: (instrument: Instrument) => VenueRules;
  /** Of a bar's volume, what our orders may have where there is nothing but bars; default `USUAL_BAR_SHARE`. */
  readonly barShare?: number;
  /** Of what we take of shares; default none. */
  readonly impact?: ImpactModel;
}

interface InTransit<T> {
  readonly at: Micros;
  readonly message: T;
}

/**
 * An exchange that matches our orders against recorded data. One lane per instrument holds its market and our orders; the
 * exchange itself holds what they share: the account, order groups, and the two wires to and from the desk.
 */
export class SimulatedExchange implements Venue, LaneHost {
  arrivalAt: Micros = Number.POSITIVE_INFINITY;
  responseAt: Micros = Number.POSITIVE_INFINITY;
  now: Micros = 0;
  frame = 0;
  readonly account: Account;
  readonly queue: QueueModel;
  readonly fillRule: FillRule;
  readonly groups = new OrderGroups();
  readonly barShare: number;
  readonly impact: ImpactModel | undefined;
  readonly accruedFees = new Map<string, Money>();
  readonly #instruments: InstrumentList;
  readonly #latency: LatencyModel;
  readonly #rules: (instrument: Instrument) => VenueRules;
  readonly #lanes: Lane[] = [];
  /** Which lane an open order is in. */
  readonly #orders = new Map<number, Lane>();
  readonly #inbox: InTransit<VenueRequest>[] = [];
  readonly #outbox: InTransit<VenueResponse>[] = [];
  /** Groups whose limit was reached and whose orders are still there. */
  readonly #reached: string[] = [];
  /** When a lane has to be woken. */
  #wakeAt: Micros = Number.POSITIVE_INFINITY;

  constructor(options: SimulatedExchangeOptions) {
    this.#instruments = options.instruments;
    this.#latency = options.latency;
    this.#rules = options.rules;
    this.account = new Account(options.cash);
    this.queue = options.queue;
    this.fillRule = options.fillRule;
    this.barShare = options.barShare ?? USUAL_BAR_SHARE;
    this.impact = options.impact;
  }

  send(request: VenueRequest, now: Micros): void {
    const travels = this.#latency.entry(now, kindOf(request));
    if (travels < 0) {
      this.#refuse(request, now - travels);
      return;
    }
    const last = this.#inbox[this.#inbox.length - 1];
    this.#inbox.push({ at: Math.max(now + travels, last?.at ?? 0), message: request });
    this.#schedule();
  }

  onFrame(batch: EventBatch, from: number, to: number): void {
    this.now = batch.receivedAt[from];
    this.frame = batch.frame[from];
    // What ends at this very time ends before: we lose every tie.
    if (this.#wakeAt <= this.now) this.#wakeLanes();
    let isOurs = false;
    for (let i = from; i < to; i++) {
      const index = batch.instrument[i];
      if (index < 0) continue;
      const lane = this.#lanes[index] ?? this.#openLane(index);
      if (lane.quiet && batch.kind[i] !== EventKind.lifecycle) lane.market.apply(batch, i);
      else {
        lane.onEvent(batch, i);
        isOurs = true;
        if (this.#reached.length > 0) this.#cancelGroups();
      }
    }
    if (isOurs) this.#endFrame(batch, from, to);
    if (this.#reached.length > 0) this.#cancelGroups();
  }

  arrive(): void {
    const at = this.arrivalAt;
    this.now = Math.max(this.now, at);
    if (this.#wakeAt <= at) this.#wakeLanes();
    else this.#handle((this.#inbox.shift() as InTransit<VenueRequest>).message);
    if (this.#reached.length > 0) this.#cancelGroups();
    this.#schedule();
  }

  respond(): VenueResponse {
    const { message } = this.#outbox.shift() as InTransit<VenueResponse>;
    this.responseAt = this.#outbox[0]?.at ?? Number.POSITIVE_INFINITY;
    return message;
  }

  finish(now: Micros): void {
    this.now = now;
    for (const { message } of this.#inbox.splice(0)) this.#neverArrived(message);
    for (const lane of this.#lanes) lane?.finish();
    this.#wakeAt = Number.POSITIVE_INFINITY;
    this.#schedule();
  }

  /** Cash that no open order has reserved. */
  get available(): Money {
    let reserved = 0n;
    for (const lane of this.#lanes) if (lane) reserved += lane.own.reserved;
    return this.account.cash - reserved;
  }

  /** The market of instrument number `index`, once anything has been heard of it. */
  lane(index: number): Lane | undefined {
    return this.#lanes[index];
  }

  respondLater(response: VenueResponse): void {
    this.#answer(response, this.now + this.#latency.response(this.now));
  }

  wakeAt(time: Micros): void {
    this.#wakeAt = Math.min(this.#wakeAt, time);
    this.#schedule();
  }

  laneOf(instrumentId: string): Lane | undefined {
    return this.#lanes[this.#instruments.indexOf(instrumentId)];
  }

  orderOpened(orderId: number, lane: Lane): void {
    this.#orders.set(orderId, lane);
  }

  orderEnded(orderId: number): void {
    this.#orders.delete(orderId);
  }

  groupFilled(group: string, size: Size, window: Micros): void {
    if (this.groups.count(group, size, this.now, window)) this.#reached.push(group);
  }

  #answer(message: VenueResponse, at: Micros): void {
    const last = this.#outbox[this.#outbox.length - 1];
    this.#outbox.push({ at: Math.max(at, last?.at ?? 0), message });
    this.responseAt = this.#outbox[0].at;
  }

  /** The venue is overloaded: it never sees the request, and the desk hears that `at`. */
  #refuse(request: VenueRequest, at: Micros): void {
    const reason = 'overloaded';
    switch (request.kind) {
      case 'batch':
        for (const each of request.requests) this.#refuse(each, at);
        return;
      case 'place':
        this.#answer({ kind: 'rejected', at, orderId: request.order.id, reason }, at);
        return;
      case 'group':
        return;
      default: {
        const { kind, orderId } = request;
        this.#answer({ kind: 'refused', at, orderId, request: kind === 'cancel' ? 'cancel' : 'amend', reason }, at);
      }
    }
  }

  #neverArrived(request: VenueRequest): void {
    if (request.kind === 'batch') for (const each of request.requests) this.#neverArrived(each);
    if (request.kind !== 'place') return;
    this.respondLater({ kind: 'rejected', at: this.now, orderId: request.order.id, reason: 'session_ended' });
  }

  #handle(request: VenueRequest): void {
    switch (request.kind) {
      case 'place': {
        const index = this.#instruments.indexOf(request.order.instrument);
        (this.#lanes[index] ?? this.#openLane(index)).place(request.order);
        return;
      }
      case 'batch':
        for (const each of request.requests) {
          this.#handle(each);
          this.#cancelGroups();
        }
        return;
      case 'group':
        this.groups.set(request.group, request.limit);
        return;
      default: {
        // An order that has ended meanwhile: its end is on its way to the desk already, and says all there is to say.
        const lane = this.#orders.get(request.orderId);
        if (request.kind === 'cancel') lane?.cancel(request.orderId);
        else if (request.kind === 'decrease') lane?.decrease(request.orderId, request.by);
        else lane?.amend(request.orderId, request.price, request.size);
      }
    }
  }

  /** The whole frame is in: market by market, what that means for our orders. */
  #endFrame(batch: EventBatch, from: number, to: number): void {
    let last = -1;
    for (let i = from; i < to; i++) {
      const index = batch.instrument[i];
      if (index >= 0 && index !== last && !this.#lanes[index].quiet) this.#lanes[index].onFrameEnd();
      last = index;
    }
  }

  #cancelGroups(): void {
    for (const group of this.#reached.splice(0)) for (const lane of this.#lanes) lane?.cancelGroup(group);
  }

  #wakeLanes(): void {
    this.#wakeAt = Number.POSITIVE_INFINITY;
    for (const lane of this.#lanes) if (lane?.waits) lane.wake();
    this.#schedule();
  }

  #openLane(index: number): Lane {
    const instrument = this.#instruments.all[index];
    const lane = new Lane(instrument, index, this.#rules(instrument), this);
    this.#lanes[index] = lane;
    return lane;
  }

  #schedule(): void {
    this.arrivalAt = Math.min(this.#inbox[0]?.at ?? Number.POSITIVE_INFINITY, this.#wakeAt);
  }
}

function kindOf(request: VenueRequest): RequestKind {
  switch (request.kind) {
    case 'batch':
      return kindOf(request.requests[0]);
    case 'decrease':
    case 'group':
      return 'amend';
    default:
      return request.kind;
  }
}
