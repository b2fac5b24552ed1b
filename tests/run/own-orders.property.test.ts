/** Random markets with random orders of ours in them: what is left is the market without us. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBook } from '../../src/market/book.ts';
import { EventBatch, EventKind } from '../../src/market/event.ts';
import type { EventSource } from '../../src/market/frame.ts';
import type { OwnChange } from '../../src/replay/own-matching.ts';
import { traceOwn } from '../../src/replay/own-trace.ts';
import { withoutOwn } from '../../src/replay/without-own.ts';
import { snapshot } from '../support/events.ts';
import { contract } from '../support/instruments.ts';
import { at, sourceOf } from '../support/market-lines.ts';
import '../support/seed.ts';

const PRICES = [5000, 5100, 5200];
const side = fc.constantFrom(1 as const, -1 as const);
const price = fc.constantFrom(...PRICES);
const seconds = fc.integer({ min: 1, max: 9_000 }).map((milliseconds) => milliseconds / 1000);

/** Sizes of others are whole hundreds, ours are below: no change of theirs looks like one of ours. */
const other = fc.record({ seconds, side, price, size: fc.integer({ min: 0, max: 5 }).map((size) => size * 100) });
const life = fc
  .record({
    side,
    price,
    times: fc.array(seconds, { minLength: 2, maxLength: 3 }),
    size: fc.integer({ min: 2, max: 99 }),
  })
  .map(({ times, size, ...level }): OwnChange[] => {
    const [first, second, third] = [...times].sort((a, b) => a - b).map(at);
    const filled = third === undefined ? size : Math.ceil(size / 2);
    const changes = [
      { ...level, at: first, size },
      { ...level, at: second, size: -filled },
    ];
    return filled < size ? [...changes, { ...level, at: third, size: filled - size }] : changes;
  });
const session = fc.record({ others: fc.array(other, { maxLength: 30 }), lives: fc.array(life, { maxLength: 8 }) });

type Session = typeof session extends fc.Arbitrary<infer T> ? T : never;

/** Each change is a frame; what a level shows is the sum of what is there. */
function recorded({ others, lives }: Session, withOurs: boolean): EventBatch {
  const batch = new EventBatch(64);
  const shown = new Map<string, { theirs: number; ours: number }>();
  const full = PRICES.map((level): [number, number] => [level, 1000]);
  for (const { kind, instrument, side: of, price: level, size, code, flags } of snapshot(full, full)) {
    batch.push(0, at(0), at(0), instrument, kind, of, level, size, code, flags);
    shown.set(`${of} ${level}`, { theirs: size, ours: 0 });
  }
  const steps = [
    ...others.map(({ seconds: time, ...rest }) => ({ ...rest, at: at(time), isOurs: false })),
    ...(withOurs ? lives.flat().map((change) => ({ ...change, isOurs: true })) : []),
  ].sort((a, b) => a.at - b.at || Number(a.isOurs) - Number(b.isOurs));
  for (const [i, step] of steps.entries()) {
    const level = shown.get(`${step.side} ${step.price}`);
    if (!level) throw new Error('no such level');
    if (step.isOurs) level.ours += step.size;
    else level.theirs = step.size;
    const size = level.theirs + level.ours;
    batch.push(i + 1, step.at, step.at, 0, EventKind.bookLevel, step.side, step.price, size);
  }
  return batch;
}

async function taken(batch: EventBatch, lives: readonly (readonly OwnChange[])[], rows?: number) {
  let clamps = 0;
  const trace = await traceOwn(sourceOf(batch), () => lives.map((changes) => ({ changes, takes: [] })));
  return { trace, source: withoutOwn(sourceOf(batch, rows), trace, () => clamps++), clamps: () => clamps };
}

async function textOf(source: EventSource): Promise<string[]> {
  const lines: string[] = [];
  for await (const batch of source.batches())
    for (let i = 0; i < batch.count; i++)
      lines.push([batch.receivedAt[i], batch.kind[i], batch.side[i], batch.price[i], batch.size[i]].join(' '));
  return lines;
}

/** After each frame, what its levels show. */
async function booksOf(source: EventSource): Promise<Map<number, number[]>> {
  const book = createBook(contract());
  const shown = new Map<number, number[]>();
  for await (const batch of source.batches()) {
    for (let i = 0; i < batch.count; i++) {
      if (batch.kind[i] === EventKind.bookClear) book.clear();
      else book.set(batch.side[i] as 1 | -1, batch.price[i], batch.size[i]);
      shown.set(
        batch.frame[i],
        sizesOf((of, level) => book.sizeAt(of, level)),
      );
    }
  }
  return shown;
}

const sizesOf = (size: (side: 1 | -1, price: number) => number) =>
  ([1, -1] as const).flatMap((of) => PRICES.map((level) => size(of, level)));

describe('a recorded market less our own orders', () => {
  it('is, row by row, the market without us, in batches of every size', async () => {
    await fc.assert(
      fc.asyncProperty(session, async (market) => {
        const expected = await textOf(sourceOf(recorded(market, false)));
        for (const rows of [undefined, 1, 7]) {
          const { source, clamps } = await taken(recorded(market, true), market.lives, rows);
          expect(await textOf(source)).toEqual(expected);
          expect(clamps()).toBe(0);
        }
      }),
    );
  });

  it('plus ours is the recorded book, however wrong the times of the file: but for what was clamped', async () => {
    await fc.assert(
      fc.asyncProperty(session, fc.array(fc.integer({ min: -1500, max: 1500 })), async (market, errors) => {
        const batch = recorded(market, true);
        const wrong = market.lives.map((changes, i) =>
          changes.map((change) => ({ ...change, at: change.at + 1000 * (errors[i % errors.length] ?? 0) })),
        );
        const { trace, source, clamps } = await taken(batch, wrong);
        const changes = trace.markets.get(0) ?? [];
        const told = await booksOf(source);
        let last: readonly number[] = [];
        let clamped = false;
        for (const [frame, sizes] of await booksOf(sourceOf(batch))) {
          last = told.get(frame) ?? last;
          const ours = sizesOf((of, level) =>
            changes
              .filter((change) => change.frame <= frame && change.side === of && change.price === level)
              .reduce((sum, { size }) => sum + size, 0),
          ).map((size) => Math.max(0, size));
          clamped ||= ours.some((size, i) => size > sizes[i]);
          expect(last).toEqual(sizes.map((size, i) => Math.max(0, size - ours[i])));
        }
        expect(clamps() > 0).toBe(clamped);
      }),
    );
  });
});
