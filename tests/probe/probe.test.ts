/** Negative controls: each of them must be able to fail. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Probe, probe } from '../../src/probe/probe.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();
const tape = join(import.meta.dirname, '../../fixtures/kalshi-btc15m');

function strategyFile(name: string, body: string): string {
  const file = join(folder(), `${name}.ts`);
  writeFileSync(
    file,
    `import { z } from '${join(import.meta.dirname, '../../node_modules/zod/index.js')}';
     export default { name: '${name}', description: '', parameters: z.object({}), create: (desk) => { ${body} } };`,
  );
  return file;
}

const probed = (strategy: string): Promise<Probe> => probe({ tapes: [tape], strategy, cuts: 4, seeds: 2 });

describe('a strategy that knows the future', () => {
  it('fails: what it decides depends on where the tape ends', async () => {
    // Remembers how the tape of the run before ended, as a model does that was trained on the very session; a builtin is a way past the isolation of runs.
    const strategy = strategyFile(
      'knows',
      `let last = 0, books = 0;
       const remembered = Array.truetapeTestMemory ?? 0;
       return {
         onBook(market) {
           last = market.book.bidPrice;
           if (++books % 200 === 0) desk.decide({ action: remembered > last ? 'buy' : 'sell', reason: String(remembered) });
         },
         onEnd() { Array.truetapeTestMemory = last; },
       };`,
    );
    const { failures, lookAhead } = await probed(strategy);
    expect(failures.join()).toMatch(/look-ahead/);
    expect(lookAhead.find(({ same }) => !same)?.difference?.whole).toMatch(/^decision /);
  }, 60_000);
});

describe('a strategy that does not repeat', () => {
  it('fails: the digest depends on the run', async () => {
    const strategy = strategyFile(
      'counts',
      `const run = (Array.truetapeTestRuns = (Array.truetapeTestRuns ?? 0) + 1);
       return { onEnd() { desk.decide({ action: 'hold', reason: 'run ' + run }); } };`,
    );
    const { failures, batches } = await probed(strategy);
    expect(batches.every(({ same }) => !same)).toBe(true);
    expect(failures.join()).toMatch(/digest depends/);
  }, 60_000);
});

describe('a sound strategy', () => {
  it('passes, and is told what its result hangs on and what an optimist would have claimed', async () => {
    const { failures, lookAhead, dead, byTouch, baseline, turns, seeds } = await probed('spread_capture');
    expect(failures).toEqual([]);
    expect(lookAhead).toHaveLength(4);
    expect(lookAhead.every(({ acts }) => acts > 0)).toBe(true);
    expect(dead).toEqual([]);
    expect(byTouch.fills).toBeGreaterThan(baseline.fills);
    const free = turns.find(({ knob, setting }) => knob === 'fees' && setting === 'x0');
    expect(Number(free?.outcome.fees)).toBe(0);
    expect(seeds.map(({ digest }) => digest)).toHaveLength(2);
    expect(new Set([baseline.digest, ...seeds.map(({ digest }) => digest)]).size).toBe(3);
  }, 60_000);

  it('that does nothing has only dead knobs', async () => {
    const { dead, lookAhead, failures } = await probed('hold');
    expect(dead).toEqual(['queue', 'latency', 'fees', 'fills']);
    expect(lookAhead).toEqual([]);
    expect(failures).toEqual([]);
  }, 60_000);
});
