import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BookSide, createBook, DenseBook, type OrderBook, SortedBook } from '../../src/market/book.ts';
import { Rng } from '../../src/market/rng.ts';
import { coin, contract } from '../support/instruments.ts';
import { PlainBook, walk } from './plain-book.ts';

interface Change {
  readonly clear?: boolean;
  readonly side: BookSide;
  readonly price: number;
  readonly size: number;
}

const side = fc.constantFrom<BookSide>(1, -1);

function changes(price: fc.Arbitrary<number>): fc.Arbitrary<Change[]> {
  // Half of all changes remove a level, so that best levels go and books run empty.
  const size = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1_000_000 }));
  const set = fc.record({ side, price, size });
  const clear = fc.constant<Change>({ clear: true, side: 1, price: 0, size: 0 });
  return fc.array(fc.oneof({ arbitrary: set, weight: 40 }, { arbitrary: clear, weight: 1 }), {
    minLength: 1,
    maxLength: 120,
  });
}

/** Whole cents on the book's grid, now and then one between the slots: the book has to refine, more than once. */
const centsAndFiner = fc.oneof(
  { arbitrary: fc.integer({ min: 0, max: 100 }).map((cents) => cents * 100), weight: 30 },
  { arbitrary: fc.integer({ min: 0, max: 1000 }).map((tenths) => tenths * 10), weight: 2 },
  { arbitrary: fc.integer({ min: 0, max: 10_000 }), weight: 1 },
);

function apply(book: OrderBook, change: Change): void {
  if (change.clear) book.clear();
  else book.set(change.side, change.price, change.size);
}

function expectSame(book: OrderBook, plain: PlainBook, probe: number): void {
  expect([book.bidPrice, book.bidSize, book.askPrice, book.askSize]).toEqual([
    plain.bidPrice,
    plain.bidSize,
    plain.askPrice,
    plain.askSize,
  ]);
  for (const one of [1, -1] as const) {
    expect(book.levels(one)).toBe(plain.levels(one));
    expect(walk(book, one)).toEqual(walk(plain, one));
    expect(book.sizeAt(one, probe)).toBe(plain.sizeAt(one, probe));
    expect(book.worse(one, probe)).toBe(plain.worse(one, probe));
  }
}

const makers: [string, () => OrderBook, fc.Arbitrary<number>][] = [
  ['DenseBook, on its grid', () => new DenseBook(0, 10_000, 100), fc.integer({ min: 0, max: 100 }).map((c) => c * 100)],
  ['DenseBook, with prices finer than its grid', () => new DenseBook(0, 10_000, 100), centsAndFiner],
  [
    'DenseBook, whose bounds are not whole steps apart',
    () => new DenseBook(-50, 1000, 300),
    fc.integer({ min: -50, max: 1000 }),
  ],
  ['SortedBook, few prices', () => new SortedBook(), fc.integer({ min: 0, max: 30 })],
  ['SortedBook, prices far apart', () => new SortedBook(), fc.maxSafeInteger()],
];

describe.each(makers)('%s', (_name, make, price) => {
  it('shows what a plain book shows, after every change', () => {
    const probe = fc.oneof(price, fc.integer({ min: -30_000, max: 30_000 }));
    fc.assert(
      fc.property(changes(price), probe, (list, probed) => {
        const [book, plain] = [make(), new PlainBook()];
        for (const change of list) {
          apply(book, change);
          apply(plain, change);
          expectSame(book, plain, probed);
        }
      }),
    );
  });

  it('has no bid, no ask and no levels when new, and after clear', () => {
    const book = make();
    const empty = () => {
      expect([book.bidPrice, book.bidSize]).toEqual([Number.NEGATIVE_INFINITY, 0]);
      expect([book.askPrice, book.askSize]).toEqual([Number.POSITIVE_INFINITY, 0]);
      expect([book.levels(1), book.levels(-1)]).toEqual([0, 0]);
    };
    empty();
    book.set(1, 0, 5);
    book.set(-1, 0, 5);
    book.clear();
    empty();
  });
});

describe('DenseBook', () => {
  it.each([-1, -100, 10_001, 10_100, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses %d, which the contract cannot cost',
    (price) => {
      expect(() => new DenseBook(0, 10_000, 100).set(1, price, 1)).toThrow(RangeError);
    },
  );

  it('takes both of its bounds', () => {
    const book = new DenseBook(0, 10_000, 100);
    book.set(1, 0, 1);
    book.set(-1, 10_000, 2);
    expect([book.bidPrice, book.bidSize, book.askPrice, book.askSize]).toEqual([0, 1, 10_000, 2]);
  });

  it('may be crossed: nothing is repaired', () => {
    const book = new DenseBook(0, 10_000, 100);
    book.set(1, 6000, 1);
    book.set(-1, 5000, 1);
    expect([book.bidPrice, book.askPrice]).toEqual([6000, 5000]);
  });
});

it.each(makers)('%s: holds a thousand levels a side, set in any order', (_name, make) => {
  const [book, plain] = [make(), new PlainBook()];
  const rng = new Rng('levels');
  for (let i = 0; i < 3000; i++) {
    const change = {
      side: rng.below(2) === 0 ? (1 as const) : (-1 as const),
      price: rng.below(1001),
      size: rng.below(5),
    };
    apply(book, change);
    apply(plain, change);
  }
  expectSame(book, plain, 500);
  expect(plain.levels(1)).toBeGreaterThan(300);
});

it('walking from beyond the best price begins with the best level', () => {
  for (const book of [new DenseBook(0, 10_000, 100), new SortedBook()]) {
    book.set(1, 4000, 1);
    book.set(-1, 6000, 1);
    expect(book.worse(1, Number.POSITIVE_INFINITY)).toBe(4000);
    expect(book.worse(-1, Number.NEGATIVE_INFINITY)).toBe(6000);
    expect(book.worse(1, Number.NEGATIVE_INFINITY)).toBe(Number.NEGATIVE_INFINITY);
    expect(book.worse(-1, Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  }
});

it('books are dense where prices are bounded, sorted otherwise', () => {
  expect(createBook(contract())).toBeInstanceOf(DenseBook);
  expect(createBook(coin())).toBeInstanceOf(SortedBook);
});
