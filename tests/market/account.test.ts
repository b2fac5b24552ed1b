import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Account, type CostBasis, unrealisedOf } from '../../src/market/account.ts';
import {
  collateral,
  type Instrument,
  notional,
  type OptionTerms,
  paid,
  priceFrom,
  sizeFrom,
} from '../../src/market/instrument.ts';
import { formatMoney, type Money, ONE_DOLLAR, parseMoney } from '../../src/market/units.ts';
import { callOption, coin, contract, inversePerpetual, share } from '../support/instruments.ts';

const option = callOption().option as OptionTerms;

/** The account in dollars, as a statement would show it. */
function statement(account: Account) {
  return {
    cash: formatMoney(account.cash),
    value: formatMoney(account.positionValue),
    realised: formatMoney(account.realised),
    unrealised: formatMoney(account.unrealised),
    fees: formatMoney(account.fees),
    equity: formatMoney(account.equity),
  };
}

/** Trades in dollars and whole units: `buy` 10 at 0.53 with a fee. */
function trader(instrument: Instrument, start = '100') {
  const account = new Account(parseMoney(start));
  const trade = (sign: number, size: number, price: number, fee: string) =>
    account.trade(instrument, sign * sizeFrom(instrument, size), priceFrom(instrument, price), parseMoney(fee));
  return {
    account,
    buy: (size: number, price: number, fee = '0') => trade(1, size, price, fee),
    sell: (size: number, price: number, fee = '0') => trade(-1, size, price, fee),
    mark: (price: number) => account.mark(instrument, priceFrom(instrument, price)),
    settle: (payout: number) => account.settle(instrument, priceFrom(instrument, payout)),
  };
}

function expectIdentity(account: Account): void {
  const { cash, positionValue, start, realised, unrealised, fees } = account;
  expect(cash + positionValue).toBe(start + realised + unrealised - fees);
  expect(account.equity).toBe(cash + positionValue);
}

describe('yes and no of a binary contract, worked by hand', () => {
  it('buying 10 YES at 0.60 costs 6.00 and is worth what YES is', () => {
    const { account, buy, mark } = trader(contract());
    buy(10, 0.6);
    expect(statement(account)).toMatchObject({ cash: '94.00', value: '6.00', equity: '100.00' });
    mark(0.75);
    expect(statement(account)).toMatchObject({ cash: '94.00', value: '7.50', unrealised: '1.50', equity: '101.50' });
  });

  it('buying 10 NO at 0.40 (selling YES at 0.60) costs 4.00, not minus 6.00', () => {
    const { account, sell, mark } = trader(contract());
    sell(10, 0.6);
    expect(statement(account)).toMatchObject({ cash: '96.00', value: '4.00', equity: '100.00' });
    mark(0.5);
    expect(statement(account)).toMatchObject({ cash: '96.00', value: '5.00', unrealised: '1.00', equity: '101.00' });
  });

  it('buying YES against NO pairs them: a dollar comes back for each pair', () => {
    const { account, sell, buy } = trader(contract());
    sell(10, 0.6); // 10 NO at 0.40: 4.00 out
    buy(4, 0.55); // 4 YES at 0.55: 2.20 out, 4 pairs: 4.00 back
    expect(account.sizeOf(contract().id)).toBe(-600);
    expect(statement(account)).toEqual({
      cash: '97.80',
      value: '2.70',
      realised: '0.20',
      unrealised: '0.30',
      fees: '0.00',
      equity: '100.50',
    });
  });

  it('a trade through zero closes one side and opens the other', () => {
    const { account, sell, buy } = trader(contract());
    sell(10, 0.6);
    buy(25, 0.55); // 10 close NO, 15 open YES: 13.75 out, 10.00 back
    expect(account.sizeOf(contract().id)).toBe(1500);
    expect(statement(account)).toMatchObject({ cash: '92.25', value: '8.25', realised: '0.50', unrealised: '0.00' });
  });

  it.each([
    ['NO', 0, { cash: '103.80', realised: '3.80', equity: '103.80' }],
    ['YES', 1, { cash: '97.80', realised: '-2.20', equity: '97.80' }],
    ['a scalar 0.30', 0.3, { cash: '102.00', realised: '2.00', equity: '102.00' }],
  ])('6 NO left from 10 at 0.40 after 4 paired at 0.55 settle as %s', (_result, payout, expected) => {
    const { account, sell, buy, settle } = trader(contract());
    sell(10, 0.6);
    buy(4, 0.55);
    expect(settle(payout)).toBe(-600);
    expect(account.sizeOf(contract().id)).toBe(0);
    expect(statement(account)).toMatchObject({ ...expected, value: '0.00', unrealised: '0.00' });
  });

  it('settling twice, or with nothing held, pays nothing', () => {
    const { account, buy, settle } = trader(contract());
    expect(settle(1)).toBe(0);
    buy(10, 0.6);
    expect(settle(1)).toBe(1000);
    expect(settle(1)).toBe(0);
    expect(statement(account).cash).toBe('104.00');
  });
});

it('collateral is held for each binary contract by itself', () => {
  const [rain, snow] = [contract(), contract({ id: 'kalshi:KXSNOW', symbol: 'KXSNOW' })];
  const account = new Account(100n * ONE_DOLLAR);
  account.trade(rain, -1000, 6000, 0n); // 10 NO at 0.40
  account.trade(snow, -1000, 7000, 0n); // 10 NO at 0.30
  expect(formatMoney(account.cash)).toBe('93.00');
  account.trade(snow, 1000, 7000, 0n);
  expect(formatMoney(account.cash)).toBe('96.00');
});

describe('other instruments', () => {
  it('an option of 100 shares moves a hundred times its price', () => {
    const { account, buy, sell } = trader(callOption(), '1000');
    buy(2, 1.05, '1.30');
    expect(statement(account)).toMatchObject({ cash: '788.70', value: '210.00', fees: '1.30' });
    sell(1, 2.05);
    expect(statement(account)).toMatchObject({ cash: '993.70', realised: '100.00', unrealised: '100.00' });
  });

  it('a short sale of shares ties up its value: proceeds are held, and as much again', () => {
    const { account, sell, buy, mark } = trader(share(), '1000');
    sell(100, 5);
    mark(6);
    expect(statement(account)).toMatchObject({
      cash: '500.00',
      value: '400.00',
      unrealised: '-100.00',
      equity: '900.00',
    });
    buy(100, 6);
    expect(statement(account)).toMatchObject({ cash: '900.00', value: '0.00', realised: '-100.00', equity: '900.00' });
  });

  it('a short option ties up what its strike may cost: a put of 100.00 sold at 2.00', () => {
    const { account, sell } = trader(callOption({ option: { ...option, right: 'put' } }), '20000');
    sell(1, 2);
    expect(statement(account)).toMatchObject({ cash: '10200.00', value: '9800.00', equity: '20000.00' });
  });

  it('coins of eight decimals are exact to the last of sixteen places', () => {
    const { account, buy } = trader(coin());
    buy(0.00000003, 0.00000007);
    expect(formatMoney(account.cash)).toBe('99.9999999999999979');
    expectIdentity(account);
  });

  it('cost leaves at its average: of 3 for 10.00 in all, one sold for 4.00 gains 0.666...', () => {
    const { account, buy, sell } = trader(share());
    buy(2, 3);
    buy(1, 4);
    sell(1, 4);
    expect(formatMoney(account.realised)).toBe('0.6666666666666667');
    sell(2, 4);
    expect(formatMoney(account.realised)).toBe('2.00');
    expect(formatMoney(account.position(share()).cost)).toBe('0.00');
  });

  it('a rebate is a negative fee', () => {
    const { account, buy } = trader(share());
    buy(1, 10, '-0.002');
    expect(statement(account)).toMatchObject({ cash: '90.002', fees: '-0.002', equity: '100.002' });
  });
});

/** Coins come in when it is bought, and what is owed is worth less of them when the price has risen. */
describe('inverse contracts, in coins', () => {
  it('Deribit: 1000 dollars bought at 600 and sold at 700 gain 0.238095 coins', () => {
    const { account, buy, sell, mark } = trader(inversePerpetual(), '2');
    buy(100, 600);
    expect(statement(account)).toMatchObject({ equity: '2.00', unrealised: '0.00' });
    mark(700);
    expect(formatMoney(account.unrealised).slice(0, 8)).toBe('0.238095');
    sell(100, 700);
    expect(formatMoney(account.realised).slice(0, 8)).toBe('0.238095');
    expect(formatMoney(account.cash).slice(0, 8)).toBe('2.238095');
    expectIdentity(account);
  });

  it('a short one gains as the price falls: 1000 dollars sold at 700, bought back at 600', () => {
    const { account, buy, sell } = trader(inversePerpetual(), '2');
    sell(100, 700);
    buy(100, 600);
    expect(formatMoney(account.realised).slice(0, 8)).toBe('0.238095');
  });

  it.each([1, -1])('opened (%d), it ties up its value in coins', (side) => {
    const { account, buy, sell } = trader(inversePerpetual(), '2');
    (side > 0 ? buy : sell)(100, 1000);
    expect(statement(account)).toMatchObject({ cash: '1.00', value: '1.00', equity: '2.00' });
  });
});

describe('what a sale closes', () => {
  const bought = (costBasis: CostBasis) => {
    const account = new Account(parseMoney('1000'), costBasis);
    const trade = (size: number, price: number) => account.trade(share(), size, priceFrom(share(), price), 0n);
    return {
      account,
      trade,
      lots: () => account.position(share()).lots.map(({ size, cost }) => [size, formatMoney(cost)]),
    };
  };

  it('at average cost: a part of everything', () => {
    const { account, trade, lots } = bought('average');
    trade(10, 5);
    trade(10, 7);
    trade(-15, 8);
    expect(formatMoney(account.realised)).toBe('30.00');
    expect(lots()).toEqual([[5, '30.00']]);
  });

  it('first in, first out: the oldest lots, one of them in part', () => {
    const { account, trade, lots } = bought('fifo');
    trade(10, 5);
    trade(10, 7);
    trade(-15, 8);
    expect(formatMoney(account.realised)).toBe('35.00');
    expect(lots()).toEqual([[5, '35.00']]);
    trade(-8, 8);
    expect(formatMoney(account.realised)).toBe('40.00');
    expect(lots()).toEqual([[-3, '-24.00']]);
  });

  it('is told by instrument: realised, fees, and what is not realised yet', () => {
    const account = new Account(parseMoney('1000'), 'fifo');
    account.trade(share(), 10, priceFrom(share(), 5), parseMoney('1'));
    account.trade(contract(), 1000, priceFrom(contract(), 0.4), parseMoney('0.17'));
    account.trade(share(), -5, priceFrom(share(), 6), 0n);
    account.mark(share(), priceFrom(share(), 7));
    const told = [...account.positions].map((position) => [
      formatMoney(position.realised),
      formatMoney(unrealisedOf(position)),
      formatMoney(position.fees),
    ]);
    expect(told).toEqual([
      ['5.00', '10.00', '1.00'],
      ['0.00', '0.00', '0.17'],
    ]);
  });

  /** One entry for each unit ever bought or sold, in order: what first in, first out means. */
  it('first in, first out is what a list of single units says, to the last digit', () => {
    const step = fc.record({ size: fc.integer({ min: -12, max: 12 }), price: fc.integer({ min: 1, max: 9_999_999 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const account = new Account(0n, 'fifo');
        const units: { side: number; price: number }[] = [];
        let realised = 0n;
        for (const { size, price } of steps) {
          if (size === 0) continue;
          account.trade(share(), size, price, 0n);
          const side = Math.sign(size);
          for (let i = 0; i < Math.abs(size); i++) {
            const [oldest] = units;
            if (!oldest || oldest.side === side) units.push({ side, price });
            else {
              realised += BigInt(oldest.side) * notional(share(), price - oldest.price, 1);
              units.shift();
            }
          }
          const cost = units.reduce((sum, unit) => sum + notional(share(), unit.price, unit.side), 0n);
          expect(account.realised).toBe(realised);
          expect(account.position(share()).cost).toBe(cost);
          expect(account.sizeOf(share().id)).toBe(units.reduce((sum, unit) => sum + unit.side, 0));
          const lots = account.position(share()).lots;
          expect(lots.reduce((sum, lot) => sum + lot.cost, 0n)).toBe(cost);
          expectIdentity(account);
        }
      }),
    );
  });
});

describe('the ledger, after every step of anything', () => {
  const kinds: [string, Instrument, number, number][] = [
    ['binary', contract(), 10_000, 500_000],
    ['equity', share(), 5_000_000, 10_000],
    ['option', callOption(), 100_000, 500],
    ['crypto', coin(), 9_000_000_000_000, 1_000_000_000],
    ['inverse', inversePerpetual(), 9_000_000, 100_000],
  ];
  const bases = fc.constantFrom<CostBasis>('average', 'fifo');

  it.each(kinds)(
    '%s: cash + position value = start + realised + unrealised - fees',
    (_kind, instrument, high, most) => {
      const price = fc.integer({ min: instrument.inverse ? 1 : 0, max: high });
      const size = fc.integer({ min: -most, max: most }).filter((value) => value !== 0);
      const fee = fc.bigInt({ min: -ONE_DOLLAR, max: ONE_DOLLAR });
      const step = fc.oneof(
        { arbitrary: fc.record({ do: fc.constant('trade' as const), price, size, fee }), weight: 6 },
        { arbitrary: fc.record({ do: fc.constant('flatten' as const), price, fee }), weight: 1 },
        { arbitrary: fc.record({ do: fc.constant('mark' as const), price }), weight: 2 },
        { arbitrary: fc.record({ do: fc.constant('settle' as const), price }), weight: 1 },
      );
      fc.assert(
        fc.property(fc.array(step, { maxLength: 60 }), bases, (steps, costBasis) => {
          const account = new Account(1000n * ONE_DOLLAR, costBasis);
          // The same, told plainly: what every trade so far has moved.
          let [position, moved, fees, mark]: [number, Money, Money, number] = [0, 0n, 0n, 0];
          const trade = (signed: number, at: number, fee: Money) => {
            account.trade(instrument, signed, at, fee);
            position += signed;
            moved += paid(instrument, at, signed);
            fees += fee;
            mark = at;
          };
          for (const one of steps) {
            if (one.do === 'trade') trade(one.size, one.price, one.fee);
            else if (one.do === 'flatten' && position !== 0) trade(-position, one.price, one.fee);
            else if (one.do === 'mark') {
              account.mark(instrument, one.price);
              mark = one.price;
            } else if (one.do === 'settle') {
              expect(account.settle(instrument, one.price)).toBe(position);
              moved += paid(instrument, one.price, -position);
              position = 0;
              mark = one.price;
            }
            expectIdentity(account);
            expect(account.sizeOf(instrument.id)).toBe(position);
            expect(account.fees).toBe(fees);
            expect(account.cash).toBe(
              account.start - moved - fees - collateral(instrument, position, account.position(instrument).cost),
            );
            expect(account.equity).toBe(
              account.start - moved - fees + (position === 0 ? 0n : paid(instrument, mark, position)),
            );
            if (position === 0) expect(account.unrealised).toBe(0n);
          }
        }),
      );
    },
  );

  it('holds over several instruments at once', () => {
    const instruments = kinds.map(([, instrument]) => instrument);
    const step = fc.record({
      which: fc.nat(instruments.length - 1),
      size: fc.integer({ min: -50, max: 50 }),
      price: fc.integer({ min: 1, max: 9999 }),
      fee: fc.bigInt({ min: 0n, max: ONE_DOLLAR }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const account = new Account(ONE_DOLLAR);
        for (const { which, size, price, fee } of steps) {
          if (size !== 0) account.trade(instruments[which], size, price, fee);
          expectIdentity(account);
        }
        const positions = [...account.positions];
        expect(positions.reduce((sum, position) => sum + position.fees, 0n)).toBe(account.fees);
        expect(positions.reduce((sum, position) => sum + position.realised, 0n)).toBe(account.realised);
      }),
    );
  });
});
