/**
 * Random books, prints, orders and lives of two markets that share one account. What must hold whatever happens is
 * checked after every single thing that the exchange does, against books and sums kept here, in the plainest way.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventFlag, EventKind, LifecycleCode, type Side } from '../../src/market/event.ts';
import { collateral, type Instrument, InstrumentList, notional } from '../../src/market/instrument.ts';
import { isFinal, type Order, type OrderRecord, transition, type VenueResponse } from '../../src/market/order.ts';
import { type Micros, type Money, ONE_DOLLAR, parseTime } from '../../src/market/units.ts';
import type { FeeModel } from '../../src/market/venue.ts';
import { SimulatedExchange } from '../../src/sim/exchange.ts';
import { noFees } from '../../src/sim/models/fees.ts';
import { kalshiFees } from '../../src/sim/models/kalshi-fees.ts';
import { constantLatency } from '../../src/sim/models/latency.ts';
import { printsOnly } from '../../src/sim/models/queue.ts';
import { otherVenue } from '../../src/sim/venues/index.ts';
import { frameOf, gap, level, lifecycle, print, type Row, snapshot, volume } from '../support/events.ts';
import { contract } from '../support/instruments.ts';
import { venueOrder } from '../support/orders.ts';

// --- what may happen ---------------------------------------------------------------------------------------------

/** Few prices, so that orders, levels and prints meet often. */
const price = fc.oneof(
  { arbitrary: fc.integer({ min: 48, max: 53 }).map((cents) => cents * 100), weight: 9 },
  { arbitrary: fc.constantFrom(100, 1000, 9000, 9900), weight: 1 },
);
const size = fc.oneof(
  fc.integer({ min: 1, max: 50 }).map((units) => units * 100),
  fc.integer({ min: 1, max: 3000 }),
);
const side = fc.constantFrom<1 | -1>(1, -1);
const instrument = fc.constantFrom(0, 1);

const levels = fc.uniqueArray(fc.tuple(price, size), { maxLength: 6, selector: ([at]) => at });
const bookRow = fc
  .record({ instrument, side, price, size: fc.oneof(fc.constant(0), size) })
  .map((one) => level(one.side, one.price, one.size, one.instrument));
const tradeRow = fc
  .record({
    instrument,
    side: fc.constantFrom<Side>(1, 0, -1),
    price,
    size,
    flags: fc.constantFrom(0, 0, 0, EventFlag.inferred, EventFlag.offBook),
  })
  .map(({ side: aggressor, price: at, size: traded, ...rest }) => print(aggressor, at, traded, rest));

type Step =
  | { readonly do: 'frame'; readonly rows: readonly Row[] }
  | {
      readonly do: 'place';
      readonly order: Pick<Order, 'side' | 'price' | 'size' | 'timeInForce' | 'postOnly'> & { at: number };
    }
  | { readonly do: 'cancel'; readonly pick: number }
  | { readonly do: 'amend'; readonly pick: number; readonly price: number; readonly size: number };

const frame = (rows: fc.Arbitrary<readonly Row[]>): fc.Arbitrary<Step> =>
  rows.map((list) => ({ do: 'frame', rows: list }));

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: frame(fc.array(bookRow, { minLength: 1, maxLength: 4 })) },
  { weight: 12, arbitrary: frame(tradeRow.map((row) => [row])) },
  { weight: 2, arbitrary: frame(fc.array(fc.oneof(tradeRow, bookRow), { minLength: 2, maxLength: 4 })) },
  {
    weight: 3,
    arbitrary: frame(fc.tuple(levels, levels, instrument).map(([bids, asks, at]) => snapshot(bids, asks, at))),
  },
  { weight: 2, arbitrary: frame(fc.tuple(size, instrument).map(([traded, at]) => [volume(traded, at)])) },
  { weight: 1, arbitrary: frame(instrument.map((at) => [gap(EventFlag.book, { instrument: at })])) },
  {
    weight: 1,
    arbitrary: frame(
      fc
        .tuple(fc.constantFrom(LifecycleCode.paused, LifecycleCode.resumed, LifecycleCode.resumed), instrument)
        .map(([code, at]) => [lifecycle(code, { instrument: at })]),
    ),
  },
  {
    weight: 16,
    arbitrary: fc
      .record({
        at: instrument,
        side,
        price: fc.oneof({ arbitrary: price, weight: 9 }, { arbitrary: fc.constant(Number.NaN), weight: 1 }),
        size,
        timeInForce: fc.constantFrom('gtc', 'gtc', 'gtc', 'ioc', 'fok'),
        postOnly: fc.constantFrom(false, false, false, true),
      })
      .map((order): Step => {
        const timeInForce = Number.isNaN(order.price) && order.timeInForce === 'gtc' ? 'ioc' : order.timeInForce;
        return { do: 'place', order: { ...order, timeInForce } as Extract<Step, { do: 'place' }>['order'] };
      }),
  },
  { weight: 2, arbitrary: fc.nat(50).map((pick): Step => ({ do: 'cancel', pick })) },
  {
    weight: 3,
    arbitrary: fc.record({ pick: fc.nat(50), price, size }).map((rest): Step => ({ do: 'amend', ...rest })),
  },
);

/** How each market may end: with or without notice of it, paying anything. */
const ending = fc.record({
  at: instrument,
  closesAfter: fc.option(fc.integer({ min: 1, max: 80 })),
  payout: fc.constantFrom(0, 3060, 10_000),
  determined: fc.boolean(),
  settled: fc.boolean(),
});

const feeModels: [string, FeeModel, Micros][] = [
  ['without fees', noFees, parseTime('2026-09-18T00:00:00Z')],
  ['fees in whole cents an order', kalshiFees(), parseTime('2026-01-15T00:00:00Z')],
  ['fees of $0.0001, balances in cents', kalshiFees(), parseTime('2026-04-01T00:00:00Z')],
  ['fees of $0.000001, direct', kalshiFees(), parseTime('2026-09-18T00:00:00Z')],
  ['fees of $0.000001, intermediary', kalshiFees({ account: 'intermediary' }), parseTime('2026-09-18T00:00:00Z')],
];

// --- the oracle --------------------------------------------------------------------------------------------------

interface KnownOrder {
  readonly record: OrderRecord;
  readonly instrument: number;
  /** Since it joined its level: the queue then, prints at its price since, and whether one went beyond it. */
  queue: number;
  printed: number;
  through: boolean;
  /** Filled as maker since it joined. */
  made: number;
}

class MarketOracle {
  complete = false;
  paused = false;
  ended = false;
  closesAt = Number.POSITIVE_INFINITY;
  /** "side price" -> displayed size, and what we took of it since it changed. */
  readonly displayed = new Map<string, number>();
  readonly taken = new Map<string, number>();
  /** What the level displayed when we took of it. */
  readonly takenOf = new Map<string, number>();
  position = 0;
  paid: Money = 0n;

  isOpen(now: Micros): boolean {
    return this.complete && !this.paused && !this.ended && now < this.closesAt;
  }

  take(row: Row): void {
    const key = `${row.side} ${row.price}`;
    if (row.kind === EventKind.bookClear) {
      this.displayed.clear();
      this.complete = true;
    } else if (row.kind === EventKind.bookLevel) {
      if (this.takenOf.get(key) !== row.size) this.taken.delete(key);
      this.displayed.set(key, row.size);
    } else if (row.kind === EventKind.gap) this.complete = false;
    else if (row.kind === EventKind.lifecycle) this.#live(row);
  }

  /** A snapshot may have left out a level: then what we took of it is gone with it. */
  endFrame(): void {
    for (const [key, size] of this.takenOf) if (size !== (this.displayed.get(key) ?? 0)) this.taken.delete(key);
  }

  #live({ code, size: value }: Row): void {
    if (code === LifecycleCode.paused) this.paused = true;
    else if (code === LifecycleCode.resumed) this.paused = false;
    else if (code === LifecycleCode.closeMoved) this.closesAt = value;
    else if (code === LifecycleCode.determined || code === LifecycleCode.settled) this.ended = true;
  }
}

class Run {
  readonly exchange: SimulatedExchange;
  readonly #instruments: readonly Instrument[] = [
    contract({ symbol: 'KXRAIN-A', id: 'kalshi:KXRAIN-A' }),
    contract({ symbol: 'KXFED-B', id: 'kalshi:KXFED-B', feeSeries: 'KXFED' }),
  ];
  readonly #markets = [new MarketOracle(), new MarketOracle()];
  readonly #orders: KnownOrder[] = [];
  readonly #start: Money;
  #fees: Money = 0n;
  #now: Micros;
  #frames = 0;

  constructor(cash: Money, fees: FeeModel, start: Micros, entry: Micros) {
    const instruments = new InstrumentList();
    for (const one of this.#instruments) instruments.add(one);
    this.#start = cash;
    this.#now = start;
    this.exchange = new SimulatedExchange({
      instruments,
      cash,
      fillRule: 'prints',
      rules: () => ({ ...otherVenue, resumeCancels: true, fees }),
      queue: printsOnly,
      latency: constantLatency(entry, 0),
    });
  }

  /** Each step a millisecond after the one before. */
  do(one: Step): void {
    this.#now += 1000;
    while (this.exchange.arrivalAt < this.#now) this.#arrive();
    if (one.do === 'frame') this.frame(one.rows);
    else this.#send(one);
    while (this.exchange.arrivalAt <= this.#now) this.#arrive();
  }

  frame(rows: readonly Row[]): void {
    const wasOpen = this.#markets.map((market) => market.isOpen(this.#now));
    for (const row of rows) {
      this.#markets[row.instrument].take(row);
      if (row.kind === EventKind.trade) this.#seePrint(row);
    }
    for (const market of this.#markets) market.endFrame();
    this.exchange.onFrame(frameOf(this.#now, rows, ++this.#frames), 0, rows.length);
    const fills = this.#responses();
    for (const { order, made } of fills) {
      expect(made, 'only prints fill during a frame').toBe(true);
      expect(wasOpen[order.instrument], 'nothing fills in a market that is not open and complete').toBe(true);
    }
    for (const at of [0, 1]) {
      const filled = fills.reduce((sum, fill) => sum + (fill.order.instrument === at ? fill.size : 0), 0);
      const prints = rows.filter((row) => row.kind === EventKind.trade && row.instrument === at && countsAsPrint(row));
      expect(filled, 'our orders share the print').toBeLessThanOrEqual(prints.reduce((sum, row) => sum + row.size, 0));
    }
    this.#check();
  }

  finish(): void {
    this.exchange.finish(this.#now);
    expect(this.#responses()).toEqual([]);
    for (const { record } of this.#orders) expect(isFinal(record.state)).toBe(true);
    expect(this.exchange.available).toBe(this.exchange.account.cash);
    this.#check();
  }

  closeAt(instrumentNumber: number, steps: number): void {
    this.frame([lifecycle(LifecycleCode.closeMoved, { instrument: instrumentNumber, size: this.#now + steps * 1000 })]);
  }

  #send(one: Exclude<Step, { do: 'frame' }>): void {
    if (one.do === 'place') {
      const { at, ...terms } = one.order;
      const order = venueOrder(this.#instruments[at], { id: this.#orders.length + 1, ...terms });
      this.#orders.push({ record: { ...order }, instrument: at, queue: 0, printed: 0, through: false, made: 0 });
      this.exchange.send({ kind: 'place', order }, this.#now);
      return;
    }
    if (this.#orders.length === 0) return;
    const { record } = this.#orders[one.pick % this.#orders.length];
    if (one.do === 'cancel') this.exchange.send({ kind: 'cancel', orderId: record.id }, this.#now);
    else this.exchange.send({ kind: 'amend', orderId: record.id, price: one.price, size: one.size }, this.#now);
  }

  #arrive(): void {
    const closing = this.#markets.map((market) => market.closesAt <= this.exchange.arrivalAt);
    this.exchange.arrive();
    for (const { order, made } of this.#responses()) {
      expect(made, 'an arriving order takes').toBe(false);
      expect(closing[order.instrument], 'nothing is taken after the close').toBe(false);
    }
    this.#check();
  }

  /** Takes in all answers; returns the fills among them. */
  #responses(): { order: KnownOrder; size: number; made: boolean }[] {
    const fills = [];
    while (this.exchange.responseAt < Number.POSITIVE_INFINITY) {
      const response = this.exchange.respond();
      if (response.kind === 'settled') this.#settle(response);
      else {
        const fill = this.#answer(this.#orders[response.orderId - 1], response);
        if (fill) fills.push(fill);
      }
    }
    return fills;
  }

  #answer(order: KnownOrder, response: Exclude<VenueResponse, { kind: 'settled' }>) {
    const { record } = order;
    switch (response.kind) {
      case 'accepted':
        transition(record, 'open');
        this.#joins(order, response.queueAhead);
        return;
      case 'rejected':
      case 'cancelled':
        transition(record, response.kind, response.reason);
        return;
      case 'amended':
        if (record.price !== response.price || response.size > record.size) this.#joins(order, response.queueAhead);
        record.price = response.price;
        record.size = response.size;
        return;
      case 'filled':
        return this.#fill(order, response.fill);
      default:
        expect(isFinal(record.state)).toBe(false);
        return;
    }
  }

  #joins(order: KnownOrder, queue: number): void {
    Object.assign(order, { queue, printed: 0, through: false, made: 0 });
  }

  #fill(order: KnownOrder, fill: Extract<VenueResponse, { kind: 'filled' }>['fill']) {
    const { record } = order;
    const market = this.#markets[order.instrument];
    const filled = Math.abs(fill.size);
    const made = fill.liquidity === 'maker';
    expect(Math.sign(fill.size)).toBe(record.side);
    record.filled += filled;
    expect(record.filled, 'no order fills beyond its size').toBeLessThanOrEqual(record.size);
    transition(record, record.filled === record.size ? 'filled' : 'open');
    if (made) {
      expect(fill.price).toBe(record.price);
      order.made += filled;
      const allowed = order.through ? Number.POSITIVE_INFINITY : Math.max(0, order.printed - order.queue);
      expect(order.made, 'the queue ahead is filled first').toBeLessThanOrEqual(allowed);
    } else {
      if (!Number.isNaN(record.price)) expect((record.price - fill.price) * record.side).toBeGreaterThanOrEqual(0);
      const key = `${-record.side} ${fill.price}`;
      const taken = (market.taken.get(key) ?? 0) + filled;
      market.taken.set(key, taken);
      market.takenOf.set(key, market.displayed.get(key) ?? 0);
      expect(taken, 'of a level no more than it displays, until it changes').toBeLessThanOrEqual(
        market.displayed.get(key) ?? 0,
      );
    }
    market.position += fill.size;
    market.paid += notional(this.#instruments[order.instrument], fill.price, fill.size);
    this.#fees += fill.fee;
    return { order, size: filled, made };
  }

  #settle(response: Extract<VenueResponse, { kind: 'settled' }>): void {
    const at = this.#instruments.findIndex(({ id }) => id === response.instrument);
    const market = this.#markets[at];
    market.paid -= notional(this.#instruments[at], response.payout, market.position);
    market.position = 0;
    this.#fees += response.fee;
  }

  #seePrint(row: Row): void {
    if (!countsAsPrint(row)) return;
    for (const order of this.#orders) {
      const { side: own, price: limit } = order.record;
      if (order.instrument !== row.instrument || row.side === own || order.record.state !== 'open') continue;
      if (limit === row.price) order.printed += row.size;
      else if ((limit - row.price) * own > 0) order.through = true;
    }
  }

  #check(): void {
    const { account, available } = this.exchange;
    const { cash, positionValue, start, realised, unrealised, fees } = account;
    expect(cash + positionValue, 'the ledger').toBe(start + realised + unrealised - fees);
    let expected = this.#start - this.#fees;
    this.#markets.forEach((market, i) => {
      expect(account.sizeOf(this.#instruments[i].id), 'position = sum of fills').toBe(market.position);
      expected -= market.paid + collateral(this.#instruments[i], market.position, 0n);
    });
    expect(cash, 'cash = start less what the fills cost').toBe(expected);
    expect(available, 'open orders never reserve more than there is').toBeGreaterThanOrEqual(0n);
  }
}

function countsAsPrint(row: Row): boolean {
  return (row.flags & EventFlag.offBook) === 0;
}

describe.each(feeModels)('the simulated exchange, %s', (_name, fees, start) => {
  it('keeps its books, queues, prints and money straight through anything', () => {
    const cash = fc.constantFrom(10n, 50n, 100_000n).map((dollars) => dollars * ONE_DOLLAR);
    fc.assert(
      fc.property(
        cash,
        fc.constantFrom(0, 500, 2500),
        fc.array(step, { minLength: 20, maxLength: 90 }),
        fc.array(ending, { maxLength: 2 }),
        (dollars, entry, steps, endings) => {
          const run = new Run(dollars, fees, start, entry);
          run.frame(
            snapshot(
              [
                [5000, 1000],
                [4900, 2000],
              ],
              [
                [5200, 1000],
                [5300, 2000],
              ],
              0,
            ),
          );
          run.frame(
            snapshot(
              [
                [5000, 1000],
                [4900, 2000],
              ],
              [
                [5200, 1000],
                [5300, 2000],
              ],
              1,
            ),
          );
          for (const { at, closesAfter } of endings) if (closesAfter !== null) run.closeAt(at, closesAfter);
          for (const one of steps) run.do(one);
          for (const { at, payout, determined, settled } of endings) {
            if (determined) run.frame([lifecycle(LifecycleCode.determined, { instrument: at, price: payout })]);
            if (settled) run.frame([lifecycle(LifecycleCode.settled, { instrument: at })]);
          }
          run.finish();
        },
      ),
      { numRuns: 300 },
    );
  });
});
