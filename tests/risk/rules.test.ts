import { describe, expect, it } from 'vitest';
import { EventFlag } from '../../src/market/event.ts';
import type { RiskRule } from '../../src/market/order.ts';
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
  type SessionOptions,
  sell,
  session,
  snow,
  take,
  vote,
} from './session.ts';

/** The last act of each plan is the order in question; those before it must go through. */
interface Case extends SessionOptions {
  readonly rule: RiskRule;
  readonly of: string;
  readonly limits: object;
  readonly inside: Plan;
  readonly outside: Plan;
  /** Instead of `limits`, for the outside. */
  readonly tighter?: object;
  /** What the note says of the refusal. */
  readonly figures: string;
}

const decided =
  (confidence: number | undefined): Act =>
  (desk) =>
    rest(100, { decision: desk.decide({ action: 'buy', reason: '', confidence }) })(desk);

const both =
  (...acts: readonly Act[]): Act =>
  (desk) => {
    for (const act of acts) act(desk);
  };

const group: Act = (desk) => desk.orderGroup('g', 100_000);
const halt: Act = (desk) => desk.risk.halt('file /run/stop');

/** 100 contracts bought at 0.52, with 1000 dollars; from second 10 on they are worth 0.41: 11 dollars or 1.1 % are lost. */
const falling = () => quiet().frame(10 * SECOND, ...book(4000, 4200));
const bought: Plan[number] = [2, take(10_000)];

const cases: readonly Case[] = [
  {
    rule: 'halted',
    of: 'a kill switch',
    limits: {},
    inside: [[2, rest(100)]],
    outside: [
      [2, halt],
      [2, rest(100)],
    ],
    figures: 'file /run/stop',
  },
  {
    rule: 'daily_loss',
    of: 'dollars',
    script: falling(),
    limits: { dailyLoss: '11.01' },
    tighter: { dailyLoss: 11 },
    inside: [bought, [12, rest(100)]],
    outside: [bought, [12, rest(100)]],
    figures: 'lost 11.00 of 1000.00 today, limit 11, until 1970-01-02T00:00:00.000000Z',
  },
  {
    rule: 'daily_loss',
    of: 'a share',
    script: falling(),
    limits: { dailyLossPercent: 1.1001 },
    tighter: { dailyLossPercent: 1.1 },
    inside: [bought, [12, rest(100)]],
    outside: [bought, [12, rest(100)]],
    figures: 'lost 11.00 of 1000.00 today, limit 1.1%, until 1970-01-02T00:00:00.000000Z',
  },
  {
    rule: 'drawdown',
    of: 'soft',
    script: falling(),
    limits: { softDrawdownPercent: 1.1001 },
    tighter: { softDrawdownPercent: 1.1 },
    inside: [bought, [12, rest(100)]],
    outside: [bought, [12, rest(100)]],
    figures: 'only orders that reduce a position are taken',
  },
  {
    rule: 'drawdown',
    of: 'hard',
    script: falling(),
    limits: { hardDrawdownPercent: 1.1001 },
    tighter: { hardDrawdownPercent: 1.1 },
    inside: [bought, [12, rest(100)]],
    outside: [bought, [12, rest(100)]],
    figures: 'equity fell from 1000.00 to 989.00, limit 1.1%',
  },
  {
    rule: 'gap',
    of: 'the book',
    script: quiet().frame(5 * SECOND, gap(EventFlag.book)),
    limits: { gap: true },
    inside: [[4, rest(100)]],
    outside: [[6, rest(100)]],
    figures: 'the book has a gap',
  },
  {
    rule: 'stale',
    of: 'seconds',
    limits: { staleSeconds: 5 },
    inside: [[6, rest(100)]],
    outside: [[6.5, rest(100)]],
    figures: 'silent for 5.5 s, limit 5 s',
  },
  {
    rule: 'hours',
    of: 'the end of a window',
    limits: { hours: ['00:00-00:01'] },
    inside: [[59, rest(100)]],
    outside: [[60, rest(100)]],
    figures: '00:01:00 in UTC, allowed 00:00-00:01',
  },
  {
    rule: 'hours',
    of: 'the start of a window',
    limits: { hours: ['00:01-24:00'] },
    inside: [[60, rest(100)]],
    outside: [[59, rest(100)]],
    figures: '00:00:59 in UTC, allowed 00:01-24:00',
  },
  {
    rule: 'minimum_confidence',
    of: 'the decision',
    limits: { minimumConfidence: 0.65 },
    inside: [[2, decided(0.65)]],
    outside: [[2, decided(0.64)]],
    figures: 'confidence 0.64, least 0.65',
  },
  {
    rule: 'minimum_confidence',
    of: 'no decision',
    limits: { minimumConfidence: 0 },
    inside: [[2, decided(0)]],
    outside: [[2, decided(undefined)]],
    figures: 'no confidence, least 0',
  },
  {
    rule: 'cool_down',
    of: 'seconds',
    limits: { coolDownSeconds: 5 },
    inside: [
      [2, take(100)],
      [7, rest(100)],
    ],
    outside: [
      [2, take(100)],
      [6, rest(100)],
    ],
    figures: '4 s after a fill, limit 5 s',
  },
  {
    rule: 'trades_per_day',
    of: 'fills and what may fill',
    limits: { tradesPerDay: 3 },
    inside: [
      [2, both(take(100), rest(100))],
      [3, rest(100)],
    ],
    outside: [
      [2, both(take(100), rest(100), rest(100))],
      [3, rest(100)],
    ],
    figures: 'would be 4, limit 3',
  },
  {
    rule: 'order_size',
    of: 'contracts',
    limits: { orderSize: 10 },
    inside: [[2, rest(1000)]],
    outside: [[2, rest(1001)]],
    figures: 'would be 10.01, limit 10',
  },
  {
    rule: 'position',
    of: 'what is held and what is open',
    limits: { position: 10 },
    inside: [
      [2, both(take(300), rest(300))],
      [3, rest(400)],
    ],
    outside: [
      [2, both(take(300), rest(300))],
      [3, rest(401)],
    ],
    figures: 'would be 10.01, limit 10',
  },
  {
    rule: 'position',
    of: 'short',
    limits: { position: 10 },
    inside: [
      [2, both(take(300), sell(300))],
      [3, sell(1000)],
    ],
    outside: [
      [2, both(take(300), sell(300))],
      [3, sell(1001)],
    ],
    figures: 'would be 10.01, limit 10',
  },
  {
    rule: 'position',
    of: 'turned round',
    limits: { position: 10 },
    inside: [
      [2, take(300)],
      [3, sell(1300)],
    ],
    outside: [
      [2, take(300)],
      [3, sell(1301)],
    ],
    figures: 'would be 10.01, limit 10',
  },
  {
    rule: 'group_position',
    of: 'long and short',
    limits: { groupPosition: 10 },
    inside: [
      [2, both(sell(600, { instrument: snow.id }), take(1000, { instrument: vote.id }))],
      [3, rest(400)],
    ],
    outside: [
      [2, sell(600, { instrument: snow.id })],
      [3, rest(401)],
    ],
    figures: 'would be 10.01, limit 10',
  },
  {
    rule: 'total_position',
    of: 'all groups',
    limits: { totalPosition: 10 },
    inside: [
      [2, take(600, { instrument: vote.id })],
      [3, rest(400)],
    ],
    outside: [
      [2, take(600, { instrument: vote.id })],
      [3, rest(401)],
    ],
    figures: 'would be 10.01, limit 10',
  },
  {
    rule: 'open_orders',
    of: 'all instruments',
    limits: { openOrders: 2 },
    inside: [
      [2, rest(100, { instrument: snow.id })],
      [3, rest(100)],
    ],
    outside: [
      [2, both(rest(100), rest(100, { instrument: snow.id }))],
      [3, rest(100)],
    ],
    figures: 'would be 3, limit 2',
  },
  {
    rule: 'group_contracts',
    of: 'filled and open',
    limits: { groupContracts: 10 },
    inside: [
      [2, both(group, take(300, { group: 'g' }), rest(300, { group: 'g' }))],
      [3, rest(400, { group: 'g' })],
    ],
    outside: [
      [2, both(group, take(300, { group: 'g' }), rest(300, { group: 'g' }))],
      [3, rest(401, { group: 'g' })],
    ],
    figures: 'would be 10.01, limit 10',
  },
  {
    rule: 'order_notional',
    of: 'a purchase',
    limits: { orderNotional: '50.00' },
    inside: [[2, rest(10_000)]],
    outside: [[2, rest(10_001)]],
    figures: 'would be 50.005, limit 50.00',
  },
  {
    rule: 'order_notional',
    of: 'a purchase of NO, at the price of NO',
    limits: { orderNotional: 20 },
    inside: [[2, rest(10_000, { outcome: 'no', price: 2000 })]],
    outside: [[2, rest(10_001, { outcome: 'no', price: 2000 })]],
    figures: 'would be 20.002, limit 20.00',
  },
  {
    rule: 'order_notional',
    of: 'a market order, at the best price',
    limits: { orderNotional: 52 },
    inside: [[2, rest(10_000, { price: undefined })]],
    outside: [[2, rest(10_001, { price: undefined })]],
    figures: 'would be 52.0052, limit 52.00',
  },
  {
    rule: 'total_notional',
    of: 'held at its mark, and open',
    limits: { totalNotional: 10 },
    inside: [
      [2, take(1000)],
      [3, rest(980)],
    ],
    outside: [
      [2, take(1000)],
      [3, rest(981)],
    ],
    figures: 'would be 10.005, limit 10.00',
  },
  {
    rule: 'price_collar',
    of: 'a purchase, in units of price',
    limits: { priceCollar: 0.02 },
    inside: [[2, rest(100, { price: 5300 })]],
    outside: [[2, rest(100, { price: 5400 })]],
    figures: "0.5400 is 0.0300 beyond the market's 0.5100, limit 0.0200",
  },
  {
    rule: 'price_collar',
    of: 'a sale, as a share',
    limits: { priceCollarPercent: 10 },
    inside: [[2, sell(100, { price: 4600 })]],
    outside: [[2, sell(100, { price: 4500 })]],
    figures: "0.4500 is 0.0600 beyond the market's 0.5100, limit 0.0510",
  },
  {
    rule: 'minimum_cash',
    of: 'what open orders leave',
    limits: { minimumCash: 990 },
    inside: [
      [2, rest(1000)],
      [3, rest(1000)],
    ],
    outside: [
      [2, rest(1000)],
      [3, rest(1001)],
    ],
    figures: '989.995 left, least 990.00',
  },
  {
    rule: 'order_rate',
    of: 'at once',
    limits: { orderRate: { perMinute: 6, burst: 2 } },
    inside: [[2, both(rest(100), rest(100))]],
    outside: [[2, both(rest(100), rest(100), rest(100))]],
    figures: 'no token left, limit 6 a minute and 2 at once',
  },
  {
    rule: 'order_rate',
    of: 'in the long run',
    limits: { orderRate: { perMinute: 6, burst: 1 } },
    inside: [
      [2, rest(100)],
      [12, rest(100)],
    ],
    outside: [
      [2, rest(100)],
      [11.9, rest(100)],
    ],
    figures: 'no token left, limit 6 a minute and 1 at once',
  },
];

describe('each rule of the risk gate', () => {
  it.each(cases)('$rule, $of: just inside passes', ({ limits, inside, ...options }) => {
    const run = session(limits, inside, options);
    expect(refusals(run)).toEqual([]);
    expect(run.journal.rows('orders').length).toBeGreaterThan(0);
  });

  it.each(cases)('$rule, $of: just outside is refused by its name', (one) => {
    const run = session(one.tighter ?? one.limits, one.outside, one);
    expect(refusals(run)).toEqual([`risk_${one.rule}`]);
    const orderId = Math.max(...run.journal.rows('orders').map((row) => row.orderId));
    const refused = run.journal.rows('orders').find(({ reason }) => reason === `risk_${one.rule}`);
    expect(refused?.orderId).toBe(orderId);
    expect(riskNotes(run)).toContain(`${one.rule}: order ${orderId} refused, ${one.figures}`);
  });
});

describe('orders that only reduce a position', () => {
  /** Sells what is held at second 61, and as much of what is not held. */
  const both61 = (limits: object): Plan => [
    [2, take(300)],
    [3, (desk) => desk.risk.setLimits(limitsOf(limits))],
    [61, both(sell(300), sell(300, { instrument: snow.id }))],
  ];

  it.each([
    ['hours', { hours: [] }],
    ['minimum_confidence', { minimumConfidence: 0.5 }],
    ['trades_per_day', { tradesPerDay: 0 }],
    ['order_size', { orderSize: 0 }],
    ['position', { position: 0 }],
    ['group_position', { groupPosition: 0 }],
    ['total_position', { totalPosition: 0 }],
    ['open_orders', { openOrders: 0 }],
    ['order_notional', { orderNotional: 0 }],
    ['total_notional', { totalNotional: 0 }],
    ['minimum_cash', { minimumCash: 1000 }],
  ])('%s lets them through, and nothing else', (rule, limits) => {
    const run = session({}, both61(limits));
    expect(refusals(run)).toEqual([`risk_${rule}`]);
    expect(run.engine.desk.position(rain.id)).toBe(0);
  });

  it('cool_down lets them through, and nothing else', () => {
    const run = session({ coolDownSeconds: 10 }, [
      [2, take(300)],
      [3, both(sell(300), take(300))],
    ]);
    expect(refusals(run)).toEqual(['risk_cool_down']);
    expect(run.engine.desk.position(rain.id)).toBe(0);
  });

  it('group_contracts lets them through, and nothing else', () => {
    const exit = { group: 'g', timeInForce: 'ioc' } as const;
    const run = session({ groupContracts: 1 }, [
      [2, both(group, take(300))],
      [3, both(sell(300, exit), sell(300, { ...exit, instrument: snow.id }))],
    ]);
    expect(refusals(run)).toEqual(['risk_group_contracts']);
    expect(run.engine.desk.position(rain.id)).toBe(0);
  });

  it.each([
    ['stale', { staleSeconds: 30 }],
    ['price_collar', { priceCollarPercent: 1 }],
  ])('%s holds for them too', (rule, limits) => {
    const run = session({}, both61(limits));
    expect(refusals(run)).toEqual([`risk_${rule}`, `risk_${rule}`]);
  });

  it('order_rate holds for them too', () => {
    const orderRate = { perMinute: 1, burst: 1 };
    expect(
      refusals(
        session({ orderRate }, [
          [2, take(300)],
          [3, sell(300)],
        ]),
      ),
    ).toEqual(['risk_order_rate']);
  });

  it('gap holds for them too', () => {
    const script = quiet().frame(5 * SECOND, gap(EventFlag.book));
    expect(
      refusals(
        session(
          { gap: true },
          [
            [2, take(300)],
            [6, sell(300)],
          ],
          { script },
        ),
      ),
    ).toEqual(['risk_gap']);
  });

  it('a halt holds for them too', () => {
    expect(
      refusals(
        session({}, [
          [2, take(300)],
          [3, halt],
          [4, sell(300)],
        ]),
      ),
    ).toEqual(['risk_halted']);
  });
});
