/**
 * The queue against what really happened: an order of a LOBSTER file that was executed is ours instead. It arrives just
 * before the real one joined, shrinks and ends when the real one did, and the prints that hit the real one no longer say
 * whom they hit. A model that knows the queue fills ours at the same times with the same sizes.
 */
import { describe, expect, it } from 'vitest';
import { LobsterDecoder } from '../../src/feeds/lobster/decode.ts';
import { EventBatch, EventFlag, EventKind, Side, UNSEEN_ORDER } from '../../src/market/event.ts';
import { Direction, decodeUtf8, FrameView, frameBatchOf } from '../../src/market/frame.ts';
import { type Instrument, InstrumentList } from '../../src/market/instrument.ts';
import { Market } from '../../src/market/market.ts';
import type { OrderSide } from '../../src/market/order.ts';
import type { Micros, Price, Size } from '../../src/market/units.ts';
import type { QueueModel } from '../../src/market/venue.ts';
import { importLobster } from '../../src/recorder/imports/lobster.ts';
import { SimulatedExchange } from '../../src/sim/exchange.ts';
import { fifo } from '../../src/sim/models/fifo.ts';
import { constantLatency } from '../../src/sim/models/latency.ts';
import { printsOnly } from '../../src/sim/models/queue.ts';
import { otherVenue } from '../../src/sim/venues/index.ts';
import { hasSharedData, sharedData } from '../shared-data.ts';
import { venueOrder } from '../support/orders.ts';

const folder = `${sharedData}lobster-2012-06-21/`;
const files = {
  AAPL_50: 'AAPL_2012-06-21_34200000_37800000_message_50.csv.gz',
  MSFT_50: 'MSFT_2012-06-21_34200000_37800000_message_50.parquet',
  AMZN_5: 'LOBSTER_SampleFile_AMZN_2012-06-21_5.zip',
  AAPL_1: 'LOBSTER_SampleFile_AAPL_2012-06-21_1.zip',
} as const;

/** One frame of the recording: a message's time, events, and what it does to which order. */
interface Step {
  readonly type: number;
  readonly order: string;
  readonly size: Size;
  readonly price: Price;
  readonly side: OrderSide;
  readonly at: Micros;
  readonly events: EventBatch;
}

const Type = { submitted: 1, reduced: 2, deleted: 3, executed: 4 } as const;

async function* stepsOf(file: string, decoder: LobsterDecoder): AsyncGenerator<Step> {
  const view = new FrameView();
  const events = new EventBatch();
  let sequence = 0;
  for await (const frame of (await importLobster([folder + file], {})).frames()) {
    events.reset();
    decoder.decode(view.at(frameBatchOf([frame], ++sequence), 0), events);
    const [, type, order, size, price, direction] =
      frame.direction === Direction.in ? decodeUtf8(frame.payload, 0, frame.payload.length).split(/[,\n]/) : [];
    yield {
      type: Number(type),
      order,
      size: Number(size),
      price: Number(price),
      side: Number(direction) as OrderSide,
      at: Number(frame.receivedAt / 1000n),
      events,
    };
  }
}

/** Ids of the orders that were seen to join and were executed, if only partly. */
async function executedOrders(file: string): Promise<Set<string>> {
  const joined = new Set<string>();
  const executed = new Set<string>();
  for await (const { type, order } of stepsOf(file, new LobsterDecoder([]))) {
    if (type === Type.submitted) joined.add(order);
    else if (type === Type.executed && joined.has(order)) executed.add(order);
  }
  return executed;
}

/** Ours in place of a real order, on an exchange of its own. */
class Stand {
  /** Executions of the real order. */
  readonly real: string[] = [];
  readonly level: string;
  readonly number: number;
  /** The exchange did not keep to the queue: a younger order was executed before the real one, or it before an older. */
  outOfTurn = false;
  /** What stood at its level could not be seen for a time. */
  outOfView = false;
  readonly #fills: string[] = [];
  readonly #exchange: SimulatedExchange;
  readonly #side: OrderSide;
  readonly #price: Price;
  left: Size;

  constructor(instrument: Instrument, queue: QueueModel, market: Market, step: Step) {
    const { side, price, size, at, events } = step;
    this.level = levelOf(step);
    this.number = events.orderOf(0);
    const instruments = new InstrumentList();
    instruments.add(instrument);
    this.#exchange = new SimulatedExchange({
      instruments,
      cash: 10n ** 30n,
      latency: constantLatency(0, 0),
      queue,
      fillRule: 'prints',
      rules: () => otherVenue,
    });
    this.left = size;
    this.#side = side;
    this.#price = price;
    const book = snapshotOf(market, at);
    this.#exchange.onFrame(book, 0, book.count);
    this.#send({ kind: 'place', order: venueOrder(instrument, { id: 1, side, price, size }) }, at);
  }

  get fills(): readonly string[] {
    return this.#fills;
  }

  take(step: Step): void {
    const { events, at } = step;
    for (let i = 0; i < events.count; i++) {
      if (events.kind[i] !== EventKind.bookLevel || events.orderOf(i) !== 0) continue;
      if (events.side[i] === this.#side && events.price[i] === this.#price) this.outOfView = true;
    }
    this.#exchange.onFrame(events, 0, events.count);
    this.#listen(at);
  }

  reduce(by: Size, at: Micros): void {
    this.left -= by;
    this.#send(this.left > 0 ? { kind: 'decrease', orderId: 1, by } : { kind: 'cancel', orderId: 1 }, at);
  }

  #send(request: Parameters<SimulatedExchange['send']>[0], at: Micros): void {
    this.#exchange.send(request, at);
    while (this.#exchange.arrivalAt <= at) this.#exchange.arrive();
    this.#listen(at);
  }

  #listen(at: Micros): void {
    while (this.#exchange.responseAt <= at) {
      const response = this.#exchange.respond();
      if (response.kind === 'filled') this.#fills.push(fillText(at, Math.abs(response.fill.size)));
    }
  }
}

const levelOf = ({ side, price }: Step) => `${side} ${price}`;
const fillText = (at: Micros, size: Size) => `${at} ${size}`;

/** The book as it stands, with the order that joined last. */
function snapshotOf({ book, lastOrder }: Market, at: Micros): EventBatch {
  const batch = new EventBatch(64);
  const { snapshot } = EventFlag;
  batch.push(0, at, at, 0, EventKind.bookClear, Side.none, 0, 0, 0, snapshot);
  for (const side of [Side.buy, Side.sell] as const) {
    for (
      let price = side > 0 ? book.bidPrice : book.askPrice;
      Number.isFinite(price);
      price = book.worse(side, price)
    ) {
      const row = batch.push(0, at, at, 0, EventKind.bookLevel, side, price, book.sizeAt(side, price), 0, snapshot);
      batch.tellOrder(row, lastOrder);
    }
  }
  return batch;
}

/** The same events; a print on an order that one of ours stands for does not say so. */
function withoutPrintOn(step: Step): Step {
  const { events } = step;
  const copy = new EventBatch(events.count + 1);
  for (let i = 0; i < events.count; i++) {
    copy.push(
      events.frame[i],
      events.receivedAt[i],
      events.exchangeAt[i],
      events.instrument[i],
      events.kind[i] as EventKind,
      events.side[i] as Side,
      events.price[i],
      events.size[i],
      events.code[i],
      events.flags[i],
    );
    copy.tellOrder(i, events.kind[i] === EventKind.trade ? 0 : events.orderOf(i));
  }
  return { ...step, events: copy };
}

/** Orders that stand at each level, as far as they are known, by their numbers. */
class Levels {
  readonly #levels = new Map<string, Map<string, { readonly number: number; left: Size }>>();

  join(step: Step): void {
    const level = this.#levels.get(levelOf(step)) ?? new Map();
    level.set(step.order, { number: step.events.orderOf(0), left: step.size });
    this.#levels.set(levelOf(step), level);
  }

  leave(step: Step): void {
    const level = this.#levels.get(levelOf(step));
    const order = level?.get(step.order);
    if (!level || !order) return;
    order.left -= step.size;
    if (order.left <= 0) level.delete(step.order);
  }

  hasOlder(step: Step): boolean {
    const number = step.events.orderOf(0);
    return [...(this.#levels.get(levelOf(step))?.values() ?? [])].some((order) => order.number < number);
  }
}

interface Count {
  orders: number;
  exact: number;
  outOfTurn: number;
  outOfView: number;
  other: number;
  executions: number;
  exactExecutions: number;
}

async function resubmit(file: string, queue: QueueModel): Promise<Count> {
  const executed = await executedOrders(file);
  const decoder = new LobsterDecoder([]);
  const stands = new Map<string, Stand>();
  const levels = new Levels();
  const count = { orders: 0, exact: 0, outOfTurn: 0, outOfView: 0, other: 0, executions: 0, exactExecutions: 0 };
  let market: Market | undefined;
  const end = (id: string, { real, fills, outOfTurn, outOfView }: Stand) => {
    stands.delete(id);
    const same = real.filter((fill) => fills.includes(fill)).length;
    count.orders++;
    count.executions += real.length;
    count.exactExecutions += same;
    if (same === real.length && same === fills.length) count.exact++;
    else if (outOfView) count.outOfView++;
    else if (outOfTurn) count.outOfTurn++;
    else count.other++;
  };
  for await (const step of stepsOf(file, decoder)) {
    const { type, order, size, at, events } = step;
    const isNew = type === Type.submitted && events.orderOf(0) !== UNSEEN_ORDER;
    if (market && isNew && executed.has(order)) {
      stands.set(order, new Stand(decoder.instruments[0], queue, market, step));
    }
    for (const [id, stand] of stands) stand.take(id === order && type === Type.executed ? withoutPrintOn(step) : step);
    const stand = stands.get(order);
    if (type === Type.executed) {
      const number = events.orderOf(0);
      for (const other of stands.values())
        if (other.level === levelOf(step) && other.number < number) other.outOfTurn = true;
      if (stand && levels.hasOlder(step)) stand.outOfTurn = true;
      stand?.real.push(fillText(at, size));
      if (stand) stand.left -= size;
    } else if (type === Type.reduced || type === Type.deleted) stand?.reduce(size, at);
    if (type === Type.submitted) levels.join(step);
    else if (type <= Type.executed) levels.leave(step);
    if (stand?.left === 0) end(order, stand);
    for (let i = 0; i < events.count; i++) {
      market ??= new Market(decoder.instruments[0], 0);
      market.apply(events, i);
    }
  }
  for (const [id, stand] of stands) end(id, stand);
  return count;
}

describe.skipIf(!hasSharedData)('real orders of LOBSTER resubmitted as ours (needs ../shared/data)', () => {
  // What is not exact is explained: the exchange itself executed a younger order first, or the file did not show the
  // level for a time. The one other order stood behind one from before the recording that was executed after it.
  it.each([
    ['AAPL_50', { orders: 2999, exact: 2990, outOfTurn: 9, outOfView: 0, other: 0, executions: 3936 }, 3927],
    ['MSFT_50', { orders: 5288, exact: 4840, outOfTurn: 448, outOfView: 0, other: 0, executions: 6309 }, 5836],
    ['AMZN_5', { orders: 6227, exact: 6130, outOfTurn: 10, outOfView: 86, other: 1, executions: 7895 }, 7793],
    ['AAPL_1', { orders: 11816, exact: 11116, outOfTurn: 29, outOfView: 671, other: 0, executions: 15095 }, 14433],
  ] as const)(
    '%s: fifo fills them when they were, and with the same sizes',
    async (name, expected, exactExecutions) => {
      const count = await resubmit(files[name], fifo);
      console.log(name, fifo.name, JSON.stringify(count));
      expect(count).toEqual({ ...expected, exactExecutions });
    },
  );

  it('MSFT_50: a model that does not know the queue fills far fewer of them right', async () => {
    const count = await resubmit(files.MSFT_50, printsOnly);
    console.log('MSFT_50', printsOnly.name, JSON.stringify(count));
    expect(count.exact).toBeLessThan(4840 / 2);
  });
});
