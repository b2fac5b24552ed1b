import { describe, expect, it } from 'vitest';
import type { EngineDesk } from '../../src/engine/desk.ts';
import { EventFlag } from '../../src/market/event.ts';
import { parseTime } from '../../src/market/units.ts';
import { constantLatency } from '../../src/sim/models/latency.ts';
import { gap } from '../support/events.ts';
import {
  type Act,
  book,
  limitsOf,
  type Plan,
  quiet,
  rain,
  refusals,
  rest,
  riskNotes,
  SECOND,
  sell,
  session,
  sessionNotes,
  snow,
  take,
} from './session.ts';

const both =
  (...acts: readonly Act[]): Act =>
  (desk) => {
    for (const act of acts) act(desk);
  };
/** 100 contracts at 0.52: from second 10 on they are worth 11 dollars less, of 1000. */
const falling = () => quiet().frame(10 * SECOND, ...book(4000, 4200));
const bought: Plan[number] = [2, take(10_000)];
const positions = (desk: EngineDesk) => [desk.position(rain.id), desk.position(snow.id)];
const closing = (run: ReturnType<typeof session>) =>
  run.journal.rows('orders').filter(({ tag, step }) => tag === 'risk_flatten' && step === 'placed');

describe('a halt', () => {
  it('cancels what is open, and what waits at the desk; takes nothing more until it is resumed', () => {
    const stop = { kind: 'stop', price: 6000 } as const;
    const run = session({}, [
      [2, both(rest(100), take(100, { trigger: stop }))],
      [3, (desk) => desk.risk.halt('the lead says so')],
      [4, both(rest(200), take(200, { trigger: stop }))],
      [5, (desk) => desk.risk.resume()],
      [6, rest(300)],
    ]);
    const ends = run.journal.rows('orders').filter(({ step }) => step === 'ended');
    expect(ends.map(({ size, state, reason }) => [size, state, reason])).toEqual([
      ['1.00', 'cancelled', 'requested'],
      ['1.00', 'cancelled', 'requested'],
      ['2.00', 'rejected', 'risk_halted'],
      ['2.00', 'rejected', 'risk_halted'],
      ['3.00', 'cancelled', 'session_ended'],
    ]);
    expect(riskNotes(run)).toEqual([
      'halted: order 3 refused, the lead says so',
      'halted: order 4 refused, the lead says so',
    ]);
    expect(sessionNotes(run)).toEqual(['halted: the lead says so', 'resumed: halted is over']);
  });

  it('leaves positions alone, unless it is to close them', () => {
    const run = session({}, [
      bought,
      [3, (desk) => desk.risk.halt('stop')],
      [4, (desk) => desk.risk.halt('close', true)],
    ]);
    expect(
      closing(run).map(({ time, side, size, price, reduceOnly }) => [time, side, size, price, reduceOnly]),
    ).toEqual([[4 * SECOND, 'sell', '100.00', '', true]]);
    expect(positions(run.engine.desk)).toEqual([0, 0]);
  });
});

describe('the loss of a day', () => {
  it('halts until the next day of the zone; positions stay', () => {
    // Second 0 is a minute before midnight in New York.
    const from = parseTime('2026-05-14T03:59:00Z');
    const script = quiet(from)
      .frame(from + 10 * SECOND, ...book(4000, 4200))
      .frame(from + 70 * SECOND, ...book(4100, 4300));
    const run = session(
      { dailyLoss: 11, zone: 'America/New_York' },
      [
        bought,
        [12, rest(100, { price: 1000 })],
        [59, rest(200, { price: 1000 })],
        [60, rest(300, { price: 1000 })],
        [80, rest(400, { price: 1000 })],
      ],
      { script, from },
    );
    expect(refusals(run)).toEqual(['risk_daily_loss', 'risk_daily_loss']);
    expect(riskNotes(run)[0]).toBe(
      'daily_loss: halted, lost 11.00 of 1000.00 today, limit 11, until 2026-05-14T04:00:00.000000Z',
    );
    expect(run.engine.desk.position(rain.id)).toBe(10_000);
  });

  it('is counted from the equity at midnight', () => {
    const from = parseTime('2026-05-13T23:59:00Z');
    const script = quiet(from)
      .frame(from + 10 * SECOND, ...book(4000, 4200))
      .frame(from + 70 * SECOND, ...book(3500, 3700))
      .frame(from + 90 * SECOND, ...book(2900, 3100));
    // 11 dollars on the first day; on the second 5, then 11.
    const run = session({ dailyLoss: '11.01' }, [bought, [95, rest(100, { price: 1000 })]], { script, from });
    expect(refusals(run)).toEqual([]);
    const tighter = session(
      { dailyLoss: '11' },
      [bought, [75, rest(100, { price: 1000 })], [95, rest(200, { price: 1000 })]],
      { script, from },
    );
    expect(riskNotes(tighter).map((text) => text.slice(0, 45))).toEqual([
      'daily_loss: halted, lost 11.00 of 1000.00 tod',
      'daily_loss: halted, lost 11.00 of 989.00 toda',
      'daily_loss: order 3 refused, lost 11.00 of 98',
    ]);
  });

  it('closes positions, if that is asked for', () => {
    const run = session({ dailyLoss: 11, onDailyLoss: 'flatten' }, [bought, [12, rest(100)]], { script: falling() });
    expect(closing(run)).toHaveLength(1);
    expect(positions(run.engine.desk)).toEqual([0, 0]);
    expect(refusals(run)).toEqual(['risk_daily_loss']);
  });

  it.each([[[]], [[10 * SECOND]]])('is seen before a timer of the same instant, woken then or not: %j', (wakes) => {
    const script = quiet().frame(9.5 * SECOND, ...book(4000, 4200));
    const run = session({ dailyLoss: 11 }, [bought, [10, rest(100)], [12, () => undefined]], { script, wakes });
    expect(refusals(run)).toEqual(['risk_daily_loss']);
  });

  it('counts anew after a resumption', () => {
    const run = session({ dailyLoss: 11 }, [bought, [12, (desk) => desk.risk.resume()], [13, rest(100)]], {
      script: falling(),
    });
    expect(refusals(run)).toEqual([]);
  });
});

describe('a drawdown', () => {
  it('soft: takes only what reduces, and cancels open orders that do not', () => {
    const run = session(
      { softDrawdownPercent: 1 },
      [
        bought,
        [3, both(rest(100, { price: 3000 }), sell(4000, { price: 9000 }))],
        [12, both(rest(200), sell(300, { price: 4000 }))],
      ],
      { script: falling() },
    );
    const ends = run.journal
      .rows('orders')
      .filter(({ step, reason }) => step === 'ended' && reason !== 'session_ended');
    expect(ends.map(({ size, state, reason }) => [size, state, reason])).toEqual([
      ['1.00', 'cancelled', 'requested'],
      ['2.00', 'rejected', 'risk_drawdown'],
    ]);
    expect(run.engine.desk.position(rain.id)).toBe(9700);
  });

  it('soft: is over when equity has recovered', () => {
    const script = falling().frame(20 * SECOND, ...book(5000, 5200));
    const run = session({ softDrawdownPercent: 1 }, [bought, [12, rest(100)], [22, rest(200)]], { script });
    expect(refusals(run)).toEqual(['risk_drawdown']);
    expect(riskNotes(run).map((text) => text.split(',')[0])).toEqual([
      'drawdown: only orders that reduce are taken',
      'drawdown: order 2 refused',
      'drawdown: orders of all kinds are taken again',
    ]);
  });

  it('hard: cancels, closes every position and halts for good', () => {
    const from = parseTime('2026-05-13T23:59:00Z');
    const script = quiet(from).frame(from + 10 * SECOND, ...book(4000, 4200));
    const short = sell(500, { instrument: snow.id });
    const run = session(
      { hardDrawdownPercent: 1 },
      [bought, [3, both(short, rest(100, { price: 3000 }))], [12, rest(100)], [100, rest(200)]],
      { script, from },
    );
    expect(closing(run).map(({ instrument, side, size }) => [instrument, side, size])).toEqual([
      [rain.id, 'sell', '100.00'],
      [snow.id, 'buy', '5.00'],
    ]);
    expect(positions(run.engine.desk)).toEqual([0, 0]);
    expect(refusals(run)).toEqual(['risk_drawdown', 'risk_drawdown']);
    expect(run.engine.desk.openOrders()).toEqual([]);
  });

  it('hard: tries again where the market could not take it', () => {
    const script = quiet()
      .frame(10.5 * SECOND, ...book(4000, 4200))
      .frame(11.5 * SECOND, gap(EventFlag.book))
      .frame(15 * SECOND, ...book(4000, 4200))
      .frame(25 * SECOND, ...book(4000, 4200));
    // The order of second 11 meets a book with a gap when it arrives.
    const run = session({ hardDrawdownPercent: 1 }, [bought, [30, rest(100)]], {
      script,
      latency: constantLatency(SECOND, SECOND),
    });
    expect(closing(run).map(({ time }) => Math.floor(time / SECOND))).toEqual([11, 25]);
    expect(run.engine.desk.position(rain.id)).toBe(0);
  });
});

describe('a market that is not seen any more', () => {
  const ends = (run: ReturnType<typeof session>) =>
    run.journal
      .rows('orders')
      .filter(({ step }) => step === 'ended')
      .map(({ time, instrument, reason }) => [time, instrument, reason]);
  const inBoth = both(rest(100), rest(100, { instrument: snow.id }));

  it('has its orders cancelled when it has been silent for longer than the limit, and only then', () => {
    // Snow is heard of until second 4, rain until second 6.
    const script = quiet()
      .frame(4 * SECOND, ...book(5000, 5200, 1))
      .frame(6 * SECOND, ...book(5000, 5200));
    const run = session(
      { staleSeconds: 5 },
      [
        [2, inBoth],
        [30, () => undefined],
      ],
      { script },
    );
    expect(ends(run)).toEqual([
      [9 * SECOND + 1, snow.id, 'requested'],
      [11 * SECOND + 1, rain.id, 'requested'],
    ]);
    expect(riskNotes(run)).toEqual(Array(2).fill('stale: orders are cancelled, silent for 5 s'));
  });

  it('keeps its orders if it speaks at the last moment', () => {
    const script = quiet();
    for (let second = 6; second <= 21; second += 5) script.frame(second * SECOND, ...book(5000, 5200));
    const run = session(
      { staleSeconds: 5 },
      [
        [2, rest(100)],
        [24, () => undefined],
      ],
      { script },
    );
    expect(ends(run).map(([, , reason]) => reason)).toEqual(['session_ended']);
  });

  it('is noticed by limits that come later', () => {
    const limits = (desk: EngineDesk) => desk.risk.setLimits(limitsOf({ staleSeconds: 5 }));
    const early = session({}, [
      [2, rest(100)],
      [3, limits],
      [9, () => undefined],
    ]);
    expect(ends(early)[0]).toEqual([6 * SECOND + 1, rain.id, 'requested']);
    const late = session({}, [
      [2, rest(100)],
      [8, limits],
      [9, () => undefined],
    ]);
    expect(ends(late)[0]).toEqual([8 * SECOND, rain.id, 'requested']);
  });

  it('has its orders cancelled at a gap, if gaps are not allowed; those of others and those at the desk stay', () => {
    const script = quiet().frame(5 * SECOND, gap(EventFlag.book));
    const stop = rest(100, { price: undefined, trigger: { kind: 'stop', price: 6000 } });
    const run = session(
      { gap: true },
      [
        [2, both(inBoth, stop)],
        [9, () => undefined],
      ],
      { script },
    );
    expect(ends(run)).toEqual([
      [5 * SECOND, rain.id, 'requested'],
      [10 * SECOND, rain.id, 'session_ended'],
      [10 * SECOND, snow.id, 'session_ended'],
    ]);
    const free = session(
      {},
      [
        [2, inBoth],
        [9, () => undefined],
      ],
      { script },
    );
    expect(ends(free).map(([, , reason]) => reason)).toEqual(['session_ended', 'session_ended']);
  });
});

describe('new limits', () => {
  it('that are none change nothing, and the journal says why', () => {
    const run = session({ orderSize: 10 }, [
      [2, (desk) => desk.risk.setLimits({ orderSize: -1 })],
      [3, (desk) => desk.risk.setLimits('much')],
      [4, rest(1000)],
      [5, rest(1001)],
    ]);
    expect(refusals(run)).toEqual(['risk_order_size']);
    expect(sessionNotes(run)).toEqual([
      'limits: refused: orderSize: Too small: expected number to be >=0',
      'limits: refused: Invalid input: expected object, received string',
    ]);
  });

  it('hold from then on, and the journal says what changed', () => {
    const run = session({ orderSize: 10, position: 50 }, [
      [2, rest(1000)],
      [3, (desk) => desk.risk.setLimits(limitsOf({ orderSize: 5, openOrders: 9 }))],
      [4, rest(1000)],
      [5, rest(500)],
    ]);
    expect(refusals(run)).toEqual(['risk_order_size']);
    expect(sessionNotes(run)).toEqual(['limits: orderSize 10 -> 5, position 50 -> none, openOrders none -> 9']);
  });

  it('act at once on what has been lost already', () => {
    const run = session({}, [bought, [12, (desk) => desk.risk.setLimits(limitsOf({ hardDrawdownPercent: 1 }))]], {
      script: falling(),
    });
    expect(positions(run.engine.desk)).toEqual([0, 0]);
  });
});

describe('a refusal', () => {
  it('is in the order that comes back, and told with the next frame', () => {
    const script = quiet().frame(4 * SECOND, ...book(5000, 5200));
    const seen: unknown[] = [];
    const run = session(
      { orderSize: 1 },
      [
        [2, (desk) => seen.push({ ...desk.place({ instrument: rain.id, side: 'buy', price: 5000, size: 200 }) })],
        [3, () => seen.push('nothing told yet')],
      ],
      { script, onOrder: () => seen.push('told') },
    );
    expect(seen).toMatchObject([{ state: 'rejected', reason: 'risk_order_size' }, 'nothing told yet', 'told']);
    expect(run.told.map(({ state, reason }) => [state, reason])).toEqual([['rejected', 'risk_order_size']]);
  });

  it('does not go round in circles with a strategy that tries again at once', () => {
    let tries = 0;
    const script = quiet();
    for (let second = 3; second < 10; second++) script.frame(second * SECOND, ...book(5000, 5200));
    const onOrder: Act = (desk) => {
      tries++;
      rest(200)(desk);
    };
    session({ orderSize: 1 }, [[2, rest(200)]], { script, onOrder });
    expect(tries).toBe(7);
  });

  it('of one order leaves the rest of its message alone', () => {
    const request = { instrument: rain.id, side: 'buy', price: 5000 } as const;
    const run = session({ position: 10 }, [
      [
        2,
        (desk) =>
          desk.placeAll([
            { ...request, size: 600 },
            { ...request, size: 500 },
            { ...request, size: 400 },
          ]),
      ],
    ]);
    expect(refusals(run)).toEqual(['risk_position']);
    expect(
      run.journal
        .rows('orders')
        .filter(({ step }) => step === 'accepted')
        .map(({ orderId }) => orderId),
    ).toEqual([1, 3]);
  });

  it('of an entry ends its exits', () => {
    const run = session({ orderSize: 1 }, [
      [
        2,
        (desk) =>
          desk.placeBracket({ instrument: rain.id, side: 'buy', price: 5200, size: 200 }, [
            { instrument: rain.id, side: 'sell', price: 6000, size: 0 },
          ]),
      ],
    ]);
    const ends = run.journal.rows('orders').filter(({ step }) => step === 'ended');
    expect(ends.map(({ state, reason }) => [state, reason])).toEqual([
      ['rejected', 'risk_order_size'],
      ['cancelled', 'entry_ended'],
    ]);
  });
});

describe('orders that wait at the desk', () => {
  it('are judged when they are sent', () => {
    const script = quiet().frame(5 * SECOND, ...book(6000, 6200));
    const run = session(
      { position: 10 },
      [[2, take(1100, { price: undefined, trigger: { kind: 'stop', price: 6000, on: 'quote' } })]],
      {
        script,
      },
    );
    expect(run.journal.rows('orders').map(({ step, state, reason }) => [step, state, reason])).toEqual([
      ['held', 'held', ''],
      ['ended', 'rejected', 'risk_position'],
    ]);
  });

  it('exits of which only one is to fill do not count twice', () => {
    const script = quiet().frame(5 * SECOND, ...book(4000, 4200));
    const sale = { instrument: rain.id, side: 'sell', size: 0 } as const;
    const run = session(
      { softDrawdownPercent: 1 },
      [
        [
          2,
          (desk) =>
            desk.placeBracket({ instrument: rain.id, side: 'buy', price: 5200, size: 10_000 }, [
              { ...sale, price: 9000 },
              { ...sale, trigger: { kind: 'stop', price: 4100, on: 'quote' } },
            ]),
        ],
        [8, () => undefined],
      ],
      { script },
    );
    expect(refusals(run)).toEqual([]);
    expect(run.engine.desk.position(rain.id)).toBe(0);
  });
});

describe('amendments', () => {
  const outcome = (run: ReturnType<typeof session>) =>
    run.journal
      .rows('orders')
      .filter(({ step }) => step === 'refused' || step === 'amended')
      .map(({ step, reason }) => [step, reason]);

  it.each([
    ['a larger size is held to the limits', { position: 10 }, { size: 1001 }, ['refused', 'risk_position']],
    ['just inside passes, its old size is not counted', { position: 10 }, { size: 1000 }, ['amended', '']],
    ['a smaller size passes', { position: 1 }, { size: 400 }, ['amended', '']],
    ['another price is measured', { priceCollar: 0.02 }, { price: 5400 }, ['refused', 'risk_price_collar']],
    ['another price is no new order', { openOrders: 1, minimumConfidence: 0 }, { price: 4900 }, ['amended', '']],
  ])('%s', (_name, limits, change, expected) => {
    const before = session({}, [
      [2, rest(500)],
      [2.5, (desk) => desk.risk.setLimits(limitsOf(limits))],
      [3, (desk) => desk.amend(desk.openOrders()[0], change)],
    ]);
    expect(outcome(before)).toEqual([expected]);
  });

  it('one that is refused is told, with the order as it was', () => {
    const script = quiet().frame(4 * SECOND, ...book(5000, 5200));
    const run = session(
      { position: 10 },
      [
        [2, rest(500)],
        [3, (desk) => desk.amend(desk.openOrders()[0], { size: 2000 })],
      ],
      {
        script,
      },
    );
    expect(run.told.map(({ state, size }) => [state, size])).toEqual([
      ['open', 500],
      ['open', 500],
    ]);
    expect(riskNotes(run)).toEqual(['position: amendment of order 1 refused, would be 20, limit 10']);
  });

  it('one on its way counts already', () => {
    const grow: Act = (desk) => desk.amend(desk.openOrders()[0], { size: 900 });
    const run = session(
      { position: 10 },
      [
        [2, rest(500)],
        [5, both(grow, rest(200))],
      ],
      {
        latency: constantLatency(SECOND, SECOND),
      },
    );
    expect(refusals(run)).toEqual(['risk_position']);
  });
});
