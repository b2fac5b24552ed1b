import { describe, expect, it } from 'vitest';
import { LifecycleCode } from '../../src/market/event.ts';
import type { Order, OrderRequest } from '../../src/market/order.ts';
import type { Desk } from '../../src/market/strategy.ts';
import { formatMoney } from '../../src/market/units.ts';
import { constantLatency } from '../../src/sim/models/latency.ts';
import { TestEngine, type TestEngineOptions } from '../support/engine.ts';
import { EventScript, level, lifecycle, listed, print, snapshot } from '../support/events.ts';
import { contract } from '../support/instruments.ts';

const SECOND = 1_000_000;
const { id } = contract();

/** Bid 0.50 x 100, ask 0.52 x 100 at second 1; then frames of no consequence at seconds 2 to 5. */
function quietMarket(): EventScript {
  const script = new EventScript().frame(SECOND, listed(), ...snapshot([[5000, 10_000]], [[5200, 10_000]]));
  for (let second = 2; second <= 5; second++) script.frame(second * SECOND, level(1, 3000, second));
  return script;
}

/** Calls `act` when the first book is there. */
function acting(act: (desk: Desk) => void, script = quietMarket(), options: TestEngineOptions = {}): TestEngine {
  let done = false;
  const run = new TestEngine(
    (desk) => ({
      onBook() {
        if (!done) act(desk);
        done = true;
      },
    }),
    options,
  );
  return run.play(script.batch);
}

const steps = (run: TestEngine) => run.journal.rows('orders').map(({ step, state, reason }) => [step, state, reason]);

describe('orders in NO terms', () => {
  const requests: [string, OrderRequest, object][] = [
    [
      'buying NO at 0.48 is selling YES at 0.52',
      { instrument: id, side: 'buy', outcome: 'no', price: 4800, size: 100 },
      { side: -1, outcome: 'no', price: 5200 },
    ],
    [
      'selling NO at 0.49 is buying YES at 0.51',
      { instrument: id, side: 'sell', outcome: 'no', price: 4900, size: 100 },
      { side: 1, outcome: 'no', price: 5100 },
    ],
    [
      'buying YES is buying YES',
      { instrument: id, side: 'buy', outcome: 'yes', price: 5100, size: 100 },
      { side: 1, outcome: 'yes', price: 5100 },
    ],
    [
      'yes is meant when nothing is said',
      { instrument: id, side: 'sell', price: 5100, size: 100 },
      { side: -1, outcome: 'yes', price: 5100 },
    ],
  ];

  it.each(requests)('%s', (_name, request, expected) => {
    let order: unknown;
    acting((desk) => {
      order = desk.place(request);
    });
    expect(order).toMatchObject(expected);
  });

  it('journal and position speak YES, and keep what was asked for', () => {
    const run = acting((desk) => desk.place({ instrument: id, side: 'buy', outcome: 'no', price: 5000, size: 300 }));
    expect(run.journal.rows('orders')[0]).toMatchObject({ side: 'sell', outcome: 'no', price: '0.5000', size: '3.00' });
    expect(run.journal.rows('fills')).toMatchObject([
      { side: 'sell', outcome: 'no', price: '0.5000', size: '3.00', position: '-3.00', liquidity: 'taker' },
    ]);
    expect(run.engine.desk.position(id)).toBe(-300);
    expect(formatMoney(run.engine.desk.cash)).toBe('998.50');
  });

  it('a market order to buy NO sells YES at the bid', () => {
    const run = acting((desk) => desk.place({ instrument: id, side: 'buy', outcome: 'no', size: 300 }));
    expect(run.journal.rows('fills')).toMatchObject([{ side: 'sell', price: '0.5000', size: '3.00' }]);
    expect(run.journal.rows('orders')[0]).toMatchObject({ price: '', timeInForce: 'ioc' });
  });

  it('NO held settles as NO', () => {
    const script = quietMarket()
      .frame(6 * SECOND, lifecycle(LifecycleCode.determined, { price: 0 }))
      .frame(7 * SECOND, lifecycle(LifecycleCode.settled));
    const run = acting(
      (desk) => desk.place({ instrument: id, side: 'buy', outcome: 'no', price: 5000, size: 300 }),
      script,
    );
    expect(run.journal.rows('fills').at(-1)).toMatchObject({
      kind: 'settlement',
      orderId: 0,
      outcome: 'no',
      side: 'buy',
      size: '3.00',
      price: '0.0000',
      position: '0.00',
      fee: '0.00',
      grade: '',
    });
    expect(formatMoney(run.engine.desk.cash)).toBe('1001.50');
  });
});

describe('what the desk knows', () => {
  it('an order is pending until its answer is back, and the market may have moved on by then', () => {
    const states: string[] = [];
    let placed = false;
    const run = new TestEngine(
      (desk) => ({
        onBook() {
          if (!placed) desk.place({ instrument: id, side: 'buy', price: 5000, size: 100 });
          placed = true;
          states.push(`${desk.now / SECOND} ${desk.openOrders().map(({ state }) => state)}`);
        },
      }),
      { latency: constantLatency(SECOND, SECOND) },
    );
    run.play(quietMarket().batch);
    expect(states).toEqual(['1 pending', '2 pending', '3 open', '4 open', '5 open']);
  });

  it('cash and position change when the fill is told, not when it happens', () => {
    const seen: string[] = [];
    let placed = false;
    const run = new TestEngine(
      (desk) => ({
        onBook() {
          if (!placed) desk.place({ instrument: id, side: 'buy', price: 5200, size: 1000 });
          placed = true;
          seen.push(`${formatMoney(desk.cash)} ${desk.position(id)}`);
        },
      }),
      { latency: constantLatency(0, 2.5 * SECOND) },
    );
    run.play(quietMarket().batch);
    expect(seen).toEqual(['1000.00 0', '1000.00 0', '1000.00 0', '994.80 1000', '994.80 1000']);
  });

  it('open orders of one market, oldest first', () => {
    const run = acting((desk) => {
      for (const price of [4800, 4900, 4700]) desk.place({ instrument: id, side: 'buy', price, size: 100 });
    });
    const { desk } = run.engine;
    expect(desk.openOrders(id).map(({ price }) => price)).toEqual([4800, 4900, 4700]);
    expect(desk.openOrders('kalshi:OTHER')).toEqual([]);
  });

  it('every step of an order is in the journal', () => {
    let order: ReturnType<Desk['place']> | undefined;
    const run = new TestEngine((desk) => ({
      onBook() {
        if (desk.now === SECOND)
          order = desk.place({ instrument: id, side: 'buy', price: 5000, size: 1000, tag: 'try' });
        if (!order) return;
        if (desk.now === 2 * SECOND) desk.amend(order, { size: 500 });
        if (desk.now === 3 * SECOND) desk.amend(order, { price: 5050 });
        if (desk.now === 4 * SECOND) desk.cancel(order);
      },
    }));
    run.play(quietMarket().batch);
    expect(steps(run)).toEqual([
      ['placed', 'pending', ''],
      ['accepted', 'open', ''],
      ['amend_sent', 'open', ''],
      ['amended', 'open', ''],
      ['amend_sent', 'open', ''],
      ['refused', 'open', 'bad_price'],
      ['cancel_sent', 'open', ''],
      ['ended', 'cancelled', 'requested'],
    ]);
    expect(run.journal.rows('orders')[3]).toMatchObject({
      size: '5.00',
      queueAhead: '100.00',
      tag: 'try',
      venueTime: 2 * SECOND,
    });
    expect(order).toMatchObject({ state: 'cancelled', size: 500, reason: 'requested' });
  });

  it('handlers are told of fills first, then of the order', () => {
    const log: string[] = [];
    let placed = false;
    const run = new TestEngine((desk) => ({
      onBook() {
        if (!placed) desk.place({ instrument: id, side: 'buy', price: 5200, size: 100 });
        placed = true;
      },
      onFill: (fill, order) => log.push(`fill ${fill.size} ${order.state}`),
      onOrder: (order) => log.push(`order ${order.state} ${order.filled}`),
    }));
    run.play(quietMarket().batch);
    expect(log).toEqual(['order open 0', 'fill 100 filled', 'order filled 100']);
  });

  it('cancelling or amending what has ended does nothing', () => {
    let order: Order | undefined;
    const run = acting((desk) => {
      order = desk.place({ instrument: id, side: 'buy', price: 5200, size: 100 });
    });
    if (order?.state !== 'filled') throw new Error('the order should have filled');
    const before = run.journal.lines.length;
    run.engine.desk.cancel(order);
    run.engine.desk.amend(order, { size: 50 });
    expect(run.journal.lines).toHaveLength(before);
  });

  it('a fill carries the quote that the desk saw when it learnt of it', () => {
    const script = quietMarket().frame(6 * SECOND, print(-1, 4900, 20_000));
    const run = acting((desk) => desk.place({ instrument: id, side: 'buy', price: 4900, size: 100 }), script);
    run.engine.finish(7 * SECOND);
    expect(run.journal.rows('fills')).toMatchObject([
      {
        grade: 'printed_at_price',
        bid: '0.5000',
        ask: '0.5200',
        evidenceFrame: 5,
        queueAtArrival: '0.00',
        available: '200.00',
      },
    ]);
  });
});

describe('requests that make no sense', () => {
  it.each([
    { price: 0.52, size: 100 },
    { price: 5200, size: 0.5 },
    { price: Number.NaN, size: 100 },
    { price: 5200, size: Number.NaN },
  ])('stop the run: %o is not in the integers of the instrument', (terms) => {
    expect(() => acting((desk) => void desk.place({ instrument: id, side: 'buy', ...terms }))).toThrow(
      /the run stopped at .*must be integers in the decimals of kalshi:/,
    );
  });

  it('an instrument that is not on the tape stops the run', () => {
    expect(() => acting((desk) => void desk.place({ instrument: 'kalshi:NONE', side: 'buy', size: 1 }))).toThrow(
      /kalshi:NONE is not listed/,
    );
  });
});

describe('decisions and remarks', () => {
  it('are numbered, and an order names the decision that it carries out', () => {
    const run = acting((desk) => {
      desk.decide({ action: 'hold', reason: 'no edge' });
      const decision = desk.decide({
        instrument: id,
        action: 'buy_yes',
        reason: 'edge',
        confidence: 0.8,
        features: { edge: 0.03, rainy: true },
      });
      desk.place({ instrument: id, side: 'buy', price: 5000, size: 100, decision });
      desk.note('done');
    });
    expect(run.journal.rows('decisions')).toEqual([
      {
        time: SECOND,
        tape: 0,
        frame: 0,
        decisionId: 1,
        instrument: '',
        action: 'hold',
        reason: 'no edge',
        confidence: null,
        features: {},
      },
      {
        time: SECOND,
        tape: 0,
        frame: 0,
        decisionId: 2,
        instrument: id,
        action: 'buy_yes',
        reason: 'edge',
        confidence: 0.8,
        features: { edge: 0.03, rainy: true },
      },
    ]);
    expect(run.journal.rows('orders')[0].decisionId).toBe(2);
    expect(run.journal.rows('notes')).toMatchObject([{ kind: 'remark', text: 'done' }]);
  });
});

describe('equity', () => {
  it('marks a long position at the mid rounded down, a short one at the mid rounded up', () => {
    const odd = () =>
      new EventScript()
        .frame(SECOND, listed(), ...snapshot([[5000, 10_000]], [[5200, 10_000]]))
        .frame(2 * SECOND, ...snapshot([[5000, 10_000]], [[5201, 10_000]]));
    const long = acting((desk) => void desk.place({ instrument: id, side: 'buy', size: 100 }), odd());
    long.engine.finish(3 * SECOND);
    expect(long.journal.rows('equity').at(-1)).toMatchObject({ positionValue: '0.51', unrealised: '-0.01' });
    const short = acting((desk) => void desk.place({ instrument: id, side: 'sell', size: 100 }), odd());
    short.engine.finish(3 * SECOND);
    expect(short.journal.rows('equity').at(-1)).toMatchObject({ positionValue: '0.4899', unrealised: '-0.0101' });
  });

  it('uses the payout once it is known', () => {
    const script = quietMarket().frame(6 * SECOND, lifecycle(LifecycleCode.determined, { price: 10_000 }));
    const run = acting((desk) => void desk.place({ instrument: id, side: 'buy', size: 100 }), script);
    expect(formatMoney(run.engine.desk.equity)).toBe('1000.48');
  });

  it('uses the last trade when a side of the book is empty', () => {
    const script = quietMarket()
      .frame(6 * SECOND, print(-1, 4000, 5))
      .frame(7 * SECOND, ...snapshot([], [[9000, 5]]));
    const run = acting((desk) => void desk.place({ instrument: id, side: 'buy', size: 100 }), script);
    run.engine.finish(8 * SECOND);
    expect(run.journal.rows('equity').at(-1)).toMatchObject({ positionValue: '0.40' });
  });

  it('is written on the grid when it changed, and after every fill', () => {
    const script = new EventScript()
      .frame(SECOND, listed(), ...snapshot([[5000, 10_000]], [[5200, 10_000]]))
      .frame(1_500_000, level(1, 5000, 9000))
      .frame(4_200_000, ...snapshot([[5100, 10_000]], [[5300, 10_000]]))
      .frame(9 * SECOND, level(1, 5100, 9000));
    const run = acting((desk) => void desk.place({ instrument: id, side: 'buy', size: 100 }), script);
    expect(run.journal.rows('equity').map(({ time, equity }) => [time, equity])).toEqual([
      [SECOND, '1000.00'],
      [SECOND, '999.99'],
      [5 * SECOND, '1000.00'],
    ]);
  });
});

describe('best prices in the journal', () => {
  const quotes = (run: TestEngine) => run.journal.rows('quotes').map(({ time, bid, ask }) => [time / SECOND, bid, ask]);
  const moving = () =>
    new EventScript()
      .frame(SECOND, listed(), ...snapshot([[5000, 10_000]], [[5200, 10_000]]))
      .frame(1_250_000, ...snapshot([[5000, 10_000]], [[5300, 10_000]]))
      .frame(1_500_000, level(1, 3000, 1));

  it('are there when an order is placed and when it is accepted, between the points of the grid', () => {
    const options = { latency: constantLatency(300_000, 0) };
    const run = acting(
      (desk) => void desk.place({ instrument: id, side: 'buy', price: 4000, size: 100 }),
      moving(),
      options,
    );
    expect(quotes(run)).toEqual([
      [1, '0.5000', '0.5200'],
      [1.3, '0.5000', '0.5300'],
    ]);
  });

  it('are there with a probability, and that market is followed without an order', () => {
    const told = (probability: number | string) =>
      acting(
        (desk) => void desk.decide({ instrument: id, action: 'hold', reason: '', features: { probability } }),
        moving(),
      );
    expect(quotes(told(0.6))).toEqual([[1, '0.5000', '0.5200']]);
    expect(told(0.6).engine.desk.followed.map(({ instrument }) => instrument.id)).toEqual([id]);
    expect(quotes(told('high'))).toEqual([]);
  });
});
