import { describe, expect, it } from 'vitest';
import { percent, plural } from '../../src/cli/output.ts';
import { progressLine } from '../../src/cli/progress.ts';

describe('figures', () => {
  it('have no signed zero', () => {
    expect([-0.000001, 0, -0.0123, 0.5].map(percent)).toEqual(['0.00 %', '0.00 %', '-1.23 %', '50.00 %']);
  });

  it('agree with their noun', () => {
    expect([0, 1, 1200].map((value) => plural(value, 'segment'))).toEqual([
      '0 segments',
      '1 segment',
      '1,200 segments',
    ]);
  });
});

describe('a line of progress', () => {
  it.each([20, 40, 80, 200])('shows how far it is on %d columns', (columns) => {
    const line = progressLine('replaying ./strategies/with/a/long/path.ts', 0.5, '1,000 frames', columns);
    expect(line.length).toBeLessThan(columns);
    expect(line).toMatch(/ \[(#+)\.+\] {2}50 %/);
  });

  it('shows all of itself where there is room, and no bar where the end is not known', () => {
    expect(progressLine('replaying hold', 0.25, '9 frames', 80)).toBe(
      'replaying hold [#####..............]  25 %  9 frames',
    );
    expect(progressLine('importing', Number.NaN, 'packing', 80)).toBe('importing  packing');
  });
});
