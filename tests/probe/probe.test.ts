/** Negative controls: each of them must be able to fail. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lookAhead } from '../../src/probe/look-ahead.ts';
import { type Probe, probe } from '../../src/probe/probe.ts';
import { Variants } from '../../src/probe/variants.ts';
import { fixtures } from '../support/fixtures.ts';
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
    const { failures, lookAhead: cuts } = await probed(strategy);
    expect(failures.join()).toMatch(/look-ahead/);
    expect(cuts.find(({ same }) => !same)?.difference?.whole).toMatch(/^decision /);
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
    const { failures, lookAhead: cuts, dead, byTouch, baseline, turns, seeds } = await probed('spread_capture');
    expect(failures).toEqual([]);
    expect(cuts).toHaveLength(4);
    expect(cuts.every(({ acts }) => acts > 0)).toBe(true);
    expect(dead).toEqual([]);
    expect(byTouch.fills).toBeGreaterThan(baseline.fills);
    const free = turns.find(({ knob, setting }) => knob === 'fees' && setting === 'x0');
    expect(Number(free?.outcome.fees)).toBe(0);
    expect(seeds.map(({ digest }) => digest)).toHaveLength(2);
    expect(new Set([baseline.digest, ...seeds.map(({ digest }) => digest)]).size).toBe(3);
  }, 60_000);

  it('that answers its fills and timers is not taken for one that knows them, with outcomes or without', async () => {
    const base = { tapes: [tape], strategy: join(import.meta.dirname, '../../examples/quotes-and-exits.ts') };
    for (const settlements of [undefined, fixtures.kalshiSettlements]) {
      const cuts = await lookAhead(new Variants({ ...base, settlements }, () => {}), 6);
      expect(cuts.map(({ difference }) => difference)).toEqual(cuts.map(() => undefined));
      expect(cuts).toHaveLength(6);
    }
  }, 60_000);

  it('that does nothing has only dead knobs', async () => {
    const { dead, lookAhead: cuts, failures } = await probed('hold');
    expect(dead).toEqual(['queue', 'latency', 'fees', 'fills']);
    expect(cuts).toEqual([]);
    expect(failures).toEqual([]);
  }, 60_000);
});
