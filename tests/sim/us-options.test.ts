import { describe, expect, it } from 'vitest';
import { alpacaInstrument } from '../../src/feeds/alpaca/instruments.ts';
import { LifecycleCode, Side } from '../../src/market/event.ts';
import { type Instrument, InstrumentList, priceFrom } from '../../src/market/instrument.ts';
import type { VenueResponse } from '../../src/market/order.ts';
import { formatMoney, parseMoney, parseTime } from '../../src/market/units.ts';
import { SimulatedExchange } from '../../src/sim/exchange.ts';
import { noFees } from '../../src/sim/models/fees.ts';
import { constantLatency } from '../../src/sim/models/latency.ts';
import { printsOnly } from '../../src/sim/models/queue.ts';
import { alpacaRules } from '../../src/sim/venues/alpaca.ts';
import { frameOf, lifecycle, print, quote, type Row, seriesValue } from '../support/events.ts';
import { callOption } from '../support/instruments.ts';
import { venueOrder } from '../support/orders.ts';
import { expectScenario, type ScenarioOptions } from './scenario.ts';

const options: ScenarioOptions = { instrument: callOption({ option: undefined }), rules: { spreadShare: 0.75 } };

describe('an option, of which there are quotes', () => {
  it('is taken at the middle and three quarters of half the spread, rounded against us, up to the size of the quote', () => {
    expectScenario(
      `
      0.000 quote bid 1.00x10 ask 1.20x5
      0.100 buy 8 market
      -> #1 accepted ahead 0
      -> #1 bought 5 @1.18 taker modelled of 5
      -> #1 cancelled no_liquidity
      0.200 sell 3 market
      -> #2 accepted ahead 0
      -> #2 sold 3 @1.02 taker modelled of 10
      0.300 buy 1 market
      -> #3 accepted ahead 0
      -> #3 cancelled no_liquidity
      0.400 quote bid 1.00x10 ask 1.20x6
      0.500 buy 1 market
      -> #4 accepted ahead 0
      -> #4 bought 1 @1.18 taker modelled of 6
    `,
      options,
    );
  });

  it('gives an arriving limit order that price, if it is within the limit', () => {
    expectScenario(
      `
      0.000 quote bid 1.00x10 ask 1.20x5
      0.100 buy 1 @1.20
      -> #1 accepted ahead 0
      -> #1 bought 1 @1.18 taker modelled of 5
      0.200 buy 1 @1.15 post-only
      -> #2 accepted ahead 0
      0.300 buy 1 @1.20 post-only
      -> #3 rejected would_cross
    `,
      options,
    );
  });

  it('fills what rests, at its own price, when a quote comes that near; prints fill nothing', () => {
    expectScenario(
      `
      0.000 quote bid 1.00x10 ask 1.20x5
      0.100 buy 8 @1.10
      -> #1 accepted ahead 0
      0.200 trade sell 100 @1.00
      0.300 quote bid 1.00x10 ask 1.10x5
      -> #1 bought 5 @1.10 maker modelled ahead 0 then 0 of 5
      0.400 quote bid 1.00x10 ask 1.10x5
      0.500 quote bid 0.95x10 ask 1.05x2
      -> #1 bought 2 @1.10 maker modelled ahead 0 then 0 of 2
    `,
      options,
    );
  });

  it.each([
    'quote bid - ask 1.20x5',
    'quote bid 1.00x10 ask -',
    'quote bid 1.20x10 ask 1.20x5',
    'quote bid 1.30x1 ask 1.20x5',
  ])('fills nothing at a quote that is none: %s', (unusable) => {
    expectScenario(
      `
        0.000 quote bid 1.00x10 ask 1.20x5
        0.100 buy 1 @1.10
        -> #1 accepted ahead 0
        0.200 ${unusable}
        0.300 buy 1 market
        -> #2 rejected book_incomplete
        0.400 trade sell 100 @0.50
      `,
      options,
    );
  });

  it('fills nothing at a quote of more than half a minute ago', () => {
    expectScenario(
      `
      0.000 quote bid 1.00x10 ask 1.20x5
      31.000 buy 1 market
      -> #1 rejected book_incomplete
    `,
      options,
    );
  });
});

const OPEN = parseTime('2026-08-21T14:00:00Z');
const CLOSE = parseTime('2026-08-21T20:00:00Z');

class ExpiryDay {
  readonly exchange: SimulatedExchange;
  readonly #instruments: readonly Instrument[];
  #frames = 0;
  #orders = 0;
  settled: VenueResponse | undefined;

  constructor(symbol: string, cash: string, underlying = 'SPY') {
    const index: Instrument = { ...alpacaInstrument(underlying, undefined), kind: 'series' };
    this.#instruments = [
      alpacaInstrument(symbol, undefined),
      underlying === 'SPY' ? alpacaInstrument('SPY', undefined) : index,
    ];
    const list = new InstrumentList();
    for (const instrument of this.#instruments) list.add(instrument);
    this.exchange = new SimulatedExchange({
      instruments: list,
      cash: parseMoney(cash),
      latency: constantLatency(0, 0),
      queue: printsOnly,
      fillRule: 'prints',
      rules: ({ kind }) => ({ ...alpacaRules(kind, 'regular'), fees: noFees }),
    });
  }

  frame(at: number, ...rows: Row[]): this {
    this.exchange.onFrame(frameOf(at, rows, ++this.#frames), 0, rows.length);
    return this;
  }

  /** At a model price of 2.00 or so: bid 1.98, ask 2.02. */
  trade(side: 1 | -1, size: number): this {
    const [option] = this.#instruments;
    const [bid, ask] = [1.98, 2.02].map((price) => priceFrom(option, price));
    this.frame(OPEN, ...quote([bid, 100], [ask, 100]));
    const order = venueOrder(option, { id: ++this.#orders, side, price: Number.NaN, size, timeInForce: 'ioc' });
    this.exchange.send({ kind: 'place', order }, OPEN);
    while (this.exchange.arrivalAt <= OPEN) this.exchange.arrive();
    while (this.exchange.responseAt <= OPEN) this.exchange.respond();
    expect(this.exchange.account.sizeOf(option.id)).toBe(side * size);
    return this;
  }

  last(at: number, price: number): this {
    return this.frame(at, print(Side.none, priceFrom(this.#instruments[1], price), 100, { instrument: 1 }));
  }

  expire(): this {
    while (this.exchange.arrivalAt <= CLOSE) this.exchange.arrive();
    while (this.exchange.responseAt <= CLOSE) this.settled = this.exchange.respond();
    return this;
  }

  get result() {
    const { account } = this.exchange;
    const [option, shares] = this.#instruments.map(({ id }) => account.sizeOf(id));
    return { cash: formatMoney(account.cash), equity: formatMoney(account.equity), option, shares };
  }
}

describe('an option that expires at the close', () => {
  it('pays its value by the last price of the shares, which change hands at that price: together they cost the strike', () => {
    const day = new ExpiryDay('SPY260821C00640000', '100000').last(OPEN, 640).trade(1, 1);
    day.last(CLOSE - 1, 645.5).expire();
    // 201.50 paid for the option, 64,000 for 100 shares that are worth 64,550.
    expect(day.result).toEqual({ cash: '35798.50', equity: '100348.50', option: 0, shares: 100 });
    expect(day.settled).toMatchObject({
      kind: 'settled',
      at: CLOSE,
      payout: 55_000,
      delivered: { instrument: 'alpaca:SPY', size: 100, price: 645_500_000 },
    });
  });

  it('a put delivers the shares: without any they are sold short', () => {
    const day = new ExpiryDay('SPY260821P00640000', '100000').last(OPEN, 640).trade(1, 1);
    day.last(CLOSE - 1, 630).expire();
    expect(day.result).toMatchObject({ equity: '100798.50', option: 0, shares: -100 });
  });

  it('a put that was sold brings them for its strike', () => {
    const day = new ExpiryDay('SPY260821P00640000', '100000').last(OPEN, 640).trade(-1, 1);
    expect(formatMoney(day.exchange.available)).toBe('36198.50');
    day.last(CLOSE - 1, 630).expire();
    expect(day.result).toEqual({ cash: '36198.50', equity: '99198.50', option: 0, shares: 100 });
  });

  it('shares that cannot be paid are not taken: the option pays its value in cash', () => {
    const day = new ExpiryDay('SPY260821C00640000', '1000').last(OPEN, 640).trade(1, 1);
    day.last(CLOSE - 1, 645.5).expire();
    expect(day.result).toEqual({ cash: '1348.50', equity: '1348.50', option: 0, shares: 0 });
  });

  it.each([
    [640, '99798.50'],
    [640.009, '99798.50'],
    [600, '99798.50'],
  ])('at %d a call of 640 ends worthless: less than a cent is not exercised', (price, equity) => {
    const day = new ExpiryDay('SPY260821C00640000', '100000').last(OPEN, 640).trade(1, 1);
    day.last(CLOSE - 1, price).expire();
    expect(day.result).toEqual({ cash: equity, equity, option: 0, shares: 0 });
  });

  it('on an index pays cash, whatever it is', () => {
    const day = new ExpiryDay('SPXW260821C06400000', '100000', 'SPX').trade(1, 2);
    day.frame(CLOSE - 1, seriesValue(6412.25, 1)).expire();
    expect(day.result).toEqual({ cash: '102047.00', equity: '102047.00', option: 0, shares: 0 });
  });

  it('without any price of its underlying is not paid', () => {
    const day = new ExpiryDay('SPY260821C00640000', '100000').trade(1, 1).expire();
    expect(day.settled).toBeUndefined();
    expect(day.result.option).toBe(1);
  });

  it('is paid once: what the tape tells before goes first', () => {
    const day = new ExpiryDay('SPY260821C00640000', '1000').last(OPEN, 640).trade(1, 1);
    day.frame(CLOSE - 2, lifecycle(LifecycleCode.determined, { price: 10_000 }), lifecycle(LifecycleCode.settled));
    day.last(CLOSE - 1, 645.5).expire();
    expect(day.result).toMatchObject({ cash: '898.50', option: 0 });
  });

  it('ends the orders that rest', () => {
    const day = new ExpiryDay('SPY260821C00640000', '100000').last(OPEN, 640).trade(1, 1);
    const [option] = [alpacaInstrument('SPY260821C00640000', undefined)];
    day.exchange.send({ kind: 'place', order: venueOrder(option, { id: 2, side: 1, price: 10_000, size: 1 }) }, OPEN);
    while (day.exchange.arrivalAt <= CLOSE) day.exchange.arrive();
    const told: string[] = [];
    while (day.exchange.responseAt <= CLOSE) told.push(day.exchange.respond().kind);
    expect(told).toEqual(['accepted', 'cancelled', 'settled']);
  });
});
