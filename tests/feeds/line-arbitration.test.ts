/** Two lines of the same markets on one tape: what either brings is told once, what both lost is a gap. */
import { describe, expect, it } from 'vitest';
import { decoderFor } from '../../src/feeds/index.ts';
import { arbitrated } from '../../src/feeds/line-arbitration.ts';
import { BarField, EventBatch, EventFlag, EventKind, LifecycleCode, Side } from '../../src/market/event.ts';
import { type DecoderFactory, Direction, FrameView, frameBatchOf, textFrame } from '../../src/market/frame.ts';
import { openTape } from '../../src/tape/tape.ts';
import { type Row, rowsOf, type StampedRow } from '../support/events.ts';
import { fixtures } from '../support/fixtures.ts';
import { MARKET } from '../support/kalshi.ts';
import { type Sides, TwoLines } from '../support/kalshi-lines.ts';
import { words } from '../support/words.ts';

const SECOND = 1_000_000;

/** Bids at 0.52 and 0.51, an offer at 0.54 (a NO bid at 0.46). */
const book: Sides = {
  yes: new Map([
    [5200, 10_000],
    [5100, 30_000],
  ]),
  no: new Map([[4600, 5_000]]),
};
const wholeBook = ['bookClear', 'bookLevel buy 5200 10000', 'bookLevel buy 5100 30000', 'bookLevel sell 5400 5000'];

describe('two lines that both stand', () => {
  it('tell a market once: its listing, its book, each change', () => {
    const lines = new TwoLines();
    expect(words(lines.a.connect(MARKET))).toEqual(['lifecycle']);
    expect(words(lines.b.connect(MARKET))).toEqual([]);
    expect(words(lines.a.snapshot(book))).toEqual([
      'bookClear',
      'bookLevel buy 5200 10000',
      'bookLevel buy 5100 30000',
      'bookLevel sell 5400 5000',
    ]);
    expect(words(lines.b.snapshot(book))).toEqual([]);
    expect(words(lines.a.change('yes', 5200, 1_000))).toEqual(['bookLevel buy 5200 11000']);
    expect(words(lines.b.change('yes', 5200, 1_000))).toEqual([]);
    expect(lines.decoder.instruments).toHaveLength(1);
  });

  it('tell a trade when the first of them brings it, whichever that is', () => {
    const lines = TwoLines.up(book);
    const at = lines.now;
    expect(words(lines.b.trade(5400, 100, at))).toEqual(['trade buy 5400 100']);
    expect(words(lines.a.trade(5400, 100, at))).toEqual([]);
    expect(words(lines.a.trade(5400, 200, at + 1000))).toEqual(['trade buy 5400 200']);
    expect(words(lines.b.trade(5400, 200, at + 1000))).toEqual([]);
  });

  it('tell two trades of the same time, price and size as two', () => {
    const lines = TwoLines.up(book);
    const at = lines.now;
    expect(words(lines.a.trade(5400, 100, at))).toEqual(['trade buy 5400 100']);
    expect(words(lines.b.trade(5400, 100, at))).toEqual([]);
    expect(words(lines.b.trade(5400, 100, at))).toEqual(['trade buy 5400 100']);
    expect(words(lines.a.trade(5400, 100, at))).toEqual([]);
    expect(words(lines.a.trade(5400, 100, at))).toEqual(['trade buy 5400 100']);
  });

  it('tell a quote once, and none that is older than what the other has told', () => {
    const lines = TwoLines.up(book);
    const at = lines.now + SECOND;
    expect(words(lines.a.ticker(5200, 5300, at))).toEqual(['quote buy 5200 1', 'quote sell 5300 1']);
    expect(words(lines.b.ticker(5200, 5300, at))).toEqual([]);
    expect(words(lines.a.ticker(5100, 5300, at + 2000))).toHaveLength(2);
    expect(words(lines.b.ticker(5000, 5300, at + 1000))).toEqual([]);
    expect(words(lines.b.ticker(5100, 5300, at + 2000))).toEqual([]);
  });

  it('tell lifecycle and account messages once, though each was sent at a time of its own', () => {
    const lines = TwoLines.up(book);
    const paused = (sent: number) => ({
      type: 'market_lifecycle_v2',
      sid: 9,
      sending_ts_ms: sent,
      msg: { market_ticker: MARKET, event_type: 'deactivated' },
    });
    const fill = (sent: number) => ({
      type: 'fill',
      sid: 10,
      sending_ts_ms: sent,
      msg: { market_ticker: MARKET, trade_id: 'd91bc706', count_fp: '1.00' },
    });
    expect(lines.a.receive(paused(1787838983000))).toMatchObject([{ code: LifecycleCode.paused }]);
    expect(lines.b.receive(paused(1787838983004))).toEqual([]);
    expect(lines.b.receive(fill(1787838983005))).toMatchObject([{ kind: EventKind.account }]);
    expect(lines.a.receive(fill(1787838983001))).toEqual([]);
  });

  it('share what came over HTTP', () => {
    const lines = TwoLines.up(book);
    const list = JSON.stringify({ markets: [{ ticker: MARKET, title: 'Gold', close_time: '2026-08-27T15:00:00Z' }] });
    const http = (direction: Direction, text: string) => lines.frame(textFrame(lines.stamp, 5000, direction, text));
    expect(http(Direction.out, 'GET https://venue/markets')).toEqual([]);
    const rows = http(Direction.in, list);
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(rows.map((row) => JSON.stringify(row))).size).toBe(rows.length);
  });

  it('count together what could not be decoded', () => {
    const lines = TwoLines.up(book);
    lines.a.receive('{');
    lines.b.receive('{');
    lines.b.receive({ type: 'weather', sid: 8 });
    expect(Object.fromEntries(lines.decoder.problems)).toEqual({ 'malformed JSON': 2, 'unknown type weather': 1 });
  });
});

describe('a book', () => {
  it("is the other line's when the leader loses its connection: told whole, and no gap", () => {
    const lines = TwoLines.up(book);
    const rows = lines.a.disconnect();
    expect(words(rows)).toEqual(wholeBook);
    expect(rows.every(({ flags }) => flags === EventFlag.snapshot)).toBe(true);
    expect(words(lines.b.change('yes', 5200, 1_000))).toEqual(['bookLevel buy 5200 11000']);
  });

  it('does not change hands when the standby comes and goes', () => {
    const lines = TwoLines.up(book);
    expect(lines.b.disconnect()).toEqual([]);
    expect(words(lines.a.change('yes', 5200, 1_000))).toEqual(['bookLevel buy 5200 11000']);
    expect(lines.b.connect(MARKET)).toEqual([]);
    expect(lines.b.snapshot(book)).toEqual([]);
    expect(words(lines.a.change('yes', 5200, -1_000))).toEqual(['bookLevel buy 5200 10000']);
  });

  it('goes back to a line that has come back when the other one goes', () => {
    const lines = TwoLines.up(book);
    lines.a.disconnect();
    lines.b.change('yes', 5200, 1_000);
    lines.a.connect(MARKET);
    expect(lines.a.snapshot({ ...book, yes: new Map([[5200, 11_000]]) })).toEqual([]);
    lines.now += 60 * SECOND;
    for (const line of [lines.a, lines.b]) line.ticker(5200, 5300, lines.now);
    expect(words(lines.b.disconnect())).toEqual(['bookClear', 'bookLevel buy 5200 11000', 'bookLevel sell 5400 5000']);
  });

  it('has a gap when both are down, until the first that brings a snapshot, which leads from then on', () => {
    const lines = TwoLines.up(book);
    lines.a.disconnect();
    const lost = lines.b.disconnect();
    expect(words(lost)).toContain('gap disconnected');
    expect(lost.reduce((all, { flags }) => all | flags, 0)).toBe(EventFlag.book | EventFlag.trades);
    expect(lines.markets[0].bookComplete).toBe(false);
    lines.b.connect(MARKET);
    lines.a.connect(MARKET);
    expect(words(lines.b.snapshot(book))).toEqual(wholeBook);
    expect(lines.a.snapshot(book)).toEqual([]);
    expect(lines.a.change('yes', 5200, 500)).toEqual([]);
    expect(words(lines.b.change('yes', 5200, 500))).toEqual(['bookLevel buy 5200 10500']);
  });

  it("that a hole in the leader's numbering has spoiled is the other line's; the healed one stands by", () => {
    const lines = TwoLines.up(book);
    lines.b.change('yes', 5200, 1_000);
    lines.b.change('yes', 5200, 1_000);
    lines.a.miss();
    expect(words(lines.a.change('yes', 5200, 1_000))).toEqual([
      'bookClear',
      'bookLevel buy 5200 12000',
      'bookLevel buy 5100 30000',
      'bookLevel sell 5400 5000',
    ]);
    expect(lines.a.snapshot(book)).toEqual([]);
    expect(words(lines.b.change('yes', 5100, -30_000))).toEqual(['bookLevel buy 5100 0']);
  });

  it('is as far as the standby has come: one that lags takes it back, and goes on from there', () => {
    const lines = TwoLines.up(book);
    lines.a.change('yes', 5200, 1_000);
    lines.a.change('no', 4600, -5_000);
    lines.b.change('yes', 5200, 1_000);
    expect(words(lines.a.disconnect())).toContain('bookLevel sell 5400 5000');
    expect(words(lines.b.change('no', 4600, -5_000))).toEqual(['bookLevel sell 5400 0']);
    expect(lines.markets[0].book).toMatchObject({ bidPrice: 5200, bidSize: 11_000, askPrice: Infinity });
  });

  it("is the other line's when the leader says nothing for ten seconds while that one does", () => {
    const lines = TwoLines.up(book);
    lines.now += 6 * SECOND;
    expect(lines.b.change('yes', 5200, 1_000)).toEqual([]);
    lines.now += 6 * SECOND;
    expect(words(lines.b.change('yes', 5200, 1_000))).toContain('bookLevel buy 5200 12000');
    // It was only late, and has nothing to add.
    expect(lines.a.change('yes', 5200, 1_000)).toEqual([]);
    expect(words(lines.b.change('yes', 5200, 1_000))).toEqual(['bookLevel buy 5200 13000']);
  });

  it('that is lost while the other line is silent is lost', () => {
    const lines = TwoLines.up(book);
    for (const size of [1_000, 2_000]) {
      lines.now += 6 * SECOND;
      lines.a.change('yes', 5200, size);
    }
    expect(words(lines.a.disconnect())).toContain('gap disconnected');
    expect(lines.markets[0].bookComplete).toBe(false);
  });

  it('rests in quiet hours: who is first to speak again is not the only one who does', () => {
    const lines = TwoLines.up(book);
    for (const size of [10_100, 10_200, 10_300]) {
      lines.now += 3600 * SECOND;
      expect(lines.b.change('yes', 5200, 100)).toEqual([]);
      lines.now += 1000;
      expect(words(lines.a.change('yes', 5200, 100))).toEqual([`bookLevel buy 5200 ${size}`]);
    }
  });

  it('stays with its leader when the other line comes back in a quiet hour: its snapshot is no news', () => {
    const lines = TwoLines.up(book);
    lines.b.disconnect();
    lines.now += 3600 * SECOND;
    lines.b.connect(MARKET);
    lines.b.snapshot(book);
    lines.now += 3600 * SECOND;
    expect(lines.b.change('yes', 5200, 100)).toEqual([]);
    expect(words(lines.a.change('yes', 5200, 100))).toEqual(['bookLevel buy 5200 10100']);
  });
});

describe('trades', () => {
  const gaps = (rows: readonly StampedRow[]) => rows.filter(({ kind }) => kind === EventKind.gap);

  it('are whole while the other line carries them', () => {
    const lines = TwoLines.up(book);
    expect(gaps(lines.b.disconnect())).toEqual([]);
    lines.b.connect(MARKET);
    lines.b.snapshot(book);
    lines.now += 6 * SECOND;
    lines.a.trade(5400, 100, lines.now);
    expect(gaps(lines.a.disconnect())).toEqual([]);
  });

  it('may be missing when the other line has been back for less than what a late line still has to bring', () => {
    const lines = TwoLines.up(book);
    lines.b.disconnect();
    lines.b.connect(MARKET);
    lines.b.snapshot(book);
    lines.now += 2 * SECOND;
    lines.a.trade(5400, 100, lines.now);
    expect(gaps(lines.a.disconnect())).toMatchObject([{ flags: EventFlag.trades }, { flags: 0 }]);
    expect(lines.markets[0].bookComplete).toBe(true);
  });

  it('may be missing when the other line has just missed some', () => {
    const lines = TwoLines.up(book);
    lines.b.missTrade();
    expect(gaps(lines.b.trade(5400, 100, lines.now))).toEqual([]);
    lines.now += SECOND;
    lines.a.trade(5400, 100, lines.now);
    expect(gaps(lines.a.disconnect())).toMatchObject([{ flags: EventFlag.trades }, { flags: 0 }]);
  });

  it('may be missing when the line that carried on alone had died unnoticed', () => {
    const lines = TwoLines.up(book);
    lines.b.disconnect();
    lines.now += 10 * SECOND;
    lines.b.connect(MARKET);
    lines.b.snapshot(book);
    lines.now += 20 * SECOND;
    expect(gaps(lines.a.disconnect())).toMatchObject([{ flags: EventFlag.trades }, { flags: 0 }]);
  });

  it('that one line missed are told by the other, and no later trade is taken for them', () => {
    const lines = TwoLines.up(book);
    const at = lines.now;
    lines.a.disconnect();
    expect(words(lines.b.trade(5400, 100, at))).toEqual(['trade buy 5400 100']);
    lines.a.connect(MARKET);
    lines.a.snapshot(book);
    expect(words(lines.a.trade(5400, 100, at + 1000))).toEqual(['trade buy 5400 100']);
    expect(words(lines.b.trade(5400, 100, at + 1000))).toEqual([]);
  });

  it('of a line more than a minute behind are left out and counted: they may have been told', () => {
    const lines = TwoLines.up(book);
    const at = lines.now;
    lines.a.trade(5400, 100, at);
    lines.now += 61 * SECOND;
    lines.a.trade(5400, 200, lines.now);
    expect(lines.b.trade(5400, 100, at)).toEqual([]);
    expect(words(lines.b.trade(5400, 300, lines.now))).toEqual(['trade buy 5400 300']);
    expect(Object.fromEntries(lines.decoder.problems)).toEqual({
      'trade older than what is kept of the other line': 1,
    });
  });

  it('that are inferred come from one line only', () => {
    const lines = new TwoLines();
    const ticker = (volume: string, at: number) => ({
      type: 'ticker',
      sid: 3,
      msg: { market_ticker: MARKET, price_dollars: '0.5400', volume_fp: volume, ts_ms: at },
    });
    const trades = (rows: readonly Row[]) => rows.filter(({ kind }) => kind === EventKind.trade).length;
    for (const line of [lines.a, lines.b]) {
      line.open();
      line.subscribe('ticker', [MARKET]);
    }
    const told = [lines.a, lines.b, lines.a, lines.b].map((line, i) =>
      trades(line.receive(ticker(`${10 + 2 * i}.00`, 1787838983000 + i))),
    );
    expect(told).toEqual([0, 0, 1, 0]);
    lines.a.disconnect();
    expect(trades(lines.b.receive(ticker('20.00', 1787838983009)))).toBe(1);
  });
});

describe('feeds other than Kalshi', () => {
  const facts = [{ symbol: 'BTCUSDT', priceDecimals: 2, sizeDecimals: 1 }];
  const connections = [
    { connection: 1, line: 'A' as const },
    { connection: 2, line: 'B' as const },
  ];

  function recording(factory: DecoderFactory = decoderFor({ feed: 'binance', connections })) {
    const decoder = factory.create(facts);
    let sequence = 0;
    return (connection: number, direction: Direction, text: object | string): StampedRow[] => {
      const payload = typeof text === 'string' ? text : JSON.stringify(text);
      const at = BigInt(sequence) * 1_000_000_000n;
      const batch = new EventBatch(8);
      const frame = textFrame(at, connection, direction, payload);
      decoder.decode(new FrameView().at(frameBatchOf([frame], sequence++), 0), batch);
      return rowsOf(batch);
    };
  }
  const update = (U: number, u: number, bid: string) => ({
    data: { e: 'depthUpdate', E: 1633998512068, s: 'BTCUSDT', U, u, b: [['1.00', bid]], a: [] },
    stream: 'btcusdt@depth',
  });

  it('a book that came over HTTP for one line serves the other only while that one follows it', () => {
    const frame = recording();
    const get = (lastUpdateId: number) => {
      frame(9, Direction.out, 'GET https://api.binance.com/api/v3/depth?symbol=BTCUSDT');
      return frame(9, Direction.in, { lastUpdateId, bids: [['1.00', '5.0']], asks: [] });
    };
    frame(2, Direction.in, update(101, 101, '6.0'));
    expect(get(100)).toEqual([]);
    // Line B is the one that is there, so it leads.
    expect(words(frame(2, Direction.in, update(102, 102, '7.0')))).toEqual(['bookClear', 'bookLevel buy 100 70']);
    // Line A was never heard: its copy of the book is a dead one.
    const lost = frame(2, Direction.note, { note: 'disconnected', reason: 'cut' });
    expect(words(lost)).toEqual(['gap disconnected']);
    expect(words(frame(1, Direction.in, update(101, 103, '8.0')))).toEqual(['bookClear', 'bookLevel buy 100 80']);
  });

  /** A decoder that writes rows as frames state them. */
  const rowFactory: DecoderFactory = {
    version: 'rows-1',
    create: () => {
      const instruments: never[] = [];
      return {
        instruments,
        problems: new Map(),
        decode(frame, out) {
          for (const row of JSON.parse(frame.text()) as (Partial<Row> & { decimals?: number; at?: number })[]) {
            const { decimals, at = 0, kind = EventKind.lifecycle, side = Side.none, price = 0, size = 0 } = row;
            if (decimals)
              instruments.push({ symbol: 'X', priceDecimals: decimals, sizeDecimals: 0, ticks: [] } as never);
            const code = row.code ?? (decimals ? LifecycleCode.listed : 0);
            out.push(frame.sequence, frame.receivedAt, at, 0, kind, side, price, size, code);
          }
        },
      };
    },
  };

  it('a bar is four rows and one statement', () => {
    const frame = recording(arbitrated(rowFactory, connections));
    const bar = (volume: number) => [
      { kind: EventKind.bar, code: BarField.open, price: 10, size: 60, at: 5 },
      { kind: EventKind.bar, code: BarField.high, price: 12, at: 5 },
      { kind: EventKind.bar, code: BarField.low, price: 9, at: 5 },
      { kind: EventKind.bar, code: BarField.close, price: 11, size: volume, at: 5 },
    ];
    frame(1, Direction.in, [{ decimals: 2 }]);
    frame(2, Direction.in, [{ decimals: 2 }]);
    expect(frame(2, Direction.in, bar(100))).toHaveLength(4);
    expect(frame(1, Direction.in, bar(100))).toEqual([]);
    // A corrected bar begins as the one before it.
    expect(frame(1, Direction.in, bar(101))).toHaveLength(4);
  });

  it('a market that the lines count in other decimals comes from the first of them only', () => {
    const frame = recording(arbitrated(rowFactory, connections));
    const trade = [{ kind: EventKind.trade, price: 100, size: 1, at: 5 }];
    frame(1, Direction.in, [{ decimals: 2 }]);
    expect(frame(2, Direction.in, [{ decimals: 4 }])).toEqual([]);
    expect(frame(2, Direction.in, trade)).toEqual([]);
    expect(frame(1, Direction.in, trade)).toHaveLength(1);
  });
});

describe('which tapes are arbitrated', () => {
  it('those with a line, under a version of their own', () => {
    const plain = decoderFor({ feed: 'kalshi', connections: [{ connection: 1 }] });
    expect(plain.version).toBe(decoderFor({ feed: 'kalshi' }).version);
    const lines = decoderFor({ feed: 'kalshi', connections: [{ connection: 1 }, { connection: 2, line: 'B' }] });
    expect(lines.version).not.toBe(plain.version);
  });

  it('one whose second line never stood decodes as if there were one', async () => {
    const { header, read } = await openTape(fixtures.kalshi);
    const connections = [...header.connections, { connection: 999, line: 'B' as const }];
    const decoders = [
      decoderFor(header).create(header.instruments),
      decoderFor({ ...header, connections }).create(header.instruments),
    ];
    const batches = [new EventBatch(), new EventBatch()];
    const view = new FrameView();
    let rows = 0;
    for await (const batch of read()) {
      for (let i = 0; i < batch.count; i++) {
        decoders.forEach((decoder, which) => {
          batches[which].reset();
          decoder.decode(view.at(batch, i), batches[which]);
        });
        const [plain, arbitrated] = batches.map(rowsOf);
        if (JSON.stringify(plain) !== JSON.stringify(arbitrated)) expect(arbitrated).toEqual(plain);
        rows += plain.length;
      }
    }
    expect(rows).toBeGreaterThan(10_000);
    expect(decoders[1].problems).toEqual(decoders[0].problems);
  });
});
