/** Trades that only the volume tells of. `volume` counts both parties of a contract: a trade of 10 adds 20. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VolumeReader } from '../../src/feeds/kalshi/volume.ts';
import { EventFlag, EventKind, type Side } from '../../src/market/event.ts';
import { bookDelta, bookSnapshot, KalshiWire, MARKET } from '../support/kalshi.ts';

describe('VolumeReader', () => {
  it('infers nothing from the first volume: what came before is unknown', () => {
    expect(new VolumeReader().read(100_000, 5200, 1)).toEqual([]);
  });

  it('infers nothing while the volume stays, or when it falls', () => {
    const reader = new VolumeReader();
    reader.read(1000, 5200, 1);
    expect(reader.read(1000, 5200, 1)).toEqual([]);
    expect(reader.read(400, 5200, 1)).toEqual([]);
    expect(reader.read(600, 5200, 1)).toMatchObject([{ size: 100 }]);
  });

  it('without a book the side is what the quotes suggest', () => {
    const reader = new VolumeReader();
    reader.read(1000, 5200, 1);
    expect(reader.read(3000, 5200, -1)).toEqual([{ side: -1, size: 1000, atLastPrice: true }]);
  });

  it('with a book: as much as the bids at the last price have shrunk was sold there', () => {
    const reader = new VolumeReader();
    reader.read(1000, 5200, 0);
    reader.shrank(1, 5200, 700);
    reader.shrank(1, 5100, 5000);
    expect(reader.read(3000, 5200, 1)).toEqual([
      { side: -1, size: 700, atLastPrice: true },
      { side: 0, size: 300, atLastPrice: false },
    ]);
  });

  it('as much as the asks there have shrunk was bought', () => {
    const reader = new VolumeReader();
    reader.read(1000, 5200, 0);
    reader.shrank(-1, 5200, 5000);
    expect(reader.read(3000, 5200, -1)).toEqual([{ side: 1, size: 1000, atLastPrice: true }]);
  });

  it('several changes of one level add up; each counts once', () => {
    const reader = new VolumeReader();
    reader.read(1000, 5200, 0);
    reader.shrank(1, 5200, 300);
    reader.shrank(1, 5200, 400);
    expect(reader.read(2400, 5200, 0)).toEqual([{ side: -1, size: 700, atLastPrice: true }]);
    expect(reader.read(3000, 5200, 0)).toEqual([{ side: 0, size: 300, atLastPrice: false }]);
  });

  it('never infers more than half the growth, nor more at the last price than its levels have shrunk', () => {
    const step = fc.oneof(
      fc.record({
        shrank: fc.constantFrom<Side>(1, -1),
        price: fc.constantFrom(5100, 5200),
        size: fc.integer({ min: 1, max: 999 }),
      }),
      fc.record({ volume: fc.integer({ min: 0, max: 5000 }), price: fc.constantFrom(5100, 5200) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const reader = new VolumeReader();
        let volume = 0;
        reader.read(volume, 5100, 0);
        reader.shrank(1, 1, 1);
        const shrunk = new Map<string, number>();
        for (const one of steps) {
          if ('shrank' in one) {
            reader.shrank(one.shrank, one.price, one.size);
            const key = `${one.shrank} ${one.price}`;
            shrunk.set(key, (shrunk.get(key) ?? 0) + one.size);
            continue;
          }
          volume += one.volume;
          const trades = reader.read(volume, one.price, 0);
          expect(trades.reduce((sum, { size }) => sum + size, 0)).toBe(Math.floor(one.volume / 2));
          for (const { side, size, atLastPrice } of trades) {
            expect(size).toBeGreaterThan(0);
            if (atLastPrice) expect(size).toBeLessThanOrEqual(shrunk.get(`${-side} ${one.price}`) ?? 0);
          }
          shrunk.clear();
        }
      }),
    );
  });
});

describe('on the wire', () => {
  const ticker = (volume: string, price = '0.5200') => ({
    type: 'ticker',
    sid: 2,
    msg: {
      market_ticker: MARKET,
      price_dollars: price,
      yes_bid_dollars: '0.5200',
      yes_ask_dollars: '0.5400',
      volume_fp: volume,
      yes_bid_size_fp: '90.00',
      yes_ask_size_fp: '50.00',
    },
  });
  const trades = (rows: readonly { kind: EventKind }[]) => rows.filter(({ kind }) => kind === EventKind.trade);

  it('a bid that shrinks with the volume was hit; what the book does not explain is no evidence', () => {
    const wire = new KalshiWire();
    wire.receive(bookSnapshot(1, 1));
    wire.receive(ticker('1000.00'));
    wire.receive(bookDelta(1, 2, { delta_fp: '-10.00' }));
    expect(trades(wire.receive(ticker('1030.00')))).toMatchObject([
      { side: -1, price: 5200, size: 1000, flags: EventFlag.inferred },
      { side: 0, price: 5200, size: 500, flags: EventFlag.inferred | EventFlag.offBook },
    ]);
  });

  it('without a book: at the ask it was bought, at the bid sold, between them nobody knows', () => {
    const sides = ['0.5400', '0.5200', '0.5300'].map((price) => {
      const wire = new KalshiWire();
      wire.receive(ticker('1000.00'));
      const [trade] = trades(wire.receive(ticker('1020.00', price))) as unknown as { side: number }[];
      return trade.side;
    });
    expect(sides).toEqual([1, -1, 0]);
  });

  it('the trade comes before the volume that tells of it, so that an order placed since does not count', () => {
    const wire = new KalshiWire();
    wire.receive(ticker('1000.00'));
    const kinds = wire.receive(ticker('1020.00')).map(({ kind }) => kind);
    expect(kinds.indexOf(EventKind.trade)).toBeLessThan(kinds.indexOf(EventKind.statistic));
  });
});
