import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Timers } from '../../src/engine/timers.ts';

function takeAll(timers: Timers): unknown[] {
  const tags: unknown[] = [];
  while (Number.isFinite(timers.nextAt)) tags.push(timers.take());
  return tags;
}

it('timers come in order of time; equal times in the order in which they were set', () => {
  const timers = new Timers();
  timers.set(20, 'late');
  timers.set(10, 'first of two');
  timers.set(10, 'second of two');
  timers.set(5, 'early');
  expect(timers.nextAt).toBe(5);
  expect(takeAll(timers)).toEqual(['early', 'first of two', 'second of two', 'late']);
  expect(timers.nextAt).toBe(Number.POSITIVE_INFINITY);
});

it('timers come in that order however setting and taking mix', () => {
  // A number sets a timer at that time, null takes the first one.
  const actions = fc.array(fc.option(fc.integer({ min: 0, max: 9 }), { nil: null, freq: 3 }), { maxLength: 200 });
  fc.assert(
    fc.property(actions, (list) => {
      const timers = new Timers();
      const plain: { at: number; tag: string }[] = [];
      const takeFirst = () => {
        const first = plain.reduce((best, timer) => (timer.at < best.at ? timer : best));
        plain.splice(plain.indexOf(first), 1);
        expect(timers.nextAt).toBe(first.at);
        expect(timers.take()).toBe(first.tag);
      };
      list.forEach((at, i) => {
        if (at !== null) {
          timers.set(at, String(i));
          plain.push({ at, tag: String(i) });
        } else if (plain.length > 0) takeFirst();
      });
      while (plain.length > 0) takeFirst();
      expect(timers.nextAt).toBe(Number.POSITIVE_INFINITY);
    }),
  );
});
