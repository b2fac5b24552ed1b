import { Account } from '../market/account.ts';
import { type EventBatch, EventKind } from '../market/event.ts';
import type { InstrumentList } from '../market/instrument.ts';
import type { VenueRequest, VenueResponse } from '../market/order.ts';
import type { Micros, Money } from '../market/units.ts';
import type { FeeModel, LatencyModel, QueueModel, Venue } from '../market/venue.ts';
import { Lane, type LaneHost } from './lane.ts';

export interface SimulatedExchangeOptions {
  readonly instruments: InstrumentList;
  readonly cash: Money;
  readonly latency: LatencyModel;
  readonly queue: QueueModel;
  /** Fee model by `Instrument.venue`. */
  readonly fees: (venue: string) => FeeModel;
}

interface InTransit<T> {
  readonly at: Micros;
  readonly message: T;
}

/**
 * An exchange that matches our orders against recorded data. One lane per instrument holds its book and our orders; the
 * exchange itself holds what they share: the account, and the two wires to and from the desk.
 *
 * The fill rules stand at `Lane`; `docs/fill-rules.md` tells them in prose.
 */
export class SimulatedExchange implements Venue, LaneHost {
  arrivalAt: Micros = Number.POSITIVE_INFINITY;
  responseAt: Micros = Number.POSITIVE_INFINITY;
  now: Micros = 0;
  frame = 0;
  readonly account: Account;
  readonly queue: QueueModel;
  readonly #instruments: InstrumentList;
  readonly #latency: LatencyModel;
  readonly #fees: (venue: string) => FeeModel;
  readonly #lanes: Lane[] = [];
  /** Which lane an open order is in. */
  readonly #laneOf = new Map<number, Lane>();
  readonly #inbox: InTransit<VenueRequest>[] = [];
  readonly #outbox: InTransit<VenueResponse>[] = [];
  #closingAt: Micros = Number.POSITIVE_INFINITY;

  constructor(options: SimulatedExchangeOptions) {
    this.#instruments = options.instruments;
    this.#latency = options.latency;
    this.#fees = options.fees;
    this.account = new Account(options.cash);
    this.queue = options.queue;
  }

  send(request: VenueRequest, now: Micros): void {
    const at = now + this.#latency.entry(now);
    const last = this.#inbox[this.#inbox.length - 1];
    this.#inbox.push({ at: last ? Math.max(at, last.at) : at, message: request });
    this.#schedule();
  }

  onFrame(batch: EventBatch, from: number, to: number): void {
    this.now = batch.receivedAt[from];
    this.frame = batch.frame[from];
    for (let i = from; i < to; i++) {
      const index = batch.instrument[i];
      if (index < 0) continue;
      const lane = this.#lanes[index] ?? this.#openLane(index);
      if (lane.quiet && batch.kind[i] !== EventKind.lifecycle) lane.market.apply(batch, i);
      else lane.onEvent(batch, i);
    }
  }

  arrive(): void {
    const at = this.arrivalAt;
    this.now = Math.max(this.now, at);
    if (this.#closingAt <= at) this.#closeMarkets();
    else this.#handle((this.#inbox.shift() as InTransit<VenueRequest>).message);
    this.#schedule();
  }

  respond(): VenueResponse {
    const { message } = this.#outbox.shift() as InTransit<VenueResponse>;
    this.responseAt = this.#outbox[0]?.at ?? Number.POSITIVE_INFINITY;
    return message;
  }

  finish(now: Micros): void {
    this.now = now;
    for (const { message } of this.#inbox.splice(0)) {
      if (message.kind === 'place') {
        this.respondLater({ kind: 'rejected', at: now, orderId: message.order.id, reason: 'session_ended' });
      }
    }
    for (const lane of this.#lanes) lane?.finish();
    this.#closingAt = Number.POSITIVE_INFINITY;
    this.#schedule();
  }

  /** Cash that no open order has reserved. */
  get available(): Money {
    let reserved = 0n;
    for (const lane of this.#lanes) if (lane) reserved += lane.reserved;
    return this.account.cash - reserved;
  }

  respondLater(response: VenueResponse): void {
    const at = this.now + this.#latency.response(this.now);
    const last = this.#outbox[this.#outbox.length - 1];
    this.#outbox.push({ at: last ? Math.max(at, last.at) : at, message: response });
    this.responseAt = this.#outbox[0].at;
  }

  closeAt(time: Micros): void {
    this.#closingAt = Math.min(this.#closingAt, time);
    this.#schedule();
  }

  orderOpened(orderId: number, lane: Lane): void {
    this.#laneOf.set(orderId, lane);
  }

  orderEnded(orderId: number): void {
    this.#laneOf.delete(orderId);
  }

  #handle(request: VenueRequest): void {
    if (request.kind === 'place') {
      const index = this.#instruments.indexOf(request.order.instrument);
      const lane = this.#lanes[index] ?? this.#openLane(index);
      lane.place(request.order);
      return;
    }
    const lane = this.#laneOf.get(request.orderId);
    if (lane) {
      if (request.kind === 'cancel') lane.cancel(request.orderId, 'requested');
      else lane.amend(request.orderId, request.price, request.size);
    }
    // An order that has ended meanwhile: its end is on its way to the desk already, and says all there is to say.
  }

  #closeMarkets(): void {
    const at = this.#closingAt;
    this.#closingAt = Number.POSITIVE_INFINITY;
    for (const lane of this.#lanes) {
      if (!lane || lane.quiet) continue;
      if (lane.market.closesAt <= at) lane.cancelAll('market_closed');
      else this.#closingAt = Math.min(this.#closingAt, lane.market.closesAt);
    }
  }

  #openLane(index: number): Lane {
    const instrument = this.#instruments.all[index];
    const lane = new Lane(instrument, index, this.#fees(instrument.venue), this);
    this.#lanes[index] = lane;
    return lane;
  }

  #schedule(): void {
    this.arrivalAt = Math.min(this.#inbox[0]?.at ?? Number.POSITIVE_INFINITY, this.#closingAt);
  }
}
