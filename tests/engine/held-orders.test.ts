/** Orders that wait at the desk: stops, take-profits, trailing stops, brackets, and orders of which only one is to fill. */
import { describe, expect, it } from 'vitest';
import type { Order, OrderRequest } from '../../src/market/order.ts';
import type { Desk } from '../../src/market/strategy.ts';
import { constantLatency } from '../../src/sim/models/latency.ts';
import { TestEngine, type TestEngineOptions } from '../support/engine.ts';
import { EventScript, level, listed, print, type Row, snapshot } from '../support/events.ts';
import { contract } from '../support/instruments.ts';

const SECOND = 1_000_000;
const { id } = contract();
const book = snapshot([[5000, 10_000]], [[5200, 10_000]]);

/** A book at second 1, when `act` is called; then one frame a second. */
function market(act: (desk: Desk) => void, frames: readonly (readonly Row[])[], options: TestEngineOptions = {}) {
  const script = new EventScript().frame(SECOND, listed(), ...book);
  for (const [i, rows] of frames.entries()) script.frame((i + 2) * SECOND, ...rows);
  script.frame((frames.length + 2) * SECOND, level(1, 100, 1));
  let done = false;
  const run = new TestEngine(
    (desk) => ({
      onBook() {
        if (!done) act(desk);
        done = true;
      },
    }),
    options,
  ).play(script.batch);
  return {
    run,
    /** What happened to each order, in words: `1 held, 1 placed, ..`. */
    steps: run.journal
      .rows('orders')
      .map(({ orderId, step, reason }) => `${orderId} ${step}${reason === '' ? '' : ` ${reason}`}`)
      .join(', '),
    fills: run.journal.rows('fills').map(({ orderId, side, size, price }) => `${orderId} ${side} ${size} @${price}`),
  };
}

const trade = (price: number, size = 100) => [print(1, price, size)];
const sells = (price: number, size = 100) => [print(-1, price, size)];

describe('a trigger', () => {
  const request = (extra: Partial<OrderRequest>): OrderRequest => ({
    instrument: id,
    side: 'sell',
    size: 100,
    ...extra,
  });

  it.each<[string, OrderRequest, readonly number[], number | undefined]>([
    ['a sell stop waits for a low trade', request({ trigger: { kind: 'stop', price: 4500 } }), [4600, 4501, 4500], 4],
    [
      'a buy stop waits for a high one',
      request({ side: 'buy', trigger: { kind: 'stop', price: 5500 } }),
      [5400, 5600],
      3,
    ],
    [
      'a sell take-profit waits for a high one',
      request({ trigger: { kind: 'take_profit', price: 5500 } }),
      [5400, 5500],
      3,
    ],
    [
      'a buy take-profit waits for a low one',
      request({ side: 'buy', trigger: { kind: 'take_profit', price: 4500 } }),
      [4600, 4400],
      3,
    ],
    [
      'a sale trails the highest trade',
      request({ trigger: { kind: 'trailing', distance: 300 } }),
      [5000, 5400, 5150, 5100],
      5,
    ],
    [
      'a purchase trails the lowest trade',
      request({ side: 'buy', trigger: { kind: 'trailing', distance: 300 } }),
      [5000, 4400, 4600, 4700],
      5,
    ],
    [
      'nothing is sent while the market does not get there',
      request({ trigger: { kind: 'stop', price: 4000 } }),
      [4100],
      undefined,
    ],
    [
      'a NO order is told NO prices: a sale of NO stopped at 0.40 waits for YES at 0.60',
      request({ outcome: 'no', trigger: { kind: 'stop', price: 4000 } }),
      [5900, 6000],
      3,
    ],
  ])('%s', (_name, order, trades, second) => {
    const { run } = market(
      (desk) => desk.place(order),
      trades.map((price) => trade(price)),
    );
    const placed = run.journal.rows('orders').find(({ step }) => step === 'placed');
    expect(placed?.time).toBe(second === undefined ? undefined : second * SECOND);
  });

  it('on the quote looks at what the order would trade at, and never at an incomplete book', () => {
    const { run } = market(
      (desk) => desk.place(request({ trigger: { kind: 'stop', price: 4900, on: 'quote' } })),
      [trade(4000), [level(1, 4900, 500)], [level(1, 5000, 0)]],
    );
    expect(run.journal.rows('orders').map(({ step, time }) => [step, time / SECOND])).toContainEqual(['placed', 4]);
  });

  it('counts from when it was placed: a trade before it does not release it', () => {
    const script = new EventScript().frame(SECOND, listed(), ...book).frame(2 * SECOND, print(1, 4000, 100));
    for (const second of [3, 4]) script.frame(second * SECOND, level(1, 100, second));
    script.frame(5 * SECOND, print(1, 4000, 100));
    const run = new TestEngine((desk) => ({
      onStart: () => desk.wakeAt(2.5 * SECOND),
      onTimer: () => desk.place(request({ trigger: { kind: 'stop', price: 4500 } })),
    })).play(script.batch);
    expect(run.journal.rows('orders').map(({ step, time }) => [step, time / SECOND])).toEqual([
      ['held', 2.5],
      ['placed', 5],
    ]);
  });

  it('sends the order as it is: a market order takes, a limit order may rest; both with the latency of any order', () => {
    const { run, fills } = market(
      (desk) => {
        desk.place(request({ trigger: { kind: 'stop', price: 4900 } }));
        desk.place(request({ price: 5100, trigger: { kind: 'stop', price: 4900 } }));
      },
      [trade(4900), [], []],
      { latency: constantLatency(SECOND / 2, 0) },
    );
    expect(fills).toEqual(['1 sell 1.00 @0.5000']);
    const accepted = run.journal.rows('orders').filter(({ step }) => step === 'accepted');
    expect(accepted.map(({ orderId, time }) => [orderId, time / SECOND])).toEqual([
      [1, 2.5],
      [2, 2.5],
    ]);
    expect(run.journal.rows('orders')[0]).toMatchObject({ step: 'held', trigger: 'stop 0.4900 trade' });
  });

  it('can be cancelled, amended and decreased while it waits, at once and unknown to the venue', () => {
    let orders: readonly Order[] = [];
    const { steps, fills } = market(
      (desk) => {
        orders = desk.placeAll([
          request({ trigger: { kind: 'stop', price: 4900 } }),
          request({ price: 5300, size: 300, trigger: { kind: 'stop', price: 4900 } }),
        ]);
        desk.cancel(orders[0]);
        desk.amend(orders[1], { price: 5000 });
        desk.decrease(orders[1], 100);
      },
      [trade(4900)],
    );
    expect(steps).toContain('1 ended requested, 2 amended, 2 amended, 2 placed, 2 accepted');
    expect(fills).toEqual(['2 sell 2.00 @0.5000']);
  });

  it('ends when it is decreased by all that it has', () => {
    const { steps, fills } = market(
      (desk) => desk.decrease(desk.place(request({ size: 100, trigger: { kind: 'stop', price: 4900 } })), 100),
      [trade(4900)],
    );
    expect(steps).toContain('1 held, 1 ended requested');
    expect(fills).toEqual([]);
  });

  it('that never came ends with the session', () => {
    const { run } = market((desk) => desk.place(request({ trigger: { kind: 'stop', price: 100 } })), []);
    run.engine.finish(10 * SECOND);
    expect(run.journal.rows('orders').map(({ step, reason }) => [step, reason])).toEqual([
      ['held', ''],
      ['ended', 'session_ended'],
    ]);
  });
});

describe('orders of which one is to fill', () => {
  const exits = (desk: Desk) =>
    desk.placeOneOf([
      { instrument: id, side: 'sell', price: 5300, size: 400 },
      { instrument: id, side: 'sell', size: 400, trigger: { kind: 'stop', price: 4500 } },
    ]);

  it('what the resting one fills is taken off the one that waits, until nothing is left of it', () => {
    const { steps, fills } = market(exits, [trade(5300, 100), trade(5300, 300), sells(4500)]);
    expect(fills).toEqual(['1 sell 1.00 @0.5300', '1 sell 3.00 @0.5300']);
    expect(steps).toContain('2 amended');
    expect(steps).toContain('2 ended other_filled');
  });

  it('when the stop goes first, the resting one is decreased at the venue', () => {
    const { steps, fills } = market(exits, [sells(4500), [], trade(5300, 500)]);
    expect(fills).toEqual(['2 sell 4.00 @0.5000']);
    expect(steps).toContain('1 amend_sent');
    expect(steps).toContain('1 ended requested');
  });

  it('cancelling one leaves the other', () => {
    const { fills } = market((desk) => desk.cancel(exits(desk)[1]), [trade(5300, 400)]);
    expect(fills).toEqual(['1 sell 4.00 @0.5300']);
  });
});

describe('a bracket', () => {
  const bracket = (price: number) => (desk: Desk) =>
    desk.placeBracket({ instrument: id, side: 'buy', price, size: 400 }, [
      { instrument: id, side: 'sell', price: 5300, size: 0 },
      { instrument: id, side: 'sell', size: 0, trigger: { kind: 'stop', price: 4500 } },
    ]);

  it('sends its exits only as the entry fills, with what it has filled so far', () => {
    const { run, fills } = market(bracket(5100), [sells(5100, 100), [], sells(5100, 300), [], trade(5300, 1000)]);
    expect(fills).toEqual(['1 buy 1.00 @0.5100', '1 buy 3.00 @0.5100', '2 sell 4.00 @0.5300']);
    const exit = run.journal.rows('orders').filter(({ orderId }) => orderId === 2);
    expect(exit.map(({ step, size }) => `${step} ${size}`).slice(0, 4)).toEqual([
      'held 0.00',
      'placed 1.00',
      'accepted 1.00',
      'amend_sent 1.00',
    ]);
    expect(run.engine.desk.position(id)).toBe(0);
  });

  it('the stop closes what the entry filled; the take-profit goes, and so does the rest of the entry', () => {
    const { run, fills, steps } = market(bracket(5100), [sells(5100, 200), [], trade(4500), sells(5100), trade(5300)]);
    expect(fills).toEqual(['1 buy 2.00 @0.5100', '3 sell 2.00 @0.5000']);
    expect(steps).toContain('2 ended requested');
    expect(run.engine.desk.position(id)).toBe(0);
  });

  it('exits grow right though the answers to their first growth are still on their way', () => {
    const { run, fills } = market(
      bracket(5100),
      [[], sells(5100, 100), sells(5100, 100), sells(5100, 200), [], [], [], [], trade(5300, 1000), [], []],
      { latency: constantLatency(SECOND, SECOND / 2) },
    );
    expect(fills.filter((fill) => fill.startsWith('2'))).toEqual(['2 sell 4.00 @0.5300']);
    expect(run.engine.desk.position(id)).toBe(0);
  });

  it('whose entry ends unfilled ends whole', () => {
    const { steps } = market((desk) => desk.cancel(bracket(4000)(desk).entry), [[]]);
    expect(steps).toContain('2 ended entry_ended, 3 ended entry_ended');
  });
});

it('an order that is good till a date needs the date', () => {
  expect(() =>
    market((desk) => desk.place({ instrument: id, side: 'buy', price: 5000, size: 100, timeInForce: 'gtd' }), []),
  ).toThrow(/needs expiresAt/);
});
