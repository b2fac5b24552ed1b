import type { OrderRow } from '../market/journal.ts';
import type { Market } from '../market/market.ts';
import {
  isFinal,
  type Order,
  type OrderReason,
  type OrderRecord,
  type OrderRequest,
  type RiskRule,
  type Trigger,
  transition,
  type VenueRequest,
  type VenueResponse,
} from '../market/order.ts';
import type { Bracket, Strategy } from '../market/strategy.ts';
import type { Micros, Price, Size } from '../market/units.ts';
import type { Venue } from '../market/venue.ts';
import type { RiskGate } from '../risk/gate.ts';
import { HeldOrders } from './held-orders.ts';
import { inYes, newOrder } from './new-order.ts';
import { OrderLinks } from './order-links.ts';
import { PendingAmendments } from './pending-amendments.ts';

export type Answer = Exclude<VenueResponse, { kind: 'settled' }>;
export type Filled = Extract<VenueResponse, { kind: 'filled' }>;
type Amendment = Extract<VenueRequest, { kind: 'amend' }>;
type Change = Amendment | Extract<VenueRequest, { kind: 'decrease' }>;

/** What the orders need of their desk. */
export interface OrderHost {
  readonly now: Micros;
  readonly strategy: Strategy | undefined;
  /** Throws for an instrument that is not listed. */
  market(instrument: string): Market;
  /** A row of the journal. */
  log(order: Order, step: OrderRow['step'], venueAt?: Micros | null, queueAhead?: Size | null): void;
  /** Books what a fill moves; the order has been brought up to date. */
  book(order: Order, response: Filled): void;
  /** An answer has changed the order: tells who works with it. */
  changed(order: Order): void;
  cancelRefused(order: Order): void;
}

/** The desk's orders, from what a strategy asks for to their end: each has the state that the venue last told. */
export class DeskOrders {
  readonly #host: OrderHost;
  readonly #venue: Venue;
  readonly #risk: RiskGate;
  readonly #open = new Map<number, OrderRecord>();
  readonly #held = new HeldOrders();
  readonly #links = new OrderLinks();
  readonly #amendments = new PendingAmendments();
  /** What the risk gate has refused and the strategy has not been told of. */
  #untold: Order[] = [];
  #closed = false;
  /** Orders so far. */
  count = 0;

  constructor(host: OrderHost, venue: Venue, risk: RiskGate) {
    this.#host = host;
    this.#venue = venue;
    this.#risk = risk;
  }

  /** Not yet final, oldest first. */
  open(instrument?: string): readonly Order[] {
    const orders: Order[] = [];
    for (const order of this.#open.values()) {
      if (instrument === undefined || order.instrument === instrument) orders.push(order);
    }
    return orders;
  }

  placeAll(requests: readonly OrderRequest[]): readonly Order[] {
    const orders = requests.map((request) => this.#newOrder(request));
    this.#submit(orders);
    return orders;
  }

  placeOneOf(requests: readonly OrderRequest[]): readonly Order[] {
    const orders = requests.map((request) => this.#newOrder(request));
    this.#links.oneCancelsOther(orders);
    this.#submit(orders);
    return orders;
  }

  placeBracket(request: OrderRequest, requests: readonly OrderRequest[]): Bracket {
    const entry = this.#newOrder(request);
    const exits = requests.map((exit) => this.#newOrder({ ...exit, size: 0 }, true));
    this.#links.bracket(entry, exits);
    for (const exit of exits) this.#host.log(exit, 'held');
    this.#submit([entry]);
    return { entry, exits };
  }

  /** In one message. */
  cancel(orders: readonly Order[]): void {
    const requests: VenueRequest[] = [];
    for (const { id } of orders) {
      const order = this.#changeable(id);
      if (!order) continue;
      if (order.state === 'held') this.#end(order, 'cancelled', 'requested', null);
      else {
        this.#host.log(order, 'cancel_sent');
        requests.push({ kind: 'cancel', orderId: id });
      }
    }
    this.#send(requests);
  }

  amend({ id }: Order, change: { readonly price?: Price; readonly size?: Size }): void {
    const order = this.#changeable(id);
    if (!order) return;
    const { instrument } = this.#host.market(order.instrument);
    const price = change.price === undefined ? undefined : inYes(instrument, order.outcome, change.price);
    this.#change(order, { kind: 'amend', orderId: id, price, size: change.size });
  }

  decrease({ id }: Order, by: Size): void {
    const order = this.#changeable(id);
    if (order && by > 0) this.#change(order, { kind: 'decrease', orderId: id, by });
  }

  orderGroup(group: string, limit: Size): void {
    if (this.#closed) return;
    this.#risk.startGroup(group);
    this.#venue.send({ kind: 'group', group, limit }, this.#host.now);
  }

  /** Tells of refusals, with the frame after them: who places anew at once must not go round in circles. */
  tellRefused(): void {
    if (this.#untold.length === 0) return;
    const untold = this.#untold;
    this.#untold = [];
    for (const order of untold) this.#host.changed(order);
  }

  /** Sends what waited for prices that the market has reached by now. */
  releaseHeld(): void {
    if (this.#held.none) return;
    for (const order of this.#held.reached(this.#host.now)) {
      // First: an exit must not meet what is left of its own entry at the venue.
      const entry = this.#links.entry(order);
      if (entry) this.cancel([entry]);
      this.#dispatch([order]);
      if (!isFinal(order.state)) this.#host.changed(order);
    }
  }

  /** From here on nothing reaches the venue. */
  close(): void {
    this.#closed = true;
    for (const order of this.#open.values())
      if (order.state === 'held') this.#end(order, 'cancelled', 'session_ended', null);
  }

  /** Takes in one answer of the venue. */
  receive(response: Answer): void {
    const order = this.#open.get(response.orderId);
    if (!order) {
      // The order ended while its request was on the way to a venue that was overloaded.
      if (response.kind === 'refused') return;
      throw new Error(`the venue answered ${response.kind} for order ${response.orderId}, which is not open`);
    }
    const { at } = response;
    switch (response.kind) {
      case 'accepted':
        transition(order, 'open');
        this.#host.log(order, 'accepted', at, response.queueAhead);
        break;
      case 'filled':
        this.#fill(order, response);
        return;
      case 'amended':
        order.price = response.price;
        order.size = response.size;
        this.#amendments.answered(order);
        this.#host.log(order, 'amended', at, response.queueAhead);
        break;
      case 'refused':
        if (response.request === 'amend') this.#amendments.forget(order);
        this.#host.log({ ...order, reason: response.reason }, 'refused', at);
        if (response.request === 'cancel') this.#host.cancelRefused(order);
        break;
      case 'rejected':
      case 'cancelled':
        this.#end(order, response.kind, response.reason, at);
        return;
    }
    this.#host.changed(order);
  }

  /** The order as asked for, in YES terms; nothing is sent yet. */
  #newOrder(request: OrderRequest, isHeld = request.trigger !== undefined): OrderRecord {
    const { instrument } = this.#host.market(request.instrument);
    const order = newOrder(this.count + 1, request, instrument, this.#host.now, isHeld ? 'held' : 'pending');
    this.count++;
    this.#open.set(order.id, order);
    return order;
  }

  #changeable(id: number): OrderRecord | undefined {
    return this.#closed ? undefined : this.#open.get(id);
  }

  /** Sends new orders in one message. Those with a trigger wait for it at the desk. */
  #submit(orders: readonly OrderRecord[]): void {
    for (const order of orders) {
      if (this.#closed) this.#end(order, order.state === 'held' ? 'cancelled' : 'rejected', 'session_ended', null);
      else if (order.trigger) this.#hold(order, order.trigger);
    }
    if (!this.#closed) this.#dispatch(orders.filter(({ trigger }) => !trigger));
  }

  #hold(order: OrderRecord, trigger: Trigger): void {
    const rule = this.#risk.idle ? undefined : this.#risk.checkHeld(order);
    if (rule) {
      this.#refuse(order, rule);
      return;
    }
    this.#host.log(order, 'held');
    this.#held.hold(order, trigger, this.#host.market(order.instrument), this.#host.now);
  }

  #dispatch(asked: readonly OrderRecord[]): void {
    const orders = this.#risk.idle ? asked : this.#admitted(asked);
    for (const order of orders) {
      if (order.state === 'held') transition(order, 'pending');
      this.#host.log(order, 'placed');
    }
    this.#send(orders.map((order) => ({ kind: 'place', order: { ...order } })));
  }

  /** Those of one message that the risk gate lets through, each judged with those before it. */
  #admitted(asked: readonly OrderRecord[]): OrderRecord[] {
    const waiting = new Set(asked);
    return asked.filter((order) => {
      const rule = this.#risk.check(order, this.#besides(order, waiting));
      waiting.delete(order);
      if (rule) this.#refuse(order, rule);
      return !rule;
    });
  }

  /** Orders at the venue that may fill besides this one: not those of which only one is to. */
  #besides(order: OrderRecord, waiting: ReadonlySet<OrderRecord> = new Set()): OrderRecord[] {
    const others = this.#links.others(order);
    return [...this.#open.values()]
      .filter((one) => one !== order && one.state !== 'held' && !waiting.has(one) && !others.includes(one))
      .map((one) => this.#amendments.granted(one));
  }

  #refuse(order: OrderRecord, rule: RiskRule): void {
    this.#end(order, 'rejected', `risk_${rule}`, null, (ended) => this.#untold.push(ended));
  }

  #send(requests: readonly VenueRequest[]): void {
    if (requests.length === 1) this.#venue.send(requests[0], this.#host.now);
    else if (requests.length > 1) this.#venue.send({ kind: 'batch', requests }, this.#host.now);
  }

  /** An order that is held changes here and now; one at the venue, when the venue says so. */
  #change(order: OrderRecord, request: Change): void {
    if (order.state !== 'held') {
      if (request.kind === 'amend' && !this.#risk.idle && this.#isRefused(order, request)) return;
      this.#host.log(order, 'amend_sent');
      this.#venue.send(request, this.#host.now);
      return;
    }
    if (request.kind === 'decrease' && request.by >= order.size) {
      this.#end(order, 'cancelled', 'requested', null);
      return;
    }
    if (request.kind === 'decrease') order.size -= request.by;
    else {
      order.price = request.price ?? order.price;
      order.size = request.size ?? order.size;
    }
    this.#host.log(order, 'amended');
  }

  /** Asks the risk gate about an amendment, unless it takes away only. */
  #isRefused(order: OrderRecord, { price = order.price, size = order.size }: Amendment): boolean {
    if (size <= order.size && price === order.price) return false;
    const rule = this.#risk.check({ ...order, price, size }, this.#besides(order), order);
    if (!rule) {
      this.#amendments.ask(order, price, size);
      return false;
    }
    this.#host.log({ ...order, reason: `risk_${rule}` }, 'refused');
    this.#untold.push(order);
    return true;
  }

  #fill(order: OrderRecord, response: Filled): void {
    const { fill } = response;
    const size = Math.abs(fill.size);
    order.filled += size;
    transition(order, order.filled === order.size ? 'filled' : 'open');
    this.#host.book(order, response);
    this.#fillLinked(order, size);
    if (isFinal(order.state)) this.#forget(order);
    this.#host.strategy?.onFill?.(fill, order);
    this.#host.changed(order);
  }

  /**
   * Exits grow by what their entry fills, and end it when they fill themselves; what one of several fills is taken off the
   * others.
   */
  #fillLinked(order: OrderRecord, size: Size): void {
    for (const exit of this.#links.exits(order)) {
      if (isFinal(exit.state)) continue;
      const wanted = this.#links.resize(exit, size);
      if (wanted > size) this.#change(exit, { kind: 'amend', orderId: exit.id, size: wanted });
      else {
        exit.size = size;
        this.#submit([exit]);
      }
    }
    const entry = this.#links.entry(order);
    if (entry) this.cancel([entry]);
    for (const other of this.#links.others(order)) {
      if (isFinal(other.state)) continue;
      this.#links.resize(other, -size);
      if (other.state === 'held' && other.size <= size) this.#end(other, 'cancelled', 'other_filled', null);
      else this.decrease(other, size);
    }
  }

  #end(
    order: OrderRecord,
    state: 'rejected' | 'cancelled',
    reason: OrderReason,
    venueAt: Micros | null,
    tell = (ended: Order): void => this.#host.changed(ended),
  ): void {
    if (order.state === 'held') this.#held.letGo(order);
    transition(order, state, reason);
    this.#host.log(order, 'ended', venueAt);
    if (order.filled === 0) {
      for (const exit of this.#links.exits(order))
        if (!isFinal(exit.state)) this.#end(exit, 'cancelled', 'entry_ended', null, tell);
    }
    this.#forget(order);
    tell(order);
  }

  #forget(order: OrderRecord): void {
    this.#open.delete(order.id);
    this.#amendments.forget(order);
    this.#links.forget(order);
  }
}
