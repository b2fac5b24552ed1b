/** sid and seq: what a hole in the numbers means, for whom, and until when. */
import { describe, expect, it } from 'vitest';
import { EventFlag, EventKind, GapCode } from '../../src/market/event.ts';
import { level, listed, print, type Row } from '../support/events.ts';
import { bookDelta, bookSnapshot, KalshiWire, MARKET } from '../support/kalshi.ts';

const OTHER = 'KXGOLDH-26AUG2711-T4617.99';
const THIRD = 'KXSILVER-26AUG2711-T40';

const gapRow = (instrument: number, rest: Partial<Row> = {}) => ({
  kind: EventKind.gap,
  instrument,
  code: GapCode.sequence,
  flags: EventFlag.book,
  ...rest,
});
const bookRows = (rows: readonly Row[]) =>
  rows.filter(({ kind }) => kind === EventKind.bookLevel || kind === EventKind.bookClear);
const gaps = (rows: readonly Row[]) => rows.filter(({ kind }) => kind === EventKind.gap);

/** Two markets on sid 1, a third on sid 2, all with their books; next seq of sid 1 is 3, of sid 2 is 2. */
function threeBooks(): KalshiWire {
  const wire = new KalshiWire();
  wire.subscribe(1, 'orderbook_delta', [MARKET, OTHER]);
  wire.receive(bookSnapshot(1, 1));
  wire.receive(bookSnapshot(1, 2, OTHER));
  wire.subscribe(2, 'orderbook_delta', [THIRD]);
  wire.receive(bookSnapshot(2, 1, THIRD));
  return wire;
}

describe('seq', () => {
  it('counts over all markets of a sid: no gap in a stream of two markets', () => {
    const wire = threeBooks();
    expect(wire.receive(bookDelta(1, 3))).toMatchObject([level(1, 5200, 11_000, 0)]);
    expect(wire.receive(bookDelta(1, 4, { market_ticker: OTHER }))).toMatchObject([level(1, 5200, 11_000, 1)]);
    expect(wire.receive(bookDelta(1, 5))).toMatchObject([level(1, 5200, 12_000, 0)]);
  });

  it('is consumed by acknowledgements of the sid, but not by "subscribed"', () => {
    const wire = threeBooks();
    expect(wire.receive({ type: 'ok', id: 2, sid: 1, seq: 3, msg: { market_tickers: [MARKET, OTHER] } })).toEqual([]);
    expect(gaps(wire.receive(bookDelta(1, 4)))).toEqual([]);
    wire.subscribe(3, 'orderbook_delta', ['KXNEW-1']);
    expect(gaps(wire.receive(bookDelta(1, 5)))).toEqual([]);
  });

  it('an acknowledgement that is missing is a hole like any other', () => {
    const wire = threeBooks();
    expect(gaps(wire.receive(bookDelta(1, 4)))).toHaveLength(2);
  });

  it('an error about a sid may bear one', () => {
    const wire = threeBooks();
    wire.receive({ type: 'error', id: 2, sid: 1, seq: 3, msg: { code: 14, msg: 'market ticker required' } });
    expect(gaps(wire.receive(bookDelta(1, 4)))).toEqual([]);
  });

  it('begins at 1 after the acknowledgement: a first message of 2 is a hole', () => {
    const wire = new KalshiWire();
    wire.subscribe(1, 'orderbook_delta', [MARKET]);
    const rows = wire.receive(bookSnapshot(1, 2));
    expect(rows[0]).toMatchObject(gapRow(0, { size: 1 }));
    expect(rows[1]).toMatchObject({ kind: EventKind.bookClear });
  });

  it('may begin anywhere when the acknowledgement is not on the tape', () => {
    const wire = new KalshiWire();
    expect(gaps(wire.receive(bookSnapshot(4, 5000)))).toEqual([]);
    expect(wire.receive(bookDelta(4, 5001))).toMatchObject([level(1, 5200, 11_000)]);
    expect(gaps(wire.receive(bookDelta(4, 5003)))).toMatchObject([gapRow(0, { size: 1 })]);
  });

  it('of recordings that did not keep it is not missed', () => {
    const wire = new KalshiWire();
    const { seq: _seq, ...whole } = bookSnapshot(1, 0);
    const { seq: _other, ...change } = bookDelta(1, 0);
    wire.receive(whole);
    expect(wire.receive(change)).toMatchObject([level(1, 5200, 11_000)]);
  });
});

describe('a hole', () => {
  it('puts every market of that sid in doubt, says how many are missing, and uses the message itself no more', () => {
    const wire = threeBooks();
    expect(wire.receive(bookDelta(1, 6))).toMatchObject([gapRow(0, { size: 3 }), gapRow(1, { size: 3 })]);
    expect(wire.problems).toEqual({ 'orderbook_delta without a snapshot before it': 1 });
  });

  it('changes are ignored until the next snapshot of their market', () => {
    const wire = threeBooks();
    wire.receive(bookDelta(1, 5));
    expect(wire.receive(bookDelta(1, 6))).toEqual([]);
    expect(wire.receive(bookDelta(1, 7, { market_ticker: OTHER }))).toEqual([]);
    expect(bookRows(wire.receive(bookSnapshot(1, 8, OTHER)))).not.toEqual([]);
    expect(wire.receive(bookDelta(1, 9, { market_ticker: OTHER }))).toMatchObject([level(1, 5200, 11_000, 1)]);
    expect(wire.receive(bookDelta(1, 10))).toEqual([]);
    wire.receive(bookSnapshot(1, 11));
    expect(wire.receive(bookDelta(1, 12))).toMatchObject([level(1, 5200, 11_000, 0)]);
  });

  it('leaves other sids alone', () => {
    const wire = threeBooks();
    wire.receive(bookDelta(1, 9));
    expect(wire.receive(bookDelta(2, 2, { market_ticker: THIRD }))).toMatchObject([level(1, 5200, 11_000, 2)]);
  });

  it('that a snapshot reveals is healed by it for its own market only', () => {
    const wire = threeBooks();
    const rows = wire.receive(bookSnapshot(1, 5));
    expect(gaps(rows)).toMatchObject([gapRow(0, { size: 2 }), gapRow(1, { size: 2 })]);
    expect(wire.receive(bookDelta(1, 6))).toMatchObject([level(1, 5200, 11_000, 0)]);
    expect(wire.receive(bookDelta(1, 7, { market_ticker: OTHER }))).toEqual([]);
  });

  it('backwards, or a number twice, is one too', () => {
    const wire = threeBooks();
    expect(gaps(wire.receive(bookDelta(1, 2)))).toMatchObject([gapRow(0, { size: 0 }), gapRow(1, { size: 0 })]);
    expect(gaps(wire.receive(bookDelta(1, 3)))).toEqual([]);
  });

  it('that an acknowledgement reveals is told at once', () => {
    const wire = threeBooks();
    const rows = wire.receive({ type: 'ok', id: 2, sid: 1, seq: 4, msg: { market_tickers: [MARKET, OTHER] } });
    expect(rows).toMatchObject([gapRow(0, { size: 1 }), gapRow(1, { size: 1 })]);
  });

  it('counts for a subscription whose first message on the tape was an acknowledgement', () => {
    const wire = new KalshiWire();
    wire.receive({ type: 'ok', id: 2, sid: 1, seq: 40, msg: { market_tickers: [MARKET] } });
    wire.receive(bookSnapshot(1, 41));
    expect(wire.receive(bookDelta(1, 43))).toMatchObject([gapRow(0, { size: 1 })]);
  });

  it('among trades says that trades may be missing, and leaves books alone', () => {
    const wire = threeBooks();
    wire.subscribe(5, 'trade');
    const trade = (seq: number, ticker = MARKET) => ({
      type: 'trade',
      sid: 5,
      seq,
      msg: { market_ticker: ticker, yes_price_dollars: '0.5200', count_fp: '1.00', taker_book_side: 'ask' },
    });
    expect(wire.receive(trade(1))).toMatchObject([print(-1, 5200, 100)]);
    expect(wire.receive(trade(3))).toMatchObject([
      gapRow(0, { size: 1, flags: EventFlag.trades }),
      print(-1, 5200, 100),
    ]);
    expect(wire.receive(bookDelta(1, 3))).toMatchObject([level(1, 5200, 11_000)]);
  });

  it('among trades before any market was met on that sid concerns no instrument, and is told all the same', () => {
    const wire = new KalshiWire();
    wire.subscribe(5, 'trade');
    const msg = { market_ticker: MARKET, yes_price_dollars: '0.5200', count_fp: '1.00' };
    expect(wire.receive({ type: 'trade', sid: 5, seq: 3, msg })[0]).toMatchObject(
      gapRow(-1, { size: 2, flags: EventFlag.trades }),
    );
  });
});

describe('a snapshot in mid-stream', () => {
  it('that get_snapshot asked for replaces the book; it bears the id of the command', () => {
    const wire = threeBooks();
    wire.receive(bookDelta(1, 3));
    const rows = wire.receive({ ...bookSnapshot(1, 4), id: 6 });
    expect(gaps(rows)).toEqual([]);
    expect(rows[0]).toMatchObject({ kind: EventKind.bookClear, flags: EventFlag.snapshot });
    // The change before it is gone: 100 displayed, and 10 more.
    expect(wire.receive(bookDelta(1, 5))).toMatchObject([level(1, 5200, 11_000)]);
  });

  it('takes away levels that it does not tell: a change of one of them begins at nothing', () => {
    const wire = threeBooks();
    wire.receive(bookDelta(1, 3, { price_dollars: '0.3000', delta_fp: '40.00' }));
    wire.receive(bookSnapshot(1, 4));
    expect(wire.receive(bookDelta(1, 5, { price_dollars: '0.3000' }))).toMatchObject([level(1, 3000, 1000)]);
  });

  it('of a market that was added later lists it', () => {
    const wire = threeBooks();
    wire.receive({ type: 'ok', id: 4, sid: 1, seq: 3, msg: { market_tickers: [MARKET, OTHER, 'KXNEW-1'] } });
    expect(bookRows(wire.receive(bookSnapshot(1, 4, 'KXNEW-1')))[0]).toMatchObject({ instrument: 3 });
    expect(wire.receive(bookDelta(1, 5, { market_ticker: 'KXNEW-1' }))).toMatchObject([level(1, 5200, 11_000, 3)]);
  });
});

it('a market that was added shares the holes of its sid before its first snapshot', () => {
  const wire = threeBooks();
  wire.receive({ type: 'ok', id: 4, sid: 1, seq: 3, msg: { market_tickers: [MARKET, OTHER, 'KXNEW-1'] } });
  expect(gaps(wire.receive(bookDelta(1, 5)))).toMatchObject([gapRow(0), gapRow(1), gapRow(3)]);
});

describe('leaving', () => {
  it('a market that is deleted from a sid gets no more changes: its book is given up', () => {
    const wire = threeBooks();
    const rows = wire.receive({ type: 'ok', id: 5, sid: 1, seq: 3, msg: { market_tickers: [OTHER] } });
    expect(rows).toMatchObject([gapRow(0, { code: GapCode.recorder })]);
    expect(wire.receive(bookDelta(1, 4, { market_ticker: OTHER }))).toMatchObject([level(1, 5200, 11_000, 1)]);
    // A hole in what it no longer carries is no concern of it.
    expect(gaps(wire.receive(bookDelta(1, 6)))).toMatchObject([gapRow(1)]);
  });

  it('and comes back with a snapshot when it is added again', () => {
    const wire = threeBooks();
    wire.receive({ type: 'ok', id: 5, sid: 1, seq: 3, msg: { market_tickers: [OTHER] } });
    wire.receive({ type: 'ok', id: 6, sid: 1, seq: 4, msg: { market_tickers: [OTHER, MARKET] } });
    expect(wire.receive(bookDelta(1, 5))).toEqual([]);
    wire.receive(bookSnapshot(1, 6));
    expect(wire.receive(bookDelta(1, 7))).toMatchObject([level(1, 5200, 11_000)]);
  });

  it('unsubscribing gives up all books of the sid', () => {
    const wire = threeBooks();
    expect(wire.receive({ type: 'unsubscribed', id: 102, sid: 1, seq: 3 })).toMatchObject([
      gapRow(0, { code: GapCode.recorder }),
      gapRow(1, { code: GapCode.recorder }),
    ]);
  });

  it.each([
    [10, 'channel error'],
    [25, 'subscription buffer overflow'],
  ])('error %i (%s) ends the subscription: its books are given up', (code, words) => {
    const wire = threeBooks();
    const rows = wire.receive({ type: 'error', sid: 1, seq: 3, msg: { code, msg: words } });
    expect(rows).toMatchObject([gapRow(0, { code: GapCode.disconnected }), gapRow(1, { code: GapCode.disconnected })]);
    expect(wire.problems).toEqual({ [`error ${code}: ${words}`]: 1 });
  });

  it('other errors end nothing', () => {
    const wire = threeBooks();
    expect(wire.receive({ type: 'error', id: 3, msg: { code: 8, msg: 'Unknown channel name' } })).toEqual([]);
    expect(wire.receive(bookDelta(1, 3))).toHaveLength(1);
  });
});

describe('a connection that ends', () => {
  it('gives up the books of all its subscriptions', () => {
    const wire = threeBooks();
    expect(wire.note({ note: 'disconnected', reason: 'reset by peer' })).toMatchObject(
      [0, 1, 2].map((instrument) => gapRow(instrument, { code: GapCode.disconnected })),
    );
  });

  it('the next one counts sid and seq from 1 again', () => {
    const wire = threeBooks();
    wire.note({ note: 'disconnected', reason: 'reset by peer' });
    wire.note({ note: 'connected', url: 'wss://example' }, 2);
    wire.subscribe(1, 'orderbook_delta', [MARKET], 2);
    expect(wire.receive(bookDelta(1, 1), 2)).toEqual([]);
    expect(gaps(wire.receive(bookSnapshot(1, 2), 2))).toEqual([]);
    expect(wire.receive(bookDelta(1, 3), 2)).toMatchObject([level(1, 5200, 11_000)]);
  });

  it('two connections at once do not mix their sids', () => {
    const wire = new KalshiWire();
    wire.subscribe(1, 'orderbook_delta', [MARKET], 1);
    wire.subscribe(1, 'orderbook_delta', [OTHER], 2);
    wire.receive(bookSnapshot(1, 1), 1);
    wire.receive(bookSnapshot(1, 1, OTHER), 2);
    expect(gaps(wire.receive(bookDelta(1, 7), 1))).toMatchObject([gapRow(0)]);
    expect(wire.receive(bookDelta(1, 2, { market_ticker: OTHER }), 2)).toMatchObject([level(1, 5200, 11_000, 1)]);
  });

  it('a market that two subscriptions carry follows the one of its last snapshot', () => {
    const wire = threeBooks();
    wire.subscribe(1, 'orderbook_delta', [MARKET], 2);
    wire.receive(bookSnapshot(1, 1), 2);
    expect(wire.receive(bookDelta(1, 2), 2)).toMatchObject([level(1, 5200, 11_000)]);
    expect(wire.receive(bookDelta(1, 3), 1)).toEqual([]);
    expect(wire.receive(bookDelta(1, 3), 2)).toMatchObject([level(1, 5200, 12_000)]);
  });

  it('a gap that the recorder tells of puts all its books in doubt', () => {
    const wire = threeBooks();
    expect(gaps(wire.note({ note: 'gap', reason: 'queue overflow' }))).toMatchObject(
      [0, 1, 2].map((instrument) => gapRow(instrument, { code: GapCode.recorder })),
    );
    expect(wire.receive(bookDelta(1, 3))).toEqual([]);
  });

  it('a remark means nothing', () => {
    const wire = threeBooks();
    expect(wire.note({ note: 'remark', text: 'market_rotated' })).toEqual([]);
    expect(wire.receive(bookDelta(1, 3))).toHaveLength(1);
  });
});

it('a market is listed once, before its first event', () => {
  const wire = new KalshiWire();
  expect(wire.receive(bookSnapshot(1, 1))[0]).toMatchObject(listed());
  expect(wire.receive(bookSnapshot(1, 2)).filter(({ kind }) => kind === EventKind.lifecycle)).toEqual([]);
});
