import { describe, expect, it } from 'vitest';
import type { EventSource } from '../../src/market/frame.ts';
import { InstrumentList } from '../../src/market/instrument.ts';
import { replay } from '../../src/replay/replay.ts';
import type { BrokerFile, BrokerFill, BrokerOrder } from '../../src/run/broker-file.ts';
import { OwnOrders } from '../../src/run/own-orders.ts';
import { TestEngine } from '../support/engine.ts';
import { at, linesOf, marketOf, START, sourceOf, told } from '../support/market-lines.ts';

/** Cents and contracts, seconds. */
interface Told {
  readonly buy?: number;
  readonly sell?: number;
  readonly limit?: number | null;
  readonly placed?: number;
  readonly arrived?: number;
  readonly ended?: number;
  readonly fills?: readonly (readonly [at: number, size: number, price: number, liquidity: BrokerFill['liquidity']])[];
}

const cents = (price: number) => BigInt(price) * 1_000_000n;
const contracts = (size: number) => BigInt(size) * 100_000_000n;

function order({ buy, sell, limit = 52, placed, arrived, ended, fills = [] }: Told, i: number): BrokerOrder {
  return {
    id: `order ${i + 1}`,
    instrument: 'KXRAIN-26JUN01-T1',
    direction: buy === undefined ? -1 : 1,
    placedAt: at(placed ?? arrived ?? 0),
    arrivedAt: arrived === undefined ? null : at(arrived),
    endedAt: ended === undefined ? null : at(ended),
    limit: limit === null ? null : cents(limit),
    size: contracts(buy ?? sell ?? 0),
    reason: '',
    isRejected: false,
    fills: fills.map(([time, size, price, liquidity]) => ({
      ...{ at: at(time), size: contracts(size), price: cents(price), fee: 0n, liquidity },
    })),
  };
}

async function without(market: string, orders: readonly Told[], rows?: number) {
  const file: BrokerFile = { path: 'broker.csv', name: 'broker.csv', sha256: '', orders: orders.map(order) };
  const own = new OwnOrders(file);
  const source = () => sourceOf(marketOf(market), rows);
  const { events, again } = await own.takeOut({ events: source(), again: source, endsAt: at(60) }, START);
  const lines = await told(events);
  expect(await told(again())).toEqual(lines);
  return { lines, facts: own.facts };
}

async function expectWithout(market: string, orders: readonly Told[], expected: string) {
  const { lines, facts } = await without(market, orders);
  expect(lines).toEqual(linesOf(expected));
  expect((await without(market, orders, 1)).lines).toEqual(lines);
  return facts;
}

/** Bids 10 at 52 when somebody offers at 55: what was ahead of it, and what it got when. */
async function bought(source: EventSource): Promise<string[]> {
  const run = new TestEngine((desk) => ({
    onBook({ book, instrument }) {
      if (book.sizeAt(-1, 5500) === 0 || desk.openOrders().length > 0) return;
      desk.place({ instrument: instrument.id, side: 'buy', price: 5200, size: 1000 });
    },
  }));
  await replay(run.engine, [{ events: source, endsAt: at(60) }], new InstrumentList());
  const accepted = run.journal.rows('orders').find(({ step }) => step === 'accepted');
  const fills = run.journal.rows('fills').map(({ size, time }) => `${size} at ${(time - START) / 1e6}`);
  return [`ahead ${accepted?.queueAhead}`, ...fills];
}

describe('a recorded book less our own orders', () => {
  it('shows what others have: a level of 120 with 20 of ours shows 100, before, during and after', async () => {
    const facts = await expectWithout(
      `0.0 book 52x100 | 54x50
       1.0 bid 52x120
       2.0 bid 52x130
       3.0 bid 52x110
       4.0 bid 52x115`,
      [{ buy: 20, arrived: 1.02, ended: 2.97 }],
      `0.0 book 52x100 | 54x50
       2.0 bid 52x110
       4.0 bid 52x115`,
    );
    expect(facts).toMatchObject({ orders: 1, prints: 0, clamps: 0, untraced: 0, unprinted: 0, unknown: 0 });
  });

  it('keeps a print in which we were the maker: our fill of 5 leaves 15 of ours', async () => {
    await expectWithout(
      `0.0 book 52x120 | 54x50
       1.0 sells 5 at 52
       1.0 bid 52x115
       2.0 bid 52x215
       3.0 bid 52x200`,
      [{ buy: 20, placed: -100, ended: 3, fills: [[1.1, 5, 52, 'maker']] }],
      `0.0 book 52x100 | 54x50
       1.0 sells 5 at 52
       2.0 bid 52x200`,
    );
  });

  it('and where the print took more than ours, the others are less by the rest', async () => {
    await expectWithout(
      `0.0 book 52x120 | 54x50
       1.0 bid 52x95 + sells 25 at 52
       2.0 bid 52x80`,
      [{ buy: 20, placed: -100, ended: 2, fills: [[1, 5, 52, null]] }],
      `0.0 book 52x100 | 54x50
       1.0 bid 52x80 + sells 25 at 52`,
    );
  });

  it('has no print of our own taking, whoever else trades then; what rests of that order is taken out', async () => {
    const facts = await expectWithout(
      `0.0 book 52x100 | 54x50
       1.0 buys 50 at 54
       1.0 ask 54x0
       1.1 buys 30 at 54
       1.1 bid 54x30
       1.2 sells 50 at 54
       5.0 bid 54x0`,
      [{ buy: 80, limit: 54, arrived: 1, ended: 5, fills: [[1.1, 50, 54, 'taker']] }],
      `0.0 book 52x100 | 54x50
       1.0 ask 54x0
       1.1 buys 30 at 54
       1.2 sells 50 at 54`,
    );
    expect(facts).toMatchObject({ orders: 1, prints: 1, unprinted: 0 });
  });

  it('finds our taking told in another way: many fills as one print, one fill as many prints', async () => {
    const facts = await expectWithout(
      `0.0 book 52x100 | 54x50
       1.0 buys 10 at 54
       5.0 buys 3 at 54 + buys 4 at 54
       9.0 buys 9 at 54`,
      [
        {
          buy: 10,
          limit: 54,
          arrived: 1,
          fills: [
            [1, 4, 54, 'taker'],
            [1, 6, 54, 'taker'],
          ],
        },
        { buy: 7, limit: null, arrived: 5, fills: [[5, 7, 54, null]] },
        { buy: 8, limit: 54, arrived: 9, ended: 9, fills: [[9, 8, 54, 'taker']] },
      ],
      `0.0 book 52x100 | 54x50
       9.0 buys 9 at 54`,
    );
    expect(facts).toMatchObject({ orders: 0, prints: 3, unprinted: 1 });
  });

  it('takes a NO order for what it is in YES: NO at 46 rests as an offer of YES at 54', async () => {
    await expectWithout(
      `0.0 book 52x100 | 54x50
       1.0 ask 54x60
       2.0 sells 3 at 52
       3.0 ask 54x50`,
      [
        { sell: 10, limit: 54, arrived: 1, ended: 3 },
        { sell: 3, limit: 52, arrived: 2, fills: [[2, 3, 52, 'taker']] },
      ],
      '0.0 book 52x100 | 54x50',
    );
  });

  it('never shows less than nothing, and counts how often it would have', async () => {
    const facts = await expectWithout(
      `0.0 book 52x100 | 54x50
       10.0 bid 52x15
       11.0 bid 52x40`,
      [{ buy: 20, placed: -1 }],
      `0.0 book 52x80 | 54x50
       10.0 bid 52x0
       11.0 bid 52x20`,
    );
    expect(facts).toMatchObject({ orders: 1, clamps: 1, untraced: 0 });
  });

  it('what the book does not show of us takes hold at its own time, and the level is told again', async () => {
    const facts = await expectWithout(
      `0.0 book 52x100 51x30 | 54x50
       10.0 ask 55x1
       20.0 ask 55x2`,
      [{ buy: 30, limit: 51, arrived: 5, ended: 15 }],
      `0.0 book 52x100 51x30 | 54x50
       10.0 ask 55x1 + bid 51x0
       20.0 ask 55x2 + bid 51x30`,
    );
    expect(facts).toMatchObject({ orders: 1, clamps: 0, untraced: 2 });
  });

  it('finds ours in a change that sums up several orders, and our taking in a print of nobody knows whom', async () => {
    const facts = await expectWithout(
      `0.0 book 52x100 | 54x50
       1.0 bid 52x150
       3.0 trades 7 at 54
       5.0 bid 52x90`,
      [
        { buy: 20, arrived: 1.4, ended: 4.6 },
        { buy: 7, limit: 54, arrived: 3.2, fills: [[3.2, 7, 54, 'taker']] },
      ],
      `0.0 book 52x100 | 54x50
       1.0 bid 52x130
       5.0 bid 52x90`,
    );
    expect(facts).toMatchObject({ orders: 1, prints: 1, untraced: 0, unprinted: 0 });
  });

  it('survives gaps: a snapshot has ours in it', async () => {
    await expectWithout(
      `0.0 book 52x100 | 54x50
       1.0 bid 52x120
       2.0 gap
       5.0 book 52x70 | 54x50
       6.0 bid 52x50`,
      [{ buy: 20, arrived: 1, ended: 6 }],
      `0.0 book 52x100 | 54x50
       2.0 gap
       5.0 book 52x50 | 54x50`,
    );
  });

  it('quotes: less ours, and where the best was ours alone, the next of the book', async () => {
    await expectWithout(
      `0.0 book 51x30 | 54x50
       1.0 bid 52x20
       2.0 quote 52x20 | 54x50
       3.0 bid 52x25
       4.0 quote 52x25 | 54x50`,
      [{ buy: 20, arrived: 1 }],
      `0.0 book 51x30 | 54x50
       2.0 quote 51x30 | 54x50
       3.0 bid 52x5
       4.0 quote 52x5 | 54x50`,
    );
    await expectWithout('1.0 quote 52x20 | 54x50', [{ buy: 20, arrived: 0 }], '1.0 quote 52x0 | 54x50');
  });

  it('is where a simulated order queues behind others alone, and is not filled by our own aggression', async () => {
    const market = `0.0 listed + book 52x100 | 54x50
       1.0 bid 52x120
       2.0 ask 55x5
       3.0 sells 60 at 52
       4.0 sells 45 at 52
       5.0 sells 45 at 52`;
    const again = () => sourceOf(marketOf(market));
    const orders = [
      { buy: 20, arrived: 1 },
      { sell: 45, limit: null, arrived: 4, fills: [[4, 45, 52, 'taker']] as const },
    ];
    const own = new OwnOrders({ path: 'broker.csv', name: 'broker.csv', sha256: '', orders: orders.map(order) });
    const { events } = await own.takeOut({ events: again(), again, endsAt: at(60) }, START);
    expect(await bought(events)).toEqual(['ahead 100.00', '5.00 at 5']);
    expect(await bought(again())).toEqual(['ahead 120.00', '10.00 at 5']);
  });

  it('an order of which nobody knows the price stays in the book, and is counted; one that ended long ago is none', async () => {
    const market = '0.0 book 52x100 | 54x50';
    const facts = await expectWithout(market, [{ buy: 5, limit: null, placed: 0, ended: 9 }], market);
    expect(facts).toMatchObject({ orders: 0, unknown: 1 });
    expect(await expectWithout(market, [{ buy: 5, placed: -9, ended: -1 }], market)).toMatchObject({ orders: 0 });
  });

  it('a name that is two markets is an error: an order was in one', async () => {
    const file = { path: 'broker.csv', name: 'broker.csv', sha256: '', orders: [order({ buy: 1, arrived: 1 }, 0)] };
    const source = sourceOf(marketOf('0.0 book 52x100 | 54x50'));
    const others = {
      ...source,
      instruments: [{ ...source.instruments[0], id: 'other:KXRAIN-26JUN01-T1', venue: 'other' }],
    };
    const own = new OwnOrders(file);
    await own.takeOut({ events: source, again: () => source, endsAt: at(60) }, START);
    await expect(own.takeOut({ events: others, again: () => others, endsAt: at(60) }, START)).rejects.toThrow(
      'broker.csv: order order 1: KXRAIN-26JUN01-T1 is kalshi:KXRAIN-26JUN01-T1 and other:KXRAIN-26JUN01-T1; name it with its venue',
    );
  });

  it('a price that the market cannot have is an error that names the order', async () => {
    const broken = { ...order({ buy: 1, arrived: 1 }, 0), limit: 1n };
    const own = new OwnOrders({ path: 'broker.csv', name: 'broker.csv', sha256: '', orders: [broken] });
    const events = sourceOf(marketOf('0.0 book 52x100 | 54x50'));
    await expect(own.takeOut({ events, again: () => events, endsAt: at(60) }, START)).rejects.toThrow(
      'broker.csv: order order 1: a price has more than the 4 decimals of its market',
    );
  });
});
