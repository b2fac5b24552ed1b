import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LobsterDecoder } from '../../src/feeds/lobster/decode.ts';
import { EventFlag, EventKind, eventKindNames, GapCode, LifecycleCode } from '../../src/market/event.ts';
import { noteFrame } from '../../src/market/frame.ts';
import type { StampedRow } from '../support/events.ts';
import { best, Follower } from './recorded.ts';

const NONE = 9_999_999_999;

const follower = (...symbols: readonly string[]) =>
  new Follower(new LobsterDecoder((symbols.length > 0 ? symbols : ['AAPL']).map((symbol) => ({ symbol }))));

const connected = (symbol: string, connection = 1) =>
  noteFrame(0n, connection, { note: 'connected', url: `${symbol}_2012-06-21_34200000_57600000_message_1.csv` });

/** Rows as short words: "bookLevel buy 100 5"; flags are left to the tests that are about them. */
function words(rows: readonly StampedRow[]): string[] {
  return rows.map(({ kind, side, price, size, code }) => {
    if (kind === EventKind.lifecycle) return `lifecycle ${code}`;
    if (kind === EventKind.bookClear) return 'bookClear';
    return `${eventKindNames[kind]} ${['sell', 'none', 'buy'][side + 1]} ${price} ${size}`;
  });
}

describe('LOBSTER messages without a book', () => {
  it('begin with an empty book and give levels by their orders', () => {
    const to = follower();
    const first = to.in('34200.004241176,1,101,18,5853300,1');
    expect(words(first)).toEqual([`lifecycle ${LifecycleCode.listed}`, 'bookClear', 'bookLevel buy 5853300 18']);
    expect(first[1].flags).toBe(EventFlag.snapshot);
    expect(first[2].exchangeAt).toBe(first[2].receivedAt);
    expect(words(to.in('34200.1,1,102,7,5853300,1'))).toEqual(['bookLevel buy 5853300 25']);
    expect(words(to.in('34200.2,2,101,8,5853300,1'))).toEqual(['bookLevel buy 5853300 17']);
    expect(words(to.in('34200.3,4,101,4,5853300,1'))).toEqual(['trade sell 5853300 4', 'bookLevel buy 5853300 13']);
    expect(words(to.in('34200.4,3,101,6,5853300,1'))).toEqual(['bookLevel buy 5853300 7']);
    expect(words(to.in('34200.5,4,102,7,5853300,1'))).toEqual(['trade sell 5853300 7', 'bookLevel buy 5853300 0']);
    expect(to.markets[0].bookComplete).toBe(true);
    expect(to.decoder.instruments[0]).toMatchObject({
      id: 'lobster:AAPL',
      kind: 'equity',
      priceDecimals: 4,
      sizeDecimals: 0,
      ticks: [{ step: 100 }],
    });
  });

  it('trade an order from before the recording, but cannot know its level', () => {
    const to = follower();
    to.in('34200.0,1,101,18,5853300,-1');
    expect(words(to.in('34200.1,4,55,100,5853300,-1'))).toEqual(['trade buy 5853300 100']);
    expect(to.in('34200.2,3,56,100,5853300,-1')).toEqual([]);
    expect(to.decoder.problems).toEqual(new Map([['order from before the recording, or from out of its view', 2]]));
    expect(to.markets[0].book.askSize).toBe(18);
  });

  it('delete an order whole, though a part of it went unseen', () => {
    const to = follower();
    to.in('34200.0,1,101,18,5853300,1');
    expect(words(to.in('34200.1,3,101,10,5853300,1'))).toEqual(['bookLevel buy 5853300 0']);
  });

  it('trade hidden orders and auctions beside the book', () => {
    const to = follower();
    to.in('34200.0,1,101,18,5853300,-1');
    const hidden = to.in('34200.1,5,0,30,5853250,1');
    expect(words(hidden)).toEqual(['trade sell 5853250 30']);
    const cross = to.in('34200.2,6,-1,5000,5853300,-1');
    expect(words(cross)).toEqual(['trade none 5853300 5000']);
    expect([hidden, cross].map(([{ flags }]) => flags)).toEqual([EventFlag.offBook, EventFlag.offBook]);
    expect(to.markets[0].book.askSize).toBe(18);
  });

  it('pause and resume', () => {
    const to = follower();
    to.in('34200.0,1,101,18,5853300,-1');
    expect(words(to.in('36023,7,0,0,-1,-1'))).toEqual([`lifecycle ${LifecycleCode.paused}`]);
    expect(to.markets[0].status).toBe('paused');
    const [quoting] = to.in('36323,7,0,0,0,-1');
    expect(quoting).toMatchObject({ code: LifecycleCode.changed, text: '{"quoting":"resumed"}' });
    expect(to.markets[0].status).toBe('paused');
    to.in('36723,7,0,0,1,-1');
    expect(to.markets[0].status).toBe('open');
  });

  it('count what they do not understand, and never throw', () => {
    const to = follower();
    for (const line of [
      '',
      'Time,Type',
      '34200.0,1,101,18,5853300,0',
      '34200.0,1,101,-5,5853300,1',
      '34200.0,1,101,x,1,1',
    ])
      expect(to.in(line)).toEqual([]);
    to.in('34200.0,9,101,18,5853300,1');
    to.in('34200.0,1,101,18,5853300,1\n1,2,3');
    expect(to.decoder.problems).toEqual(
      new Map([
        ['message that does not parse', 5],
        ['unknown type 9', 1],
        ['book row that does not parse', 1],
      ]),
    );
    fc.assert(
      fc.property(fc.string(), (text) => void to.in(text)),
      { seed: 1 },
    );
  });
});

describe('LOBSTER messages with the book', () => {
  it('begin with the first row, which has the first message in it', () => {
    const to = follower();
    const rows = to.in('34200.0,4,101,18,100,1\n110,5,100,20,120,7,-9999999999,0');
    expect(words(rows)).toEqual([
      `lifecycle ${LifecycleCode.listed}`,
      'trade sell 100 18',
      'bookClear',
      'bookLevel buy 100 20',
      'bookLevel sell 110 5',
      'bookLevel sell 120 7',
    ]);
    expect(rows.slice(2).map(({ flags }) => flags)).toEqual([1, 1, 1, 1].map((is) => is * EventFlag.snapshot));
    expect((to.decoder as LobsterDecoder).rows).toEqual({ all: 0, byMessage: 0 });
  });

  it('reveal a level when a better one goes, and drop one that falls out of view', () => {
    const to = follower();
    const decoder = to.decoder as LobsterDecoder;
    to.in('34200.0,1,1,18,100,1\n110,5,100,18');
    // Falls out: the row has no room for it. The message alone says as much.
    expect(words(to.in('34200.1,1,2,3,101,1\n110,5,101,3'))).toEqual(['bookLevel buy 101 3', 'bookLevel buy 100 0']);
    expect(decoder.rows).toEqual({ all: 1, byMessage: 1 });
    // Comes back into view, with an order more than when it went: only the row can know.
    expect(words(to.in('34200.2,3,2,3,101,1\n110,5,100,28'))).toEqual(['bookLevel buy 101 0', 'bookLevel buy 100 28']);
    expect(decoder.rows).toEqual({ all: 2, byMessage: 1 });
    // An order from before the recording is in the row, so its part goes.
    expect(words(to.in('34200.3,2,77,10,100,1\n110,5,100,18'))).toEqual(['bookLevel buy 100 18']);
    expect(decoder.rows).toEqual({ all: 3, byMessage: 2 });
    expect(decoder.problems.size).toBe(0);
  });

  it('take the row before the message', () => {
    const to = follower();
    to.in('34200.0,1,1,18,100,1\n110,5,100,18,120,5,90,1');
    // Nothing of this follows from the message.
    to.in('34200.1,5,0,1,105,1\n111,6,99,2,112,7,98,3');
    const { book } = to.markets[0];
    expect(best(book, 1, 9)).toEqual([
      { price: 99, size: 2 },
      { price: 98, size: 3 },
    ]);
    expect(best(book, -1, 9)).toEqual([
      { price: 111, size: 6 },
      { price: 112, size: 7 },
    ]);
    expect((to.decoder as LobsterDecoder).rows).toEqual({ all: 1, byMessage: 0 });
  });

  it('remove a level that the row has room for and does not show', () => {
    const to = follower();
    to.in('34200.0,1,1,18,100,1\n110,5,100,18,120,5,90,1');
    expect(words(to.in(`34200.1,5,0,1,105,1\n110,5,100,18,120,5,${-NONE},0`))).toEqual([
      'trade sell 105 1',
      'bookLevel buy 90 0',
    ]);
    expect((to.decoder as LobsterDecoder).rows).toEqual({ all: 1, byMessage: 0 });
  });

  it('know a side that is empty', () => {
    const to = follower();
    to.in(`34200.0,1,1,18,100,1\n${NONE},0,100,18,${NONE},0,${-NONE},0`);
    expect(to.markets[0].book.levels(-1)).toBe(0);
    expect(to.markets[0].book.levels(1)).toBe(1);
    to.in(`34200.1,3,1,18,100,1\n${NONE},0,${-NONE},0,${NONE},0,${-NONE},0`);
    expect(to.markets[0].book.levels(1)).toBe(0);
    expect((to.decoder as LobsterDecoder).rows).toEqual({ all: 1, byMessage: 1 });
  });
});

describe('LOBSTER rows say which order they are about', () => {
  /** Rows with their order's number, if there is one. */
  const abouts = (rows: readonly StampedRow[]) => words(rows).map((word, i) => `${word} #${rows[i].order ?? 0}`);

  it('by numbers that grow in the order of joining; messages alone', () => {
    const to = follower();
    expect(abouts(to.in('34200.0,1,101,18,100,1')).slice(1)).toEqual(['bookClear #0', 'bookLevel buy 100 18 #2']);
    expect(abouts(to.in('34200.1,1,102,7,100,1'))).toEqual(['bookLevel buy 100 25 #3']);
    expect(abouts(to.in('34200.2,4,101,4,100,1'))).toEqual(['trade sell 100 4 #2', 'bookLevel buy 100 21 #2']);
    expect(abouts(to.in('34200.3,2,102,3,100,1'))).toEqual(['bookLevel buy 100 18 #3']);
    expect(abouts(to.in('34200.4,3,101,14,100,1'))).toEqual(['bookLevel buy 100 4 #2']);
    expect(to.markets[0].lastOrder).toBe(3);
  });

  it('1 for an order from before the recording, or shown after younger ones', () => {
    const to = follower();
    to.in('34200.0,1,101,18,100,1');
    expect(abouts(to.in('34200.1,4,55,4,100,1'))).toEqual(['trade sell 100 4 #1']);
    expect(abouts(to.in('34200.2,1,99,5,100,1'))).toEqual(['bookLevel buy 100 23 #1']);
    expect(abouts(to.in('34200.3,3,99,5,100,1'))).toEqual(['bookLevel buy 100 18 #1']);
  });

  it('none for hidden executions, auctions, and levels that the row alone tells', () => {
    const to = follower();
    to.in('34200.0,1,1,18,100,1\n110,5,100,18');
    expect(abouts(to.in('34200.1,1,2,3,101,1\n110,5,101,3'))).toEqual([
      'bookLevel buy 101 3 #3',
      'bookLevel buy 100 0 #0',
    ]);
    expect(abouts(to.in('34200.2,5,0,1,105,1\n110,5,101,3'))).toEqual(['trade sell 105 1 #0']);
    expect(abouts(to.in('34200.3,4,2,3,101,1\n110,5,100,18'))).toEqual([
      'trade sell 101 3 #3',
      'bookLevel buy 101 0 #3',
      'bookLevel buy 100 18 #0',
    ]);
  });

  it('and the name of the file how many levels there are to see', () => {
    const to = follower();
    to.take(connected('AAPL'));
    expect(to.decoder.instruments[0].depth).toBe(1);
  });
});

describe('LOBSTER recordings on one tape', () => {
  it('are told apart by the file that each connection names', () => {
    const to = follower('AAPL', 'AMZN');
    expect(words(to.take(connected('AMZN', 2)))).toEqual([`lifecycle ${LifecycleCode.listed}`]);
    to.take(connected('AAPL', 1));
    to.in('34200.0,1,1,18,100,1', 2);
    to.in('34200.0,1,1,7,200,1', 1);
    expect(to.markets.map(({ instrument, book }) => [instrument.id, book.bidPrice])).toEqual([
      ['lobster:AMZN', 100],
      ['lobster:AAPL', 200],
    ]);
    expect(to.in('34200.0,1,1,7,200,1', 3)).toEqual([]);
    expect(to.decoder.problems).toEqual(new Map([['message of an unknown symbol', 1]]));
  });

  it('end in a gap; the next day begins anew with the same instrument', () => {
    const to = follower();
    to.take(connected('AAPL', 1));
    to.in('34200.0,1,1,18,100,1');
    const [gap] = to.take(noteFrame(0n, 1, { note: 'disconnected', reason: 'the recording ends' }));
    expect(gap).toMatchObject({ code: GapCode.disconnected, flags: EventFlag.book | EventFlag.trades });
    expect(to.take(connected('AAPL', 2))).toEqual([]);
    expect(words(to.in('34200.0,1,2,5,99,1', 2))).toEqual(['bookClear', 'bookLevel buy 99 5']);
    expect(best(to.markets[0].book, 1, 9)).toEqual([{ price: 99, size: 5 }]);
    // A gap that a recorder tells has the same effect.
    to.take(noteFrame(0n, 2, { note: 'gap', reason: 'test' }));
    expect(to.markets[0].bookComplete).toBe(false);
    expect(words(to.in('34201.0,1,3,6,98,1', 2))).toEqual(['bookClear', 'bookLevel buy 98 6']);
  });
});

/** An exchange as plain as can be: a list of orders. Writes messages and rows as LOBSTER does. */
class PlainExchange {
  readonly orders: { id: number; side: 1 | -1; price: number; size: number }[] = [];
  #id = 0;

  /** One message made from random numbers; both sides keep to their half of the prices. */
  message(kind: number, choice: number, size: number, offset: number): string {
    const order = this.orders[choice % Math.max(1, this.orders.length)];
    if (kind === 1 || !order) {
      const side = choice % 2 === 0 ? 1 : -1;
      const submitted = { id: ++this.#id, side, price: 100 - side * (1 + offset), size } as const;
      this.orders.push({ ...submitted });
      return `0,1,${submitted.id},${size},${submitted.price},${side}`;
    }
    const gone = kind === 3 ? order.size : Math.min(size, order.size);
    order.size -= gone;
    if (order.size === 0) this.orders.splice(this.orders.indexOf(order), 1);
    return `0,${kind},${order.id},${gone},${order.price},${order.side}`;
  }

  levels(side: 1 | -1, depth: number) {
    const prices = [...new Set(this.orders.filter((order) => order.side === side).map(({ price }) => price))];
    prices.sort((a, b) => side * (b - a));
    return prices.slice(0, depth).map((price) => {
      const here = this.orders.filter((order) => order.side === side && order.price === price);
      return { price, size: here.reduce((sum, { size }) => sum + size, 0) };
    });
  }

  row(depth: number): string {
    const [bids, asks] = [this.levels(1, depth), this.levels(-1, depth)];
    const none = (side: 1 | -1) => ({ price: -side * NONE, size: 0 });
    return Array.from({ length: depth }, (_, i) => [asks[i] ?? none(-1), bids[i] ?? none(1)])
      .flat()
      .map(({ price, size }) => `${price},${size}`)
      .join(',');
  }
}

describe('LOBSTER books of random orders', () => {
  const steps = fc.array(
    fc.tuple(fc.constantFrom(1, 1, 2, 3, 4), fc.nat(50), fc.integer({ min: 1, max: 20 }), fc.nat(6)),
    { minLength: 1, maxLength: 60 },
  );

  it('are the exchange book, from messages alone and as far as rows show', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 3 }), (messages, depth) => {
        const exchange = new PlainExchange();
        const alone = follower();
        const beside = follower();
        for (const [kind, choice, size, offset] of messages) {
          const line = exchange.message(kind, choice, size, offset);
          alone.in(line);
          beside.in(`${line}\n${exchange.row(depth)}`);
          for (const side of [1, -1] as const) {
            expect(best(alone.markets[0].book, side, 99)).toEqual(exchange.levels(side, 99));
            expect(best(beside.markets[0].book, side, 99)).toEqual(exchange.levels(side, depth));
          }
        }
        expect(alone.decoder.problems.size).toBe(0);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});
